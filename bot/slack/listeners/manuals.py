"""Manuals, for community managers: a modal for files, and the buttons below what they would change. For nobody else."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.manual.sources import RESERVED, ManualError, checked_name
from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.home import publish
from bot.slack.inputs import filled
from bot.slack.listeners.body import Body, action_of, pressed, selected, user_of
from bot.slack.listeners.doors import manages, manages_in_modal, show, tell
from bot.slack.manual_blocks import FILES, MOST_FILES, NAME, NEW, SOURCE, manual_view, name_problem, source_id
from bot.slack.manual_desk import ask
from bot.slack.manual_wish import Wish
from bot.slack.modals import answers, notice_view
from bot.slack.service import Service

_VALUE = re.compile(r"([\w-]{22})\.(\d{1,20})", re.ASCII)
_SOURCE_ID = re.compile(r"[0-9a-f]{22}")
_FILE_ID = re.compile(r"F[A-Z0-9]{1,30}")


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.MANUAL_ADD)
    async def add(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await manages(service, body, respond, "manuals_not_manager"):
            words = await service.words_for(user_of(body))
            await show(service, body, respond, manual_view(words, _sources(service)))

    @app.view(actions.VIEW_MANUAL)
    async def uploaded(ack: AsyncAck, body: Body) -> None:
        await _uploaded(service, ack, body)

    @app.action(actions.MANUAL_PROPOSE)
    async def propose(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if not await manages(service, body, respond, "manuals_not_manager"):
            return
        chosen = selected(body)
        if not _SOURCE_ID.fullmatch(chosen):
            await tell(service, body, respond, "manuals_unknown")
            return
        await ask(service, Wish("propose", chosen, user_of(body), 0, _moment(body)))
        aside(publish(service, user_of(body), "manuals_proposed"))

    @app.action(actions.MANUAL_BUTTON)
    async def button(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if not await manages(service, body, respond, "manuals_not_manager"):
            return
        value = _VALUE.fullmatch(pressed(body))
        if value is None:
            await tell(service, body, respond, "manuals_unknown")
            return
        verb = str(action_of(body)["action_id"]).removeprefix("manual.")
        await ask(service, Wish(verb, value[1], user_of(body), int(value[2]), _moment(body)))


async def _uploaded(service: Service, ack: AsyncAck, body: Body) -> None:
    """Keeps what was handed in as a job, then says in the modal where to look for what comes of it."""
    user_id, view = user_of(body), body["view"]
    if not await manages_in_modal(service, body, ack, "manuals_not_manager"):
        return
    words = await service.words_for(user_id)
    files, said = _files(body), answers(view)
    chosen, name = said.get(SOURCE, NEW), said.get(NAME, "")
    errors: dict[str, str] = {}
    if not files:
        errors[FILES] = words.say("field_files_none")
    if chosen != NEW:
        name = next((known for known in _sources(service) if source_id(known) == chosen), "")
        if not name:
            errors[SOURCE] = words.say("field_source_gone")
    elif name and not _is_free(name):
        errors[NAME] = name_problem(words)
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    await ask(service, Wish("read", name, user_id, 0, str(view["id"]), tuple(files)))
    await ack(response_action="update", view=notice_view(words.say("manuals_reading"), words))


def _files(body: Body) -> list[str]:
    """Slack's ids of the files that were chosen."""
    given = filled(body["view"]).get(FILES, {}).get("files") or []
    ids = [str(file.get("id", "")) for file in given if isinstance(file, dict)]
    return [id_ for id_ in dict.fromkeys(ids) if _FILE_ID.fullmatch(id_)][:MOST_FILES]


def _is_free(name: str) -> bool:
    """Whether a manual may be called so."""
    try:
        return checked_name(name) not in RESERVED
    except ManualError:
        return False


def _sources(service: Service) -> list[str]:
    """The sources that an upload can take the place of."""
    known = dict.fromkeys(passage.manual for passage in service.coach.manual.passages.values())
    return [name for name in known if name not in RESERVED]


def _moment(body: Body) -> str:
    """When it was pressed: Slack's own time of the action."""
    return str(action_of(body).get("action_ts", ""))[:32]
