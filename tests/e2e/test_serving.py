"""`bonvent serve` as its operator meets it: both ways to Slack, one process a folder, clear errors, a graceful stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.e2e.slack import AppProcess, Person, Slack, slack_stand_in

FINE = "for LinkedIn: One year at Tebiora today, and I still learn from my team every week."
QUESTION = "May I post a photo of a colleague?"
MONTH = 31 * 24 * 3600


@pytest.fixture
def quiet() -> Iterator[Slack]:
    with slack_stand_in(socket_mode=True, redeliver_after=(0.3, 5.0, 15.0)) as slack:
        yield slack


def test_socket_mode_survives_a_dropped_and_a_refreshed_connection(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path
) -> None:
    with new_app(quiet, tmp_path) as app:
        marta = quiet.add_user("Marta Puig")
        team = quiet.add_channel("team", members=[marta])
        quiet.reply(marta.dm(FINE))
        for asked, how in enumerate(("refresh", "drop")):
            assert marta.slash("/policy", QUESTION, channel=team).ok
            marta.says_in(team, f"<@{quiet.state.bot_user}> {QUESTION}", wait=True)
            answers = quiet.wait_for(lambda n=asked: quiet.ephemeral(marta)[2 * n + 1 :], what="both answers")
            assert "question.share" in answers[-1].action_ids
            quiet.break_sockets(how)  # type: ignore[arg-type]
            quiet.reply(marta.dm(FINE), timeout=30.0)
        assert app.stop() == 0
    # The SDK acknowledges on its newest socket what came through the one before: Slack sends such an event again.
    assert {c for c in quiet.complaints if "never went through this socket" not in c} == set()


def test_it_finishes_before_it_stops_and_takes_up_what_it_left(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path
) -> None:
    with new_app(quiet, tmp_path) as app:
        marta = quiet.add_user("Marta Puig")
        draft = marta.dm(FINE, wait=True)
        assert app.stop() == 0
        app.start()
        quiet.reply(draft, timeout=30.0)
        quiet.wait_quiet()
        assert len(quiet.thread(draft)) == 1


def test_drafts_go_after_the_retention_time(quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path) -> None:
    with new_app(quiet, tmp_path) as app:
        draft = quiet.add_user("Marta Puig").dm(FINE.replace("team", "kingfisherteam"))
        quiet.reply(draft)
        app.stop()
        assert b"kingfisherteam" in _stored(app)
        app.environment["BONVENT_CLOCK_SHIFT"] = str(MONTH)
        app.start()
        app.stop()
        assert b"kingfisherteam" not in _stored(app)


def test_a_second_process_on_the_same_folder_is_refused(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path
) -> None:
    with new_app(quiet, tmp_path) as app:
        second = AppProcess(quiet, tmp_path)
        second.log_file = tmp_path / "second.log"
        with pytest.raises(AssertionError, match="another `bonvent serve` works in"):
            second.start()
        assert app.running


def test_past_the_hourly_limit_a_sentence_asks_for_patience(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path
) -> None:
    with new_app(quiet, tmp_path, BONVENT_DRAFTS_PER_HOUR="2"):
        marta = quiet.add_user("Marta Puig")
        for _ in range(2):
            assert "Only you can answer" in quiet.reply(marta.dm(FINE)).words
        assert "Only you can answer" not in quiet.reply(marta.dm(FINE)).words
        assert "Only you can answer" in quiet.reply(quiet.add_user("Somebody else").dm(FINE)).words


@pytest.mark.timeout(180)
def test_on_postgres_another_process_takes_up_the_work_of_one_that_is_gone(
    new_app: Callable[..., AppProcess], tmp_path: Path, postgres_url: str
) -> None:
    with slack_stand_in(redeliver_after=(0.3, 5.0, 15.0)) as slack:
        shared = {"SLACK_APP_TOKEN": "", "BONVENT_DATABASE_URL": postgres_url}
        survivor = new_app(slack, tmp_path / "survivor", **shared)
        victim = new_app(slack, tmp_path / "victim", **shared)  # Slack's requests go to the one that was made last
        with victim, survivor:
            marta = slack.add_user("Marta Puig")
            marta.open_messages(wait=True)
            slack.wait_for(lambda: slack.messages(marta), what="the welcome")
            _ask_about_policy(slack, marta, postgres_url)
            slack.faults.slow("users.info", 3.0)
            slack.faults.slow("chat.postMessage", 3.0)
            draft = marta.dm(FINE, wait=True)
            victim.kill()
            slack.serve_http(f"http://127.0.0.1:{survivor.port}/slack/events")
            slack.reply(draft, timeout=90.0)
            slack.faults.clear()
            slack.wait_quiet()
            assert len([m for m in slack.thread(draft) if m.by_bot]) == 1


def test_missing_settings_are_one_line_each(quiet: Slack, tmp_path: Path) -> None:
    app = AppProcess(quiet, tmp_path, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="")
    with pytest.raises(AssertionError, match="ended with 2"):
        app.start()
    lines = app.log().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("bonvent: SLACK_") for line in lines)


def test_a_refused_token_says_where_to_get_one(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path: Path
) -> None:
    app = new_app(quiet, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong")
    with pytest.raises(AssertionError, match="Slack refused SLACK_BOT_TOKEN"):
        app.start()


def _ask_about_policy(slack: Slack, marta: Person, postgres_url: str) -> None:
    """By command and in a thread, shared, noted as a gap, and nothing of it once it is private: all on Postgres."""
    team = slack.add_channel("team", members=[marta])
    for number, question in enumerate((QUESTION, "Is there a swimming pool?", "May I post what I earn?")):
        marta.slash("/policy", question, channel=team)
        slack.wait_for(lambda n=number: slack.ephemeral(marta)[n:], what="an answer")
    marta.click(slack.ephemeral(marta)[0], "question.share")
    slack.wait_for(lambda: [m for m in slack.messages(team) if m.by_bot and not m.ephemeral_to], what="it to be shared")
    asked = marta.dm(QUESTION)
    slack.reply(asked)
    marta.dm("and on Instagram?", thread=asked)
    slack.reply(asked, nth=1)

    def kept(table: str) -> set[str]:
        with psycopg.connect(postgres_url) as connection:
            return {str(text) for (text,) in connection.execute(f"SELECT text FROM {table}")}

    slack.wait_for(lambda: kept("gap_questions") == {"Is there a swimming pool?"}, what="the gap to be noted")
    assert kept("questions") == {QUESTION, "Is there a swimming pool?", "and on Instagram?"}


def _stored(app: AppProcess) -> bytes:
    return b"".join(f.read_bytes() for f in app.data.glob("bonvent.sqlite3*"))


def test_any_payload_is_answered(slack: Slack, app: AppProcess) -> None:
    bodies: list[object] = [
        [], {}, {"type": "event_callback"}, {"type": "event_callback", "event": []}, {"type": "event_callback", "event": {"type": 3}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im"}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": "x", "text": 7}},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "subtype": "message_changed", "message": "?"}},
        {"type": "event_callback", "event": {"type": "reaction_added"}}, {"type": "unheard_of"},
    ]  # fmt: skip
    for body in bodies:
        assert slack.send(json.dumps(body).encode()).status in (200, 400, 500), body
    for interaction in (
        {"type": "block_actions", "actions": [{"action_id": "review.helpful", "value": ["?"]}], "user": {"id": "U1"}},
        {"type": "block_actions", "actions": [], "user": {}},
        {"type": "view_submission", "view": {"callback_id": "view.draft", "state": {}}, "user": {"id": "U1"}},
        {"type": "shortcut", "callback_id": "unheard_of", "user": {"id": "U1"}},
    ):
        assert slack.send(interaction, how="interactive").status in (200, 400, 500)  # type: ignore[arg-type]
    assert app.get("/readyz")[0] == 200
    slack.reply(slack.add_user("After the flood").dm(FINE))
