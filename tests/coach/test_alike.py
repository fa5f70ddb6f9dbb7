"""Questions that mean much the same as listed ones, in other words or another language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import bot.coach.alike
from bot.coach.alike import Alike
from bot.coach.prompt import shipped

KINDS = {topic.id: topic.like for topic in shipped().channels.topics}
ORDINARY = shipped().channels.ordinary


@pytest.fixture(scope="module")
def alike() -> Alike:
    return Alike(KINDS, ORDINARY)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Could I tell everybody what I earn?", "pay"),
        ("¿Me permiten contar lo poco que cobro?", "pay"),
        ("Puc explicar que ens paguen una misèria?", "pay"),
        ("Darf ich über mein Gehalt schreiben?", "pay"),
        ("Could a rival drag me before a judge?", "law"),
    ],
)
def test_what_means_the_same_is_nearer_to_its_kind_than_to_ordinary_questions(
    alike: Alike, question: str, kind: str
) -> None:
    nearer = alike.nearer(question)
    assert max(nearer, key=lambda name: nearer[name]) == kind
    assert nearer[kind] > 0


@pytest.mark.parametrize("question", ["May I show my colleagues in a picture?", "Puc penjar una foto dels companys?"])
def test_an_ordinary_question_is_nearer_to_ordinary_ones(alike: Alike, question: str) -> None:
    assert all(value < 0 for value in alike.nearer(question).values())


@pytest.mark.parametrize("question", ["", "?!", "🎉", "\ud83d"])
def test_without_words_it_is_like_nothing(alike: Alike, question: str) -> None:
    assert alike.nearer(question) == {}


def test_without_listed_questions_nothing_is_looked_at() -> None:
    assert Alike({"pay": []}, ORDINARY).nearer("May I post my salary?") == {}


def test_it_is_worked_out_once_for_a_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alike: Alike) -> None:
    first = Alike(KINDS, ORDINARY)
    first.keep_in(tmp_path)
    asked = first.nearer("May I post my salary?")
    computed: list[int] = []
    original = bot.coach.alike.embed_cached

    def counted(*args: Any, **more: Any) -> Any:
        found = original(*args, **more)
        computed.append(found[1])
        return found

    monkeypatch.setattr(bot.coach.alike, "embed_cached", counted)
    second = Alike(KINDS, ORDINARY)
    second.keep_in(tmp_path)
    assert second.nearer("May I post my salary?") == asked
    assert computed == [0]
    assert b"salary" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_folder_that_can_t_be_written_costs_nothing_but_time(tmp_path: Path, alike: Alike) -> None:
    (tmp_path / "vectors").write_text("in the way")
    other = Alike(KINDS, ORDINARY)
    other.keep_in(tmp_path / "vectors" / "deeper")
    assert other.nearer("May I post my salary?") == alike.nearer("May I post my salary?")
