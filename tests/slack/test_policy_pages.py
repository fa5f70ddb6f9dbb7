"""What `/policy` lists and shows: complete, within Slack's limits, found however it is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.manual.models import Passage
from bot.manual.sections import Section, find, for_reader, sections_of
from bot.policy.engine import Policy
from bot.policy.models import Category
from bot.slack.policy_blocks import section_view
from bot.slack.policy_command import read_command
from bot.slack.policy_listing import topic
from bot.slack.policy_pages import (
    CATEGORIES,
    MOST_POSTS,
    Changed,
    Told,
    guide_post,
    help_post,
    near_post,
    rules_post,
    section_posts,
    sections_post,
    topic_post,
)
from bot.slack.words import Words
from tests.coach.conftest import Shelf
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import view_faults
from tests.slack.conftest import LANGUAGES
from tests.slack.limits import faults, texts_of
from tests.slack.reading import as_read
from tests.slack.test_review_blocks import HUGE, LONG


def passages(count: int, text: str = "Ask first.", source: str = "manual", language: str = "en") -> list[Passage]:
    return [
        Passage(
            id=f"{source}/a.md#s{n}", manual=source, language=language, version="3fa94c0d11aa", anchor=f"s{n}",
            heading=("A chapter", f"Section {n}"), text=text,
        )
        for n in range(count)
    ]  # fmt: skip


def section(text: str, parts: int = 1) -> Section:
    first = passages(1, text)[0]
    rest = [first.model_copy(update={"id": f"{first.id}.{n}"}) for n in range(2, parts + 1)]
    return Section((first, *rest))


class TestSections:
    def test_a_whole_section_in_a_modal(self, words: Words) -> None:
        view = section_view(section("Ask first.\n\n- one\n- two", 2).passages, words)
        assert read(view["blocks"]).startswith("A chapter › Section 0\nSource: manual · version 3fa94c0")
        assert read(view["blocks"]).count("- one\n- two") == 2
        assert [*view_faults(view, home=False), *view_complaints(view)] == []

    @pytest.mark.parametrize("text", ["word " * 4_000, "<!channel> *x* <@U1> :tada:", "\n\n\n", "á" * 9_000])
    @pytest.mark.parametrize("parts", [1, 120])
    def test_whatever_is_in_it_slack_takes_it(self, words: Words, text: str, parts: int) -> None:
        view = section_view(section(text, parts).passages, words)
        assert [*view_faults(view, home=False), *view_complaints(view)] == []
        posts = section_posts(section(text, parts), words)
        assert [fault for post in posts for fault in faults(post)] == []
        assert 1 <= len(posts) <= MOST_POSTS

    def test_a_section_that_doesnt_fit_says_that_it_goes_on(self, words: Words) -> None:
        said = words.say("policy_section_cut")
        assert said in read(section_view(section("word " * 4_000, 9).passages, words)["blocks"])
        assert said in list(texts_of(section_posts(section("word " * 4_000, 9), words)[-1].blocks))
        assert said not in list(texts_of(section_posts(section("Ask first."), words)[-1].blocks))

    def test_it_is_found_by_heading_or_anchor_however_it_is_written(self, shelf: Shelf) -> None:
        sections = sections_of(shelf.passages.values())

        def found(name: str, language: str = "en") -> tuple[str, str] | None:
            section = find(sections, name, language).section
            return (section.name, section.language) if section else None

        assert found("CLAIMS YOU CAN STAND BEHIND") == ("Claims you can stand behind", "en")
        assert found("#claims") == found("claims") == ("Claims you can stand behind", "en")
        assert found("personal data", "ca") == found("personal-data", "ca")
        assert (found("personal data", "ca") or ("", ""))[1] == "ca"
        assert found("la veu") == ("La veu", "ca"), "a heading of another language is meant in that language"
        assert found("Costumers") == ("Customers", "en"), "a slip of the finger"
        assert found("quantum gravity") is None

    def test_a_word_of_the_heading_suggests_sections(self, shelf: Shelf, words: Words) -> None:
        near = find(sections_of(shelf.passages.values()), "people", "en").near
        assert {section.language for section in near} == {"en"}
        assert "Other people's data" in [section.name for section in near]
        assert "Other people's data" in as_read(near_post(near, words))
        assert as_read(near_post([], words)).count(words.say("policy_no_section")) == 1

    def test_a_reader_sees_their_edition_and_what_has_none_in_theirs(self) -> None:
        both = passages(2) + passages(1, source="guide", language="es")
        grouped = for_reader(sections_of([*both, *passages(1, source="manual/es", language="es")]), "en")
        assert [len(own) for own in grouped.values()] == [2, 1, 1]


CHANGED = [
    Changed(date(2026, 11, 20), "manual", ["Money", "Voice"], 3),
    Changed(date(2026, 10, 1), "guide", ["Photos"]),
]


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_is_read(self, words: Words, shelf: Shelf, language: str, snapshot: SnapshotAssertion) -> None:
        words = words.within(language)
        sections = for_reader(sections_of(shelf.passages.values()), language)
        told = {
            Category.CUSTOMERS: [Told("May they be named?", "Customers")] * 5,
            Category.TONE: [Told("Aloud?", "Tone")],
        }
        posts = {
            "alone": guide_post(words, sections, CHANGED),
            "help": help_post(words),
            "rules": rules_post(words, told),
            "rules customers": topic_post(words, Category.CUSTOMERS, told[Category.CUSTOMERS], 1),
            "no rules": rules_post(words, {}),
            "section": section_posts(section("Ask first."), words)[0],
            "no such section": near_post(sections_of(passages(2)), words),
        }
        assert {name: faults(post) for name, post in posts.items() if faults(post)} == {}
        assert "\n\n".join(f"# {name}\n\n{as_read(post)}" for name, post in posts.items()) == snapshot

    @pytest.mark.parametrize("count", [0, 1, 500])
    @pytest.mark.parametrize("sources", [1, 30])
    def test_many_sections_are_shortened_and_counted(self, words: Words, count: int, sources: int) -> None:
        many = {f"manual {n} {'x' * 200}": sections_of(passages(count, source=f"m{n}")) for n in range(sources)}
        post = guide_post(words, many if count else {}, CHANGED * 5)
        assert faults(post) == []
        listed = sum(text.count("Section ") for text in texts_of(post.blocks))
        left = count * sources - listed
        assert (words.say("policy_sections_more", count=left) in as_read(post).replace("\n  ", " ")) == bool(left)
        if count:
            in_lines = sections_post(words, many)
            assert faults(in_lines) == []
            assert sum(text.startswith("Section ") for text in texts_of(in_lines.blocks)) == listed

    @settings(max_examples=30, deadline=None)
    @given(says=LONG | st.just(HUGE), count=st.integers(1, 200), page=st.integers(-1, 40))
    def test_any_number_of_rules_fits(self, words: Words, says: str, count: int, page: int) -> None:
        rules = dict.fromkeys(CATEGORIES, [Told(says, says)] * count)
        assert faults(rules_post(words, rules)) == []
        assert faults(topic_post(words, Category.TONE, rules[Category.TONE], page)) == []

    def test_the_pages_of_a_topic_hold_each_rule_once(self, words: Words) -> None:
        told = [Told(f"Rule {n}.", "Tone") for n in range(60)]
        pages = [topic_post(words, Category.TONE, told, page) for page in (1, 2, 3)]
        seen = [text for page in pages for text in texts_of(page.blocks) if text.startswith("Rule ")]
        assert seen == [each.says for each in told]
        assert words.say("policy_rules_next", page=2) in list(texts_of(pages[0].blocks))
        assert topic_post(words, Category.TONE, told, 9) == pages[2], "there is nothing behind the last page"


class TestCommand:
    @pytest.mark.parametrize(
        ("text", "kind", "rest", "language", "page"),
        [
            ("", "guide", "", "", 1),
            ("  \n ", "guide", "", "", 1),
            ("rules", "rules", "", "", 1),
            ("Regles clients", "rules", "clients", "ca", 1),
            ("reglas dinero 2", "rules", "dinero", "es", 2),
            ("rules 3", "rules", "", "", 3),
            ("section Money", "section", "Money", "", 1),
            ("SECCIÓ els diners", "section", "els diners", "ca", 1),
            ("sección", "section", "", "es", 1),
            ("help", "help", "", "", 1),
            ("ajuda", "help", "", "ca", 1),
            ("help me with a photo", "question", "", "", 1),
            ("May I post the rules?", "question", "", "", 1),
        ],
    )
    def test_words_that_show_stand_first(self, text: str, kind: str, rest: str, language: str, page: int) -> None:
        wish = read_command(text)
        assert (wish.kind, wish.text, wish.language, wish.page) == (kind, rest, language, page)
        assert wish.whole in ("", text.strip())

    @given(st.text(max_size=200))
    def test_whatever_is_written_is_read(self, text: str) -> None:
        assert read_command(text).kind in ("guide", "help", "rules", "section", "question")

    def test_a_topic_is_known_by_its_names(self, words: Words, policy: Policy) -> None:
        assert {rule.category for rule in policy.rules} <= set(CATEGORIES)
        assert topic("customers", words) == topic("clientes", words) == topic("Clients", words) == Category.CUSTOMERS
        assert topic("money", words) == topic("diners", words) == Category.FINANCIAL
        assert topic("network-limits", words) == topic("hashtags", words) == Category.NETWORK_LIMITS
        assert topic("interns", words) is None
