"""Candidate pairs: what rules reach, what they cost, and under which rule a pair stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_records import Row, people, source

from boldlink.linkage import Comparison, Level, Model
from boldlink.linkage import Rule as ModelRule
from boldlink.linkage.automatic import rules as automatic
from boldlink.linkage.automatic.rules import Rule, choose_rules, count_pairs
from boldlink.linkage.automatic.sources import Frame, frame
from boldlink.linkage.automatic.train import records_of
from boldlink.linkage.compiled.columns import Columns
from boldlink.linkage.compiled.compiled import compile_model, opened
from boldlink.linkage.compiled.weights import weights_of
from boldlink.linkage.pairs.candidates import candidates
from boldlink.linkage.pairs.score import as_it_is, score
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.records import Records

SURNAME = Rule(('"surname"',), ("surname",))
BIRTH = Rule(('"date_of_birth"',), ("date_of_birth",))
SWAPPED = Rule((), ("forename", "surname"), (('"forename"', '"surname"'), ('"surname"', '"forename"')))
NOTHING = Comparison("nothing", (Level("1 = 2", "never"), Level("ELSE", "always")))


@contextmanager
def records(*files: list[Row]) -> Iterator[tuple[Columns, Records, Frame]]:
    common = frame([source(f"file {number}", rows) for number, rows in enumerate(files)])
    held = records_of(common)
    with opened(held, 1) as connection:
        yield Columns(connection, held.table), held, common


def made(columns: Columns, held: Records, *rules: Rule) -> list[tuple[int, int, int]]:
    """Pairs that rules make: rows of left and right records, and the rule."""
    model = Model(held.link_type, (NOTHING,), tuple(ModelRule(rule.sql) for rule in rules))
    stream = Stream(compile_model(model, held, columns.connection), 1)
    chosen = candidates(stream.compiled, range(len(rules)))
    found = score(stream, chosen, weights_of(stream.compiled), float("-inf"), as_it_is)
    return [(a, b, one.rule) for one in found for a, b in zip(one.left.tolist(), one.right.tolist(), strict=True)]


def row(number: int, surname: str | None, dob: str | None = "1980-02-03", forename: str = "amina") -> Row:
    return {"id": str(number), "forename": forename, "surname": surname, "dob": dob}


def test_a_rule_reads_as_splink_writes_it() -> None:
    rule = Rule(('left("surname", 3)', '"postcode"'), ("surname", "postcode"))
    assert rule.sql == 'left(l."surname", 3) = left(r."surname", 3) AND l."postcode" = r."postcode"'
    assert rule.words == "surname (first 3), postcode"
    assert automatic.WIDER[2].words == "town, year of birth"
    assert SWAPPED.words == "names exchanged"


def test_missing_values_make_no_pairs() -> None:
    with records([row(1, None), row(2, "colefer")], [row(1, None), row(2, "colefer")]) as (columns, held, _):
        assert count_pairs(columns, held, SURNAME) == 1


def test_swapped_names_are_reached_across_columns() -> None:
    with records([row(1, "wes", forename="rosa")], [row(2, "rosa", forename="wes")]) as (columns, held, _):
        assert count_pairs(columns, held, SWAPPED) == 1
        assert made(columns, held, SWAPPED) == [(0, 1, 0)]


def test_a_pair_stands_once_under_the_first_rule_that_makes_it() -> None:
    left = [row(1, "colefer"), row(2, "marnor", "1970-01-05")]
    right = [row(1, "colefer"), row(2, "marnor", "1971-01-05")]
    with records(left, right) as (columns, held, _):
        keys = [key for _, _, key in made(columns, held, BIRTH, SURNAME)]
    assert sorted(keys) == [0, 1]


names = st.lists(st.sampled_from(["colefer", "marnor", "vinwal", None]), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(names, names)
def test_counting_by_keys_is_counting_the_pairs_made(left: list[str | None], right: list[str | None]) -> None:
    files = [[row(n, surname) for n, surname in enumerate(side)] for side in (left, right)]
    for given_files in (files, files[:1]):
        with records(*given_files) as (columns, held, _):
            assert count_pairs(columns, held, SURNAME) == len(made(columns, held, SURNAME))


def test_small_files_get_wider_rules_too() -> None:
    rows = people(80)
    with records(rows, rows) as (columns, held, common):
        chosen = choose_rules(columns, held, common)
    assert any(rule.wide for rule in chosen)
    assert not chosen[0].wide


def test_a_rule_that_would_make_too_many_pairs_gives_way_to_a_tighter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automatic, "LEAST_PAIRS", 1_000)
    monkeypatch.setattr(automatic, "PAIRS_PER_RECORD", 1)
    monkeypatch.setattr(automatic, "LEAST_WIDER_PAIRS", 1_000)
    monkeypatch.setattr(automatic, "WIDER_PAIRS_PER_RECORD", 1)
    rows: list[Row] = [{**one, "dob": "1980-02-03"} for one in people(100)]
    with records(rows, rows) as (columns, held, common):
        chosen = choose_rules(columns, held, common)
        counts = [count_pairs(columns, held, rule) for rule in chosen]
    assert BIRTH not in chosen
    assert any({"date_of_birth", "surname"} <= set(rule.columns) for rule in chosen)
    assert max(counts) <= 1_000
    assert sum(count for rule, count in zip(chosen, counts, strict=True) if rule.wide) <= 1_000
