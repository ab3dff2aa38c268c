"""docs/calibration.md: what published figures synthetic people are drawn towards, and what came out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random

from boldlink.synthetic import write_extracts
from boldlink.synthetic.calibration import Row
from boldlink.synthetic.effects import EFFECTS
from boldlink.synthetic.fault_rates import fault_rates
from boldlink.synthetic.lives import make_lives
from boldlink.synthetic.targets import calibrate_lives

PEOPLE, SEED = 30_000, 1
Table = Callable[[list[str], list[list[str]]], str]


def calibration(made: str, table: Table) -> str:
    """Targets of lives and of faults, and the effects that are built in."""
    lives = calibrate_lives(make_lives(PEOPLE, Random(SEED)))
    with tempfile.TemporaryDirectory() as folder:
        write_extracts(Path(folder) / "extracts", Path(folder) / "truth", people=PEOPLE, seed=SEED, processes=1)
        faults = fault_rates(Path(folder) / "extracts", Path(folder) / "truth")
    heads = ["what", "target", "got", "within", "met", "behind", "source"]
    effects = [
        [
            f"`{one.id}`",
            one.exposure,
            one.outcome,
            one.scale,
            _decimal(Fraction(one.hundredths, 100), 2),
            _said(one.null, one.confounded_by_hidden),
        ]
        for one in EFFECTS.values()
    ]
    return (
        "\n".join(
            [
                f"{made}\n# Synthetic people beside published figures\n",
                f"{PEOPLE:,} synthetic people, seed {SEED}. They are people in touch with services, not a census, and nobody of "
                "them exists. `boldlink synthetic --people N --out DIR` writes them with every department's records. How far "
                "a figure may be from its target (`within`) is stated before it is measured; tests hold it there.\n",
                "## Lives\n",
                table(heads, [_line(row) for row in lives]),
                "\n## Faults of records\n",
                "Pairs of records of one person, both values given.\n",
                table(heads, [_line(row) for row in faults]),
                "\n## Effects that are built in\n",
                "The truth that a study looks for (docs/recovery.md). Chosen, not estimated from anybody.\n",
                table(["id", "exposure", "outcome", "scale", "true value", ""], effects),
            ]
        )
        + "\n"
    )


def _line(row: Row) -> list[str]:
    figures = [
        _decimal(row.target, 2),
        _decimal(row.got, 2),
        f"± {_decimal(row.within, 2)}",
        "yes" if row.met else "no",
        f"{row.behind:,}",
    ]
    return [f"{row.what} ({row.unit})", *figures, row.source]


def _decimal(value: Fraction, places: int) -> str:
    """Rounded in whole numbers: the same on every machine."""
    scaled = round(value * 10**places)
    sign, digits = ("-" if scaled < 0 else ""), f"{abs(scaled):0{places + 1}d}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _said(null: bool, hidden: bool) -> str:
    return "; ".join(["no effect"] * null + ["take-up depends on what nobody records"] * hidden)
