"""Facts that a draft may use besides its own words: those of the campaign that it is for. As untrusted as the draft."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import regex

from bot.coach import facts
from bot.coach.prompt import Watchwords
from bot.manual.models import Citation, Passage
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import HOLD_CATEGORIES, Category, Draft
from bot.text import fold, sentences

SIGN = "campaign:"
"""What the ids of a campaign's facts start with; no source of the manual can be called so."""
_MOST = 20
_CITED = 3
_KEPT_BACK = HOLD_CATEGORIES | {Category.INJECTION}
_FIGURE = regex.compile(r"\d+(?:[.,'’]\d+)*")
_TELLING = regex.compile(r"\p{L}{4,}")
_STEM = 5  # letters that two forms of a word share


def usable(passages: Iterable[Passage], draft: Draft, policy: Policy) -> tuple[Passage, ...]:
    """Those that a model may read and a rewrite may use, without invisible characters.

    A fact that breaks a rule for which one asks a human first (an embargo, a customer that may not be named), or that
    speaks to a reviewer, is kept back: no model reads it, and the draft is judged as if there were no such fact.
    """
    found = []
    for passage in list(passages)[:_MOST]:
        shown = passage.model_copy(update={"text": _visible(passage.text)})
        if shown.text and not facts.markup(shown.text) and not _kept_back(shown.text, draft, policy):
            found.append(shown)
    return tuple(found)


def problems(rewrite: str, near: str, given: Sequence[Passage], watchwords: Watchwords, language: str) -> Iterator[str]:
    """Where a rewrite tears facts apart; sentences for the model. `near` is what it may draw on anyway.

    All that is new in one sentence comes from one fact, and a figure stands beside the word that it stands beside there:
    60 % of energy doesn't become 60 % of homes.
    """
    for sentence, new in _news(rewrite, near, watchwords, language):
        from_one = [passage for passage in given if new <= _told(passage, watchwords, language)]
        if not from_one:
            yield f"A sentence of the rewrite has what no fact of the campaign has together: {', '.join(sorted(new))}"
        elif not any(_as_it_stands(sentence, near, passage.text) for passage in from_one):
            yield "A sentence of the rewrite puts a figure of the campaign to another thing: bring facts as they stand."


def sources(
    rewrite: str, near: str, given: Sequence[Passage], watchwords: Watchwords, language: str
) -> tuple[Citation, ...]:
    """The facts that a rewrite took something from that `near` has not: its author should know where it comes from."""
    used: dict[str, Citation] = {}
    for sentence, new in _news(rewrite, near, watchwords, language):
        for passage in given:
            if new <= _told(passage, watchwords, language) and _as_it_stands(sentence, near, passage.text):
                used.setdefault(passage.id, cited(passage))
                break
    return tuple(used.values())[:_CITED]


def cited(passage: Passage) -> Citation:
    """A fact, whole, as the campaign's own words."""
    return Citation(passage=passage.id, heading=passage.heading_path, quote=passage.text)


def is_campaigns(citation: Citation) -> bool:
    """Whether a citation is a campaign's fact and not the manual's."""
    return citation.passage.startswith(SIGN)


def words(given: Iterable[Passage]) -> str:
    """All facts as one text."""
    return "\n".join(passage.text for passage in given)


def _visible(text: str) -> str:
    """Without characters that are drawn as nothing or over another one."""
    kept = (
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Cs", "Co")
    )
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cn") else c for c in kept).split())


def _kept_back(text: str, draft: Draft, policy: Policy) -> bool:
    alone = draft.model_copy(update={"text": text, "alt": (), "language": None})
    if any(f.severity == "must-fix" and f.category in _KEPT_BACK for f in policy.check(alone).findings):
        return True
    steering = DETECTORS["steering"]
    return bool(list(steering.find(policy.read(alone), steering.options())))


def _news(rewrite: str, near: str, watchwords: Watchwords, language: str) -> Iterator[tuple[str, set[str]]]:
    """Each sentence that claims something which `near` doesn't, and what."""
    known = _claims(near, watchwords, language) | {f"name {word}" for word in facts.words(near)}
    for start, end in sentences(rewrite):
        if new := _claims(rewrite[start:end], watchwords, language) - known:
            yield rewrite[start:end], new


def _told(passage: Passage, watchwords: Watchwords, language: str) -> set[str]:
    return _claims(passage.text, watchwords, language) | {f"name {word}" for word in facts.words(passage.text)}


def _claims(text: str, watchwords: Watchwords, language: str) -> set[str]:
    """What a text says that could be invented; of names the words."""
    found = {*facts.links(text), *facts.mentions(text), *facts.hashtags(text), *facts.dates(text, watchwords)}
    names = (word for name in (*facts.names(text), *facts.opening_names(text)) for word in facts.words(name))
    return found | facts.numbers(text, watchwords, language) | {f"name {word}" for word in names}


def _as_it_stands(sentence: str, near: str, fact: str) -> bool:
    """Whether each figure that `near` hasn't got has the same word behind it, or before it, as in the fact."""
    known, there = {figure for figure, _, _ in _figures(near)}, list(_figures(fact))
    for figure, before, after in _figures(sentence):
        if figure not in known and not any(
            figure == other and ((after and after == its_after) or (before and before == its_before))
            for other, its_before, its_after in there
        ):
            return False
    return True


def _figures(text: str) -> Iterator[tuple[str, str, str]]:
    """Each figure's digits, with the beginnings of the telling words before and behind it in its sentence."""
    for start, end in sentences(text):
        folded = fold(text[start:end]).text
        for match in _FIGURE.finditer(folded):
            before = _TELLING.findall(folded, 0, match.start())
            after = _TELLING.search(folded, match.end())
            digits = "".join(filter(str.isdigit, match.group()))
            yield digits, before[-1][:_STEM] if before else "", after.group()[:_STEM] if after else ""
