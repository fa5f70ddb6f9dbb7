"""`bonvent serve` as its operator meets it: both ways to Slack, one process a folder, clear errors, a graceful stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.e2e.slack import AppProcess, Person, Slack, slack_stand_in

FINE = "for LinkedIn: One year at Tebiora today, and I still learn from my team every week."
QUESTION = "May I post a photo of a colleague?"
MONTH = 31 * 24 * 3600
AGAIN_S = (0.3, 5.0, 15.0)
LAST_TRY_S = 40.0
"""By then Slack has tried for the last time, three seconds each: an earlier test's sockets may have cost it an answer."""


@pytest.fixture(scope="module")
def quiet() -> Iterator[Slack]:
    with slack_stand_in(socket_mode=True, redeliver_after=AGAIN_S) as slack:
        yield slack


@pytest.fixture(scope="module")
def served(
    quiet: Slack, new_app: Callable[..., AppProcess], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    """In Socket Mode, with a low limit of drafts. The tests that stop it come last."""
    with new_app(quiet, tmp_path_factory.mktemp("served"), BONVENT_DRAFTS_PER_HOUR="7") as app:
        yield app


def test_a_second_process_on_the_same_folder_is_refused(quiet: Slack, served: AppProcess, tmp_path: Path) -> None:
    second = AppProcess(quiet, served.data.parent)
    second.log_file = tmp_path / "second.log"
    with pytest.raises(AssertionError, match="another `bonvent serve` works in"):
        second.start()
    assert served.running


def test_past_the_hourly_limit_a_sentence_asks_for_patience(quiet: Slack, served: AppProcess) -> None:
    marta = quiet.add_user("Marta Puig")
    for _ in range(7):
        assert "Only you can answer" in quiet.reply(marta.dm(FINE)).words
    assert "Only you can answer" not in quiet.reply(marta.dm(FINE)).words
    assert "Only you can answer" in quiet.reply(quiet.add_user("Somebody else").dm(FINE)).words


def test_socket_mode_survives_a_dropped_and_a_refreshed_connection(quiet: Slack, served: AppProcess) -> None:
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
    # The SDK acknowledges on its newest socket what came through the one before: Slack sends such an event again.
    assert {c for c in quiet.complaints if "never went through this socket" not in c} == set()


def test_it_finishes_before_it_stops_and_takes_up_what_it_left(quiet: Slack, served: AppProcess) -> None:
    draft = quiet.add_user("Marta Puig").dm(FINE, wait=True)
    assert served.stop() == 0
    served.start()
    quiet.reply(draft, timeout=30.0)
    quiet.wait_quiet(LAST_TRY_S)
    assert len(quiet.thread(draft)) == 1


def test_drafts_go_after_the_retention_time(quiet: Slack, served: AppProcess) -> None:
    draft = quiet.add_user("Marta Puig").dm(FINE.replace("team", "kingfisherteam"))
    quiet.reply(draft)
    served.stop()
    assert b"kingfisherteam" in _stored(served)
    served.environment["BONVENT_CLOCK_SHIFT"] = str(MONTH)
    served.start()
    served.stop()
    assert b"kingfisherteam" not in _stored(served)


@pytest.mark.timeout(180)
def test_on_postgres_another_process_takes_up_the_work_of_one_that_is_gone(
    new_app: Callable[..., AppProcess], tmp_path: Path, postgres_url: str
) -> None:
    with slack_stand_in(redeliver_after=AGAIN_S) as slack:
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
            slack.wait_quiet(LAST_TRY_S)
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
