"""Extract files of people who do not exist, and the truth about them.

    FOLDER/DATASET/VERSION.KIND.csv     what a department would deliver; or .parquet
    TRUTH/people.csv records.csv effects.csv withdrawn.csv   who they are, whose each row is, what causes what
    TRUTH/world.json                    how many people and which seed made them: no other world is written among these files

The same number of people and the same seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boldlink.errors import BadInput
from boldlink.synthetic.blocks import blocks_of
from boldlink.synthetic.deliveries import FIRST_SHEETS, SECOND_SHEETS, TRUTH, first_delivery, second_delivery
from boldlink.synthetic.departments.row import Headers
from boldlink.synthetic.same_world import keep_world
from boldlink.synthetic.stream import Deliver, File, Say, write_files

MOST_PEOPLE = 5_000_000  # with more, some number spaces would run out
FORMATS = ("csv", "parquet")


@dataclass(frozen=True)
class Summary:
    """What was written: rows by extract file, people."""

    rows: Mapping[str, int]
    people: int


def write_extracts(
    folder: Path, truth: Path, *, people: int = 20_000, seed: int = 1, progress: Say | None = None,
    processes: int | None = None, format: str = "csv",
) -> Summary:  # fmt: skip
    """The first delivery: every dataset in full, and one council's file that must be refused.

    Memory is bounded; `processes` is one for few people, else two, unless given. Raises BadInput for a number of
    people, a format or a folder that cannot be, and for a folder that holds another world.
    """
    files = _files(folder, FIRST_SHEETS, _checked(format)) | _truth(truth, "records", "effects", "people")
    _claim(folder, truth, _possible(people), seed, format)
    return _write(first_delivery, files, people, seed, processes, progress)


def write_second_delivery(
    folder: Path, truth: Path, *, people: int = 20_000, seed: int = 1, progress: Say | None = None,
    processes: int | None = None, format: str = "csv",
) -> Summary:  # fmt: skip
    """The second, of the same people: prison and probation by their changes, new treatment journeys, withdrawals."""
    files = _files(folder, SECOND_SHEETS, _checked(format)) | _truth(truth, "records", "withdrawn")
    _claim(folder, truth, _possible(people), seed, format)
    return _write(second_delivery, files, people, seed, processes, progress)


def _claim(folder: Path, truth: Path, people: int, seed: int, format: str) -> None:
    """Before anything is written: both folders are there, and hold this world or nothing."""
    _make_folder(folder)
    _make_folder(truth)
    keep_world(folder, truth, people, seed, format)


def _write(
    deliver: Deliver, files: Mapping[str, File], people: int, seed: int, processes: int | None, say: Say | None,
) -> Summary:  # fmt: skip
    blocks = list(blocks_of(people, seed))
    for folder in {file.path.parent for file in files.values()}:
        _make_folder(folder)
    rows = write_files(blocks, deliver, files, processes, say or (lambda _: None))
    extracts = {sheet: file for sheet, file in files.items() if sheet not in TRUTH}
    return Summary({f"{sheet}{file.path.suffix}": rows[sheet] for sheet, file in extracts.items()}, people)


def _files(folder: Path, sheets: Headers, suffix: str) -> dict[str, File]:
    return {sheet: File(folder / f"{sheet}.{suffix}", header) for sheet, header in sheets.items()}


def _truth(folder: Path, *sheets: str) -> dict[str, File]:
    """The last one named is written last of all: whoever finds it finds everything."""
    return {sheet: File(folder / f"{sheet}.csv", TRUTH[sheet], sheet == sheets[-1]) for sheet in sheets}


def _checked(format: str) -> str:
    if format not in FORMATS:
        raise BadInput("SYNTHETIC-FORMAT", f"Extracts are not written as {format}.", do=f"use {' or '.join(FORMATS)}")
    return format


def _possible(people: int) -> int:
    if not 1 <= people <= MOST_PEOPLE:
        what = f"{people:,} people cannot be made."
        raise BadInput("SYNTHETIC-PEOPLE", what, do=f"ask for between 1 and {MOST_PEOPLE:,} people")
    return people


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        what, why = f"Nothing can be written to {folder}.", "it is a file, or lies where nobody may write."
        raise BadInput("SYNTHETIC-FOLDER", what, why, "name another folder") from None
