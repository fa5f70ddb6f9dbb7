"""Whether the Slack app is as Bonvent needs it: tokens, scopes, events, the managers and their channel."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Set
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.checks import Check
from bot.settings import Settings
from bot.slack.gateway import connect
from bot.slack.manifest import Manifest, read_manifest, shipped_manifest

_PAGE = "the app's page (api.slack.com/apps)"
_REINSTALL = f"on {_PAGE} put manifest.json under “App Manifest”, then reinstall the app under “Install App”"
_NO_ANSWER = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, AttributeError)
"""The last one: the SDK trips over a proxy's page in plain text."""
_MOST_CHANNELS = 20  # that are looked at: Slack takes 50 such questions a minute
_PAST = frozenset({"token_expired", "invalid_auth", "not_authed"})


async def diagnose(
    settings: Settings, *, offline: bool = False, channels: Mapping[str, str] | None = None
) -> list[Check]:
    """What there is to say of the Slack app. Asks Slack unless `offline`; changes nothing.

    `channels`: channel → a campaign that runs or is to come there.
    """
    if not (settings.slack_bot_token or settings.slack_app_token or settings.slack_signing_secret):
        return [
            Check(
                "slack", "note", "no Slack app configured: the command line works without one",
                "create one from manifest.json, then set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (README, “In Slack”)",
            )
        ]  # fmt: skip
    wrong = settings.serve_problems()
    checks = [Check("slack settings", "broken", line) for line in wrong]
    if any("TOKEN" in line for line in wrong):
        return checks
    if offline:
        return [*checks, Check("slack", "note", f"configured for {_way(settings)}, not tried")]
    try:
        checks += [check async for check in _ask(settings, channels or {})]
    except _NO_ANSWER as error:
        checks.append(
            Check(
                "slack",
                "broken",
                f"no answer from {settings.slack_api_url} ({type(error).__name__})",
                "check the network and its proxy, and SLACK_API_URL where you set it",
            )
        )
    return checks


def arrivals(seen: Mapping[str, datetime]) -> list[Check]:
    """Which of the events ever arrived: `seen` says when each kind last did (UTC). Nothing when none ever has."""
    if not seen:
        return []
    wanted = shipped_manifest().events
    last = ", ".join(f"{kind} ({seen[kind]:%Y-%m-%d %H:%M} UTC)" for kind in sorted(seen))
    if never := wanted - seen.keys():
        return [
            Check(
                "arrived", "note", f"{last}; never yet: {_list(never)}",
                "write to Bonvent, open its Home, mention it in a channel, change your time zone; "
                "what doesn't come is missing under “Event Subscriptions”",
            )
        ]  # fmt: skip
    return [Check("arrived", "ok", last)]


async def _ask(settings: Settings, channels: Mapping[str, str]) -> AsyncIterator[Check]:
    wanted = shipped_manifest()
    assert settings.slack_bot_token is not None
    async with aiohttp.ClientSession(trust_env=True) as session:
        client = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        who, error = await _said(client.auth_test())
        if who is None:
            yield Check(
                "slack", "broken", f"the bot token was refused ({error})",
                f"copy the Bot User OAuth Token from “OAuth & Permissions” on {_PAGE} to SLACK_BOT_TOKEN",
            )  # fmt: skip
        else:
            yield Check("slack", "ok", f"{who['user']} in the workspace {who['team']}")
            yield _scopes(who.headers.get("x-oauth-scopes"), wanted)
        yield await _way_in(settings, session)
        if who is None:
            return
        async for check in _events(settings, client, session, str(who.get("bot_id") or ""), wanted):
            yield check
        yield await _channel(settings, client)
        async for check in _managers(settings, client):
            yield check
        async for check in _campaigns(client, channels):
            yield check


