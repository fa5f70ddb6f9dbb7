"""Campaigns under the hands of several: what was shown before somebody saved counts, and what changed since is shown first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.policy.engine import Policy
from bot.program.models import Audience, Campaign, Material
from bot.slack.campaign_desk import pause, resume, save_anyway
from bot.slack.service import Service
from bot.store import campaign_forms, campaigns
from bot.store.program_models import CampaignRow
from tests.e2e.slack import Channel, Person, Slack
from tests.slack.program import DAY, HOUR, MONDAY, Program, Run

Open = Callable[[Program], Service]
VIEW = "V0FORM"


@pytest.fixture
def opened(policy: Policy) -> Open:
    def made(program: Program) -> Service:
        whole: Any = SimpleNamespace(policy=policy)
        return replace(program.service, coach=whole)

    return made


def a_campaign(program: Program, **fields: Any) -> Campaign:
    usual: dict[str, Any] = {
        "id": "old-houses",
        "name": "Heat pumps in old houses",
        "topic": "heat-pumps",
        "starts": program.at,
        "ends": program.at + 3 * DAY,
        "audience": Audience(),
        "facts": ("A survey takes 40 minutes.",),
        "material": (Material(title="The study", url="https://tebiora.example/study"),),
        "owner": "communication",
    }
    return Campaign(**usual | fields)


async def handed_in(program: Program, by: Person, campaign: Campaign, shown: Any = (), known: bool = False) -> None:
    async with program.database.begin() as session:
        await campaign_forms.put(
            session, program.gateway.team_id, by.id, program.at,
            view_id=VIEW, campaign_id=campaign.id if known else None, campaign=campaign, shown=shown,
        )  # fmt: skip


async def kept(program: Program, id_: str = "old-houses") -> CampaignRow | None:
    async with program.database.read() as session:
        return await campaigns.get(session, program.gateway.team_id, id_)


def anyway(view_id: str = VIEW) -> dict[str, Any]:
    return {"id": "V0TOP", "private_metadata": view_id}


class TestSavingAnyway:
    def test_only_what_one_handed_in_oneself(self, run: Run, opened: Open, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await handed_in(program, marta, a_campaign(program))
            for by, view in ((jordi.id, anyway()), (marta.id, anyway("V0OTHER"))):
                answer = (await save_anyway(opened(program), by, view)).answer
                assert answer["response_action"] == "update"
                assert await kept(program) is None
            assert (await save_anyway(opened(program), marta.id, anyway())).note == "campaign_saved"
            assert await kept(program) is not None

        run(test)

    def test_what_came_up_meanwhile_is_shown_before(self, run: Run, opened: Open, marta: Person) -> None:
        async def test(program: Program) -> None:
            await handed_in(program, marta, a_campaign(program))
            await program.campaign("another-one", ends=program.at + DAY)
            shown = await save_anyway(opened(program), marta.id, anyway())
            assert (shown.answer["response_action"], shown.note) == ("update", None)
            assert await kept(program) is None
            assert (await save_anyway(opened(program), marta.id, anyway())).note == "campaign_saved"

        run(test)

    @pytest.mark.parametrize("what", ["over", "channel"])
    def test_what_cant_be_kept_any_more_isnt(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        channel: Channel,
        what: str,
    ) -> None:
        async def test(program: Program) -> None:
            await handed_in(program, marta, a_campaign(program, channel=channel.id))
            if what == "over":
                program.set(program.at + 4 * DAY)
            else:
                channel.is_archived = True
            refused = await save_anyway(opened(program), marta.id, anyway())
            assert (refused.answer["response_action"], refused.note) == ("update", None)
            assert await kept(program) is None

        run(test)

    @pytest.mark.parametrize("put_off", [{"starts": MONDAY + DAY}, {"embargo": MONDAY + DAY}])
    def test_what_is_put_off_takes_back_what_is_on_its_way(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        put_off: dict[str, Any],
    ) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            await handed_in(program, marta, a_campaign(program, **put_off), known=True)
            service = opened(program)
            shown = await save_anyway(service, marta.id, anyway())
            saved = shown if shown.note else await save_anyway(service, marta.id, anyway())
            assert saved.note == "campaign_saved"
            await program.deliver()
            assert program.got(marta) == []

        run(test)

    @pytest.mark.parametrize(("why", "state"), [("channel_gone", "active"), ("by_manager", "paused")])
    def test_a_new_channel_resumes_what_lost_its_own_and_nothing_else(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        channel: Channel,
        why: str,
        state: str,
    ) -> None:
        async def test(program: Program) -> None:
            await program.campaign()
            async with program.database.begin() as session:
                row = await session.get_one(CampaignRow, (program.gateway.team_id, "old-houses"))
                await campaigns.pause(session, row, why, program.at)
            await handed_in(program, marta, a_campaign(program, channel=channel.id), known=True)
            await save_anyway(opened(program), marta.id, anyway())
            row_now = await kept(program)
            assert row_now is not None
            assert row_now.state == state

        run(test)

    def test_a_campaign_that_is_gone_doesnt_come_back(self, run: Run, opened: Open, marta: Person) -> None:
        async def test(program: Program) -> None:
            await handed_in(program, marta, a_campaign(program), known=True)
            assert (await save_anyway(opened(program), marta.id, anyway())).note is None
            assert await kept(program) is None

        run(test)


class TestPausing:
    def test_takes_back_what_is_on_its_way(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            assert await pause(program.service, "old-houses") == "campaign_is_paused"
            await program.deliver()
            assert program.got(marta) == []
            assert await program.states() == ["skipped/campaign_paused"]
            assert await pause(program.service, "nothing") == "campaign_gone"

        run(test)

    def test_ends_only_where_its_thread_can_stand(
        self,
        run: Run,
        slack: Slack,
        channel: Channel,
    ) -> None:
        async def test(program: Program) -> None:
            await program.campaign(channel=channel.id, ends=MONDAY + HOUR)
            await pause(program.service, "old-houses")
            channel.is_archived = True
            assert await resume(program.service, "old-houses") == "campaign_still_lost"
            assert (row := await kept(program)) is not None
            assert row.state == "paused"
            channel.is_archived = False
            assert await resume(program.service, "old-houses") == "campaign_is_resumed"

        run(test)
