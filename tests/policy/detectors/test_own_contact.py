"""The author's own contact, a role's mailbox and a public service are nobody else's data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.detectors import PERSONAL
from tests.policy.detectors.helpers import found

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
