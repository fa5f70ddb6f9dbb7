"""A review in Slack: complete, literal, within Slack's limits, and pleasant to read on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.coach.models import Review, Verdict
from bot.manual.models import Citation
from bot.policy.models import Category, Finding
from bot.slack import actions as ids
from bot.slack.post import Post
from bot.slack.review_blocks import review_posts
from bot.slack.words import Words
from tests.slack.limits import elements_of, faults, texts_of
from tests.slack.reading import as_read

ID = "Rw-8_abcdefghijklmnopq"
ReviewOf = Callable[..., Review]


def shown(review: Review, words: Words, **options: Any) -> list[Post]:
    given = {"with_model": False, "can_ask_human": True, "pictures_without_text": 0, **options}
    return review_posts(review, review_id=ID, words=words, **given)


def finding(quote: str = "we guarantee", **fields: Any) -> Finding:
    given: dict[str, Any] = {
        "rule": "claims.absolute",
        "category": Category.CLAIMS,
        "severity": "must-fix",
        "quote": quote,
        "start": 0,
        "end": len(quote),
        "message": "“we guarantee” is a promise that nobody can keep every time.",
        "fix": "State the fact and link it.",
        "citation": Citation(passage="own/a#claims", heading="What we make › Claims", quote="Promise nothing."),
    }
    return Finding(**given | fields)


def a_review(*findings: Finding, **fields: Any) -> Review:
    given = {"verdict": Verdict.REVISE, "findings": findings, "language": "en", "network": "linkedin"}
    return Review(**given | fields)


def pressed(posts: Sequence[Post]) -> list[str]:
    """What can be pressed, in order: action ids."""
    blocks = [block for post in posts for block in post.blocks]
    kinds = ("button", "overflow", "static_select")
    return [e["action_id"] for block in blocks for kind in kinds for e in elements_of(block, kind)]


class TestWhatIsRead:
    def test_hold_in_english_with_a_model(self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion) -> None:
        draft = (
            "Big news for our customer Nordhaven Clinics: we guarantee that Brisalta cuts their heating bill by 60%! "
            "#heatpumpsforeveryone"
        )
        posts = shown(review_of(draft), words, with_model=True, pictures_without_text=1)
        assert as_read(posts) == snapshot

    def test_revise_in_catalan_with_a_rewrite(
        self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion
    ) -> None:
        draft = (
            "Treballo a Tebiora i garantim que Brisalta redueix la factura a la meitat.\n\n#orgulldequipiunaltracosa"
        )
        rewrite = "Treballo a Tebiora. Brisalta pot reduir la factura: aquí hi ha el mesurament.\n\n#OrgullDequip <3"
        posts = shown(review_of(draft, praise="Es nota que ho dius de debò.", rewrite=rewrite), words, with_model=True)
        assert as_read(posts) == snapshot

    def test_a_password_in_spanish(self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion) -> None:
        draft = "La contraseña del wifi de la demo es Tramuntana2026! y os dejo el móvil de Laura: 612 345 678"
        posts = shown(review_of(draft, "x"), words, with_model=True)
        assert "Tramuntana2026" not in json.dumps([post.blocks for post in posts])
        assert as_read(posts) == snapshot

    def test_unjudged_in_catalan(self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion) -> None:
        draft = "Avui fa un any que treballo a Tebiora i encara aprenc coses de l'equip cada dia."
        assert as_read(shown(review_of(draft, "instagram"), words, pictures_without_text=2)) == snapshot

    def test_ready_in_spanish(self, words: Words, snapshot: SnapshotAssertion) -> None:
        review = a_review(verdict=Verdict.READY, language="es", praise="Se entiende a la primera.", network="bluesky")
        assert as_read(shown(review, words, with_model=True, can_ask_human=False)) == snapshot

    def test_protected_speech(self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion) -> None:
        draft = "We think our night shift is underpaid and I told my manager so. Join the union meeting on Friday."
        posts = shown(review_of(draft), words, with_model=True, pictures_without_text=1)
        assert as_read(posts) == snapshot

    def test_a_language_without_rules(self, review_of: ReviewOf, words: Words, snapshot: SnapshotAssertion) -> None:
        draft = "Nous sommes fiers de notre nouvelle usine, elle est magnifique et nous l'aimons beaucoup."
        assert as_read(shown(review_of(draft), words, with_model=True)) == snapshot


class TestOrder:
    def test_must_fix_comes_first_and_findings_keep_their_numbers(self, words: Words) -> None:
        review = a_review(finding("one", severity="consider"), finding("two"), finding("three", severity="consider"))
        (post,) = shown(review, words)
        quotes = [next(texts_of(quote["elements"])) for quote in elements_of(post.blocks, "rich_text_quote")]
        assert quotes == ["two", "one", "three"]
        values = [menu["options"][0]["value"] for menu in elements_of(post.blocks, "overflow")]
        assert values == [f"{ID}.1", f"{ID}.0", f"{ID}.2"]

    def test_the_verdict_is_first_with_its_network(self, words: Words) -> None:
        (post,) = shown(a_review(finding(), note="The model did not answer in time."), words)
        said = list(texts_of(post.blocks))
        assert said[:3] == [" Nearly there: fix this first.", " · LinkedIn", "The model did not answer in time."]

    def test_the_notification_holds_words_of_ours_alone(self, words: Words) -> None:
        review = a_review(
            finding("CANARY"), praise="CANARY", rewrite="CANARY", note="CANARY", open_questions=("CANARY",)
        )
        assert [post.text for post in shown(review, words)] == ["LinkedIn · Nearly there: fix this first."]


class TestRewrite:
    @pytest.mark.parametrize("length", [10, 4_999, 30_000])
    def test_it_is_copied_exactly(self, words: Words, length: int) -> None:
        rewrite = ("Line <one> & *two*\n\n`three` @someone :wave: " * length)[:length]
        posts = shown(a_review(rewrite=rewrite), words)
        blocks = [block for post in posts for block in post.blocks]
        assert "".join(t for block in elements_of(blocks, "rich_text_preformatted") for t in texts_of(block)) == rewrite
        assert (len(posts) == 1) == (length < 5_000)

    def test_as_long_as_the_coach_allows_it_is_one_block(self, words: Words) -> None:
        (post,) = shown(a_review(rewrite="word " * 1_000), words)
        assert len(list(elements_of(post.blocks, "rich_text_preformatted"))) == 1


class TestButtons:
    MODELS: Sequence[str] = (ids.USE_REWRITE, ids.SHORTER, ids.WARMER, ids.OTHER_NETWORK)

    def test_with_a_model(self, words: Words) -> None:
        posts = shown(a_review(rewrite="A better one"), words, with_model=True)
        assert set(pressed(posts)) == {
            *self.MODELS,
            ids.CHECK_AGAIN,
            ids.POSTED,
            ids.ASK_HUMAN,
            ids.HELPFUL,
            ids.NOT_HELPFUL,
        }

    def test_there_is_nothing_to_use_without_a_rewrite(self, words: Words) -> None:
        assert ids.USE_REWRITE not in pressed(shown(a_review(), words, with_model=True))

    @pytest.mark.parametrize(
        ("review", "with_model"),
        [
            (a_review(rewrite="A better one"), False),
            (a_review(finding(category=Category.CREDENTIALS)), True),
            (a_review(language="und"), True),
        ],
        ids=["no model", "a credential is never sent to it", "an answer in this language can't be checked"],
    )
    def test_without_a_model_to_ask(self, words: Words, review: Review, with_model: bool) -> None:
        assert not set(pressed(shown(review, words, with_model=with_model))).intersection(self.MODELS)

    def test_on_hold_a_human_comes_first(self, words: Words) -> None:
        posts = shown(a_review(finding(), verdict=Verdict.HOLD, rewrite="Better"), words, with_model=True)
        buttons = list(elements_of(posts[0].blocks, "button"))
        assert buttons[0]["action_id"] == ids.ASK_HUMAN
        assert [b["action_id"] for b in buttons if b.get("style") == "primary"] == [ids.ASK_HUMAN]

    def test_nobody_to_ask(self, words: Words) -> None:
        assert ids.ASK_HUMAN not in pressed(shown(a_review(verdict=Verdict.HOLD), words, can_ask_human=False))

    def test_other_networks_are_all_but_this_one(self, words: Words) -> None:
        (post,) = shown(a_review(network="x"), words, with_model=True)
        (menu,) = elements_of(post.blocks, "static_select")
        values = [option["value"] for option in menu["options"]]
        assert "x" not in values
        assert {"linkedin", "bluesky"} <= set(values)
        (row,) = [block for block in post.blocks if menu in block.get("elements", [])]
        assert row["block_id"].endswith(f":{ID}")

    def test_values_are_the_reviews_id(self, words: Words) -> None:
        posts = shown(a_review(rewrite="Better"), words, with_model=True, pictures_without_text=1)
        assert {button["value"] for button in elements_of(posts[0].blocks, "button")} == {ID}

    def test_protected_speech_has_none(self, words: Words) -> None:
        review = a_review(finding(category=Category.PERSONAL_DATA), protected=True)
        assert pressed(shown(review, words, with_model=True, pictures_without_text=1)) == []


class TestSecrets:
    DRAFT = "The key is 9f8e7d6c5b4a3921 so come in"

    def finding(self, quote: str, category: Category, **fields: Any) -> Finding:
        start = self.DRAFT.index(quote)
        return finding(quote, category=category, start=start, end=start + len(quote), **fields)

    def test_two_characters_are_shown(self, words: Words) -> None:
        secret = self.finding("9f8e7d6c5b4a3921", Category.CREDENTIALS, message="“9f8e7d6c5b4a3921” opens a door.")
        read = as_read(shown(a_review(secret), words))
        assert "9f•••" in read
        assert "“9f•••” opens a door." in read
        assert "8e7d" not in read

    @pytest.mark.parametrize("quote", ["The key is 9f8e7d6c5b4a3921 so", "key is 9f8e7d6c5b", "5b4a3921 so come in"])
    def test_another_findings_quote_does_not_tell_it(self, words: Words, quote: str) -> None:
        secret = self.finding("9f8e7d6c5b4a3921", Category.CREDENTIALS)
        read = as_read(shown(a_review(self.finding(quote, Category.TONE), secret), words))
        assert not any(self.DRAFT[at : at + 4] in read for at in range(11, 24))
        assert read.count("•••") == 2

    def test_two_that_overlap(self, words: Words) -> None:
        first = self.finding("9f8e7d6c5b", Category.CREDENTIALS)
        second = self.finding("6c5b4a3921", Category.CREDENTIALS)
        read = as_read(shown(a_review(first, second), words))
        assert not any(self.DRAFT[at : at + 4] in read for at in range(11, 24))

    def test_a_short_one_is_hidden_whole_and_other_words_stay(self, words: Words) -> None:
        pin = finding("17", category=Category.CREDENTIALS, message="“17” opens a door since 1789 and 2017.")
        assert "“•••” opens a door since 1789 and 2017." in as_read(shown(a_review(pin), words)).replace("\n", " ")


NASTY = [
    "<!channel>",
    "<@U1>",
    "<https://a.example|b>",
    "&amp; & &lt;",
    "```",
    "`x`",
    "*b*",
    ":wave:",
    "\n\n",
    "👩‍👩‍👧‍👦",
    "\u202e",
    "é" * 40,
]
WORDS = st.lists(st.sampled_from(NASTY) | st.text(min_size=1, max_size=30), min_size=1, max_size=12).map(" ".join)
LONG = st.tuples(WORDS, st.sampled_from([1, 1, 1, 3, 200])).map(lambda both: (both[0] * both[1])[:5_000])
CITATION = st.builds(Citation, passage=st.just("own/a#b"), heading=LONG, quote=LONG)
FINDING = st.builds(
    Finding,
    rule=st.just("claims.absolute"),
    category=st.sampled_from(Category),
    severity=st.sampled_from(["must-fix", "consider"]),
    quote=LONG | st.just(""),
    start=st.integers(0, 5_000),
    end=st.integers(0, 10_000),
    message=LONG | st.just(""),
    fix=LONG | st.just(""),
    citation=CITATION,
)
REVIEW = st.builds(
    Review,
    verdict=st.sampled_from(Verdict),
    findings=st.lists(FINDING, max_size=6).map(tuple),
    praise=st.none() | LONG,
    rewrite=st.none() | LONG,
    citations=st.lists(CITATION, max_size=4).map(tuple),
    open_questions=st.lists(LONG, max_size=6).map(tuple),
    language=st.sampled_from(["en", "es", "ca", "und", "fr"]),
    network=st.sampled_from(["linkedin", "x", "<!here>"]),
    note=st.none() | LONG,
    protected=st.booleans(),
)
HUGE = "<!channel> & `x` <@U1> 👩‍👩‍👧‍👦 " * 180


@settings(max_examples=60, deadline=None)
@given(REVIEW, st.booleans(), st.booleans(), st.integers(0, 3))
@example(
    a_review(
        *[finding(HUGE, message=HUGE, fix=HUGE, severity="consider" if n % 2 else "must-fix") for n in range(40)],
        rewrite=HUGE * 4,
        open_questions=(HUGE,) * 9,
    ),
    True,
    True,
    3,
)
@example(a_review(*[finding() for _ in range(40)], verdict=Verdict.HOLD, rewrite=HUGE), True, True, 1)
def test_whatever_a_review_holds_slack_takes_it_and_reads_words_alone(
    words: Words, review: Review, with_model: bool, can_ask_human: bool, pictures: int
) -> None:
    posts = shown(review, words, with_model=with_model, can_ask_human=can_ask_human, pictures_without_text=pictures)
    assert [fault for post in posts for fault in faults(post)] == []
    blocks = [block for post in posts for block in post.blocks]
    assert all(post.text in {posts[0].text, posts[-1].text} for post in posts)
    complaints = [option["value"] for menu in elements_of(blocks, "overflow") for option in menu["options"]]
    numbers = [] if review.protected else [f"{ID}.{n}" for n in range(len(review.findings))]
    assert sorted(complaints) == sorted(numbers)
    assert sum(text.startswith("→ ") for text in texts_of(blocks)) >= len(review.findings)
    rewrite = "".join(t for block in elements_of(blocks, "rich_text_preformatted") for t in texts_of(block))
    assert rewrite == (review.rewrite or "")
    assert len(pressed(posts)) == len(set(pressed(posts))) + max(0, len(numbers) - 1)
