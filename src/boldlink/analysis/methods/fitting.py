"""Fitting a library's model and hearing what it complains about: a complaint becomes a refusal in words, never silence."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.linalg import LinAlgError
from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationError, PerfectSeparationWarning

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Floats, Integers

COMPLAINTS = (ConvergenceWarning, PerfectSeparationWarning, RuntimeWarning)
FARTHEST = 15.0  # a coefficient beyond it (a ratio of three million) is running away to infinity


def fitted(fit: Callable[[], Any], what: str) -> Any:
    """The model that `fit` gives. Raises BadInput METHODS-NO-FIT when it does not converge or runs away.

    what: the model's name in words. Complaints are heard for this call alone.
    """
    try:
        with warnings.catch_warnings():
            for complaint in COMPLAINTS:
                warnings.simplefilter("error", complaint)
            model = fit()
    except (*COMPLAINTS, PerfectSeparationError, LinAlgError, FloatingPointError, ZeroDivisionError) as fault:
        raise no_fit(what) from fault
    if not np.isfinite(model.params).all() or not np.isfinite(model.bse).all():
        raise no_fit(what)
    return model


def no_fit(what: str) -> Exception:
    """The refusal of a model that has no answer in these data."""
    return bad(
        "METHODS-NO-FIT",
        f"The {what} has no finite answer in these data: a covariate settles the outcome, or says what another says.",
        "leave out or merge the covariates whose groups have no events, or have all of them",
    )


def numbers(covariates: pd.DataFrame) -> Floats:
    """Covariates as numbers (rows, columns). Raises BadInput without any, for a missing value or for one value only."""
    if not len(covariates.columns):
        raise bad("METHODS-CONSTANT", "There is no covariate in which these people differ.", "take a longer period")
    values = np.ascontiguousarray(covariates.to_numpy(dtype=float))
    for name, column in zip(covariates.columns, values.T, strict=True):
        if not np.isfinite(column).all():
            raise bad("METHODS-MISSING", f"Covariate {name} has missing values.", "give 'not recorded' its own column")
        if len(column) and column.min() == column.max():
            raise bad("METHODS-CONSTANT", f"Covariate {name} has the same value for everybody.", "leave it out")
    return values


def indicators(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Columns of 0 and 1 for the values of named columns, 'Not recorded' among them; the commonest value is left out."""
    made = [frame.drop(columns=list(names)).astype(float)]
    for name in names:
        codes, words = coded(frame[name], "Not recorded")
        counts = np.bincount(codes, minlength=len(words))
        kept = sorted(range(len(words)), key=lambda code: (-int(counts[code]), words[code]))[1:]
        columns = {f"{name}: {words[code]}": (codes == code).astype(float) for code in kept}
        made.append(pd.DataFrame(columns, index=frame.index))
    return pd.concat(made, axis=1)


def coded(values: pd.Series, missing: str) -> tuple[Integers, list[str]]:
    """Each value's number, (rows,), and the values as text in the order of their first row; `missing` names what is empty."""
    codes, found = pd.factorize(values, use_na_sentinel=False)
    words = [missing if pd.isna(value) else str(value) for value in found]
    numbered = {word: number for number, word in enumerate(dict.fromkeys(words))}
    return np.array([numbered[word] for word in words], dtype=np.int64)[codes], list(numbered)


def need(count: int, at_least: int, of_what: str) -> None:
    """Raises BadInput METHODS-TOO-FEW when there are too few for the method."""
    if count < at_least:
        raise bad(
            "METHODS-TOO-FEW",
            f"There are {count} {of_what}, and this method needs at least {at_least}.",
            "take a longer period, join groups, or give the counts alone",
        )
