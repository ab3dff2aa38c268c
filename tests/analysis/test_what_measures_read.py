"""A measure reads the columns that it declares: not one more, and not one less, so that its declaration can be relied on."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest

from boldlink.analysis import MEASURES, compute
from boldlink.analysis.ask import QUALITY, Ask
from boldlink.analysis.compute import at_hand
from boldlink.analysis.engine import tables
from boldlink.analysis.measures import EXAMPLES
from boldlink.analysis.measures.columns import type_of
from boldlink.analysis.measures.query import Query
from boldlink.analysis.reading import LINKED, columns_read
from boldlink.errors import BadInput

ASK = Ask(date(2023, 1, 1), date(2023, 3, 31))
OF_LINKING = {"link_weight": pa.float64(), "link_probability": pa.float64(), "link_grade": pa.int8()}
TEXTS = {"birth_year": pa.string(), "report": pa.string()}
NUMBERS = dict.fromkeys(("ogrs3", *(f"question_{n}_tot" for n in (3, 5, 8, 10))), pa.int64())
FLAGS = dict.fromkeys(("employment_support", "accredited_programme", "opioid_substitution"), pa.bool_())


def nobody(columns):
    """A research table of these columns and of what linking adds, without a row."""
    kinds = {**OF_LINKING, **TEXTS, **NUMBERS, **FLAGS}
    return pa.schema([(c, kinds.get(c, type_of(c))) for c in dict.fromkeys((*columns, *LINKED))]).empty_table()


def declared(one):
    return {**one.needs, **{name: (*one.needs[name], *more) for name, more in one.where_shared.items()}}


def asked_of(one, columns):
    """What the measure says of tables without a row: an error of the engine if it reads a column that is not there."""
    with tables({name: nobody(some) for name, some in columns.items()}) as connection:
        try:
            one.compute(connection, ASK)
        except duckdb.Error as error:
            return error
        except BadInput:
            pass  # nobody is counted, which a method may refuse
    return None


@pytest.mark.parametrize("name", list(MEASURES))
def test_a_measure_reads_no_column_that_it_does_not_declare(name):
    assert asked_of(MEASURES[name], declared(MEASURES[name])) is None


@pytest.mark.parametrize("name", list(MEASURES))
def test_a_measure_declares_no_column_that_it_does_not_read(name):
    one = MEASURES[name]
    for dataset, columns in one.needs.items():
        for column in columns if dataset != QUALITY else ():
            without = {**declared(one), dataset: tuple(c for c in declared(one)[dataset] if c != column)}
            assert isinstance(asked_of(one, without), duckdb.Error), (dataset, column)


@pytest.mark.parametrize("name", [name for name, one in MEASURES.items() if isinstance(one.compute, Query)])
def test_the_datasets_of_a_breakdown_are_those_that_the_query_breaks_down(name):
    one = MEASURES[name]
    assert {one.index, *one.beside} == set(one.compute.by.values())


def test_a_measure_is_handed_its_own_columns_and_no_others():
    one = MEASURES["deaths-after-release"]
    research = EXAMPLES["deaths-after-release"].research()
    research["prison"] = research["prison"].append_column("main_offence", pa.array(["Theft"] * 6))
    research["pnc"] = nobody(("offence_date",))
    seen = at_hand(one, research)
    assert set(seen) == {"prison", "deaths"} and "main_offence" not in seen["prison"].schema.names
    assert "main_offence" in at_hand(one, research, ("main_offence",))["prison"].schema.names


def test_a_breakdown_reads_a_column_under_the_name_that_each_department_has_for_it():
    read = columns_read(MEASURES["proven-reoffending"], ("sex_recorded",))
    assert "sex_recorded" in read["prison"] and "gender_recorded" in read["probation"]
    assert not {"sex_recorded", "gender_recorded"} & set(read["pnc"])


def test_a_characteristic_that_is_not_shared_is_done_without():
    example = EXAMPLES["linked-unlinked-prison-ndtms"]  # of the characteristics it has the year of birth alone
    _, table = compute("linked-unlinked-prison-ndtms", example.research(), example.starts, example.ends)
    assert {row["characteristic"] for row in table.rows} == {"Year of birth"}
