"""Plans as files: what can be read, what is said of the rest, and that nothing whatever breaks it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.program.campaign_csv import COLUMNS
from bot.program.campaign_dates import moment_of, zone_of
from bot.program.campaign_entry import slug
from bot.program.campaign_file import PlanFile, read_campaigns, text_of
from bot.program.models import Audience, Campaign, Material
from tests.conftest import SHIPPED

YAML, CSV = Path("plan.yaml"), Path("plan.csv")
MADRID = "Europe/Madrid"
ENTRY = """
- name: Heat pump week
  topic: heat-pumps
  starts: 2027-02-01
  ends: 2027-02-12
  audience: everybody
  facts: [A heat pump also cools., It moves heat.]
  owner: communication
"""
HEADER = "name,topic,starts,ends,audience,facts,owner"
ROW = "Heat pump week,heat-pumps,2027-02-01,2027-02-12,everybody,A heat pump also cools.|It moves heat.,communication"


def read(text: str, path: Path = YAML, time_zone: str | None = None, **more: Any) -> PlanFile:
    return read_campaigns(text, path, time_zone=time_zone, **more)


def one(text: str, path: Path = YAML, time_zone: str | None = None, **more: Any) -> Campaign:
    plan = read(text, path, time_zone, **more)
    assert plan.problems == ()
    (campaign,) = plan.campaigns
    return campaign


def said(text: str, path: Path = YAML, **more: Any) -> list[str]:
    return [problem.at(path) for problem in read(text, path, **more).problems]


class TestYaml:
    def test_a_campaign(self) -> None:
        assert one(ENTRY) == Campaign(
            id="heat-pump-week",
            name="Heat pump week",
            topic="heat-pumps",
            starts=datetime(2027, 2, 1, tzinfo=UTC),
            ends=datetime(2027, 2, 13, tzinfo=UTC),
            audience=Audience(),
            facts=("A heat pump also cools.", "It moves heat."),
            owner="communication",
        )

    def test_days_are_whole_in_the_plans_time_zone(self) -> None:
        plan = read(f"time_zone: {MADRID}\ncampaigns:{ENTRY}")
        assert plan.time_zone == MADRID
        assert plan.campaigns[0].starts.isoformat() == "2027-02-01T00:00:00+01:00"
        assert plan.campaigns[0].ends.isoformat() == "2027-02-13T00:00:00+01:00"

    def test_whoever_asks_has_the_last_word_on_the_time_zone(self) -> None:
        plan = read(f"time_zone: {MADRID}\ncampaigns:{ENTRY}", time_zone="America/New_York")
        assert plan.time_zone == "America/New_York"
        assert plan.campaigns[0].starts.isoformat() == "2027-02-01T00:00:00-05:00"

    def test_a_time_may_name_its_own(self) -> None:
        campaign = one(ENTRY + "  embargo: 2027-02-02 09:30+02:00\n", time_zone=MADRID)
        assert campaign.embargo == datetime(2027, 2, 2, 7, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("written", "audience"),
        [
            ("everybody", Audience()),
            ("{}", Audience()),
            ("{languages: [es, CA], countries: [es-ct]}", Audience(languages=("es", "ca"), countries=("ES-CT",))),
            ("{languages: no}", Audience(languages=("no",))),
            ("{people: [U01, <@W02|ona>]}", Audience(people=("U01", "W02"))),
            ("", None),
        ],
    )
    def test_audiences(self, written: str, audience: Audience | None) -> None:
        assert one(ENTRY.replace("audience: everybody", f"audience: {written}")).audience == audience

    def test_material_with_and_without_a_title(self) -> None:
        links = (
            "[https://a.example/guide/, 'The guide: https://a.example/b', {title: C, url: 'https://a.example/c?d|e'}]"
        )
        assert one(f"{ENTRY}  material: {links}\n").material == (
            Material(title="a.example/guide", url="https://a.example/guide/"),
            Material(title="The guide", url="https://a.example/b"),
            Material(title="C", url="https://a.example/c?d|e"),
        )

    @pytest.mark.parametrize("channel", ["C0123ABCD", "<#C0123ABCD|heat>", "https://x.slack.com/archives/C0123ABCD"])
    def test_channels_by_id_or_link(self, channel: str) -> None:
        assert one(f"{ENTRY}  channel: '{channel}'\n").channel == "C0123ABCD"

    def test_the_language_is_that_of_the_words_when_none_is_given(self) -> None:
        text = ENTRY.replace("A heat pump also cools.", "Una bomba de calor también enfría la casa en verano")
        text = text.replace("It moves heat.", "Mueve el calor que ya hay").replace("Heat pump week", "Semana del calor")
        assert one(text, languages=("en", "es", "ca")).language == "es"
        assert one(text + "  language: en\n", languages=("en", "es", "ca")).language == "en"

    def test_values_that_campaigns_share(self) -> None:
        shared = "- &all {name: One, topic: t, starts: 2027-02-01, ends: 2027-02-02, facts: [f], owner: o}\n"
        plan = read(shared + "- {<<: *all, name: Two}\n")
        assert [campaign.id for campaign in plan.campaigns] == ["one", "two"]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("  topic: heat-pumps\n", "", "2: topic: is missing: add one of those in program.yaml"),
            ("topic: heat-pumps", "topic: Heat Pumps", "3: topic: “Heat Pumps” is not of small letters, digits and "),
            ("starts: 2027", "strats: 2027", "4: strats: unknown key. Did you mean “starts”?"),
            ("2027-02-12", "2027-01-12", "5: ends: 2027-01-12 is not after starts (2027-02-01): write a later one"),
            ("2027-02-12", "31/02/2027", "5: ends: “31/02/2027” is no day of the calendar: write it as year-month-day"),
            ("2027-02-12", "2027-02-31", "5: ends: there is no 31 February 2027: that month has 28 days"),
            ("everybody", "somebody", "6: audience: write everybody, or name languages, countries or people"),
            ("everybody", "{language: es}", "6: audience: unknown key “language”. Known here: languages, countries, peopl"),
            ("everybody", "{people: ['@ona']}", "6: audience: people: “@ona” is nobody's id: write it like U0123ABCD"),
            ("everybody", "{countries: [Spain]}", "6: audience: countries: “Spain” is no country: write its two letters"),
            ("[A heat pump also cools., It moves heat.]", "[]", "7: facts: is missing: add the key facts"),
            ("[A heat pump also cools., It moves heat.]", f"[{', '.join('x' * 11)}]", "7: facts: there are 11: keep the 10"),
            ("It moves heat.", "x" * 501, "7: facts: has 501 characters: write 500 at most"),
            ("It moves heat.", '"a\\ud800"', "7: facts: has characters that are no text"),
            ("It moves heat.", "{a: b}", "7: facts: write text here"),
            ("Heat pump week", "熱ポンプ", "2: id: is missing, and the name has no letters for one"),
            ("  owner", f"  channel: C{'0' * 32}\n  owner", f"8: channel: “C{'0' * 29}” is no channel's id: write it like C0123ABCD"),
            ("  owner", "  channel: '#heat'\n  owner", "8: channel: “#heat” is no channel's id: write it like C0123ABCD"),
            ("  owner", "  material: [www.a.example]\n  owner", "8: material: “www.a.example” is no link: write it with h"),
            ("  owner", "  language: Spanish\n  owner", "8: language: “Spanish” is no language: write its two letters"),
        ],
    )  # fmt: skip
    def test_slips_say_where_and_what_to_write(self, old: str, new: str, expected: str) -> None:
        assert old in ENTRY
        assert said(ENTRY.replace(old, new))[-1].startswith(f"plan.yaml:{expected}")

    def test_the_rest_goes_on(self) -> None:
        bad = ENTRY.replace("2027-02-12", "soon").replace("Heat pump week", "Bad")
        plan = read(ENTRY + bad + ENTRY.replace("Heat pump week", "Another"))
        assert [campaign.id for campaign in plan.campaigns] == ["heat-pump-week", "another"]
        assert [problem.entry for problem in plan.problems] == [10]
        assert plan.lines["another"] == 18

    def test_two_with_one_id(self) -> None:
        assert said(ENTRY + ENTRY) == [
            "plan.yaml:10: id: “heat-pump-week” is also the one of line 2: give each its own"
        ]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", "1: there is no campaign in it: write a list"),
            ("campaigns: []", "1: there is no campaign in it: write a list"),
            (
                "name: One\ntopic: t\n",
                "1: unknown key “name”. Campaigns are a list: put “- ” before each one's first line.",
            ),
            ("time_zne: UTC\ncampaigns: []", "1: unknown key “time_zne”. Did you mean “time_zone”?"),
            (
                "time_zone: Madrid\ncampaigns: []",
                "1: time_zone: unknown time zone “Madrid”: did you mean Europe/Madrid?",
            ),
            ("- name: [", "1: not valid YAML"),
            ("- just words", "1: write keys with values here"),
        ],
    )
    def test_what_is_no_plan(self, text: str, expected: str) -> None:
        plan = read(text)
        assert plan.campaigns == ()
        assert plan.problems[0].at(YAML).startswith(f"plan.yaml:{expected}")


class TestCsv:
    def test_a_row_says_what_the_yaml_says(self) -> None:
        assert one(f"{HEADER}\n{ROW}\n", CSV) == one(ENTRY)

    @pytest.mark.parametrize(
        "text",
        [
            f"\ufeff{HEADER}\r\n{ROW}\r\n",
            f"{HEADER},,\n\n{ROW},,\n,,,,,,,,\n".replace(",", ";"),
            f"{HEADER}\n{ROW}".replace(",", "\t"),
            f"{HEADER}\n{ROW}".replace("cools.|It", "cools.\nIt")
            .replace("A heat", '"A heat')
            .replace("heat.,", 'heat.",'),
            "owner,starts,Facts ,Name,topic,ends,AUDIENCE\n"
            "communication,2027-02-01,A heat pump also cools.|It moves heat.,Heat pump week,heat-pumps,2027-02-12,All\n",
        ],
    )
    def test_as_spreadsheets_write_it(self, text: str) -> None:
        assert one(text, CSV) == one(ENTRY)

    def test_audiences_have_columns_of_their_own(self) -> None:
        text = f"{HEADER.replace('audience', 'Audience languages,audience-countries')}\n{ROW.replace('everybody', 'es;ca,ES')}"
        assert one(text, CSV).audience == Audience(languages=("es", "ca"), countries=("ES",))

    def test_every_column_is_a_field(self) -> None:
        assert set(COLUMNS) == {*Campaign.model_fields, *(f"audience_{part}" for part in Audience.model_fields)}

    def test_an_unknown_column_refuses_the_plan(self) -> None:
        """A mistyped embargo that is let through would be a broken one."""
        text = f"{HEADER},embrago,nonsense\n{ROW},2027-02-05,\n"
        assert said(text, CSV) == [
            "plan.csv:1: unknown column “embrago”. Did you mean “embargo”?",
            f"plan.csv:1: unknown column “nonsense”. Known here: {', '.join(COLUMNS)}.",
        ]
        assert read(text, CSV).campaigns == ()

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            (
                ROW.replace("2027-02-12", "46388"),
                "ends: “46388” is a spreadsheet's number for 2027-01-01: format the colu",
            ),
            (ROW.replace("everybody", "es"), "audience: write everybody, or fill audience_languages"),
            (f"{ROW},x", "has 8 cells, and the header 7: put text that has the separator in it in quotes"),
            (ROW.replace("Heat pump", '"Heat" pump'), "can't be taken apart"),
            (ROW.replace("heat-pumps", ""), "topic: is missing: add one of those"),
        ],
    )
    def test_a_wrong_row_is_named_and_the_others_go_on(self, row: str, expected: str) -> None:
        text = f"{HEADER}\n{ROW.replace('heat.', 'heat.').replace('Heat', 'First')}\n\n{row}\n{ROW}\n"
        plan = read(text, CSV)
        assert [campaign.id for campaign in plan.campaigns] == ["first-pump-week", "heat-pump-week"]
        (problem,) = plan.problems
        assert problem.at(CSV).startswith(f"plan.csv:4: {expected}")

    def test_both_ways_to_say_whom_it_is_for(self) -> None:
        text = f"{HEADER},audience_languages\n{ROW},es\n"
        (problem,) = said(text, CSV)
        assert "says “everybody”, and audience_languages names some: leave one of them empty" in problem

    def test_a_quote_that_never_closes(self) -> None:
        plan = read(f'{HEADER}\n{ROW}\n"{ROW}\n{ROW}\n', CSV)
        assert len(plan.campaigns) == 1
        assert plan.problems[0].at(CSV).startswith('plan.csv:3: a quote (") is opened here and never closed')

    @pytest.mark.parametrize(("text", "expected"), [("", "is empty"), (HEADER, "there is no campaign in it")])
    def test_what_is_no_plan(self, text: str, expected: str) -> None:
        assert said(text, CSV)[0].startswith(f"plan.csv:1: {expected}")


class TestDates:
    @pytest.mark.parametrize(
        ("written", "moment"),
        [
            ("2027-02-01", "2027-02-01T00:00:00+01:00"),
            (" 2027-2-1  9:05 ", "2027-02-01T09:05:00+01:00"),
            ("2027-07-01T09:05:30", "2027-07-01T09:05:30+02:00"),
            ("2027-07-01 09:05Z", "2027-07-01T09:05:00+00:00"),
            ("2027-07-01t09:05 -0330", "2027-07-01T09:05:00-03:30"),
            ("2027-10-31 02:30", "2027-10-31T02:30:00+02:00"),
        ],
    )
    def test_what_can_be_read(self, written: str, moment: str) -> None:
        assert moment_of(written, zone_of(MADRID)).isoformat() == moment

    def test_a_last_day_is_as_long_as_it_is(self) -> None:
        zone = zone_of(MADRID)
        assert moment_of("2027-03-28", zone, ends=True) - moment_of("2027-03-28", zone) == timedelta(hours=23)
        assert moment_of("2027-10-31", zone, ends=True) - moment_of("2027-10-31", zone) == timedelta(hours=25)

    def test_a_day_that_has_no_midnight(self) -> None:
        """In Santiago clocks go forward at midnight."""
        assert moment_of("2027-09-05", zone_of("America/Santiago")).isoformat() == "2027-09-05T01:00:00-03:00"

    @pytest.mark.parametrize(
        ("written", "what"),
        [
            ("15/01/2027", "write 2027-01-15"),
            ("01/02/2027", "can be read as 2027-02-01 or as 2027-01-02: write the one you mean"),
            ("5.1.27", "can be read as 2027-01-05 or as 2027-05-01"),
            ("2027/02/01", "write 2027-02-01"),
            ("46388,5", "is a spreadsheet's number for 2027-01-01"),
            ("2027-13-01", "there is no month 13"),
            ("2027-02-01 25:00", "there is no 25:00: the hours go from 00:00 to 23:59"),
            ("2027-02-01 24:00", "midnight is 2027-02-02 00:00"),
            ("2027-02-01 9am", "“9am” is no time of day: write 2027-02-01 09:00"),
            ("2027-02-01 09:00+99:00", "“+99:00” is no time zone"),
            ("2027-03-28 02:30", "clocks jump over 02:30 on 2027-03-28 in Europe/Madrid: write 03:30"),
            ("2207-02-01", "the year is 2207: write one from 2000 to 2100"),
            ("next Monday", "is no date: write it as 2027-02-01, or 2027-02-01 09:00"),
        ],
    )
    def test_what_to_write_instead(self, written: str, what: str) -> None:
        with pytest.raises(ValueError, match=r".") as caught:
            moment_of(written, zone_of(MADRID))
        assert what in str(caught.value)

    @given(
        st.dates(date(2000, 1, 1), date(2100, 12, 30)),
        st.sampled_from(["UTC", MADRID, "America/Santiago", "Asia/Kathmandu"]),
    )
    def test_days_follow_each_other_without_a_gap(self, day: date, zone: str) -> None:
        after = day + timedelta(days=1)
        assert moment_of(str(day), zone_of(zone), ends=True) == moment_of(str(after), zone_of(zone))

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "Europe", "Europe/Madird", "\x00", "x" * 5000])
    def test_what_is_no_time_zone(self, name: str) -> None:
        with pytest.raises(InputError, match="unknown time zone"):
            zone_of(name)


class TestWhateverComes:
    def test_neither_yaml_nor_csv(self) -> None:
        with pytest.raises(InputError, match=r"a plan ends in \.yaml or \.csv"):
            read("", Path("plan.xlsx"))
        assert one(ENTRY, Path("plan.txt"), kind="yaml").id == "heat-pump-week"

    def test_not_utf8(self) -> None:
        with pytest.raises(InputError, match=r"plan\.csv:2: not UTF-8: save it as UTF-8 \(in Excel: “CSV UTF-8”\)"):
            text_of(f"{HEADER}\nCafé".encode("cp1252"), CSV)

    def test_too_long(self) -> None:
        with pytest.raises(InputError, match="split it"):
            read(" " * 1_000_001)

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [*a]\n",
            "campaigns: &a\n- {name: *a}\n",
            "- &b {name: *b}\n",
            "- " * 3000,
            "[" * 500,
            "- !!python/object/apply:os.system [echo]\n",
            "- {? [a, b] : c}\n",
            "- {name: !!binary aGk=, facts: !!set {a}}\n",
            "--- a\n--- b\n",
            "\x00",
            "- name: \x01",
        ],
    )
    def test_rubbish_in_yaml_is_a_problem_with_a_line(self, text: str) -> None:
        plan = read(text)
        assert plan.campaigns == ()
        assert all(problem.line >= 1 and problem.what for problem in plan.problems)
        assert plan.problems

    @given(st.binary(max_size=300), st.sampled_from([YAML, CSV]))
    def test_any_bytes(self, raw: bytes, path: Path) -> None:
        with suppress(InputError):
            plan = read_campaigns(text_of(raw, path), path)
            assert plan.campaigns or plan.problems

    @given(
        st.text(max_size=40), st.sampled_from(["name", "starts", "audience", "channel", "material", "facts", "id", "x"])
    )
    def test_any_value(self, value: str, field: str) -> None:
        entry = {"name": "N", "topic": "t", "starts": "2027-01-01", "ends": "2027-01-02", "facts": ["f"], "owner": "o"}
        plan = read(json.dumps([{**entry, field: value}]))
        assert len(plan.campaigns) + bool(plan.problems) == 1
        row = io.StringIO()
        csv.writer(row).writerows([["topic", "owner", field], ["t", "o", value]])
        read(row.getvalue(), CSV)

    @given(st.text(max_size=60))
    def test_a_slug_is_an_id_or_nothing(self, name: str) -> None:
        made = slug(name)
        assert made == "" or Campaign.model_validate({**BARE, "id": made})


BARE: dict[str, Any] = {
    "id": "x",
    "name": "x",
    "topic": "x",
    "starts": "2027-01-01T00:00Z",
    "ends": "2027-01-02T00:00Z",
    "facts": ["x"],
    "owner": "x",
}
_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="|"), min_size=1, max_size=20
)
_ids = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
_moments = st.datetimes(datetime(2000, 1, 3), datetime(2099, 1, 1), timezones=st.just(UTC)).map(
    lambda m: m.replace(second=0)
)
_zones = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@st.composite
def _campaigns(draw: st.DrawFn) -> Campaign:
    starts = draw(_moments).astimezone(draw(_zones))
    audience = st.builds(
        Audience,
        languages=st.lists(st.sampled_from(["en", "es", "ca"]), unique=True).map(tuple),
        countries=st.lists(st.sampled_from(["ES", "ES-CT", "US"]), unique=True).map(tuple),
        people=st.lists(st.sampled_from(["U01", "W02"]), unique=True).map(tuple),
    )
    links = st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z?&=;,-]{0,9}", fullmatch=True)
    return Campaign(
        id=draw(_ids),
        name=draw(_words),
        topic=draw(_ids),
        starts=starts,
        ends=starts + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=300))),
        audience=draw(st.none() | audience),
        channel=draw(st.none() | st.just("C01")),
        material=tuple(
            draw(st.lists(st.builds(Material, title=_words.filter(lambda t: t[-1] != ":"), url=links), max_size=3))
        ),
        facts=tuple(draw(st.lists(_words, min_size=1, max_size=10))),
        language=draw(st.sampled_from(["en", "es", "ca"])),
        networks=tuple(draw(st.lists(st.sampled_from(["linkedin", "x"]), unique=True))),
        embargo=draw(st.none() | _moments),
        owner=draw(_words),
    )


def _as_csv(campaigns: Sequence[Campaign], delimiter: Literal[",", ";"]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    for campaign in campaigns:
        row = campaign.model_dump(mode="json")
        audience = row.pop("audience")
        row["facts"] = "|".join(row["facts"])
        row["material"] = "|".join(f"{each['title']} {each['url']}" for each in row["material"])
        row["networks"] = ";".join(row["networks"])
        if audience is not None and not any(audience.values()):
            row["audience"] = "everybody"
        elif audience is not None:
            row |= {f"audience_{part}": ";".join(names) for part, names in audience.items()}
        writer.writerow(row)
    return written.getvalue()


class TestThereAndBack:
    @given(st.lists(_campaigns(), min_size=1, max_size=3, unique_by=lambda campaign: campaign.id))
    def test_yaml(self, campaigns: list[Campaign]) -> None:
        text = json.dumps(
            {"campaigns": [campaign.model_dump(mode="json") for campaign in campaigns]}, ensure_ascii=False
        )
        plan = read(text)
        assert (list(plan.campaigns), plan.problems) == (campaigns, ())

    @given(
        st.lists(_campaigns(), min_size=1, max_size=3, unique_by=lambda campaign: campaign.id),
        st.sampled_from([",", ";"]),
    )
    def test_csv(self, campaigns: list[Campaign], delimiter: Literal[",", ";"]) -> None:
        plan = read(_as_csv(campaigns, delimiter), CSV)
        assert (list(plan.campaigns), plan.problems) == (campaigns, ())


def test_the_plans_to_copy_say_the_same_in_both_forms() -> None:
    folder = SHIPPED / "campaigns"
    yaml = read_campaigns((folder / "2027-q1.yaml").read_text("utf-8"), YAML, languages=("en", "es", "ca"))
    table = read_campaigns((folder / "2027-q1.csv").read_text("utf-8"), CSV, time_zone=yaml.time_zone)
    assert yaml.problems == table.problems == ()
    assert {campaign.language for campaign in yaml.campaigns} == {"en", "ca"}
    by_id = {campaign.id: campaign for campaign in yaml.campaigns}
    assert all(by_id[campaign.id] == campaign for campaign in table.campaigns)
