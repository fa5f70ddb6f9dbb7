"""What community managers read of a manual on its way: complete, literal, within Slack's limits, in three languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.manual.blocks import Limits, Unreadable
from bot.manual.changes import Changes, Counts, compare
from bot.manual.models import Passage
from bot.manual.read import read
from bot.slack import actions as ids
from bot.slack.keys import Key
from bot.slack.manual_blocks import (
    Effect,
    Published,
    RuleLine,
    Unread,
    again_post,
    done_post,
    manual_view,
    mark,
    name_problem,
    preview_post,
    retire_post,
    source_id,
    unread,
    unreadable_post,
)
from bot.slack.manual_wish import Wish
from bot.slack.post import Post
from bot.slack.words import Words
from tests.conftest import ROOT
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import words as shown
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of, faults
from tests.slack.reading import as_read

VALUE = f"{'s' * 22}.123456789012"
RULE = RuleLine("Do you have their consent in writing?", ["Name a customer only with their written consent."])
BACK = RuleLine("Is it announced already?", ["What we haven't announced stays with us."])
READ: tuple[Key, ...] = tuple(key for key in get_args(Key) if key.startswith("unread_"))


def passages(*texts: tuple[str, str], language: str = "en") -> list[Passage]:
    return [
        Passage(
            id=f"brand/guide.md#{heading.lower()}", manual="brand", language=language, version="0" * 12,
            anchor=heading.lower(), heading=("Guide", heading), text=text,
        )
        for heading, text in texts
    ]  # fmt: skip


def many(count: int) -> Changes:
    return compare([], passages(*((f"Heading{number}", "Words.") for number in range(count))))


def changed() -> Changes:
    before = passages(("Customers", "Name a customer only with their consent."), ("Hats", "Hats are welcome."))
    return compare(before, passages(("Customers", "Ask before you name a customer."), ("Dogs", "Dogs are welcome.")))


def posts(words: Words) -> dict[str, Post]:
    effect = Effect(changed(), [RULE], [BACK])
    quicker = Published("Pol Serra", "coffee", 8, "2026-11-23")
    broken = [unread("broken.pdf", "the PDF is broken (PdfStreamError)"), Unread("away.md", "unread_unreachable")]
    said = words.say("manuals_published", version=9)
    return {
        "a new manual": preview_post(words, VALUE, "brand", Effect(many(12)), replaces=False),
        "another in its place": preview_post(words, VALUE, "brand", effect, replaces=True, unread=broken),
        "nothing would change": preview_post(words, VALUE, "brand", Effect(Changes(unchanged=3)), replaces=True),
        "nothing can be read": unreadable_post(words, [*broken, unread("scan.pdf", "it is probably scanned")]),
        "somebody was quicker": again_post(words, words.say("manuals_conflict"), VALUE, quicker),
        "it failed": again_post(words, words.say("manuals_failed"), VALUE),
        "published": done_post(said, words, "brand", Counts(added=1, changed=1, removed=1)),
        "to be retired": retire_post(words, VALUE, "brand", Effect(compare(passages(("Hats", "Hats.")), []), [RULE])),
        "retired": done_post(words.say("manuals_retired", version=10), words, "brand", Counts(removed=1)),
    }


class TestWhatManagersRead:
    @pytest.mark.parametrize("language", ["en", "es", "ca"])
    def test_posts(self, words: Words, language: str, snapshot: SnapshotAssertion) -> None:
        made = posts(words.within(language))
        assert "\n\n\n".join(f"== {name}\n{as_read(post)}" for name, post in made.items()) == snapshot

    @pytest.mark.parametrize("language", ["en", "es", "ca"])
    def test_the_modal(self, words: Words, language: str, snapshot: SnapshotAssertion) -> None:
        spoken = words.within(language)
        view = manual_view(spoken, ["brand", "drafts"])
        assert f"{view['title']['text']}\n{shown(view['blocks'])}\n{name_problem(spoken)}" == snapshot
        assert [*view_faults(view, home=False), *view_complaints(view)] == []

    def test_slack_takes_them_and_notifications_tell_nothing_of_the_files(self, words: Words) -> None:
        for name, post in posts(words).items():
            assert [*faults(post), *message_faults(post.blocks)] == [], name
            for told in ("brand", "broken", "Customers", "coffee", "consent"):
                assert told not in post.text, name


class TestPreview:
    def test_ten_headings_of_each_kind_and_how_many_more(self, words: Words) -> None:
        said = as_read(preview_post(words, VALUE, "brand", Effect(many(12)), replaces=False))
        assert "New sections: 12" in said
        assert "Heading9 " in said
        assert "Heading10" not in said
        assert "and 2 more" in said

    def test_buttons_carry_an_id_and_a_mark(self, words: Words) -> None:
        buttons = list(elements_of(preview_post(words, VALUE, "b", Effect(many(1)), replaces=False).blocks, "button"))
        assert [(b["action_id"], b["value"]) for b in buttons] == [
            (ids.MANUAL_PUBLISH, VALUE),
            (ids.MANUAL_DISCARD, VALUE),
        ]

    def test_retiring_asks_once_more(self, words: Words) -> None:
        post = retire_post(words, VALUE, "brand", Effect(many(1)))
        retire, keep = elements_of(post.blocks, "button")
        assert "I stop answering with it" in retire["confirm"]["text"]["text"]
        assert "confirm" not in keep

    def test_every_button_is_one_that_is_listened_to(self, words: Words) -> None:
        for post in posts(words).values():
            for button in elements_of(post.blocks, "button"):
                assert ids.MANUAL_BUTTON.fullmatch(button["action_id"])


def reasons() -> Iterator[str]:
    """All that the manual's readers say of a file they can't read, with a 7 for each value."""
    for path in sorted((ROOT / "bot" / "manual").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unreadable" and node.args:
                said = node.args[0]
                for text in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                    if isinstance(text, ast.JoinedStr):
                        yield "".join(
                            str(part.value) if isinstance(part, ast.Constant) else "7" for part in text.values
                        )
                    elif isinstance(text, ast.Constant):
                        yield str(text.value)


class TestWhatCantBeRead:
    def test_whatever_the_readers_say_has_a_sentence_that_says_what_to_do(self) -> None:
        found = list(reasons())
        assert len(found) > 20
        # Of files on this machine, never of an upload.
        elsewhere = {"it is not a file", "it can't be opened (7)"}
        assert [why for why in found if unread("x.pdf", why).says == "unread_other" and why not in elsewhere] == []

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("a.xlsx", b"PK\x03\x04", "unread_kind"),
            ("a.pdf", b"%PDF-1.4 nonsense", "unread_damaged"),
            ("a.pdf", b"words", "unread_damaged"),
            ("a.docx", b"PK\x03\x04 nonsense", "unread_damaged"),
            ("a.docx", b"\xd0\xcf\x11\xe0", "unread_password"),
            ("a.md", b"   ", "unread_empty"),
            ("a.md", b"caf\xe9 con leche", "unread_encoding"),
            ("a.html", b"<p></p>", "unread_empty"),
        ],
    )
    def test_real_files(self, name: str, content: bytes, says: Key) -> None:

        with pytest.raises(Unreadable) as error:
            read(Path(name), content, Limits())
        assert unread(name, str(error.value)).says == says

    @pytest.mark.parametrize("key", READ)
    def test_each_says_what_to_do(self, words: Words, key: Key) -> None:
        said = as_read(unreadable_post(words, [Unread("x", key)])).replace("\n  ", " ")
        assert re.search(r"(Save|Split|Run|Upload|Check|Open) ", said)


class TestWishes:
    def test_a_key_stands_for_its_wish(self) -> None:
        wish = Wish("read", "brand.2", "U1", 0, "V0:7", ("F1", "F2"))
        assert Wish.of(wish.key) == Wish("read", "brand.2", "U1", 0, "V0-7", ("F1", "F2"))
        wish = Wish("publish", "s-_" * 7 + "s", "U1", mark("ab" * 32), "1795617697.332533")
        assert Wish.of(wish.key) == wish

    def test_a_source_is_known_by_an_id_that_doesnt_tell_its_name(self) -> None:
        assert re.fullmatch("[0-9a-f]{22}", source_id("secret-plans"))
        assert source_id("a") != source_id("b")

    def test_nothing_published_has_a_mark_too(self) -> None:
        assert mark("") == 0


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3_000).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(said=TEXT, count=st.integers(0, 40), language=st.sampled_from(["en", "es", "ca"]))
def test_whatever_a_file_says_slack_takes_it_literally(words: Words, said: str, count: int, language: str) -> None:
    one = Passage(
        id="brand/a#b", manual="brand", language="en", version="0" * 12, anchor="b", heading=(said, said), text=said
    )
    changes = compare([], [one.model_copy(update={"id": f"brand/a{n}#b"}) for n in range(count)])
    rules = [RuleLine(said, [said])] * count
    spoken = words.within(language)
    effect = Effect(changes, rules, rules)
    post = preview_post(spoken, VALUE, said[:60], effect, replaces=True, unread=[Unread(said, "unread_large")] * count)
    assert [*faults(post), *message_faults(post.blocks)] == []
    again = again_post(spoken, spoken.say("manuals_conflict"), VALUE, Published(said, said, 7, "2026-11-23"))
    assert faults(again) == []
