"""A draft for a campaign in a running `bonvent serve`, with a model: its facts may be used, and copies are noticed, privately."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Audience, Campaign, NudgeState
from bot.slack.blocks import sentence_post
from bot.store import campaigns, outbox
from bot.store.program_models import NudgeRow
from tests.e2e.slack import AppProcess, Message, Person, Slack
from tests.e2e.stored import rows, store
from tests.stand_in import StandIn

pytestmark = pytest.mark.usefixtures("script")

NAMES = ("Marta Puig", "Jordi Pons", "Rosa Vila", "Ona Mas", "Pau Roca", "Laia Font", "Nil Soler", "Eva Costa")
FACT = "The survey of a house takes 40 minutes."
ANGLES = ("first-time", "one-moment", "to-a-friend")
FIRST = "What surprised you the first time you came across this?"
DRAFT = "for LinkedIn: I work at Tebiora. Today we did the survey of a house in Girona, and the dog liked my laser."
WITH_FACT = "I work at Tebiora. Today we did the survey of a house in Girona, which takes 40 minutes, and the dog liked my laser."
SHORTER = "I work at Tebiora. Today we did the survey of a house, which takes 40 minutes."
COPIED = (
    "for LinkedIn: I work at Tebiora. Yesterday a farmhouse had five layers of paint on every radiator, and its owner laughed at my "
    "laser the whole morning. I laughed, too. Then we drank coffee and drew the first pipe together."
)
NEARLY = COPIED.replace("Yesterday", "Last week").replace("coffee", "tea") + " #HeatPumps"
OTHER = (
    "for LinkedIn: I work at Tebiora. My grandfather heated one room and we all lived in it from November to March. This week I "
    "closed a door behind me because a house was too warm, and thought of him."
)
PROTECTED = (
    "for LinkedIn: Our pay hasn't been raised in two years, and my colleagues and I talk about our salary openly now."
)


@pytest.fixture(scope="module")
def people(slack: Slack) -> list[Person]:
    return [slack.add_user(name) for name in NAMES]


@pytest.fixture(scope="module")
def app(slack: Slack, people: list[Person], app_with_a_model: AppProcess) -> Iterator[AppProcess]:
    """Everybody pressed "draft it with me" a while ago: the thread for it is opened by the first tick."""
    store(app_with_a_model, lambda session: begun(session, slack.state.team, people))
    with app_with_a_model as running:
        yield running


async def begun(session: AsyncSession, team_id: str, people: Sequence[Person]) -> None:
    now = datetime.now(UTC)
    campaign = Campaign(
        id="old-houses",
        name="Old houses",
        topic="heat-pumps",
        starts=now - timedelta(days=1),
        ends=now + timedelta(days=9),
        audience=Audience(),
        facts=(FACT,),
        owner="Communication",
    )
    await campaigns.save(session, team_id, campaign, "command line", now)
    for person in people:
        id_ = f"old-houses:{person.id}:{now.date()}"
        session.add(
            NudgeRow(
                team_id=team_id,
                id=id_,
                campaign_id="old-houses",
                user_id=person.id,
                local_date=str(now.date()),
                at=now - timedelta(hours=1),
                until=now,
                time_zone="UTC",
                angles=list(ANGLES),
                state=NudgeState.POSTED,
            )
        )
        await outbox.put(
            session,
            f"begin:{id_}",
            now - timedelta(minutes=20),
            team_id=team_id,
            user_id=person.id,
            channel_id=person.channel,
            about=f"begin:{id_}",
            payload=sentence_post("Write your draft here.").payload,
        )


def thread_of(slack: Slack, person: Person) -> Message:
    """The thread that was opened for this person's draft."""
    return slack.wait_for(
        lambda: [m for m in slack.messages(person) if m.by_bot and "Write your draft here" in m.words],
        what="the thread",
    )[0]


def said_in(slack: Slack, thread: Message, words: str = "") -> list[Message]:
    return [m for m in slack.thread(thread) if m.by_bot and m.ts != thread.ts and words in m.words]


def drafted(slack: Slack, person: Person, draft: str) -> tuple[Message, Message]:
    """Sends a draft for the campaign: its message, and the first thing that Bonvent says to it."""
    thread = thread_of(slack, person)
    message = person.dm(draft, thread=thread)
    return message, slack.wait_for(lambda: said_in(slack, thread), what="the review")[0]


def review_with(rewrite: str) -> str:
    return json.dumps({"criteria": [], "wording": [], "praise": "", "rewrite": rewrite, "citations": []})


