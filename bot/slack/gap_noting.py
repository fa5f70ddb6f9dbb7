"""A question that the manual doesn't answer well is noted for the gap report: in nobody's name, beside the answer."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

import regex

from bot.coach.mask import CLOSING, OPENING, mask
from bot.coach.policy_answer import PolicyAnswer
from bot.manual.grouping import Asked, group_of, wording
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft
from bot.slack.aside import aside
from bot.slack.service import Service
from bot.store import gaps
from bot.store.database import Database
from bot.store.models import Question

LONGEST = 500
"""Characters of a question that are kept."""
_COMPARED, _GAPS = 5, 150  # wordings of a gap, and gaps, that a new question is compared with
_PUBLIC = ("company", "handles", "products", "competitors", "customers_ok")
"""Lists of company.yaml whose names are nobody's."""
_noting: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()
"""Two questions that mean the same must not open a gap each."""

_NAME = r"\p{Lu}[\p{L}\p{M}'’-]+(?:\s+(?:(?:de|del|de la|d'|i|y|van|von)\s+)?\p{Lu}[\p{L}\p{M}'’-]+){0,3}"
_LEADS = {
    "en": "mr|mrs|ms|mx|dr|my name is|colleague|co-?worker|teammate|workmate|boss|manager|supervisor|intern|friend",
    "es": "don|doña|sr|sra|srta|dr|dra|señora?|me llamo|compañer[oa]|colega|jef[ea]|encargad[oa]|becari[oa]|amig[oa]",
    "ca": "sr|sra|dr|dra|senyora?|em dic|company|companya|col·lega|cap|encarrega(?:t|da)|becari|becària|amic|amiga",
}
"""What a name stands behind. More than these would hide products and places."""
_CALLED = {
    "en": "called|named",
    "es": "llamad[oa]|que se llama",
    "ca": "anomenat|anomenada|que es diu",
}
_MENTIONED = regex.compile(rf"(?<![\w.@])@[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}._-]*(?:\s{_NAME})?")
_LED_TO = {
    language: regex.compile(rf"(?<!\p{{L}})(?i:{leads})\.?,?(?:\s+(?i:{_CALLED[language]}))?\s+(?P<name>{_NAME})")
    for language, leads in _LEADS.items()
}


def note(
    service: Service,
    question: str,
    language: str,
    reason: gaps.Reason,
    *,
    asked_at: datetime | None = None,
    asker: str = "",
) -> None:
    """Notes a question for the gap report, beside what goes on: it takes no time here, and what fails in it costs nothing.

    Not for a private answer or a rejected one. `asked_at`: now, unless it was asked before; of it only the day is kept.
    `asker` is the user id of whoever asked: it is only used to hide their name in the question.
    """
    aside(_note(service, question, language, reason, gaps.day_of(asked_at or service.clock.now()), asker))


def note_not_helpful(service: Service, row: Question) -> None:
    """Notes a question whose answer didn't help, once; never one that only a certain human may hear."""
    answer = PolicyAnswer.model_validate(row.body)
    if row.helpful is not False and not answer.private and answer.stance not in ("human", "rejected"):
        note(service, row.text, row.language, "not_helpful", asked_at=row.created_at, asker=row.user_id)


async def _note(service: Service, question: str, language: str, reason: gaps.Reason, day: datetime, asker: str) -> None:
    await service.calm()
    author = (await service.gateway.member(asker)).name if asker else ""
    async with _noting.setdefault(service.database, asyncio.Lock()):
        asked = await asyncio.to_thread(_kept, service, question, language, author)
        if asked is None:
            return
        async with service.database.read() as session:
            known = (await gaps.open_gaps(session, service.team_id))[:_GAPS]
        if any(_same(asked, each, day) for gap in known for each in gap.questions):
            return
        groups = [_wordings(gap) for gap in known]
        place = await asyncio.to_thread(group_of, service.coach.manual, asked, groups)
        row = gaps.Asked(asked[0], asked[1], reason, day)
        async with service.database.begin() as session:
            await gaps.add(session, service.team_id, None if place is None else known[place].id, row)


def nameless(question: str, policy: Policy, language: str, author: str = "") -> str:
    """The question on one line and not too long, without secrets, anybody's data, and names of people where they are found."""
    draft = Draft(text=" ".join(question.split()), language=language if language in policy.company.languages else None)
    masked = mask(draft, policy)
    said = masked.text
    for finding in policy.check(draft).findings:
        words = masked.hide(finding.quote)
        if finding.category == Category.CREDENTIALS and words and OPENING not in words:
            said = said.replace(words, f"{OPENING}SECRET{CLOSING}")
    for name in _names(said, policy, language, author):
        said = regex.sub(
            rf"(?<![\p{{L}}\p{{N}}]){regex.escape(name)}(?![\p{{L}}\p{{N}}])", f"{OPENING}NAME{CLOSING}", said
        )
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1].rstrip()}…"


def _kept(service: Service, question: str, language: str, author: str) -> Asked | None:
    """What is kept of a question; None: nothing is, since it is on pay, hours or organising, or has no word in it."""
    from bot.coach.policy_question import is_private

    coach = service.coach
    if is_private(question, coach.policy, coach.prompts):
        return None
    said = nameless(question, coach.policy, language, author)
    return (said, language) if any(letter.isalpha() for letter in said) else None


def _names(said: str, policy: Policy, language: str, author: str) -> list[str]:
    """Names in a text, longest first: of whoever asks, of whoever is mentioned, and what follows on “my colleague”."""
    known = policy.company.lists
    ours = {name.lstrip("@").casefold() for key in _PUBLIC for name in known[key]}
    found = [word for word in author.partition(",")[0].split() if len(word) > 2]
    found += [match.group() for match in _MENTIONED.finditer(said)]
    found += [match["name"] for match in _LED_TO.get(language, _LED_TO["en"]).finditer(said)]
    names = {name.rstrip(".'’-") for name in found}
    return sorted((name for name in names if name.lstrip("@").casefold() not in ours), key=len, reverse=True)


def _same(asked: Asked, known: gaps.Asked, day: datetime) -> bool:
    """Whether it is the same question again on the same day: who asks three times mustn't look like three people."""
    return known.day == day and wording(known.text, known.language) == wording(*asked)


def _wordings(gap: gaps.Found) -> list[Asked]:
    """The newest ways in which a gap was asked about."""
    newest = dict.fromkeys((each.text, each.language) for each in reversed(gap.questions))
    return list(newest)[:_COMPARED]
