"""`bonvent campaign`: bringing in a plan, once and again, seeing what is planned, pausing it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Audience, Campaign, NudgeState, Planned, Reason
from bot.store import ambassadors, campaigns, nudges, outbox, program_state
from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from bot.store.program_models import NudgeRow
from tests.cli.conftest import Ran, Run
from tests.conftest import CLAIMS_RULE, SHIPPED

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
T = TypeVar("T")
PLAN = """\
time_zone: Europe/Madrid
campaigns:
  - name: Heat pump week
    topic: heat-pumps
    starts: 2027-02-01
    ends: 2027-02-12
    audience: everybody
    facts: [A heat pump also cools.]
    language: en
    owner: communication
  - name: Roofs
    topic: solar
    starts: 2027-02-15
    ends: 2027-02-26
    audience: {languages: [es, ca], countries: [ES]}
    channel: C01
    networks: [twitter]
    facts: [Three schools have panels now.]
    material: [{title: The guide, url: "https://example.com/guide"}]
    embargo: 2027-02-16 10:00
    language: en
    owner: sales
"""


RULES = (
    CLAIMS_RULE
    + """\
  - id: confidential.unreleased
    severity: must-fix
    match: {terms: [$unreleased]}
    message: {en: "“{match}” isn't announced."}
    fix: {en: Take it out.}
    manual: {ref: confidential, quote: {en: "What we haven't announced stays with us."}}
    tests: {bad: ["{$unreleased}"], good: ["fine"]}
