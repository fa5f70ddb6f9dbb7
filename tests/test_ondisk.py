"""Tables on disk give what they gave in memory."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from bot import language
from bot.manual.embed import UseEmbedder
from bot.ondisk import OnDisk

TEXTS = [
    "Proud of what my team shipped today #heatpumps 🎉",
    "La contraseña del wifi es Tramuntana2026! y os dejo el móvil de Laura",
    "Avui fa un any que treballo a Tebiora i encara aprenc coses de l'equip",
    "Heute haben wir die neue Anlage eröffnet.",
]


def test_rows_and_numbers_are_the_tables(tmp_path: Path) -> None:
    table = np.arange(5000 * 7, dtype=np.uint32).reshape(5000, 7)
    kept = OnDisk(table, tmp_path)
    wanted = np.array([4999, 0, 17, 17])
    assert (kept[wanted] == table[wanted]).all()
    numbers = kept.numbers()
    assert [numbers[at] for at in (0, 8, 34999)] == [0, 8, 34999]
    kept.let_go()
    assert numbers[34999] == 34999


def test_rows_are_memory_of_their_own(tmp_path: Path) -> None:
    kept = OnDisk(np.zeros((10, 3)), tmp_path)
    kept[np.array([1])][:] = 5.0
    assert not kept[np.array([1])].any()


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    kept = OnDisk(np.zeros((10, 3)), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not kept[np.array([0])].any()


def test_many_threads_read_at_once(tmp_path: Path) -> None:
    table = np.random.default_rng(7).integers(0, 255, (20_000, 64), dtype=np.uint8)
    kept = OnDisk(table, tmp_path)
    wrong: list[int] = []

    def read(seed: int) -> None:
        for rows in np.random.default_rng(seed).integers(0, len(table), (100, 50)):
            if not (kept[rows] == table[rows]).all():
                wrong.append(seed)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_vectors_are_the_same_from_disk(tmp_path: Path) -> None:
    embedder = UseEmbedder()
    before = embedder.embed(TEXTS)
    for _ in range(2):
        embedder.settle(tmp_path)
        assert (embedder.embed(TEXTS) == before).all()


def test_languages_are_the_same_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = language._Model()
    before = [model.rank(text) for text in TEXTS]
    for _ in range(2):
        model.settle(tmp_path)
        assert [model.rank(text) for text in TEXTS] == before
    monkeypatch.setattr(language, "_model", lambda: model)
    assert [language.detect(text, ("en", "es", "ca")) for text in TEXTS] == ["en", "es", "ca", "und"]


def test_without_room_on_disk_all_works_from_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "missing"
    embedder = UseEmbedder()
    embedder.settle(nowhere)
    assert embedder.embed(TEXTS).shape == (4, 512)
    model = language._Model()
    monkeypatch.setattr(language, "_model", lambda: model)
    language.warm(nowhere)
    assert language.detect(TEXTS[2], ("en", "es", "ca")) == "ca"
