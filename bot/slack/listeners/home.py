"""The Home tab: opened, a setting changed, "export my data", "forget me". Whoever presses there acts on their own things only."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.escalating import withdraw_for_person
from bot.slack.home import publish, send_export
from bot.slack.home_blocks import AS_IN_SLACK, ASK, KEEP
from bot.slack.listeners.body import Body, action_of, selected
from bot.slack.service import Service
from bot.slack.tidying import deliver_each
from bot.store import purge
from bot.store.people import person


def register(app: AsyncApp, service: Service) -> None:
    async def is_home(event: dict[str, Any]) -> bool:
        return event.get("tab") == "home"

    @app.event("app_home_opened", matchers=[is_home])
    async def opened(event: dict[str, Any]) -> None:
        aside(publish(service, str(event["user"])))

    @app.action(actions.HOME_NETWORK)
    async def network(ack: AsyncAck, body: Body) -> None:
        await ack()
        chosen = selected(body)
        if chosen == ASK or chosen in service.coach.policy.networks.networks:
            await _set(service, body, network=None if chosen == ASK else chosen)

    @app.action(actions.HOME_LANGUAGE)
    async def language(ack: AsyncAck, body: Body) -> None:
        await ack()
        chosen = selected(body)
        if chosen == AS_IN_SLACK or chosen in service.all_words.languages:
            await _set(service, body, language=None if chosen == AS_IN_SLACK else chosen)

    @app.action(actions.HOME_KEEP)
    async def keep(ack: AsyncAck, body: Body) -> None:
        await ack()
        ticked = [option.get("value") for option in action_of(body).get("selected_options") or ()]
        await _set(service, body, keep_drafts=KEEP in ticked)

    @app.action(actions.HOME_EXPORT)
    async def export(ack: AsyncAck, body: Body) -> None:
        await ack()
        aside(_export(service, _user(body)))

    @app.action(actions.HOME_FORGET)
    async def forget_me(ack: AsyncAck, body: Body) -> None:
        await ack()
        aside(_after_forgetting(service, _user(body), await forget(service, _user(body))))


async def forget(service: Service, user_id: str) -> list[str]:
    """Removes all that is kept of somebody, at once. Gives the outbox ids of the removals in Slack, which are to follow."""
    now = service.clock.now()
    async with service.database.begin() as session:
        removals = await withdraw_for_person(service, session, user_id)
        standing = await purge.forget(session, service.team_id, user_id, now)
        removals += await purge.put_removals(session, service.team_id, standing, now)
    await service.database.wipe_traces()
    return removals


async def _after_forgetting(service: Service, user_id: str, removals: list[str]) -> None:
    await publish(service, user_id, "home_forgotten")
    # Not a job each: hundreds of removals would keep drafts waiting. What a crash leaves, the next tick takes up.
    await deliver_each(service, removals)


async def _export(service: Service, user_id: str) -> None:
    if service.refusal(await service.gateway.member(user_id)):
        return await publish(service, user_id)
    sent = await send_export(service, user_id)
    return await publish(service, user_id, "home_exported" if sent else "home_export_failed")


async def _set(service: Service, body: Body, **chosen: str | bool | None) -> None:
    user_id = _user(body)
    if service.refusal(await service.gateway.member(user_id)):
        return aside(publish(service, user_id))
    lets_go = chosen.get("keep_drafts") is False
    async with service.database.begin() as session:
        row = await person(session, service.team_id, user_id)
        for name, value in chosen.items():
            setattr(row, name, value)
        if lets_go:
            await purge.let_go(session, service.team_id, user_id)
    if lets_go:
        await service.database.wipe_traces()
    return aside(publish(service, user_id))


def _user(body: Body) -> str:
    return str(body["user"]["id"])  # or it fails: rows without a user are those of the forgotten
