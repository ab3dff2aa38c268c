"""A model and records made ready for the kernels: conditions as programs, values as numbers, weights as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from boldlink.linkage.compiled.answers import Asker
from boldlink.linkage.compiled.columns import Columns
from boldlink.linkage.compiled.conditions import Conditions, Exit, Graph
from boldlink.linkage.compiled.encode import Encoded, encode
from boldlink.linkage.compiled.program import assemble
from boldlink.linkage.compiled.rules import Plan, plan_rule
from boldlink.linkage.compiled.selftest import fused_jaro_winkler
from boldlink.linkage.compiled.sql import Expressions, refused
from boldlink.linkage.kernels.branches import Program
from boldlink.linkage.model.model import Comparison, Level, Model, Rule, probabilities
from boldlink.linkage.records import Records

Shares = Mapping[str, Mapping[Any, float]]


@dataclass(frozen=True)
class Compiled:
    """What pairs are streamed with. Programs: one per comparison, in the model's order, then one per condition of a rule.

    rest, whole: for each rule, the program that its own pairs must meet, and the one that gives pairs to it; -1 for none.
    """

    model: Model
    records: Records
    columns: Columns
    encoded: Encoded
    program: Program
    plans: tuple[Plan, ...]
    rest: tuple[int, ...]
    whole: tuple[int, ...]
    rarity: Mapping[str, int]  # column whose values' shares count -> its place in the codes
    asker: Asker


@contextmanager
def opened(records: Records, threads: int, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory with the table `records`; it writes nothing to disk."""
    settings = {"temp_directory": "", "threads": str(threads), **({"memory_limit": memory} if memory else {})}
    connection = duckdb.connect(config=settings)
    try:
        connection.register("records", records.table)
        yield connection
    finally:
        connection.close()


def compile_model(
    model: Model,
    records: Records,
    connection: duckdb.DuckDBPyConnection,
    *,
    more_rules: tuple[Rule, ...] = (),
    shares: Shares | None = None,
) -> Compiled:
    """Make a model ready. more_rules: others whose pairs are wanted, such as those for training.

    shares: a column's values -> their shares, for rarity, in place of those among the records. Raises BadRecords for what
    cannot be honoured: an unknown column, a condition that is not one, rarity without an exact match.
    """
    graph, columns = Graph(), Columns(connection, records.table)
    levels = Conditions(graph, Expressions(connection, "suffix"), connection, columns)
    between = Conditions(graph, Expressions(connection, "table"), connection, columns)
    for comparison in model.comparisons:
        for level in comparison.levels:
            if level.rarity and not level.otherwise:
                columns.type_of(_quoted(level.rarity))
                rarity_base(level, comparison, levels.expressions)
    starts = [_comparison(comparison, levels) for comparison in model.comparisons]
    plans = tuple(plan_rule(rule, between) for rule in (*rules_of(model), *more_rules))
    numbers: dict[str, list[int]] = {"rest": [], "whole": []}
    for plan in plans:
        for name, start in (("rest", plan.rest), ("whole", plan.whole)):
            numbers[name].append(-1 if start is None else len(starts))
            starts += [] if start is None else [start]
    rare = {level.rarity for comparison in model.comparisons for level in comparison.levels if level.rarity}
    rarity = {column: graph.key((_quoted(column),), "share") for column in sorted(rare)}
    encoded = encode(graph, columns, shares or {})
    program = assemble(graph, starts, encoded.place_of_key, fused=fused_jaro_winkler(connection))
    places = {column: encoded.place_of_key[key] for column, key in rarity.items()}
    asker = Asker(connection, graph, encoded)
    return Compiled(
        model, records, columns, encoded, program, plans, tuple(numbers["rest"]), tuple(numbers["whole"]), places, asker
    )


def rules_of(model: Model) -> tuple[Rule, ...]:
    """A model's rules; without any, every pair is looked at."""
    return model.rules or (Rule("1 = 1", words="every pair"),)


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _comparison(comparison: Comparison, conditions: Conditions) -> Exit:
    """Where a comparison begins; its exits are levels."""
    exits = [-2 - gamma for gamma in comparison.gammas]
    following = exits[-1]
    for level, exit_ in list(zip(comparison.levels, exits, strict=True))[-2::-1]:
        following = conditions.add(level.sql, exit_, following)
    return following


def rarity_base(level: Level, comparison: Comparison, expressions: Expressions) -> float:
    """u of an exact match on the column whose rarity counts at a level. Raises BadRecords where there is none."""
    if level.own_u:
        return probabilities(level, comparison)[1]
    for other in comparison.levels:
        if not other.otherwise and expressions.same_column(other.sql) == str(level.rarity).lower():
            return probabilities(other, comparison)[1]
    raise refused(
        level.sql, f"rarity of {level.rarity} needs a level of {comparison.name} at which it matches exactly."
    )
