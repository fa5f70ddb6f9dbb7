"""Whether a model's rewrite may be offered. One that breaks a rule or adds a fact never is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.coach import facts
from bot.coach import given as campaign
from bot.coach.answer import REWRITE
from bot.coach.edit import strays
from bot.coach.mask import CLOSING, OPENING, finds
from bot.coach.prompt import Watchwords
from bot.coach.wording import company_terms
from bot.manual.models import Passage
from bot.networks.threads import posts
from bot.policy.engine import Checked, Policy
from bot.policy.models import Category, Draft, Finding
from bot.text import find_quote, fold, sentences

_NEW_WORDS_AT_MOST = 0.6
_FEWEST_WORDS = 6  # shorter, and one new word is already a large share
_GROWTH, _ROOM = 2, 400  # times the draft's length, or characters on top of it: a disclosure must fit
_KEPT_QUIET = frozenset({Category.EMBARGO, Category.CONFIDENTIAL, Category.CUSTOMERS})
_SPEAKS = 30  # letters; in a shorter sentence a language can't be told


def problems(
    rewrite: str,
    draft: Draft,
    *,
    policy: Policy,
    checked: Checked,
    watchwords: Watchwords,
    quotes: Sequence[str] = (),
    findings: Sequence[Finding] | None = None,
    asked: str = "",
    may_lose: bool = False,
    given: Sequence[Passage] = (),
) -> list[str]:
    """Why the rewrite is not offered, each reason a sentence for the model; empty: it may be offered.

    `quotes` are the words of the manual that the findings cite: facts may come from there, since rules vouch for them, and
    not from the rest of a passage, whose examples tell other people's stories. `findings` are those the rewrite settles;
    None: the rules' own. `asked` is what its author asked for besides: facts may come from there, too. `may_lose`: it
    may leave out sentences, and posts of a thread, that nobody objected to. `given` are facts that it may bring as they stand.
    """
    if not rewrite.strip():
        return ["The rewrite is empty."]
    if len(rewrite) > min(REWRITE, max(_GROWTH * len(draft.text), len(draft.text) + _ROOM)):
        return ["The rewrite is far longer than the draft."]
    if OPENING in rewrite or CLOSING in rewrite:
        return ["The rewrite has a placeholder: leave out what it stands for."]
    if facts.controls(rewrite):
        return ["The rewrite has control characters."]
    own = _without_disclosure(rewrite, policy)
    near = "\n".join((draft.text, *quotes, asked))
    told = campaign.words(given)
    asked = f"{asked}\n{told}" if told else asked
    return [
        *_new_facts(own, near, told, policy, checked, watchwords),
        *(campaign.problems(own, near, given, watchwords, checked.language) if given else ()),
        *_other_voice(rewrite, own, draft, policy, checked, asked),
        *strays(own, draft.text, checked.findings if findings is None else findings, asked=asked, may_lose=may_lose),
        *_other_posts(rewrite, draft.text, may_lose),
        *_disclosures(rewrite, draft.text, policy),
        *_broken_rules(rewrite, draft, policy, checked),
    ]


def _new_facts(
    own: str, near: str, told: str, policy: Policy, checked: Checked, watchwords: Watchwords
) -> Iterator[str]:
    # No fact of a campaign gives leave to speak of the review.
    if said := set(facts.never_said(own, watchwords)).difference(facts.never_said(near, watchwords)):
        yield f"The rewrite speaks of its own review: {min(said)}"
    near = f"{near}\n{told}"
    if odd := facts.odd_characters(own, [near]):
        yield f"The rewrite has characters that the draft has not: {', '.join(odd[:5])}."
    for kind, find in (
        ("link", facts.links),
        ("mention", facts.mentions),
        ("hashtag", facts.hashtags),
        ("markup", facts.markup),
    ):
        for new in sorted(find(own) - find(near)):
            yield f"The rewrite adds a {kind}: {new}"
    for new in sorted(_numbers(own, watchwords, checked) - _numbers(near, watchwords, checked)):
        yield f"The rewrite adds a number: {new}"
    for new in sorted(facts.dates(own, watchwords) - facts.dates(near, watchwords)):
        yield f"The rewrite adds a date: {new}"
    known = set(facts.words(near))
    for new in dict.fromkeys((*facts.names(own), *facts.opening_names(own))):
        if not known.issuperset(facts.words(new)):
            yield f"The rewrite adds a name: {new}"
    named = company_terms(policy)
    for new in sorted(facts.terms(named, own) - facts.terms(named, near)):
        yield f"The rewrite adds a term of the company: {new}"


def _numbers(text: str, watchwords: Watchwords, checked: Checked) -> set[str]:
    return facts.numbers(text, watchwords, checked.language)


def _other_voice(rewrite: str, own: str, draft: Draft, policy: Policy, checked: Checked, asked: str) -> Iterator[str]:
    languages = {checked.language, _language(draft.text, policy)}
    known = set(facts.words(f"{draft.text}\n{asked}"))
    if _language(rewrite, policy) not in languages:
        yield "The rewrite is in another language than the draft."
    else:
        for start, end in sentences(own):
            sentence = own[start:end]
            new = [word for word in facts.words(sentence) if word not in known]
            letters = sum(map(str.isalpha, sentence))
            if (
                letters >= _SPEAKS
                and len(new) > len(sentence.split()) / 2
                and _language(sentence, policy) not in languages
            ):
                yield "A sentence of the rewrite is in another language than the draft."
                break
    said = facts.words(own)
    if len(said) >= _FEWEST_WORDS and sum(word not in known for word in said) > _NEW_WORDS_AT_MOST * len(said):
        yield "Most words of the rewrite are not the author's: make the smallest edit."
    for start, end in checked.protected:
        if find_quote(draft.text[start:end], rewrite) is None:
            yield f"Keep this sentence as it is: {draft.text[start:end]}"


def _other_posts(rewrite: str, draft: str, may_lose: bool) -> Iterator[str]:
    had, has = len(posts(draft)), len(posts(rewrite))
    if has > had or (has < had and not may_lose):
        yield f"The draft has {had} post(s), the rewrite {has}: keep the separators."


def _broken_rules(rewrite: str, draft: Draft, policy: Policy, checked: Checked) -> Iterator[str]:
    # The draft's own language, so that the same rules read it.
    changed = draft.model_copy(update={"text": rewrite, "language": checked.language})
    for finding in policy.check(changed, surface="rewrite").findings:
        # A model that guesses at a secret isn't told until when it stays one.
        told = finding.category not in _KEPT_QUIET or finding.rule in {known.rule for known in checked.findings}
        yield f"The rewrite breaks {finding.rule}{': ' + finding.message if told else '.'}"
    if finds(changed, policy):
        yield "The rewrite has somebody's personal data or a secret."


def _disclosures(rewrite: str, draft: str, policy: Policy) -> Iterator[str]:
    had, has = (_times_disclosed(text, policy) for text in (draft, rewrite))
    if had and not has:
        yield "The rewrite drops the author's disclosure."
    if has > had + 1 or len(facts.hashtags(rewrite) - facts.hashtags(draft)) > 1:
        yield "The rewrite discloses too often: once is enough."


def _language(text: str, policy: Policy) -> str:
    return policy.read(Draft(text=text)).language


def _without_disclosure(rewrite: str, policy: Policy) -> str:
    """The rewrite with the company's own disclosures blanked, offsets kept: those it may always bring."""
    lists = policy.company.lists
    folded = fold(rewrite)
    kept = list(rewrite)
    for phrase in sorted((*lists["disclosure_tags"], *lists["disclosure_phrases"]), key=len, reverse=True):
        wanted = fold(phrase).text.strip()
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not _inside_word(folded.text, at, end):
                first, last = folded.span(at, end)
                kept[first:last] = " " * (last - first)
            at = folded.text.find(wanted, end)
    return "".join(kept)


def _times_disclosed(text: str, policy: Policy) -> int:
    blanked = _without_disclosure(text, policy)
    changed = "".join(
        "x" if a != b or (a.isspace() and n and text[n - 1] != blanked[n - 1]) else " "
        for n, (a, b) in enumerate(zip(text, blanked, strict=True))
    )
    return len(changed.split())


def _inside_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    return before or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())