def facts_told(endpoint: StandIn) -> list[str]:
    data = json.loads(endpoint.requests[-1]["messages"][1]["content"])
    return [fact["text"] for fact in data.get("campaign_facts", [])]


def test_a_rewrite_may_use_a_fact_and_says_whose_it_is(
    slack: Slack, app: AppProcess, endpoint: StandIn, people: list[Person]
) -> None:
    marta = people[0]
    endpoint.says(review_with(WITH_FACT), review_with(WITH_FACT))
    message, review = drafted(slack, marta, DRAFT)
    assert WITH_FACT in review.words
    assert f"“{FACT}” (Campaign · Old houses)" in review.words

    # The same in the thread …
    thread = thread_of(slack, marta)
    endpoint.script.clear()
    endpoint.says({"rewrite": SHORTER}, {"rewrite": SHORTER})
    marta.click(review, "review.shorter")
    shorter = slack.wait_for(lambda: said_in(slack, thread)[1:], what="a shorter version")[0]
    assert SHORTER in shorter.words
    assert "From the campaign" in shorter.words

    # … and for what the draft becomes.
    endpoint.script.clear()
    marta.edit(message, DRAFT.replace("liked", "loved"))
    slack.wait_for(lambda: said_in(slack, thread, "You changed this draft"), what="the old review to give way")
    slack.wait_for(lambda: said_in(slack, thread, "Post it"), what="the review of the new edition")
    assert facts_told(endpoint) == [FACT]


def test_without_the_campaign_the_same_rewrite_is_not_offered(
    slack: Slack, app: AppProcess, endpoint: StandIn, people: list[Person]
) -> None:
    endpoint.says(review_with(WITH_FACT), review_with(WITH_FACT))
    review = slack.reply(people[0].dm(DRAFT))
    assert "40 minutes" not in review.words
    assert facts_told(endpoint) == []


def test_copies_are_told_to_their_author_alone_from_five_authors_on(
    slack: Slack, app: AppProcess, endpoint: StandIn, people: list[Person]
) -> None:
    # Marta's is the first; these are the second to the fourth.
    for person in people[1:4]:
        drafted(slack, person, COPIED)
    slack.wait_quiet()
    assert not any(said_in(slack, thread_of(slack, person), "nearly the same") for person in people[:4])

    fifth = people[4]
    message, _ = drafted(slack, fifth, NEARLY)
    thread = thread_of(slack, fifth)
    (alarm,) = slack.wait_for(lambda: said_in(slack, thread, "nearly the same"), what="the alarm")
    assert "Colleagues are about to post" in alarm.words
    assert FIRST in alarm.words
    assert not any(person.user.real_name in alarm.words or person.id in str(alarm.blocks) for person in people)

    sixth = people[5]
    drafted(slack, sixth, OTHER)
    fifth.edit(message, NEARLY.replace("tea", "water"))
    slack.wait_for(lambda: len(said_in(slack, thread)) > 2, what="the review of the new edition")
    slack.wait_quiet()
    assert len(said_in(slack, thread, "nearly the same")) == 1, "once a draft"
    others = [thread_of(slack, person) for person in (*people[:4], sixth)]
    assert not any(said_in(slack, other, "nearly the same") for other in others)


def test_a_fingerprint_holds_no_words_and_protected_speech_has_none(
    slack: Slack, app: AppProcess, endpoint: StandIn, people: list[Person]
) -> None:
    kept = rows(app, 'SELECT user_id, campaign_id, "values" FROM fingerprints')
    assert {user for user, _, _ in kept} == {person.id for person in people[:6]}
    assert all(len(json.loads(values)) == 64 and set(map(type, json.loads(values))) == {int} for _, _, values in kept)
    protected = people[6]
    drafted(slack, protected, PROTECTED)
    slack.wait_for(lambda: not rows(app, f"SELECT id FROM drafts WHERE user_id = '{protected.id}'"), what="it to go")
    assert rows(app, f"SELECT draft_id FROM fingerprints WHERE user_id = '{protected.id}'") == []
    assert "farmhouse" not in app.log()


def test_a_campaign_that_is_gone_leaves_a_plain_review(
    slack: Slack, app: AppProcess, endpoint: StandIn, people: list[Person]
) -> None:
    rows(app, "DELETE FROM campaigns")
    endpoint.says(review_with(WITH_FACT), review_with(WITH_FACT))
    _, review = drafted(slack, people[7], DRAFT)
    assert "LinkedIn" in review.words
    assert "40 minutes" not in review.words
    assert facts_told(endpoint) == []
