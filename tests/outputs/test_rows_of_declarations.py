"""Which rows a declaration speaks of, and what each is grouped by, on five rows that can be read."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from research import PEOPLE, TRUE, person, research

from boldlink.errors import BadInput, BoldError
from boldlink.outputs import RULES, SUPPRESSED
from boldlink.outputs.submitted import judged, recompute
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.rows import DAYS, HAPPENED, rows_of_declared
from boldlink.values import StatTable

PERIOD = {"column": "day", "from": "2022-01-01", "to": "2022-12-31"}
ROWS = (
    (1, date(2022, 1, 10), "North", 89, True),
    (1, date(2022, 5, 10), "South", 90, False),
    (2, date(2022, 1, 1), "South", 365, None),
    (3, date(2022, 12, 31), None, None, True),
    (4, date(2021, 12, 31), "East", 30, False),  # the day before the period
)
OFFENCES = ((1, date(2022, 1, 10)), (1, date(2022, 2, 9)), (2, date(2023, 1, 2)), (3, date(2022, 12, 30)))


def table(rows, *names):
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    people = pa.array([person(number) for number in columns.pop("person_medium")], pa.binary(16))
    return pa.table({"person_medium": people, **columns})


DATA = {
    "cases": table(ROWS, "person_medium", "day", "region", "length", "support"),
    "pnc": table(OFFENCES, "person_medium", "offence"),
}


def column(made=None, name="x", **more):
    """The values of one grouping column, in the order of the rows."""
    columns = {} if made is None else {"columns": {name: made}}
    content = {"title": "Rows", "statistic": "crosstab", "dataset": "cases", "period": PERIOD, "keys": [name]}
    return rows_of_declared(TableDocument.model_validate({**content, **columns, **more}), DATA).column(name).to_pylist()


@pytest.mark.parametrize(
    ("made", "values"),
    [
        ({"of": "region"}, ["North", "South", "South", None]),
        ({"of": "day", "as": "year"}, ["2022"] * 4),
        ({"of": "day", "as": "quarter"}, ["2022 Q1", "2022 Q2", "2022 Q1", "2022 Q4"]),
        ({"of": "day", "as": "month"}, ["2022-01", "2022-05", "2022-01", "2022-12"]),
        ({"of": "length", "bands": [90, 365]}, ["under 90", "90 to under 365", "365 or more", None]),
        ({"of": "length", "bands": [89.5]}, ["under 89.5", "89.5 or more", "89.5 or more", None]),
        ({"found_in": "pnc"}, ["yes", "yes", "yes", "yes"]),
        ({"found_in": "pnc", "on": "offence", "after": "day", "within_days": 30}, ["yes", "no", "no", "no"]),
        ({"found_in": "pnc", "on": "offence", "after": "day", "within_days": 29}, ["no", "no", "no", "no"]),
        ({"found_in": "pnc", "on": "offence", "after": "day", "within_days": 366}, ["yes", "no", "yes", "no"]),
    ],
    ids=["as it is", "year", "quarter", "month", "bands", "half", "found", "the last day", "a day less", "longer"],
)
def test_a_column_is_made_as_declared(made, values):
    assert column(made) == values


@pytest.mark.parametrize(
    ("where", "regions"),
    [
        ({"column": "region", "is": ["South"]}, ["South", "South"]),
        ({"column": "length", "at_least": 90}, ["South", "South"]),
        ({"column": "length", "at_most": 89}, ["North"]),
        ({"column": "length", "at_least": 89, "at_most": 90}, ["North", "South"]),
        ({"column": "day", "at_least": date(2022, 5, 10)}, ["South", None]),
        ({"column": "support", "is": ["true"]}, ["North", None]),
        ({"column": "region", "is": ["x' or 'a' = 'a"]}, []),
    ],
)
def test_rows_are_those_that_a_filter_leaves(where, regions):
    assert column(name="region", where=[where]) == regions


def test_each_persons_first_or_last_row_counts():
    assert sorted(map(str, column(name="region", rows="first"))) == ["None", "North", "South"]
    assert sorted(map(str, column(name="region", rows="last"))) == ["None", "South", "South"]


def test_days_run_until_the_first_row_after_or_until_the_end():
    time = {"after": "day", "found_in": "pnc", "on": "offence", "until": "2022-12-31"}
    content = {"title": "Time", "statistic": "survival", "dataset": "cases", "period": PERIOD, "time": time}
    found = rows_of_declared(TableDocument.model_validate(content), DATA)
    assert found.column(DAYS).to_pylist() == [30, 235, 364]  # who came on the last day was not seen for a day
    assert found.column(HAPPENED).to_pylist() == [1, 0, 0]


def test_models_take_yes_and_true_as_one():
    content = {
        "title": "Model", "statistic": "linear", "dataset": "cases", "period": PERIOD, "outcome": "length",
        "covariates": ["back", "support"], "columns": {"back": {"found_in": "pnc", "on": "offence", "after": "day", "within_days": 30}},
    }  # fmt: skip
    found = rows_of_declared(TableDocument.model_validate(content), DATA)
    assert found.column("back").to_pylist() == [1, 0, 0, 0] and found.column("support").to_pylist() == [1, 0, None, 1]


NAMES = st.sampled_from(["day", "region", "length", "support", "person_medium", "x", 'a"b', "pnc"])
MADE = st.one_of(
    st.builds(lambda of, how: {"of": of, "as": how}, NAMES, st.sampled_from(["year", "quarter", "month"])),
    st.builds(lambda of, bound: {"of": of, "bands": [bound]}, NAMES, st.one_of(st.integers(), st.floats())),
    st.builds(lambda on, after: {"found_in": "pnc", "on": on, "after": after, "within_days": 9}, NAMES, NAMES),
)
BOUND = st.one_of(st.integers(), st.floats(), st.dates())


@settings(max_examples=60)
@given(MADE, NAMES, BOUND, st.sampled_from(["crosstab", "pivot", "summary"]))
def test_whatever_is_declared_ends_in_a_table_or_in_words(made, name, bound, statistic):
    more = {"crosstab": {}, "pivot": {"value": name, "how": "sum"}, "summary": {"value": name, "statistics": ["mean"]}}
    content = {
        "title": "Anything", "statistic": statistic, "dataset": "cases", "period": PERIOD, "keys": ["made"],
        "columns": {"made": made}, "where": [{"column": name, "at_most": bound}], **more[statistic],
    }  # fmt: skip
    try:
        declared = TableDocument.model_validate(content)
    except ValueError:
        return  # a name that is none
    try:
        recompute(declared, DATA, RULES)
    except BoldError as refusal:
        assert refusal.code.startswith(("DECLARED-", "STATISTICS-")) and refusal.do


AGAIN = recompute(TableDocument.model_validate(PEOPLE), research(), RULES)
CELLS = [line.split(",") for line in TRUE.splitlines()[1:]]


@settings(max_examples=100)
@given(st.integers(0, len(CELLS) - 1), st.one_of(st.integers(0, 400), st.integers(0, 80).map(lambda n: 5 * n)))
def test_no_other_number_in_any_cell_passes(number, value):
    rows = [{"release_region": name, "people": int(people)} for name, people in CELLS]
    declared = TableDocument.model_validate(PEOPLE)
    if value == rows[number]["people"]:
        return
    rows[number]["people"] = value
    table = StatTable(declared.title, ("release_region",), ("people",), tuple(rows))
    with pytest.raises(BadInput):
        judged(table, AGAIN, declared, RULES)


@given(st.sets(st.integers(0, len(CELLS) - 2), min_size=1, max_size=len(CELLS) - 2))
def test_any_cells_but_all_may_be_withheld_if_the_total_is_of_what_shows(hidden):
    rows = [{"release_region": name, "people": int(people)} for name, people in CELLS[:-1]]
    left = sum(row["people"] for number, row in enumerate(rows) if number not in hidden)
    for number in hidden:
        rows[number]["people"] = SUPPRESSED
    declared = TableDocument.model_validate(PEOPLE)
    total = {"release_region": "All", "people": left or SUPPRESSED}
    table = StatTable(declared.title, ("release_region",), ("people",), (*rows, total))
    assert judged(table, AGAIN, declared, RULES).shown.rows[-1] == total
