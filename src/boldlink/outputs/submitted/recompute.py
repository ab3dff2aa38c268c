"""A declared table, worked out again inside the place by `boldlink.outputs.statistics` from the research dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from boldlink.errors import BadInput
from boldlink.outputs.checks import check_against_data
from boldlink.outputs.rules import Rules
from boldlink.outputs.statistics import (
    Statistic,
    crosstab,
    kaplan_meier,
    linear,
    logistic,
    pivot,
    ratio,
    summary,
)
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.rows import DAYS, HAPPENED, PERSON, rows_of_declared
from boldlink.values import StatTable

Made = Callable[[pa.Table, TableDocument, Rules, Mapping[str, Sequence[str]]], Statistic]


def recompute(
    declared: TableDocument,
    research: Mapping[str, pa.Table],
    rules: Rules,
    valid: Mapping[str, Sequence[str]] | None = None,
) -> Statistic:
    """The declared statistic from the research tables it reads, dataset -> rows.

    valid: column of the dataset -> the values that its data contract allows. Raises BadInput for columns that are not
    there, for data that say too little for the method, and for categories that the data hold and nobody declared.
    """
    rows = rows_of_declared(declared, research)
    if not rows.num_rows:
        raise BadInput("DECLARED-NOBODY", "No row is as declared: nobody is counted.", do="correct period or filters")
    return STATISTICS[declared.statistic](rows, declared, rules, categories_of(declared, valid or {}))


def counts_rows(table: StatTable, declared: TableDocument, research: Mapping[str, pa.Table], rules: Rules) -> bool:
    """Whether the figures of a table are those of rows, where its people's are others."""
    if declared.statistic != "crosstab":
        return False
    rows = rows_of_declared(declared, research)
    each = rows.set_column(0, PERSON, pa.array(range(rows.num_rows), pa.int64()))
    raw = _crosstab(each, declared, rules, categories_of(declared, {})).raw
    return check_against_data(table, raw, rules).outcome == "pass"


def categories_of(declared: TableDocument, valid: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Key -> all that it may hold: as declared, else as filtered, else as the data contract says."""
    found: dict[str, list[str]] = {}
    filtered = {one.column: one.is_ for one in declared.where if one.is_ is not None}
    for key in declared.keys:
        made = declared.columns.get(key)
        own = key if made is None else made.of if not (made.as_ or made.bands) else None
        if key in declared.categories:
            found[key] = list(declared.categories[key])
        elif made and made.found_in:
            found[key] = ["no", "yes"]
        elif own and (allowed := filtered.get(own) or valid.get(own)):
            found[key] = list(allowed)
    return found


def _crosstab(
    rows: pa.Table, declared: TableDocument, rules: Rules, categories: Mapping[str, Sequence[str]]
) -> Statistic:
    return crosstab(rows, PERSON, declared.keys, rules, outcome=declared.outcome, categories=categories)


def _pivot(rows: pa.Table, declared: TableDocument, rules: Rules, categories: Mapping[str, Sequence[str]]) -> Statistic:
    how: Any = declared.how
    return pivot(rows, PERSON, str(declared.value), declared.keys, how, rules, categories=categories)


def _summary(
    rows: pa.Table, declared: TableDocument, rules: Rules, categories: Mapping[str, Sequence[str]]
) -> Statistic:
    scale: Any = declared.structural
    wanted = (declared.statistics, declared.keys)
    return summary(rows, PERSON, str(declared.value), *wanted, rules, structural=scale, categories=categories)


def _survival(
    rows: pa.Table, declared: TableDocument, rules: Rules, categories: Mapping[str, Sequence[str]]
) -> Statistic:
    by = declared.keys[0] if declared.keys else None
    step = declared.step_days
    return kaplan_meier(rows, PERSON, DAYS, HAPPENED, by, rules, step_days=step, categories=categories)


def _model(fit: Callable[..., Statistic]) -> Made:
    def made(rows: pa.Table, declared: TableDocument, rules: Rules, _: Mapping[str, Sequence[str]]) -> Statistic:
        return fit(rows, PERSON, str(declared.outcome), declared.covariates, rules)

    return made


def _ratio(rows: pa.Table, declared: TableDocument, rules: Rules, _: Mapping[str, Sequence[str]]) -> Statistic:
    assert declared.exposure and declared.with_outcome  # the declaration's own rules
    sides = [(side.column, side.is_) for side in (declared.exposure, declared.with_outcome)]
    how: Any = declared.how
    return ratio(rows, PERSON, sides[0], sides[1], how, rules)


STATISTICS: Mapping[str, Made] = {
    "crosstab": _crosstab,
    "pivot": _pivot,
    "summary": _summary,
    "survival": _survival,
    "linear": _model(linear),
    "logistic": _model(logistic),
    "ratio": _ratio,
}
