"""Research datasets: only agreed columns and rows, pseudonyms of one use case and release, coarser where agreed."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.datasets import Part, build, schema_of
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
            "person_exact": k(20 + n),
            "link_grade": 35,
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
        "person_exact",
        "link_weight",
        "link_probability",
        "link_grade",
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
    for name in ("person_high", "person_medium", "person_low", "person_exact", "book"):
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


@pytest.mark.parametrize("files", [[], [7], [0, 70_000, 3]])
def test_every_row_leaves_once_whole_and_in_another_order(tmp_path, files):
    start, sources, keys = 0, [], []
    for place, rows in enumerate(files):
        own = [n.to_bytes(16) for n in range(start, start + rows)]
        columns = {
            "record_key": pa.array(own, KEY),
            "unit": pa.array(own, KEY),
            "birth_year": list(range(start, start + rows)),
        }
        columns |= {"offence": [f"offence {n}" for n in range(start, start + rows)]}
        table = pa.table(
            columns,
            pa.schema([("record_key", KEY), ("unit", KEY), ("birth_year", pa.int64()), ("offence", pa.string())]),
        )
        sources.append(sealed(tmp_path, f"attributes-{place}", table, "attributes/prison"))
        keys += own
        start += rows
    said = {name: pa.array(keys, KEY) for name in SPINE_SCHEMA.names if SPINE_SCHEMA.field(name).type == KEY}
    said |= {"link_weight": pa.array(range(start), pa.float64()), "link_probability": pa.nulls(start, pa.float64())}
    said |= {"dataset": pa.array(["prison"] * start, pa.string()), "link_grade": pa.nulls(start, pa.int8())}
    spine = sealed(tmp_path, "spine-of-all", pa.table(said).select(SPINE_SCHEMA.names).cast(SPINE_SCHEMA), "spine/x")
    columns = {"birth_year": Role.ATTRIBUTE, "offence": Role.ATTRIBUTE}
    table = made((Part(CONTRACT, sources, None, columns, {}), spine), tmp_path)
    rows = table.select(["birth_year", "unit", "offence", "link_weight"]).to_pylist()
    assert sorted(row["birth_year"] for row in rows) == list(range(start))
    assert all(
        row["unit"] == row["birth_year"].to_bytes(16) and row["link_weight"] == row["birth_year"] for row in rows
    )
    assert all(row["offence"] == f"offence {row['birth_year']}" for row in rows)
    assert start < 100 or [row["birth_year"] for row in rows] != list(range(start))
