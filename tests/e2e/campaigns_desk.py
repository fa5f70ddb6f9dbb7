"""What the tests of campaigns do in Slack: read a Home, choose in a campaign's menu, fill the modal in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.slack import actions
from tests.e2e.manuals_desk import home
from tests.e2e.slack import AppProcess, Person, Slack, View
from tests.e2e.stored import rows

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
TOMORROW, LATER = NOW + timedelta(days=1), NOW + timedelta(days=15)
CANARY = "kingfisher"
WINTER: dict[str, Any] = {
    "name": "A winter without gas",
    "topic": "heat-pumps",
    "starts": int(TOMORROW.timestamp()),
    "ends": int(LATER.timestamp()),
    "facts": f"A heat pump moves warmth.\nThe {CANARY} nests near our office.",
    "material": "How it works https://tebiora.example/heat",
    "language": "en",
    "networks": ["linkedin", "x"],
    "who": "some",
    "languages": ["en"],
    "countries": ["ES-CT"],
    "owner": "communication",
}


def body(app: AppProcess, id_: str) -> dict[str, Any]:
    ((said,),) = rows(app, f"SELECT body FROM campaigns WHERE id = '{id_}'")
    found: dict[str, Any] = json.loads(said)
    return found


def drawn(slack: Slack, person: Person, part: str = "Campaigns") -> View:
    """Somebody's Home once it says this, without their opening it again; opened where it was never drawn."""
    if slack.home(person) is None:
        return home(slack, person, part)
    return slack.wait_for(lambda: next((v for v in [slack.home(person)] if v and part in v.words), None), what=part)


def nth_of(view: View, id_: str) -> int:
    """Which of the campaigns' menus is the one of this campaign."""
    menus = [b["accessory"] for b in view.blocks if b.get("accessory", {}).get("action_id") == actions.CAMPAIGN_MENU]
    return next(n for n, each in enumerate(menus) if each["options"][0]["value"].endswith(f":{id_}"))


def menu(slack: Slack, person: Person, id_: str, verb: str) -> None:
    """Chooses a line of a campaign's menu in Home."""
    view = drawn(slack, person)
    person.click(view, actions.CAMPAIGN_MENU, option=f"{verb}:{id_}", nth=nth_of(view, id_))


def planned(slack: Slack, person: Person, **changes: Any) -> View:
    """Fills in the modal for a new campaign, and sends it."""
    person.click(drawn(slack, person), actions.CAMPAIGN_PLAN)
    view = slack.view_of(person)
    person.submit(view, WINTER | changes)
    return view
