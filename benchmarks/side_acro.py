#!/usr/bin/env python3
"""ACRO's side of benchmarks/acro.py: its own verdict on each input, in a process and an environment of its own.

usage: python -I side_acro.py FOLDER     (a csv file for each input; prints JSON: input -> status, what it shows)
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from acro import ACRO

warnings.filterwarnings("ignore")
Told = dict[str, str]


def statuses(session: Any) -> str:
    """The status of every output of a session, in order."""
    return ", ".join(session.results.get_index(place).status for place in range(len(session.results.results)))


def differencing(frame: pd.DataFrame) -> Told:
    session = ACRO()
    tables = [session.crosstab(one.area, one.answer) for one in (frame, frame.iloc[:-1])]
    counts = [int(table["yes"].iloc[0]) for table in tables]
    return {"status": statuses(session), "shows": f"{counts[0]} and {counts[1]}: one person's answer"}


def suppression(frame: pd.DataFrame) -> Told:
    session = ACRO(suppress=True)
    cells = session.crosstab(frame.area, frame.answer)
    totals = session.crosstab(frame.area, pd.Series("all", index=frame.index, name="everybody"))
    found = totals.loc["North"].iloc[0] - cells.loc["North"].sum()
    return {"status": statuses(session), "shows": f"the withheld cell by subtraction: {found:g}"}


def rows(frame: pd.DataFrame) -> Told:
    session = ACRO()
    table = session.crosstab(frame.area, frame.answer)
    return {"status": statuses(session), "shows": f"a count of {int(table.iloc[0, 0])}, of one person"}


def classes(frame: pd.DataFrame) -> Told:
    session = ACRO()
    table = session.crosstab(frame.area, frame.answer)
    return {"status": statuses(session), "shows": f"{int(table.iloc[0, 0])} of 40 said yes"}


def dummy(frame: pd.DataFrame) -> Told:
    session = ACRO()
    exog = frame[["age", "marked"]].astype(float).assign(const=1.0)
    found = session.ols(frame.debt, exog)
    exact = found.params["const"] + found.params["age"] * frame.age.iloc[0] + found.params["marked"]
    return {"status": statuses(session), "shows": f"the marked person's debt: {exact:.0f}"}


def events(frame: pd.DataFrame) -> Told:
    session = ACRO()
    session.logit(frame.back, frame[["age"]].astype(float).assign(const=1.0))
    return {"status": statuses(session), "shows": "coefficients of a model with three events"}


def shares(frame: pd.DataFrame) -> Told:
    session = ACRO(mitigation="round")
    table = session.crosstab(frame.area, frame.answer, normalize="index")
    return {"status": statuses(session), "shows": f"shares of {', '.join(f'{one:g}' for one in table['yes'])}"}


CASES: dict[str, Callable[[pd.DataFrame], Told]] = {
    one.__name__: one for one in (differencing, suppression, rows, classes, dummy, events, shares)
}


def main(folder: Path) -> None:
    logging.disable(logging.CRITICAL)
    print(json.dumps({name: case(pd.read_csv(folder / f"{name}.csv")) for name, case in CASES.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
