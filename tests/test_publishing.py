"""Publishing with the rules in view: which would rest, who was quicker, and passages that managers write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot import gaps, parts, publishing
from bot.manual.blocks import sections
from bot.manual.read_markdown import markdown_blocks
from bot.manual.sources import manifest, publish, published
from bot.manual.store import ManualError
from bot.manual.written import as_markdown
from bot.settings import Settings, load_settings

RULES = """
rules:
  - id: claims.absolute
    severity: must-fix
    match: {terms: [guaranteed]}
    message: {en: "“{match}” needs a public source."}
    fix: {en: Say the figure.}
    manual: {ref: claims, quote: {en: Never guarantee a result without a public source.}}
    tests: {bad: ["[[guaranteed]]"], good: ["not sure"]}
  - id: confidential.plans
    severity: must-fix
    match: {terms: [roadmap]}
    message: {en: "“{match}” is not out yet."}
    fix: {en: Leave it out.}
    manual: {ref: plans, quote: {en: Our plans for next year stay with us.}}
    tests: {bad: ["[[roadmap]]"], good: ["a road"]}
"""
PLANS = b"# Plans {#plans}\n\nOur plans for next year stay with us.\n"


def silent(_: str) -> None:
    raise AssertionError("nothing is to be said")


@pytest.fixture
def settings(write_knowledge: Callable[..., Path], tmp_path: Path) -> Settings:
    """A company whose own manual carries one rule's quote of two."""
    made = load_settings(write_knowledge(RULES)).model_copy(update={"data_folder": tmp_path / "data"})
    parts.publish_own(made, silent)
    return made


def upload(settings: Settings, content: bytes, name: str = "plans.md", source: str | None = None) -> publishing.Staged:
    return publishing.stage(settings, {name: content}, source)


def test_a_rule_whose_quote_comes_works_again_and_one_whose_quote_goes_rests(settings: Settings) -> None:
    staged = upload(settings, PLANS)
    seen = publishing.preview(settings, staged)
    assert [(r.rule, r.languages, r.section) for r in seen.working_again] == [("confidential.plans", ("en",), "plans")]
    assert seen.suspended == ()
    assert [(c.kind, c.heading[-1]) for c in seen.changes.all] == [("added", "Plans")], (
        "of other sources nothing is told"
    )
    publishing.publish_staged(settings, staged.id, "U01")
    seen = publishing.preview(settings, upload(settings, PLANS.replace(b"next year", b"later years")))
    assert [(r.rule, r.quotes) for r in seen.suspended] == [
        ("confidential.plans", ("Our plans for next year stay with us.",))
    ]
    assert seen.working_again == ()
    assert seen.changes.changed[0].diff == (
        "  Plans (en)", "- Our plans for next year stay with us.", "+ Our plans for later years stay with us.",
    )  # fmt: skip


def test_a_rule_that_rests_before_and_after_is_not_told_of(settings: Settings) -> None:
    seen = publishing.preview(settings, upload(settings, b"# Lamps\n\nA lamp is a lamp.\n"))
    assert (seen.suspended, seen.working_again) == ((), ())


def test_before_anything_is_published_the_own_manual_counts_as_it_stands_on_disk(
    settings: Settings, tmp_path: Path
) -> None:
    fresh = settings.model_copy(update={"data_folder": tmp_path / "fresh"})
    seen = publishing.preview(fresh, upload(fresh, PLANS))
    assert [r.rule for r in seen.working_again] == ["confidential.plans"]


def test_a_quote_that_the_own_manual_has_on_disk_brings_no_rule_back(settings: Settings, tmp_path: Path) -> None:
    fresh = settings.model_copy(update={"data_folder": tmp_path / "fresh"})
    claims = b"# Claims {#claims}\n\nNever guarantee a result without a public source.\n"
    seen = publishing.preview(fresh, upload(fresh, claims, "claims.md"))
    assert (seen.suspended, seen.working_again) == ((), ())


