"""What goes wrong on the way, over HTTP and in Socket Mode."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any, Literal

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.e2e.slack.server import Slack, slack_stand_in
from tests.e2e.slack.small_app import QUIET, Json, actions, bolt, button, modal, refused, text_input
from tests.ports import free_ports


def test_an_answer_can_get_lost_after_the_post_was_accepted(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    slack.faults.drop_answers("chat.postMessage", times=1)
    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=marta.channel, text="once", **QUIET)
    assert [m.words for m in slack.messages(marta)] == ["once"]
    assert slack.calls[-1].dropped
    slack.faults.lose_requests("chat.postMessage", times=1)
    with pytest.raises(ConnectionError):
        client.chat_postMessage(channel=marta.channel, text="never", **QUIET)
    assert len(slack.messages(marta)) == 1


def test_limits_and_errors_of_slack_s(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")

    def post() -> Any:
        return client.chat_postMessage(channel=marta.channel, text="hello", **QUIET)

    slack.faults.rate_limit(retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        post()
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    slack.faults.server_error(times=1)
    with pytest.raises(SlackApiError):
        post()
    slack.faults.refuse("chat.postMessage", "account_inactive")
    assert refused(post) == "account_inactive"
    slack.faults.enforce_posting_rate(burst=3)
    for _ in range(3):
        post()
    assert refused(post) == "ratelimited"
    assert slack.faults.rated == 1
    assert len(slack.messages(marta)) == 3


def test_an_event_comes_again_until_it_is_acknowledged(slack: Slack) -> None:
    port = free_ports(1)[0]
    slack.serve_http(f"http://127.0.0.1:{port}/slack/events")
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message(body: Json, request: Any) -> None:
            heard.append(
                {
                    **body,
                    "retry": request.headers.get("x-slack-retry-num"),
                    "why": request.headers["x-slack-retry-reason"],
                }
            )

    draft = slack.add_user("Marta Puig").dm("while the app is down", wait=True)
    assert [(ack.status, ack.reason) for ack in slack.acks] == [(0, "connection_failed")]
    with bolt(slack, listen, port=port):
        slack.wait_quiet()
    assert (heard[0]["event"]["ts"], heard[0]["why"]) == (draft.ts, ["connection_failed"])
    assert len({ack.id for ack in slack.acks}) == 1
    assert slack.acks[-1].ok


def test_interactions_never_come_again(slack: Slack, client: WebClient) -> None:
    slack.serve_http("http://127.0.0.1:9/slack/events")
    marta = slack.add_user("Marta Puig")
    client.chat_postMessage(channel=marta.channel, text="hello", blocks=[actions(button("a"))], **QUIET)
    assert not marta.click(slack.messages(marta)[0], "a").ok
    slack.wait_quiet()
    assert [ack.kind for ack in slack.acks].count("block_actions") == 1


def test_a_share_of_events_comes_again_although_it_was_acknowledged(slack: Slack) -> None:
    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message() -> None: ...

    slack.faults.redeliver(0.5)
    with bolt(slack, listen):
        marta = slack.add_user("Marta Puig")
        for n in range(200):
            marta.dm(f"draft {n}")
        slack.wait_quiet()
    again = [ack for ack in slack.acks if ack.retry == 1]
    assert 70 < len(again) < 130
    assert slack.late == []


def test_a_preview_of_a_link_is_a_change_that_nobody_made(slack: Slack) -> None:
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message(event: Json) -> None:
            heard.append(event)

    with bolt(slack, listen):
        slack.unfurl(slack.add_user("Marta Puig").dm("https://example.com", wait=True))
        slack.wait_quiet()
    assert heard[-1]["subtype"] == "message_changed"
    assert heard[-1]["message"]["attachments"]
    assert "edited" not in heard[-1]["message"]


def test_socket_mode_carries_events_and_answers_and_survives_its_sockets() -> None:
    heard: list[str] = []

    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message(event: Json) -> None:
            heard.append(event["text"])

        @app.view("v")
        async def on_view(ack: Any) -> None:
            await ack(response_action="errors", errors={"draft": "Say more."})

    with (
        slack_stand_in(socket_mode=True, redeliver_after=(0.5, 1.0, 1.0), manifest=None) as slack,
        ExitStack() as closing,
    ):
        closing.enter_context(bolt(slack, listen))
        marta = slack.add_user("Marta Puig")
        slack.wait_for(lambda: slack.sockets.connections, what="a socket")
        marta.dm("one", wait=True)
        trigger = slack.state.trigger(marta.id)
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        client.views_open(trigger_id=trigger, view=modal(text_input("draft"), callback_id="v"))
        view = slack.view_of(marta)
        assert marta.submit(view, {"draft": "x"}).ok
        assert view.errors == {"draft": "Say more."}
        assert slack.late == []
        ways: tuple[Literal["drop", "refresh", "silence"], ...] = ("drop", "refresh", "silence")
        for name in ways:
            before = slack.sockets.opened
            slack.break_sockets(name)
            slack.wait_for(lambda before=before: slack.sockets.opened > before, what="a new socket")
            marta.dm(f"after {name}")
            slack.wait_quiet()
        assert set(heard) == {"one", "after drop", "after refresh", "after silence"}
        assert slack.complaints == []


def test_a_socket_needs_a_fresh_ticket() -> None:
    with slack_stand_in(socket_mode=True, manifest=None) as slack:
        client = WebClient(slack.app_token, base_url=slack.api_url)
        url = client.apps_connections_open(app_token=slack.app_token)["url"]

        async def connect(where: str) -> str:
            async with aiohttp.ClientSession() as session, session.ws_connect(where) as ws:
                return str((await ws.receive_json())["type"])

        assert asyncio.run(connect(url)) == "hello"
        for stale in (url, url.replace("ticket=", "ticket=no")):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                asyncio.run(connect(stale))
