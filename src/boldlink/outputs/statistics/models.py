"""Coefficients with their intervals, and the evidence that no person can be read off them.

Coefficients pass when every check of `design` does; otherwise nothing of the model is shown, because what is left of a
model that singles somebody out still tells of them. The intercept is not given: it is the mean of a group that few may be
in. Fitted objects, residuals and scores are about persons or hold them, and never pass (`admit`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check
from boldlink.outputs.rules import RULES, Rules
from boldlink.outputs.statistics.design import Evidence, dominance_check, dummies, evidence_checks
from boldlink.outputs.statistics.rows import Floats, Rows, rows_of
from boldlink.outputs.statistics.statistic import Statistic, failed, passed, refused, statistic
from boldlink.values import StatTable

Fit = Callable[[Floats, Floats, dict[str, Any]], Any]


def linear(
    data: Any, unit: str, outcome: str, covariates: Sequence[str], rules: Rules = RULES, *, title: str = ""
) -> Statistic:
    """Ordinary least squares: how much higher the outcome is for one more of each covariate, with 95 % intervals.

    A column of words becomes a dummy for each category but the commonest. Rows with a missing outcome or amount are left
    out. Where people have several rows, errors are clustered by person. Raises BadInput for columns that are not there,
    and METHODS-NO-FIT or METHODS-CONSTANT where there is no answer.
    """
    rows, matrix, names, factors = _prepared(data, unit, outcome, covariates)
    yes = rows.numbers(outcome)
    found = _fitted(_ols, yes, matrix, rows, "linear regression")
    evidence = Evidence(names, factors, matrix, rows.person, np.ones(len(yes)))
    table = _coefficients(title or f"Linear regression of {outcome}", evidence, found, None, rules)
    checks = [*evidence_checks(evidence, rules), dominance_check(evidence, yes, rules)]
    return _with(table, rows, checks, rules)


def logistic(
    data: Any, unit: str, outcome: str, covariates: Sequence[str], rules: Rules = RULES, *, title: str = ""
) -> Statistic:
    """Logistic regression: each covariate's odds ratio with its 95 % interval. outcome: a column of 0 and 1.

    Otherwise as `linear`. Every covariate's row has the people with and without the outcome in its group and outside it.
    """
    rows, matrix, names, factors = _prepared(data, unit, outcome, covariates)
    yes = rows.numbers(outcome)
    if not np.isin(yes, (0.0, 1.0)).all():
        raise BadInput(
            "STATISTICS-OUTCOME", f"{outcome} is not 0 or 1 on every row.", do="give 1 for who has it, else 0"
        )
    title = title or f"Logistic regression of {outcome}"
    try:
        found = _fitted(_logit, yes, matrix, rows, "logistic regression")
    except BadInput as fault:
        return _no_fit(title, Evidence(names, factors, matrix, rows.person, np.ones(len(yes))), rows, yes, rules, fault)
    share = np.asarray(found.predict(), dtype=float)
    evidence = Evidence(names, factors, matrix, rows.person, share * (1 - share))
    table = _coefficients(title, evidence, found, yes, rules)
    return _with(table, rows, evidence_checks(evidence, rules, yes), rules)


def _prepared(
    data: Any, unit: str, outcome: str, covariates: Sequence[str]
) -> tuple[Rows, Floats, tuple[str, ...], tuple[str, ...]]:
    """Complete rows, the design (rows, 1 + covariates) with ones first, the covariates' names, and their factors."""
    import pandas as pd

    from boldlink.analysis.methods.fitting import numbers

    rows = rows_of(data, unit, (outcome, *covariates))
    frame = pd.DataFrame({name: rows.columns[name].to_pandas() for name in covariates})
    amounts = [name for name in covariates if frame[name].dtype.kind in "iuf"]
    whole = ~(np.isnan(rows.numbers(outcome)) | frame[amounts].isna().any(axis=1).to_numpy())
    kept = rows.keep(whole)
    made, factors = dummies(frame[whole].reset_index(drop=True), covariates)
    values = numbers(made)
    return kept, np.column_stack([np.ones(len(values)), values]), tuple(str(name) for name in made.columns), factors


def _ols(yes: Floats, matrix: Floats, options: dict[str, Any]) -> Any:
    from statsmodels.regression.linear_model import OLS

    return OLS(yes, matrix).fit(**options)


def _logit(yes: Floats, matrix: Floats, options: dict[str, Any]) -> Any:
    from statsmodels.discrete.discrete_model import Logit

    return Logit(yes, matrix).fit(disp=0, **options)


def _fitted(fit: Fit, yes: Floats, matrix: Floats, rows: Rows, what: str) -> Any:
    from boldlink.analysis.methods.fitting import fitted, no_fit

    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise no_fit(what)
    options: dict[str, Any] = {}
    if rows.people < len(rows.person):
        options = {"cov_type": "cluster", "cov_kwds": {"groups": rows.person}}
    return fitted(lambda: fit(yes, matrix, options), what)


def _coefficients(title: str, evidence: Evidence, found: Any, outcome: Floats | None, rules: Rules) -> StatTable:
    """A row for each covariate; an odds ratio for a logistic model."""
    shown = np.exp if outcome is not None else np.asarray
    bounds = np.asarray(found.conf_int(), dtype=float)
    figures = zip(found.params[1:], bounds[1:, 0], bounds[1:, 1], found.pvalues[1:], strict=True)
    made = []
    for number, (value, low, high, p) in enumerate(figures):
        estimates = {"value": float(shown(value)), "low": float(shown(low)), "high": float(shown(high)), "p": float(p)}
        made.append({"covariate": evidence.names[number], **_counts(evidence, number, outcome), **estimates})
    counts = tuple(_counts(evidence, 0, outcome)) if evidence.names else ()
    places = dict.fromkeys(("value", "low", "high", "p"), rules.decimals_at_most)
    return StatTable(title, ("covariate",), counts, tuple(made), overlapping=("covariate",), estimates=places)


def _counts(evidence: Evidence, number: int, outcome: Floats | None) -> dict[str, int]:
    if outcome is None:
        return dict(zip(("people", "others"), evidence.behind(number), strict=True))
    with_it, without = evidence.behind(number, outcome == 1), evidence.behind(number, outcome == 0)
    return {
        "people_with": with_it[0],
        "people_without": without[0],
        "others_with": with_it[1],
        "others_without": without[1],
    }


def _with(table: StatTable, rows: Rows, checks: list[Check], rules: Rules) -> Statistic:
    unit = passed("unit", f"{len(rows.person)} rows of {rows.people} people, who are what is counted.")
    checks = [unit, *checks]
    if any(check.outcome == "fail" for check in checks):
        return refused(table, rows.people, checks)
    return statistic(table, rows.people, checks, rules)


def _no_fit(title: str, evidence: Evidence, rows: Rows, yes: Floats, rules: Rules, fault: BadInput) -> Statistic:
    """A model that has no finite answer separates somebody: it is refused with its evidence, not with an error alone."""
    empty = StatTable(title, ("covariate",), ("people",), ())
    told = failed("an answer", fault.what, fault.do)
    return _with(empty, rows, [told, *evidence_checks(evidence, rules, yes)], rules)