def test_the_own_manual_is_compared_with_itself(settings: Settings) -> None:
    folder = settings.knowledge / "manual"
    guide = folder / "en" / "guide.md"
    guide.write_text(guide.read_text("utf-8").replace("guarantee a result", "promise a result"), "utf-8")
    seen = publishing.preview(settings, publishing.stage(settings, folder))
    assert seen.staged.source == "manual"
    assert [r.rule for r in seen.suspended] == ["claims.absolute"]


def test_a_loaded_policy_can_be_given(settings: Settings) -> None:
    from bot.policy.loader import load_policy

    policy = load_policy(settings.knowledge)
    (settings.knowledge / "policy" / "rules.yaml").unlink()
    assert publishing.preview(settings, upload(settings, PLANS), policy).working_again


def test_the_other_manager_is_told_looks_again_and_publishes(settings: Settings) -> None:
    mine, yours = upload(settings, PLANS), upload(settings, b"# Pets\n\nNo pets on deck.\n", "pets.md")
    publishing.publish_staged(settings, mine.id, "U01")
    with pytest.raises(publishing.Conflict, match="U01") as caught:
        publishing.publish_staged(settings, yours.id, "U02")
    assert caught.value.versions[0].sources == ("plans",)
    with pytest.raises(publishing.Conflict):
        publishing.retire(settings, "plans", "U02", base=yours.base)
    again = publishing.look_again(settings, yours.id)
    assert [c.heading[-1] for c in publishing.preview(settings, again).changes.added] == ["Pets"]
    publishing.publish_staged(settings, again.id, "U02")
    assert set(manifest(settings.data).sources) == {"manual", "plans", "pets"}


@pytest.mark.parametrize("name", ["manual", "answers"])
def test_reserved_names_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(ManualError, match="choose another name"):
        upload(settings, PLANS, source=name)


def test_the_own_manual_is_retired_by_emptying_its_folder(settings: Settings) -> None:
    with pytest.raises(ManualError, match=r"empty .*manual to retire it"):
        publishing.retire(settings, "manual", "U01")
    for file in (settings.knowledge / "manual").rglob("*.md"):
        file.unlink()
    parts.publish_own(settings, silent)
    assert published(settings.data) == {}


def test_a_written_passage_is_published_at_once(settings: Settings) -> None:
    report = publishing.write_passage(settings, "May I bring a dog?", "Yes:\n- on a lead\n- on Fridays", "en", "U01")
    assert report.version is not None
    (touched,) = report.version.touched
    assert (touched.kind, touched.heading, touched.language) == ("added", ("May I bring a dog?",), "en")
    passage = published(settings.data)[touched.section]
    assert (passage.manual, passage.text) == ("answers", "Yes:\n\n- on a lead\n- on Fridays")
    publishing.write_passage(settings, "May I bring a dog?", "Not to the lab.", "en", "U02")
    answers = [p for p in published(settings.data).values() if p.manual == "answers"]
    assert [(p.anchor, p.text) for p in answers][1] == ("may-i-bring-a-dog-2", "Not to the lab.")
    assert answers[0] == passage.model_copy(update={"version": answers[0].version}), "what was there stays as it was"
    publishing.retire(settings, "answers", "U01")
    publishing.write_passage(settings, "Anew", "From nothing.", "en", "U01")
    assert [p.text for p in published(settings.data).values() if p.manual == "answers"] == ["From nothing."]


def test_a_passage_that_a_crash_left_half_published_is_written_once(settings: Settings) -> None:
    words = ("Dogs", "Yes:\n- on a lead", "en")
    publishing.write_passage(settings, *words, "U01")
    publishing.write_passage(settings, "Dogs", "Not in the lab.", "en", "U01")
    for _ in range(2):  # the file was written, and what came after it wasn't noted
        assert gaps.write(settings, *words, "U01") == "answers/en/answers.md#dogs"
    assert gaps.write(settings, "Dogs", "Not in the lab.", "en", "U01") == "answers/en/answers.md#dogs-2"
    assert len([p for p in published(settings.data).values() if p.manual == "answers"]) == 2
    with pytest.raises(ManualError, match="already"):
        gaps.write(settings, "dogs", "On Mondays.", "en", "U01")


