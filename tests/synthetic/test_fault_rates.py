"""The faults that departments make, measured against the truth: on a table by hand, and at the published rates."""

from __future__ import annotations

import csv

import pytest

from boldlink.synthetic import write_extracts
from boldlink.synthetic.fault_rates import fault_rates

NAMES = ("forename", "surname", "alias_forename", "alias_surname", "date_of_birth", "postcode")
PLAIN = ("Sarah", "Holford", "", "", "1985-04-09", "M1 1AE")
# What prison and probation wrote of six people.
PAIRS = (
    (PLAIN, PLAIN),
    (PLAIN, ("SARAH", "HOLFORD", "", "", "1985-04-09", "M1 1AE")),
    (PLAIN, ("Sara", "Holford", "", "", "1985-04-10", "M1 9ZZ")),
    (PLAIN, ("Holford", "Sarah", "", "", "1970-01-01", "")),
    (PLAIN, ("Jane", "Smith", "Sarah", "Holford", "1985-04-09", "LS1 1AA")),
    (PLAIN, ("NOT ENTERED", "Holford", "", "", "1985-04-09", "NF1 1NF")),
)


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture
def six(tmp_path):
    for dataset, key, side in (("prison", "book_id", 0), ("probation", "event_id", 1)):
        rows = [(f"{dataset}{place}", *pair[side]) for place, pair in enumerate(PAIRS)]
        write(tmp_path / dataset / "2024-06.full.csv", (key, *NAMES), rows)
    truth = [(d, f"{d}{place}", "", f"person{place}") for d in ("prison", "probation") for place in range(len(PAIRS))]
    write(tmp_path / "records.csv", ("dataset", "record_key", "source_key", "person_id"), truth)
    return tmp_path


def test_shares_of_pairs_are_of_those_where_both_values_are_usable(six):
    got = {rate.id: (rate.got, rate.behind) for rate in fault_rates(six, six)}
    assert got == {
        "names-differ": (60.0, 5),
        "alias-only": (20.0, 5),
        "names-swapped": (20.0, 5),
        "births-differ": (20.0, 5),
        "no-shared-postcode": (25.0, 4),
    }


def test_departments_err_as_often_as_was_published(tmp_path):
    """About 4,000 pairs: each target is to be met within three standard errors, the swapped names without vanishing."""
    write_extracts(tmp_path / "e", tmp_path / "t", people=20_000, seed=6)
    rates = fault_rates(tmp_path / "e", tmp_path / "t")
    assert [rate.id for rate in rates if not rate.met] == [] and all(rate.behind > 1500 for rate in rates)
    assert all(rate.got > 0 for rate in rates)
