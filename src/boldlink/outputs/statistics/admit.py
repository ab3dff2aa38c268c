"""What may be an output at all: a table with the counts of people behind it, and nothing else.

Refused by kind, before anybody looks inside: a fitted model keeps the rows it was fitted on, or enough to get at them; a
score, a residual, a prediction for each person is a list of people, whatever it is called.
"""

from __future__ import annotations

from typing import Any

from boldlink.errors import BadInput
from boldlink.outputs.statistics.statistic import Statistic
from boldlink.values import StatTable

MODELS = ("statsmodels", "sklearn", "lifelines", "xgboost", "lightgbm", "torch", "keras", "tensorflow", "onnx")


def admit(thing: Any) -> StatTable:
    """The table that may be asked for. Raises BadInput OUTPUT-MODEL, OUTPUT-PER-PERSON, OUTPUT-TEXT or OUTPUT-KIND."""
    if isinstance(thing, Statistic):
        if thing.shown is None:
            raise _bad("OUTPUT-CHECKS", f"This statistic does not pass: {', '.join(thing.failed())}.", "see its checks")
        return thing.shown
    if isinstance(thing, StatTable):
        return thing
    if type(thing).__module__.split(".")[0] in MODELS or hasattr(thing, "predict"):
        raise _bad("OUTPUT-MODEL", "A fitted model does not leave.", "ask for its coefficients with their evidence")
    if isinstance(thing, str | bytes):
        raise _bad("OUTPUT-TEXT", "Free text and bytes do not leave.", "ask for a table, and give context with it")
    if hasattr(thing, "__len__") or hasattr(thing, "__arrow_c_stream__"):
        raise _bad(
            "OUTPUT-PER-PERSON",
            "Values without the people behind them do not leave: scores, residuals and predictions are lists of people.",
            "ask for a table of groups",
        )
    raise _bad("OUTPUT-KIND", f"A {type(thing).__name__} is no output.", "ask for a table")


def _bad(code: str, what: str, do: str) -> BadInput:
    return BadInput(code, what, do=do)
