"""Data that arrives linked: one numbering, one token in every dataset of it, and its owner's grade beside it."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from boldlink.separate import SeparationKeys, attributes_schema, identifiers_schema, separate
from boldlink.separate.refresh import retired_records
from boldlink.values import Column, Contract, DeliveryKind, Role
from boldlink.vault import Lease, Sealed, SealedWriter, read_table

ALF = Column("alf", "string", Role.PERSON_KEY, identifier_type="alf")
DEPOSIT = pa.schema(
    [("ref", pa.string()), ("alf", pa.string()), ("alf_sts_cd", pa.string()), ("day", pa.date32()), ("_ordinal", pa.int64())]
)  # fmt: skip


def contract(dataset, person=ALF, grade="alf_sts_cd"):
    columns = (
        Column("ref", "string", Role.IDENTIFIER, primary_key=True, identifier_type=f"{dataset}_ref"), person,
        Column("alf_sts_cd", "string", Role.ATTRIBUTE, valid_values=("1", "4", "35", "39", "99")),
        Column("day", "date", Role.ATTRIBUTE),
    )  # fmt: skip
    return Contract(dataset, dataset, "1", "wales", "sail", True, columns, grade_column=grade)


def lease(compartment, key=b"k"):
    return Lease(compartment, "decision", True, key * 32)


def keys(dataset):
    """Each dataset has keys of its own, but for those of the place."""
    own = dataset.encode()[-1:]
    return SeparationKeys(
        lease(f"record-key/{dataset}", own),
        lease(f"source-person/{dataset}", own),
        lease("identifier-types", b"t"),
        lease("disclosure", b"d"),
    )


def sealed(folder, name, schema, rows):
    writer = SealedWriter(folder / name, schema, lease(name.replace("+", "/")))
    writer.write(pa.Table.from_pylist(rows, schema))
    writer.close()
    return Sealed(folder / name, lease(name.replace("+", "/")))


def parted(folder, of, people, grade="1"):
    """Separate one row for each of these people. Returns both halves as handles."""
    rows = [
        {"ref": f"{of.dataset}{n}", "alf": alf, "alf_sts_cd": grade, "day": date(2023, 1, 1), "_ordinal": n}
        for n, alf in enumerate(people)
    ]
    deposit = sealed(folder, f"deposits+{of.dataset}", DEPOSIT, rows)
    schemas = {"identifiers": identifiers_schema(of), "attributes": attributes_schema(of)}
    leases = {half: lease(f"{half}/{of.dataset}") for half in schemas}
    writers = {half: SealedWriter(folder / f"{half}+{of.dataset}", schemas[half], leases[half]) for half in schemas}
    separate(deposit, of, keys(of.dataset), writers["identifiers"], writers["attributes"])
    for writer in writers.values():
        writer.close()
    return {half: Sealed(folder / f"{half}+{of.dataset}", leases[half]) for half in schemas}


def tokens(half):
    return set(read_table(half).column("source_person").to_pylist())


@pytest.fixture
def of(tmp_path):
    return lambda contract, people, grade="1": parted(tmp_path, contract, people, grade)["identifiers"]


def test_datasets_of_one_numbering_have_one_token_for_one_person(of):
    admissions, deaths = of(contract("admissions"), ["A", "B"]), of(contract("deaths"), ["B", "C"])
    assert len(tokens(admissions) & tokens(deaths)) == 1


def test_another_numbering_and_a_reference_of_the_owners_own_join_nothing(of):
    other = Column("alf", "string", Role.PERSON_KEY, identifier_type="ralf")
    own = Column("alf", "string", Role.SOURCE_KEY)
    found = [of(contract(name, column), ["A"]) for name, column in (("x", ALF), ("y", other), ("z", own))]
    assert len(set().union(*map(tokens, found))) == 3


def test_a_token_is_no_substitute_that_the_same_number_gets_among_the_attributes(tmp_path):
    named = contract("deaths", grade=None)
    known = Contract("x", "x", "1", "wales", "sail", True, (
        Column("ref", "string", Role.SOURCE_KEY, primary_key=True), Column("alf", "string", Role.IDENTIFIER, identifier_type="alf"),
    ))  # fmt: skip
    person, attributes = parted(tmp_path, named, ["A"])["identifiers"], parted(tmp_path, known, ["A"])["attributes"]
    assert not tokens(person) & set(read_table(attributes).column("alf").to_pylist())


def test_linkers_see_the_owners_grade_and_nothing_else_of_the_attributes(of):
    half = read_table(of(contract("deaths"), ["A", "B"], "35"))
    assert half.schema.names == ["record_key", "source_person", "record_reference", "link_grade"]
    assert half.column("link_grade").to_pylist() == [35, 35]
    assert "link_grade" not in identifiers_schema(contract("deaths", grade=None)).names


def test_a_withdrawal_names_people_by_the_shared_number(tmp_path, of):
    deaths = contract("deaths")
    known = of(deaths, ["A", "B", "C"])
    gone = sealed(tmp_path, "deposits+gone", pa.schema([("alf", pa.string())]), [{"alf": "B"}, {"alf": "Z"}])
    retired = retired_records(gone, DeliveryKind.WITHDRAWAL, deaths, keys("deaths"), [known])
    assert len(retired) == 1
