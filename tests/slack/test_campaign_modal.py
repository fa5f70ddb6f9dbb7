"""The modal for a campaign: what Slack takes, what is read from it, what is said beside which input. And no word is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.policy.engine import Policy
from bot.program.campaign_checks import Concern, check
from bot.program.knowledge import Program, load_program
from bot.program.models import Audience, Campaign, Material
from bot.slack import campaign_form as form
from bot.slack.campaign_concerns import errors_of, says
from bot.slack.campaign_form import Filled, campaign_of, filled_in, filled_of, fits
from bot.slack.campaign_modal import blank, campaign_view, concerns_view, refused_view
from bot.slack.modals import View
from bot.slack.words import Words
from tests.conftest import SHIPPED
from tests.e2e.slack.interactions import filled as slack_state
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import view_faults

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=MADRID)
PROGRAM = load_program(SHIPPED)
HEAT = Campaign(
    id="heat",
    name="A winter without gas",
    topic="heat-pumps",
    starts=datetime(2026, 11, 30, 9, tzinfo=MADRID),
    ends=datetime(2026, 12, 11, 18, tzinfo=MADRID),
    audience=Audience(languages=("es", "ca"), countries=("ES-CT", "PT"), people=("U0ANA", "U0BIEL")),
    channel="C0GENERAL",
    material=(Material(title="How it works", url="https://tebiora.example/heat?a=1"),),
    facts=("A heat pump moves warmth.", "Ours has run in 40 schools since 2024."),
    language="en",
    networks=("linkedin", "x"),
    embargo=datetime(2026, 12, 1, 10, tzinfo=MADRID),
    owner="communication",
)
WHOLE = filled_of(HEAT)


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def view_of(words: Words, filled: Filled, carried: str = "heat:0123456789abcdef", program: Program = PROGRAM) -> View:
    return campaign_view(words, program, filled, zone="Europe/Madrid", at_home=["ES", "EU", "US"], carried=carried)


def handed_in(view: View, **typed: Any) -> Filled:
    """What we read of a modal that was filled in and sent."""
    return filled_in({"state": {"values": slack_state(view["blocks"], typed, sending=True)}})


def made(words: Words, **changes: Any) -> Campaign:
    found = campaign_of(Filled(**{**vars(WHOLE), **changes}), words, "heat", MADRID)
    assert isinstance(found, Campaign), found
    return found


def refused(words: Words, **changes: Any) -> form.Errors:
    found = campaign_of(Filled(**{**vars(WHOLE), **changes}), words, "heat", MADRID)
    assert isinstance(found, dict), "it was taken"
    return found


class TestWhatSlackTakes:
    def test_new_and_known_in_three_languages(self, each: Words) -> None:
        for filled, carried in ((blank(each, NOW), ""), (WHOLE, "heat:0123456789abcdef")):
            view = view_of(each, filled, carried)
            assert view_faults(view, home=False) == []
            assert list(view_complaints(view)) == []

    def test_what_a_file_has_beside_our_menus_stays(self, words: Words) -> None:
        audience = Audience(languages=("fr",), countries=("ES", "JM"))
        odd = HEAT.model_copy(
            update={"topic": "gone", "networks": ("myspace",), "audience": audience, "language": "fr", "owner": "R&D"}
        )
        view = view_of(words, filled_of(odd))
        assert view_faults(view, home=False) == []
        assert campaign_of(handed_in(view), words, "heat", MADRID) == odd

    def test_what_is_on_top(self, each: Words) -> None:
        long = ["<!channel> *nearly* " * 60] * 40
        for view in (concerns_view(each, long, "V0123"), refused_view(each, long)):
            assert view_faults(view, home=False) == []
            assert list(view_complaints(view)) == []


class TestWhatPeopleRead:
    def test_new(self, each: Words, snapshot: SnapshotAssertion) -> None:
        labels = [
            f"{block['label']['text']}{'?' if block['optional'] else ''} | {block.get('hint', {}).get('text', '')}"
            for block in view_of(each, blank(each, NOW), "")["blocks"]
        ]
        assert "\n".join(labels) == snapshot

    def test_it_starts_on_monday_morning_by_the_managers_own_clock(self, words: Words) -> None:
        filled = blank(words, NOW)
        assert filled.starts == int(datetime(2026, 11, 30, 9, tzinfo=MADRID).timestamp())
        assert filled.ends == int(datetime(2026, 12, 11, 18, tzinfo=MADRID).timestamp())
        assert filled.who == "", "whom it is for is said by whoever plans it"

    def test_the_clock_is_named_and_not_made_up(self, words: Words) -> None:
        assert "Slack has it: Europe/Madrid" in read(view_of(words, WHOLE)["blocks"])
        unknown = campaign_view(words, PROGRAM, WHOLE, zone="")
        assert "In your own time zone, as Slack has it." in read(unknown["blocks"])


class TestWhatIsRead:
    def test_nothing_is_lost_on_the_way_to_the_modal_and_back(self, each: Words) -> None:
        view = view_of(each, WHOLE)
        assert handed_in(view) == WHOLE
        assert campaign_of(handed_in(view), each, "heat", MADRID) == HEAT

    def test_times_keep_the_managers_clock(self, words: Words) -> None:
        """The campaign's own clock tells which days of it are working days."""
        campaign = made(words)
        assert campaign.starts.isoformat() == "2026-11-30T09:00:00+01:00"
        assert Campaign.model_validate(campaign.model_dump(mode="json")) == campaign

    def test_facts_are_lines(self, words: Words) -> None:
        campaign = made(words, facts="\n  • One   thing.\n\n- Another one: 5-10 %\r\n– A third\n")
        assert campaign.facts == ("One thing.", "Another one: 5-10 %", "A third")

    def test_material_is_a_title_and_an_address(self, words: Words) -> None:
        lines = "How it works: https://a.example/x?y=1\nHTTPS://b.example/z — The film\nhttps://c.example/"
        assert [(each.title, each.url) for each in made(words, material=lines).material] == [
            ("How it works", "https://a.example/x?y=1"),
            ("The film", "https://b.example/z"),
            ("c.example", "https://c.example/"),
        ]

    def test_everybody_is_an_empty_audience(self, words: Words) -> None:
        everybody = {"who": form.EVERYBODY, "languages": (), "countries": (), "people": ()}
        assert made(words, **everybody).audience == Audience()

    def test_another_team(self, words: Words) -> None:
        assert made(words, owner=form.OTHER, other_owner="Wind & Sea").owner == "Wind & Sea"

    @pytest.mark.parametrize(
        "state",
        [
            {},
            {"state": None},
            {"state": {"values": {"starts": {"starts": {"selected_date_time": "soon"}}, "people": {"people": {}}}}},
            {"state": {"values": {"channel": {"channel": {"selected_conversation": "D0ANA"}}}}},
            {"state": {"values": {"people": {"people": {"selected_users": ["<!here>"]}}, "ends": {}}}},
        ],
    )
    def test_what_isnt_of_slacks_shape_counts_as_empty(self, words: Words, state: dict[str, Any]) -> None:
        filled = filled_in(state)
        assert filled == Filled()
        assert isinstance(campaign_of(filled, words, "x", MADRID), dict)


