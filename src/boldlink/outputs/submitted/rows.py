"""The rows that a declaration speaks of, with the columns that its statistic takes, out of research tables.

One SQL statement is made from the declaration: names are quoted, values are parameters, and nothing of what a researcher
wrote is run. A person is who the link says at the declared confidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.analysis.engine import tables
from boldlink.errors import BadInput
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.parts import ColumnDocument, FilterDocument, TimeDocument

PERSON, DAYS, HAPPENED = "_person", "_days", "_happened"  # no declared name begins so
PARTS = {"year": "year({})", "quarter": "year({0}) || ' Q' || quarter({0})", "month": "strftime({}, '%Y-%m')"}


def rows_of_declared(declared: TableDocument, research: Mapping[str, pa.Table]) -> pa.Table:
    """(rows, columns): `person`, every input of the statistic by its name, and `days` and `happened` where there is time.

    Raises BadInput DECLARED-NO-COLUMN for what the research tables do not have, DECLARED-DAY and DECLARED-PSEUDONYM for
    columns that no table of groups can be made from.
    """
    _require_columns(declared, research)
    sql, values = _statement(declared)
    with tables({name: research[name] for name in declared.columns_read()}) as connection:
        try:
            found = connection.sql(sql, params=values).to_arrow_table()
        except duckdb.Error:  # its words may hold values
            raise _other_kind() from None
    _require_groups(found, declared)
    return _numbers_for_models(found, declared)


def _require_columns(declared: TableDocument, research: Mapping[str, pa.Table]) -> None:
    for dataset, columns in declared.columns_read().items():
        there = research[dataset].column_names if dataset in research else []
        if missing := [name for name in columns if name not in there]:
            raise BadInput(
                "DECLARED-NO-COLUMN",
                f"The research dataset has no {', '.join(missing)} of {dataset}.",
                do="declare columns of the research dataset, by their names there",
            )
    schema = research[declared.dataset].schema
    for one in declared.where:  # people could be picked one by one
        _require_no_pseudonym(one.column, schema.field(one.column).type)


def _statement(declared: TableDocument) -> tuple[str, list[Any]]:
    values: list[Any] = []
    person = f"i.{_quoted('person_' + declared.person)}"
    made = {name: _column(name, declared, values) for name in declared.inputs}
    if declared.time:
        made |= _time(declared.time, declared, values)
    chosen = [f"{person} as {PERSON}", *(f"{text} as {_quoted(name)}" for name, text in made.items())]
    conditions = [f"{_own(declared.period.column)} between ? and ?"]
    values += [declared.period.starts, declared.period.ends]
    conditions += [_condition(one, values) for one in declared.where]
    if declared.time:
        conditions.append(f"{_own(declared.time.after)} < ?")
        values.append(declared.time.until)
    sql = f"select {', '.join(chosen)} from {_quoted(declared.dataset)} i where {' and '.join(conditions)}"
    return sql + _one_row_each(declared, person), values


def _one_row_each(declared: TableDocument, person: str) -> str:
    """Each person's first or last row of the period; among rows of one day, by what is counted, so that it is always the same."""
    if declared.rows == "every":
        return ""
    way = "desc" if declared.rows == "last" else "asc"
    names = [DAYS, HAPPENED] if declared.time else []
    order = ", ".join([f"{_own(declared.period.column)} {way}", *(_quoted(one) for one in (*declared.inputs, *names))])
    return f" qualify row_number() over (partition by {person} order by {order}) = 1"


def _column(name: str, declared: TableDocument, values: list[Any]) -> str:
    made = declared.columns.get(name, ColumnDocument(of=name))
    if made.found_in:
        return _found(made, declared, values)
    own = _own(str(made.of))
    if made.as_:
        return f"cast({PARTS[made.as_].format(own)} as varchar)"
    return _bands(own, made.bands) if made.bands else own


def _bands(own: str, bounds: Sequence[int | float]) -> str:
    steps = [f"when {own} < {bounds[0]!r} then 'under {bounds[0]:.15g}'"]
    steps += [f"when {own} < {b!r} then '{a:.15g} to under {b:.15g}'" for a, b in pairwise(bounds)]
    return f"case {' '.join(steps)} when {own} >= {bounds[-1]!r} then '{bounds[-1]:.15g} or more' end"


def _found(made: ColumnDocument, declared: TableDocument, values: list[Any]) -> str:
    where = _of_the_same(declared)
    if made.on and made.after and made.within_days:
        where += f" and o.{_quoted(made.on)} > {_own(made.after)}"
        where += f" and o.{_quoted(made.on)} <= {_own(made.after)} + cast(? as integer)"
        values.append(made.within_days)
    return f"case when exists (select 1 from {_quoted(str(made.found_in))} o where {where}) then 'yes' else 'no' end"


def _time(time: TimeDocument, declared: TableDocument, values: list[Any]) -> dict[str, str]:
    """Days until the first row in the other dataset or until the end, and whether there was one."""
    after, on = _own(time.after), f"o.{_quoted(time.on)}"
    first = f"(select min({on}) from {_quoted(time.found_in)} o where {_of_the_same(declared)} and {on} > {after} and {on} <= ?)"
    values += [time.until, time.until, time.until]
    return {
        DAYS: f"date_diff('day', {after}, coalesce({first}, ?))",
        HAPPENED: f"case when {first} is null then 0 else 1 end",
    }


def _of_the_same(declared: TableDocument) -> str:
    person = _quoted("person_" + declared.person)
    return f"o.{person} = i.{person}"


def _condition(one: FilterDocument, values: list[Any]) -> str:
    own = _own(one.column)
    if one.is_ is not None:
        values += one.is_
        return f"cast({own} as varchar) in ({', '.join('?' for _ in one.is_)})"
    bounds = [(sign, bound) for sign, bound in ((">=", one.at_least), ("<=", one.at_most)) if bound is not None]
    values += [bound for _, bound in bounds]
    return " and ".join(f"{own} {sign} ?" for sign, _ in bounds)


def _own(column: str) -> str:
    return f"i.{_quoted(column)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _require_groups(found: pa.Table, declared: TableDocument) -> None:
    """Pseudonyms and days are no groups: one is a person's, and so, nearly, is the other."""
    for name in declared.inputs:
        kind = found.schema.field(name).type
        _require_no_pseudonym(name, kind)
        if pa.types.is_temporal(kind):
            raise BadInput(
                "DECLARED-DAY",
                f"{name} holds days.",
                "few people share a day.",
                f"declare it under columns as a year, quarter or month: {{of: {name}, as: quarter}}",
            )


def _require_no_pseudonym(name: str, kind: pa.DataType) -> None:
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        raise BadInput("DECLARED-PSEUDONYM", f"{name} holds pseudonyms.", "each is of one person or case.", "drop it")


def _other_kind() -> BadInput:
    return BadInput(
        "DECLARED-KIND",
        "A column is not of the kind that the declaration takes it for.",
        "periods, years, quarters and months are of dates; bands, at_least and at_most of numbers or dates.",
        "compare the declaration with the data contract",
    )


def _numbers_for_models(found: pa.Table, declared: TableDocument) -> pa.Table:
    """Models take 0 and 1 for no and yes."""
    if declared.statistic not in ("linear", "logistic"):
        return found
    for place, field in enumerate(found.schema):
        made = declared.columns.get(field.name)
        if made and made.found_in:
            found = found.set_column(place, field.name, pc.equal(found.column(place), "yes").cast(pa.int8()))
        elif pa.types.is_boolean(field.type):
            found = found.set_column(place, field.name, found.column(place).cast(pa.int8()))
    return found
