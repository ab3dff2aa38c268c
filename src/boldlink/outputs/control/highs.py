"""HiGHS with the settings that every programme of disclosure control keeps: one thread, one seed, no clock.

The same table gives the same pattern on any machine; effort is bounded by counted work, never by time.
"""

from __future__ import annotations

import highspy
import numpy as np
import scipy.sparse as sp

from boldlink.errors import BadInput
from boldlink.outputs.control.system import Floats


class Silent(highspy.Highs):  # type: ignore[misc]
    """Without callbacks: setting them up prints a banner on standard output before any option can forbid it."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """None are used."""


def solver(**options: bool | int | float | str) -> highspy.Highs:
    """A silent solver."""
    made = Silent()
    set_options(made, output_flag=False, threads=1, random_seed=0, **options)
    return made


def set_options(made: highspy.Highs, **options: bool | int | float | str) -> None:
    """Every option is accepted or it is an error."""
    for name, value in options.items():
        require(made.setOptionValue(name, value) == highspy.HighsStatus.kOk, f"option {name}")


def model(
    matrix: sp.csr_array, rows: tuple[Floats, Floats], columns: tuple[Floats, Floats], costs: Floats,
) -> highspy.HighsLp:  # fmt: skip
    """Minimise costs @ x where rows low <= matrix @ x <= high and columns low <= x <= high."""
    made = highspy.HighsLp()
    made.num_row_, made.num_col_ = matrix.shape
    made.col_cost_ = costs.astype(float)
    made.row_lower_, made.row_upper_ = (np.asarray(side, float) for side in rows)
    made.col_lower_, made.col_upper_ = (np.asarray(side, float) for side in columns)
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    made.a_matrix_.index_ = matrix.indices.astype(np.int32)
    made.a_matrix_.value_ = matrix.data.astype(float)
    return made


def load(made: highspy.Highs, programme: highspy.HighsLp) -> highspy.Highs:
    """Pass a programme to a solver."""
    require(made.passModel(programme) != highspy.HighsStatus.kError, "model")
    return made


def solved(made: highspy.Highs, *others: highspy.HighsModelStatus) -> highspy.HighsModelStatus:
    """Run, and return the status, which is optimal or one of the others named."""
    made.run()
    status: highspy.HighsModelStatus = made.getModelStatus()
    require(status in (highspy.HighsModelStatus.kOptimal, *others), made.modelStatusToString(status))
    return status


def require(held: bool, what: str) -> None:
    """An error unless the solver did what was asked."""
    if not held:
        raise BadInput(
            "CONTROL-UNSOLVED",
            "What must be withheld could not be worked out.",
            f"the solver stopped without an answer ({what}): no answer counts as unsafe.",
            "ask for a smaller or coarser table",
            "the maintainers of boldlink, with the table's structure and none of its numbers",
        )
