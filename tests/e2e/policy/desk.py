"""What the tests of questions look at: what somebody is told, what stands in a channel, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bot.slack import actions
from bot.slack.sentences import load_sentences
from tests.conftest import ROOT
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack, View
from tests.e2e.stored import rows

PHOTO = "May I post a photo of a colleague?"
PAY = "May I post what I earn and talk about my wages"
SENTENCES = load_sentences(ROOT / "prompts")


def says(key: Any, language: str = "en", **values: object) -> str:
    return SENTENCES.say(key, language, ("en", "es", "ca"), **values)


def person(slack: Slack, **fields: Any) -> Person:
    number = len(slack.state.users)
    return slack.add_user(f"Asker {number}", email=f"asker{number}@tebiora.example", **fields)


def inside(slack: Slack, room: Channel, **fields: Any) -> Person:
    """Somebody in a channel."""
    asker = person(slack, **fields)
    room.members.append(asker.id)
    return asker


def seen(slack: Slack, asker: Person, *, count: int = 1) -> Message:
    """What only the asker sees, once there is that much of it: the last of it."""
    return slack.wait_for(
        lambda: (found := slack.ephemeral(asker)) and len(found) >= count and found[-1], what="an ephemeral answer"
    )


def asked(slack: Slack, asker: Person, channel: Channel, question: str = PHOTO) -> Message:
    """The answer that the asker alone is shown, after `/policy` in a channel."""
    before = len(slack.ephemeral(asker))
    asker.slash("/policy", question, channel=channel)
    return answer_in(slack, lambda: slack.ephemeral(asker)[before:])


def asked_in_dm(slack: Slack, asker: Person, question: str = PHOTO) -> tuple[Message, Message]:
    """The question and its answer."""
    message = asker.dm(question)
    return message, answer_in(slack, lambda: slack.thread(message))


def answer_in(slack: Slack, where: Callable[[], list[Message]]) -> Message:
    return slack.wait_for(lambda: [m for m in where() if actions.POLICY_HELPFUL in m.action_ids], what="an answer")[0]


def whispered(slack: Slack, asker: Person, words: str) -> Message:
    return slack.wait_for(lambda: [m for m in slack.ephemeral(asker) if words in m.words], what=f"“{words}”")[-1]


def filled(slack: Slack, asker: Person) -> View:
    """The modal, once it shows what will be shared."""
    return slack.wait_for(
        lambda: next((v for v in [slack.view_of(asker)] if v.callback_id == actions.VIEW_POLICY_ASK_HUMAN), None),
        what="what will be shared",
    )


def asked_a_human(slack: Slack, asker: Person, answer: Message, managers: Channel, note: str = "") -> Message:
    """The question in the managers' channel."""
    before = len(standing(slack, managers))
    asker.click(answer, actions.POLICY_ASK_HUMAN)
    asker.submit(filled(slack, asker), {"note": note} if note else {})
    assert not slack.modal_open(asker)
    return slack.wait_for(lambda: standing(slack, managers)[before:], what="the question")[0]


def answered(slack: Slack, manager: Person, question: Message, answer: str) -> None:
    manager.click(question, actions.TAKE)
    slack.wait_for(lambda: actions.ANSWER in question.action_ids, what="it to be taken")
    manager.click(question, actions.ANSWER)
    manager.submit(values={"answer": answer})


def replies(slack: Slack, message: Message) -> list[Message]:
    return [m for m in slack.thread(message) if m.by_bot]


def standing(slack: Slack, channel: Channel | Person, words: str = "") -> list[Message]:
    """What everybody in a channel reads of Bonvent's."""
    return [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to and words in m.words]


def stands(slack: Slack, channel: Channel | Person, words: str = "") -> Message:
    return slack.wait_for(lambda: standing(slack, channel, words), what=f"“{words}” in a channel")[-1]


def questions_of(app: AppProcess, asker: Person) -> list[tuple[Any, ...]]:
    return rows(app, "SELECT text, language, body, thread_ts FROM questions WHERE user_id = ?", asker.id)


def files_with(app: AppProcess, needle: str) -> list[str]:
    """Names of all files of the data folder, and of the log, that hold some words."""
    places = [*app.data.rglob("*"), app.log_file]
    return [file.name for file in places if file.is_file() and needle.encode() in file.read_bytes()]


def value_of(message: Message, action_id: str) -> str:
    return next(str(button["value"]) for button in message.buttons if button["action_id"] == action_id)


def first_quote(answer: Message) -> str:
    """The words of the manual that an answer quotes first."""
    quote = next(each for each in elements(answer.blocks) if each["type"] == "rich_text_quote")
    return str(quote["elements"][0]["text"])


def elements(node: object) -> Iterator[dict[str, Any]]:
    """All objects with a type, in order."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list):
        for value in node:
            yield from elements(value)
