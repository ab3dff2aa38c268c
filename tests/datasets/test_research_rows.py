"""Research datasets: only agreed columns and rows, pseudonyms of one use case and release, coarser where agreed."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.datasets import Part, build, risk_report, schema_of
from boldlink.datasets.generalise import generalise
from boldlink.spine import SPINE_SCHEMA
from boldlink.values import Column, Contract, DataClass, Role
from boldlink.vault import Lease, Sealed, SealedWriter, read_table

COLUMNS = (
    Column("book", "string", Role.IDENTIFIER, primary_key=True, identifier_type="booking"),
    Column("noms", "string", Role.SOURCE_KEY),
    Column("surname", "string", Role.LINKAGE, meaning="surname"),
    Column("sex", "string", Role.ATTRIBUTE, classes=frozenset({DataClass.PERSONAL})),
    Column("birth_year", "integer", Role.ATTRIBUTE, classes=frozenset({DataClass.PERSONAL})),
    Column("released", "date", Role.ATTRIBUTE, classes=frozenset({DataClass.CRIMINAL})),
    Column("offence", "string", Role.ATTRIBUTE, classes=frozenset({DataClass.CRIMINAL})),
)
CONTRACT = Contract("prison", "Prison", "1", "moj", "moj", False, COLUMNS)
KEY = pa.binary(16)
ATTRIBUTES = pa.schema(
    [
        ("record_key", KEY),
        ("unit", KEY),
        ("sex", pa.string()),
        ("birth_year", pa.int64()),
        ("released", pa.date32()),
        ("offence", pa.string()),
        ("book", KEY),
    ]
)


def k(number):
    return bytes([number]) * 16


def sealed(folder, name, table, compartment):
    lease = Lease(compartment, "decision", True, b"k" * 32)
    writer = SealedWriter(folder / name, table.schema, lease)
    writer.write(table)
    writer.close()
    return Sealed(folder / name, lease)


@pytest.fixture
def parts(tmp_path):
    rows = [
        {
            "record_key": k(n),
            "unit": k(90 + n),
            "sex": "M",
            "birth_year": 1981 + n,
            "released": date(2023, n, 15),
            "offence": "Theft",
            "book": k(60 + n),
        }
        for n in range(1, 5)
    ]
    attributes = sealed(tmp_path, "attributes", pa.Table.from_pylist(rows, ATTRIBUTES), "attributes/prison")
    people = [
        {
            "dataset": "prison",
            "record_key": k(n),
            "source_person": k(30 + n),
            "person_high": k(10 + n),
            "person_medium": k(10 + n // 3),
            "person_low": k(10),
            "link_weight": 5.0,
            "link_probability": 0.97,
        }
        for n in range(1, 4)
    ]
    people.append({**people[0], "dataset": "probation", "record_key": k(4)})
    spine = sealed(tmp_path, "spine", pa.Table.from_pylist(people, SPINE_SCHEMA), "spine/x")
    columns = {
        "book": Role.IDENTIFIER,
        "birth_year": Role.ATTRIBUTE,
        "released": Role.ATTRIBUTE,
        "surname": Role.LINKAGE,
    }
    scope = pa.array([k(n) for n in (1, 2, 4)], KEY)
    return Part(CONTRACT, [attributes], scope, columns, {"birth_year": "band5", "released": "month"}), spine


def made(parts, tmp_path, key=b"p", release=1, name="out"):
    part, spine = parts
    lease = Lease("research/x", "decision", True, b"k" * 32)
    writer = SealedWriter(tmp_path / name, schema_of(part), lease)
    build(part, spine, Lease("pseudonyms/x", "decision", True, key * 32), release, writer)
    writer.close()
    return read_table(Sealed(tmp_path / name, lease))


def test_only_agreed_columns_and_rows_in_scope_and_in_this_datasets_spine(parts, tmp_path):
    table = made(parts, tmp_path)
    assert set(table.schema.names) == {
        "person_high",
        "person_medium",
        "person_low",
        "link_weight",
        "link_probability",
        "unit",
        "book",
        "birth_year",
        "released",
    }
    assert table.num_rows == 2  # 3 is out of scope, 4 is another dataset's record in the spine


def test_dates_and_ages_are_as_coarse_as_agreed(parts, tmp_path):
    rows = made(parts, tmp_path).to_pylist()
    assert {row["birth_year"] for row in rows} == {"1980-1984"}
    assert {row["released"] for row in rows} == {date(2023, 1, 1), date(2023, 2, 1)}


def test_no_id_or_substitute_comes_through_and_equal_ones_stay_equal(parts, tmp_path):
    table = made(parts, tmp_path)
    raw = {k(n) for n in range(10, 90)}
    for name in ("person_high", "person_medium", "person_low", "book"):
        assert not set(table.column(name).to_pylist()) & raw
    assert (
        len(set(table.column("person_low").to_pylist())) == 1 and len(set(table.column("person_high").to_pylist())) == 2
    )


def test_another_use_case_or_release_has_other_pseudonyms(parts, tmp_path):
    first = set(made(parts, tmp_path).column("book").to_pylist())
    assert not first & set(made(parts, tmp_path, b"q", 1, "b").column("book").to_pylist())
    assert not first & set(made(parts, tmp_path, b"p", 2, "c").column("book").to_pylist())


@given(st.lists(st.integers(1900, 2020), min_size=1), st.sampled_from([5, 10]))
def test_a_band_holds_the_year_it_stands_for(years, width):
    bands = generalise(pa.chunked_array([years]), f"band{width}").to_pylist()
    for year, band in zip(years, bands, strict=True):
        low, high = map(int, band.split("-"))
        assert low <= year <= high == low + width - 1 and low % width == 0


def test_a_risk_report_counts_people_and_not_rows():
    rows = [("M", 1980, k(1))] * 3 + [("M", 1980, k(2)), ("F", 1990, k(3))]
    table = pa.table(
        {
            "sex": [r[0] for r in rows],
            "birth_year": [r[1] for r in rows],
            "person_medium": pa.array([r[2] for r in rows], KEY),
        }
    )
    report = risk_report(table, COLUMNS)
    assert report == {
        "over": ["sex", "birth_year"],
        "people": 3,
        "smallest_group": 1,
        "alone_percent": 33.33,
        "small_group_percent": 100.0,
    }


def test_a_risk_report_of_nothing_says_nothing():
    assert risk_report(pa.table({"sex": [], "birth_year": [], "person_medium": []}), COLUMNS)["people"] == 0
