"""What people see, as snapshots: the README's picture is a real review. Renew with `pytest --snapshot-update`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.cli.conftest import Run, run  # noqa: F401 (fixture)

DRAFTS = {
    "en": (
        "Big news for our customer Nordhaven Clinics: we guarantee that Brisalta cuts their heating bill by 60%! "
        "Can't wait. #heatpumpsforeveryone"
    ),
    "es": "La contraseña del wifi de la demo es Tramuntana2026! y os dejo el móvil de Laura: 612 345 678",
    "ca": "Avui fa un any que treballo a Tebiora i encara aprenc coses de l'equip cada dia.",
}


class _Picture(SingleFileSnapshotExtension):
    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: object) -> str:
        return str(Path(__file__).parent)

    @classmethod
    def get_snapshot_name(cls, *, test_location: object, index: object = 0) -> str:
        return "review"


@pytest.mark.parametrize("language", DRAFTS)
def test_a_review_as_its_author_reads_it(run: Run, snapshot: SnapshotAssertion, language: str) -> None:  # noqa: F811
    assert run("review", "--no-model", DRAFTS[language]).out == snapshot


def test_the_picture_of_the_readme(run: Run, snapshot: SnapshotAssertion) -> None:  # noqa: F811
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text(f'$ bonvent review "{DRAFTS["en"]}"\n', style="bold"))
    console.print(Text(run("review", "--no-model", DRAFTS["en"]).out))
    picture = console.export_svg(title="bonvent review", unique_id="review")
    assert picture == snapshot(extension_class=_Picture)
