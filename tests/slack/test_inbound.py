"""A message from Slack becomes the words that its author means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.inbound import (
    TextFile,
    deleted,
    edited,
    is_for_us,
    mentions_of,
    other_files_of,
    pictures_of,
    text_files_of,
    text_of,
    text_without_call,
)
from tests.slack.composer import bullets, composed, edit, escape, link, message, preformatted, quoted, section

NAMES = {"U1": "Marta", "S1": "comms", "C1": "general"}


class TestWordsOfTheComposer:
    def test_text_is_literal(self) -> None:
        said = "AT&T <b> &amp; *stars* _low_ `ticks` :wave: <@U1> 1 < 2"
        assert text_of(composed(section(said), text="something else")) == said

    def test_styles_go_and_their_words_stay(self) -> None:
        bold = {"type": "text", "text": "very", "style": {"bold": True}}
        code = {"type": "text", "text": "x < y", "style": {"code": True}}
        assert text_of(composed(section("a ", bold, " good ", code))) == "a very good x < y"

    def test_blank_lines_and_threads_of_posts_stay(self) -> None:
        said = "1/ First.\n\n---\n\n2/ Second.\n\n\nEnd "
        assert text_of(composed(section(said))) == said

    def test_a_long_draft_is_whole(self) -> None:
        said = "word & word\n" * 5_000
        assert text_of(composed(section(said))) == said

    def test_a_code_block_alone_is_its_content(self) -> None:
        assert text_of(composed(preformatted("if a < b:\n    post()"))) == "if a < b:\n    post()"

    def test_what_stands_around_a_code_block_has_its_own_lines(self) -> None:
        event = composed(section("for LinkedIn:"), preformatted("line one\n\nline two"), section("Thanks"))
        assert text_of(event) == "for LinkedIn:\nline one\n\nline two\nThanks"

    def test_a_quote_is_its_words(self) -> None:
        assert text_of(composed(section("She said\n"), quoted("We\nwon"), section("\nWell done"))) == (
            "She said\nWe\nwon\n\nWell done"
        )

    def test_lists_keep_their_signs_and_indents(self) -> None:
        event = composed(
            section("Three things:\n"),
            bullets("one", section("two ", link("https://a.example"))),
            bullets("deeper", indent=1),
            bullets("first", "second", style="ordered"),
            bullets("third", style="ordered", offset=2),
            section("Bye"),
        )
        assert text_of(event) == (
            "Three things:\n• one\n• two https://a.example\n    • deeper\n1. first\n2. second\n3. third\nBye"
        )

    @pytest.mark.parametrize(
        ("url", "label", "typed"),
        [
            ("https://a.example/x?b=1&c=2", None, "https://a.example/x?b=1&c=2"),
            ("https://a.example", "https://a.example", "https://a.example"),
            ("http://a.example", "a.example", "a.example"),
            ("http://a.example/", "a.example", "a.example"),
            ("https://a.example/report", "our report", "our report (https://a.example/report)"),
            ("https://evil.example", "https://good.example", "https://good.example (https://evil.example)"),
            ("mailto:me@a.example", "me@a.example", "me@a.example"),
            ("mailto:me@a.example", None, "me@a.example"),
            ("mailto:me@a.example", "write to me", "write to me (me@a.example)"),
            ("tel:+34612345678", "612 345 678", "612 345 678"),
            ("tel:+34612345678", None, "+34612345678"),
        ],
    )
    def test_a_link_is_what_was_typed_and_its_address(self, url: str, label: str | None, typed: str) -> None:
        assert text_of(composed(section("See ", link(url, label), "."))) == f"See {typed}."
        marked = f"<{escape(url)}|{escape(label)}>" if label else f"<{escape(url)}>"
        assert text_of(message(f"See {marked}.")) == f"See {typed}."

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            ({"type": "user", "user_id": "U1"}, "@Marta"),
            ({"type": "user", "user_id": "U9"}, "@U9"),
            ({"type": "usergroup", "usergroup_id": "S1"}, "@comms"),
            ({"type": "channel", "channel_id": "C1"}, "#general"),
            ({"type": "broadcast", "range": "here"}, "@here"),
            ({"type": "color", "value": "#ff0000"}, "#ff0000"),
            ({"type": "date", "timestamp": 1764000000, "format": "{date}", "fallback": "24 November"}, "24 November"),
            ({"type": "date", "timestamp": 1764000000, "format": "{date}"}, "2025-11-24 16:00"),
            ({"type": "emoji", "name": "wave", "unicode": "1f44b"}, "👋"),
            ({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fb", "skin_tone": 2}, "👋🏻"),
            ({"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 6}, "👋🏿"),
            ({"type": "emoji", "name": "wave::skin-tone-3"}, "👋🏼"),
            ({"type": "emoji", "name": "heart", "unicode": "2764-fe0f"}, "❤️"),
            ({"type": "emoji", "name": "tada"}, "🎉"),
            ({"type": "emoji", "name": "acme_party"}, ":acme_party:"),
            ({"type": "something_new", "text": "its words"}, "its words"),
        ],
    )
    def test_other_parts(self, part: dict[str, Any], said: str) -> None:
        assert text_of(composed(section("a ", part, " z")), NAMES) == f"a {said} z"

    def test_a_table_is_lines_and_tabs(self) -> None:
        def cell(words: str) -> dict[str, Any]:
            return {"type": "rich_text", "elements": [section(words)]}

        rows = [[cell("a"), {"type": "raw_text", "text": "b"}], [cell("c"), cell("d")]]
        assert text_of(message(blocks=[{"type": "table", "rows": rows}])) == "a\tb\nc\td"

    def test_other_apps_blocks_are_not_read_but_the_text_is(self) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "from an app"}}]
        assert text_of(message("the &amp; text", blocks=blocks)) == "the & text"

    def test_a_forwarded_message_is_its_words(self) -> None:
        inner = {"blocks": [{"type": "rich_text", "elements": [section("My <draft>")]}]}
        shared = {"is_share": True, "text": "My &lt;draft&gt;", "message_blocks": [{"message": inner}]}
        assert text_of(message("", attachments=[shared])) == "My <draft>"
        assert text_of(message("", attachments=[{"is_share": True, "text": "My &lt;draft&gt;"}])) == "My <draft>"
        assert text_of(message("Mine", attachments=[shared])) == "Mine"
        assert text_of(message("", attachments=[{"text": "a preview"}])) == ""

    @given(st.text(min_size=1))
    def test_whatever_is_typed_comes_in_as_it_was_typed(self, typed: str) -> None:
        if typed.strip():
            assert text_of(composed(section(typed), text=escape(typed))) == typed
            assert text_of(composed(preformatted(typed), text=f"```{escape(typed)}```")) == typed

    @given(st.lists(st.text("57 &<:*", min_size=1).filter(str.strip), min_size=1, max_size=5))
    def test_the_composers_two_forms_say_the_same(self, lines: list[str]) -> None:
        typed = "\n".join(f"{line}\nhttps://a.example/?x=1&y=2" for line in lines)
        parts: list[dict[str, Any] | str] = []
        for line in lines:
            parts += [f"{line}\n", link("https://a.example/?x=1&y=2"), "\n"]
        blocks_alone = composed(section(*parts[:-1]))
        text_alone = message("\n".join(f"{escape(line)}\n<https://a.example/?x=1&amp;y=2>" for line in lines))
        assert text_of(blocks_alone) == typed
        assert text_of(text_alone) == typed


class TestNames:
    def test_the_ids_to_look_up_each_once(self) -> None:
        event = composed(
            section({"type": "user", "user_id": "U1"}, {"type": "user", "user_id": "U1"}),
            bullets(section({"type": "channel", "channel_id": "C1"})),
        )
        assert mentions_of(event) == ("U1", "C1")
        assert mentions_of(message("<@U1> <!subteam^S1> <#C2|named>")) == ("U1", "S1")

    def test_a_function_may_give_them(self) -> None:
        assert text_of(message("<@U1> <@U2>"), NAMES.get) == "@Marta @U2"


class TestCalls:
    """A message in a channel that calls us by name."""

    @pytest.mark.parametrize(
        ("said", "asked"),
        [
            ("<@US> may I post it?", "may I post it?"),
            ("<@US|bonvent>, may I?", "may I?"),
            ("  <@US>: <@US> - may I?", "may I?"),
            ("Hi <@US>, may I?", "may I?"),
            ("Can <@US> say whether I may?", "Can Bonvent say whether I may?"),
            ("May I name <@U1> here, <@US>?", "May I name @Marta here?"),
            ("what now <@US>", "what now"),
            ("<@US>", ""),
            ("nobody called", "nobody called"),
        ],
    )
    def test_the_call_is_no_part_of_the_question(self, said: str, asked: str) -> None:
        assert text_without_call(message(said), "US", NAMES, lambda before: before.strip() == "Hi") == asked

    def test_the_composer_s_blocks_are_read_too(self) -> None:
        event = composed(section({"type": "user", "user_id": "US"}, " may I?"))
        assert text_without_call(event, "US", {}) == "may I?"


class TestFiles:
    def test_pictures_and_their_descriptions(self) -> None:
        files = [
            {"mimetype": "image/png", "alt_txt": "Two colleagues at a desk"},
            {"mimetype": "image/gif", "alt_txt": "  "},
            {"mimetype": "application/pdf"},
            {"mimetype": "image/png", "mode": "tombstone"},
            {"mimetype": "image/jpeg"},
        ]
        event = message("look", files=files, subtype="file_share")
        assert pictures_of(event) == ["Two colleagues at a desk", None, None]
        assert other_files_of(event) == 1

    def test_texts_to_download(self) -> None:
        files = [
            {
                "mode": "snippet",
                "mimetype": "text/plain",
                "url_private_download": "https://f/1",
                "size": 9,
                "name": "a",
            },
            {"mode": "hosted", "mimetype": "text/markdown", "url_private": "https://f/2", "title": "b.md"},
            {"mode": "hosted", "mimetype": "text/html", "url_private": "https://f/3"},
            {"mode": "hosted", "mimetype": "text/plain"},
        ]
        event = message("", files=files)
        assert text_files_of(event) == [TextFile("https://f/1", 9, "a"), TextFile("https://f/2", 0, "b.md")]
        assert other_files_of(event) == 1

    def test_a_files_name_is_not_in_its_repr(self) -> None:
        assert "secret" not in repr(TextFile("https://f/1", 1, "secret plan.txt"))


class TestWhoWroteIt:
    def test_a_person(self) -> None:
        assert is_for_us(message("hello"))
        assert is_for_us(message("hello", subtype="file_share"))
        assert is_for_us(message("hello", type="app_mention"))

    @pytest.mark.parametrize(
        "fields",
        [
            {"bot_id": "B1"},
            {"bot_profile": {"id": "B1"}},
            {"subtype": "channel_join"},
            {"subtype": "message_changed"},
            {"subtype": ["file_share"]},
            {"user": "USLACKBOT"},
            {"user": None},
            {"hidden": True},
            {"type": "reaction_added"},
        ],
    )
    def test_nobody_that_we_answer(self, fields: dict[str, Any]) -> None:
        assert not is_for_us(message("hello") | fields)


class TestEdits:
    def test_changed_words(self) -> None:
        change = edited(edit(composed(section("one")), composed(section("two"))))
        assert change is not None
        channel, ts, edited_ts, inner = change
        assert (channel, ts, edited_ts) == ("D0", "1764000000.000100", "1764000100.000200")
        assert text_of(inner) == "two"
        assert "two" not in repr(change)

    def test_a_preview_or_a_style_is_no_edit(self) -> None:
        before = composed(section("see ", link("https://a.example")))
        assert edited(edit(before, before | {"attachments": [{"title": "A"}]}, edited_ts=None)) is None
        bold = {"type": "text", "text": "see ", "style": {"bold": True}}
        assert edited(edit(before, composed(section(bold, link("https://a.example"))))) is None

    def test_a_file_or_its_description_is_one(self) -> None:
        picture = {"id": "F1", "mimetype": "image/png"}
        before = composed(section("one"), files=[picture])
        assert edited(edit(before, composed(section("one"), files=[]))) is not None
        change = edited(edit(before, composed(section("one"), files=[picture | {"alt_txt": "A"}]), edited_ts=None))
        assert change is not None
        assert change.edited_ts == "1764000100.000300"

    def test_our_own_messages_and_other_events_are_none(self) -> None:
        before, after = composed(section("one")), composed(section("two"))
        assert edited(edit(before, after | {"bot_id": "B1"})) is None
        assert edited(after) is None
        assert edited(edit(before, after) | {"message": None}) is None

    def test_without_the_earlier_message_slacks_mark_decides(self) -> None:
        event = edit({}, composed(section("two")))
        del event["previous_message"]
        assert edited(event) is not None
        event["message"].pop("edited")
        assert edited(event) is None


class TestDeletions:
    def test_a_message_is_gone(self) -> None:
        event = {"type": "message", "subtype": "message_deleted", "channel": "D0", "deleted_ts": "1.2", "ts": "3.4"}
        assert deleted(event) == ("D0", "1.2")

    def test_a_message_with_a_thread_leaves_a_tombstone(self) -> None:
        stone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": "1.2"}
        event = edit(composed(section("one")), stone, edited_ts=None)
        assert deleted(event) == ("D0", "1.2")
        assert edited(event) is None

    def test_nothing_else_is_one(self) -> None:
        assert deleted(message("hello")) is None
        assert deleted(edit(composed(section("one")), composed(section("two")))) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
_KINDS = ("section", "list", "quote", "preformatted")
_PARTS = ("text", "link", "emoji", "user", "usergroup", "channel", "team", "broadcast", "date", "color", "new")
_LEAF = st.fixed_dictionaries(
    {"type": st.sampled_from(_PARTS)},
    optional={
        key: JSON | st.text(max_size=8)
        for key in ("text", "url", "name", "unicode", "skin_tone", "user_id", "range", "timestamp", "fallback", "value")
    },
)
_ELEMENT = st.recursive(
    _LEAF,
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from([f"rich_text_{kind}" for kind in _KINDS]),
            "elements": st.lists(inner | JSON, max_size=4),
        },
        optional={"style": JSON | st.just("ordered"), "indent": JSON, "offset": JSON},
    ),
    max_leaves=12,
)
_BLOCKS = st.lists(
    st.fixed_dictionaries({"type": st.just("rich_text"), "elements": st.lists(_ELEMENT, max_size=4) | JSON})
    | st.fixed_dictionaries({"type": st.just("table"), "rows": JSON}),
    max_size=3,
)
EVENT = st.dictionaries(
    st.sampled_from(["subtype", "user", "ts", "channel", "bot_id", "files", "attachments", "type", "deleted_ts"]), JSON
).flatmap(
    lambda some: st.fixed_dictionaries(
        {},
        optional={
            "blocks": _BLOCKS | JSON,
            "text": JSON | st.text("<>&|!@#^`:;amplt\n ", max_size=40),
            "files": st.lists(
                st.fixed_dictionaries({}, optional={"mimetype": JSON | st.just("image/png"), "size": JSON})
            ),
        },
    ).map(lambda more: some | more)
)


@given(EVENT, EVENT, st.sampled_from(["message_changed", "message_deleted", None]))
def test_whatever_comes_in_nothing_raises(event: dict[str, Any], before: dict[str, Any], subtype: str | None) -> None:
    changed = {**event, "subtype": subtype, "message": event, "previous_message": before}
    for each in (event, changed, {**changed, "message": [event]}):
        assert isinstance(text_of(each), str)
        assert isinstance(text_of(each, NAMES), str)
        assert isinstance(text_without_call(each, "U1", NAMES), str)
        assert all(isinstance(id_, str) for id_ in mentions_of(each))
        assert all(alt is None or alt for alt in pictures_of(each))
        assert all(file.url for file in text_files_of(each))
        assert other_files_of(each) >= 0
        assert is_for_us(each) in (True, False)
        for found in (edited(each), deleted(each)):
            assert found is None or (found.channel and found.ts)
        json.dumps(text_of(each))
