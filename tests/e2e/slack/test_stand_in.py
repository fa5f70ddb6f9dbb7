"""What the stand-in promises: as strict as Slack about tokens, scopes, people and files."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.e2e.slack.server import Slack, slack_stand_in
from tests.e2e.slack.small_app import QUIET, actions, button, refused


def test_a_call_needs_the_right_token(slack: Slack, client: WebClient) -> None:
    assert client.auth_test()["team_id"] == slack.state.team
    for token, error in (
        ("xoxb-wrong", "invalid_auth"), (slack.app_token, "not_allowed_token_type"), ("", "not_authed"),
    ):  # fmt: skip
        assert refused(WebClient(token, base_url=slack.api_url).auth_test) == error


def test_a_call_needs_its_scope(slack: Slack, client: WebClient) -> None:
    slack.scopes.discard("chat:write")
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=slack.add_user("Marta Puig").channel, text="hello", **QUIET)
    assert error.value.response["error"] == "missing_scope"
    assert error.value.response["needed"] == "chat:write"
    assert "chat:write" not in error.value.response.headers["x-oauth-scopes"]


def test_scopes_events_and_shortcuts_are_the_manifest_s() -> None:
    manifest = {
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
        "features": {
            "shortcuts": [{"name": "Coach", "type": "message", "callback_id": "coach_this", "description": "…"}]
        },
    }
    with slack_stand_in(manifest=manifest) as slack:
        marta = slack.add_user("Marta Puig")
        exported = WebClient(slack.config_token, base_url=slack.api_url).apps_manifest_export(app_id=slack.state.app_id)
        assert exported["manifest"] == manifest
        assert (slack.scopes, slack.subscriptions) == ({"chat:write"}, {"message.im"})
        with pytest.raises(AssertionError, match="declares no shortcuts"):
            marta.shortcut("coach_this")
        assert marta.dm("hello").event is None, "message.im needs im:history"


def test_people_and_strangers_look_as_slack_shows_them(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig", email="marta@tebiora.example", locale="ca-ES")
    guest, stranger = slack.add_user("Joan Guest", guest=True), slack.add_user("Eve Else", stranger=True)
    assert "locale" not in client.users_info(user=marta.id)["user"]
    seen = client.users_info(user=marta.id, include_locale=True)["user"]
    assert (seen["locale"], seen["profile"]["email"], seen["is_restricted"]) == (
        "ca-ES",
        "marta@tebiora.example",
        False,
    )
    assert client.users_info(user=guest.id)["user"]["is_restricted"]
    foreign = client.users_info(user=stranger.id)["user"]
    assert foreign["is_stranger"]
    assert foreign["team_id"] != slack.state.team
    assert "email" not in foreign["profile"]
    slack.scopes.discard("users:read.email")
    assert "email" not in client.users_info(user=marta.id)["user"]["profile"]


def test_people_are_found_by_their_address_while_they_are_there(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig", email="Marta@tebiora.example")
    assert client.users_lookupByEmail(email="marta@Tebiora.example")["user"]["id"] == marta.id
    slack.change_user(marta, deleted=True)
    assert client.users_info(user=marta.id)["user"]["deleted"]
    assert refused(lambda: client.users_lookupByEmail(email="marta@tebiora.example")) == "users_not_found"
    slack.scopes.discard("users:read.email")
    assert refused(lambda: client.users_lookupByEmail(email="marta@tebiora.example")) == "missing_scope"


def test_a_method_that_nobody_declared_is_a_complaint(slack: Slack, client: WebClient) -> None:
    assert refused(lambda: client.api_call("chat.scheduleMessage", json={})) == "unknown_method"
    assert slack.complaints == ["chat.scheduleMessage: the stand-in doesn't know this method"]


def test_files_come_from_slack_s_host_for_the_bot_alone(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    roof = marta.file("roof.png", b"PNG", alt_text="A roof")
    lure = marta.file("lure.png", b"", redirects_to=slack.elsewhere)
    marta.dm("with a picture", files=[roof, lure])
    shown = client.conversations_history(channel=marta.channel)["messages"][0]
    assert (shown["subtype"], shown["files"][0]["alt_txt"], shown["files"][0]["size"]) == ("file_share", "A roof", 3)

    async def fetch(url: str, token: str) -> tuple[int, str, bytes]:
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.read()

    url = shown["files"][0]["url_private_download"]
    assert asyncio.run(fetch(url, slack.bot_token)) == (200, "image/png", b"PNG")
    status, kind, body = asyncio.run(fetch(url, "xoxb-wrong"))
    assert (status, kind, b"Sign in" in body) == (200, "text/html", True), "Slack's sign-in page answers 200"
    asyncio.run(fetch(shown["files"][1]["url_private_download"], slack.bot_token))
    assert len(slack.visits) == 1
    assert "Authorization" not in slack.visits[0], "aiohttp keeps a token from other hosts"


def test_the_bot_uploads_a_file_in_two_steps(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    client.files_upload_v2(channel=marta.channel, filename="my-data.json", content="{}", initial_comment="Your data")
    message = slack.messages(marta)[0]
    assert (message.words, slack.state.files[message.files[0]].content) == ("Your data", b"{}")


def test_words_are_found_wherever_they_went(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    draft = marta.dm("the canary sings")
    assert slack.places_holding("canary") == [f"message {draft.channel} {draft.ts} by {marta.id} in thread {draft.ts}"]
    blocks = [actions(button("a", "canary"))]
    client.chat_postMessage(channel=slack.add_channel("all").id, text="a canary!", blocks=blocks, **QUIET)
    found = slack.places_holding("canary")
    assert any(place.startswith("text of") for place in found)
    assert any(place.startswith("value in") for place in found)


def test_a_wait_in_vain_tells_what_was_seen(slack: Slack) -> None:
    slack.add_user("Marta Puig").dm("is anybody there?")
    with pytest.raises(AssertionError, match=r"waited 0.05 s for a review[\s\S]*is anybody there"):
        slack.wait_for(lambda: None, timeout=0.05, what="a review")
