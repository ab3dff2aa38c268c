"""Counts of people by groups, and shares of an outcome within them.

Two things are looked for beside small counts. *Class disclosure*: a group in which everybody, or nobody, has something
tells it of every member, however many there are; so combinations without people count, and declared categories that
never occur. *Shared people*: who has several rows is in several groups, and such groups are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.groups import Categories, Groups, groups_of, people_in, shared_keys
from boldlink.outputs.statistics.rows import Integers, Rows, rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, review, statistic
from boldlink.values import StatTable


def crosstab(
    data: Any,
    unit: str,
    keys: Sequence[str],
    rules: Rules = RULES,
    *,
    outcome: str | None = None,
    categories: Categories | None = None,
    title: str = "People",
) -> Statistic:
    """People by every combination of the keys' categories.

    outcome: one of the keys; each cell then has its share of the people in its group, divided from rounded counts.
    categories: key -> all that its column may hold. Raises BadInput for columns that are not there or not as declared.
    """
    if outcome is not None and outcome not in keys:
        raise BadInput("STATISTICS-OUTCOME", f"The outcome {outcome} is none of the keys.", do="name it among the keys")
    rows = rows_of(data, unit, keys)
    groups = groups_of(rows, keys, categories)
    counted = people_in(rows.person, groups.group, int(np.prod(groups.shape)))
    raw = _table(rows, groups, counted, outcome, title)
    whole = _whole_groups(groups, counted, outcome)
    checks = (_unit(rows, raw), _minimum(counted, rules), _class(groups, counted, whole, outcome, rules))
    return statistic(raw, rows.people, checks, rules, np.flatnonzero(whole) if rules.class_disclosure else ())


def _table(rows: Rows, groups: Groups, counted: Integers, outcome: str | None, title: str) -> StatTable:
    made: list[Mapping[str, Any]] = [
        {**groups.names(number), "people": int(count)} for number, count in enumerate(counted)
    ]
    counts: tuple[str, ...] = ("people",)
    rates: dict[str, tuple[str, str]] = {}
    if outcome is not None:
        of = _of(rows, groups, outcome)
        made = [{**row, "of": int(one)} for row, one in zip(made, of, strict=True)]
        counts, rates = ("people", "of"), {"percent": ("people", "of")}
    return StatTable(title, groups.keys, counts, tuple(made), rates, overlapping=_overlapping(rows, groups, outcome))


def _overlapping(rows: Rows, groups: Groups, outcome: str | None) -> tuple[str, ...]:
    """Cells of one outcome have the same people as denominator: they are never added up either."""
    shared = shared_keys(rows, groups)
    return tuple(key for key in groups.keys if key == outcome or key in shared)


def _of(rows: Rows, groups: Groups, outcome: str) -> Integers:
    """(groups,) different people in each group, whatever their outcome."""
    axis = groups.keys.index(outcome)
    codes = groups.codes.copy()
    codes[axis] = 0
    merged = people_in(
        rows.person, Groups(groups.keys, groups.labels, codes).group, int(np.prod(groups.shape))
    ).reshape(groups.shape)
    return np.broadcast_to(merged.take([0], axis=axis), groups.shape).ravel()


def _whole_groups(groups: Groups, counted: Integers, outcome: str | None) -> Any:
    """(groups,) whether everybody of its line is in that cell, along the outcome or, without one, along any key.

    A key of one category divides nobody, unless it is the outcome: then everybody has it.
    """
    table = counted.reshape(groups.shape)
    found = np.zeros(groups.shape, bool)
    for axis, key in enumerate(groups.keys):
        if key == outcome or (outcome is None and groups.shape[axis] > 1):
            found |= (table > 0) & (np.count_nonzero(table, axis=axis, keepdims=True) == 1)
    return found.ravel()


def _unit(rows: Rows, raw: StatTable) -> Check:
    said = f"{len(rows.person)} rows of {rows.people} people: people are counted, each once in a cell."
    if shared := [key for key in raw.overlapping if key in raw.keys and "of" not in raw.counts]:
        said += f" By {', '.join(shared)} one person is in several cells, which are not added up."
    return passed("unit", said)


def _minimum(counted: Integers, rules: Rules) -> Check:
    low = 0 if rules.zeros_disclosive else 1
    small = int(((counted >= low) & (counted < rules.minimum)).sum())
    if small:
        said = f"{small} of {len(counted)} cell(s) are of fewer than {rules.minimum} people."
        return failed("minimum count", said, "fewer or broader categories; until then these cells are withheld")
    return passed("minimum count", f"Every cell is of at least {rules.minimum} people.")


def _class(groups: Groups, counted: Integers, whole: Any, outcome: str | None, rules: Rules) -> Check:
    if not rules.class_disclosure:
        return passed("class disclosure", "The rules in force do not ask for it.")
    along = outcome or "a key"
    if whole.any():
        said = f"In {int(whole.sum())} cell(s) everybody of the group is in one category of {along}."
        return failed("class disclosure", said, "broader groups, in which not everybody has the same")
    if constant := [key for key, size in zip(groups.keys, groups.shape, strict=True) if size == 1 and key != outcome]:
        said = f"{', '.join(constant)} has one category: was there another that nobody is in? Then it must be declared."
        return review("class disclosure", said)
    return passed("class disclosure", f"No group is all in one category of {along}.")
