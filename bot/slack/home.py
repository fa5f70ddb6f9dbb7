"""What the Home tab shows to whom, and the file with somebody's data."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Sequence

from bot.coach.models import Review
from bot.manual.history import Version, versions
from bot.manual.sections import sections_of
from bot.manual.sources import ANSWERS, COMMAND_LINE, KNOWLEDGE_FOLDER, OWN
from bot.policy.models import Category
from bot.slack.gateway import FAILURES
from bot.slack.home_blocks import REVIEWS, Chosen, LastReview, home_view, sentence_view
from bot.slack.home_program import program_blocks, within_limit
from bot.slack.home_state_blocks import Complained, ManualSource, Publication, State, Suspended
from bot.slack.keys import Key
from bot.slack.manual_blocks import source_id
from bot.slack.modals import REASONS
from bot.slack.policy_blocks import language_name
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import drafts, escalations, overview, purge
from bot.store.models import Draft, Person, StoredReview

logger = logging.getLogger(__name__)
_FILE = "bonvent-data.json"
_MASK = "•••"
_VERSIONS, _CHANGES = 100, 3
_USER = re.compile("[UW][A-Z0-9]+")


async def publish(service: Service, user_id: str, note: Key | None = None) -> None:
    """Draws somebody's tab; `note` is a sentence on what they have just done. What fails is drawn at the next opening."""
    member = await service.gateway.member(user_id)
    refusal = service.refusal(member)
    if refusal:
        words = service.words(member.language)
        view = sentence_view(words.say(refusal, company=service.company))
    else:
        words = await service.words_for(user_id)
        async with service.database.read() as session:
            person = await session.get(Person, (service.team_id, user_id))
            found = await drafts.latest(session, service.team_id, user_id, REVIEWS)
        view = home_view(
            words,
            company=service.company,
            retention_hours=service.settings.retention_days * 24,
            chosen=Chosen(person.network, person.language, person.keep_drafts) if person else Chosen(),
            reviews=await asyncio.gather(*(_last_review(service, draft, stored) for draft, stored in found)),
            state=await _state(service, words) if service.is_manager(user_id) else None,
            note=words.say(note) if note else None,
        )
        view["blocks"] = within_limit(view["blocks"], await program_blocks(service, user_id, words))
    try:
        await service.gateway.client.views_publish(user_id=user_id, view=view)
    except FAILURES as error:
        logger.warning("a home could not be drawn: %s", type(error).__name__)


async def send_export(service: Service, user_id: str) -> bool:
    """Sends somebody all that is kept of them, as a file in their direct message. Whether it went out."""
    words = await service.words_for(user_id)
    async with service.database.read() as session:
        kept = await purge.export(session, service.team_id, user_id)
    try:
        channel = await service.gateway.direct_channel(user_id)
        await service.gateway.client.files_upload_v2(
            channel=channel,
            filename=_FILE,
            title=_FILE,
            content=json.dumps(kept, ensure_ascii=False, indent=2).encode(),
            initial_comment=words.say("home_export_file"),
        )
    except FAILURES as error:
        logger.warning("an export could not be sent: %s", type(error).__name__)
        return False
    return True


async def _last_review(service: Service, draft: Draft, stored: StoredReview) -> LastReview:
    review = Review.model_validate(stored.body)
    shown = stored.text
    for finding in review.findings:
        if finding.category == Category.CREDENTIALS and finding.quote:
            shown = shown.replace(finding.quote, _MASK)
    link = await _link(service, draft) if draft.thread_ts else None
    return LastReview(review.verdict, review.network, shown, stored.created_at, link)


async def _link(service: Service, draft: Draft) -> str | None:
    try:
        answer = await service.gateway.client.chat_getPermalink(channel=draft.channel_id, message_ts=draft.thread_ts)
    except FAILURES as error:
        logger.debug("no link to a thread: %s", type(error).__name__)
        return None
    return str(answer["permalink"])


async def _state(service: Service, words: Words) -> State:
    now = service.clock.now()
    async with service.database.read() as session:
        waiting = await escalations.unanswered(session, service.team_id)
        complaints = await overview.complaints(session, service.team_id)
    oldest = min((question.created_at for question in waiting), default=None)
    policy = service.coach.policy
    known = await asyncio.to_thread(versions, service.settings.data, _VERSIONS)
    return State(
        open=sum(question.state == "open" for question in waiting),
        taken=sum(question.state == "taken" for question in waiting),
        overdue=sum(question.deadline < now for question in waiting),
        oldest_hours=(now - oldest).total_seconds() / 3600 if oldest else None,
        sources=await _sources(service, words, known),
        rules=len(policy.rules),
        suspended=[
            Suspended(rule_says(service, rule, words), _section(service, rule), languages)
            for rule, languages in policy.suspended().items()
        ],
        complained=[
            Complained(
                rule_says(service, rule, words),
                [(words.say(REASONS.get(reason, "reason_other")), count) for reason, count in reasons.items()],
            )
            for rule, reasons in complaints.items()
        ],
        changes=[await _publication(service, words, version) for version in known[:_CHANGES]],
    )


async def _sources(service: Service, words: Words, known: Sequence[Version]) -> list[ManualSource]:
    """The sources that are searched now, each with its last publication."""
    sections: dict[str, int] = {}
    passages: dict[str, int] = {}
    spoken: dict[str, dict[str, None]] = {}
    for section in sections_of(service.coach.manual.passages.values()):
        source = section.manual
        sections[source] = sections.get(source, 0) + 1
        passages[source] = passages.get(source, 0) + len(section.passages)
        spoken.setdefault(source, {})[language_name(section.language, words)] = None
    notes: dict[str, str] = {OWN: words.say("home_source_own"), ANSWERS: words.say("home_source_answers")}
    found = []
    for source in sections:
        last = next((version for version in known if source in version.sources), None)
        found.append(
            ManualSource(
                id=source_id(source),
                name=source,
                sections=sections[source],
                passages=passages[source],
                languages=list(spoken[source]),
                published=await _publication(service, words, last) if last else None,
                note=notes.get(source, ""),
                can_retire=source != OWN,
            )
        )
    return found


async def _publication(service: Service, words: Words, version: Version) -> Publication:
    who = await publisher(service, words, version.by)
    return Publication(version.number, version.time.date().isoformat(), who, ", ".join(version.sources), version.counts)


async def publisher(service: Service, words: Words, by: str) -> str:
    """Who published something, as people know them; `by` as the manual's history has it."""
    if _USER.fullmatch(by):
        return (await service.gateway.member(by)).name or words.say("by_somebody")
    if by == COMMAND_LINE:
        return words.say("by_command_line")
    return words.say("by_knowledge_folder") if by == KNOWLEDGE_FOLDER else words.say("by_somebody")


def rule_says(service: Service, rule_id: str, words: Words) -> str:
    """What a rule says, without a draft's words in it; of one that is gone, its name."""
    policy = service.coach.policy
    rule = next((rule for rule in policy.rules if rule.id == rule_id), None)
    return policy.words(rule.message, words.language, {"match": "…"}) if rule else rule_id


def _section(service: Service, rule_id: str) -> str:
    return next(rule.manual.ref for rule in service.coach.policy.rules if rule.id == rule_id)
