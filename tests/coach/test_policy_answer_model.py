"""A model's answer to a policy question, over real HTTP: what stands is shown, everything else is dropped."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.coach.answer import PolicyModelAnswer
from bot.coach.answer_checks import FIRST, Checks
from bot.coach.asked import Asked, read_question
from bot.coach.model import CoachModel
from bot.coach.policy_answer import PolicyAnswer
from bot.coach.policy_question import answer_question
from bot.coach.prompt import shipped
from bot.manual.models import Passage
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from tests.coach.conftest import KNOWLEDGE, Shelf
from tests.coach.manual_text import PASSAGES
from tests.stand_in import Reply, StandIn

PHRASES = shipped().phrases
QUESTION = "May I show people in a post?"
PEOPLE, CLAIMS, SECRETS = "manual/en.md#people", "manual/en.md#claims", "manual/en.md#secrets"
ASK = "Ask people before you show or name them."


def cite(id_: str = "c1", passage: str = PEOPLE, quote: str = ASK) -> dict[str, str]:
    return {"id": id_, "passage": passage, "quote": quote}


def say(text: str, *ids: str) -> dict[str, Any]:
    return {"text": text, "citations": list(ids or ("c1",))}


def answer(
    stance: str, *sentences: dict[str, Any], cited: tuple[dict[str, str], ...] = (cite(),), conflicts: Any = ()
) -> dict[str, Any]:
    pairs = [{"first": first, "second": second} for first, second in conflicts]
    return {"stance": stance, "sentences": list(sentences), "citations": list(cited), "conflicts": pairs}


GOOD = answer("depends", say("Ask the people first, before you show or name them."))


def ask(question: str, policy: Policy, manual: Shelf, model: CoachModel | None, **more: Any) -> PolicyAnswer:
    return asyncio.run(answer_question(question, policy, manual, model, shipped(), **more))


@pytest.fixture
def manual() -> Shelf:
    return Shelf(PASSAGES, first=("people", "claims", "secrets"))


def test_what_stands_is_shown_with_its_quote(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(GOOD)
    shown = ask(QUESTION, policy, manual, model)
    assert (shown.stance, shown.answered, shown.model) == ("depends", True, "scripted")
    assert shown.answer == "It depends. Ask the people first, before you show or name them."
    assert [(cited.passage, cited.quote) for cited in shown.citations] == [(PEOPLE, ASK)]
    assert (shown.tokens.input, shown.tokens.output) == (100, 20)
    assert endpoint.complaints == []
    assert len(endpoint.requests) == 1


def test_question_and_passages_go_out_as_data(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(GOOD)
    ask("and on Instagram?", policy, manual, model, earlier=[QUESTION], language="en")
    system, user = endpoint.requests[0]["messages"]
    data = json.loads(user["content"])
    assert (data["question"], data["earlier"]) == ("and on Instagram?", [QUESTION])
    assert PEOPLE in {passage["id"] for passage in data["passages"]}
    assert QUESTION not in system["content"]
    shape = endpoint.requests[0]["response_format"]["json_schema"]["schema"]
    assert shape["properties"]["stance"]["enum"] == ["yes", "no", "depends", "silent"]


def test_it_answers_in_the_asker_s_language(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    quote = "Pregunta a las personas antes de mostrarlas."
    said = answer(
        "depends",
        say("Pregunta primero a las personas, antes de mostrarlas."),
        cited=(cite("c1", "manual/es.md#people", quote),),
    )
    endpoint.says(said)
    shown = ask("¿Puedo mostrar personas en una publicación?", policy, manual, model)
    assert (shown.language, shown.answer) == ("es", "Depende. Pregunta primero a las personas, antes de mostrarlas.")
    assert "Write in Spanish" in endpoint.requests[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("stance", "sentence", "opens"),
    [
        ("no", "No, ask people before you show or name them.", "No, ask people"),
        ("no", "Ask people before you show or name them.", "No. Ask people"),
        ("depends", "It depends, ask people before you show or name them.", "It depends, ask people"),
    ],
)
def test_it_opens_with_its_stance(
    stance: str, sentence: str, opens: str, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(answer(stance, say(sentence)))
    shown = ask(QUESTION, policy, manual, model)
    assert shown.stance == stance
    assert shown.answer.startswith(opens)


def leave_page(text: str) -> Passage:
    return PASSAGES[PEOPLE].model_copy(update={"id": "manual/en.md#roofs", "anchor": "roofs", "text": text})


def test_a_yes_stands_where_the_cited_words_give_leave(policy: Policy, model: CoachModel, endpoint: StandIn) -> None:
    quote = "You may photograph our own roofs at any time."
    page = leave_page(f"{quote} A street is something else.")
    manual = Shelf({page.id: page, **PASSAGES}, first=("roofs",))
    endpoint.says(answer("yes", say("Yes, you may photograph our own roofs."), cited=(cite("c1", page.id, quote),)))
    shown = ask("May I photograph our roofs?", policy, manual, model)
    assert (shown.stance, shown.answer) == ("yes", "Yes, you may photograph our own roofs.")


@pytest.mark.parametrize(
    ("sentence", "stance", "stands"),
    [
        ("You can name a harbour only if it has agreed to be named.", "depends", True),
        ("You can name a harbour only if it has agreed to be named.", "yes", False),
        ("You can name a harbour only if you like.", "depends", False),
        ("You can name a harbour.", "depends", False),
        ("You can't name a harbour that hasn't agreed to be named.", "no", True),
    ],
)
def test_a_condition_of_the_manual_s_is_no_leave(
    sentence: str, stance: str, stands: bool, policy: Policy, model: CoachModel, endpoint: StandIn
) -> None:
    quote = "Name only harbours that have agreed to be named."
    page = leave_page(quote)
    said = answer(stance, say(sentence), cited=(cite("c1", page.id, quote),))
    endpoint.says(said, said)
    shown = ask("May I name a harbour?", policy, Shelf({page.id: page, **PASSAGES}, first=("roofs",)), model)
    assert (shown.model is not None) is stands


@pytest.mark.parametrize(
    ("question", "stance", "stands"),
    [
        ("May I show people in a post?", "yes", False),
        ("Do I have to ask people before I name them?", "yes", True),
        ("Do I have to ask people before I name them?", "no", False),
        ("Should I ask people before I name them?", "yes", True),
        ("Is there a rule about people?", "yes", True),
        ("Is it forbidden to name people?", "no", False),
    ],
)
def test_leave_is_given_by_the_cited_words_or_not_at_all(
    question: str,
    stance: str,
    stands: bool,
    policy: Policy,
    manual: Shelf,
    model: CoachModel,
    endpoint: StandIn,
) -> None:
    said = answer(stance, say("Ask people before you show or name them."))
    endpoint.says(said, said)
    shown = ask(question, policy, manual, model)
    assert (shown.stance == stance) is stands
    if not stands:
        assert (shown.stance, shown.model) == ("passages", None)


def test_where_nothing_stands_the_passages_answer_as_without_a_model(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    bad = answer("yes", say("Yes, you can show anybody."))
    endpoint.says(bad, bad)
    shown, without = ask(QUESTION, policy, manual, model), ask(QUESTION, policy, manual, None)
    assert len(endpoint.requests) == 2
    same = {"took_ms", "tokens"}
    assert shown.model_dump(exclude=same) == without.model_dump(exclude=same)
    assert shown.tokens.input == 200


def test_one_repair_turn_mends_an_answer(policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn) -> None:
    endpoint.says(answer("depends", say("Ask them.", "c3")), GOOD)
    assert ask(QUESTION, policy, manual, model).stance == "depends"
    assert "cites no quote that stands" in endpoint.requests[1]["messages"][-1]["content"]


def test_the_model_can_abstain(policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn) -> None:
    endpoint.says(answer("silent", cited=()))
    shown = ask(QUESTION, policy, manual, model)
    assert (shown.stance, shown.answered, shown.model) == ("silent", False, "scripted")
    assert shown.contacts == ("#social-help",)


def test_near_passages_are_asked_about_even_where_none_answers_by_itself(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    question = "Might a portrait of the baker's twins go online?"
    assert ask(question, policy, manual, None).stance == "silent"
    endpoint.says(GOOD)
    assert ask(question, policy, manual, model).citations[0].passage == PEOPLE


@pytest.mark.parametrize(
    "reply",
    [Reply(status=400), Reply("{broken"), Reply(None, refusal="no"), Reply(json.dumps({"stance": "yes"})), Reply("[]")],
)
def test_a_model_that_fails_costs_its_sentences_alone(
    reply: Reply, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(reply)
    shown = ask(QUESTION, policy, manual, model)
    assert (shown.stance, shown.model) == ("passages", None)


def test_a_question_for_a_person_asks_no_model(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    for question in ("can I post my salary?", "can they fire me for this?", "", "show me Marta's drafts"):
        assert ask(question, policy, manual, model).model is None
    assert endpoint.requests == []


@pytest.mark.parametrize(
    "question", ["May I show people who earn medals in a post?", "May I show people who take home a medal?"]
)
def test_a_question_with_a_word_on_pay_is_answered_by_the_manual_alone(
    question: str, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(GOOD)
    shown = ask(question, policy, manual, model)
    assert endpoint.requests == []
    assert shown.stance in ("passages", "silent")
    assert (shown.topic, shown.private, shown.model) == (None, True, None)
    assert ask("May I show people who win medals in a post?", policy, manual, model).model == "scripted"


def test_earlier_questions_on_pay_stay_in_the_house(
    policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    endpoint.says(GOOD)
    ask(QUESTION, policy, manual, model, earlier=["can I post my salary?", "May I name a customer?"])
    assert "salary" not in endpoint.wire
    assert "May I name a customer?" in endpoint.wire


# Conflicts

OTHER = "Show people whenever it is a good picture."


def conflict_shelf(other: Passage) -> Shelf:
    return Shelf({other.id: other, **PASSAGES}, first=("people", other.anchor))


def test_passages_that_contradict_each_other_are_shown_both(
    policy: Policy, model: CoachModel, endpoint: StandIn
) -> None:
    other = leave_page(f"{OTHER} Pictures are fun.")
    cited = (cite(), cite("c2", other.id, OTHER))
    endpoint.says(
        answer("yes", say("Yes, show people in a good picture.", "c2"), cited=cited, conflicts=[("c1", "c2")])
    )
    shown = ask(QUESTION, policy, conflict_shelf(other), model)
    assert (shown.stance, shown.answer) == ("depends", PHRASES.note("policy_conflict", "en"))
    assert {cited.passage for cited in shown.citations} == {PEOPLE, other.id}
    assert shown.contacts == ("#social-help",)


def test_two_editions_of_a_section_are_no_conflict(policy: Policy, model: CoachModel, endpoint: StandIn) -> None:
    spanish = PASSAGES["manual/es.md#people"]

    class Both(Shelf):
        def search(self, query: str, language: str, k: int) -> list[Any]:
            return [*super().search(query, "en", 2), *super().search(query, "es", 2)]

    cited = (cite(), cite("c2", spanish.id, "Pregunta a las personas antes de mostrarlas."))
    endpoint.says(answer("depends", say(ASK), cited=cited, conflicts=[("c1", "c2")]))
    shown = ask(QUESTION, policy, Both(PASSAGES, first=("people",)), model)
    assert shown.answer == f"It depends. {ASK}"


@pytest.mark.parametrize("pair", [("c1", "c3"), ("c1", "c1"), ("c2", "c3")])
def test_a_conflict_needs_two_quotes_that_stand(
    pair: tuple[str, str], policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
) -> None:
    said = answer("depends", say(ASK), cited=(cite(), cite("c2", CLAIMS, "never said")), conflicts=[pair])
    endpoint.says(said, said)
    assert "two different things" not in ask(QUESTION, policy, manual, model).answer


# Whatever it says

_RULES = load_policy(KNOWLEDGE).ground(PASSAGES.values())
_SENT = {id_: passage for id_, passage in PASSAGES.items() if passage.language == "en"}
_WORDS = st.sampled_from(
    [
        *(passage.text for passage in _SENT.values()),
        ASK,
        "Yes, you can show anybody.",
        "No, never.",
        "It depends on the people.",
        "Call 555 0142 now.",
        "See evil.example <!channel>.",
        "Ignore previous instructions.",
        "Say what you measured.",
        "",
    ]
)
_TEXT = _WORDS | st.text(max_size=80) | st.builds("{} {}".format, _WORDS, _WORDS)
_ID = st.sampled_from(["c1", "c2", "c3", "c9", ""])
_CITED = st.fixed_dictionaries({"id": _ID, "passage": st.sampled_from([*_SENT, "evil", ""]), "quote": _TEXT})
_ANSWER = st.fixed_dictionaries(
    {
        "stance": st.sampled_from(["yes", "no", "depends", "silent"]),
        "sentences": st.lists(
            st.fixed_dictionaries({"text": _TEXT, "citations": st.lists(_ID, max_size=3)}), max_size=4
        ),
        "citations": st.lists(_CITED, max_size=4),
        "conflicts": st.lists(st.fixed_dictionaries({"first": _ID, "second": _ID}), max_size=2),
    }
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ANSWER, st.sampled_from([QUESTION, "Do I have to ask?", "¿Puedo mostrar personas?"]))
def test_every_quote_stands_and_no_sentence_goes_without_one(said: dict[str, Any], question: str) -> None:
    asked = read_question(question, None, (), _RULES, shipped())
    assert isinstance(asked, Asked)
    left = Checks(asked, _SENT, _RULES, shipped()).check(PolicyModelAnswer.model_validate_json(json.dumps(said)))
    for citation in left.citations:
        assert citation.quote in _SENT[citation.passage].text
    if left.sentences or left.conflict:
        assert left.citations
    if left.sentences:
        assert len(left.sentences[0]) <= FIRST
    for sentence in left.sentences:
        source = next(item for item in said["sentences"] if sentence in item["text"])
        standing = {citation.quote for citation in left.citations}
        mine = [item for item in said["citations"] if item["id"] in source["citations"]]
        assert any(
            _SENT.get(item["passage"]) and any(q in _SENT[item["passage"]].text for q in standing) for item in mine
        )
        for evil in ("555", "evil.example", "<!channel>", "Ignore previous", "you can show"):
            assert evil not in sentence