def _scopes(header: str | None, wanted: Manifest) -> Check:
    if header is None:
        return Check("scopes", "note", "Slack doesn't say which ones the app has")
    granted = {scope.strip() for scope in header.split(",")} - {""}
    if missing := wanted.scopes - granted:
        return Check(
            "scopes", "broken", f"missing: {_list(missing)}", f"reinstall the app with manifest.json: {_REINSTALL}"
        )
    if surplus := granted - wanted.scopes:
        return Check(
            "scopes", "note", f"more than Bonvent needs: {_list(surplus)}", f"to take them away: {_REINSTALL}"
        )  # fmt: skip
    return Check("scopes", "ok", "as in manifest.json")


def _way(settings: Settings) -> str:
    return "Socket Mode" if settings.slack_app_token else "HTTP"


async def _way_in(settings: Settings, session: aiohttp.ClientSession) -> Check:
    if settings.slack_app_token is None:
        return Check(
            "way in", "note", f"HTTP on {settings.host}:{settings.port}: can't be tried from here",
            "Slack must reach it over HTTPS as …/slack/events: the app's page verifies the URL when you save it",
        )  # fmt: skip
    token = settings.slack_app_token.get_secret_value()
    opened, error = await _said(connect(token, settings.slack_api_url, session).apps_connections_open(app_token=token))
    if opened is not None:
        return Check("way in", "ok", "Socket Mode: the app token opens a connection")
    if error in ("invalid_auth", "not_authed", "token_revoked", "not_allowed_token_type", "missing_scope"):
        return Check(
            "way in", "broken", f"Socket Mode: the app token was refused ({error})",
            f"make one with connections:write under “Basic Information” on {_PAGE}, and set SLACK_APP_TOKEN",
        )  # fmt: skip
    return Check(
        "way in", "broken", f"Socket Mode: Slack opens no connection ({error})", f"turn “Socket Mode” on on {_PAGE}"
    )


async def _events(
    settings: Settings, client: AsyncWebClient, session: aiohttp.ClientSession, bot_id: str, wanted: Manifest
) -> AsyncIterator[Check]:
    if settings.slack_config_token is None:
        yield Check(
            "events", "note",
            f"can't be read with these tokens; it should be these: {_list(wanted.events)};"
            f" and the commands {_list(wanted.commands)}",
            f"compare “Event Subscriptions” and “Slash Commands” on {_PAGE}, or set SLACK_CONFIG_TOKEN (“Your App Configuration Tokens” there)",
        )  # fmt: skip
        return
    bot, error = await _said(client.bots_info(bot=bot_id))
    exported = None
    if bot is not None:
        manager = connect(settings.slack_config_token.get_secret_value(), settings.slack_api_url, session)
        exported, error = await _said(manager.apps_manifest_export(app_id=str(bot["bot"].get("app_id"))))
    if exported is None:
        hint = "it lives for 12 hours: " if error in _PAST else ""
        yield Check(
            "events", "broken", f"the app's manifest can't be read ({error})",
            f"{hint}make a new one under “Your App Configuration Tokens” on {_PAGE}, or unset SLACK_CONFIG_TOKEN",
        )  # fmt: skip
        return
    there = read_manifest(exported["manifest"])
    wrong = list(_differences(settings, there, wanted))
    for says in wrong:
        yield Check("events", "broken", says, _REINSTALL)
    if not wrong:
        more = there.events - wanted.events
        yield (
            Check("events", "note", f"more than Bonvent needs: {_list(more)}", f"take them away on {_PAGE}")
            if more
            else Check("events", "ok", "events, commands, shortcuts and buttons as in manifest.json")
        )


def _differences(settings: Settings, there: Manifest, wanted: Manifest) -> list[str]:
    """What keeps people's words and clicks from reaching us, one line each."""
    socket = settings.slack_app_token is not None
    lines = {
        f"Slack doesn't send: {_list(wanted.events - there.events)}": not wanted.events <= there.events,
        f"shortcuts are missing: {_list(wanted.shortcuts - there.shortcuts)}": not wanted.shortcuts <= there.shortcuts,
        f"commands are missing: {_list(wanted.commands - there.commands)}": not wanted.commands <= there.commands,
        "buttons and forms are off (interactivity)": not there.interactive,
        "nobody can write to Bonvent: the messages tab is off or read-only": not there.takes_messages,
        "Socket Mode is off, but SLACK_APP_TOKEN is set": socket and not there.socket_mode,
        "Socket Mode is on, so nothing comes over HTTP; SLACK_APP_TOKEN isn't set": not socket and there.socket_mode,
    }
    return [line for line, wrong in lines.items() if wrong]


