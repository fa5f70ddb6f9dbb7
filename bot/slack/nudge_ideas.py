"""What a nudge says: from its row and its campaign to words for the reader."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from bot.program.angles import Angles, load_angles
from bot.program.hours import local
from bot.program.models import Campaign
from bot.slack.nudge_blocks import Idea
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store.program_models import AmbassadorRow, NudgeRow


@lru_cache(maxsize=4)
def angles_of(knowledge: Path) -> Angles:
    """The angles of a deployment, read once. Raises `KnowledgeError`."""
    return load_angles(knowledge)


def idea_of(service: Service, row: NudgeRow, campaign: Campaign, person: AmbassadorRow | None, words: Words) -> Idea:
    """A nudge for its reader; `person` None: somebody who left since."""
    angles = angles_of(service.settings.knowledge)
    time_zone = person.time_zone if person is not None else row.time_zone
    said = (angles.says(str(angle), words.language) for angle in row.angles)
    return Idea(
        nudge_id=row.id,
        campaign=campaign,
        topic=service.program.topic(campaign.topic, words.language),
        chosen=person is not None and campaign.topic in person.topics,
        angles=tuple(angle for angle in said if angle),
        until=last_day(campaign, time_zone),
        today=local(time_zone, service.clock.now()).date(),
    )


def last_day(campaign: Campaign, time_zone: str) -> date:
    """The last day of a campaign, by this clock."""
    return local(time_zone, campaign.ends - timedelta(seconds=1)).date()
