"""What the tests of manuals do in Slack: open a Home, hand files in, publish, and read what comes of it."""

from __future__ import annotations

from bot.slack import actions
from tests.e2e.slack import Message, Person, Slack, View


def home(slack: Slack, person: Person, part: str) -> View:
    """Opens somebody's Home, and waits until it says this."""
    person.open_home()
    return slack.wait_for(lambda: next((v for v in [slack.home(person)] if v and part in v.words), None), what=part)


def last(slack: Slack, person: Person, part: str) -> Message:
    """The newest post to somebody that says this, once it is there."""
    return slack.wait_for(
        lambda: next((m for m in reversed(slack.messages(person)) if m.by_bot and part in m.words), None),
        20,
        what=part,
    )


def upload(slack: Slack, person: Person, files: dict[str, bytes], *, source: str = "new", name: str = "") -> None:
    """Hands files in by the modal; what comes of it is a post."""
    person.click(home(slack, person, "The manual"), actions.MANUAL_ADD)
    given = [person.file(each, content) for each, content in files.items()]
    person.submit(values={"files": given, "source": source} | ({"name": name} if name else {}))
    assert "I'm reading it" in slack.view_of(person).words


def previewed(slack: Slack, person: Person, files: dict[str, bytes], *, source: str = "new", name: str = "") -> Message:
    """Hands files in; the post that says what they would change, or that nothing can be read."""
    before = len(slack.messages(person))
    upload(slack, person, files, source=source, name=name)

    def came() -> list[Message]:
        fresh = slack.messages(person)[before:]
        return [m for m in fresh if "publishing it would change" in m.words or "read any of it" in m.words]

    return slack.wait_for(came, 20, what="what would change")[0]


def says(slack: Slack, post: Message, part: str) -> Message:
    slack.wait_for(lambda: part in post.words, 20, what=part)
    return post


def published(slack: Slack, person: Person, post: Message) -> Message:
    person.click(post, actions.MANUAL_PUBLISH)
    return says(slack, post, "From now on I answer with it")


def answer(slack: Slack, person: Person, question: str) -> str:
    return slack.reply(person.dm(question)).words


def menu_of(view: View, name: str) -> str:
    """The value in the menu beside a source."""
    block = next(b for b in view.blocks if b.get("text", {}).get("text", "").startswith(f"{name}\n"))
    return str(block["accessory"]["options"][0]["value"])


def id_of(post: Message) -> str:
    return str(post.buttons[0]["value"]).partition(".")[0]
