"""What goes and when: by age, on "forget me", and when drafts aren't to be kept. On a real database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import ambassadors, conversations, drafts, messages, nudge_caps, nudges, outbox, program_state, purge
from bot.store.base import Base
from bot.store.messages import Arrival
from bot.store.models import (
    Complaint,
    Draft,
    Escalation,
    Gap,
    GapPassage,
    GapQuestion,
    Message,
    Outgoing,
    Person,
    Question,
    StoredReview,
    Turn,
)
from bot.store.program_models import (
    AmbassadorRow,
    CampaignForm,
    CampaignRow,
    Conversation,
    ConversationAsk,
    Fingerprint,
    NudgeCap,
    NudgeRow,
    ProgramState,
)
from tests.store.conftest import On, Work

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
TEAM, ANA, BRU, DM = "T1", "U1ANA", "U1BRU", "D1"
CANARY = "kingfisher words that nobody else may read"


async def a_message(session: AsyncSession, ts: str, at: datetime, user: str = ANA, state: str = "answered") -> str:
    arrival = Arrival(TEAM, f"{DM}{user}", user, ts, ts, CANARY)
    assert await messages.receive(session, arrival, at)
    (await session.get_one(Message, arrival.key)).state = state
    return arrival.key


async def a_draft(
    session: AsyncSession,
    origin: str,
    at: datetime,
    user: str = ANA,
    *,
    reviewed: datetime | None = None,
    **fields: Any,
) -> Draft:
    given = {"network": "linkedin", "pictures": [], **fields}
    draft = await drafts.create(
        session, origin=origin, now=at, team_id=TEAM, user_id=user, channel_id=f"{DM}{user}", thread_ts="1.1", text=CANARY, **given
    )  # fmt: skip
    if reviewed:
        await a_review(session, draft, reviewed)
    return draft


async def a_review(session: AsyncSession, draft: Draft, at: datetime) -> None:
    session.add(
        StoredReview(draft_id=draft.id, edition=draft.edition, text=draft.text, body={}, complained=[], created_at=at)
    )
    await session.flush()


async def a_post(session: AsyncSession, work: str, at: datetime, user: str | None = ANA, **fields: Any) -> str:
    id_ = await outbox.put(
        session, work, at, team_id=TEAM, user_id=user, channel_id=f"{DM}{user}", payload={"text": CANARY}
    )
    row = await session.get_one(Outgoing, id_)
    for name, value in fields.items():
        setattr(row, name, value)
    if row.settled_at:
        row.payload = None
    return id_


async def a_question(session: AsyncSession, at: datetime, state: str, user: str = ANA) -> None:
    session.add(
        Escalation(
            team_id=TEAM, user_id=user, origin=f"view:{state}{user}", channel_id=DM, thread_ts="1.1", language="en",
            shared={"draft": CANARY}, state=state, created_at=at, deadline=at + timedelta(days=1),
        )
    )  # fmt: skip


async def a_policy_question(session: AsyncSession, origin: str, at: datetime, user: str = ANA) -> None:
    session.add(
        Question(
            team_id=TEAM, user_id=user, channel_id="C1", thread_ts=None, origin=f"{origin}{user}", text=CANARY,
            language="en", body={"answer": CANARY}, created_at=at,
        )
    )  # fmt: skip


async def a_gap(session: AsyncSession, *asked_on: datetime, closed_at: datetime | None = None) -> Gap:
    gap = Gap(team_id=TEAM, created_at=min(asked_on), closed_at=closed_at)
    session.add(gap)
    await session.flush()
    for day in asked_on:
        session.add(GapQuestion(gap_id=gap.id, text=CANARY, language="en", reason="unanswered", asked_on=day))
    await session.flush()
    return gap


def expects(table: type[Base], count: int, *where: Any) -> Work:
    async def look(session: AsyncSession) -> None:
        assert await session.scalar(select(func.count()).select_from(table).where(*where)) == count, table.__tablename__

    return look


async def purged(session: AsyncSession) -> None:
    await purge.purge(session, NOW, MONTH)


class TestRetention:
    def test_what_is_older_than_the_retention_goes_and_what_is_younger_stays(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for ts, age in (("1.1", 31), ("2.1", 29)):
                at = NOW - timedelta(days=age)
                key = await a_message(session, ts, at)
                await a_draft(session, key, at, reviewed=at)
                await a_post(session, f"answer:{ts}", at, user=None, settled_at=at)

        on(given, purged, *(expects(table, 1) for table in (Message, Turn, Draft, StoredReview, Outgoing)))

    def test_nothing_of_a_purged_draft_is_left_in_the_file(self, on: On, tmp_path: Path) -> None:
        async def given(session: AsyncSession) -> None:
            old = NOW - timedelta(days=31)
            key = await a_message(session, "1.1", old)
            await a_draft(session, key, old, reviewed=old)
            await a_question(session, old, "answered")
            await a_policy_question(session, "command:1", old)
            await a_gap(session, NOW - timedelta(days=181))

        on(given)
        files = [path for path in tmp_path.iterdir() if path.is_file()]
        assert any(CANARY.encode() in path.read_bytes() for path in files)
        on(purged)
        assert not any(CANARY.encode() in path.read_bytes() for path in files if path.exists())

    def test_a_draft_that_was_worked_on_lately_stays_without_its_old_editions(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            old = NOW - timedelta(days=40)
            draft = await a_draft(session, "view:1", old, reviewed=old)
            await drafts.change(session, draft, text="shorter")
            await a_review(session, draft, NOW - timedelta(days=2))

        on(given, purged, expects(Draft, 1), expects(StoredReview, 1, StoredReview.edition == 2))

    def test_however_short_the_retention_a_draft_isnt_taken_from_under_its_review(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_message(session, "1.1", NOW - timedelta(hours=1), state="received")
            await a_draft(session, "view:1", NOW - timedelta(hours=1))

        async def at_once(session: AsyncSession) -> None:
            await purge.purge(session, NOW, timedelta(minutes=1))

        async def next_day(session: AsyncSession) -> None:
            await purge.purge(session, NOW + timedelta(days=2), timedelta(minutes=1))

        on(given, at_once, expects(Draft, 1), expects(Turn, 1), next_day, expects(Draft, 0), expects(Turn, 0))

    def test_that_a_message_was_answered_is_known_for_a_week_at_least(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_message(session, "1.1", NOW - timedelta(days=6))
            await a_message(session, "2.1", NOW - timedelta(days=8))

        async def short(session: AsyncSession) -> None:
            await purge.purge(session, NOW, timedelta(hours=1))

        on(given, short, expects(Message, 1, Message.ts == "1.1"), expects(Turn, 0))

    def test_a_message_whose_draft_lives_on_stays_so_that_deleting_it_still_works(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            old = NOW - timedelta(days=40)
            key = await a_message(session, "1.1", old)
            await a_draft(session, key, old, reviewed=NOW - timedelta(days=1))

        on(given, purged, expects(Message, 1))

    def test_where_a_reply_stands_is_known_until_it_is_removed(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            old = NOW - timedelta(days=400)
            await a_post(session, "stands", old, posted_ts="5.1", settled_at=old)
            await a_post(session, "removed", old, posted_ts="6.1", settled_at=old)
            await a_post(session, "delete:removed", old, kind="delete", target_ts="6.1", settled_at=old)
            await a_post(session, "given up", old, settled_at=old)

        on(given, purged, expects(Outgoing, 1), expects(Outgoing, 1, Outgoing.work == "stands"))

    def test_words_that_never_reached_slack_go_too(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_post(session, "old", NOW - timedelta(days=32))
            await a_post(session, "new", NOW - timedelta(days=29))

        on(given, purged, expects(Outgoing, 1, Outgoing.work == "new"), expects(Outgoing, 1))

    def test_a_question_to_humans_goes_once_it_is_closed_and_never_unseen(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for state in ("open", "taken", "answered", "withdrawn"):
                await a_question(session, NOW - timedelta(days=31), state)

        on(given, purged, expects(Escalation, 2, Escalation.state.in_(("open", "taken"))), expects(Escalation, 2))

    def test_a_policy_question_goes_and_where_its_shared_answer_stands_is_known(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for days in (31, 29):
                at = NOW - timedelta(days=days)
                await a_policy_question(session, f"command:{days}", at)
                await a_post(session, f"share:{days}", at, posted_ts=f"{days}.1", settled_at=at, about=f"shared:{days}")

        left = (expects(Question, 1, Question.origin.like("command:29%")), expects(Question, 1), expects(Outgoing, 2))
        on(given, purged, *left)

    def test_questions_of_a_gap_go_after_half_a_year_and_a_gap_without_any_goes_too(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_gap(session, NOW - timedelta(days=181), NOW - timedelta(days=179))
            await a_gap(session, NOW - timedelta(days=200))

        on(given, purged, expects(GapQuestion, 1), expects(Gap, 1))

    def test_questions_of_a_closed_gap_go_after_a_month_whatever_the_retention(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for days in (31, 29):
                await a_gap(session, NOW - timedelta(days=90), closed_at=NOW - timedelta(days=days))

        async def short(session: AsyncSession) -> None:
            await purge.purge(session, NOW, timedelta(hours=1))

        on(given, short, expects(GapQuestion, 1), expects(Gap, 1, Gap.closed_at == NOW - timedelta(days=29)))

    def test_a_complaint_is_counted_on_without_its_words(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for days in (31, 29):
                session.add(
                    Complaint(team_id=TEAM, rule="claims.absolute", network="x", language="en", reason="other",
                              comment="a word", created_at=NOW - timedelta(days=days))
                )  # fmt: skip

        on(given, purged, expects(Complaint, 2), expects(Complaint, 1, Complaint.comment.is_not(None)))


async def a_campaign(session: AsyncSession, id_: str, ends: datetime) -> None:
    given = {"body": {}, "created_by": "U7BOSS", "created_at": NOW, "changed_at": NOW}
    session.add(CampaignRow(team_id=TEAM, id=id_, starts=ends - MONTH, ends=ends, **given))


async def a_nudge(session: AsyncSession, user: str, at: datetime, campaign: str = "pumps", **fields: Any) -> NudgeRow:
    """Posted, with its places."""
    id_ = f"{campaign}:{user}:{at.date()}"
    given = {
        "state": "posted",
        "number": 1,
        "channel_id": "C1",
        "time_zone": "UTC",
        "angles": ["a", "b", "c"],
        **fields,
    }
    row = NudgeRow(
        team_id=TEAM, id=id_, campaign_id=campaign, user_id=user, local_date=f"{at.date()}", at=at,
        until=at + timedelta(minutes=30), **given,
    )  # fmt: skip
    session.add(row)
    for key in (f"week:{user}:{at:%G-W%V}:1", f"once:{campaign}:{user}", f"minute:C1:{at:%Y%m%d%H%M}:{user}"):
        session.add(NudgeCap(team_id=TEAM, key=key, nudge_id=id_))
    await session.flush()
    return row


async def a_conversation(session: AsyncSession, origin: str, state: str, changed_at: datetime, **fields: Any) -> str:
    given = {
        "kind": "answer",
        "quote": "Are pumps loud?",
        "topic": "heat-pumps",
        "language": "en",
        "posted_by": "U7BOSS",
    }
    times = {
        "created_at": changed_at,
        "changed_at": changed_at,
        "opened_at": changed_at,
        "deadline": changed_at + MONTH,
    }
    row = Conversation(team_id=TEAM, origin=f"view:{origin}", state=state, **given, **times, **fields)
    session.add(row)
    await session.flush()
    return row.id


async def an_ask(session: AsyncSession, conversation_id: str, user: str, at: datetime, number: int = 1) -> None:
    times = {"asked_at": at, "until": at + timedelta(hours=4)}
    ask = ConversationAsk(conversation_id=conversation_id, user_id=user, team_id=TEAM, number=number, **times)
    session.add(ask)
    await session.flush()


async def an_ambassador(session: AsyncSession, user: str, draft: Draft) -> None:
    """Somebody of the program, with everything that it can keep of them."""
    row = await ambassadors.row_of(session, TEAM, user, NOW)
    await ambassadors.change(session, row, NOW, state="active", since=NOW, topics=["solar"], invitation=f"i{user}")
    await a_nudge(session, user, NOW - timedelta(hours=9))
    held = await a_conversation(session, f"held{user}", "taken", NOW, taken_by=user, shown=f"taken:{user}:")
    await an_ask(session, held, user, NOW)
    assert await nudge_caps.take_week(session, TEAM, user, "2026-W48", 2, f"ask:{held}:{user}")
    session.add(
        Fingerprint(draft_id=draft.id, team_id=TEAM, campaign_id="pumps", user_id=user, values=[1, 2], created_at=NOW)
    )
    await session.flush()


async def a_life(session: AsyncSession, user: str) -> None:
    """Somebody with everything that can be kept of them."""
    session.add(Person(team_id=TEAM, user_id=user, network="x", language="ca", keep_drafts=True, greeted_at=NOW))
    key = await a_message(session, "1.1", NOW - timedelta(days=1), user)
    await a_message(session, "0.1", NOW - timedelta(days=20), user)
    draft = await a_draft(session, key, NOW, user, reviewed=NOW)
    session.add(messages.new_turn(draft.id, "bonvent", CANARY, NOW))
    await an_ambassador(session, user, draft)
    await a_question(session, NOW, "open", user)
    await a_policy_question(session, "mention:1", NOW, user)
    await a_post(session, f"share:{user}", NOW, user, posted_ts="7.1", settled_at=NOW, about="shared:1")
    await a_post(session, f"review:{user}", NOW, user, posted_ts="9.1", settled_at=NOW, draft_id=draft.id)
    await a_post(session, f"reply:{user}", NOW, user, posted_ts="9.2", settled_at=NOW)
    await a_post(session, f"waits:{user}", NOW, user)
    await a_post(session, f"removal:{user}", NOW, user, kind="delete", target_ts="8.1", payload=None)


async def two_lives(session: AsyncSession) -> None:
    for user in (ANA, BRU):
        await a_life(session, user)


class TestForget:
    def test_everything_of_one_person_goes_and_nothing_of_another(self, on: On) -> None:
        async def forget(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, ANA, NOW)

        async def of_ana(session: AsyncSession) -> None:
            kept = await purge.export(session, TEAM, ANA)
            assert {name: value for name, value in kept.items() if value} == {"team_id": TEAM, "user_id": ANA}

        async def of_bru(session: AsyncSession) -> None:
            kept = await purge.export(session, TEAM, BRU)
            assert [len(kept[name]) for name in ("messages", "turns", "drafts", "reviews")] == [2, 3, 1, 1]
            assert [len(kept[name]) for name in ("questions", "questions_to_humans", "posts")] == [1, 1, 5]
            assert [len(kept[name]) for name in ("ambassador", "nudges", "nudge_places", "fingerprints")] == [
                1,
                1,
                4,
                1,
            ]
            assert [len(kept[name]) for name in ("conversations_taken", "conversations_asked")] == [1, 1]

        left = (expects(table, 1) for table in (Person, Draft, Question, Escalation))
        on(two_lives, forget, of_ana, of_bru, expects(Turn, 3), *left)

    def test_it_gives_our_messages_to_remove_and_those_whose_removal_was_under_way(self, on: On) -> None:
        async def forget(session: AsyncSession) -> None:
            standing = await purge.forget(session, TEAM, ANA, NOW)
            assert standing == [(f"{DM}{ANA}", ts) for ts in ("7.1", "8.1", "9.1", "9.2")]
            ids = await purge.put_removals(session, TEAM, standing, NOW)
            assert len(set(ids)) == 4

        nobodys = Outgoing.work.like("forget:%"), Outgoing.kind == "delete", Outgoing.user_id.is_(None)
        on(two_lives, forget, expects(Outgoing, 4, *nobodys), expects(Outgoing, 9))

    def test_no_word_and_no_name_is_left_in_the_file(self, on: On, tmp_path: Path) -> None:
        async def forget(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, "U9ELVIRA", NOW)

        async def given(session: AsyncSession) -> None:
            arrival = Arrival(TEAM, DM, "U9ELVIRA", "1.1", "1.1", CANARY)
            assert await messages.receive(session, arrival, NOW)
            session.add(Person(team_id=TEAM, user_id="U9ELVIRA", keep_drafts=True))
            await a_policy_question(session, "command:1", NOW, "U9ELVIRA")

        on(given, forget)
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert CANARY.encode() not in left
        assert b"U9ELVIRA" not in left

    def test_a_message_that_slack_brings_again_isnt_taken_for_a_new_one(self, on: On) -> None:
        async def forget_and_see_it_again(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, ANA, NOW)
            again = Arrival(TEAM, f"{DM}{ANA}", ANA, "1.1", "1.1", CANARY)
            assert not await messages.receive(session, again, NOW)

        on(two_lives, forget_and_see_it_again, expects(Message, 1, Message.state == "deleted", Message.user_id == ""))

    def test_a_post_that_slack_was_taking_is_remembered_until_it_is_removed(self, on: On) -> None:
        minute = timedelta(minutes=1)

        async def forget(session: AsyncSession) -> None:
            id_ = await a_post(session, "review:1", NOW, attempts=1, attempted_at=NOW)
            assert await purge.forget(session, TEAM, ANA, NOW) == []
            await outbox.settle(session, id_, NOW, "7.7")  # Slack's answer comes now

        async def later(session: AsyncSession) -> None:
            assert await purge.in_flight(session, NOW, minute) == []
            (row,) = await purge.in_flight(session, NOW + 2 * minute, minute)
            assert (row.posted_ts, row.user_id, row.payload) == ("7.7", None, None)
            await purge.drop(session, row)

        on(forget, later, expects(Outgoing, 0))

    def test_done_removals_are_forgotten_with_the_next_tick(self, on: On) -> None:
        async def remove(session: AsyncSession) -> None:
            done, _ = await purge.put_removals(session, TEAM, [(DM, "1.1"), (DM, "2.1")], NOW)
            await outbox.settle(session, done, NOW, "1.1")

        on(remove, purged, expects(Outgoing, 1, Outgoing.target_ts == "2.1"), expects(Outgoing, 1))


class TestExport:
    def test_it_holds_all_that_is_kept_as_plain_data(self, on: On) -> None:
        async def export(session: AsyncSession) -> None:
            kept = json.loads(json.dumps(await purge.export(session, TEAM, ANA)))
            assert kept["settings"]["network"] == "x"
            assert kept["drafts"][0]["text"] == kept["reviews"][0]["text"] == CANARY
            assert kept["questions"][0]["text"] == kept["questions"][0]["body"]["answer"] == CANARY
            assert kept["drafts"][0]["created_at"] == "2026-11-23T22:00:00+00:00"
            assert kept["questions_to_humans"][0]["shared"] == {"draft": CANARY}
            assert BRU not in json.dumps(kept)

        on(two_lives, export)

    def test_every_table_with_a_person_in_it_is_exported_and_forgotten(self) -> None:
        personal = {name for name, table in Base.metadata.tables.items() if "user_id" in table.columns}
        program = {"ambassadors", "nudges", "fingerprints", "conversation_asks"}
        assert personal == program | {
            "people", "messages", "drafts", "outbox", "escalations", "questions", "gap_passages",
        }  # fmt: skip

    def test_a_passage_on_its_way_goes_with_its_writer_or_after_a_day(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            gap = await a_gap(session, NOW)
            for user, age in ((ANA, 0), (BRU, 0), (BRU, 25)):
                written = {"heading": "Dogs", "text": CANARY, "language": "en", "view_id": "V1", "seen_ts": ""}
                at = NOW - timedelta(hours=age)
                session.add(GapPassage(gap_id=gap.id, team_id=TEAM, user_id=user, created_at=at, **written))

        async def exported(session: AsyncSession) -> None:
            assert [each["text"] for each in (await purge.export(session, TEAM, ANA))["passages"]] == [CANARY]
            await purge.forget(session, TEAM, ANA, NOW)

        on(given, exported, expects(GapPassage, 0, GapPassage.user_id == ANA), expects(GapPassage, 2))
        on(purged, expects(GapPassage, 1))


class TestTheProgram:
    def test_nudges_go_after_a_year_with_their_places_unless_their_campaign_still_runs(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_campaign(session, "long", NOW + MONTH)
            await a_campaign(session, "short", NOW - MONTH)
            for campaign, days in (("long", 366), ("short", 366), ("gone", 366), ("short", 364)):
                await a_nudge(session, f"U{campaign}{days}", NOW - timedelta(days=days), campaign)

        left = NudgeRow.id.like("long:%") | NudgeRow.user_id.like("%364")
        on(given, purged, expects(NudgeRow, 2, left), expects(NudgeRow, 2), expects(NudgeCap, 6))

    def test_conversations_go_once_they_ended_with_who_was_asked(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await program_state.state(session, TEAM)
            for state in ("asking", "taken", "done", "given_back", "closed"):
                for days in (31, 29):
                    id_ = await a_conversation(session, f"{state}{days}", state, NOW - timedelta(days=days))
                    await an_ask(session, id_, ANA, NOW - timedelta(days=days))

        on(given, purged, expects(Conversation, 7), expects(ConversationAsk, 7))
        on(expects(Conversation, 4, Conversation.state.in_(("asking", "taken"))))

    def test_that_a_conversation_ended_is_known_for_a_week_at_least(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await program_state.state(session, TEAM)
            for days in (6, 8):
                await a_conversation(session, f"{days}", "done", NOW - timedelta(days=days))

        async def short(session: AsyncSession) -> None:
            await purge.purge(session, NOW, timedelta(hours=1))

        on(given, short, expects(Conversation, 1, Conversation.origin == "view:6"), expects(Conversation, 1))

    def test_places_that_conversations_took_go_when_their_week_is_long_past(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await program_state.state(session, TEAM)
            for week in ("2026-W01", "2026-W37", "2026-W40", "2026-W48"):
                assert await nudge_caps.take_week(session, TEAM, ANA, week, 2, f"ask:{week}:{ANA}")

        on(
            given,
            purged,
            expects(NudgeCap, 2, NudgeCap.key.like("%W40%") | NudgeCap.key.like("%W48%")),
            expects(NudgeCap, 2),
        )

    def test_what_a_manager_handed_in_and_never_saved_goes_after_a_day(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for hours in (23, 25):
                at = NOW - timedelta(hours=hours)
                session.add(
                    CampaignForm(view_id=f"V{hours}", team_id=TEAM, handed_in_by=ANA, body={}, shown=[], created_at=at)
                )

        on(given, purged, expects(CampaignForm, 1, CampaignForm.view_id == "V23"), expects(CampaignForm, 1))

    def test_a_fingerprint_goes_with_its_draft(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            old = NOW - timedelta(days=40)
            await an_ambassador(session, ANA, await a_draft(session, "view:1", old, reviewed=old))
            await an_ambassador(session, BRU, await a_draft(session, "view:2", NOW, BRU, reviewed=NOW))

        async def let_go(session: AsyncSession) -> None:
            await purge.let_go(session, TEAM, BRU)

        on(given, purged, expects(Fingerprint, 1, Fingerprint.user_id == BRU), let_go, expects(Fingerprint, 0))

    def test_a_plan_made_before_doesnt_reach_the_forgotten(self, on: On) -> None:
        async def forget(session: AsyncSession) -> None:
            before = (await program_state.state(session, TEAM)).changes
            planned = await a_nudge(session, ANA, NOW + timedelta(days=7), "next", state="planned", number=0)
            await purge.forget(session, TEAM, ANA, NOW)
            state = await program_state.state(session, TEAM)
            await session.refresh(state)
            assert state.changes == before + 1, "it is planned anew"
            assert await nudges.get(session, TEAM, planned.id) is None
            assert [person.user for person in await ambassadors.roster(session, TEAM)] == [BRU]

        on(two_lives, forget, expects(NudgeRow, 1, NudgeRow.user_id == BRU), expects(NudgeRow, 1), expects(NudgeCap, 4))

    def test_nothing_is_planned_anew_for_somebody_whom_the_program_never_knew(self, on: On) -> None:
        async def forget(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, ANA, NOW)

        on(forget, expects(ProgramState, 0))

    def test_conversations_of_the_forgotten_move_on_to_others(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_conversation(session, "asked", "asking", NOW, asking=ANA, next_at=NOW)
            await a_conversation(session, "closed", "closed", NOW, asking=ANA, shown=f"closed:{ANA}:")
            await a_conversation(session, "done", "done", NOW, taken_by=ANA, shown=f"done:{ANA}:")

        async def forget(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, ANA, NOW)
            assert await conversations.held_by(session, TEAM, ANA) == []
            assert [row.taken_by for row in await conversations.held_by(session, TEAM, BRU)] == [BRU]

        free = (Conversation.state == "asking", Conversation.asking.is_(None), Conversation.taken_by.is_(None))
        redrawn = Conversation.shown.is_(None)
        on(two_lives, given, forget, expects(Conversation, 2, *free), expects(Conversation, 4, redrawn))
        on(expects(Conversation, 1, Conversation.state == "done", Conversation.taken_by.is_(None)))

    def test_who_was_imported_before_the_workspace_was_known_is_forgotten_and_exported_too(self, on: On) -> None:
        async def imported(session: AsyncSession) -> None:
            await ambassadors.row_of(session, program_state.UNKNOWN, ANA, NOW)

        async def forget(session: AsyncSession) -> None:
            (kept,) = (await purge.export(session, TEAM, ANA))["ambassador"]
            assert kept["team_id"] == program_state.UNKNOWN
            await purge.forget(session, TEAM, ANA, NOW)

        on(imported, forget, expects(AmbassadorRow, 0))

    def test_what_a_manager_planned_stays_in_nobodys_name(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_campaign(session, "pumps", NOW + MONTH)
            id_ = await a_conversation(session, "1", "asking", NOW, shown="asking::")
            (await session.get_one(CampaignRow, (TEAM, "pumps"))).created_by = ANA
            (await session.get_one(Conversation, id_)).posted_by = ANA
            await program_state.freeze(session, TEAM, ANA, "", NOW)
            session.add(CampaignForm(view_id="V1", team_id=TEAM, handed_in_by=ANA, body={}, shown=[], created_at=NOW))
            await session.flush()
            kept = await purge.export(session, TEAM, ANA)
            assert kept["campaigns_planned"] == ["pumps"]
            assert [len(kept[name]) for name in ("conversations_handed_in", "campaign_forms", "freeze")] == [1, 1, 1]

        async def forget(session: AsyncSession) -> None:
            await purge.forget(session, TEAM, ANA, NOW)

        async def look(session: AsyncSession) -> None:
            kept = await purge.export(session, TEAM, ANA)
            assert {name: value for name, value in kept.items() if value} == {"team_id": TEAM, "user_id": ANA}
            state = await program_state.state(session, TEAM)
            assert (state.frozen_at, state.frozen_by) == (NOW, "")

        named = Conversation.shown.is_(None)
        on(given, forget, look, expects(CampaignRow, 1), expects(Conversation, 1, named), expects(CampaignForm, 0))

    def test_whom_a_campaign_names_is_told_so(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_campaign(session, "pumps", NOW + MONTH)
            (await session.get_one(CampaignRow, (TEAM, "pumps"))).body = {"audience": {"people": [ANA]}}
            await session.flush()
            assert (await purge.export(session, TEAM, ANA))["campaigns_for_them_by_name"] == ["pumps"]
            assert (await purge.export(session, TEAM, BRU))["campaigns_for_them_by_name"] == []

        on(given)


class TestLettingGo:
    def test_questions_go(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            for user in (ANA, BRU):
                await a_policy_question(session, "command:1", NOW, user)
            await purge.let_go(session, TEAM, ANA)

        on(given, expects(Question, 1, Question.user_id == BRU), expects(Question, 1))

    def test_reviewed_drafts_go_and_those_still_waiting_for_their_review_stay(self, on: On) -> None:
        async def given(session: AsyncSession) -> None:
            await a_draft(session, "view:done", NOW, reviewed=NOW)
            await a_draft(session, "view:unreviewed", NOW)
            posting = await a_draft(session, "view:posting", NOW, reviewed=NOW)
            await a_post(session, "review:posting", NOW, draft_id=posting.id)
            await a_draft(session, "view:other", NOW, BRU, reviewed=NOW)
            await purge.let_go(session, TEAM, ANA)

        left = Draft.origin.in_(("view:unreviewed", "view:posting", "view:other"))
        on(given, expects(Draft, 3, left), expects(Draft, 3))


def test_messages_that_nobody_queued_are_found_again(on: On) -> None:
    async def look(session: AsyncSession) -> None:
        await a_message(session, "1.1", NOW - timedelta(minutes=6), state="received")
        await a_message(session, "2.1", NOW - timedelta(minutes=6))
        await a_message(session, "3.1", NOW - timedelta(minutes=4), state="received")
        assert [row.ts for row in await purge.unanswered(session, NOW, timedelta(minutes=5))] == ["1.1"]

    on(look)