"""
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def bonvent(run: Run, data: Path, write_knowledge: Callable[..., Path]) -> Callable[..., Ran]:
    """`bonvent("list")` on 11 January 2027, with few rules, so that it is quick."""
    folder = write_knowledge(RULES)
    (folder / "program.yaml").write_text((SHIPPED / "program.yaml").read_text("utf-8"), "utf-8")

    def bonvent(*arguments: str, stdin: str = "", now: datetime = NOW) -> Ran:
        shift = str((now - datetime.now(UTC)).total_seconds())
        mine = () if "--knowledge" in arguments else ("--knowledge", str(folder))
        return run("campaign", *arguments, *mine, stdin=stdin, data=data, BONVENT_CLOCK_SHIFT=shift)

    return bonvent


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., str]:
    """`plan(text)`: a file with it."""

    def plan(text: str = PLAN, name: str = "plan.yaml") -> str:
        (tmp_path / name).write_text(text, "utf-8")
        return str(tmp_path / name)

    return plan


@pytest.fixture
def within(data: Path) -> Callable[[Callable[[AsyncSession], Awaitable[T]]], T]:
    """Does something in a transaction, as `bonvent serve` would meanwhile."""

    def within(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        data.mkdir(exist_ok=True)

        async def run() -> T:
            database = Database(domain_url(data, None))
            try:
                await migrate(database)
                async with database.begin() as session:
                    return await work(session)
            finally:
                await database.close()

        return asyncio.run(run())

    return within


Bonvent = Callable[..., Ran]
Plan = Callable[..., str]
Within = Callable[[Callable[[AsyncSession], Awaitable[Any]]], Any]


async def changes(session: AsyncSession) -> int:
    return (await program_state.state(session, "")).changes


class TestImport:
    def test_new_ones_and_nothing_new_the_second_time(self, bonvent: Bonvent, plan: Plan, within: Within) -> None:
        ran = bonvent("import", plan())
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines() == [
            "Times that name no zone are read as Europe/Madrid.",
            "new        heat-pump-week: Heat pump week, 2027-02-01 to 2027-02-12",
            "new        roofs: Roofs, 2027-02-15 to 2027-02-26",
            "           note: nobody is nudged before its embargo ends on 2027-02-16 10:00+01:00",
            "2 new.",
        ]
        before = within(changes)
        again = bonvent("import", plan())
        assert (again.code, again.out.splitlines()[-1]) == (0, "2 unchanged.")
        assert within(changes) == before, "nothing to plan anew for"

    def test_a_changed_one_stays_paused_and_keeps_its_workspace(
        self, bonvent: Bonvent, plan: Plan, within: Within
    ) -> None:
        bonvent("import", plan())
        within(lambda session: program_state.adopt(session, "T1"))
        bonvent("pause", "roofs")
        ran = bonvent("import", plan(PLAN.replace("2027-02-26", "2027-03-05")))
        assert ran.out.splitlines()[-1] == "1 changed, 1 unchanged."
        rows = within(lambda session: campaigns.kept(session, None))
        assert [(row.team_id, row.id, row.state) for row in rows] == [
            ("T1", "heat-pump-week", "active"),
            ("T1", "roofs", "paused"),
        ]
        assert rows[1].ends == datetime(2027, 3, 5, 23, tzinfo=UTC)
        assert campaigns.as_campaign(rows[1]).networks == ("x",)

    def test_what_cant_be_kept_is_refused_and_the_rest_goes_on(self, bonvent: Bonvent, plan: Plan) -> None:
        text = PLAN.replace("2027-02-12", "31/02/2027").replace(
            "[Three schools", "[Savings are guaranteed., Three schools"
        )
        path = plan(
            text + "  - {name: Late, topic: solar, starts: 2026-01-01, ends: 2026-02-01, facts: [f], owner: o}\n"
        )
        ran = bonvent("import", path)
        assert ran.code == 1
        assert ran.out.splitlines()[1:] == [
            f"refused    {path}:6: ends: “31/02/2027” is no day of the calendar: write it as year-month-day, such as 2027-02-28",
            "new        roofs: Roofs, 2027-02-15 to 2027-02-26",
            "           note: nobody is nudged before its embargo ends on 2027-02-16 10:00+01:00",
            "           note: fact 1: “guaranteed” needs a source. Link one. [claims.absolute]",
            f"refused    {path}:23: late: it has no audience: write everybody, or name languages, countries or people",
            f"refused    {path}:23: late: it was over on 2026-02-02 00:00+01:00: give it later dates",
            "1 new, 2 refused.",
        ]
        assert [row["id"] for row in json.loads(bonvent("list", "--format", "json").out)] == ["roofs"]

    def test_names_under_embargo_and_unreleased_ones_are_refused(self, bonvent: Bonvent, plan: Plan) -> None:
        text = PLAN.replace("A heat pump also cools.", "Project Falcon also cools.").replace(
            "Three schools", "Reus plant"
        )
        path = plan(text.replace("2027-02-15", "2027-01-25").replace("2027-02-16 10:00", "2027-01-25"))
        ran = bonvent("import", path)
        assert ran.code == 1
        assert ran.out.splitlines()[1:] == [
            f"refused    {path}:3: heat-pump-week: fact 1: “Project Falcon” isn't announced. Take it out. "
            "[confidential.unreleased]",
            f"refused    {path}:11: roofs: “Reus plant” (fact 1) belongs to the new plant, under embargo until "
            "2027-02-01 09:00+01:00: start it then, or give it an embargo until then",
            "2 refused.",
        ]

    def test_a_dry_run_says_all_and_does_nothing(self, bonvent: Bonvent, plan: Plan, data: Path) -> None:
        ran = bonvent("import", plan(), "--dry-run")
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 new; nothing was changed, this was a dry run.")
        assert not (data / "bonvent.sqlite3").exists()
        bonvent("import", plan())
        changed = plan(PLAN.replace("2027-02-26", "2027-03-05"))
        assert "1 changed, 1 unchanged; nothing" in bonvent("import", changed, "--dry-run").out
        assert "1 changed, 1 unchanged." in bonvent("import", changed).out

    def test_a_plan_of_nothing_but_slips_makes_no_database(self, bonvent: Bonvent, plan: Plan, data: Path) -> None:
        assert bonvent("import", plan("name,topics\nx,y\n", "plan.csv")).code == 1
        assert not (data / "bonvent.sqlite3").exists()

    def test_a_csv_from_standard_input(self, bonvent: Bonvent) -> None:
        shipped = ("--knowledge", str(SHIPPED))
        text = (SHIPPED / "campaigns" / "2027-q1.csv").read_text("utf-8")
        ran = bonvent("import", "-", "--as", "csv", "--time-zone", "Europe/Madrid", *shipped, stdin=text)
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "2 new."), ran.out
        assert "read as Europe/Madrid" in ran.out
        both = bonvent("import", str(SHIPPED / "campaigns" / "2027-q1.yaml"), *shipped)
        assert (both.code, both.out.splitlines()[-1]) == (0, "1 new, 2 unchanged."), both.out

    def test_a_plan_that_is_half_over_can_be_brought_in_again(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        later = datetime(2027, 2, 14, tzinfo=UTC)
        ran = bonvent("import", plan(PLAN.replace("The guide", "Our guide")), now=later)
        assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 changed, 1 unchanged.")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["-"], "say what standard input is: --as yaml or --as csv"),
            (["nowhere.yaml"], "nowhere.yaml: No such file or directory"),
            (["PLAN", "--time-zone", "Madrid"], "unknown time zone “Madrid”: did you mean Europe/Madrid?"),
            (["WORDS"], "a plan ends in .yaml or .csv"),
            (["BYTES"], "bytes.csv:1: not UTF-8: save it as UTF-8"),
        ],
    )
    def test_slips(self, bonvent: Bonvent, plan: Plan, tmp_path: Path, arguments: list[str], said: str) -> None:
        (tmp_path / "bytes.csv").write_bytes(b"name\xe9")
        files = {"PLAN": plan(), "WORDS": plan("x", "plan.docx"), "BYTES": str(tmp_path / "bytes.csv")}
        ran = bonvent("import", *(files.get(word, word) for word in arguments))
        assert ran.code == 2
        assert said in ran.err

    def test_a_folder_without_topics(self, bonvent: Bonvent, plan: Plan, write_knowledge: Callable[..., Path]) -> None:
        folder = write_knowledge(RULES)
        (folder / "program.yaml").unlink()
        ran = bonvent("import", plan(), "--knowledge", str(folder))
        assert ran.code == 2
        assert f"{folder / 'program.yaml'}: is missing: add it, with the topics of your company" in ran.err
        (folder / "program.yaml").write_text("topics: []", "utf-8")
        assert "program.yaml: has no topics: add some" in bonvent("import", plan(), "--knowledge", str(folder)).err


class TestSeeing:
    def test_before_there_is_any(self, bonvent: Bonvent, data: Path) -> None:
        ran = bonvent("list")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("No campaign yet: `bonvent campaign import FILE` brings some")
        assert bonvent("list", "--format", "json").out == "[]\n"
        assert "no campaign yet" in bonvent("show", "roofs").err
        assert not data.exists(), "looking makes nothing"

    def test_the_list_by_start_and_state(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        assert bonvent("list").out.splitlines() == [
            "heat-pump-week  coming   2027-02-01 to 2027-02-12  heat-pumps  Heat pump week (communication)",
            "roofs           coming   2027-02-15 to 2027-02-26  solar       Roofs (sales)",
        ]
        monday = datetime(2027, 2, 15, 12, tzinfo=UTC)
        assert bonvent("list", now=monday).out.split()[:2] == ["roofs", "coming"], "its embargo hasn't ended"
        assert bonvent("list", now=monday + timedelta(days=1)).out.split()[:2] == ["roofs", "running"]
        every = bonvent("list", "--all", now=monday).out.splitlines()
        assert every[0].startswith("heat-pump-week  over ")
        assert (
            "Those that are over: `bonvent campaign list --all`" in bonvent("list", now=monday + timedelta(days=30)).out
        )

    def test_the_list_as_json(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        _, roofs = json.loads(bonvent("list", "--format", "json").out)
        assert roofs == {
            "id": "roofs",
            "name": "Roofs",
            "topic": "solar",
            "starts": "2027-02-15T00:00:00+01:00",
            "ends": "2027-02-27T00:00:00+01:00",
            "audience": {"languages": ["es", "ca"], "countries": ["ES"], "people": []},
            "channel": "C01",
            "material": [{"title": "The guide", "url": "https://example.com/guide"}],
            "facts": ["Three schools have panels now."],
            "language": "en",
            "networks": ["x"],
            "embargo": "2027-02-16T10:00:00+01:00",
            "owner": "sales",
            "state": "coming",
            "paused_why": None,
        }

    def test_one(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        assert bonvent("show", "roofs").out.splitlines() == [
            "roofs: Roofs",
            "state      coming",
            "window     2027-02-15 00:00+01:00 to 2027-02-27 00:00+01:00",
            "embargo    2027-02-16 10:00+01:00",
            "topic      solar",
            "owner      sales",
            "for        people who write in es or ca, in ES, on x",
            "channel    C01",
            "fits       fewer than 5 ambassadors",
            "nudges     fewer than 5 planned for the next hours, fewer than 5 sent",
            "fact 1     Three schools have panels now.",
            "material   The guide <https://example.com/guide>",
            "note       nobody is nudged before its embargo ends on 2027-02-16 10:00+01:00",
        ]

    @pytest.mark.parametrize(("people", "told"), [(4, None), (5, 5)])
    def test_numbers_of_people_from_five_on(
        self, bonvent: Bonvent, plan: Plan, within: Within, people: int, told: int | None
    ) -> None:
        bonvent("import", plan())

        async def work(session: AsyncSession) -> None:
            await program_state.adopt(session, "T1")
            for number in range(2 * people):
                row = await ambassadors.row_of(session, "T1", f"U{number}", NOW)
                topics = ["heat-pumps"] if number < people else ["solar"]
                await ambassadors.change(session, row, NOW, state="active", topics=topics)
            planned = [nudge("heat-pump-week", f"U{number}") for number in range(2 * people)]
            await nudges.replace_planned(session, "T1", planned, NOW)
            sent = update(NudgeRow).where(NudgeRow.user_id.in_([f"U{number}" for number in range(people)]))
            await session.execute(sent.values(state=NudgeState.POSTED))

        within(work)
        shown = json.loads(bonvent("show", "heat-pump-week", "--format", "json").out)
        assert (shown["ambassadors"], shown["nudges"]) == (told, {"planned": told, "sent": told})
        assert shown["concerns"] == []
        said = "5" if told else "fewer than 5"
        assert f"fits       {said} ambassadors" in bonvent("show", "heat-pump-week").out

    def test_of_people_who_were_named_none_are_counted(self, bonvent: Bonvent, plan: Plan, within: Within) -> None:
        named = ", ".join(f"U{number}" for number in range(6))
        bonvent("import", plan(PLAN.replace("audience: everybody", f"audience: {{people: [{named}]}}")))

        async def work(session: AsyncSession) -> None:
            for number in range(6):
                row = await ambassadors.row_of(session, "", f"U{number}", NOW)
                await ambassadors.change(session, row, NOW, state="active")

        within(work)
        assert json.loads(bonvent("show", "heat-pump-week", "--format", "json").out)["ambassadors"] is None
        assert "fits       not counted: it names its people" in bonvent("show", "heat-pump-week").out

    def test_what_is_wrong_with_it_by_now(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        over = bonvent("show", "roofs", now=datetime(2027, 3, 5, tzinfo=UTC)).out
        assert "state      over" in over
        assert "mend       it was over on 2027-02-27 00:00+01:00: give it later dates" in over

    def test_an_id_that_is_none(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        ran = bonvent("show", "rofs")
        assert (ran.code, "no campaign has the id “rofs”: did you mean roofs?" in ran.err) == (2, True)
        assert "see `bonvent campaign list --all`" in bonvent("pause", "zzzzzz").err

    @pytest.mark.parametrize("what", ["", "import", "list", "show", "pause", "resume"])
    def test_help(self, run: Run, what: str) -> None:
        assert run("campaign", *([what] if what else []), "--help").code == 0


def nudge(campaign: str, user: str) -> Planned:
    at = datetime(2027, 2, 1, 10, tzinfo=UTC)
    return Planned(
        campaign=campaign,
        user=user,
        date=at.date(),
        at=at,
        until=at + timedelta(minutes=30),
        time_zone="UTC",
        channel=None,
        angles=("a", "b", "c"),
    )


class TestPausing:
    def test_nothing_that_waits_goes_out(self, bonvent: Bonvent, plan: Plan, within: Within) -> None:
        bonvent("import", plan())

        async def work(session: AsyncSession) -> None:
            await program_state.adopt(session, "T1")
            planned = [nudge("heat-pump-week", "U1"), nudge("heat-pump-week", "U2"), nudge("roofs", "U1")]
            await nudges.replace_planned(session, "T1", planned, NOW)
            first = await session.get_one(NudgeRow, ("T1", planned[0].id))
            assert await nudges.queue(session, first, planned[0].at, budget=2) == "queued"

        within(work)
        ran = bonvent("pause", "heat-pump-week")
        assert ran.code == 0
        assert ran.out == (
            "heat-pump-week is paused: nobody is nudged for it until `bonvent campaign resume heat-pump-week`.\n"
        )

        async def look(session: AsyncSession) -> list[tuple[str, str, str | None]]:
            found = [
                await session.get_one(NudgeRow, ("T1", nudge(*who).id))
                for who in (("heat-pump-week", "U1"), ("heat-pump-week", "U2"), ("roofs", "U1"))
            ]
            return [(row.user_id, row.state, row.reason) for row in found]

        assert within(look) == [
            ("U1", "skipped", Reason.CAMPAIGN_PAUSED),
            ("U2", "skipped", Reason.CAMPAIGN_PAUSED),
            ("U1", "planned", None),
        ]
        assert "heat-pump-week  paused" in bonvent("list").out
        assert "state      paused (by a community manager)" in bonvent("show", "heat-pump-week").out

    def test_what_is_put_off_by_a_new_plan_takes_back_what_is_on_its_way(
        self, bonvent: Bonvent, plan: Plan, within: Within
    ) -> None:
        bonvent("import", plan())
        one = nudge("heat-pump-week", "U1")

        async def work(session: AsyncSession) -> None:
            await program_state.adopt(session, "T1")
            await nudges.replace_planned(session, "T1", [one], NOW)
            await session.execute(update(NudgeRow).values(state=NudgeState.QUEUED, queued_at=NOW))
            where = {"user_id": "U1", "channel_id": "D1", "payload": {}, "about": f"nudge:{one.id}"}
            await outbox.put(session, f"nudge:{one.id}", NOW, team_id="T1", **where)

        async def look(session: AsyncSession) -> tuple[str, list[str]]:
            row = await session.get_one(NudgeRow, ("T1", one.id))
            return row.state, await outbox.waiting(session)

        within(work)
        embargo = "owner: communication\n    embargo: 2027-02-03 10:00"
        told = bonvent("import", plan(PLAN.replace("owner: communication", embargo)))
        assert "changed" in told.out
        assert within(look) == ("skipped", [])

    def test_and_back(self, bonvent: Bonvent, plan: Plan) -> None:
        bonvent("import", plan())
        assert bonvent("resume", "roofs").out == "roofs was not paused.\n"
        bonvent("pause", "roofs")
        assert bonvent("pause", "roofs").out == "roofs was paused already.\n"
        assert bonvent("resume", "roofs").out == "roofs goes on.\n"
        assert "paused" not in bonvent("list").out

    def test_one_whose_channel_is_gone(self, bonvent: Bonvent, plan: Plan, within: Within) -> None:
        bonvent("import", plan())

        async def work(session: AsyncSession) -> None:
            row = await campaigns.get(session, "", "roofs")
            assert row is not None
            await campaigns.pause(session, row, "channel_gone", NOW)

        within(work)
        assert "state      paused (because its channel is gone)" in bonvent("show", "roofs").out
        assert "if it still is, import it with another one" in bonvent("resume", "roofs").out

    @pytest.mark.parametrize(
        ("what", "said"), [("pause", "nothing to pause"), ("resume", "import it with later dates")]
    )
    def test_what_is_over(self, bonvent: Bonvent, plan: Plan, what: str, said: str) -> None:
        bonvent("import", plan())
        ran = bonvent(what, "roofs", now=datetime(2027, 3, 5, tzinfo=UTC))
        assert (ran.code, said in ran.err) == (2, True)

    def test_one_that_two_workspaces_have(self, bonvent: Bonvent, within: Within) -> None:
        one = Campaign(
            id="both",
            name="Both",
            topic="solar",
            starts=NOW + timedelta(days=1),
            ends=NOW + timedelta(days=9),
            audience=Audience(),
            facts=("f",),
            owner="o",
        )

        async def work(session: AsyncSession) -> None:
            for team in ("T1", "T2"):
                await campaigns.save(session, team, one, "U1", NOW)

        within(work)
        bonvent("pause", "both")
        rows = within(lambda session: campaigns.kept(session, None))
        assert [row.state for row in rows] == ["paused", "paused"]


class TestTheProgramsFiles:
    """`bonvent policy check` looks at them too."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("program.yaml", "weekly_budget: 2 ", "weekly_budget: 9 ", "nudges.weekly_budget"),
            ("program.yaml", "id: solar,", "id: climate,", "topic “climate” stands there twice: keep one"),
            ("program.yaml", "id: careers,", "id: jobs,", "unknown topic “careers”: add it to"),
            ("angles.yaml", "angles:", "angels:", "Did you mean “angles”?"),
            ("ambassadors.yaml", "threshold:", "treshold:", "Did you mean “threshold”?"),
        ],
    )
    def test_their_slips_are_named(self, run: Run, tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
        import shutil

        mine = Path(shutil.copytree(SHIPPED, tmp_path / "mine"))
        text = (mine / file).read_text("utf-8")
        assert old in text
        (mine / file).write_text(text.replace(old, new, 1), "utf-8")
        if "careers" in said:
            angles = (
                (mine / "angles.yaml")
                .read_text("utf-8")
                .replace("  - id: first-time\n", "  - id: first-time\n    topics: [careers]\n")
            )
            (mine / "angles.yaml").write_text(angles, "utf-8")
        ran = run("policy", "check", "--knowledge", str(mine))
        assert ran.code == 2
        assert file in ran.err
        assert said in ran.err
