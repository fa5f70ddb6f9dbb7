"""The modals: what Slack takes, what people read in three languages, and how their answers are read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.networks.loader import load_networks
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Draft
from bot.slack import modals
from bot.slack.complaining import gives_away, masked
from bot.slack.opening import shown_post
from bot.slack.rich_text import characters
from bot.slack.words import Words, load_words
from tests.conftest import ROOT, SHIPPED
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.reading import as_read

LANGUAGES = ("en", "es", "ca")
REVIEW = "AbCdEfGhIjKlMnOpQrStUv"
DRAFT = "Proud of the <team>: *100%* more wind & a secret, AKIAIOSFODNN7EXAMPLE."
View = dict[str, Any]


@pytest.fixture(scope="module")
def all_words() -> Words:
    return load_words(ROOT / "prompts", LANGUAGES, load_networks(SHIPPED / "networks.yaml"))


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, all_words: Words) -> Words:
    return all_words.within(request.param)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(SHIPPED)


def all_views(words: Words) -> dict[str, View]:
    return {
        "draft": modals.draft_view(words, "x"),
        "check again": modals.check_again_view(REVIEW, DRAFT, words),
        "one picture": modals.picture_view(REVIEW, [1], words),
        "pictures": modals.picture_view(REVIEW, [0, 2], words),
        "not right": modals.not_right_view(f"{REVIEW}.0", words),
        "notice": modals.notice_view(words.say("guest", company="Acme"), words),
    }


class TestWhatSlackTakes:
    def test_every_modal_is_one(self, words: Words) -> None:
        assert {name: view_faults(view, home=False) for name, view in all_views(words).items()} == {
            name: [] for name in all_views(words)
        }

    def test_only_opaque_ids_travel_with_them(self, words: Words) -> None:
        for view in all_views(words).values():
            assert list(view_complaints(view)) == []

    def test_the_longest_prefilled_draft_is_taken(self, words: Words) -> None:
        view = modals.check_again_view(REVIEW, "a" * modals.LONGEST_DRAFT, words)
        assert modals.fits("a" * modals.LONGEST_DRAFT)
        assert view_faults(view, home=False) == []

    @pytest.mark.parametrize("text", ["a" * 3_001, "🌬" * 1_501])
    def test_a_longer_one_does_not_fit(self, text: str) -> None:
        assert not modals.fits(text)

    def test_ten_pictures_at_most(self, words: Words) -> None:
        view = modals.picture_view(REVIEW, range(30), words)
        assert len(view["blocks"]) == modals.MOST_PICTURES
        assert view_faults(view, home=False) == []

    def test_the_default_network_is_chosen_already(self, words: Words) -> None:
        assert modals.draft_view(words, "x")["blocks"][0]["element"]["initial_option"]["value"] == "x"
        for unknown in (None, "myspace"):
            assert "initial_option" not in modals.draft_view(words, unknown)["blocks"][0]["element"]


class TestWhatPeopleRead:
    def test_modals(self, words: Words, snapshot: SnapshotAssertion) -> None:
        assert "\n\n".join(f"== {name}\n{_as_read(view)}" for name, view in all_views(words).items()) == snapshot

    def test_the_draft_that_is_shown_back(self, words: Words, snapshot: SnapshotAssertion) -> None:
        assert as_read([shown_post(DRAFT, "linkedin", words), shown_post(DRAFT, None, words)]) == snapshot


class TestTheDraftThatIsShownBack:
    def test_its_words_are_literal_and_never_in_the_notification(self, all_words: Words) -> None:
        post = shown_post("<!channel> *hi*", "x", all_words)
        assert message_faults(post.blocks) == []
        assert "channel" not in post.text
        assert {"type": "text", "text": "<!channel> *hi*"} in post.blocks[0]["elements"][1]["elements"]

    @pytest.mark.parametrize("text", ["word " * 14_000, "🌬" * 8_000, "a" * 70_000])
    def test_a_long_one_is_shown_in_part_and_says_so(self, text: str, all_words: Words) -> None:
        post = shown_post(text, "facebook", all_words)
        assert message_faults(post.blocks) == []
        assert sum(map(characters, post.blocks)) < 12_000
        assert post.blocks[-1]["elements"][0]["text"] == all_words.say("shown_in_part")


class TestAnswers:
    def test_words_and_choices(self) -> None:
        view = _filled(draft=" Hello :wave: <b>\n", network={"selected_option": {"value": "x"}}, link=None)
        assert modals.answers(view) == {"draft": "Hello 👋 <b>", "network": "x", "link": ""}

    @pytest.mark.parametrize("nothing", ["", "  \n", "\u200b \ufeff", "\x00", "\ud83d"])
    def test_what_has_no_words_is_empty(self, nothing: str) -> None:
        assert modals.answers(_filled(draft=nothing)) == {"draft": ""}

    @pytest.mark.parametrize(
        "view", [{}, {"state": None}, {"state": {"values": None}}, {"state": {"values": {"a": {}}}}]
    )
    def test_an_empty_view_raises_nothing(self, view: View) -> None:
        assert set(modals.answers(view).values()) <= {""}

    @given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=60))
    def test_any_words_can_be_kept_afterwards(self, text: str) -> None:
        read = modals.readable(text)
        assert read.encode("utf-8").decode("utf-8") == read
        assert "\x00" not in read


class TestLinks:
    @pytest.mark.parametrize("link", ["https://acme.example/a?b=1#c", "http://acme.example", "HTTPS://acme.example/ñ"])
    def test_pages(self, link: str) -> None:
        assert modals.is_link(link)

    @pytest.mark.parametrize(
        "text",
        [
            "acme.example",
            "ftp://acme.example",
            "https://",
            "https://acme",
            "https://a b.example",
            "javascript:alert(1)",
            "http://[",
            "https://acme.example\nx",
        ],
    )
    def test_anything_else(self, text: str) -> None:
        assert not modals.is_link(text)

    def test_it_goes_to_the_end_once(self) -> None:
        link = "https://acme.example"
        assert modals.with_link("Read this", link) == f"Read this\n\n{link}"
        assert modals.with_link(f"See {link} now", link) == f"See {link} now"
        assert modals.with_link("Read this", "") == "Read this"


class TestComplaints:
    SAID = Draft(
        text="Our new turbine in Reus, Project Falcon, opens in May! My key: AKIAIOSFODNN7EXAMPLE",
        alt=("A man on a red tower",),
    )
    AUTHOR = "Marta Puig, marta@acme.example"

    @pytest.mark.parametrize(
        "comment",
        [
            "It says “our NEW turbine in  Reus, project” and that is public.",
            "Why not AKIAIOSFODNN7EXAMPLE?",
            "why not akiaiosfodnn7example",
            "a man on a red tower isn't a person",
            "I'm Marta Puig and I disagree",
            "Write to marta@acme.example",
        ],
    )
    def test_the_draft_a_secret_and_the_author_stay_out(self, comment: str, policy: Policy) -> None:
        assert gives_away(comment, [self.SAID], self.AUTHOR, policy)

    @pytest.mark.parametrize(
        "comment", ["The new turbine in Reus was announced last week.", "Marta would disagree.", "No.", ""]
    )
    def test_other_words_are_welcome(self, comment: str, policy: Policy) -> None:
        assert not gives_away(comment, [self.SAID], self.AUTHOR, policy)

    def test_a_short_draft_counts_as_a_whole(self, policy: Policy) -> None:
        short = [Draft(text="Falcon is coming")]
        assert gives_away("Everybody knows that Falcon is coming soon", short, "", policy)
        assert not gives_away("It is coming soon", short, "", policy)

    def test_what_looks_like_somebodys_data_is_hidden(self, policy: Policy) -> None:
        assert "joan@other.example" not in masked("Ask joan@other.example about it", policy)


def _filled(**fields: Any) -> View:
    values = {
        field: {field: given if isinstance(given, dict) else {"type": "plain_text_input", "value": given}}
        for field, given in fields.items()
    }
    return {"state": {"values": json.loads(json.dumps(values))}}


def _as_read(view: View) -> str:
    lines = [f"[ {view['title']['text']} ]"]
    for block in view["blocks"]:
        if block["type"] == "section":
            lines.append(block["text"]["text"])
            continue
        lines.append(block["label"]["text"] + (" (optional)" if block["optional"] else ""))
        element = block["element"]
        options = " | ".join(option["text"]["text"] for option in element.get("options", []))
        chosen = element.get("initial_option", {}).get("text", element.get("placeholder", {})).get("text", "")
        lines.append(f"  {chosen} ▾ {options}" if options else f"  ____ {element.get('initial_value', '')}".rstrip())
        lines += [f"  {block['hint']['text']}"] if "hint" in block else []
    pressed = [view[name]["text"] for name in ("close", "submit") if name in view]
    return "\n".join([*lines, *(f"[{label}]" for label in pressed)])
