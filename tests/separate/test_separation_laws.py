"""Separation: n rows in, n rows each out, nothing shared but a record key, and no identifying value among attributes."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.separate import SeparationKeys, attributes_schema, identifiers_schema, separate
from boldlink.separate.cohort import Scoping, in_cohort, keep, select
from boldlink.separate.refresh import retired_records, without
from boldlink.values import Column, Contract, DeliveryKind, Role
from boldlink.vault import Lease, Sealed, SealedWriter, read_table

CONTRACT = Contract(
    dataset="prison",
    name="Prison",
    version="1",
    owner="moj",
    place="moj",
    pinned=False,
    columns=(
        Column("book", "string", Role.IDENTIFIER, primary_key=True, identifier_type="booking"),
        Column("noms", "string", Role.SOURCE_KEY),
        Column("case", "string", Role.IDENTIFIER, identifier_type="case"),
        Column("surname", "string", Role.LINKAGE, meaning="surname"),
        Column("dob", "date", Role.LINKAGE, meaning="date_of_birth"),
        Column("offence", "string", Role.ATTRIBUTE),
        Column("released", "date", Role.ATTRIBUTE),
        Column("notes", "string", Role.EXCLUDED),
    ),
)
DEPOSIT = pa.schema(
    [
        ("book", pa.string()),
        ("noms", pa.string()),
        ("case", pa.string()),
        ("surname", pa.string()),
        ("dob", pa.string()),
        ("offence", pa.string()),
        ("released", pa.date32()),
        ("_ordinal", pa.int64()),
    ]
)


KEYED = pa.schema([("record_key", pa.binary(16)), ("age", pa.int64())])


def lease(compartment, key=b"k"):
    return Lease(compartment, "decision", True, key * 32)


def keys(record=b"r"):
    return SeparationKeys(
        lease("record-key/prison", record),
        lease("source-person/prison", b"s"),
        lease("identifier-types", b"i"),
        lease("disclosure", b"d"),
    )


def sealed(folder, name, schema, rows, compartment):
    writer = SealedWriter(folder / name, schema, lease(compartment))
    writer.write(pa.Table.from_pylist(rows, schema))
    writer.close()
    return Sealed(folder / name, lease(compartment))


def parted(folder, rows, record=b"r", name="a"):
    """Separate rows, and return both halves as handles."""
    deposit = sealed(folder, f"{name}-deposit", DEPOSIT, rows, "deposits/prison")
    halves = {}
    for half, schema in (("identifiers", identifiers_schema(CONTRACT)), ("attributes", attributes_schema(CONTRACT))):
        halves[half] = SealedWriter(folder / f"{name}-{half}", schema, lease(f"{half}/prison"))
    count = separate(deposit, CONTRACT, keys(record), halves["identifiers"], halves["attributes"])
    for writer in halves.values():
        writer.close()
    assert count == len(rows)
    return {half: Sealed(folder / f"{name}-{half}", lease(f"{half}/prison")) for half in halves}


word = st.text(alphabet="abcdefgh", min_size=4, max_size=9)
dates = st.dates(date(2020, 1, 1), date(2024, 12, 31))
row = st.fixed_dictionaries(
    {"noms": word, "case": st.one_of(st.none(), word), "surname": word, "dob": st.dates(date(1950, 1, 1), date(2000, 1, 1)).map(str),
     "offence": st.sampled_from(["THEFT", "DRUGS"]), "released": dates}
)  # fmt: skip


def numbered(rows):
    return [{**one, "book": f"BOOK{n:05d}", "_ordinal": n} for n, one in enumerate(rows)]


@settings(max_examples=30, deadline=None)
@given(st.lists(row, min_size=1, max_size=25).map(numbered))
def test_n_rows_in_are_n_rows_each_out_joined_by_record_keys_alone(rows):
    with tempfile.TemporaryDirectory() as folder:
        tables = {half: read_table(one) for half, one in parted(Path(folder), rows).items()}
    assert {half: table.num_rows for half, table in tables.items()} == dict.fromkeys(tables, len(rows))
    found = {half: table.column("record_key").to_pylist() for half, table in tables.items()}
    assert set(found["identifiers"]) == set(found["attributes"]) and len(set(found["identifiers"])) == len(rows)
    assert set(tables["identifiers"].schema.names) & set(tables["attributes"].schema.names) == {"record_key"}


@settings(max_examples=30, deadline=None)
@given(st.lists(row, min_size=1, max_size=25).map(numbered))
def test_no_identifying_value_is_in_the_attributes_and_no_attribute_in_the_identifiers(rows):
    with tempfile.TemporaryDirectory() as folder:
        tables = {half: read_table(one) for half, one in parted(Path(folder), rows).items()}
    identifying = {str(one[name]) for one in rows for name in ("noms", "case", "surname", "dob", "book") if one[name]}
    shown = {str(value) for column in tables["attributes"].columns for value in column.to_pylist()}
    assert not identifying & shown
    seen = {str(value) for column in tables["identifiers"].columns for value in column.to_pylist()}
    assert not {
        "THEFT",
        "DRUGS",
        *(str(one["released"]) for one in rows if str(one["released"]) != one["dob"]),
    } & seen - {one["dob"] for one in rows}
    assert not {one["noms"] for one in rows} & seen - {one["surname"] for one in rows}


def people(*spells):
    return numbered(
        [
            {
                "noms": n,
                "case": c,
                "surname": "x",
                "dob": "1980-01-01",
                "offence": "THEFT",
                "released": date(2023, 1, 1),
            }
            for n, c in spells
        ]
    )


def test_joined_again_by_the_record_key_the_rows_are_what_they_were(tmp_path):
    rows = people(("A", "c1"), ("B", "c2"), ("A", None))
    halves = {half: read_table(one).to_pylist() for half, one in parted(tmp_path, rows).items()}
    persons = {one["record_key"]: one["source_person"] for one in halves["identifiers"]}
    cases = {one["record_key"]: one["case"] for one in halves["attributes"]}
    assert len(set(persons.values())) == 2 and len({case for case in cases.values() if case}) == 2
    assert list(cases.values()).count(None) == 1


def test_another_deposits_record_keys_are_all_different_and_its_tokens_are_the_same(tmp_path):
    rows = people(("A", "c1"), ("B", "c2"))
    one, other = (
        read_table(parted(tmp_path, rows, record, name)["identifiers"]) for record, name in ((b"1", "a"), (b"2", "b"))
    )
    assert not set(one.column("record_key").to_pylist()) & set(other.column("record_key").to_pylist())
    assert set(one.column("source_person").to_pylist()) == set(other.column("source_person").to_pylist())


@pytest.mark.parametrize(
    ("kind", "delivered", "left"),
    [
        (DeliveryKind.FULL, [{"book": "BOOK00000", "noms": "Z"}], set()),
        (DeliveryKind.DELTA, [{"book": "BOOK00001", "noms": "B"}], {"BOOK00000", "BOOK00002"}),
        (DeliveryKind.DELTA, [{"book": "NEW", "noms": "A"}], {"BOOK00000", "BOOK00001", "BOOK00002"}),
        (DeliveryKind.WITHDRAWAL, [{"noms": "A"}], {"BOOK00001"}),
        (DeliveryKind.WITHDRAWAL, [{"noms": "nobody"}], {"BOOK00000", "BOOK00001", "BOOK00002"}),
    ],
)
def test_what_a_delivery_retires(tmp_path, kind, delivered, left):
    rows = people(("A", "c1"), ("B", "c2"), ("A", "c3"))
    halves = parted(tmp_path, rows)
    schema = pa.schema(
        [("noms", pa.string())] if kind is DeliveryKind.WITHDRAWAL else [("book", pa.string()), ("noms", pa.string())]
    )
    later = sealed(tmp_path, "later", schema, delivered, "deposits/prison")
    retired = retired_records(later, kind, CONTRACT, keys(), [halves["identifiers"]])
    for half in halves.values():
        assert sum(batch.num_rows for batch in without(half, retired)) == len(left)
    stayed = {key for batch in without(halves["attributes"], retired) for key in batch.column("book").to_pylist()}
    everything = dict(
        zip(*(read_table(halves["attributes"]).column(n).to_pylist() for n in ("record_key", "book")), strict=True)
    )
    assert stayed == {book for key, book in everything.items() if key not in set(retired.to_pylist())}


@pytest.mark.parametrize("at_once", [1, 4, 100])
def test_rows_in_scope_are_the_same_however_many_are_looked_at_together(monkeypatch, at_once):
    monkeypatch.setattr("boldlink.separate.cohort.ROWS_AT_ONCE", at_once)
    rows = [{"record_key": bytes([n]) * 16, "age": n} for n in range(10)]
    batches = [pa.RecordBatch.from_pylist(rows[n : n + 3], KEYED) for n in range(0, 10, 3)]
    scope = pa.array([bytes([n]) * 16 for n in (9, 2, 3, 77)], pa.binary(16))
    kept = keep(iter(batches), scope, ["age"])
    assert [row for batch in kept for row in batch.to_pylist()] == [{"age": 2}, {"age": 3}, {"age": 9}]


def test_a_cohort_holds_both_of_its_ends_and_nobody_without_a_date(tmp_path):
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 3, 31), date(2023, 4, 1), None]
    assert in_cohort(pa.array(days, pa.date32()), date(2023, 1, 1), date(2023, 3, 31)).to_pylist() == [
        False,
        True,
        True,
        False,
        False,
    ]
    rows = [{**one, "released": day} for one, day in zip(people(*[("A", "c")] * 5), days, strict=True)]
    halves = parted(tmp_path, rows)
    assert len(select([halves["attributes"]], Scoping("released", date(2023, 1, 1), date(2023, 3, 31))).keys) == 2
    assert len(select([halves["attributes"]], Scoping()).keys) == 5


KEY = pa.binary(16)
ASKED = pa.schema(
    [("record_key", KEY), ("unit", KEY), ("released", pa.date32()), ("agrees", pa.bool_()), ("objects", pa.bool_())]
)
answers = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from([date(2023, 1, 1), date(2024, 1, 1), None]),
        *[st.sampled_from([True, True, False, None])] * 2,
    ),
    max_size=30,
)


def asked(given_answers):
    """Rows of (person, day, agrees, objects)."""
    keys = [{"record_key": bytes([n]) * 16, "unit": bytes([one[0]]) * 16} for n, one in enumerate(given_answers)]
    return [
        {**key, **dict(zip(ASKED.names[2:], one[1:], strict=True))}
        for key, one in zip(keys, given_answers, strict=True)
    ]


@settings(max_examples=40, deadline=None)
@given(answers)
def test_nobody_is_in_scope_who_did_not_consent_or_may_have_opted_out_and_each_is_counted_once(given_answers):
    rows = asked(given_answers)
    scoping = Scoping("released", date(2023, 1, 1), date(2023, 12, 31), "agrees", "objects")
    with tempfile.TemporaryDirectory() as folder:
        files = [sealed(Path(folder), str(n), ASKED, rows[n::2], "attributes/ndtms") for n in range(2)]
        chosen = select(files, scoping)
    refused = {row["unit"] for row in rows if row["agrees"] is False}
    out = {row["unit"] for row in rows if row["objects"] is True}
    expected = {"records": [], "outside_cohort": [], "without_consent": [], "opted_out": []}
    for row in rows:
        if row["released"] != date(2023, 1, 1):
            expected["outside_cohort"].append(row["record_key"])
        elif row["agrees"] is None or row["unit"] in refused:
            expected["without_consent"].append(row["record_key"])
        elif row["objects"] is None or row["unit"] in out:
            expected["opted_out"].append(row["record_key"])
        else:
            expected["records"].append(row["record_key"])
    assert set(chosen.keys.to_pylist()) == set(expected["records"])
    assert chosen.counts == {reason: len(found) for reason, found in expected.items()}


def test_who_refused_once_is_left_out_with_every_row_even_where_the_refusal_is_outside_the_cohort(tmp_path):
    inside, before = date(2023, 1, 1), date(2019, 1, 1)
    rows = asked([(1, before, False, False), (1, inside, True, False), (2, inside, True, False)])
    attributes = [sealed(tmp_path, "a", ASKED, rows, "attributes/ndtms")]
    chosen = select(attributes, Scoping("released", inside, None, "agrees", "objects"))
    assert chosen.keys.to_pylist() == [rows[2]["record_key"]]
    assert chosen.counts == {"records": 1, "outside_cohort": 1, "without_consent": 1, "opted_out": 0}


def test_a_row_that_does_not_say_is_left_out_alone(tmp_path):
    rows = asked([(1, None, None, False), (1, None, True, False), (2, None, True, None), (2, None, True, False)])
    attributes = [sealed(tmp_path, "a", ASKED, rows, "attributes/ndtms")]
    chosen = select(attributes, Scoping(consent="agrees", opt_out="objects"))
    assert chosen.keys.to_pylist() == [rows[1]["record_key"], rows[3]["record_key"]]


def test_consent_and_opt_outs_count_only_where_the_agreement_says_so(tmp_path):
    rows = asked([(1, None, False, True)])
    attributes = [sealed(tmp_path, "a", ASKED, rows, "attributes/ndtms")]
    assert len(select(attributes, Scoping()).keys) == 1
    assert select(attributes, Scoping(consent="agrees")).counts["without_consent"] == 1
    assert select(attributes, Scoping(opt_out="objects")).counts["opted_out"] == 1
