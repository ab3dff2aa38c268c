"""Writing in blocks and buckets: the same bytes however many processes, numbers that never repeat, the truth last of all."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.synthetic import blocks, extracts, stream, write_extracts, write_second_delivery
from boldlink.synthetic.blocks import Block, blocks_of
from boldlink.synthetic.numbers import Numbers
from boldlink.synthetic.stream import File, write_files

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def deliver_letters(block: Block):
    """Every letter once for each of the block's people; it says which block it comes from."""
    yield "letters/1.full", ([letter, str(block.place)] for _ in range(block.people) for letter in LETTERS)
    yield "truth", ([str(block.place)] for _ in range(block.people))


def write_letters(folder: Path, *, processes=1, people=30):
    files = {
        "letters/1.full": File(folder / "letters" / "1.full.csv", ("letter", "block")),
        "truth": File(folder / "truth" / "truth.csv", ("block",), last=True),
    }
    for file in files.values():
        file.path.parent.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    rows = write_files(list(blocks_of(people, seed=3)), deliver_letters, files, processes, said.append)
    return rows, (folder / "letters" / "1.full.csv").read_text().splitlines(), said


@pytest.fixture
def small(monkeypatch):
    """Blocks of ten people and buckets of seven: many of each, from few people."""
    monkeypatch.setattr(blocks, "BLOCK_PEOPLE", 10)
    monkeypatch.setattr(stream, "BUCKET_PEOPLE", 7)


def test_every_row_is_written_once_and_blocks_lie_mixed(tmp_path, small):
    rows, lines, said = write_letters(tmp_path)
    assert rows == {"letters/1.full": 30 * 26, "truth": 30}
    assert Counter(lines[1:]) == {f"{letter},{block}": 10 for letter in LETTERS for block in range(3)}
    first_half = Counter(line[-1] for line in lines[1 : 1 + 15 * 26])
    assert min(first_half.values()) > 90, "a half holds about 130 rows of each of three blocks"
    assert said[0] == "Made 10 of 30 synthetic people"


def test_nothing_is_left_beside_the_files(tmp_path, small):
    write_letters(tmp_path)
    assert {path.name for path in tmp_path.rglob("*")} == {"letters", "1.full.csv", "truth", "truth.csv"}


def test_a_run_that_fails_half_way_leaves_no_truth_and_no_scratch(tmp_path, small, monkeypatch):
    def full(path, header, buckets):
        raise OSError("no space left")

    monkeypatch.setattr(stream, "_write_csv", full)
    with pytest.raises(OSError, match="no space"):
        write_letters(tmp_path)
    assert not (tmp_path / "truth" / "truth.csv").exists() and not list(tmp_path.glob(".buckets-*"))


def test_two_processes_write_the_same_bytes_as_one(tmp_path):
    for processes in (1, 2):
        to = tmp_path / str(processes)
        write_extracts(to / "e", to / "t", people=11_000, seed=4, processes=processes)
    assert digests(tmp_path / "1") == digests(tmp_path / "2") and len(digests(tmp_path / "1")) == 24


def digests(folder: Path):
    files = folder.rglob("*.csv")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_no_number_is_given_twice_in_different_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_PEOPLE", 300)
    write_extracts(tmp_path / "e", tmp_path / "t", people=1200, seed=4)
    lines = (tmp_path / "t" / "records.csv").read_text().splitlines()[1:]
    records = [line.split(",") for line in lines]
    assert len({(dataset, key) for dataset, key, _, _ in records}) == len(records)
    whose: dict[tuple[str, str], set[str]] = {}
    for dataset, _, source, person in records:
        whose.setdefault((dataset, source), set()).add(person)
    assert all(len(people) == 1 for people in whose.values()), "a reference is one person's"


@given(st.integers(1, 50), st.integers(1, 60), st.sampled_from([("B", 4), ("", 5)]))
def test_numbers_never_repeat_among_blocks_while_their_space_lasts(many, each, kind):
    desks = [Numbers(block, many) for block in range(many)]
    given_out = [desk.take(*kind) for desk in desks for _ in range(each)]
    assert len(set(given_out)) == many * each


def test_prison_numbers_and_case_references_have_their_shape_and_never_repeat():
    numbers = Numbers(2, 5)
    prison, cases = ([make() for _ in range(5000)] for make in (numbers.prison_number, numbers.case_reference))
    assert len(set(prison)) == len(set(cases)) == 5000
    assert all(n[0].isalpha() and n[1:5].isdigit() and n[5:].isalpha() and len(n) == 7 for n in prison)
    assert all(n[0].isalpha() and n[1:].isdigit() and len(n) == 7 for n in cases)


def test_parquet_holds_what_csv_holds_with_nulls_for_what_is_empty(tmp_path):
    for format in extracts.FORMATS:
        made = write_extracts(tmp_path / format, tmp_path / "t" / format, people=400, seed=2, format=format)
        assert f"prison/2024-06.full.{format}" in made.rows
    table = pq.read_table(tmp_path / "parquet" / "prison" / "2024-06.full.parquet")
    lines = (tmp_path / "csv" / "prison" / "2024-06.full.csv").read_text().splitlines()
    assert lines[0].split(",") == table.column_names and len(lines) == table.num_rows + 1
    texts = [",".join(value or "" for value in row.values()) for row in table.to_pylist()]
    assert texts == lines[1:]
    assert table.column("alias_surname").null_count > 0


def test_the_second_delivery_is_about_the_people_of_the_first(tmp_path):
    write_extracts(tmp_path / "e", tmp_path / "t", people=400, seed=2)
    first = set((tmp_path / "t" / "records.csv").read_text().splitlines())
    write_second_delivery(tmp_path / "e", tmp_path / "t", people=400, seed=2)
    second = set((tmp_path / "t" / "records.csv").read_text().splitlines())
    assert first < second


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"people": 0}, "SYNTHETIC-PEOPLE"),
        ({"people": 5_000_001}, "SYNTHETIC-PEOPLE"),
        ({"format": "xlsx"}, "SYNTHETIC-FORMAT"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(tmp_path, options, code):
    with pytest.raises(BadInput) as refused:
        write_extracts(tmp_path / "e", tmp_path / "t", **options)
    assert refused.value.code == code and refused.value.do and not list(tmp_path.iterdir())


def test_a_file_where_a_folder_should_be_is_refused_in_words(tmp_path):
    (tmp_path / "e").write_text("")
    with pytest.raises(BadInput) as refused:
        write_extracts(tmp_path / "e", tmp_path / "t", people=50)
    assert refused.value.code == "SYNTHETIC-FOLDER"
