"""Pairs and weights in DuckDB, in memory: candidates, levels, patterns, and the weight that Splink would give.

The weight is the sum of log2(prior odds), each level's log2(m/u), and, at levels that count rarity, log2(u) of the level
less log2 of the value's own share. Source: Splink's model semantics (documentation of version 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage.blocking import Rule, pairs_sql
from boldlink.linkage.comparisons import Comparison
from boldlink.linkage.household import Household
from boldlink.linkage.sources import Frame
from boldlink.linkage.oldtraining import Patterns, Trained

RANDOM_PAIRS = 1_000_000


@contextmanager
def opened(frame: Frame, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the frame as the table `records` (i: row, s: source). Nothing is spilled to disk."""
    connection = duckdb.connect(config={"temp_directory": "", "threads": str(threads)})
    try:
        rows = frame.table.num_rows
        order = pc.index_in(frame.table.column("source_dataset"), pa.array(sorted(frame.names)))
        table = frame.table.append_column("i", pa.array(np.arange(rows), pa.int64())).append_column("s", order)
        connection.register("incoming", table)
        connection.execute("CREATE TABLE records AS SELECT * FROM incoming")
        connection.unregister("incoming")
        yield connection
    finally:
        connection.close()


def make_pairs(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[Rule],
    comparisons: Sequence[Comparison],
    trained_on: Sequence[Rule],
    *,
    same_source: bool,
) -> int:
    """Make the table `pairs`: l, r, key, a level number per comparison, a flag per training rule. Returns its rows."""
    columns = [f"({comparison.case()})::TINYINT AS g{n}" for n, comparison in enumerate(comparisons)]
    flags = [f"coalesce({rule.sql}, false) AS b{n}" for n, rule in enumerate(trained_on)]
    wanted = sorted(
        {column for comparison in comparisons for column in comparison.columns} | _list_columns(comparisons)
    )
    sides = [f'{side}."{column}" AS "{column}_{side}"' for column in wanted for side in "lr"]
    connection.execute(f"CREATE TABLE candidates AS {pairs_sql(rules, same_source=same_source)}")
    connection.execute(
        f"""CREATE TABLE pairs AS SELECT l_, r_, key, {", ".join([*columns, *(f"b{n}" for n in range(len(flags)))])} FROM (
        SELECT c.l AS l_, c.r AS r_, c.key, {", ".join([*sides, *flags])}
        FROM candidates c JOIN records l ON l.i = c.l JOIN records r ON r.i = c.r)"""
    )
    connection.execute("DROP TABLE candidates")
    row = connection.execute("SELECT count(*) FROM pairs").fetchone()
    return int(row[0]) if row else 0


def random_patterns(
    connection: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], seed: int, *, same_source: bool
) -> Patterns:
    """Patterns of random pairs: each record against others drawn by arithmetic, the same for the same seed."""
    records = _fetch(connection, "SELECT count(*) FROM records")
    each = max(1, min(records, RANDOM_PAIRS // max(records, 1) + 1))
    step = max(1, records // each)
    wanted = sorted(
        {column for comparison in comparisons for column in comparison.columns} | _list_columns(comparisons)
    )
    sides = [f'{side}."{column}" AS "{column}_{side}"' for column in wanted for side in "lr"]
    where = "l.i <> r.i" if same_source else "l.s <> r.s"
    drawn = f"""SELECT {", ".join(sides)} FROM
        (SELECT *, (i * 7919 + k * {step} + {seed * 104_729} + (i * k) % {step}) % {records} AS j
         FROM records, range({each}) t(k)) l
        JOIN records r ON r.i = l.j WHERE {where} LIMIT {2 * RANDOM_PAIRS}"""
    cases = ", ".join(f"({comparison.case()})::TINYINT AS g{n}" for n, comparison in enumerate(comparisons))
    return _patterns(connection, f"SELECT {cases} FROM ({drawn})", len(comparisons))


def session_patterns(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], number: int) -> Patterns:
    """Patterns of the candidate pairs that satisfy one training rule."""
    levels = ", ".join(f"g{n}" for n in range(len(comparisons)))
    return _patterns(connection, f"SELECT {levels} FROM pairs WHERE b{number}", len(comparisons))


def candidate_patterns(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison]) -> Patterns:
    """Patterns of all candidate pairs."""
    levels = ", ".join(f"g{n}" for n in range(len(comparisons)))
    return _patterns(connection, f"SELECT {levels} FROM pairs", len(comparisons))


def _patterns(connection: duckdb.DuckDBPyConnection, sql: str, width: int) -> Patterns:
    levels = ", ".join(f"g{n}" for n in range(width))
    found = connection.execute(f"SELECT {levels}, count(*) AS n FROM ({sql}) GROUP BY ALL ORDER BY ALL").fetchnumpy()
    gammas = np.stack([np.asarray(found[f"g{n}"], dtype=np.int64) for n in range(width)], axis=1)
    return Patterns(gammas, np.asarray(found["n"], dtype=float))


def make_term_frequencies(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison]) -> list[str]:
    """A table of shares per column whose rarity counts. Returns the columns."""
    columns = sorted({level.tf_column for c in comparisons for level in c.levels if level.tf_column})
    for column in columns:
        connection.execute(
            f"""CREATE TABLE "tf_{column}" AS SELECT "{column}" AS v, count(*) / sum(count(*)) OVER () AS tf
            FROM records WHERE "{column}" IS NOT NULL GROUP BY "{column}" """
        )
    return columns


