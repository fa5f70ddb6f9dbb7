"""Manuals in Slack, in a running `bonvent serve`: added, replaced, retired by community managers, and by nobody else."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

import pytest

from bot.slack import actions
from bot.store.database import ENGINE_FILE
from tests.conftest import COMPANY, MANUAL, SHIPPED
from tests.e2e.manuals_desk import answer, home, id_of, last, menu_of, previewed, published, says
from tests.e2e.slack import AppProcess, Person, Slack
from tests.manual.conftest import make_docx

CANARY = "kingfisherlagoon"
CUSTOMERS = f"""
# Customers and the {CANARY}

## Naming customers {{#customers}}

Name a customer only with their written consent, whatever the {CANARY} says.

## Logos

A customer's logo stays as it is: no new colours, no shadow.
"""
WITHOUT = CUSTOMERS.replace("Name a customer only with their written consent", "Ask before you name a customer")
RULES = """
rules:
  - id: customers.named
    severity: must-fix
    match: {terms: [our customer]}
    message: {en: Do you have their consent in writing?}
    fix: {en: Ask them first.}
    manual: {ref: customers, quote: {en: Name a customer only with their written consent}}
    tests: {bad: [Proud of our customer], good: [Proud of our team]}
"""


@pytest.fixture(scope="module")
def app(slack: Slack, aina: Person, pol: Person, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """A company of its own: one of its rules rests on words that its own manual doesn't have."""
    folder = tmp_path_factory.mktemp("app")
    knowledge = folder / "knowledge"
    (knowledge / "policy").mkdir(parents=True)
    (knowledge / "manual" / "en").mkdir(parents=True)
    (knowledge / "company.yaml").write_text(textwrap.dedent(COMPANY), "utf-8")
    (knowledge / "policy" / "rules.yaml").write_text(RULES, "utf-8")
    (knowledge / "manual" / "en" / "guide.md").write_text(MANUAL, "utf-8")
    shutil.copy(SHIPPED / "networks.yaml", knowledge)
    made = AppProcess(
        slack,
        folder,
        SLACK_APP_TOKEN="",
        BONVENT_KNOWLEDGE=str(knowledge),
        BONVENT_MANAGERS=f"{aina.id} {pol.id}",
        BONVENT_LOG_LEVEL="debug",
    )
    with made as running:
        yield running


@pytest.fixture(autouse=True)
def all_acknowledged(slack: Slack, app: AppProcess) -> Iterator[None]:
    yield
    slack.wait_quiet()
    assert slack.late == []


def test_what_is_added_answers_once_it_says_so(slack: Slack, aina: Person, nosy: Person) -> None:
    docx = make_docx(("Heading1", "Office dogs"), ("Normal", "Dogs may be shown when their owner agrees."))
    post = previewed(slack, aina, {"customers.md": CUSTOMERS.encode(), "dogs.docx": docx}, name="brand")
    assert "brand · a new manual" in post.words
    assert "New sections: 3" in post.words
    assert "Office dogs (en)" in post.words
    assert "would be back" in post.words
    assert "Do you have their consent in writing?" in post.words
    assert "dogs" not in post.text
    assert "agrees" not in answer(slack, nosy, "May I show the office dogs?")
    published(slack, aina, post)
    assert post.action_ids == []
    assert "Dogs may be shown when their owner agrees." in answer(slack, nosy, "May I show the office dogs?")
    view = home(slack, aina, "brand")
    assert "published on" in view.words
    assert "Aina Ferrandis" in view.words


def test_replacing_it_tells_which_rules_would_rest(slack: Slack, aina: Person) -> None:
    post = previewed(slack, aina, {"customers.md": WITHOUT.encode()}, source="brand")
    assert "in place of the one that is published" in post.words
    assert "Changed sections: 1" in post.words
    assert "Sections that go: 1" in post.words
    assert "would rest" in post.words
    assert "“Name a customer only with their written consent”" in post.words
    aina.click(post, actions.MANUAL_DISCARD)
    says(slack, post, "Discarded")
    assert "Resting: 0" in home(slack, aina, "Rules: 1").words


