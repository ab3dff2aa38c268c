"""Linked against unlinked: who does the linking lose?

Linkage error falls on some people more than on others, and a table of who was not linked is how a reader sees it. The
standardised difference compares the shares of a group among the linked and the unlinked, on one scale for all groups.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from math import sqrt

import duckdb

from boldlink.analysis.ask import Ask, Computable, Section, bad
from boldlink.analysis.measures.columns import BOOLEANS
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.pairs import PAIRS, Pair
from boldlink.analysis.measures.query import Query, shown
from boldlink.analysis.measures.words import LABELS
from boldlink.values import Measure, StatTable


def measure(pair: Pair) -> Measure:
    """Table 2 of a report, for one pair of datasets."""
    return Measure(
        id=f"linked-unlinked-{pair.id}",
        title=f"People in {pair.index_in_words} who are and are not linked to {pair.other_in_words}",
        definition=(
            f"People in {pair.index_in_words} of the period, at medium confidence and at their first record, by "
            f"characteristic: how many are linked to {pair.other_in_words}, and by how much the group's share differs between the "
            "linked and the unlinked."
        ),
        formula="100 × (p linked − p unlinked) / √((p linked (1 − p linked) + p unlinked (1 − p unlinked)) / 2)",
        source=(
            "GUILD: Gilbert and others (2018), doi 10.1093/pubmed/fdx037; standardised difference of a proportion: Austin "
            "(2009), unverified"
        ),
        official=False,
        linked=False,  # read at medium confidence, as the definition says
    )


def counted(pair: Pair, characteristics: list[str]) -> str:
    """SQL for one row for each person and characteristic."""
    columns = ", ".join(f"{shown(name)} as c_{name}" for name in characteristics)
    ties = ", ".join(f"c_{name}" for name in characteristics)
    spread = " union all by name ".join(
        f"select * exclude ({ties}, day), '{LABELS[name]}' as characteristic, {_in_words(name)} as \"group\" from people"
        for name in characteristics
    )
    return f"""
with records as (
    select i.{{person}} as person, i.{pair.day} as day, {columns} {{by}}
    from "{pair.index}" i where i.{pair.day} between $starts and $ends
), firsts as (
    select * from records qualify row_number() over (partition by person order by day, {ties} {{also}}) = 1
), others as (select distinct {{person}} as person from "{pair.other}"
), people as (
    select f.*, o.person is not null as linked from firsts f left join others o using (person)
), counted as ({spread}
)"""


def _in_words(name: str) -> str:
    if name in BOOLEANS:
        return f"case when c_{name} then 'Yes' when not c_{name} then 'No' end"
    return f"c_{name}::varchar"


def compare(pair: Pair, connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """People, linked and not, by the characteristics that the research table has. Raw counts and differences."""
    there = set(connection.table(f'"{pair.index}"').columns)
    characteristics = [name for name in pair.characteristics if name in there]
    if not characteristics:
        raise bad("ANALYSIS-COLUMN", f"{measure(pair).id} needs one of: {', '.join(pair.characteristics)}.")
    query = Query(
        measure(pair),
        counted(pair, characteristics),
        counts={"people": "count(*)", "linked": "count(*) filter (linked)"},
        by={"by": pair.index},
        keys=("characteristic", "group"),
        overlapping=("characteristic",),
        order={"characteristic": [LABELS[name] for name in characteristics]},
        rates={"linked_percent": ("linked", "people")},
        labels={
            "linked": f"Linked to {pair.other_in_words}",
            "linked_percent": "Linked, per cent",
            "standardised_difference": "Standardised difference, per cent",
        },
        notes=(
            "Counts are of people, at medium confidence and at their first record of the period.",
            "Differences beyond 10 per cent either way are usually called large (unverified).",
        ),
    )
    return with_differences(query(connection, ask))


def with_differences(table: StatTable) -> StatTable:
    """The table with each group's standardised difference, in per cent, among the groups of its characteristic."""
    same = [key for key in table.keys if key != "group"]
    totals: Counter[tuple[str, ...]] = Counter()
    for row in table.rows:
        of = tuple(row[key] for key in same)
        totals[(*of, "linked")] += row["linked"]
        totals[(*of, "unlinked")] += row["people"] - row["linked"]
    rows = []
    for row in table.rows:
        of = tuple(row[key] for key in same)
        linked, unlinked = totals[(*of, "linked")], totals[(*of, "unlinked")]
        found = difference(row["linked"], linked, row["people"] - row["linked"], unlinked)
        rows.append({**row, "standardised_difference": found})
    return replace(table, rows=tuple(rows), estimates={"standardised_difference": 1})


def difference(one: int, ones: int, other: int, others: int) -> float | None:
    """100 × the difference of two shares over their pooled spread; None where a share or the spread does not exist."""
    if not ones or not others:
        return None
    p, q = one / ones, other / others
    spread = sqrt((p * (1 - p) + q * (1 - q)) / 2)
    return 100 * (p - q) / spread if spread else None


def computable(pair: Pair) -> Computable:
    """Table 2 for a pair, as something that can be asked for."""
    needs: dict[str, tuple[str, ...]] = {pair.index: (pair.day,), pair.other: ()}
    return Computable(
        measure(pair), partial(compare, pair), needs, pair.index, Section.LINKAGE, "standardised difference",
        where_shared={pair.index: pair.characteristics},
    )  # fmt: skip


def example(pair: Pair) -> Example:
    """A worked example: two of three older people are linked, and one of two younger ones."""
    return Example(
        tables={
            pair.index: f"""
                person | {pair.day} | birth_year
                A      | 2023-01-10 | 1960-1964
                A      | 2023-02-10 | 1965-1969
                B      | 2023-01-11 | 1960-1964
                C      | 2023-03-31 | 1960-1964
                D      | 2023-01-12 | 2000-2004
                E      | 2023-01-13 | 2000-2004
                F      | 2023-01-14 |
                G      | 2023-04-01 | 2000-2004
            """,
            pair.other: """
                person
                A
                B
                D
            """,
        },
        answer="""
            characteristic | group        | people | linked | standardised_difference
            Year of birth  | 1960-1964    | 3      | 2      | 70.7107
            Year of birth  | 2000-2004    | 2      | 1      | 0
            Year of birth  | Not recorded | 1      | 0      | -100
        """,
    )


COMPUTABLES = tuple(computable(pair) for pair in PAIRS)
EXAMPLES = {f"linked-unlinked-{pair.id}": example(pair) for pair in PAIRS}