def weigh(
    connection: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Comparison],
    trained: Trained,
    household: Household,
    threshold_probability: float,
) -> pa.Table:
    """Scored pairs at or above a probability, with Splink's names, in a fixed order."""
    rare = make_term_frequencies(connection, comparisons)
    parts = {c.name: list(_weight_sql(n, c, trained)) for n, c in enumerate(comparisons)}
    weight = _against_all(parts, math.log2(trained.prior / (1 - trained.prior)), household)
    least = _bits(threshold_probability)
    joins = " ".join(f'LEFT JOIN "tf_{c}" "t_{c}" ON l."{c}" = "t_{c}".v' for c in rare)
    sql = f"""SELECT l.source_dataset AS source_dataset_l, l.unique_id AS unique_id_l, r.source_dataset AS source_dataset_r,
        r.unique_id AS unique_id_r, w AS match_weight,
        CASE WHEN w < 0 THEN pow(2, w) / (1 + pow(2, w)) ELSE 1 / (1 + pow(2, -w)) END AS match_probability,
        key::VARCHAR AS match_key FROM (
            SELECT p.l_, p.r_, p.key, {weight} AS w
            FROM pairs p JOIN records l ON l.i = p.l_ JOIN records r ON r.i = p.r_ {joins}) p
        JOIN records l ON l.i = p.l_ JOIN records r ON r.i = p.r_
        WHERE w >= {_number(least)} ORDER BY w DESC, p.l_, p.r_"""
    return connection.sql(sql).to_arrow_table()


def _against_all(parts: Mapping[str, list[str]], prior_bits: float, household: Household) -> str:
    """SQL for the weight against strangers, relatives and housemates together: -log2 of the sum of 2^-weight."""
    kinds = [(frozenset[str](), prior_bits), *household.alternatives]
    weights = [
        " + ".join([_number(bits), *(sql for name, own in parts.items() if name not in shared for sql in own)])
        for shared, bits in kinds
    ]
    if len(weights) == 1:
        return weights[0]
    return f"-log2({' + '.join(f'pow(2, -({weight}))' for weight in weights)})"


def _weight_sql(n: int, comparison: Comparison, trained: Trained) -> Iterator[str]:
    """The level's weight, and (where values' rarity counts) what the value adds to it."""
    m, u = trained.m[comparison.name], trained.u[comparison.name]
    top = len(comparison.levels) - 1
    cases = " ".join(f"WHEN {top - k} THEN {_number(math.log2(m[k] / u[k]))}" for k in range(len(comparison.levels)))
    yield f"CASE p.g{n} {cases} ELSE 0 END"
    for k, level in enumerate(comparison.levels):
        if level.tf_column:
            tf = f'"t_{level.tf_column}".tf'
            yield f"CASE WHEN p.g{n} = {top - k} THEN {_number(math.log2(u[k]))} - log2({tf}) ELSE 0 END"


def _list_columns(comparisons: Sequence[Comparison]) -> set[str]:
    uses = " ".join(level.sql for comparison in comparisons for level in comparison.levels)
    return {name for name in ("forename_all", "surname_all") if f'"{name}_l"' in uses}


def _bits(probability: float) -> float:
    """A probability as a weight in bits; all pairs reach 0, none reaches 1."""
    if 0 < probability < 1:
        return math.log2(probability / (1 - probability))
    return -math.inf if probability <= 0 else math.inf


def _number(value: float) -> str:
    if math.isinf(value):
        return "'-infinity'::DOUBLE" if value < 0 else "'infinity'::DOUBLE"
    return f"({value!r})::DOUBLE"


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row: Any = connection.execute(sql).fetchone()
    return int(row[0])


def as_splink_model(
    comparisons: Sequence[Comparison], rules: Sequence[Rule], trained: Trained, link_type: str
) -> Mapping[str, Any]:
    """The trained model in Splink's JSON format: it opens in Splink over the standardised columns."""
    return {
        "link_type": link_type,
        "probability_two_random_records_match": float(trained.prior),
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "sql_dialect": "duckdb",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule.sql, "sql_dialect": "duckdb"} for rule in rules
        ],
        "comparisons": [
            comparison.as_splink(
                [float(v) for v in trained.m[comparison.name]], [float(v) for v in trained.u[comparison.name]]
            )
            for comparison in comparisons
        ],
    }
