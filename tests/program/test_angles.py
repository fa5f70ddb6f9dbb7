"""Angles: the shipped file and what is wrong with others; who gets which three."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.datafile import KnowledgeError
from bot.program.angles import APART, Angle, Angles, Three, Turns, load_angles
from bot.program.knowledge import load_program
from bot.program.models import Ambassador, Audience, Campaign, Past
from bot.program.spread import ranks
from tests.conftest import SHIPPED

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
ANGLES = load_angles(SHIPPED)
FEWEST = Angles(angles=tuple(Angle(id=f"a{n}", says={"en": f"Angle {n}?"}) for n in range(6)))
MANY = [Ambassador(user=f"U{n}", since=START) for n in range(400)]


def campaign(topic: str = "careers", networks: Sequence[str] = ()) -> Campaign:
    return Campaign(
        id="one", name="One", topic=topic, starts=START, ends=START + timedelta(days=30), audience=Audience(),
        facts=("A fact.",), networks=tuple(networks), owner="communication",
    )  # fmt: skip


def given_to(turns: Turns, people: Sequence[Ambassador]) -> list[Three]:
    return [turns.next(person, ranks("one", person.user).angles) for person in people]


def repeats(threes: Sequence[Sequence[str]]) -> list[int]:
    """Places whose three angles were had within the last nudges."""
    sets = [frozenset(three) for three in threes]
    return [n for n, three in enumerate(sets) if three in sets[max(0, n - APART + 1) : n]]


class TestChoice:
    @settings(max_examples=25, deadline=None)
    @given(
        st.sampled_from([ANGLES, FEWEST]),
        st.lists(st.sampled_from(["linkedin", "x", "instagram"]), unique=True),
        st.sampled_from(["careers", "solar", "unknown"]),
        st.lists(st.integers(0, 399), min_size=80, max_size=200),
        st.lists(st.booleans(), min_size=200, max_size=200),
        st.integers(0, 80),
    )
    def test_nobody_gets_the_same_three_within_twenty(
        self, angles: Angles, networks: list[str], topic: str, order: list[int], seen: list[bool], before: int
    ) -> None:
        """However people follow each other, across a second plan, and when some of the first never went out."""
        people = [MANY[n].model_copy(update={"networks": tuple(networks[: n % 3])}) for n in order]
        one = campaign(topic)
        first = given_to(Turns(angles, one), people[:before])
        past = [
            Past(
                campaign="one", user=person.user, date=date(2027, 3, 1), at=START + timedelta(minutes=n), channel=None,
                angles=three, counts=counts,
            )
            for n, (person, three, counts) in enumerate(zip(people, first, seen, strict=False))
        ]  # fmt: skip
        second = given_to(Turns(angles, one, past), people[before:])
        went_out = [nudge.angles for nudge in past if nudge.counts]
        assert repeats(first) == []
        assert [n for n in repeats([*went_out, *second]) if n >= len(went_out)] == []
        assert all(len(set(three)) == 3 for three in second)

    def test_there_is_a_margin_for_nudges_that_never_go_out(self) -> None:
        threes = given_to(Turns(ANGLES, campaign()), MANY)
        assert repeats(threes[::2]) == []
        assert repeats([three for n, three in enumerate(threes) if n % 60 < 20]) == []

    def test_they_vary_and_every_one_is_used(self) -> None:
        threes = given_to(Turns(ANGLES, campaign()), MANY)
        used = [angle for three in threes for angle in three]
        general = [angle.id for angle in ANGLES.angles if not angle.topics and not angle.networks]
        assert all(used.count(angle) >= 15 for angle in general)
        assert len(set(map(frozenset, threes))) > 150

    def test_those_of_the_topic_and_of_their_networks_come_first(self) -> None:
        on_linkedin = [person.model_copy(update={"networks": ("linkedin",)}) for person in MANY]
        used = [angle for three in given_to(Turns(ANGLES, campaign("careers")), on_linkedin) for angle in three]
        often = used.count("to-a-friend")
        assert used.count("first-week") > 2 * often
        assert used.count("one-lesson") > often
        assert not {"at-home", "the-mistake", "my-street", "your-picture", "in-one-sentence"} & set(used), "of others"

    def test_a_network_that_the_campaign_leaves_out_gives_no_angle(self) -> None:
        everywhere = [person.model_copy(update={"networks": ("linkedin", "instagram")}) for person in MANY]
        used = {
            angle for three in given_to(Turns(ANGLES, campaign(networks=["linkedin"])), everywhere) for angle in three
        }
        assert "one-lesson" in used
        assert "your-picture" not in used


class TestFile:
    def test_the_shipped_one_is_whole(self) -> None:
        general = [angle for angle in ANGLES.angles if not angle.topics and not angle.networks]
        assert len(ANGLES.angles) >= 14
        assert len(general) >= 10
        assert all(set(angle.says) == {"en", "es", "ca"} for angle in ANGLES.angles)
        topics = {topic.id for topic in load_program(SHIPPED).topics}
        assert {topic for angle in ANGLES.angles for topic in angle.topics} <= topics

    def test_each_suggests_and_none_is_a_text_to_post(self) -> None:
        for angle in ANGLES.angles:
            for sentence in angle.says.values():
                assert "#" not in sentence
                assert "!" not in sentence
                assert len(sentence) < 120

    def test_a_folder_without_one_gets_the_shipped_one(self, tmp_path: Path) -> None:
        assert load_angles(tmp_path) == ANGLES

    def test_an_unknown_language_gets_english_and_an_unknown_angle_nothing(self) -> None:
        assert ANGLES.says("first-time", "fr") == ANGLES.says("first-time", "en")
        assert ANGLES.says("first-time", "ca") != ANGLES.says("first-time", "en")
        assert ANGLES.says("gone", "en") == ""

    @pytest.mark.parametrize(
        ("change", "line", "said"),
        [
            (("id: a1", "id: A 1"), 3, "id"),
            (("id: a1", "id: a0"), 1, "two are called a0"),
            (("One 1?", "One 0?"), 1, "a1 says what another one says (en)"),
            (("{id: a5,", "{id: a5, topics: [solar],"), 1, "5 fit every topic and network: write 6 at least"),
            (("{id: a5,", "{id: a5, topic: [solar],"), 7, "Did you mean “topics”?"),
            (("{en: One 3?}", "{}"), 5, "says"),
            (("{en: One 3?}", f"{{en: {'o' * 201}}}"), 5, "200"),
            (("  - {id: a3", "  - [id: a3"), 5, "not valid YAML"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_line(
        self, tmp_path: Path, change: tuple[str, str], line: int, said: str
    ) -> None:
        lines = "\n".join(f"  - {{id: a{n}, says: {{en: One {n}?}}}}" for n in range(6))
        file = tmp_path / "angles.yaml"
        file.write_text(f"angles:\n{lines}\n".replace(*change), "utf-8")
        with pytest.raises(KnowledgeError) as error:
            load_angles(tmp_path)
        assert f"{file}:{line}: " in str(error.value)
        assert said in str(error.value)
