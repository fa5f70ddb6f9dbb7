"""The conversation about a reviewed draft: what rules answer alone, what a model adds, and what leaves the process."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.coach.model import CoachModel, ModelSettings
from bot.coach.models import Review
from bot.coach.prompt import shipped
from bot.coach.review import review
from bot.coach.talk import Reply, Turn, follow_up, rework
from bot.networks.counting import length
from bot.policy.engine import Policy
from bot.policy.models import Draft
from tests.coach.conftest import Shelf, draft_of
from tests.coach.manual_text import PASSAGES
from tests.stand_in import KEY, MODEL, StandIn
from tests.stand_in import Reply as Scripted

DRAFT = draft_of("Our idea works, guaranteed. We learned a lot from it, and we want to tell you about it soon.")
CLAIMS = "manual/en.md#claims"
QUOTE = "Never guarantee a result without a public source"


def note(reason: str, language: str = "en") -> str:
    return shipped().phrases.note(reason, language)


def says(
    said: str,
    policy: Policy,
    manual: Shelf,
    model: CoachModel | None = None,
    draft: Draft = DRAFT,
    earlier: tuple[Turn, ...] = (),
    reviewed: Review | None = None,
) -> Reply:
    found = reviewed or review(draft, policy, manual)
    return asyncio.run(follow_up(said, draft, found, earlier, policy, manual, model, shipped()))


def reworked(
    wish: Any,
    policy: Policy,
    manual: Shelf,
    model: CoachModel | None = None,
    draft: Draft = DRAFT,
    network: str | None = None,
) -> Reply:
    found = review(draft, policy, manual)
    return asyncio.run(rework(wish, draft, found, policy, manual, model, shipped(), network))


def replies(*sentences: str, rewrite: str | None = None, cited: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    citations = [{"passage": passage, "quote": quote} for passage, quote in cited]
    return {"answer": list(sentences), "rewrite": rewrite, "citations": citations}


class TestWithoutAModel:
    def test_why_is_answered_from_the_rule_with_what_the_manual_says_around_it(
        self, policy: Policy, manual: Shelf
    ) -> None:
        reply = says("why?", policy, manual)
        assert reply.text == (
            "“guaranteed” promises a result without a source. State the result you measured, with its source."
        )
        assert reply.citations[0].passage == CLAIMS
        assert QUOTE in reply.citations[0].quote
        assert reply.citations[0].quote in PASSAGES[CLAIMS].text
        assert (reply.rewrite, reply.note, reply.model) == (None, None, None)

    def test_why_names_the_finding_that_is_meant(self, policy: Policy, manual: Shelf) -> None:
        draft = draft_of("Our idea works, guaranteed. Some people are stupid.")
        assert "harsh" in (says("why the second?", policy, manual, draft=draft).text or "")
        assert "harsh" in (says("what's wrong with stupid?", policy, manual, draft=draft).text or "")
        assert says("why 9?", policy, manual, draft=draft).note == note("no_such_finding")

    def test_without_findings_there_is_nothing_to_explain(self, policy: Policy, manual: Shelf) -> None:
        assert says("why?", policy, manual, draft=draft_of("We learned a lot.")).note == note("nothing_found")

    def test_a_policy_question_is_answered_by_passages(self, policy: Policy, manual: Shelf) -> None:
        manual.first = ("people",)
        reply = says("May I show people in a post?", policy, manual)
        assert [citation.passage for citation in reply.citations] == ["manual/en.md#people"]
        assert reply.citations[0].quote in PASSAGES["manual/en.md#people"].text
        assert (reply.text, reply.note) == (None, None)

    def test_a_question_is_answered_in_its_own_language(self, policy: Policy, manual: Shelf) -> None:
        manual.first = ("people",)
        reply = says("¿Puedo mostrar a otras personas en una publicación?", policy, manual)
        assert [citation.passage for citation in reply.citations] == ["manual/es.md#people"]

    def test_where_the_manual_is_silent_it_says_so(self, policy: Policy, manual: Shelf) -> None:
        reply = says("May I post about cryptocurrency?", policy, manual)
        assert (reply.citations, reply.note) == ((), note("manual_silent"))

    def test_the_rest_gets_an_honest_word(self, policy: Policy, manual: Shelf) -> None:
        for said in ("make it two sentences", "shorter", "warmer", "for instagram"):
            assert says(said, policy, manual) == Reply(note=note("no_model"))

    def test_another_network_must_be_named(self, policy: Policy, manual: Shelf) -> None:
        assert says("another network", policy, manual) == Reply(note=note("which_network"))

    def test_thanks_are_taken(self, policy: Policy, manual: Shelf) -> None:
        draft = draft_of("La nostra idea funciona de debò, i n'hem après molt amb el temps.")
        assert says("gràcies!", policy, manual, draft=draft) == Reply(text=note("welcome", "ca"))


class TestWithAModel:
    def test_it_explains_a_finding_on_the_rule_s_own_ground(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        endpoint.says(replies("A reader can't see what you measured.", "You could name the source of the result."))
        reply = says("why?", policy, manual, model)
        assert reply.text == "A reader can't see what you measured. You could name the source of the result."
        assert [citation.passage for citation in reply.citations] == [CLAIMS]
        assert (reply.model, reply.note, reply.tokens.input) == (MODEL, None, 100)
        assert endpoint.complaints == []

    def test_it_rewrites_as_it_is_told_within_the_draft_s_own_words(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        endpoint.says(replies(rewrite="Our idea works. We learned a lot from it."))
        reply = says("make it two sentences", policy, manual, model)
        assert reply.rewrite == "Our idea works. We learned a lot from it."
        assert (reply.text, reply.model) == (None, MODEL)

    def test_a_rewrite_may_bring_what_the_author_says_in_the_thread(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        better = "Our idea works in 40 homes. We learned a lot from it, and we want to tell you about it soon."
        endpoint.says(replies(rewrite=better))
        assert says("put in that it works in 40 homes", policy, manual, model).rewrite == better
        endpoint.says(replies(rewrite=better), replies(rewrite=better))
        assert says("put in the homes", policy, manual, model).rewrite is None

    def test_a_question_is_answered_with_the_passage_it_rests_on(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        manual.first = ("people",)
        quote = "Ask people before you show or name them."
        endpoint.says(replies("Ask the people first.", cited=(("manual/en.md#people", quote),)))
        reply = says("May I show people in a post?", policy, manual, model)
        assert reply.text == "Ask the people first."
        assert [citation.quote for citation in reply.citations] == [quote]

    def test_an_answer_without_a_passage_gives_way_to_the_passages(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        manual.first = ("people",)
        endpoint.says(replies("People like to see people."), replies("People like to see people."))
        reply = says("May I show people in a post?", policy, manual, model)
        assert reply.text is None
        assert [citation.passage for citation in reply.citations] == ["manual/en.md#people"]
        assert reply.model is None

    def test_one_repair_is_asked_for_and_used(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        endpoint.says(replies("Readers of Evilcorp want a source."), replies("Readers want a source."))
        assert says("why?", policy, manual, model).text == "Readers want a source."
        assert len(endpoint.requests) == 2
        assert "brings something new" in endpoint.requests[1]["messages"][-1]["content"]

    def test_the_model_knows_draft_review_earlier_turns_and_what_was_said(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        earlier = (Turn("author", "is it the word?"), Turn("bonvent", "It promises a result."))
        says("and what else could I write?", policy, manual, model, earlier=earlier)
        system, data = endpoint.requests[0]["messages"]
        told = json.loads(data["content"])
        assert "Lumenta" in system["content"]
        assert "guaranteed" not in system["content"]
        assert told["draft"] == DRAFT.text
        assert told["said"] == "and what else could I write?"
        assert told["earlier"] == [
            {"by": "author", "text": "is it the word?"},
            {"by": "bonvent", "text": "It promises a result."},
        ]
        assert [finding["rule"] for finding in told["findings"]] == ["claims.guarantee"]
        assert CLAIMS in [passage["id"] for passage in told["passages"]]
        assert endpoint.complaints == []

    @pytest.mark.parametrize(
        ("scripted", "reason"),
        [
            (Scripted("{broken"), "no_answer"),
            (Scripted(None, refusal="no"), "no_answer"),
            (Scripted(status=500), "no_answer"),
            (Scripted(hang=True), "answer_late"),
        ],
    )
    def test_a_model_that_fails_costs_its_part_alone(
        self, policy: Policy, manual: Shelf, endpoint: StandIn, scripted: Scripted, reason: str
    ) -> None:
        settings = ModelSettings(KEY, MODEL, endpoint.base_url, deadline_s=0.8 if scripted.hang else 10, retries=0)
        model = CoachModel(settings)
        model.warm()
        endpoint.says(scripted, scripted, scripted)
        assert says("why?", policy, manual, model).text == says("why?", policy, manual).text
        assert says("make it two sentences", policy, manual, model).note == note(reason)
        assert reworked("shorter", policy, manual, model).note == note(reason)

    def test_a_model_that_says_nothing_leaves_the_rule_s_answer(
        self, policy: Policy, manual: Shelf, model: CoachModel
    ) -> None:
        assert says("why?", policy, manual, model).text == says("why?", policy, manual).text
        assert says("what now, then?", policy, manual, model).note == note("no_answer")

    def test_a_manual_that_cannot_be_searched_costs_its_passages_alone(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = review(DRAFT, policy, manual)

        def fails(*_: object) -> None:
            raise RuntimeError("the index is gone")

        monkeypatch.setattr(manual, "search", fails)
        endpoint.says(replies("Readers want a source."))
        assert says("why?", policy, manual, model, reviewed=found).text == "Readers want a source."
        assert says("May I show people?", policy, manual, reviewed=found).note == note("manual_silent")


class TestRework:
    def test_shorter_is_shorter(self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn) -> None:
        short = "Our idea works. We learned a lot from it."
        endpoint.says({"rewrite": short})
        reply = reworked("shorter", policy, manual, model)
        assert (reply.rewrite, reply.note, reply.model) == (short, None, MODEL)
        assert endpoint.complaints == []
        assert json.loads(endpoint.requests[0]["messages"][1]["content"])["wish"] == "shorter"

    def test_what_is_not_shorter_is_not_offered_as_such(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        same = {"rewrite": "Our idea works, we think. We learned a lot from it, and we want to tell you about it soon."}
        endpoint.says(same, same)
        assert reworked("shorter", policy, manual, model).note == note("no_version")
        assert "isn't shorter" in endpoint.requests[1]["messages"][-1]["content"]

    def test_warmer_keeps_what_nobody_objected_to(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        warm = "Our idea works, and we are so glad. We learned a lot from it, and we want to tell you about it soon."
        endpoint.says({"rewrite": warm})
        assert reworked("warmer", policy, manual, model).rewrite == warm
        endpoint.says({"rewrite": "Our idea works."}, {"rewrite": "Our idea works."})
        assert reworked("warmer", policy, manual, model).note == note("no_version")

    def test_another_network_judges_by_its_own_rules_and_limits(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        long = draft_of("Our idea works. " + "We learned a lot from it, and it was fun for us all. " * 8)
        x = policy.networks.networks["x"]
        assert length(long.text, x) > x.length
        endpoint.says({"rewrite": long.text}, {"rewrite": long.text.replace("fun", "a joy")})
        assert reworked("network", policy, manual, model, long, "x").note == note("no_version")
        fits = "Our idea works. We learned a lot from it, and it was fun for us all."
        endpoint.says({"rewrite": fits})
        assert reworked("network", policy, manual, model, long, "X").rewrite == fits
        assert "for X" in endpoint.requests[-1]["messages"][0]["content"]
        assert reworked("network", policy, manual, model, long).note == note("which_network")

    def test_a_reply_in_words_is_the_same_as_the_button(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        endpoint.says({"rewrite": "Our idea works. We learned a lot from it."})
        assert says("make it shorter", policy, manual, model).rewrite == "Our idea works. We learned a lot from it."

    @pytest.mark.parametrize("wish", ["shorter", "warmer", "network"])
    def test_without_a_model_it_says_so(self, policy: Policy, manual: Shelf, wish: str) -> None:
        assert reworked(wish, policy, manual, None, network="x") == Reply(note=note("no_model"))


class TestWhatLeaves:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("Our key is AKIAIOSFODNN7EXAMPLE, and our idea works.", "credentials"),
            ("My salary is low.", "protected"),
            ("Unsere Idee funktioniert ganz wunderbar, und wir haben sehr viel gelernt.", "foreign"),
        ],
    )
    def test_nothing_of_a_draft_that_may_not_leave(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn, text: str, reason: str
    ) -> None:
        draft = draft_of(text)
        assert says("make it two sentences", policy, manual, model, draft).note == note(reason)
        assert reworked("shorter", policy, manual, model, draft).note == note(reason)
        assert endpoint.requests == []

    @pytest.mark.parametrize("said", ["can I put AKIAIOSFODNN7EXAMPLE in?", "but my salary is low"])
    def test_nothing_of_a_message_that_may_not_leave(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn, said: str
    ) -> None:
        manual.asked.clear()
        found = review(DRAFT, policy, Shelf(PASSAGES))
        assert says(said, policy, manual, model, reviewed=found).note == note("not_sent")
        assert (endpoint.requests, manual.asked) == ([], [])

    def test_other_people_s_data_is_masked_in_all_that_was_said(
        self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn
    ) -> None:
        draft = draft_of(DRAFT.text + " Call Bob on +34 612 345 678.")
        earlier = (
            Turn("author", "write to bob@somewhere.example or +34 612 345 678"),
            Turn("bonvent", "Leave +34 612 345 678 out."),
            Turn("author", "the key is AKIAIOSFODNN7EXAMPLE"),
        )
        manual.asked.clear()
        says("what about +34 612 345 678 and ann@somewhere.example then", policy, manual, model, draft, earlier)
        assert endpoint.requests
        for secret in ("612 345 678", "bob@", "ann@", "AKIA"):
            assert secret not in endpoint.wire
            assert secret not in "\n".join(manual.asked)
        told = json.loads(endpoint.requests[0]["messages"][1]["content"])
        assert told["said"].count("⟦") == 2
        assert "⟦PHONE_1⟧" in told["draft"]
        assert "⟦PHONE_1⟧" in told["said"]

    def test_a_long_thread_is_cut(self, policy: Policy, manual: Shelf, model: CoachModel, endpoint: StandIn) -> None:
        earlier = tuple(Turn("author", f"turn {n} " + "x" * 5000) for n in range(30))
        says("and what now, " + "please " * 3000, policy, manual, model, earlier=earlier)
        told = json.loads(endpoint.requests[0]["messages"][1]["content"])
        assert len(told["earlier"]) == 6
        assert told["earlier"][-1]["text"].startswith("turn 29 ")
        assert max(len(turn["text"]) for turn in told["earlier"]) <= 1500
        assert len(told["said"]) <= 4000

    def test_broken_text_breaks_nothing(self, policy: Policy, manual: Shelf, model: CoachModel) -> None:
        assert says("\ud800 what \0 now", policy, manual, model, earlier=(Turn("author", "\udfff"),)).note
