"""The longest ids that there can be fit into the columns that keep them: Postgres refuses what is longer, SQLite doesn't."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.program.models import Audience, Campaign, nudge_id
from bot.slack import front_telling
from bot.slack.nudge_refusals import root_work
from bot.store import conversations, freezes
from bot.store.base import token
from bot.store.models import Draft, Outgoing
from bot.store.program_models import CampaignForm, CampaignRow, Conversation, NudgeCap, NudgeRow

CAMPAIGN, PERSON, CHANNEL = "c" * 40, "U" * 32, "C" * 32
NUDGE = nudge_id(CAMPAIGN, PERSON, date(2026, 12, 31))
ASK = front_telling.ask_work(token(), PERSON)


def length(column: Any) -> int:
    return int(column.type.length)


def test_campaigns_people_and_channels_are_no_longer_than_that() -> None:
    usual = {"name": "N", "topic": "solar", "starts": "2026-12-01T00:00Z", "ends": "2026-12-02T00:00Z", "owner": "O"}
    made = Campaign(id=CAMPAIGN, channel=CHANNEL, audience=Audience(people=(PERSON,)), facts=("F",), **usual)  # type: ignore[arg-type]
    for longer in ({"id": f"{CAMPAIGN}c"}, {"channel": f"{CHANNEL}C"}, {"audience": {"people": [f"{PERSON}U"]}}):
        with pytest.raises(ValueError, match="at most"):
            Campaign.model_validate(made.model_dump() | longer)


@pytest.mark.parametrize("column", [CampaignRow.id, CampaignForm.campaign_id, NudgeRow.campaign_id, Draft.campaign_id])
def test_a_campaigns_id_fits(column: Any) -> None:
    assert length(column) >= len(CAMPAIGN)


def test_a_nudge_and_its_places_fit() -> None:
    assert length(NudgeRow.channel_id) >= len(CHANNEL)
    assert length(NudgeRow.id) >= len(NUDGE)
    owners = (NUDGE, ASK, root_work(CAMPAIGN, CHANNEL))
    assert length(NudgeCap.nudge_id) >= max(map(len, owners))
    keys = (f"once:{CAMPAIGN}:{PERSON}", f"week:{PERSON}:2026-W53:7", f"minute:{CHANNEL}:202612312359")
    assert length(NudgeCap.key) >= max(map(len, keys))


def test_what_the_outbox_calls_them_fits() -> None:
    abouts = [f"{kind}:{NUDGE}" for kind in ("nudge", "later", "begin")]
    abouts += [conversations.handed_about(token(), PERSON), f"campaign:{CAMPAIGN}", f"confirm:{PERSON}"]
    assert length(Outgoing.about) >= max(map(len, abouts))
    works = [*abouts, root_work(CAMPAIGN, CHANNEL), f"thanks:{CAMPAIGN}:{PERSON}", freezes.over_work(10**9, PERSON)]
    works += [ASK, front_telling.reminder_work(token(), PERSON), f"gone:{CAMPAIGN}:{CHANNEL}:2026-12-31T23:59:59+00:00"]
    assert length(Outgoing.work) >= max(map(len, works))


def test_how_a_conversations_post_looks_fits() -> None:
    assert length(Conversation.shown) >= len(f"given_back:{PERSON}:not_done")