class TestWhatIsWrong:
    def test_all_that_is_lacking_is_said_at_once(self, each: Words) -> None:
        errors = campaign_of(Filled(), each, "x", MADRID)
        assert isinstance(errors, dict)
        assert set(errors) == {"name", "topic", "starts", "ends", "language", "owner", "facts", "who"}
        assert set(errors) <= {block["block_id"] for block in view_of(each, Filled())["blocks"]}

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"facts": "\n".join("Fact." for _ in range(11))}, "facts", "10 facts at most, and these are 11"),
            ({"facts": f"Short.\n{'x' * 501}"}, "facts", "Line 2 has more than 500"),
            ({"facts": " \n • \n"}, "facts", ""),
            ({"material": "Fine https://a.example\nno address"}, "material", "Line 2 needs a title and an address"),
            ({"material": "A file file:///etc/passwd"}, "material", "Line 1"),
            ({"material": "A script javascript:alert(1)"}, "material", "Line 1"),
            ({"material": f"{'x' * 501} https://a.example"}, "material", "Line 1"),
            ({"material": "\n".join(f"n https://a.example/{n}" for n in range(11))}, "material", "10 of them"),
            ({"who": form.SOME, "languages": (), "countries": (), "people": ()}, "who", "take everybody"),
            ({"who": form.EVERYBODY}, "who", "empty them"),
            ({"owner": form.OTHER}, "other_owner", ""),
            ({"owner": "sales", "other_owner": "Sea"}, "other_owner", "leave this empty"),
            ({"ends": WHOLE.starts}, "ends", "after its start"),
            ({"topic": "Not An Id"}, "topic", ""),
        ],
    )
    def test_beside_its_input(self, words: Words, changes: dict[str, Any], field: str, said: str) -> None:
        errors = refused(words, **changes)
        assert list(errors) == [field]
        assert said in errors[field]

    @settings(max_examples=60, deadline=None)
    @given(
        facts=st.text(max_size=3_000),
        material=st.text(max_size=600),
        name=st.text(max_size=150),
        owner=st.sampled_from(["sales", "other", "nobody", ""]),
        other=st.text(max_size=75),
        ends=st.integers(10**9, 10**10 - 1),
    )
    def test_any_words_make_a_campaign_or_errors_of_inputs(
        self, words: Words, facts: str, material: str, name: str, owner: str, other: str, ends: int
    ) -> None:
        changes = {
            "facts": facts,
            "material": material,
            "name": name,
            "owner": owner,
            "other_owner": other,
            "ends": ends,
        }
        found = campaign_of(Filled(**{**vars(WHOLE), **changes}), words, "x", MADRID)
        if isinstance(found, Campaign):
            assert campaign_of(filled_of(found), words, "x", MADRID) == found, "what is shown again is the same"
        else:
            assert set(found) <= {"facts", "material", "name", "owner", "other_owner", "ends"}
            assert all(found.values())

    def test_a_campaign_of_a_file_may_be_more_than_a_modal_holds(self) -> None:
        assert fits(HEAT)
        assert not fits(HEAT.model_copy(update={"facts": ("x" * 500,) * 10}))
        assert not fits(HEAT.model_copy(update={"name": "x" * 151}))
        assert not fits(HEAT.model_copy(update={"audience": Audience(people=tuple(f"U{n}" for n in range(101)))}))


