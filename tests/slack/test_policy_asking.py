"""Which messages in the direct message ask Bonvent something, and which of them the managers may learn of."""

from __future__ import annotations

import json

import pytest

from bot.coach.intent import Meaning, understand
from bot.coach.prompt import shipped
from bot.networks.loader import load_networks
from bot.slack.policy_asking import asks, is_draft_all_the_same, is_lone_question
from bot.slack.policy_messages import is_question
from bot.store.questions import Thread
from tests.conftest import ROOT, SHIPPED

NETWORKS = load_networks(SHIPPED / "networks.yaml")
INTENTS = shipped().intents
EVALUATION = ROOT / "tests" / "evaluation"


def meaning(text: str) -> Meaning:
    return understand(text, NETWORKS, INTENTS)


def asked(text: str, thread: Thread | None = None, *, pictures: bool = False) -> bool:
    return is_question(meaning(text), thread, pictures=pictures)


@pytest.mark.parametrize(
    "text",
    [
        "May I post a photo of a colleague?",
        "Is there a charger for electric cars at the Reus site?",
        "¿Se puede traer al perro a la oficina?",
        "Quants subscriptors té el nostre canal de YouTube??",
    ],
)
def test_a_lone_sentence_that_asks_is_a_question(text: str) -> None:
    assert asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "One year at Tebiora today. Who else began on a Monday?",
        "Who is at the fair in Girona? #heatpumps",
        "Have you seen https://www.tebiora.example/field-test?",
        "for LinkedIn: Who else loves heat pumps?",
        "One year at Tebiora today, and I still learn from my team.",
    ],
)
def test_what_may_be_a_post_is_a_draft(text: str) -> None:
    assert not asked(text)


def test_with_a_picture_it_is_a_draft() -> None:
    assert not asked("Who else was on the roof this morning?", pictures=True)


def test_hardly_a_labelled_draft_is_taken_for_a_question() -> None:
    drafts = [
        json.loads(line)["text"]
        for path in ("drafts.jsonl", "other_company/drafts.jsonl")
        for line in (EVALUATION / path).read_text("utf-8").splitlines()
    ]
    assert sum(is_lone_question(meaning(text), pictures=False) for text in drafts) <= len(drafts) // 200


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("why?", True),
        ("and on Instagram?", True),
        ("and if they are a minor", True),
        ("thanks", False),
        ("for LinkedIn: One year at Tebiora today, and I still learn.", False),
        ("So proud of what we did today #heatpumps", False),
    ],
)
def test_in_the_thread_of_a_question_what_isnt_plainly_a_draft_follows_on_it(text: str, question: bool) -> None:
    assert asked(text, Thread(("May I post a photo?",), "en")) is question


def test_a_long_statement_there_is_a_draft() -> None:
    long = "We spent the whole morning on a cold roof and it was worth every minute " * 2
    assert is_draft_all_the_same(meaning(long), pictures=False)


@pytest.mark.parametrize(("text", "may"), [("May I post a photo?", True), ("So happy today", False), ("On it?!", True)])
def test_whoever_calls_bonvent_by_name_asks_with_a_question_mark(text: str, may: bool) -> None:
    assert asks(meaning(text)) is may
