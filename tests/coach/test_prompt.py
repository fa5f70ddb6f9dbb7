"""Prompt files say what they are for, and a broken one says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.coach.prompt import NOTES, load_prompt, shipped
from bot.datafile import KnowledgeError

GOOD = "---\npurpose: To greet.\ninputs: [name]\nversion: 1\n---\nHello {{name}}.\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hello.md"
    path.write_text(text)
    return path


def test_a_prompt_is_filled(tmp_path: Path) -> None:
    assert load_prompt(write(tmp_path, GOOD)).fill(name="Ona") == "Hello Ona."


def test_an_input_is_never_read_as_a_template(tmp_path: Path) -> None:
    assert load_prompt(write(tmp_path, GOOD)).fill(name="{{name}}") == "Hello {{name}}."


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("{{name}}", "{{name}} {{nme}}", r"hello\.md:6: unknown input {{nme}}"),
        ("{{name}}", "you", r"hello\.md:3: input “name” isn't used"),
        ("version: 1", "version: one", r"hello\.md:4: version"),
        ("version: 1\n", "", r"version: is missing"),
        ("purpose", "purpos", r"hello\.md:2: purpos: unknown key\. Did you mean “purpose”"),
        ("---\npurpose", "purpose", r"hello\.md:1: start with front matter"),
        ("Hello {{name}}.", "", r"isn't used"),
        ("inputs: [name]", "inputs: [name", r"hello\.md:\d: not valid YAML"),
    ],
)
def test_a_broken_prompt_names_file_and_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(KnowledgeError, match=complaint):
        load_prompt(write(tmp_path, GOOD.replace(old, new, 1)))


def test_a_wrong_input_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"hello\.md: inputs must be who"):
        load_prompt(write(tmp_path, GOOD)).fill(who="Ona")


def test_the_shipped_prompts_are_whole() -> None:
    prompts = shipped()
    assert "Ona & Co" in prompts.review.fill(company="Ona & Co", language="Catalan", network="X")
    for reason, texts in prompts.phrases.notes.items():
        assert set(texts) == {"en", "es", "ca"}, reason
    assert set(NOTES) == set(prompts.phrases.notes)


def test_a_note_falls_back_to_english() -> None:
    phrases = shipped().phrases
    assert phrases.note("time", "de") == phrases.note("time", "en")
