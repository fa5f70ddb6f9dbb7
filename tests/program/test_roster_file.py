"""A roster file: read whatever a spreadsheet makes of it, each wrong line told of with what to write, and never a crash."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.networks.loader import load_networks
from bot.program.choices import Choices, Offered
from bot.program.countries import NAMES, groups, is_known, name_of
from bot.program.knowledge import load_program
from bot.program.models import Quiet
from bot.program.roster_file import COLUMNS, Roster, read_roster
from tests.conftest import SHIPPED

OFFERED = Offered(
    load_program(SHIPPED), load_networks(SHIPPED / "networks.yaml"), ("en", "es", "ca"), ("ES", "EU", "US")
)
TOPICS = [topic.id for topic in OFFERED.program.topics]
NETWORKS = list(OFFERED.networks.networks)
USUAL = OFFERED.defaults()


def read(text: str) -> Roster:
    return read_roster(text, OFFERED)


def one(**cells: str) -> Choices:
    """What the only line of a file says."""
    roster = read(f"user;{';'.join(cells)}\nU0AAA;{';'.join(cells.values())}\n")
    assert roster.faults == ()
    return roster.entries[0].choices


def fault(**cells: str) -> str:
    roster = read(f"user;{';'.join(cells)}\nU0AAA;{';'.join(cells.values())}\n")
    assert roster.entries == ()
    (found,) = roster.faults
    assert found.line == 2
    return found.says


class TestTheFile:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("start", ["", "\ufeff"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_as_spreadsheets_save_it(self, delimiter: str, start: str, end: str) -> None:
        lines = [["Weekly budget", "USER", "topics"], ["1", "U0AAA", "solar heat-pumps"], ["", "b@x.example", ""]]
        roster = read(start + "".join(delimiter.join(line) + end for line in lines))
        assert roster.faults == ()
        first, second = roster.entries
        assert (first.user, first.choices.weekly_budget, first.choices.topics) == ("U0AAA", 1, ("solar", "heat-pumps"))
        assert (second.email, second.user, second.choices) == ("b@x.example", "", USUAL)

    def test_wrong_lines_are_told_of_and_the_others_go_on(self) -> None:
        roster = read("user,topics\nU0AAA,solar\nbob,\n\nU0BBB,solarr\nU0CCC,\n")
        assert [entry.user for entry in roster.entries] == ["U0AAA", "U0CCC"]
        assert [found.line for found in roster.faults] == [3, 5]
        assert "“bob” is neither a Slack id (U0…) nor an e-mail address" in roster.faults[0].says
        assert roster.faults[1].says == "topics: unknown topic “solarr”: did you mean “solar”?"

    def test_a_cell_with_line_breaks_keeps_the_count_of_lines(self) -> None:
        roster = read('user,topics\nU0AAA,"solar\nheat-pumps"\nbob,\n')
        assert roster.entries[0].choices.topics == ("solar", "heat-pumps")
        assert roster.faults[0].line == 4

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "the file is empty"),
            ("\n\n", "the file is empty"),
            ("user,topic\nU0AAA,solar\n", "unknown column “topic”: did you mean “topics”?"),
            ("user,favourite colour\n", "unknown column “favourite colour”. There are: user, topics"),
            ("topics\nsolar\n", "the column “user” is missing"),
            ("user,user\n", "the column “user” stands there twice"),
            ('user,"topics\nU0AAA,', "not readable as CSV"),
        ],
    )
    def test_a_header_that_cant_be_used_stops_it(self, text: str, says: str) -> None:
        roster = read(text)
        assert roster.entries == ()
        assert says in roster.faults[0].says

    def test_the_same_person_twice(self) -> None:
        roster = read("user\nU0AAA\nu0aaa\nA@x.example\na@X.example\n")
        assert len(roster.entries) == 2
        assert [(found.line, found.says[:38]) for found in roster.faults] == [
            (3, "this person stands on line 2 already: "),
            (5, "this person stands on line 4 already: "),
        ]

    def test_a_quote_that_is_never_closed_and_a_cell_too_many(self) -> None:
        assert "quote mark that is never closed" in read('user,topics\nU0AAA,"solar\n').faults[0].says
        assert "3 cells, but 2 columns" in read("user,topics\nU0AAA,solar,climate\n").faults[0].says
        assert read("user,topics\nU0AAA,solar,,\n").faults == ()


class TestCells:
    def test_topics_and_networks_by_id_name_or_alias(self) -> None:
        assert one(topics='"Heat pumps;SOLAR"').topics == ("heat-pumps", "solar")
        assert one(topics='"Bombas de calor; climate"').topics == ("heat-pumps", "climate")
        assert one(networks="LinkedIn x").networks == ("linkedin", "x")
        assert "orkut" in fault(networks="orkut")
        assert one(languages="CA en").languages == ("ca", "en")
        assert fault(languages="fr") == "languages: unknown language “fr”. There are: en, es, ca."

    @pytest.mark.parametrize(
        ("said", "days"),
        [
            ("mon-fri", (0, 1, 2, 3, 4)),
            ("Mon – Wed", (0, 1, 2)),
            ("sat-mon", (0, 5, 6)),
            ("tue thu", (1, 3)),
            ("lunes, miércoles", (0, 2)),
            ("dl dt dg", (0, 1, 6)),
            ("0 4", (0, 4)),
        ],
    )
    def test_days(self, said: str, days: tuple[int, ...]) -> None:
        assert one(days=f'"{said}"').days == days

    @pytest.mark.parametrize("said", ["someday", "7", "mon-", "-"])
    def test_no_days(self, said: str) -> None:
        assert "is no day: write mon tue" in fault(days=said)

    def test_quiet_hours(self) -> None:
        assert one(quiet="18:00-09:00").quiet == Quiet(1080, 540)
        assert one(quiet="8:30 – 17:15").quiet == Quiet(510, 1035)
        assert one(quiet="none").quiet == Quiet(0, 0)
        for wrong in ("evening", "24:00-09:00", "18:00", "18-9", "9:60-10:00"):
            assert "write them as 18:00-09:00, or none" in fault(quiet=wrong)

    def test_budget_country_and_where(self) -> None:
        assert one(weekly_budget="0").weekly_budget == 0
        for wrong in ("6", "-1", "two", "²", "1.5"):
            assert "is no number from 0 to 5" in fault(weekly_budget=wrong)
        assert [one(country=said).country for said in ("es", "ES-CT", "none")] == ["ES", "ES-CT", None]
        for wrong in ("Spain", "XX", "ES-XX", "ES-"):
            assert "write a code as ES, ES-CT or US-CA, or none" in fault(country=wrong)
        assert [one(where=said).in_channels for said in ("direct", "Channel")] == [False, True]
        assert "write direct" in fault(where="home")

    def test_what_is_empty_is_as_usual(self) -> None:
        assert one(**dict.fromkeys(COLUMNS[1:], "")) == USUAL

    def test_a_word_is_no_slack_id_and_a_wild_cell_is_shown_short_and_plain(self) -> None:
        assert "neither a Slack id" in read("user\nWALTER\n").faults[0].says
        says = read(f"user\n\x1b[31m{'x' * 500}\n").faults[0].says
        assert "\x1b" not in says
        assert len(says) < 250


class TestCountries:
    def test_holidays_are_known_of_all_that_the_menu_offers(self) -> None:
        assert [code for code in NAMES if not is_known(code)] == []
        menu = groups(OFFERED.jurisdictions)
        assert [group.name for group in menu] == ["España", "United States", ""]
        assert [code for group in menu for code in group.lines if not is_known(code)] == []
        assert all(1 <= len(group.lines) <= 100 for group in menu)
        every = [code for group in menu for code in group.lines]
        assert len(every) == len(set(every))

    def test_names_are_those_that_people_there_use(self) -> None:
        assert name_of("ES-CT") == "Catalunya (España)"
        assert name_of("US") == "United States"
        assert name_of("JM") == "JM"


CLOCK = st.integers(0, 1439)
CHOICES = st.builds(
    Choices,
    topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple),
    networks=st.lists(st.sampled_from(NETWORKS), unique=True).map(tuple),
    languages=st.lists(st.sampled_from(OFFERED.languages), unique=True).map(tuple),
    days=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
    quiet=st.builds(Quiet, CLOCK, CLOCK),
    weekly_budget=st.integers(0, OFFERED.program.nudges.most_weekly_budget),
    in_channels=st.booleans(),
    country=st.sampled_from([None, "ES", "ES-CT", "US-NY", "DE"]),
)
PEOPLE = st.lists(
    st.tuples(st.from_regex(r"U0[A-Z0-9]{3,12}", fullmatch=True), CHOICES), max_size=6, unique_by=lambda p: p[0]
)


def written(user: str, choices: Choices, separator: str) -> dict[str, str]:
    """As a person writes it."""
    times = [f"{minute // 60}:{minute % 60:02}" for minute in choices.quiet]
    return {
        "user": user,
        "topics": separator.join(choices.topics),
        "networks": separator.join(choices.networks),
        "languages": separator.join(choices.languages),
        "days": separator.join(map(str, choices.days)),
        "quiet": "-".join(times),
        "weekly_budget": str(choices.weekly_budget),
        "country": choices.country or "none",
        "where": "channel" if choices.in_channels else "direct",
    }


@settings(max_examples=60, deadline=None)
@given(
    people=PEOPLE,
    columns=st.permutations(COLUMNS),
    delimiter=st.sampled_from(",;\t"),
    separator=st.sampled_from([" ", ";", "; ", ", "]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_is_written_is_read(
    people: list[tuple[str, Choices]], columns: list[str], delimiter: str, separator: str, quoting: int
) -> None:
    out = io.StringIO()
    rows = csv.DictWriter(out, columns, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    rows.writeheader()
    rows.writerows(written(user, choices, separator) for user, choices in people)
    roster = read(out.getvalue())
    assert roster.faults == ()
    assert [(entry.user, entry.choices) for entry in roster.entries] == people


CELL = st.text(st.sampled_from("U0Aa@x.example;,\"'\n\r\t -–:059solarmon\x00\u2028é"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=300), CELL, st.lists(CELL, max_size=12).map(lambda c: f"user;days;quiet\n{';'.join(c)}")
    )
)
def test_whatever_stands_there_it_is_read_or_told_of(text: str) -> None:
    roster = read(text)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= found.line <= lines and found.says.strip() for found in roster.faults)
    assert all(Choices.model_validate(entry.choices.model_dump()) == entry.choices for entry in roster.entries)
    assert all(bool(entry.user) != bool(entry.email) for entry in roster.entries)
    assert all(len(entry.user) <= 32 for entry in roster.entries)
