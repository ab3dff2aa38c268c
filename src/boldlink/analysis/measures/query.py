"""How a measure is counted: one SQL that ends in rows of `counted`, and what is summed over them.

The SQL speaks of the index dataset as `i` and leaves three places open: {person}, the person at the confidence that is
asked for; {by}, the columns to break down by, each with a comma before it; {also}, their names for ordering, so that of
several rows on one day no order of the file decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

import duckdb
import pyarrow as pa

from boldlink.analysis.ask import Ask
from boldlink.analysis.measures.words import LABELS
from boldlink.analysis.reading import ALIKE
from boldlink.values import Confidence, Measure, StatTable

UNKNOWN = ("Not stated", "Not known", "Not recorded")  # these stand last, whatever they are of
SEXES = {"sex_recorded", "gender_recorded"}  # every department has its own letters

# People who left prison in the period, each at their first release: where several measures begin.
LEAVERS = """
with releases as (
    select i.{person} as person, i.release_date as day {by}
    from prison i where i.release_date between $starts and $ends
), leavers as (
    select * from releases qualify row_number() over (partition by person order by day {also}) = 1
)"""


@dataclass(frozen=True)
class Query:
    """A measure's SQL and its sums. Called with a connection and what is asked, it gives raw counts.

    counted: common table expressions, the last of them named `counted`. counts and estimates: name -> SQL over its
    rows; estimates with the decimals they show. keys: columns of `counted` that the measure itself groups by. by: the
    open places for columns to break down by -> the dataset they come from. order: key -> its values in reading order, where
    the alphabet is not it. known_by: SQL for the column of pseudonyms by which `person` of `counted` is known.
    """

    measure: Measure
    counted: str
    counts: Mapping[str, str]
    by: Mapping[str, str]
    rates: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    estimates: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    overlapping: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ("Counts are of people.",)
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known_by: str = "'person_{confidence}'"

    def __call__(self, connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
        """Raw counts and estimates: nothing here may leave before `outputs`."""
        ask = replace(ask, by=tuple(name for name in ask.by if name not in self.keys))  # it groups by these anyhow
        self._count(connection, ask)
        sums = [f"{sql} as {name}" for name, sql in self.counts.items()]
        sums += [f"{sql} as {name}" for name, (sql, _) in self.estimates.items()]
        table, order = stat_table(self, ask, self.rows(connection, ask, sums))
        if ask.people is not None:
            ask.people.claim_all(self.counts, order, self._of_each(connection, ask), self._of_records)
        return table

    def rows(self, connection: duckdb.DuckDBPyConnection, ask: Ask, sums: Sequence[str]) -> list[dict[str, Any]]:
        """Of what the last call on the connection counted: rows grouped by the keys and those `sums` that are no aggregates."""
        rows: list[dict[str, Any]] = []
        for confidence in self._confidences:
            select = f"select {', '.join([*self._keys(ask), *sums])} from counted_{confidence} group by all"
            found = connection.sql(f"{select} having count(*) > 0 order by all").to_arrow_table().to_pylist()
            rows += [{**row, "confidence": confidence.capitalize()} for row in found]
        return rows

    def _count(self, connection: duckdb.DuckDBPyConnection, ask: Ask) -> None:
        """Write the rows of `counted` down at every confidence: they are summed for the table, and again for each person."""
        for confidence in self._confidences:
            made = f"create or replace temp table counted_{confidence} as {self._counted(connection, ask, confidence)}"
            connection.execute(f"{made} select * from counted", ask.period)

    def _of_each(self, connection: duckdb.DuckDBPyConnection, ask: Ask) -> Iterator[pa.Table]:
        """What each count counts of each person in each row, at every confidence: see `lines_of_each`."""
        # Of one person alone, different people are one or nobody: no set of them is kept for each line.
        one = {name: sql.replace("count(distinct person)", "max(1)") for name, sql in self.counts.items()}
        sums = ", ".join(f"{sql} as {name}" for name, sql in one.items())
        keys = (*self.keys, *ask.by) or ("everybody",)
        for confidence in self._confidences:
            sql = f"select {', '.join(self._keys(ask))}, person, {sums} from counted_{confidence} group by all"
            lines = lines_of_each(sql, keys, tuple(self.counts), self.known_by.format(confidence=confidence))
            yield connection.sql(lines).to_arrow_table()

    @property
    def _of_records(self) -> Collection[str]:
        """Counts of records, in a measure that counts their different people as well."""
        people = [name for name, sql in self.counts.items() if "count(distinct person)" in sql]
        return self.counts.keys() - people if people else ()

    @property
    def _confidences(self) -> tuple[Confidence, ...]:
        return tuple(Confidence) if self.measure.linked else (Confidence.MEDIUM,)

    def _keys(self, ask: Ask) -> list[str]:
        return [f'"{key}"' for key in (*self.keys, *ask.by)] or ["'Everybody' as everybody"]

    def _counted(self, connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence) -> str:
        places = {place: by_columns(connection, dataset, ask) for place, dataset in self.by.items()}
        also = "".join(f', "{name}"' for name in ask.by)
        return self.counted.format(person=f"person_{confidence}", also=also, **places)


def by_columns(connection: duckdb.DuckDBPyConnection, dataset: str, ask: Ask) -> str:
    """SQL for the columns to break down by, from a dataset that may not have them all: missing where it has not."""
    there = set(connection.table(f'"{dataset}"').columns)
    parts = []
    for name in ask.by:
        column = name if name in there else ALIKE.get((dataset, name), name)
        parts.append(f', {shown(column) if column in there else "null"} as "{name}"')
    return "".join(parts)


def shown(column: str) -> str:
    """SQL for a column of the index dataset in words that are the same for every department."""
    value = f'i."{column}"'
    if column not in SEXES:
        return value
    return f"case upper(left({value}, 1)) when 'M' then 'Male' when '1' then 'Male' when 'F' then 'Female' when '2' then 'Female' else 'Not known' end"


def lines_of_each(sql: str, keys: Sequence[str], counts: Sequence[str], known_by: str) -> str:
    """SQL for lines of `People.claim_all`, from SQL whose rows are of the keys, a `person` and the counts of both together.

    known_by: SQL over the same rows. Rows of nobody have their place too, since the table has a row for them.
    """
    names = ", ".join(f'"{key}"' for key in keys)
    same = " and ".join(f'one."{key}" is not distinct from groups."{key}"' for key in keys)
    return f"""with each as materialized ({sql}), groups as (
        select *, row_number() over (order by {names}) - 1 as place from (select distinct {names} from each))
    select place, person, {known_by} as known_by, {", ".join(counts)}
    from (select one.*, groups.place from each as one join groups on {same})"""


def stat_table(query: Query, ask: Ask, rows: list[dict[str, Any]]) -> tuple[StatTable, list[int]]:
    """Rows as a table of raw counts in reading order, and the place that each of its rows had among `rows`."""
    first = ("confidence",) if query.measure.linked else ()
    keys = (*first, *query.keys, *ask.by) or ("everybody",)
    cells = [_cells(query, keys, row) for row in rows]
    order = in_order(cells, keys, query.order)
    return StatTable(
        query.measure.title,
        keys,
        tuple(query.counts),
        tuple(cells[place] for place in order),
        query.rates,
        notes=(f"From {ask.starts:%-d %B %Y} to {ask.ends:%-d %B %Y}.", *query.notes),
        labels={**LABELS, **query.labels},
        overlapping=(*first, *query.overlapping),
        estimates={name: decimals for name, (_, decimals) in query.estimates.items()},
    ), order


def in_order(rows: Sequence[dict[str, Any]], keys: Sequence[str], order: Mapping[str, Sequence[str]]) -> list[int]:
    """Rows' places in reading order: by each key in turn, its values as `order` has them, else as they came, unknown ones last."""
    places = {key: _places((*order.get(key, ()), *(row[key] for row in rows))) for key in keys}
    return sorted(range(len(rows)), key=lambda place: [places[key][rows[place][key]] for key in keys])


def _places(values: Sequence[str]) -> dict[str, int]:
    known = [value for value in dict.fromkeys(values) if value not in UNKNOWN]
    return {value: place for place, value in enumerate((*known, *UNKNOWN))}


def _cells(query: Query, keys: tuple[str, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: in_words(row[key]) for key in keys},
        **{count: row[count] for count in query.counts},
        **{name: number(row[name]) for name in query.estimates},
    }


def in_words(value: Any) -> str:
    """A key's value as a reader sees it."""
    if value is None:
        return "Not recorded"
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)


def number(value: Any) -> float | None:
    """An estimate, or None where there is none."""
    return None if value is None or isnan(value) else float(value)
