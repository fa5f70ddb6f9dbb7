"""Posts, blocks and what must never be sent."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from tests.e2e.slack.server import Slack
from tests.e2e.slack.small_app import QUIET, Json, actions, button, refused, section


def test_posts_stand_in_threads_and_can_be_found_by_their_metadata(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    draft = marta.dm("a draft")
    key = {"event_type": "bonvent_post", "event_payload": {"key": "k-1"}}
    for _ in range(3):
        client.chat_postMessage(channel=draft.channel, thread_ts=draft.ts, text="A review", metadata=key, **QUIET)
    seen = client.conversations_replies(channel=draft.channel, ts=draft.ts, limit=2, include_all_metadata=True)
    assert [m["ts"] for m in seen["messages"]] == [draft.ts, slack.thread(draft)[0].ts]
    assert seen["messages"][1]["metadata"] == key
    cursor = seen["response_metadata"]["next_cursor"]
    rest = client.conversations_replies(channel=draft.channel, ts=draft.ts, limit=2, cursor=cursor)
    assert [m["metadata"] for m in rest["messages"]] == [{"event_type": "bonvent_post"}] * 2, (
        "the payload is only for who asks"
    )
    assert client.conversations_history(channel=draft.channel)["messages"][0]["reply_count"] == 3
    assert slack.complaints == []


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("C0NOWHERE", "channel_not_found"), ("private", "channel_not_found"), ("public", "not_in_channel"),
        ("archived", "is_archived"), ("thread", "thread_not_found"),
    ],
)  # fmt: skip
def test_where_the_bot_can_t_post(slack: Slack, client: WebClient, where: str, error: str) -> None:
    channels = {
        "private": slack.add_channel("secret", private=True, bot=False).id,
        "public": slack.add_channel("general", bot=False).id,
        "archived": slack.add_channel("old", archived=True).id,
        "thread": slack.add_channel("here").id,
    }
    thread = {"thread_ts": "1700000000.000001"} if where == "thread" else {}
    call = {"channel": channels.get(where, where), "text": "hello", **thread, **QUIET}
    assert refused(lambda: client.chat_postMessage(**call)) == error


def test_an_ephemeral_message_is_seen_in_a_thread_only_once_it_has_a_reply(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    begun = marta.dm("hello")
    call = {"channel": marta.channel, "user": marta.id, "text": "psst", "thread_ts": begun.ts}
    client.chat_postEphemeral(**call)
    assert slack.complaints == ["chat.postEphemeral: nobody sees it, the thread has no reply yet"]
    marta.dm("hello again", thread=begun)
    client.chat_postEphemeral(**call)
    assert len(slack.complaints) == 1
    outside = slack.add_user("Pau Vidal")
    assert refused(lambda: client.chat_postEphemeral(**call | {"user": outside.id})) == "user_not_in_channel"


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items"),
        ([section("x" * 3001)], "less than 3001 characters"),
        ([section("")], "more than 0 characters"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "less than 151"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be of type plain_text"),
        ([actions({**button("a"), "value": "x" * 2001})], "less than 2001"),
        ([actions({**button("a"), "text": {"type": "plain_text", "text": "x" * 76}})], "less than 76"),
        ([actions(button("a"), button("a"))], "action_id a already exists"),
        ([{**section("a"), "block_id": "b"}, {**section("b"), "block_id": "b"}], "block_id b already exists"),
        ([{**section("a"), "colour": "red"}], "unsupported field: colour"),
        ([{"type": "sparkle"}], "unsupported type for a message's block: sparkle"),
        ([{"type": "markdown", "text": "x" * 12_001}], "less than 12001"),
        ([{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}], "an element of rich_text: text"),
        ([{"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]}], "missing required field: style"),
        ([actions({"type": "static_select", "action_id": "a", "options": []})], "no less than 1 items"),
        ([{"type": "image", "alt_text": "a", "image_url": "roof.png"}], "must be a valid URL"),
    ],
)  # fmt: skip
def test_blocks_that_slack_refuses_are_refused_and_complained_of(
    slack: Slack, client: WebClient, blocks: list[Json], complaint: str
) -> None:
    channel = slack.add_user("Marta Puig").channel
    assert (
        refused(lambda: client.chat_postMessage(channel=channel, text="x", blocks=blocks, **QUIET)) == "invalid_blocks"
    )
    assert any(complaint in said for said in slack.complaints), slack.complaints
    assert slack.messages(channel) == []


def test_a_message_has_a_length_in_all(slack: Slack, client: WebClient) -> None:
    channel = slack.add_user("Marta Puig").channel
    long = [section("x" * 2900)] * 5
    assert (
        refused(lambda: client.chat_postMessage(channel=channel, text="x", blocks=long, **QUIET))
        == "msg_blocks_too_long"
    )
    assert refused(lambda: client.chat_postMessage(channel=channel, text="x" * 40_001, **QUIET)) == "msg_too_long"
    assert refused(lambda: client.chat_postMessage(channel=channel, **QUIET)) == "no_text"


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ({"text": "a link", "unfurl_links": True}, "unfurl_links is not false"),
        ({"blocks": [section("hello")]}, "no text"),
        ({"text": "hello <!channel>"}, "wakes everybody"),
        ({"text": "hello", "blocks": [section("hello <!here|here>")]}, "wakes everybody"),
        ({"text": "x", "blocks": [actions(button("a", "the draft's words"))]}, "value of a is not an opaque id"),
        (
            {"text": "x", "metadata": {"event_type": "k", "event_payload": {"draft": "our secret"}}},
            "more than a short opaque key",
        ),
        ({"text": "x", "sparkle": True}, "takes no argument sparkle"),
    ],
)
def test_what_slack_takes_and_bonvent_must_not_send_is_complained_of(
    slack: Slack, client: WebClient, call: Json, complaint: str
) -> None:
    client.api_call("chat.postMessage", json={"channel": slack.add_user("Marta Puig").channel, **QUIET, **call})
    assert [said for said in slack.complaints if complaint in said], slack.complaints


def test_only_own_messages_are_updated_and_deleted(slack: Slack, client: WebClient) -> None:
    marta = slack.add_user("Marta Puig")
    draft = marta.dm("a draft")
    ours = client.chat_postMessage(channel=marta.channel, text="first", **QUIET)
    client.chat_update(channel=marta.channel, ts=ours["ts"], text="second", blocks=[section("second")])
    assert [(m.words, m.history) for m in slack.messages(marta)] == [("a draft", []), ("second", ["first"])]
    client.chat_delete(channel=marta.channel, ts=ours["ts"])
    assert refused(lambda: client.chat_update(channel=marta.channel, ts=draft.ts, text="x")) == "cant_update_message"
    assert refused(lambda: client.chat_delete(channel=marta.channel, ts=draft.ts)) == "cant_delete_message"
    assert refused(lambda: client.chat_update(channel=marta.channel, ts=ours["ts"], text="x")) == "message_not_found"
