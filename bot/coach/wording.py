"""Whether a text that a model wrote for the author may be shown: praise, the words of a finding, its fix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from bot.coach import facts
from bot.coach.mask import CLOSING, OPENING
from bot.coach.prompt import Watchwords
from bot.policy.engine import Policy
from bot.policy.models import Draft

_RUN = 4  # words in a row that count as repeating what an injected sentence says
_FEWEST_WORDS = 3
_LOADED = frozenset("<>@*`~|{}[]^\\=")  # what Slack would read as more than a sign
_STEM = 5  # letters that two forms of a word share


def problem(
    text: str,
    *,
    policy: Policy,
    watchwords: Watchwords,
    language: str,
    sources: Sequence[str],
    longest: int,
    about: str | None = None,
    topic: str | None = None,
    steering: Iterable[str] = (),
) -> str | None:
    """Why the text is not shown, or None.

    `sources` are what it may draw facts from (the draft, the rule's own words, the cited passage). `about` is the rule's
    own message and ground, which license what feedback seldom says; the text must speak of the same thing, or of the
    wider `topic` where there is one. `steering` are sentences of the draft that try to
    steer a reviewer: it must not repeat them.
    """
    if len(text) > longest or len(facts.words(text)) < _FEWEST_WORDS:
        return "is too short or too long"
    if OPENING in text or CLOSING in text:
        return "has a placeholder"
    loaded = _LOADED.intersection(facts.plain(text)).difference(*sources)
    if facts.controls(text) or "\n" in text.strip() or loaded or facts.odd_characters(text, sources):
        return "has characters that don't belong there"
    if new := added(text, sources, watchwords, language) or _named(text, sources, policy):
        return f"brings something new: {new}"
    if facts.links(text) - facts.links(about or ""):
        return "has a link"
    if facts.never_said(text, watchwords):
        return "says more than feedback may say"
    if any(_repeats(text, sentence) for sentence in steering):
        return "repeats what the draft told the reviewer"
    if about is not None and not shares(text, about if topic is None else topic):
        return "speaks of something else"
    feedback = policy.check(Draft(text=text), surface="feedback")
    if feedback.language != language:
        return "is in another language"
    if feedback.findings:
        return f"breaks {feedback.findings[0].rule}"
    if set(facts.seldom_said(text, watchwords)).difference(facts.seldom_said(about or "", watchwords)):
        return "says more than this feedback may say"
    return None


def added(text: str, sources: Sequence[str], watchwords: Watchwords, language: str) -> str | None:
    """The first link, mention, hashtag, markup, number, date or name that no source has, or None."""
    joined = "\n".join(sources)
    for find in (facts.links, facts.mentions, facts.hashtags, facts.markup):
        if new := find(text) - find(joined):
            return min(new)
    if new := facts.numbers(text, watchwords, language) - facts.numbers(joined, watchwords, language):
        return min(new)
    if new := facts.dates(text, watchwords) - facts.dates(joined, watchwords):
        return min(new)
    known = set(facts.words(joined))
    return next(
        (name for name in (*facts.names(text), *facts.opening_names(text)) if not known.issuperset(facts.words(name))),
        None,
    )


def company_terms(policy: Policy) -> set[str]:
    """Names of products, customers, competitors and people that the company's own file lists."""
    lists = policy.company.lists
    return {term for name, terms in lists.items() if not name.startswith("disclosure") for term in terms}


def _named(text: str, sources: Sequence[str], policy: Policy) -> str | None:
    """The first term of the company that no source has; in lower case it is no name to `added`."""
    terms = company_terms(policy)
    return min(facts.terms(terms, text) - facts.terms(terms, "\n".join(sources)), default=None)


def _repeats(text: str, sentence: str) -> bool:
    said, told = facts.words(text), facts.words(sentence)
    runs = {tuple(told[n : n + _RUN]) for n in range(len(told) - _RUN + 1)}
    return any(tuple(said[n : n + _RUN]) in runs for n in range(len(said) - _RUN + 1))


def shares(text: str, other: str) -> bool:
    """Whether both speak of the same thing, by a longer word that they share."""
    return bool(_stems(text) & _stems(other))


def _stems(text: str) -> set[str]:
    return {regex.sub(r"\d", "", word)[:_STEM] for word in facts.words(text) if len(word) >= _STEM - 1}
