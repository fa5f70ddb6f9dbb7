"""The section behind an answer, on a manual that is published again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.coach.policy_answer import PolicyAnswer, Quoted, SeeAlso, quoted
from bot.manual.models import Citation
from bot.manual.sources import publish, published, retire
from bot.slack.modals import View
from bot.slack.policy_sections import whole_section
from bot.slack.words import Words
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import words as words_of
from tests.e2e.slack.validate import view_faults

PHOTOS = "# Photos\n\nAsk first.\n\n" + "\n\n".join(f"Rule {n}: {'ask each person, ' * 12}{n}." for n in range(20))
TEXT = f"{PHOTOS}\n\n# Logo\n\nUse it as it is.\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    say(tmp_path, TEXT)
    return tmp_path


def say(data: Path, text: str) -> None:
    (data / "guide.md").write_text(text, "utf-8")
    publish(data, data / "guide.md", name="guide")


def answer(data: Path) -> PolicyAnswer:
    """An answer that cites the second passage of the photos, as the manual stands now."""
    cited, near = (
        [p for p in published(data).values() if p.anchor == "photos"][1],
        published(data)["guide/guide.md#logo"],
    )
    citation = Citation(passage=cited.id, heading=cited.heading_path, quote=cited.text[:20])
    return PolicyAnswer(
        language="en", stance="passages", answer=citation.quote, answered=True, citations=(quoted(citation, cited),),
        see_also=(SeeAlso(passage=near.id, heading=near.heading_path),),
    )  # fmt: skip


def opened(given: PolicyAnswer, which: str, data: Path, words: Words) -> View | None:
    view = whole_section(given, which, published(data), data, words)
    if view is not None:
        assert view_faults(view, home=False) == []
        assert list(view_complaints(view)) == []
    return view


def shown(given: PolicyAnswer, which: str, data: Path, words: Words) -> str:
    view = opened(given, which, data, words)
    assert view is not None
    return words_of(view["blocks"])


def test_all_of_the_section_is_shown_and_nothing_of_others(data: Path, words: Words) -> None:
    said = shown(answer(data), "0", data, words)
    assert "Ask first." in said
    assert all(f"Rule {n}: " in said for n in range(20))
    assert "as it is" not in said
    assert words.say("section_since") not in said


def test_a_section_that_is_near_is_shown_as_it_stands_today(data: Path, words: Words) -> None:
    given = answer(data)
    assert "Use it as it is." in shown(given, "s0", data, words)
    say(data, TEXT.replace("as it is", "in blue"))
    assert "Use it in blue." in shown(given, "s0", data, words)


def test_a_section_that_changed_is_shown_as_it_was_cited_and_says_so(data: Path, words: Words) -> None:
    given = answer(data)
    say(data, TEXT.replace("Ask first.", "Ask twice."))
    said = shown(given, "0", data, words)
    assert "Ask first." in said
    assert "Ask twice." not in said
    assert words.say("section_since") in said


def test_a_change_elsewhere_in_the_file_is_no_change_of_the_section(data: Path, words: Words) -> None:
    given = answer(data)
    say(data, TEXT.replace("as it is", "in blue"))
    assert words.say("section_since") not in shown(given, "0", data, words)


def test_a_section_that_is_gone_is_shown_as_it_was_cited(data: Path, words: Words) -> None:
    given = answer(data)
    say(data, "# Logo\n\nUse it as it is.\n")
    said = shown(given, "0", data, words)
    assert "Rule 19: " in said
    assert words.say("section_since") in said
    (data / "other.md").write_text("# Other\n\nNothing.\n", "utf-8")
    publish(data, data / "other.md")
    retire(data, "guide")
    assert "Rule 19: " in shown(given, "0", data, words)
    assert opened(given, "s0", data, words) is None


def test_where_the_cited_version_isnt_kept_todays_section_is_shown_and_says_so(data: Path, words: Words) -> None:
    given = answer(data)
    lost = Quoted.model_validate(given.citations[0].model_dump() | {"version": "0" * 12})
    said = shown(given.model_copy(update={"citations": (lost,)}), "0", data, words)
    assert "Rule 19: " in said
    assert words.say("section_today") in said
    nowhere = Quoted.model_validate(lost.model_dump() | {"passage": "guide/guide.md#nothing"})
    assert opened(given.model_copy(update={"citations": (nowhere,)}), "0", data, words) is None


@pytest.mark.parametrize("which", ["", "1", "-1", "s1", "s", "s-1", "00000", "٠", "0.0", "x", "😀"])
def test_a_made_up_number_is_no_section(data: Path, words: Words, which: str) -> None:
    assert opened(answer(data), which, data, words) is None
