"""The linkage-quality report: who was linked and who was not, and how many links are false or missing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.datasets import QUALITY_SCHEMA, Part, linkage_quality, read_quality, survey, write_quality
from boldlink.datasets.linkage_quality import standardised_difference
from boldlink.spine import SPINE_SCHEMA
from boldlink.values import Column, Contract, RiskBounds, Role
from boldlink.vault import Lease, Sealed, SealedWriter

KEY = pa.binary(16)
COLUMNS = (
    Column("sex_recorded", "string", Role.ATTRIBUTE),
    Column("birth_year", "integer", Role.ATTRIBUTE),
    Column("released", "date", Role.ATTRIBUTE),
    Column("release_region", "string", Role.ATTRIBUTE),
)
MANIFEST = {
    "quality": {"ndtms~prison": {"expected_reach": 0.9}},
    "expected": [{"confidence": "medium", "expected_recall": 0.8, "expected_precision": 0.95}],
}


def k(number):
    return number.to_bytes(16)


def sealed(path, table, compartment):
    lease = Lease(compartment, "decision", True, b"k" * 32)
    writer = SealedWriter(path, table.schema, lease)
    writer.write(table)
    writer.close()
    return Sealed(path, lease)


@pytest.fixture
def surveys(tmp_path):
    """Prison: four people, the first with two releases; treatment: two of them, and another."""
    prison = [(1, "M", 1981, 2022, "Wales"), (1, "M", 1981, 2023, None), (2, "M", 1990, 2022, "Wales"),
              (3, "F", None, 2023, None), (4, "F", 1975, 2023, "London")]  # fmt: skip
    ndtms = [(1, "M", 1981, 2022, None), (3, "F", 1988, 2022, None), (9, "F", 1999, 2022, None)]
    said, parts = [], {}
    for offset, (dataset, rows) in enumerate((("prison", prison), ("ndtms", ndtms))):
        keys = [k(1000 * (offset + 1) + n) for n in range(len(rows))]
        table = pa.table({
            "record_key": pa.array(keys, KEY), "unit": pa.array(keys, KEY), "sex_recorded": [r[1] for r in rows],
            "birth_year": [r[2] for r in rows], "released": [date(r[3], 5, 1) for r in rows],
            "release_region": pa.array([r[4] for r in rows], pa.string()),
        })  # fmt: skip
        attributes = sealed(tmp_path / dataset, table, f"attributes/{dataset}")
        contract = Contract(dataset, dataset, "1", "owner", "moj", False, COLUMNS)
        columns = {column.name: Role.ATTRIBUTE for column in COLUMNS}
        parts[dataset] = Part(contract, [attributes], None, columns, {}, "released")
        for key, row in zip(keys, rows, strict=True):
            ids = {name: k(row[0]) for name in SPINE_SCHEMA.names if name.startswith("person")}
            links = {"link_weight": 5.0, "link_probability": 0.9, "link_grade": 35}
            said.append({"dataset": dataset, "record_key": key, "source_person": key, **ids, **links})
    spine = sealed(tmp_path / "spine", pa.Table.from_pylist(said, SPINE_SCHEMA), "spine/x")
    bounds = RiskBounds(1, 100, 100, 1, {"prison": ("sex_recorded", "release_region")})
    return {dataset: survey(part, spine, bounds) for dataset, part in parts.items()}


@pytest.fixture
def pair(surveys):
    report = linkage_quality({dataset: found.side for dataset, found in surveys.items()}, MANIFEST)
    assert report["status"].endswith("not yet reviewed by people")
    return next(one for one in report["pairs"] if one["of"] == "prison")


def row(pair, characteristic, value):
    return next(r for r in pair["by"] if (r["characteristic"], r["value"]) == (characteristic, value))


def test_linked_and_unlinked_people_are_counted_once_by_what_is_known_of_them(pair):
    assert (pair["people"], pair["linked"], pair["linked_percent"]) == (4, 2, 50.0)
    assert {r["value"] for r in pair["by"] if r["characteristic"] == "birth year"} == {
        "1970-1979", "1980-1989", "1990-1999", "Not recorded",
    }  # fmt: skip
    women = row(pair, "sex", "F")
    assert (women["linked"], women["unlinked"], women["standardised_difference"]) == (1, 1, 0.0)
    wales = row(pair, "region", "Wales")  # what one release does not say another does
    assert (wales["linked"], wales["unlinked"]) == (1, 1)
    assert row(pair, "year", "2022")["linked"] == 1 and row(pair, "year", "2023")["unlinked"] == 1


def test_false_and_missed_links_come_with_intervals(pair):
    assert pair["false_links"]["expected"] == 0.2  # two links of nine in ten
    assert pair["false_links"]["low"] == 0.0 < pair["false_links"]["high"]
    missed = pair["missed_links"]  # 1.8 true links stand for 1.8 / (0.9 x 0.8)
    assert missed["expected"] == 0.7 and missed["low"] <= 0.7 < missed["high"]


def test_what_was_never_compared_has_no_estimate_of_missed_links(surveys):
    sides = {dataset: found.side for dataset, found in surveys.items()}
    report = linkage_quality(sides, {**MANIFEST, "quality": {}})
    assert all(one["missed_links"] is None for one in report["pairs"])


def test_links_that_an_owner_made_have_no_estimate_of_errors_for_no_probability_says_any(surveys):
    sides = {
        dataset: replace(found.side, probability=np.full(len(found.side.people), np.nan))
        for dataset, found in surveys.items()
    }
    pairs = linkage_quality(sides, MANIFEST)["pairs"]
    assert [one["linked"] for one in pairs] == [2, 2]
    assert {(one["false_links"], one["missed_links"]) for one in pairs} == {(None, None)}


def test_the_survey_measures_risk_over_the_agreements_keys(surveys):
    risk = surveys["prison"].risk
    assert risk.over == ("sex_recorded", "release_region") and risk.people == 4
    assert surveys["ndtms"].risk.over == ()


def test_a_report_is_kept_sealed_and_read_as_it_was(tmp_path):
    lease = Lease("research/x", "decision", True, b"k" * 32)
    writer = SealedWriter(tmp_path / "quality", QUALITY_SCHEMA, lease)
    write_quality({"pairs": [{"of": "prison", "linked": 3}]}, writer)
    writer.close()
    assert read_quality(Sealed(tmp_path / "quality", lease)) == {"pairs": [{"of": "prison", "linked": 3}]}
    assert b"prison" not in (tmp_path / "quality").read_bytes()


shares = st.tuples(st.integers(0, 50), st.integers(0, 50))


@given(shares, shares)
def test_a_standardised_difference_turns_with_its_sides_and_is_nothing_for_equal_shares(linked, unlinked):
    there = standardised_difference(linked[0], sum(linked), unlinked[0], sum(unlinked))
    back = standardised_difference(unlinked[0], sum(unlinked), linked[0], sum(linked))
    assert (there is None) == (back is None)
    assert there is None or there == -back
    assert standardised_difference(*(linked[0], sum(linked)) * 2) in (0.0, None)


def test_a_standardised_difference_equals_the_hand_worked_one():
    # shares of 0.6 and 0.4: 0.2 / sqrt((0.24 + 0.24) / 2)
    assert standardised_difference(60, 100, 40, 100) == 0.408