async def _channel(settings: Settings, client: AsyncWebClient) -> Check:
    name = "managers' channel"
    if settings.escalation_channel is None:
        return Check(
            name, "note", "none: people are told whom to ask instead", "set BONVENT_ESCALATION_CHANNEL to its id (C…)"
        )
    answer, error = await _said(client.conversations_info(channel=settings.escalation_channel))
    if answer is None:
        mend = _REINSTALL if error == "missing_scope" else "check BONVENT_ESCALATION_CHANNEL; in it, /invite @Bonvent"
        hint = " (or it is private, without Bonvent)" if error == "channel_not_found" else ""
        return Check(name, "broken", f"{settings.escalation_channel}: {error}{hint}", mend)
    channel: dict[str, Any] = answer["channel"]
    title = f"#{channel.get('name', settings.escalation_channel)}"
    if channel.get("is_archived"):
        return Check(
            name, "broken", f"{title} is archived", "unarchive it, or set BONVENT_ESCALATION_CHANNEL to another"
        )
    if not channel.get("is_member"):
        return Check(name, "broken", f"Bonvent isn't a member of {title}", "write /invite @Bonvent there")
    if channel.get("is_ext_shared"):
        return Check(
            name, "note", f"{title} is shared with another organisation: it reads what people ask",
            "set BONVENT_ESCALATION_CHANNEL to a channel of your own",
        )  # fmt: skip
    return Check(name, "ok", title)


async def _campaigns(client: AsyncWebClient, channels: Mapping[str, str]) -> AsyncIterator[Check]:
    """Campaigns whose channel Bonvent can't post in."""
    for channel_id, campaign in list(channels.items())[:_MOST_CHANNELS]:
        answer, error = await _said(client.conversations_info(channel=channel_id))
        channel: dict[str, Any] = answer["channel"] if answer is not None else {}
        if answer is not None and channel.get("is_member") and not channel.get("is_archived"):
            continue
        why = error or ("it is archived" if channel.get("is_archived") else "Bonvent isn't a member")
        name = f"#{channel['name']}" if channel.get("name") else channel_id
        yield Check(
            "campaigns", "broken", f"{campaign} can't be posted in {name}: {why}",
            f"write /invite @Bonvent there, or give {campaign} another channel, in Bonvent's Home or in its file",
        )  # fmt: skip


async def _managers(settings: Settings, client: AsyncWebClient) -> AsyncIterator[Check]:
    if not settings.managers:
        if settings.escalation_channel:
            yield Check(
                "managers", "note", "none: nobody sees the queue in their Home", "set BONVENT_MANAGERS to ids (U…)"
            )
        return
    lost = []
    for user_id in settings.managers:
        answer, error = await _said(client.users_info(user=user_id))
        if answer is None:
            lost.append(f"{user_id} ({error})")
        elif answer["user"].get("deleted"):
            lost.append(f"{user_id} (deactivated)")
    if lost:
        yield Check(
            "managers", "broken", f"not there: {', '.join(lost)}", "correct BONVENT_MANAGERS: ids of people (U…)"
        )
    else:
        yield Check("managers", "ok", f"{len(settings.managers)}, all in the workspace")


async def _said(call: Awaitable[AsyncSlackResponse]) -> tuple[AsyncSlackResponse | None, str]:
    """Slack's answer, or None and its word for what is wrong. Raises what stands for no answer at all."""
    try:
        return await call, ""
    except SlackApiError as error:
        data = getattr(error.response, "data", None)
        code = data.get("error") if isinstance(data, dict) else None
        if not code:
            raise
        # It goes to a terminal: a word, whatever the other side is.
        return None, re.sub(r"[^a-z0-9_]", "", str(code).lower())[:60] or "no reason given"


def _list(names: Set[str]) -> str:
    return ", ".join(sorted(names))
