"""What differs between two manuals, in sections."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.manual.blocks import sections
from bot.manual.changes import Changes, compare
from bot.manual.chunk import chunk
from bot.manual.models import Passage
from bot.manual.read_markdown import markdown_blocks


def passages(text: str, file: str = "a.md", language: str = "en", source: str = "book") -> list[Passage]:
    found = sections(markdown_blocks(text), "Untitled")
    return chunk(found, source=source, path=file, language=language, version="0" * 12)


def headings(changes: Changes) -> dict[str, list[str]]:
    return {kind: [change.heading[-1] for change in getattr(changes, kind)] for kind in ("added", "changed", "removed")}


OLD = "# Claims\n\nNever guarantee. Name your source.\n\n# Faces\n\nAsk first.\n\n# Pay\n\nIt is yours to talk about.\n"


def test_sections_are_added_changed_removed_or_left() -> None:
    new = OLD.replace("Never guarantee.", "Never promise.").replace(
        "# Faces\n\nAsk first.", "# Alt text\n\nDescribe it."
    )
    changes = compare(passages(OLD), passages(new))
    assert headings(changes) == {"added": ["Alt text"], "changed": ["Claims"], "removed": ["Faces"]}
    assert changes.unchanged == 1
    assert changes.changed[0].diff == ("  Claims (en)", "- Never guarantee.", "+ Never promise.", "  Name your source.")
    assert (changes.added[0].before, changes.added[0].after) == ("", "Describe it.")
    assert (changes.removed[0].before, changes.removed[0].after) == ("Ask first.", "")


def test_the_same_is_no_change() -> None:
    changes = compare(passages(OLD), passages(OLD))
    assert (bool(changes), changes.unchanged) == (False, 3)


def test_how_a_section_is_cut_into_passages_does_not_count() -> None:
    text = "# Long\n\n" + "\n\n".join(" ".join(["word"] * 99) + "." for _ in range(3))
    whole = passages(text)
    assert len(whole) > 1
    joined = [whole[0].model_copy(update={"text": " ".join(p.text for p in whole)})]
    assert not compare(whole, joined)


def test_editions_are_counted_apart() -> None:
    before = [*passages(OLD, "en/a.md", "en"), *passages("# Caras\n\nPide permiso.", "es/a.md", "es")]
    after = [
        *passages(OLD.replace("Never", "Do not"), "en/a.md", "en"),
        *passages("# Caras\n\nPide permiso.\n\n# Sueldo\n\nEs cosa tuya.", "es/a.md", "es"),
        *passages("# Cares\n\nDemana permís.", "ca/a.md", "ca"),
    ]
    counted = compare(before, after).by_language()
    assert {language: counts.model_dump() for language, counts in counted.items()} == {
        "es": {"added": 1, "changed": 0, "removed": 0},
        "ca": {"added": 1, "changed": 0, "removed": 0},
        "en": {"added": 0, "changed": 1, "removed": 0},
    }


def test_a_file_of_another_name_is_the_same_section() -> None:
    changes = compare(passages(OLD, "handbook-2025.md"), passages(OLD, "handbook-2026.md"))
    assert not changes
    changes = compare(passages(OLD, "v1.md"), passages(OLD.replace("Ask first.", "Ask twice."), "v2.md"))
    assert headings(changes) == {"added": [], "changed": ["Faces"], "removed": []}


def test_another_heading_over_the_same_words_is_a_change() -> None:
    changes = compare(passages(OLD), passages(OLD.replace("# Faces", "# People in pictures")))
    assert headings(changes) == {"added": [], "changed": ["People in pictures"], "removed": []}
    assert changes.changed[0].diff == ("- Faces (en)", "+ People in pictures (en)", "  Ask first.")


def test_the_same_words_said_to_be_in_another_language_are_a_change() -> None:
    changes = compare(passages(OLD), passages(OLD, language="es"))
    assert headings(changes) == {"added": [], "changed": ["Claims", "Faces", "Pay"], "removed": []}
    assert changes.changed[1].diff[:2] == ("- Faces (en)", "+ Faces (es)")


def test_a_section_of_thousands_of_sentences_is_compared_at_once() -> None:
    before = passages("# Long\n\n" + "\n\n".join(f"Rule {n} says {n % 7}." for n in range(8000)))
    after = passages("# Long\n\n" + "\n\n".join(f"Rule {n} says {n % 5}." for n in range(8000)))
    diff = compare(before, after).changed[0].diff
    assert len(diff) <= 40


def test_a_sentence_that_looks_like_a_mark_of_a_difference_is_shown() -> None:
    before, after = passages("# A\n\n@@ one\n\n-- two\n"), passages("# A\n\n@@ one\n\n++ three\n")
    assert compare(before, after).changed[0].diff == ("  @@ one", "- -- two", "+ ++ three")


text = st.lists(
    st.tuples(st.sampled_from(["Claims", "Faces", "Pay", "Tone"]), st.sampled_from(["Ask.", "Never do.", "Say who."])),
    max_size=8,
).map(lambda rows: "\n\n".join(f"# {heading}\n\n{words}" for heading, words in rows))


@settings(max_examples=60, deadline=None)
@given(text, text)
def test_every_section_is_told_of_once(before: str, after: str) -> None:
    old, new = passages(before), passages(after)
    changes = compare(old, new)
    was, now = {p.section for p in old}, {p.section for p in new}
    assert len(changes.added) + len(changes.changed) + changes.unchanged == len(now)
    assert len(changes.removed) + len(changes.changed) + changes.unchanged == len(was)
    assert not compare(new, new)
    back = compare(new, old)
    assert (len(back.added), len(back.removed)) == (len(changes.removed), len(changes.added))
