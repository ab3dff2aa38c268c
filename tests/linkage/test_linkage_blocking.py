"""Candidate pairs: what rules reach, what they cost, and under which rule a pair stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_records import Row, people, source

from boldlink.linkage import blocking
from boldlink.linkage.blocking import Rule, choose_rules, count_pairs, pairs_sql
from boldlink.linkage.scoring import opened
from boldlink.linkage.sources import Frame, frame

SURNAME = Rule(('"surname"',), ("surname",))
BIRTH = Rule(('"date_of_birth"',), ("date_of_birth",))
SWAPPED = Rule((), ("forename", "surname"), (('"forename"', '"surname"'), ('"surname"', '"forename"')))


@contextmanager
def records(*files: list[Row]) -> Iterator[tuple[duckdb.DuckDBPyConnection, Frame]]:
    common = frame([source(f"file {number}", rows) for number, rows in enumerate(files)])
    with opened(common, 1) as connection:
        yield connection, common


def row(number: int, surname: str | None, dob: str | None = "1980-02-03", forename: str = "amina") -> Row:
    return {"id": str(number), "forename": forename, "surname": surname, "dob": dob}


def test_a_rule_reads_as_splink_writes_it() -> None:
    rule = Rule(('left("surname", 3)', '"postcode"'), ("surname", "postcode"))
    assert rule.sql == 'left(l."surname", 3) = left(r."surname", 3) AND l."postcode" = r."postcode"'
    assert rule.words == "surname (first 3), postcode"
    assert blocking.WIDER[2].words == "town, year of birth"
    assert SWAPPED.words == "names exchanged"


def test_missing_values_make_no_pairs() -> None:
    with records([row(1, None), row(2, "colefer")], [row(1, None), row(2, "colefer")]) as (connection, _):
        assert count_pairs(connection, SURNAME, same_source=False) == 1


def test_swapped_names_are_reached_across_columns() -> None:
    with records([row(1, "wes", forename="rosa")], [row(2, "rosa", forename="wes")]) as (connection, _):
        assert count_pairs(connection, SWAPPED, same_source=False) == 1
        assert connection.execute(pairs_sql([SWAPPED], same_source=False)).fetchall() == [(0, 1, 0)]


def test_a_pair_stands_once_under_the_first_rule_that_makes_it() -> None:
    left = [row(1, "colefer"), row(2, "marnor", "1970-01-05")]
    right = [row(1, "colefer"), row(2, "marnor", "1971-01-05")]
    with records(left, right) as (connection, _):
        keys = [key for _, _, key in connection.execute(pairs_sql([BIRTH, SURNAME], same_source=False)).fetchall()]
    assert sorted(keys) == [0, 1]


names = st.lists(st.sampled_from(["colefer", "marnor", "vinwal", None]), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(names, names)
def test_counting_by_keys_is_counting_the_pairs_made(left: list[str | None], right: list[str | None]) -> None:
    files = [[row(n, surname) for n, surname in enumerate(side)] for side in (left, right)]
    with records(*files) as (connection, _):
        made = connection.execute(pairs_sql([SURNAME], same_source=False)).fetchall()
        assert count_pairs(connection, SURNAME, same_source=False) == len(made)
    with records(files[0]) as (connection, _):
        made = connection.execute(pairs_sql([SURNAME], same_source=True)).fetchall()
        assert count_pairs(connection, SURNAME, same_source=True) == len(made)


def test_small_files_get_wider_rules_too() -> None:
    rows = people(80)
    with records(rows, rows) as (connection, common):
        chosen = choose_rules(connection, common, same_source=False)
    assert any(rule.wide for rule in chosen)
    assert not chosen[0].wide


def test_a_rule_that_would_make_too_many_pairs_gives_way_to_a_tighter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "LEAST_PAIRS", 1_000)
    monkeypatch.setattr(blocking, "PAIRS_PER_RECORD", 1)
    monkeypatch.setattr(blocking, "LEAST_WIDER_PAIRS", 1_000)
    monkeypatch.setattr(blocking, "WIDER_PAIRS_PER_RECORD", 1)
    rows: list[Row] = [{**one, "dob": "1980-02-03"} for one in people(100)]
    with records(rows, rows) as (connection, common):
        chosen = choose_rules(connection, common, same_source=False)
        counts = [count_pairs(connection, rule, same_source=False) for rule in chosen]
    assert BIRTH not in chosen
    assert any({"date_of_birth", "surname"} <= set(rule.columns) for rule in chosen)
    assert max(counts) <= 1_000
    assert sum(count for rule, count in zip(chosen, counts, strict=True) if rule.wide) <= 1_000
