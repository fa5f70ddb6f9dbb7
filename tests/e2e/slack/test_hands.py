"""A person's hands, and what the app's answers do: events, buttons, modals, homes, response URLs."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from tests.e2e.slack.server import Slack
from tests.e2e.slack.small_app import QUIET, Json, actions, bolt, button, modal, refused, section, text_input


def test_what_a_person_types_arrives_as_slack_s_composer_makes_it(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    marta.dm(
        f"R&D <3 https://example.com/a?b=1&c, tebiora.com and {marta.mention} *bold* 🎐\n```\nx < y\n```\n- one\n- two"
    )
    said = client.conversations_history(channel=marta.channel)["messages"][0]
    assert said["text"] == (
        f"R&amp;D &lt;3 <https://example.com/a?b=1&amp;c>, <http://tebiora.com|tebiora.com> and <@{marta.id}> *bold* :wind_chime:"
        "\n```x &lt; y```\n• one\n• two"
    )
    line, code, points = said["blocks"][0]["elements"]
    assert [part["type"] for part in line["elements"]] == [
        "text",
        "link",
        "text",
        "link",
        "text",
        "user",
        "text",
        "text",
        "text",
        "emoji",
    ]
    assert line["elements"][-1] == {"type": "emoji", "name": "wind_chime", "unicode": "1f390"}
    assert code["elements"] == [{"type": "text", "text": "x < y"}]
    assert (points["style"], len(points["elements"])) == ("bullet", 2)


def test_an_event_reaches_the_app_signed_and_is_answered(slack: Slack) -> None:
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message(event: Json, body: Json, say: Any, set_status: Any) -> None:
            heard.append(body)
            await say(text="A review", thread_ts=event["ts"], **QUIET)

    with bolt(slack, listen):
        marta = slack.add_user("Marta Puig")
        draft = marta.dm("a draft")
        assert slack.reply(draft).words == "A review"
        slack.wait_quiet()
        assert (heard[0]["event"]["channel_type"], heard[0]["event"]["user"]) == ("im", marta.id)
        assert heard[0]["authorizations"][0]["user_id"] == slack.state.bot_user
        for signature in ("bad", "stale", "missing"):
            assert slack.send(heard[0], signature=signature).status == 401  # type: ignore[arg-type]
        assert slack.redeliver(draft).ok
        assert heard[-1]["event_id"] == heard[0]["event_id"]
    assert slack.complaints == []


def test_edits_deletions_and_tombstones_are_told(slack: Slack, client: WebClient) -> None:
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        @app.event("message")
        async def on_message(event: Json) -> None:
            heard.append(event)

    with bolt(slack, listen):
        marta = slack.add_user("Marta Puig")
        draft = marta.dm("a draft", wait=True)
        marta.edit(draft, "a better draft", wait=True)
        assert heard[-1]["subtype"] == "message_changed"
        assert (heard[-1]["previous_message"]["text"], heard[-1]["message"]["text"]) == ("a draft", "a better draft")
        reply = client.chat_postMessage(channel=draft.channel, thread_ts=draft.ts, text="A review", **QUIET)
        marta.delete(draft, wait=True)
        assert (heard[-1]["subtype"], heard[-1]["message"]["subtype"]) == ("message_changed", "tombstone")
        client.chat_delete(channel=draft.channel, ts=reply["ts"])
        assert refused(lambda: client.conversations_replies(channel=draft.channel, ts=draft.ts)) == "thread_not_found"
        other = marta.dm("another", wait=True)
        marta.delete(other, wait=True)
        assert (heard[-1]["subtype"], heard[-1]["deleted_ts"]) == ("message_deleted", other.ts)
        slack.wait_quiet()


def test_buttons_menus_and_modals_work_as_in_the_client(slack: Slack, client: WebClient) -> None:
    heard: list[Json] = []

    def listen(app: AsyncApp) -> None:
        @app.action("open")
        async def on_open(ack: Any, body: Json, client: AsyncWebClient) -> None:
            await ack()
            heard.append(body)
            await client.views_open(
                trigger_id=body["trigger_id"], view=modal(text_input("draft", max_length=20), callback_id="v")
            )

        @app.action("pick")
        async def on_pick(ack: Any, body: Json) -> None:
            await ack()
            heard.append(body)

        @app.view("v")
        async def on_view(ack: Any, view: Json) -> None:
            text = view["state"]["values"]["draft"]["draft.text"]["value"]
            if text == "bad":
                await ack(response_action="errors", errors={"draft": "Say more."})
            elif text == "more":
                await ack(response_action="update", view=modal(section("Thanks"), callback_id="v"))
            else:
                await ack()

    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("X", "LinkedIn")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    with bolt(slack, listen):
        marta = slack.add_user("Marta Puig")
        blocks = [section("hello"), actions(button("open", "id-1"), menu)]
        client.chat_postMessage(channel=marta.channel, text="hello", blocks=blocks, **QUIET)
        message = slack.messages(marta)[0]
        assert message.action_ids == ["open", "pick"]
        assert marta.click(message, "open", value="tampered").ok
        assert (heard[-1]["actions"][0]["value"], heard[-1]["channel"]["name"]) == ("tampered", "directmessage")
        assert heard[-1]["message"]["ts"] == message.ts
        view = slack.wait_for(lambda: slack.modal_open(marta) and slack.view_of(marta), what="the modal")
        with pytest.raises(AssertionError, match="empty and not optional"):
            marta.submit(view)
        with pytest.raises(AssertionError, match="not 0 to 20"):
            marta.submit(view, {"draft": "x" * 21})
        assert marta.submit(view, {"draft": "bad"}).ok
        assert view.errors == {"draft": "Say more."}
        marta.submit(view, {"draft.text": "more"})
        assert "Thanks" in view.words
        marta.click(message, "open")
        marta.submit(slack.wait_for(lambda: slack.modal_open(marta) and slack.view_of(marta)), {"draft": "fine"})
        assert not slack.modal_open(marta)
        assert marta.click(message, "pick", option="LinkedIn").ok
        assert heard[-1]["actions"][0]["selected_option"]["value"] == "linkedin"
        with pytest.raises(AssertionError, match="there is: open, pick"):
            marta.click(message, "nothing")
        assert marta.shortcut("unheard").status == 404
    assert slack.complaints == []


def test_a_trigger_works_once_and_for_three_seconds(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    view = modal(section("hello"))
    trigger, old = slack.state.trigger(marta.id), slack.state.trigger(marta.id)
    opened = client.views_open(trigger_id=trigger, view=view)["view"]
    assert refused(lambda: client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"
    assert refused(lambda: client.views_open(trigger_id="1.2.3", view=view)) == "invalid_trigger_id"
    slack.pass_time(3.1)
    assert refused(lambda: client.views_open(trigger_id=old, view=view)) == "expired_trigger_id"
    client.views_update(view_id=opened["id"], view=view, hash=opened["hash"])
    assert refused(lambda: client.views_update(view_id=opened["id"], view=view, hash=opened["hash"])) == "hash_conflict"
    marta.close()
    assert refused(lambda: client.views_update(view_id=opened["id"], view=view)) == "not_found"


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        ({**modal(section("x")), "title": {"type": "plain_text", "text": "x" * 25}}, "less than 25"),
        ({**modal(section("x")), "private_metadata": "x" * 3001}, "less than 3001"),
        (modal(*[section("x")] * 101), "no more than 100"),
        (modal({"type": "markdown", "text": "x"}), "a view's block: markdown"),
        ({k: v for k, v in modal(text_input("draft")).items() if k != "submit"}, "missing required field: submit"),
        (modal(text_input("draft", initial_value="xx", max_length=1)), "longer than max_length"),
        ({"type": "home", "blocks": []}, "must be one of modal"),
    ],
)
def test_views_that_slack_refuses(slack: Slack, client: WebClient, view: Json, complaint: str) -> None:
    trigger = slack.state.trigger(slack.add_user("Marta Puig").id)
    assert refused(lambda: client.views_open(trigger_id=trigger, view=view)) == "invalid_arguments"
    assert any(complaint in said for said in slack.complaints), slack.complaints


def test_home_and_status_and_prompts_are_kept(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    client.views_publish(user_id=marta.id, view={"type": "home", "blocks": [section("Welcome")]})
    home = slack.home(marta)
    assert home is not None
    assert home.words == "Welcome"
    draft = marta.dm("a draft")
    client.assistant_threads_setStatus(channel_id=draft.channel, thread_ts=draft.ts, status="is reading…")
    assert slack.status(draft) == "is reading…"
    client.chat_postMessage(channel=draft.channel, thread_ts=draft.ts, text="Done", **QUIET)
    assert slack.status(draft) == "", "a post clears it"
    prompt = {"title": "Review", "message": "Review this"}
    client.assistant_threads_setSuggestedPrompts(channel_id=draft.channel, thread_ts=draft.ts, prompts=[prompt])
    assert slack.prompts[0]["prompts"] == [prompt]


def test_a_response_url_works_five_times_in_half_an_hour(slack: Slack) -> None:
    urls: list[str] = []

    def listen(app: AsyncApp) -> None:
        @app.command("/policy")
        async def on_command(ack: Any, body: Json) -> None:
            urls.append(body["response_url"])
            await ack("One moment")

    async def respond(text: str) -> int:
        async with aiohttp.ClientSession() as session, session.post(urls[-1], json={"text": text}) as answer:
            return answer.status

    with bolt(slack, listen):
        marta = slack.add_user("Marta Puig")
        assert marta.slash("/policy", "photos").ok
        assert [m.words for m in slack.ephemeral(marta)] == ["One moment"]
        assert [asyncio.run(respond(str(n))) for n in range(6)] == [200] * 5 + [404]
        marta.slash("/policy")
        slack.pass_time(31 * 60)
        assert asyncio.run(respond("late")) == 404
    assert slack.complaints == ["response_url: used more than 5 times"]
