"""How recognisable people are: counts of people, minimal subsets on which they are alone, and bounds that refuse."""

from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.datasets.risk import exceeded, quasi_identifiers, require_cohort, require_within, risk_report
from boldlink.errors import BadInput
from boldlink.values import Column, DataClass, RiskBounds, Role

KEYS = ("sex", "year", "area", "job")


def report(rows, sensitive=(), keys=KEYS):
    """rows: person, then the values of the keys and of the sensitive columns."""
    columns = [pa.array(list(values)) for values in zip(*rows, strict=True)]
    return risk_report(columns[0], dict(zip((*keys, *sensitive), columns[1:], strict=True)), keys, sensitive)


def test_a_report_counts_people_and_not_rows():
    rows = [(1, "M", 1980)] * 3 + [(2, "M", 1980), (3, "F", 1990)]
    found = report(rows, keys=("sex", "year"))
    assert (found.people, found.smallest_group) == (3, 1)
    assert (found.alone_percent, found.small_group_percent, found.special_unique_percent) == (33.33, 100.0, 33.33)


def test_somebody_who_is_alone_on_two_keys_only_together_is_found_at_size_two():
    rows = [(1, "M", 1), (2, "M", 2), (3, "F", 1), (4, "F", 1), (5, "M", 1), (6, "F", 2), (7, "F", 2), (8, "M", 1)]
    found = report([(*row, "x", "y") for row in rows])
    assert found.special_unique_by_size == {"1": 0.0, "2": 12.5, "3": 0.0}  # the second: M with 2


def test_a_report_of_nothing_says_nothing():
    assert risk_report(pa.array([], pa.int64()), {"sex": pa.array([], pa.string())}, ["sex"]).smallest_group is None
    assert report([(1, "M")], keys=("sex",)).special_unique_percent == 0.0  # one key has no proper subset


values = st.tuples(st.integers(0, 5), *[st.sampled_from(["a", "b", None])] * 3, st.integers(0, 2))


@given(st.lists(values, min_size=1, max_size=14))
def test_minimal_uniques_are_those_that_plain_python_finds(rows):
    found = report(rows)
    people = {row[0] for row in rows}

    def lonely(row, places):
        return {other[0] for other in rows if all(other[p] == row[p] for p in places)} == {row[0]}

    def minimal(row, size):
        sets = [s for s in combinations(range(1, 5), size) if lonely(row, s)]
        return any(not any(lonely(row, part) for part in combinations(s, size - 1) if part) for s in sets)

    for size in (1, 2, 3):
        alone = {row[0] for row in rows if minimal(row, size)}
        assert found.special_unique_by_size[str(size)] == round(100 * len(alone) / len(people), 2)
    everywhere = {row[0] for row in rows if lonely(row, (1, 2, 3, 4))}
    assert found.alone_percent == round(100 * len(everywhere) / len(people), 2)
    groups = {row[1:]: {other[0] for other in rows if other[1:] == row[1:]} for row in rows}
    assert found.smallest_group == min(map(len, groups.values()))


def test_a_sensitive_column_that_a_whole_group_shares_is_seen_and_small_groups_are_counted_elsewhere():
    large = [(n, "M", "theft") for n in range(12)]
    mixed = [(n, "F", "theft" if n % 2 else "fraud") for n in range(20, 32)]
    small = [(40, "X", "theft")]
    assert report([*large, *mixed, *small], ("offence",), ("sex",)).distinct_values == {"offence": 1}
    assert report([*mixed, *small], ("offence",), ("sex",)).distinct_values == {"offence": 2}
    assert report(small, ("offence",), ("sex",)).distinct_values == {"offence": None}


BOUNDS = RiskBounds(10, 20.0, 10.0, 2, {"prison": ("sex",)}, {"prison": ("offence",)})


def test_bounds_refuse_in_words_dataset_bound_found_and_allowed():
    found = report([(n, "M" if n else "F", "theft") for n in range(13)], ("offence",), ("sex",))
    words = list(exceeded("prison", found, BOUNDS))
    assert words == ["prison: a group of ten or more shows only 1 value(s) of offence, allowed at least 2."]
    alone = report([(n, n, n, n, n) for n in range(3)])
    with pytest.raises(BadInput) as refused:
        require_within({"prison": alone, "ndtms": alone}, BOUNDS)
    assert refused.value.code == "RESEARCH-RISK" and refused.value.do and refused.value.ask
    for part in ("prison: 100 per cent", "ndtms: 100 per cent", "alone on a few", "allowed 20", "allowed 10"):
        assert part in refused.value.why


def test_what_is_at_a_bound_is_within_it():
    twins = report([(n, n // 2, 0, 0, 0) for n in range(10)])
    require_within({"prison": twins}, BOUNDS)
    require_cohort(10, BOUNDS)
    with pytest.raises(BadInput, match="RESEARCH-COHORT-SMALL"):
        require_cohort(9, BOUNDS)


def test_keys_are_what_others_may_know_where_the_agreement_names_none():
    personal, crime = frozenset({DataClass.PERSONAL}), frozenset({DataClass.CRIMINAL})
    columns = (
        Column("sex", "string", Role.ATTRIBUTE, classes=personal),
        Column("released", "date", Role.ATTRIBUTE, classes=personal),
        Column("offence", "string", Role.ATTRIBUTE, classes=crime),
        Column("noms", "string", Role.SOURCE_KEY, classes=personal),
    )
    assert quasi_identifiers(columns) == ["sex"]
