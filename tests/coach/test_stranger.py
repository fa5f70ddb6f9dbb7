"""What is hidden of a stranger's words that a community manager quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.coach.mask import mask
from bot.coach.stranger import mask_stranger
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Draft
from tests.conftest import SHIPPED


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(SHIPPED)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to me: rosa.pujol@customers.example, please.", "Write to me: ⟦EMAIL_1⟧, please."),
        ("Mi correo es rosa.pujol@customers.example", "Mi correo es ⟦EMAIL_1⟧"),
        ("Call me on 612 345 678 or +34 612 345 678!", "Call me on ⟦PHONE_1⟧ or ⟦PHONE_2⟧!"),
        ("El meu telèfon és el (612) 345-678.\nTruca'm", "El meu telèfon és el ⟦PHONE_1⟧.\nTruca'm"),
        ("My email is rosa.pujol (at) customers.example", "My email is ⟦EMAIL_1⟧"),
        ("My IBAN is ES91 2100 0418 4502 0005 1332.", "My IBAN is ⟦IBAN_1⟧."),
        ("My DNI is 12345678Z", "My DNI is ⟦ID_1⟧"),
        ("It halved my bill: 60 % in 2 years @tebiora", "It halved my bill: 60 % in 2 years @tebiora"),
        ("Write to press@tebiora.example", "Write to press@tebiora.example"),
    ],
)
def test_their_own_contact_is_hidden_like_anybodys(policy: Policy, text: str, masked: str) -> None:
    assert mask_stranger(text, "en", policy) == masked


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=80))
def test_nothing_else_is_changed(policy: Policy, text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    if not mask(Draft(text=clean, language="en"), policy).places and not any(c.isdigit() or c == "@" for c in clean):
        assert mask_stranger(clean, "en", policy) == clean
