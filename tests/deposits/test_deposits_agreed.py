"""Data contracts that ask for what does not exist are refused before the first row."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_extracts import contract, rows

from boldlink.deposits.agreed import require_keepable
from boldlink.deposits.columns import DERIVATIONS, derive
from boldlink.errors import BadProgramme
from boldlink.programme.contract import read_contract
from boldlink.values import Column, Role

CONTRACTS = sorted((Path(__file__).parents[2] / "programmes" / "bold" / "contracts").glob("*.yaml"))
ATTRIBUTE = Column("made", "string", Role.ATTRIBUTE)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (replace(ATTRIBUTE, derivation="shoe_size", derived_from=("ref",)), "DEPOSIT-DERIVATION"),
        (replace(ATTRIBUTE, role=Role.LINKAGE, meaning="shoe_size"), "DEPOSIT-MEANING"),
        (replace(ATTRIBUTE, date_format="dd/mm/yyyy"), "DEPOSIT-DATE-FORMAT"),
        (replace(ATTRIBUTE, date_format="%d/%m"), "DEPOSIT-DATE-FORMAT"),
        (replace(ATTRIBUTE, date_format="%Q"), "DEPOSIT-DATE-FORMAT"),
        (replace(ATTRIBUTE, role=Role.EXCLUDED, primary_key=True), "DEPOSIT-KEY"),
        (replace(ATTRIBUTE, derivation="copy", derived_from=("ref",), primary_key=True), "DEPOSIT-KEY"),
    ],
)
def test_a_column_that_asks_for_what_does_not_exist_is_named(column, code):
    with pytest.raises(BadProgramme, match="the column made") as refused:
        require_keepable(contract(column))
    assert refused.value.code == code and refused.value.do


def test_nothing_is_opened_under_a_contract_that_cannot_be_kept(desk):
    good = contract()
    bad = replace(good, columns=(*good.columns, replace(ATTRIBUTE, derivation="shoe_size", derived_from=("ref",))))
    with pytest.raises(BadProgramme):
        desk.receive(rows(), agreed=bad)
    assert desk.accepted is None


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_every_contract_of_the_programme_can_be_kept(path):
    require_keepable(read_contract(path))


def made(derivation, kind, *texts):
    column = Column("made", kind, Role.ATTRIBUTE, derived_from=tuple("abcd"[: len(texts)]), derivation=derivation)
    sources = {name: pa.array([text], pa.string()) for name, text in zip("abcd", texts, strict=False)}
    return derive(column, sources, sources)[0].as_py()


@pytest.mark.parametrize(
    ("derivation", "kind", "texts", "value"),
    [
        ("year", "integer", ["1980-02-28"], 1980),
        ("month", "integer", ["1980-02-28"], 2),
        ("initial", "string", ["Élodie"], "e"),
        ("outcode", "string", ["sw1a 1aa"], "SW1A"),
        ("no_fixed_abode", "boolean", ["NF1 1NF"], True),
        ("no_fixed_abode", "boolean", ["SW1A 1AA"], False),
        ("copy", "string", ["as it was"], "as it was"),
        ("attributor", "string", ["w", "a", "1980-02-28", "F"], "w|a|1980-02-28|F"),
        ("attributor", "string", ["w", None, "1980-02-28", "F"], None),
    ],
)
def test_columns_are_derived(derivation, kind, texts, value):
    assert made(derivation, kind, *texts) == value


@given(st.sampled_from(sorted(DERIVATIONS)))
def test_nothing_is_derived_from_nothing(derivation):
    assert made(derivation, "string", None) is None


@given(st.dates())
def test_the_year_and_month_of_a_date_are_its_own(day):
    assert (made("year", "integer", day.isoformat()), made("month", "integer", day.isoformat())) == (
        day.year,
        day.month,
    )
