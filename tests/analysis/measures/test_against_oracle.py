"""Every measure against a second implementation that was written from the definitions, on random tables."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import ORACLE
from random_tables import ENDS, STARTS, as_arrow, research

from boldlink.analysis import compute, find
from boldlink.analysis.measures import LIBRARY
from boldlink.values import Confidence


def computed(measure, research_tables):
    """The measure's rows: keys and counts as they are, estimates to nine places."""
    _, table = compute(measure.id, research_tables, STARTS, ENDS)
    columns = [*table.keys, *table.counts, *table.estimates]
    return [{c: rounded(row[c]) for c in columns if c != "everybody"} for row in table.rows]


def expected(measure, tables):
    """The oracle's rows, at every confidence where the measure depends on links."""
    rows = []
    for confidence in tuple(Confidence) if measure.linked else (Confidence.MEDIUM,):
        head = {"confidence": confidence.capitalize()} if measure.linked else {}
        found = ORACLE[measure.id](copy.deepcopy(tables), STARTS, ENDS, f"person_{confidence}")
        rows += [head | {name: rounded(value) for name, value in row.items()} for row in found]
    return rows


def rounded(value):
    return round(value, 9) + 0.0 if isinstance(value, float) else value


def in_order(rows):
    return sorted(rows, key=lambda row: sorted((name, str(value)) for name, value in row.items()))


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_measure_equals_its_second_implementation(name, data):
    one = find(name)
    tables = data.draw(research(one.needs))
    assert in_order(computed(one.measure, as_arrow(tables, one.needs))) == in_order(expected(one.measure, tables))


def test_every_measure_of_the_library_has_a_second_implementation():
    assert {one.measure.id for one in LIBRARY} == set(ORACLE)
