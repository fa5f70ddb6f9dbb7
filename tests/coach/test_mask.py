"""Secrets and other people's data don't leave the process; only the author's own quotes bring data back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach.mask import Masked, Place, mask
from bot.policy.engine import Policy
from tests.coach.conftest import draft_of

KEY = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def test_a_stranger_s_address_becomes_a_placeholder(policy: Policy) -> None:
    masked = mask(draft_of("Write to pau.soler@mail.example today."), policy)
    assert masked.text == "Write to ⟦EMAIL_1⟧ today."


def test_the_same_address_is_the_same_placeholder_in_draft_and_picture(policy: Policy) -> None:
    draft = draft_of("Ask pau@mail.example or ona@mail.example.", alt=("A card with ona@mail.example on it",))
    masked = mask(draft, policy)
    assert masked.text == "Ask ⟦EMAIL_1⟧ or ⟦EMAIL_2⟧."
    assert masked.alt == ("A card with ⟦EMAIL_2⟧ on it",)


def test_a_secret_is_hidden_and_its_kind_is_known(policy: Policy) -> None:
    masked = mask(draft_of(f"Our token is {KEY} for now"), policy)
    assert KEY not in masked.text
    assert "⟦SECRET_1⟧" in masked.text


def test_a_placeholder_that_the_author_wrote_is_not_taken(policy: Policy) -> None:
    masked = mask(draft_of("I write ⟦EMAIL_1⟧ for pau@mail.example."), policy)
    assert masked.text == "I write ⟦EMAIL_1⟧ for ⟦EMAIL_2⟧."


def test_other_texts_that_go_out_are_hidden_by_the_same_list(policy: Policy) -> None:
    masked = mask(draft_of("Write to pau.soler@mail.example today."), policy)
    assert masked.hide("“pau.soler@mail.example” reaches a person") == "“⟦EMAIL_1⟧” reaches a person"


def test_a_quote_finds_its_way_back_to_the_author_s_own_words(policy: Policy) -> None:
    draft = draft_of("So: write to pau.soler@mail.example today, yes?")
    masked = mask(draft, policy)
    start = masked.text.index("write")
    back = masked.original(start, masked.text.index(", yes"))
    assert back is not None
    assert draft.text[slice(*back)] == "write to pau.soler@mail.example today"


def test_a_quote_never_brings_a_secret_back(policy: Policy) -> None:
    draft = draft_of(f"Hello. The token {KEY} is what we use for our deployments here.")
    masked = mask(draft, policy)
    back = masked.original(0, len(masked.text))
    assert back is not None
    assert draft.text[slice(*back)] == "is what we use for our deployments here."


def test_a_quote_that_is_all_secret_is_none() -> None:
    masked = Masked("⟦SECRET_1⟧", (), (Place(0, 10, 0, 40, True),), {})
    assert masked.original(0, 10) is None


@given(st.data())
def test_outside_placeholders_every_quote_maps_to_the_same_words(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text("abc é😀", min_size=0, max_size=6), min_size=2, max_size=5))
    text, original, places = "", "", []
    for number, word in enumerate(words):
        text += word
        original += word
        if number < len(words) - 1:
            hidden = "x" * data.draw(st.integers(1, 30))
            name = f"⟦ID_{number}⟧"
            places.append(Place(len(text), len(text) + len(name), len(original), len(original) + len(hidden), False))
            text += name
            original += hidden
    masked = Masked(text, (), tuple(places), {})
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    back = masked.original(start, end)
    quoted = text[start:end]
    if (
        back is not None
        and "⟦" not in quoted
        and "⟧" not in quoted
        and not any(p.start < end and start < p.end for p in places)
    ):
        assert original[slice(*back)] == quoted.strip()


@pytest.mark.parametrize("text", ["Nothing here.", "", "Només català, res més."])
def test_an_innocent_draft_is_left_alone(policy: Policy, text: str) -> None:
    assert mask(draft_of(text), policy).text == text


def test_what_goes_out_beside_a_draft_is_masked_with_it(policy: Policy) -> None:
    draft = draft_of("Write to bob@somewhere.example.")
    masked = mask(draft, policy, beside=["bob@somewhere.example or ann@somewhere.example?", "nothing here"])
    assert masked.text == "Write to ⟦EMAIL_1⟧."
    assert masked.beside == ("⟦EMAIL_1⟧ or ⟦EMAIL_2⟧?", "nothing here")
    assert masked.hide("ann@somewhere.example") == "⟦EMAIL_2⟧"
