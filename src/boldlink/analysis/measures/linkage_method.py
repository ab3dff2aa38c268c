"""How much depends on the linking: the same people, the same datasets, and one row for each way to link them.

It stands first in every report. The programme's own headline went from 26 to 38.9 per cent with the method alone.
"""

from __future__ import annotations

from functools import partial

import duckdb

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.pairs import PAIRS, Pair
from boldlink.analysis.measures.query import Query
from boldlink.values import Measure, StatTable

METHODS = {
    "Deterministic": "person_exact",
    "High confidence": "person_high",
    "Medium confidence": "person_medium",
    "Low confidence": "person_low",
}


def measure(pair: Pair) -> Measure:
    """Table 1 of a report, for one pair of datasets."""
    return Measure(
        id=f"linkage-{pair.id}",
        title=f"People in {pair.index_in_words} found in {pair.other_in_words}, by method of linking",
        definition=(
            f"Of people in {pair.index_in_words} of the period, how many are linked to any of {pair.other_in_words}: by "
            "deterministic links alone, and by match weight at high, medium and low confidence. Who is one person within "
            "a dataset depends on the method too, so the number of people does."
        ),
        formula="100 × linked / people",
        source="boldlink; table 1 of the Ministry of Justice's linked reports (Pathways, 2023 and 2026)",
        official=False,
        linked=False,  # its rows are the links, so it is not asked for at three confidences
    )


def counted(pair: Pair, methods: dict[str, str]) -> str:
    """SQL for people by method, each at the first record in the period, and whether they are linked."""
    people = " union all ".join(
        f"select '{words}' as method, i.{person} as person, i.{pair.day} as day {{by}} "
        f'from "{pair.index}" i where i.{pair.day} between $starts and $ends'
        for words, person in methods.items()
    )
    others = " union ".join(
        f"select '{words}' as method, {person} as person from \"{pair.other}\"" for words, person in methods.items()
    )
    return f"""
with records as ({people}), people as (
    select * from records qualify row_number() over (partition by method, person order by day {{also}}) = 1
), others as ({others}), counted as (
    select p.*, o.person is not null as linked from people p left join others o using (method, person)
)"""


def linkage(pair: Pair, connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """People and how many of them are linked, by each method that both research tables carry. Raw counts."""
    there = set.intersection(*(set(connection.table(f'"{name}"').columns) for name in (pair.index, pair.other)))
    methods = {words: person for words, person in METHODS.items() if person in there}
    query = Query(
        measure(pair),
        counted(pair, methods),
        counts={"people": "count(*)", "linked": "count(*) filter (linked)"},
        by={"by": pair.index},
        keys=("method",),
        known_by=_known_by(methods),
        overlapping=("method",),
        order={"method": tuple(METHODS)},
        rates={"linked_percent": ("linked", "people")},
        labels={"linked": f"Found in {pair.other_in_words}", "linked_percent": "Found, per cent"},
    )
    return query(connection, ask)


def _known_by(methods: dict[str, str]) -> str:
    """SQL for the person column of a row's method."""
    whens = " ".join(f"when '{words}' then '{person}'" for words, person in methods.items())
    return f"case method {whens} end"


def computable(pair: Pair) -> Computable:
    """Table 1 for a pair, as something that can be asked for."""
    needs: dict[str, tuple[str, ...]] = {pair.index: (pair.day,), pair.other: ()}
    return Computable(measure(pair), partial(linkage, pair), needs, pair.index, Section.LINKAGE)


def example(pair: Pair) -> Example:
    """A worked example: one person split in two by exact links, one link found at low confidence alone."""
    return Example(
        tables={
            pair.index: f"""
                person_exact | person_high | person_medium | person_low | {pair.day}
                A1           | A           | A             | A          | 2023-01-10
                A2           | A           | A             | A          | 2023-02-10
                B            | B           | B             | B          | 2023-03-31
                C            | C           | C             | C          | 2023-01-11
                D            | D           | D             | D          | 2023-04-01
            """,
            pair.other: """
                person_exact | person_high | person_medium | person_low
                A1           | A           | A             | A
                B2           | B2          | B             | B
                C2           | C2          | C2            | C
                D            | D           | D             | D
            """,
        },
        answer="""
            method              | people | linked
            Deterministic     | 4      | 1
            High confidence   | 3      | 1
            Medium confidence | 3      | 2
            Low confidence    | 3      | 3
        """,
    )


COMPUTABLES = tuple(computable(pair) for pair in PAIRS)
EXAMPLES = {f"linkage-{pair.id}": example(pair) for pair in PAIRS}
