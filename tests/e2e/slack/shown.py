"""State as Slack shows it to an app: users, channels, messages, files, views, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.e2e.slack.state import Channel, File, Message, State, User, View

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]


def user(person: User, *, locale: bool, email: bool) -> Json:
    """As in users.info; `email` where the scope allows it, and never for people of another organisation."""
    profile: Json = {"real_name": person.real_name, "display_name": person.name, "team": person.team, "image_48": ""}
    if email and person.email and not person.is_stranger:
        profile["email"] = person.email
    shown: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if person.deleted:
        return shown
    shown |= {
        "tz": person.tz,
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_email_confirmed": True,
    }
    if person.is_stranger:
        shown["is_stranger"] = True
    if locale:
        shown["locale"] = person.locale
    return shown


def channel(state: State, place: Channel) -> Json:
    """As in conversations.info."""
    if place.kind == "im":
        other = next(member for member in place.members if member != state.bot_user)
        return {
            "id": place.id, "created": 1_700_000_000, "is_im": True, "is_org_shared": False, "user": other,
            "is_archived": False, "is_user_deleted": state.users[other].deleted, "context_team_id": state.team,
        }  # fmt: skip
    return {
        "id": place.id,
        "name": place.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": place.kind == "private",
        "is_archived": place.is_archived,
        "is_member": state.bot_user in place.members,
        "is_ext_shared": place.is_ext_shared,
        "created": 1_700_000_000,
        "context_team_id": state.team,
        "num_members": len(place.members),
    }


def message(slack: Slack, said: Message, *, metadata: bool = False) -> Json:
    """As in conversations.history; the metadata's payload only where it was asked for."""
    state = slack.state
    shown: Json = {"type": "message", "user": said.user, "text": said.text, "ts": said.ts, "team": state.team}
    if said.subtype == "tombstone":
        shown = {
            "type": "message",
            "subtype": "tombstone",
            "text": said.text,
            "user": "USLACKBOT",
            "hidden": True,
            "ts": said.ts,
        }
    elif said.subtype:
        shown["subtype"] = said.subtype
    if said.user in state.users and said.subtype != "tombstone":
        shown["team"] = state.users[said.user].team
    if said.bot_id:
        shown |= {"bot_id": said.bot_id, "app_id": state.app_id}
        shown["bot_profile"] = {"id": said.bot_id, "app_id": state.app_id, "name": "Bonvent", "team_id": state.team}
    if said.blocks:
        shown["blocks"] = said.blocks
    if said.files:
        shown |= {"files": [file(slack, state.files[i]) for i in said.files], "upload": False, "display_as_bot": False}
    if said.edited:
        shown["edited"] = said.edited
    if said.metadata:
        shown["metadata"] = said.metadata if metadata else {"event_type": said.metadata["event_type"]}
    replies = state.replies(said.channel, said.ts)
    if said.thread_ts or replies:
        shown["thread_ts"] = said.root
    if said.thread_ts and said.thread_ts != said.ts:
        parent = state.find(said.channel, said.thread_ts)
        shown["parent_user_id"] = parent.user if parent else "USLACKBOT"
    if replies:
        users = list(dict.fromkeys(reply.user for reply in replies))
        shown |= {"reply_count": len(replies), "reply_users": users, "reply_users_count": len(users)}
        shown |= {"latest_reply": replies[-1].ts, "is_locked": False, "subscribed": False}
    return shown


def file(slack: Slack, sent: File) -> Json:
    """As in an event or in files.info; of a hidden file (Slack Connect) only that it is there."""
    if sent.hidden:
        return {"id": sent.id, "mode": "file_access", "file_access": "check_file_info", "created": sent.created}
    return whole_file(slack, sent)


def whole_file(slack: Slack, sent: File) -> Json:
    name = quote(sent.name)
    where = f"{slack.url}/files-pri/{slack.state.team}-{sent.id}"
    shown: Json = {
        "id": sent.id,
        "created": sent.created,
        "timestamp": sent.created,
        "name": sent.name,
        "title": sent.name,
        "mimetype": sent.mimetype,
        "filetype": sent.name.rpartition(".")[2] or "binary",
        "user": sent.user,
        "user_team": slack.state.users[sent.user].team,
        "size": len(sent.content) if sent.claimed_size is None else sent.claimed_size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "public_url_shared": False,
        "url_private": f"{where}/{name}",
        "url_private_download": f"{where}/download/{name}",
        "permalink": f"https://tebiora.slack.com/files/{sent.user}/{sent.id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if sent.alt_text:
        shown["alt_txt"] = sent.alt_text
    return shown


def view(state: State, drawn: View, values: Json | None = None) -> Json:
    """As in views.open's answer and in interactions; `values` is what was filled in."""
    body = drawn.body
    return {
        "id": drawn.id,
        "team_id": state.team,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": values or {}},
        "hash": drawn.hash,
        "title": body.get("title"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": drawn.previous,
        "root_view_id": drawn.root,
        "app_id": state.app_id,
        "external_id": drawn.external_id or "",
        "app_installed_team_id": state.team,
        "bot_id": state.bot_id,
    }