def test_pressing_twice_publishes_once(slack: Slack, aina: Person) -> None:
    post = previewed(slack, aina, {"hats.md": b"# Hats\n\nHats are welcome."})
    for _ in range(2):
        aina.click(post, actions.MANUAL_PUBLISH, wait=False)
    says(slack, post, "From now on I answer with it")
    view = home(slack, aina, "hats")
    assert view.words.count(", hats, by Aina") == 1


def test_a_name_that_is_not_to_be_had_is_told_beside_its_field(slack: Slack, aina: Person) -> None:
    aina.click(home(slack, aina, "The manual"), actions.MANUAL_ADD)
    for name in ("manual", "answers", "a/b", "two words"):
        aina.submit(values={"files": [aina.file("a.md", b"# A\n\nWords.")], "name": name})
        assert "up to 60 letters" in slack.view_of(aina).errors["name"]
    aina.close()


def test_a_broken_file_leaves_all_as_it_was(slack: Slack, aina: Person) -> None:
    before = home(slack, aina, "The manual").words
    locked = b"\xd0\xcf\x11\xe0" + b"x" * 2000
    post = previewed(slack, aina, {"broken.pdf": b"%PDF-1.4 nonsense", "locked.docx": locked})
    assert "The published manual stays as it was" in post.words
    assert "broken.pdf · It's damaged" in post.words
    assert "locked.docx · It's locked" in post.words
    assert post.action_ids == []
    assert home(slack, aina, "The manual").words == before


def test_what_can_be_read_is_shown_with_what_cant(slack: Slack, aina: Person, pol: Person) -> None:
    good = aina.file("good.md", b"# Good\n\nGood words.")
    long = aina.file("long.pdf", b"%PDF-1.4" + bytes(21_000_000), claimed_size=9_000_000)
    away = aina.file("away.md", b"# Away", redirects_to=slack.elsewhere)
    his = pol.file("his.md", b"# His\n\nHis words.")
    aina.click(home(slack, aina, "The manual"), actions.MANUAL_ADD)
    aina.submit(values={"files": [good, long, away, his]})
    post = last(slack, aina, "good · a new manual")
    assert "long.pdf · It's too large" in post.words
    assert "away.md · I couldn't fetch it" in post.words
    assert "New sections: 1\n• Good (en)" in post.words
    assert slack.visits == []
    assert his.id not in slack.downloads
    aina.click(post, actions.MANUAL_DISCARD)
    says(slack, post, "Discarded")


def test_the_second_is_told_who_was_quicker_and_looks_again(slack: Slack, aina: Person, pol: Person) -> None:
    hers = previewed(slack, aina, {"tea.md": b"# Tea\n\nTea is served at four."})
    his = previewed(slack, pol, {"coffee.md": b"# Coffee\n\nCoffee is served at ten."})
    for person, post in ((aina, hers), (pol, his)):
        person.click(post, actions.MANUAL_PUBLISH, wait=False)
    slack.wait_for(
        lambda: (
            {"From now on I answer with it" in post.words for post in (hers, his)} == {True, False}
            and any("has changed since you looked" in post.words for post in (hers, his))
        ),
        20,
        what="one to win",
    )
    loser, post, other = (pol, his, "Aina") if "From now on" in hers.words else (aina, hers, "Pol")
    assert f"{other} " in post.words
    loser.click(post, actions.MANUAL_LOOK_AGAIN)
    says(slack, post, "New sections: 1")
    published(slack, loser, post)


def test_it_shows_what_goes_then_goes(slack: Slack, aina: Person, nosy: Person) -> None:
    view = home(slack, aina, "brand")
    aina.click(view, actions.MANUAL_PROPOSE, option=menu_of(view, "brand"))
    post = last(slack, aina, "what retiring it would change")
    assert "Sections that go: 3" in post.words
    assert "would rest" in post.words
    aina.click(post, actions.MANUAL_KEEP)
    says(slack, post, "It stays")
    aina.click(view, actions.MANUAL_PROPOSE, option=menu_of(view, "brand"))
    post = last(slack, aina, "what retiring it would change")
    aina.click(post, actions.MANUAL_RETIRE)
    says(slack, post, "From now on I answer without it")
    assert "agrees" not in answer(slack, nosy, "May I show the office dogs?")
    slack.wait_for(lambda: "Resting: 1" in home(slack, aina, "Rules: 1").words, what="the rule to rest")