class TestWhatSpeaksAgainstIt:
    def concerns(self, policy: Policy, campaign: Campaign, *others: Campaign) -> list[Concern]:
        return check(campaign, others=others, policy=policy, program=PROGRAM, now=NOW, ambassadors={"U1"})

    def test_every_kind_in_words_beside_an_input(
        self, each: Words, policy: Policy, snapshot: SnapshotAssertion
    ) -> None:
        other = HEAT.model_copy(update={"id": "solar", "name": "Sun for all"})
        topical = other.model_copy(update={"id": "wind", "name": "Wind", "channel": None})
        bad = HEAT.model_copy(
            update={
                "topic": "heat",
                "networks": ("linkdin",),
                "language": "fr",
                "audience": Audience(languages=("de",), countries=("XX",)),
                "facts": ("Ours is guaranteed to be the best.", "Write to ana.puig@gmail.com, +34 612 345 678."),
            }
        )
        weekend = HEAT.model_copy(
            update={"starts": HEAT.starts - timedelta(days=2), "ends": HEAT.starts - timedelta(days=1), "embargo": None}
        )
        late = HEAT.model_copy(update={"embargo": HEAT.ends})
        over = HEAT.model_copy(update={"ends": NOW - timedelta(days=1)})
        nobody = HEAT.model_copy(update={"audience": None})
        chosen = HEAT.model_copy(update={"audience": Audience(people=("U1", "U2"))})
        told = []
        for campaign in (bad, weekend, late, over, nobody, chosen, HEAT):
            found = self.concerns(policy, campaign, other, topical)
            told += [f"{concern.kind}{'!' * concern.blocking} {says(concern, each, NOW)}" for concern in found]
            assert set(errors_of(found, campaign, each, NOW)) <= {
                block["block_id"] for block in view_of(each, WHOLE)["blocks"]
            }
        assert "\n".join(told) == snapshot

    def test_times_are_the_managers_own(self, words: Words) -> None:
        concern = Concern("embargo_inside", False, {"embargo": datetime(2026, 12, 1, 9, tzinfo=UTC)})
        assert "1 Dec, 10:00" in says(concern, words, NOW)

    def test_words_of_a_campaign_stay_literal(self, words: Words) -> None:
        concern = Concern("same_topic", False, {"name": "<!channel> *x*", "starts": HEAT.starts, "ends": HEAT.ends})
        view = concerns_view(words, [says(concern, words, NOW)], "V1")
        assert view_faults(view, home=False) == list(view_complaints(view)) == []
        assert "<!channel> *x*" in read(view["blocks"])
        assert "mrkdwn" not in json.dumps(view)
