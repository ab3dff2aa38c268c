#!/usr/bin/env python3
"""What ACRO 1.0.2 lets pass, beside what boldlink says of the same inputs.

usage: acro.py [--environment FOLDER]

ACRO needs an older pandas than boldlink, so it runs in an environment of its own: FOLDER if it is there, otherwise one
that is made for this run with pip and thrown away. Prints a Markdown table: input, ACRO says, boldlink says.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from acro_inputs import INPUTS
from scipy.optimize import linprog

from boldlink.outputs import RULES, SUPPRESSED, run_checks
from boldlink.outputs.statistics import Statistic, crosstab, linear, logistic
from boldlink.values import StatTable

ACRO = "acro==1.0.2"
HERE = Path(__file__).parent
ANSWERS = {"answer": ("no", "yes")}
TITLES = {
    "differencing": "Two tables that differ by one person",
    "suppression": "A small cell withheld, and the totals by area beside it",
    "rows": "One person with twelve rows",
    "classes": "Forty of forty said yes; no is never seen",
    "dummy": "Least squares with a dummy for one person",
    "events": "Logistic regression with three events",
    "shares": "Shares within areas, rounding on",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--environment", type=Path, help="a virtual environment that has ACRO")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        theirs = acro_says(options.environment or environment(Path(folder)), Path(folder))
    print("| input | ACRO 1.0.2 says | and shows | boldlink says | and shows |\n|---|---|---|---|---|")
    for name, title in TITLES.items():
        ours = OURS[name](INPUTS[name]())
        print(f"| {title} | {theirs[name]['status']} | {theirs[name]['shows']} | {ours[0]} | {ours[1]} |")


def environment(folder: Path) -> Path:
    """A new virtual environment with ACRO in it, made by pip."""
    made = folder / "environment"
    venv.create(made, with_pip=True)
    pip = [str(made / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ACRO]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    return made


def acro_says(made: Path, folder: Path) -> dict[str, dict[str, str]]:
    """ACRO's status for each input. -I: the script's own folder, which has a file of that name, is not searched."""
    for name, frame in INPUTS.items():
        frame().to_csv(folder / f"{name}.csv", index=False)
    command = [str(made / "bin" / "python"), "-I", str(HERE / "side_acro.py"), str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout
    return dict(json.loads(said.strip().splitlines()[-1]))


# ---- boldlink's side


def differencing(frame: pd.DataFrame) -> tuple[str, str]:
    first, second = (crosstab(one, "person", ["area", "answer"], categories=ANSWERS) for one in (frame, frame[:-1]))
    assert first.shown and second.shown
    failed = [one for one in run_checks(second.shown, second.raw, RULES, [first.shown]) if one.outcome != "pass"]
    exact = [one for one in run_checks(second.raw, second.raw, RULES, [first.raw]) if one.name == "earlier releases"]
    assert exact[0].outcome == "fail"
    return f"second: fail ({', '.join(one.name for one in failed)})", "the first table, rounded"


def suppression(frame: pd.DataFrame) -> tuple[str, str]:
    cells = crosstab(frame, "person", ["area", "answer"], categories=ANSWERS)
    totals = crosstab(frame, "person", ["area"])
    assert cells.shown and totals.shown
    low, high = bounds(cells.shown, totals.shown, ("North", "yes"))
    return f"{cells.outcome} ({', '.join(cells.failed())})", f"[c], and with the totals somewhere from {low} to {high}"


def rows(frame: pd.DataFrame) -> tuple[str, str]:
    return _said(crosstab(frame, "person", ["area", "answer"]))


def classes(frame: pd.DataFrame) -> tuple[str, str]:
    return _said(crosstab(frame, "person", ["area", "answer"], outcome="answer", categories=ANSWERS))


def dummy(frame: pd.DataFrame) -> tuple[str, str]:
    return _said(linear(frame, "person", "debt", ["age", "marked"]))


def events(frame: pd.DataFrame) -> tuple[str, str]:
    return _said(logistic(frame, "person", "back", ["age"]))


def shares(frame: pd.DataFrame) -> tuple[str, str]:
    found = crosstab(frame, "person", ["area", "answer"], outcome="answer", categories=ANSWERS)
    assert found.shown
    yes = ", ".join(f"{row['percent']:g} %" for row in found.shown.rows if row["answer"] == "yes")
    return found.outcome, f"shares of {yes}"


def _said(found: Statistic) -> tuple[str, str]:
    names = [name for name in found.failed() if name != "anything left"]
    return f"{found.outcome} ({', '.join(names)})", "nothing" if found.shown is None else "what passes"


def bounds(cells: StatTable, totals: StatTable, wanted: tuple[str, str]) -> tuple[int, int]:
    """How few and how many people a reader can conclude are in a cell, from both tables as shown, by linear programming.

    A count that shows is within rounding of its true one, and at least the minimum; one that does not is from 0.
    """
    keys: list[Any] = [(row["area"], row["answer"]) for row in cells.rows]
    sums, limits = [], []
    for row in totals.rows:
        if row["area"] != totals.total_label and row["people"] != SUPPRESSED:
            inside = np.array([float(area == row["area"]) for area, _ in keys])
            low, high = _shown(row["people"])
            sums += [inside, -inside]
            limits += [high, -low]
    ranges = [_shown(row["people"]) for row in cells.rows]
    way = np.array([float(key == wanted) for key in keys])
    found = [linprog(sign * way, sums, limits, bounds=ranges) for sign in (1, -1)]
    assert all(one.status == 0 for one in found)
    return int(np.ceil(found[0].fun - 1e-9)), int(np.floor(-found[1].fun + 1e-9))


def _shown(count: Any) -> tuple[float, float]:
    if count == SUPPRESSED:
        return 0.0, RULES.minimum - 1.0
    return max(float(RULES.minimum), count - RULES.base // 2), float(count + RULES.base // 2)


OURS: dict[str, Callable[[pd.DataFrame], tuple[str, str]]] = {
    one.__name__: one for one in (differencing, suppression, rows, classes, dummy, events, shares)
}

if __name__ == "__main__":
    main()
