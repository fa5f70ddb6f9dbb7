"""Methods about the app itself, people, and the assistant's thread: auth, team, users, bots, reactions, status, prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.slack import shown
from tests.e2e.slack.calls import ApiError, Args, method
from tests.e2e.slack.methods_conversations import visible
from tests.e2e.slack.state import Status

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]


@method("auth.test")
async def auth_test(slack: Slack, args: Args) -> Json:
    state = slack.state
    bot = state.users[state.bot_user]
    return {
        "url": "https://tebiora.slack.com/",
        "team": "Tebiora",
        "user": bot.name,
        "team_id": state.team,
        "user_id": bot.id,
        "bot_id": state.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", token="app")
async def apps_connections_open(slack: Slack, args: Args) -> Json:
    if not slack.socket_mode:
        slack.complain("apps.connections.open: Socket Mode is off for this app")
        raise ApiError("forbidden_team")
    return {"url": slack.sockets.new_url()}


@method("apps.manifest.export", "app_id", token="config")
async def apps_manifest_export(slack: Slack, args: Args) -> Json:
    if args.text("app_id", "invalid_arguments") != slack.state.app_id:
        raise ApiError("invalid_app_id")
    if slack.manifest is None:
        raise ApiError("internal_error")
    return {"manifest": slack.manifest}


@method("team.info", "team domain", scopes=("team:read",))
async def team_info(slack: Slack, args: Args) -> Json:
    return {"team": {"id": slack.state.team, "name": "Tebiora", "domain": "tebiora", "email_domain": "", "icon": {}}}


@method("users.info", "user include_locale", scopes=("users:read",))
async def users_info(slack: Slack, args: Args) -> Json:
    user = slack.state.users.get(args.text("user", "user_not_found"))
    if user is None:
        raise ApiError("user_not_found")
    email = "users:read.email" in slack.scopes
    return {"user": shown.user(user, locale=args.flag("include_locale"), email=email)}


@method("users.lookupByEmail", "email", scopes=("users:read.email",))
async def users_lookup_by_email(slack: Slack, args: Args) -> Json:
    wanted = args.text("email", "users_not_found").lower()
    for user in slack.state.users.values():
        if user.email and user.email.lower() == wanted and not (user.deleted or user.is_stranger or user.is_bot):
            return {"user": shown.user(user, locale=False, email=True)}
    raise ApiError("users_not_found")


@method("bots.info", "bot team_id", scopes=("users:read",))
async def bots_info(slack: Slack, args: Args) -> Json:
    state = slack.state
    if args.text("bot") != state.bot_id:
        raise ApiError("bot_not_found")
    bot = {"id": state.bot_id, "deleted": False, "name": "Bonvent", "app_id": state.app_id, "user_id": state.bot_user}
    return {"bot": {**bot, "updated": int(state.now()), "icons": {}}}


@method("reactions.add", "channel name timestamp", scopes=("reactions:write",))
async def reactions_add(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel", "channel_not_found"))
    message = slack.state.find(channel.id, args.text("timestamp", "no_item_specified"))
    if message is None:
        raise ApiError("message_not_found")
    reaction = (channel.id, message.ts, args.text("name", "invalid_name").strip(":"))
    if reaction in slack.state.reactions:
        raise ApiError("already_reacted")
    slack.state.reactions.append(reaction)
    return {}


@method(
    "assistant.threads.setStatus", "channel_id thread_ts status loading_messages icon_emoji icon_url username",
    scopes=("chat:write", "assistant:write"),
)  # fmt: skip
async def set_status(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel_id", "channel_not_found"))
    thread = args.text("thread_ts", "invalid_thread_ts")
    _first_of_thread(slack, channel.id, thread)
    if "status" not in args or not isinstance(args["status"], str):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: status"]})
    loading = args.data("loading_messages") or []
    if (
        not isinstance(loading, list)
        or len(loading) > 10
        or not all(isinstance(line, str) and line for line in loading)
    ):
        slack.complain("assistant.threads.setStatus: loading_messages are at most 10 texts")
        raise ApiError("invalid_arguments")
    slack.state.statuses.append(Status(channel.id, thread, args["status"], loading, slack.state.now()))
    return {}


@method(
    "assistant.threads.setSuggestedPrompts", "channel_id thread_ts prompts title",
    scopes=("chat:write", "assistant:write"),
)  # fmt: skip
async def set_suggested_prompts(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel_id", "channel_not_found"))
    if args.text("thread_ts"):
        _first_of_thread(slack, channel.id, args.text("thread_ts"))
    prompts = args.data("prompts")
    good = isinstance(prompts, list) and 1 <= len(prompts) <= 4
    if not good or not all(isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts):
        slack.complain("assistant.threads.setSuggestedPrompts: 1 to 4 prompts, each with a title and a message")
        raise ApiError("invalid_arguments")
    slack.state.prompts.append(
        {"channel": channel.id, "thread_ts": args.text("thread_ts"), "title": args.get("title"), "prompts": prompts}
    )
    return {}


@method(
    "assistant.threads.setTitle", "channel_id thread_ts title", scopes=("chat:write", "assistant:write")
)  # fmt: skip
async def set_title(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel_id", "channel_not_found"))
    thread = args.text("thread_ts", "invalid_thread_ts")
    _first_of_thread(slack, channel.id, thread)
    slack.state.titles[channel.id, thread] = args.text("title", "invalid_arguments")
    return {}


def _first_of_thread(slack: Slack, channel: str, ts: str) -> None:
    message = slack.state.find(channel, ts)
    if message is None or message.root != ts:
        raise ApiError("invalid_thread_ts")
