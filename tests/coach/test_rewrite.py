"""A rewrite is the smallest edit: it passes every rule and brings nothing that nobody said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.coach.case import Case
from bot.coach.rewrite import problems

DRAFT = "We tested the Candil lamp for 3 weeks with Hotel Brisa. Results guaranteed! Read lumenta.example #OpenData"
FINE = "I work at Lumenta. We tested the Candil lamp for 3 weeks with Hotel Brisa. Read lumenta.example #opendata"


@pytest.fixture
def judge(case_of: Callable[..., Case]) -> Callable[..., list[str]]:
    def judge(rewrite: str, draft: str = DRAFT, **fields: Any) -> list[str]:
        sources = {name: fields.pop(name) for name in ("quotes", "passages") if name in fields}
        case = case_of(draft, **fields)
        watchwords = case.prompts.watchwords
        return problems(rewrite, case.draft, policy=case.policy, checked=case.checked, watchwords=watchwords, **sources)

    return judge


def test_the_smallest_edit_with_the_company_s_disclosure_is_fine(judge: Callable[..., list[str]]) -> None:
    assert judge(FINE) == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (" Truly guaranteed.", "breaks claims.guarantee"),
        (" Meet Farolillo.", "breaks confidential.unreleased"),
        (" Call +34 612 345 678.", "adds a number"),
        (" Write to pau@mail.example.", "adds a"),
        (" All 40 agree.", "adds a number: 40"),
        (" It is 3x better.", "adds a number: 3x"),
        (" It is twice as good.", "adds a number: 2"),
        (" It saves ٣٠.", "characters"),
        (" See you on monday.", "adds a date: monday"),
        (" See bit.ly/abc", "adds a link"),
        (" See bit dot ly", "adds a link"),
        (" See lumenta.example/evil", "adds a link"),
        (" See lumentа.example", "characters"),
        (" Thanks @ona", "adds a mention"),
        (" <!channel>", "adds a markup"),
        (" <!here>", "adds a markup"),
        (" <b>wow</b>", "adds a markup"),
        (" [wow](x)", "adds a markup"),
        (" #Light", "adds a hashtag"),
        (" With Microsoft, too.", "adds a name: Microsoft"),
        (" Better than sombrix, too.", "adds a term of the company: Sombrix"),
        (" With banco nube, too.", "adds a term of the company: Banco Nube"),
        (" as ona ferrer says", "adds a term of the company: Ona Ferrer"),
        (" and luciérnaga, of course", "adds a term of the company: Luciérnaga"),
        (" Wow\u200bwow", "characters"),
        (" 🔥", "characters"),
        (" 𝗪𝗼𝘄", "characters"),
        (" for 5 €", "characters"),
        (" \x07", "control characters"),
        (" ⟦EMAIL_1⟧", "placeholder"),
        ("\n---\nAnd more to come", "keep the separators"),
        (" Esto es lo que hemos aprendido durante la prueba de estas semanas.", "another language"),
        (" and more of it" * 200, "far longer"),
    ],
)
def test_what_a_sly_rewrite_adds(judge: Callable[..., list[str]], more: str, reason: str) -> None:
    assert reason in " ".join(judge(FINE + more))


@pytest.mark.parametrize(
    ("rewrite", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("x" * 20_000, "far longer"),
        ("Trabajo en Lumenta y probamos la lámpara Candil con Hotel Brisa.", "another language"),
        ("The committee wishes everybody a pleasant evening and quiet dreams under trees", "not the author's"),
        ("We tested the Candil lamp for 3 weeks with Hotel Brisa. Read lumenta.example", "breaks disclosure.missing"),
    ],
)
def test_what_a_rewrite_can_t_be(judge: Callable[..., list[str]], rewrite: str, reason: str) -> None:
    assert reason in " ".join(judge(rewrite))


def test_facts_may_come_from_a_cited_quote(judge: Callable[..., list[str]]) -> None:
    quote = "See page 12 with Microsoft at good.example"
    said = " ".join(judge(FINE + " See page 12 with Microsoft at good.example.", quotes=[quote]))
    assert not any(kind in said for kind in ("a number", "a name", "a link"))
    said = " ".join(judge(FINE + " See page 12 with Microsoft at good.example."))
    assert all(kind in said for kind in ("a number", "a name", "a link"))


def test_a_protected_sentence_stays_word_for_word(judge: Callable[..., list[str]]) -> None:
    draft = "Our results are guaranteed. My salary is too low for the work we do."
    assert judge("Our results are good. My salary is too low for the work we do.", draft) == []
    assert "Keep this sentence" in " ".join(judge("Our results are good. My salary is fine for the work we do.", draft))


def test_a_thread_keeps_its_posts_and_each_fits(judge: Callable[..., list[str]]) -> None:
    draft = "We tested this idea for weeks, guaranteed.\n---\nAnd we learned a lot from it."
    assert judge("We tested this idea for weeks.\n---\nAnd we learned a lot from it.", draft, network="x") == []
    assert judge("We tested this idea for weeks. And we learned a lot from it.", draft, network="x")
    long = "And we learned a lot from it. " * 12
    assert "network-limits.length" in " ".join(
        judge(f"We tested this idea for weeks.\n---\n{long}", draft, network="x")
    )


def test_a_mild_edit_in_each_language_is_fine(judge: Callable[..., list[str]]) -> None:
    spanish = "Probamos la lámpara Candil tres semanas. Resultado garantizado. Gracias al equipo."
    assert judge("Trabajo en Lumenta. Probamos la lámpara Candil tres semanas. Gracias al equipo.", spanish) == []
    catalan = "Hem provat el llum Candil tres setmanes. Resultat garantit. Gràcies a tot l'equip."
    assert judge("Treballo a Lumenta. Hem provat el llum Candil tres setmanes. Gràcies a tot l'equip.", catalan) == []


def test_one_sentence_in_another_language_is_found_in_a_long_rewrite(judge: Callable[..., list[str]]) -> None:
    draft = (
        "We went to the garden early and set up every lamp along the wall. The neighbours came by and asked what we were "
        "doing there. We told them about the test and they offered us coffee. That was the nicest part of the whole week."
    )
    assert judge(f"{draft} And we told the neighbours.", draft) == []
    said = judge(f"{draft} Esto es lo que hemos aprendido durante estas semanas.", draft)
    assert "A sentence of the rewrite is in another language than the draft." in said


def test_data_of_the_draft_that_no_rule_names_may_not_come_back_either(judge: Callable[..., list[str]]) -> None:
    draft = "Our results are guaranteed. Send it to ES91 2100 0418 4502 0005 1332 please."
    assert judge("Our results are good. Please send it.", draft) == []
    said = judge("Our results are good. Send it to ES91 2100 0418 4502 0005 1332 please.", draft)
    assert said == ["The rewrite has somebody's personal data or a secret."]


def test_a_word_that_begins_like_a_disclosure_is_none(judge: Callable[..., list[str]]) -> None:
    assert "The rewrite adds a name: Lumentarium" in judge(FINE.replace("I work at Lumenta", "I work at Lumentarium"))


def test_a_guess_at_a_secret_is_not_confirmed_with_its_story(judge: Callable[..., list[str]]) -> None:
    said = judge(FINE + " See the Farolillo lamp.")
    broken = [reason for reason in said if reason.startswith("The rewrite breaks")]
    assert broken
    assert all(reason.endswith(".") and ":" not in reason for reason in broken)