def test_written_passages_of_many_at_once_are_all_there(settings: Settings) -> None:
    threads = [
        threading.Thread(target=publishing.write_passage, args=(settings, f"Rule {n}", f"Say {n}.", "en", f"U{n}"))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = sorted(p.text for p in published(settings.data).values() if p.manual == "answers")
    assert written == [f"Say {n}." for n in range(6)]


@pytest.mark.parametrize(
    ("heading", "text", "language", "why"),
    [
        ("", "Text.", "en", "write both"),
        ("Heading", " \n ", "en", "write both"),
        ("Heading", "Text.", "de", "one of en"),
        ("Heading", "x" * 10_001, "en", "at most"),
        ("x" * 151, "Text.", "en", "at most"),
    ],
)
def test_a_passage_that_is_none_is_refused(
    settings: Settings, heading: str, text: str, language: str, why: str
) -> None:
    with pytest.raises(ManualError, match=why):
        publishing.write_passage(settings, heading, text, language, "U01")
    assert "answers" not in manifest(settings.data).sources


@hypothesis_settings(max_examples=400, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], include_characters="\n"), min_size=1),
       st.text(st.sampled_from("ab #*_`~-+=:|<>[]{}()!\\&1.)\n\"'$%"), min_size=1, max_size=60))  # fmt: skip
def test_what_a_manager_writes_is_one_section_of_just_these_words(any_text: str, marks: str) -> None:
    for text in (any_text, marks, f"Only:\n{marks}"):
        if not text.strip():
            continue
        heading = " ".join(text.split())[:80].strip()
        found = sections(markdown_blocks(as_markdown(heading, text, "own") + as_markdown("Next", "More.", "next")), "X")
        assert [(s.anchor, s.heading) for s in found] == [("own", (heading,)), ("next", ("Next",))]
        read = "".join("".join(block.text for block in found[0].blocks).split())
        written = "".join(text.split())
        assert read.replace("-", "") == written.replace("-", "").replace("•", "") or _only_signs_differ(read, written)


def _only_signs_differ(read: str, written: str) -> bool:
    """The sign of a list item may become another sign of one."""
    signs = str.maketrans("", "", "-*+•0123456789.)")
    return read.translate(signs) == written.translate(signs)


def test_while_a_manual_is_published_the_old_one_answers_and_afterwards_the_new_one(settings: Settings) -> None:
    coach = parts.coach_for(settings, lambda _: None, with_model=False)
    question = "may the parrot be shown on the bridge?"

    def best(coach: parts.Coach) -> str:
        return coach.manual.search(question, "en", k=1)[0].passage.manual

    assert best(coach) == "manual"
    sections = "".join(f"## Place {n}\n\nThe parrot of deck {n} is never shown on bridge {n}.\n\n" for n in range(150))
    staged = upload(settings, sections.encode(), "parrots.md")
    publishing.publish_staged(settings, staged.id, "U01")
    seen: list[tuple[str, str]] = []
    fresh = parts.newer(settings, coach, lambda _: None, lambda what, done, total: seen.append((what, best(coach))))
    assert {what for what, _ in seen} == {"embedding", "indexing"}
    assert {manual for _, manual in seen} == {"manual"}, "while it is built, the old one answers"
    assert fresh is not None
    assert best(fresh) == "parrots"
    assert best(coach) == "manual", "what began with the old one ends with it"


def test_other_sources_are_left_alone(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "more.md").write_text("# More\n\nMore words.\n", "utf-8")
    publish(settings.data, tmp_path / "more.md")
    before = {i: p for i, p in published(settings.data).items() if p.manual != "plans"}
    publishing.publish_staged(settings, upload(settings, PLANS).id, "U01")
    assert {i: p for i, p in published(settings.data).items() if p.manual != "plans"} == before
