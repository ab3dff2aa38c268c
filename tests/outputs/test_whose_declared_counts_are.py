"""A declared table's counts are of people whom the place knows, and they are told to the comparison as a measure's are."""

from __future__ import annotations

import hashlib
from collections import Counter

import pyarrow as pa
import pytest
from research import BACK, PEOPLE, SHARES, person, research, written

from boldlink.errors import BadInput
from boldlink.journey.history import sets_of
from boldlink.outputs import RULES
from boldlink.outputs.submitted import read_declaration, recompute
from boldlink.outputs.submitted.whose import whose_of_declared


def sealed(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(4, "big")).digest()[:16]


@pytest.fixture
def rows() -> dict[str, pa.Table]:
    """The research tables, each row with its person's unit."""
    return {
        name: one.append_column(
            "unit",
            pa.array([sealed(int.from_bytes(p, "big")) for p in one["person_medium"].to_pylist()], pa.binary(16)),
        )
        for name, one in research().items()
    }


def counted(tmp_path, content, rows):
    declared = read_declaration(written(tmp_path / "declared.yaml", content))
    raw = recompute(declared, rows, RULES).raw
    return raw, whose_of_declared(declared, raw, rows, {})


@pytest.mark.parametrize(
    "content",
    [
        PEOPLE,
        SHARES,
        {**PEOPLE, "keys": ["release_region", "sex_recorded"]},
        {**PEOPLE, "columns": {"month": {"of": "release_date", "as": "month"}}, "keys": ["month"]},
        {**PEOPLE, "columns": {"long": {"of": "sentence_length_days", "bands": [120, 320]}}, "keys": ["long"]},
    ],
)
def test_every_count_of_people_has_as_many_units_as_it_says(tmp_path, rows, content):
    raw, triples = counted(tmp_path, content, rows)
    found = Counter(zip(triples["row"].to_pylist(), triples["count"].to_pylist(), strict=True))
    said = {(place, name): row[name] for place, row in enumerate(raw.rows) for name in raw.counts if row[name]}
    assert found == said


def test_the_units_are_those_of_the_group(tmp_path, rows):
    raw, triples = counted(tmp_path, PEOPLE, rows)
    east = next(place for place, row in enumerate(raw.rows) if row["release_region"] == "East")
    units = {
        unit for row, unit in zip(triples["row"].to_pylist(), triples["unit"].to_pylist(), strict=True) if row == east
    }
    assert units == {sealed(number) for number in range(185, 215)}


def test_who_reoffended_is_within_the_group_that_is_divided_by(tmp_path, rows):
    raw, triples = counted(tmp_path, SHARES, rows)
    sets = sets_of(triples).numbers
    of = {cell: set(members.tolist()) for cell, members in zip(sets.cells, sets.members, strict=True)}
    assert all(of[row, "people"] <= of[row, "of"] for row, name in of if name == "people")
    assert raw.rates


def test_a_count_that_is_no_number_of_people_has_no_units(tmp_path, rows):
    content = {**PEOPLE, "statistic": "pivot", "value": "sentence_length_days", "how": "sum"}
    raw, triples = counted(tmp_path, content, rows)
    assert set(triples["count"].to_pylist()) <= {"people"} | {name for name in raw.counts if name != "sum"}


def test_research_tables_without_units_are_refused(tmp_path):
    with pytest.raises(BadInput, match="ANALYSIS-UNIT"):
        counted(tmp_path, {**PEOPLE, "columns": BACK, "keys": ["back"]}, research())


def test_invented_people_are_told_apart():
    assert len({sealed(number) for number in range(300)}) == 300 and person(3) == (3).to_bytes(16, "big")
