"""A twin is made from contract and released margins alone: its shape is the research dataset's, its values are theirs."""

from __future__ import annotations

import inspect
from collections import Counter
from datetime import date

import pyarrow as pa
import pytest

from boldlink.datasets import Part, schema_of
from boldlink.synthetic import twin as twins
from boldlink.synthetic.twin import TwinPart, twin
from boldlink.synthetic.twin_columns import weights_of
from boldlink.values import Column, Contract, Role, StatTable

A, CASE = Role.ATTRIBUTE, Role.IDENTIFIER
COLUMNS = (
    Column("book_id", "string", CASE, primary_key=True, identifier_type="booking"),
    Column("case_urn", "string", CASE, identifier_type="case_urn"),
    Column("surname", "string", Role.LINKAGE, meaning="surname"),
    Column("sex", "string", Role.LINKAGE, valid_values=("F", "M")),
    Column("offence", "string", A, valid_values=("Theft", "Fraud", "Other")),
    Column("town", "string", A),
    Column("released", "date", A),
    Column("received", "date", A),
    Column("sessions", "integer", A),
    Column("supported", "boolean", A),
    Column("notes", "string", A),
    Column("birth_year", "integer", A, derived_from=("born",), derivation="year"),
    Column("sex_recorded", "string", A, derived_from=("sex",), derivation="copy"),
)
RULES = {"birth_year": "band5", "released": "month"}
MARGIN = StatTable(
    "Offences", ("offence", "supported"), ("people",),
    (
        {"offence": "All", "supported": "All", "people": 1000},
        {"offence": "Theft", "supported": "All", "people": 900},
        {"offence": "Fraud", "supported": "All", "people": 100},
        {"offence": "Other", "supported": "All", "people": None},
        {"offence": "Theft", "supported": True, "people": 450},
    ),
)  # fmt: skip


def share(dataset="prison", columns=COLUMNS):
    contract = Contract(dataset, dataset, "1.0.0", "moj", "moj", False, columns)
    declared = {column.name: column.role for column in columns if column.name != "notes"}
    return TwinPart(contract, declared, RULES, date(2022, 1, 1), date(2023, 12, 31))


@pytest.fixture
def made():
    return twin([share()], [MARGIN], people=4000, seed=1)["prison"]


def test_a_twin_has_the_columns_and_types_of_the_research_dataset(made):
    one = share()
    assert made.schema == schema_of(Part(one.contract, [], None, one.columns, one.generalise))


def test_no_function_of_the_twin_takes_a_row_of_data():
    kinds = {str(one.annotation) for one in inspect.signature(twins.twin).parameters.values()}
    assert kinds == {"Sequence[TwinPart]", "Sequence[StatTable]", "int"}


def test_what_research_may_not_see_is_not_in_a_twin(made):
    assert not {"surname", "sex", "notes"} & set(made.column_names)


def test_values_come_from_the_contract_weighted_by_released_margins(made):
    found = Counter(made.column("offence").to_pylist())
    assert set(found) <= {"Theft", "Fraud", "Other"} and abs(found["Theft"] / 4000 - 0.9) < 0.02
    assert set(made.column("sex_recorded").to_pylist()) == {"F", "M"}
    assert found["Other"] < 20, "a suppressed cell may stand there, and is rare"


def test_without_margins_values_are_uniform():
    found = Counter(twin([share()], [], people=6000, seed=1)["prison"].column("offence").to_pylist())
    assert all(abs(count / 6000 - 1 / 3) < 0.03 for count in found.values())


def test_where_nothing_lists_values_they_are_invented_and_say_so(made):
    assert set(made.column("town").to_pylist()) == {f"town {place}" for place in range(1, 10)}


def test_dates_lie_in_the_agreed_period_and_are_as_coarse_as_agreed(made):
    days = made.column("received").to_pylist()
    assert min(days) >= date(2022, 1, 1) and max(days) <= date(2023, 12, 31) and len(set(days)) > 600
    assert {day.day for day in made.column("released").to_pylist()} == {1}
    assert set(made.column("birth_year").to_pylist()) <= {f"{year}-{year + 4}" for year in range(1940, 2006, 5)}


def test_bands_that_were_released_are_drawn_as_they_stand():
    rows = ({"birth_year": "1980-1984", "people": 30}, {"birth_year": "1990-1994", "people": 10})
    table = StatTable("Ages", ("birth_year",), ("people",), rows)
    found = Counter(twin([share()], [table], people=4000, seed=1)["prison"].column("birth_year").to_pylist())
    assert set(found) == {"1980-1984", "1990-1994"} and abs(found["1980-1984"] / 4000 - 0.75) < 0.03


def test_people_and_cases_join_across_the_twins_of_a_use_case():
    made = twin([share("prison"), share("courts")], [], people=500, seed=2)
    for column in ("person_high", "person_low", "case_urn"):
        left, right = (set(made[dataset].column(column).to_pylist()) for dataset in ("prison", "courts"))
        assert len(left & right) > 100, column
    assert len(set(made["prison"].column("book_id").to_pylist())) == 500


def test_a_person_at_one_confidence_is_the_same_person_at_another(made):
    pairs = set(zip(*(made.column(name).to_pylist() for name in ("person_high", "person_low")), strict=True))
    assert len(pairs) == len({high for high, _ in pairs}) == len({low for _, low in pairs})


def test_the_same_seed_gives_the_same_twin_and_another_seed_another(made):
    assert made.equals(twin([share()], [MARGIN], people=4000, seed=1)["prison"])
    assert not made.equals(twin([share()], [MARGIN], people=4000, seed=2)["prison"])


def test_margins_are_read_from_totals_over_the_other_keys_else_from_single_cells():
    assert weights_of("offence", [MARGIN]) == {"Theft": 900, "Fraud": 100}
    cells = tuple({"offence": o, "supported": s, "people": n} for o, s, n in (("Theft", True, 4), ("Theft", False, 6)))
    assert weights_of("offence", [StatTable("x", ("offence", "supported"), ("people",), cells)]) == {"Theft": 10}
    assert weights_of("supported", [StatTable("x", ("offence", "supported"), ("people",), cells)]) == {
        "true": 4,
        "false": 6,
    }
    assert weights_of("town", [MARGIN]) == {}


def test_whole_numbers_take_released_values_and_pass_over_labels():
    rows = ({"sessions": 3, "people": 5}, {"sessions": "10 or more", "people": 50})
    column = twin([share()], [StatTable("x", ("sessions",), ("people",), rows)], people=50, seed=1)["prison"].column(
        "sessions"
    )
    assert set(column.to_pylist()) == {3} and column.type == pa.int64()
