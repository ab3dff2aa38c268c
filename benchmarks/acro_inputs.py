"""The inputs on which output checks are compared: small frames of people who do not exist, one for each known weak spot.

Each is the smallest case that shows its weak spot, and nothing in it is random. `person` says whose row it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd


def _people(*groups: tuple[int, Mapping[str, object]]) -> pd.DataFrame:
    rows = [dict(values) for people, values in groups for _ in range(people)]
    return pd.DataFrame(rows).assign(person=[f"p{number}" for number in range(len(rows))])


def differencing() -> pd.DataFrame:
    """Answers by area. The second table of the pair is of everybody but the last person: 43 becomes 42."""
    return _people((60, {"area": "North", "answer": "no"}), (43, {"area": "North", "answer": "yes"}))


def suppression() -> pd.DataFrame:
    """Outcome by area with one small cell, 3; the counts by area alone are asked for as well."""
    return _people(
        (40, {"area": "North", "answer": "no"}), (3, {"area": "North", "answer": "yes"}),
        (50, {"area": "South", "answer": "no"}), (25, {"area": "South", "answer": "yes"}),
    )  # fmt: skip


def rows() -> pd.DataFrame:
    """One person with twelve rows."""
    return _people((1, {"area": "North", "answer": "yes"})).loc[[0] * 12].reset_index(drop=True)


def classes() -> pd.DataFrame:
    """Forty people, who all answered yes; they could have answered no."""
    return _people((40, {"area": "North", "answer": "yes"}))


def dummy() -> pd.DataFrame:
    """Debt by age, with a dummy that marks one person, whose debt is 987,654."""
    ages = [20 + number % 40 for number in range(60)]
    debts = [1000.0 + 37 * age + (number * 61) % 200 for number, age in enumerate(ages)]
    return _people((60, {})).assign(age=ages, debt=[987_654.0, *debts[1:]], marked=[1] + [0] * 59)


def events() -> pd.DataFrame:
    """An outcome that three of a hundred people had, by age."""
    ages = [20 + (number * 7) % 45 for number in range(100)]
    return _people((100, {})).assign(age=ages, back=[1 if number in (10, 40, 70) else 0 for number in range(100)])


def shares() -> pd.DataFrame:
    """Outcome by area in large groups: 30 of 120 and 45 of 90."""
    return _people(
        (90, {"area": "North", "answer": "no"}), (30, {"area": "North", "answer": "yes"}),
        (45, {"area": "South", "answer": "no"}), (45, {"area": "South", "answer": "yes"}),
    )  # fmt: skip


INPUTS: Mapping[str, Callable[[], pd.DataFrame]] = {
    one.__name__: one for one in (differencing, suppression, rows, classes, dummy, events, shares)
}
