"""The author's own contact, a role's mailbox and a public service are nobody else's data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.company import Company
from bot.policy.detectors import DETECTORS, PERSONAL
from bot.policy.detectors.base import Options
from tests.policy.detectors.helpers import found, reading

AUTHOR = "Marta Puig, marta.puig@tebiora.example, +34 612 345 678"


@pytest.mark.parametrize(
    "text",
    [
        "Questions? marta.puig@tebiora.example",
        "Marta.Puig@tebiora.example",
        "Truca: 612 345 678",
        "+34612345678",
        "612-345-678",
    ],
)
def test_what_the_author_line_gives_is_the_authors(text: str) -> None:
    assert [found(name, text, author=AUTHOR) for name in PERSONAL] == [[]] * len(PERSONAL)


def test_another_persons_contact_beside_the_authors_is_found() -> None:
    text = "Ask marta.puig@tebiora.example or jordi.serra@tebiora.example, 699 123 456"
    assert found("email", text, author=AUTHOR) == ["jordi.serra@tebiora.example"]
    assert found("phone", text, author=AUTHOR) == ["699 123 456"]


@pytest.mark.parametrize(
    "text",
    [
        "Write to me at marta@gmail.com",
        "My e-mail: marta@gmail.com",
        "Contact me: marta@gmail.com",
        "Escríbeme a marta@gmail.com",
        "Mi correo es marta@gmail.com",
        "Escriu-me a marta@gmail.com",
        "El meu correu: marta@gmail.com",
    ],
)
def test_a_contact_stated_as_the_authors_own_passes(text: str) -> None:
    assert found("email", text) == []


def test_a_statement_does_not_reach_into_the_next_sentence() -> None:
    assert found("email", "Write to me. Ana is at ana@gmail.com") == ["ana@gmail.com"]


@pytest.mark.parametrize(
    "address",
    ["press@tebiora.example", "jobs@acme.com", "soporte@acme.es", "info.girona@tebiora.example", "premsa@acme.cat"],
)
def test_a_roles_mailbox_is_no_persons(address: str) -> None:
    assert found("email", f"More at {address}") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_authors_own_contact_is_never_found(before: str, after: str) -> None:
    text = f"{before} marta.puig@tebiora.example {after}"
    assert not any(quote == "marta.puig@tebiora.example" for quote in found("email", text, author=AUTHOR))
    text = f"{before} +34 612 345 678 {after}"
    assert "+34 612 345 678" not in found("phone", text, author=AUTHOR)


def test_an_address_that_company_yaml_names_is_there_to_be_told() -> None:
    company = Company.model_validate(
        {"company": {"name": "Acme"}, "contacts": {"press": "nora@acme.example", "people_team": "+34 612 345 678"}}
    )
    text = "Ask nora@acme.example or ring 612 345 678, not bob@acme.example"
    read = replace(reading(text), company=company)
    spotted = [text[s.start : s.end] for name in ("email", "phone") for s in DETECTORS[name].find(read, Options())]
    assert spotted == ["bob@acme.example"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("La alarma del local se quita con el código 80351, luego os llaman.", ["80351"]),
        ("La porta s'obre amb el codi 4471.", ["4471"]),
        ("The back door takes code 4471 after six.", ["4471"]),
        ("El código 80351 del catálogo es una bomba de calor.", []),
        ("Our office moved to postal code 08025.", []),
    ],
)
def test_a_bare_code_is_one_only_beside_what_it_opens(text: str, codes: list[str]) -> None:
    assert found("passwords", text) == codes
