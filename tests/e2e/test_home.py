"""The Home tab of a running `bonvent serve`: settings, the last reviews, the export, and "forget me"."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from bot.slack import actions
from bot.store.database import FILE
from tests.e2e.conftest import MANAGERS
from tests.e2e.slack import AppProcess, Message, Person, Slack
from tests.e2e.slack.state import View


def bird(person: Person) -> str:
    """A word of this person's drafts that nobody else's has."""
    return "kingfisher" + "".join(chr(ord("a") + ord(letter) % 26) for letter in person.id)


def fine(person: Person) -> str:
    return f"for LinkedIn: One year at Tebiora today, and I still learn from my {bird(person)} team every week."


@pytest.fixture
def marta(slack: Slack, app: AppProcess) -> Person:
    number = len(slack.state.users)
    return slack.add_user(f"Marta {number}", email=f"marta{number}@tebiora.example")


def home(slack: Slack, person: Person, part: str = "") -> View:
    """Opens somebody's Home, and waits until it says this."""
    person.open_home()
    return shows(slack, person, part)


def shows(slack: Slack, person: Person, part: str) -> View:
    def drawn() -> View | None:
        view = slack.home(person)
        return view if view and part in view.words else None

    return slack.wait_for(drawn, what=f"a home with {part!r}")


def standing(slack: Slack, person: Person) -> list[Message]:
    return [m for m in slack.messages(person) if m.by_bot and not m.files]


def kept(app: AppProcess, person: Person) -> list[str]:
    """Tables in which somebody, or a word of theirs, is found."""
    with closing(sqlite3.connect(app.data / FILE)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            table
            for table in tables
            if any(
                person.id in str(row) or bird(person) in str(row) for row in database.execute(f"SELECT * FROM {table}")
            )
        ]


def test_the_last_reviews_are_shown_to_their_owner_with_a_way_to_the_thread(
    slack: Slack, app: AppProcess, marta: Person
) -> None:
    slack.reply(marta.dm(fine(marta)))
    view = home(slack, marta, "One year at Tebiora today")
    assert "Open the thread" in view.words
    other = slack.add_user("Bru Ferran")
    assert bird(marta) not in home(slack, other, "My last reviews").words


def test_settings_are_kept_and_used(slack: Slack, app: AppProcess, marta: Person) -> None:
    view = home(slack, marta, "My settings")
    assert marta.click(view, actions.HOME_NETWORK, option="bluesky").ok
    assert marta.click(view, actions.HOME_LANGUAGE, option="es").ok
    view = shows(slack, marta, "Mis ajustes")
    assert "Bluesky" in slack.reply(marta.dm("One year at Tebiora today, and I still learn every week.")).words
    assert marta.click(view, actions.HOME_NETWORK, option="ask").ok
    assert marta.click(view, actions.HOME_LANGUAGE, option="slack").ok
    shows(slack, marta, "My settings")


def test_a_network_or_language_that_isnt_offered_changes_nothing(slack: Slack, app: AppProcess, marta: Person) -> None:
    view = home(slack, marta, "My settings")
    for action in (actions.HOME_NETWORK, actions.HOME_LANGUAGE):
        assert marta.click(view, action, value="orkut", option="slack" if "lang" in action else "ask").ok
    slack.wait_quiet()
    assert "My settings" in home(slack, marta, "My settings").words


def test_who_doesnt_want_drafts_kept_has_none_from_then_on(slack: Slack, app: AppProcess, marta: Person) -> None:
    slack.reply(marta.dm(fine(marta)))
    assert marta.click(home(slack, marta, bird(marta)), actions.HOME_KEEP).ok
    slack.wait_for(lambda: "drafts" not in kept(app, marta), what="the draft to go")
    home(slack, marta, "Nothing here yet")
    slack.reply(marta.dm(fine(marta)))
    slack.wait_for(lambda: "drafts" not in kept(app, marta), what="the next draft to go, too")


def test_the_export_is_a_file_in_the_direct_message_with_all_that_is_kept(
    slack: Slack, app: AppProcess, marta: Person
) -> None:
    slack.reply(marta.dm(fine(marta)))
    assert marta.click(home(slack, marta, "Export my data"), actions.HOME_EXPORT).ok
    shows(slack, marta, "Your file is in our direct message")
    (message,) = [m for m in slack.messages(marta) if m.by_bot and m.files]
    file = slack.state.files[message.files[0]]
    assert file.name == "bonvent-data.json"
    data = json.loads(file.content)
    assert bird(marta) in data["drafts"][0]["text"]
    assert data["user_id"] == marta.id


def test_forget_me_leaves_nothing_of_a_person(slack: Slack, app: AppProcess, marta: Person) -> None:
    slack.reply(marta.dm(fine(marta)))
    slack.reply(marta.dm("hello!"))
    slack.wait_quiet()
    assert kept(app, marta)
    assert marta.click(home(slack, marta, "Forget me"), actions.HOME_FORGET).ok
    view = shows(slack, marta, "I've forgotten you")
    assert bird(marta) not in view.words
    slack.wait_for(lambda: standing(slack, marta) == [], 30, what="our replies to go")
    assert kept(app, marta) == []
    files = b"".join(path.read_bytes() for path in app.data.glob(f"{FILE}*"))
    assert bird(marta).encode() not in files
    assert bird(marta) not in app.log()


def test_afterwards_we_start_afresh(slack: Slack, app: AppProcess, marta: Person) -> None:
    draft = marta.dm(fine(marta))
    slack.reply(draft)
    assert marta.click(home(slack, marta, "Forget me"), actions.HOME_FORGET).ok
    shows(slack, marta, "I've forgotten you")
    slack.wait_for(lambda: standing(slack, marta) == [], 30, what="our replies to go")
    assert slack.redeliver(draft).status == 200
    slack.wait_quiet()
    assert kept(app, marta) == []
    slack.reply(marta.dm(fine(marta)))


def test_a_guest_reads_why_nothing_is_here(slack: Slack, app: AppProcess) -> None:
    guest = slack.add_user("A guest", guest=True)
    view = home(slack, guest, "guest")
    assert "My settings" not in view.words


def test_managers_see_the_state_of_things_and_nobody_else_does(slack: Slack, app: AppProcess, marta: Person) -> None:
    channel = next(c for c in slack.state.channels.values() if c.name == MANAGERS)
    boss = next(
        Person(slack, user) for id_, user in slack.state.users.items() if id_ in channel.members and not user.is_bot
    )
    view = home(slack, boss, "Published passages")
    assert "Questions to humans" in view.words
    assert "Published passages" not in home(slack, marta, "My data").words