def test_somebody_published_meanwhile(slack: Slack, aina: Person, pol: Person) -> None:
    view = home(slack, aina, "hats")
    aina.click(view, actions.MANUAL_PROPOSE, option=menu_of(view, "hats"))
    post = last(slack, aina, "what retiring it would change")
    published(slack, pol, previewed(slack, pol, {"cats.md": b"# Cats\n\nCats are welcome, too."}))
    aina.click(post, actions.MANUAL_RETIRE)
    says(slack, post, "Pol Serra published cats")
    aina.click(post, actions.MANUAL_PROPOSE_AGAIN)
    says(slack, post, "what retiring it would change")


def test_a_stranger_with_a_managers_buttons(slack: Slack, aina: Person, nosy: Person) -> None:
    post = previewed(slack, aina, {"gloves.md": b"# Gloves\n\nGloves are fine."})
    for action in (actions.MANUAL_PUBLISH, actions.MANUAL_DISCARD):
        nosy.click(post, action)
        slack.wait_for(
            lambda: [m for m in slack.ephemeral(nosy) if "looked after by the community managers" in m.words],
            what="a sentence",
        )
    view = home(slack, aina, "The manual")
    nosy.click(view, actions.MANUAL_ADD)
    assert "looked after by the community managers" in slack.view_of(nosy).words
    nosy.click(view, actions.MANUAL_PROPOSE, option=menu_of(view, "hats"))
    assert "looked after by the community managers" in slack.view_of(nosy).words
    aina.click(view, actions.MANUAL_ADD)
    modal = slack.view_of(aina)
    nosy.submit(modal, {"files": [nosy.file("mine.md", b"# Mine")]})
    assert "looked after by the community managers" in modal.words
    assert "Publish" in post.words


def test_made_up_values(slack: Slack, aina: Person) -> None:
    post = last(slack, aina, "gloves")
    for value in ("x", "../../../../etc/passwd", f"{'a' * 22}.1x", f"{'a' * 22}"):
        aina.click(post, actions.MANUAL_PUBLISH, value=value)
        slack.wait_for(lambda: [m for m in slack.ephemeral(aina) if "button any more" in m.words], what="it")
    aina.click(post, actions.MANUAL_PUBLISH, value=f"{'a' * 22}.17")
    last(slack, aina, "isn't waiting any more")
    aina.click(post, actions.MANUAL_PUBLISH, value=f"{id_of(post)}.17")
    says(slack, post, "This is what publishing it would change")


def test_an_employee_sees_no_manuals(slack: Slack, nosy: Person) -> None:
    assert "Add or replace" not in home(slack, nosy, "My data").words


def test_a_manual_sent_as_a_message_is_shown_the_way(slack: Slack, aina: Person) -> None:
    aina.dm("Here's our guide", files=[aina.file("guide.pdf", b"%PDF-1.4")])
    slack.wait_for(lambda: [m for m in slack.ephemeral(aina) if "Add or replace a manual" in m.words], what="a hint")


def test_a_kill_between_pressing_and_publishing_loses_nothing(slack: Slack, app: AppProcess, aina: Person) -> None:
    post = previewed(slack, aina, {"umbrellas.md": b"# Umbrellas\n\nUmbrellas are for everybody."})
    aina.click(post, actions.MANUAL_PUBLISH)
    app.restart()
    says(slack, post, "From now on I answer with it")
    slack.wait_quiet()
    slack.acks.clear()  # what Slack sent while nobody was there
    assert home(slack, aina, "umbrellas").words.count(", umbrellas, by Aina") == 1


def test_words_of_a_file_stand_in_the_preview_alone(slack: Slack, app: AppProcess) -> None:
    assert CANARY not in app.log()
    assert "Traceback" not in app.log()
    assert all(place.startswith("message") for place in slack.places_holding(CANARY))
    queue = b"".join(path.read_bytes() for path in app.data.glob(f"{ENGINE_FILE}*"))
    assert b"manual:publish" in queue
    assert CANARY.encode() not in queue
