"""A storm: drafts under redelivery, lost answers and kills; and what must be true afterwards."""

from __future__ import annotations

import random
import statistics
import threading
import time
from dataclasses import dataclass
from typing import cast

from tests.e2e.slack import AppProcess, Message, Slack

REDELIVER_AFTER = (0.5, 10.0, 30.0, 180.0)
"""Slack's own times are at once, one minute, five minutes: the last one comes when the kills are over."""
WORDS = "for x: Proud of what my team at Tebiora shipped today, roof number {}."


@dataclass(frozen=True)
class Outcome:
    """What stands in Slack afterwards."""

    drafts: int
    lost: int
    unreached: int
    """Drafts that Slack gave up on, since the app was away at each of its tries; never a loss of ours, and counted apart."""
    doubled: int
    kills: int
    seconds: float


def storm(slack: Slack, app: AppProcess, *, drafts: int, kills: int, seed: int = 1) -> Outcome:
    """Sends drafts while the app is killed at random moments; waits until each has its answer."""
    begun = time.monotonic()
    chance = random.Random(seed)
    slack.faults.redeliver_share = 0.25
    slack.faults.drop_answers("chat.postMessage", share=0.15)
    sent: list[Message] = []
    people = [slack.add_user(f"Sailor {number}") for number in range(drafts)]
    done = threading.Event()

    def killer() -> None:
        for _ in range(kills):
            if done.wait(chance.uniform(0.3, 2.0)):
                return
            app.kill()
            app.start()

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        for number, person in enumerate(people):
            sent.append(person.dm(WORDS.format(number)))
            # Spread over the kills: a start takes a few seconds.
            time.sleep(chance.uniform(0.0, 2.0 * kills * 5.0 / max(1, drafts)))
        thread.join()
        slack.faults.rules.clear()
        slack.faults.redeliver_share = 0.0
        missing = _wait(slack, sent, 240.0)
    finally:
        done.set()
        thread.join()
    slack.wait_quiet(120.0)
    time.sleep(12.0)  # longer than a post is looked for: what would come twice has come by then
    doubled = sum(max(0, len(_answers(slack, message)) - 1) for message in sent)
    greetings = sum(max(0, len([m for m in slack.messages(p) if m.by_bot and not m.thread_ts]) - 1) for p in people)
    unreached = [message for message in missing if not _reached(slack, message)]
    lost = len(missing) - len(unreached)
    return Outcome(drafts, lost, len(unreached), doubled + greetings, kills, time.monotonic() - begun)


def _reached(slack: Slack, message: Message) -> bool:
    """Whether the app ever acknowledged the message."""
    event_id = (message.event or {}).get("event_id")
    return any(ack.status == 200 for ack in slack.acks if ack.id == event_id)


def _answers(slack: Slack, message: Message) -> list[Message]:
    return [m for m in slack.thread(message) if m.by_bot and not m.deleted]


def _wait(slack: Slack, sent: list[Message], timeout: float) -> list[Message]:
    until = time.monotonic() + timeout
    missing = sent
    while missing and time.monotonic() < until:
        missing = [message for message in missing if not _answers(slack, message)]
        time.sleep(0.2)
    return missing


def quickness(slack: Slack, drafts: int) -> tuple[float, float]:
    """Milliseconds from event to posted review, for people who were greeted already: median and the slowest of ten."""
    taken: list[float] = []
    for number in range(drafts):
        person = slack.add_user(f"Rower {number}")
        person.open_messages(wait=True)
        slack.wait_for(lambda person=person: slack.messages(person), what="the welcome")  # type: ignore[misc]
        begun = time.perf_counter()
        message = person.dm(WORDS.format(number))
        slack.reply(message, timeout=30.0)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.9)]


def crowd(slack: Slack, drafts: int, during: float) -> tuple[float, float]:
    """Milliseconds to acknowledge messages and buttons while drafts wait on a slow model: median and p99."""
    people = [slack.add_user(f"Passenger {number}") for number in range(drafts)]
    before = len(slack.acks)
    sent = [person.dm(WORDS.format(number)) for number, person in enumerate(people)]
    until = time.monotonic() + during
    number = 0
    while time.monotonic() < until:
        people[number % drafts].open_home(wait=True)
        people[(number + 7) % drafts].shortcut("review_a_draft")
        number += 1
        time.sleep(0.02)
    taken = sorted(ack.seconds * 1000 for ack in slack.acks[before:] if ack.status == 200)
    assert len(taken) > drafts
    for message in cast("list[Message]", sent):
        slack.reply(message, timeout=120.0)
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


def asking(slack: Slack, questions: int) -> tuple[str, str]:
    """`/policy` again and again, each by somebody new: milliseconds to the acknowledgement and to the answer."""
    acks, answers = [], []
    for number in range(questions):
        person = slack.add_user(f"Asker {number}")
        begun = time.perf_counter()
        acks.append(person.slash("/policy", f"May I post a photo of a colleague on roof {number}?").seconds * 1000)
        slack.wait_for(lambda person=person: slack.ephemeral(person), what="an answer")  # type: ignore[misc]
        answers.append((time.perf_counter() - begun) * 1000)
    return _figures(acks), _figures(answers)


def crowd_asking(slack: Slack, drafts: int, during: float) -> tuple[str, str]:
    """The same while drafts wait on a slow model: acknowledgements of all, answers to what no model is asked about."""
    people = [slack.add_user(f"Passenger {number}") for number in range(drafts)]
    sent = [person.dm(WORDS.format(number)) for number, person in enumerate(people)]
    acks, answers = [], []
    until = time.monotonic() + during
    number = 0
    while time.monotonic() < until:
        number += 1
        asker, other = slack.add_user(f"Asker {number}"), people[number % drafts]
        begun = time.perf_counter()
        acks.append(asker.slash("/policy", "May I post what I earn?").seconds * 1000)
        slack.wait_for(lambda asker=asker: slack.ephemeral(asker), what="an answer")  # type: ignore[misc]
        answers.append((time.perf_counter() - begun) * 1000)
        acks.append(other.slash("/policy", "May I post a photo of a colleague?", wait=True).seconds * 1000)
        time.sleep(0.02)
    for message in sent:
        slack.reply(message, timeout=120.0)
    return _figures(acks), f"answered without asking it {_figures(answers)}"


def _figures(taken: list[float]) -> str:
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"median {statistics.median(ordered):.0f} ms, p99 {p99:.0f} ms of {len(ordered)}"
