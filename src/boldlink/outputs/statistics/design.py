"""What stands behind each coefficient of a model: groups of people, and how much the fit leans on any one of them.

A dummy that marks one person makes the model fit that person exactly, and the coefficient gives their value away whatever
the degrees of freedom. So beside degrees of freedom and events for each parameter there are:

- people behind every dummy *and* its complement, the reference group among them;
- *leverage*: the hat value of a person, 1 where the fit passes through them. A person of several rows has the largest
  eigenvalue of their block of the hat matrix (Cook and Weisberg 1982, Residuals and Influence in Regression);
- *saturated groups*: rows alike in every covariate whose mean the model reproduces exactly, because their hat values add
  up to 1. Then the coefficients are a table of groups in disguise, and its cells must be large enough;
- *dominance*, of a linear model: a coefficient is a sum over people of weight times outcome, the weights adding up to
  nought. Outcomes count from their median, so that one enormous debt in a group of twelve shows as what it is: the
  group's coefficient, nearly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from boldlink.outputs.checks import Check
from boldlink.outputs.rules import Rules
from boldlink.outputs.statistics.dominance import dominated
from boldlink.outputs.statistics.groups import people_in
from boldlink.outputs.statistics.rows import Floats, Integers
from boldlink.outputs.statistics.statistic import failed, passed

if TYPE_CHECKING:
    import pandas as pd

EXACT = 1e-8  # how near to 1 the hat values of a group add up when the model reproduces its mean


@dataclass(frozen=True)
class Evidence:
    """names: of the covariates. matrix: (rows, 1 + covariates), ones first. person: (rows,).

    factors: of each covariate the column of words that it is a category of, empty for an amount. weights: (rows,) of the
    fit, 1 for a linear model, p (1 - p) for a logistic one.
    """

    names: tuple[str, ...]
    factors: tuple[str, ...]
    matrix: Floats
    person: Integers
    weights: Floats

    @property
    def people(self) -> int:
        """Different people."""
        return int(self.person.max()) + 1 if len(self.person) else 0

    @cached_property
    def dummy(self) -> NDArray[np.bool_]:
        """(covariates,) whether a covariate takes two values."""
        columns = self.matrix[:, 1:].T
        return np.array([((one == one.min()) | (one == one.max())).all() for one in columns], dtype=bool)

    def behind(self, covariate: int, among: NDArray[np.bool_] | None = None) -> tuple[int, int]:
        """People with the dummy and people without it, among some rows; of an amount, everybody and everybody."""
        rows = np.ones(len(self.person), bool) if among is None else among
        if not self.dummy[covariate]:
            everybody = _people(self.person[rows])
            return everybody, everybody
        column = self.matrix[:, 1 + covariate]
        with_it = column == column.max()
        return _people(self.person[rows & with_it]), _people(self.person[rows & ~with_it])

    def references(self, among: NDArray[np.bool_] | None = None) -> list[int]:
        """People in the reference group of each factor, which has no dummy: rows where all of its dummies are 0."""
        rows = np.ones(len(self.person), bool) if among is None else among
        found = []
        for factor in dict.fromkeys(one for one in self.factors if one):
            of_it = [1 + number for number, one in enumerate(self.factors) if one == factor]
            found.append(_people(self.person[rows & (self.matrix[:, of_it] == 0).all(axis=1)]))
        return found


def _people(person: Integers) -> int:
    """Different people on some rows."""
    return int(np.count_nonzero(np.bincount(person)))


def dummies(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Covariates as numbers, and the factor of each: a column of words has a dummy for each category but the commonest."""
    from boldlink.analysis.methods.fitting import indicators

    made, factors = [], []
    for name in names:
        words = frame[name].dtype.kind not in "iuf"
        part = indicators(frame[[name]], *([name] if words else []))
        made.append(part)
        factors += [name if words else ""] * len(part.columns)
    return made[0].join(made[1:]) if made else frame[[]], tuple(factors)


def hats(evidence: Evidence) -> tuple[Floats, Floats]:
    """(rows,) hat value of each row; (people,) of each person, the largest eigenvalue of their block. 0 to 1."""
    scaled = evidence.matrix * np.sqrt(evidence.weights)[:, None]
    basis = np.linalg.qr(scaled)[0]
    of_rows = (basis**2).sum(axis=1)
    of_people = np.bincount(evidence.person, weights=of_rows, minlength=evidence.people).astype(np.float64)
    several = np.flatnonzero(np.bincount(evidence.person, minlength=evidence.people) > 1)
    order = np.argsort(evidence.person, kind="stable")
    starts = np.searchsorted(evidence.person[order], several)
    ends = np.searchsorted(evidence.person[order], several, "right")
    for one, start, end in zip(several, starts, ends, strict=True):
        of_people[one] = np.linalg.norm(basis[order[start:end]], 2) ** 2
    return of_rows, of_people


def evidence_checks(evidence: Evidence, rules: Rules, outcome: Floats | None = None) -> list[Check]:
    """Every check of a model's evidence. outcome: (rows,) 0 or 1 of a logistic model, else None."""
    of_rows, of_people = hats(evidence)
    checks = [_behind(evidence, rules, outcome), _degrees(evidence, rules)]
    if outcome is not None:
        checks.append(_events(evidence, rules, outcome))
    return [*checks, _leverage(of_people, rules), _saturated(evidence, of_rows, rules, outcome)]


def dominance_check(evidence: Evidence, outcome: Floats, rules: Rules) -> Check:
    """Whether one or two people's outcomes, (rows,), make up a coefficient of a linear model."""
    weights = np.linalg.solve(evidence.matrix.T @ evidence.matrix, evidence.matrix.T)[1:]
    from_middle = outcome - np.median(outcome)
    parts = [np.bincount(evidence.person, weights=one * from_middle).astype(np.float64) for one in weights]
    made_up = sum(dominated(part, rules) for part in parts)
    if made_up:
        said = f"One or two people's outcomes make up {made_up} of {len(weights)} coefficient(s)."
        return failed("dominance", said, "broader groups, or outcomes capped by a stated rule")
    return passed("dominance", "No one or two people's outcomes make up a coefficient.")


def _behind(evidence: Evidence, rules: Rules, outcome: Floats | None) -> Check:
    among = [None] if outcome is None else [outcome == 1, outcome == 0]
    counts = [min(evidence.behind(number, rows)) for number in range(len(evidence.names)) for rows in among]
    counts += [count for rows in among for count in evidence.references(rows)]
    small = sum(count < rules.minimum for count in counts)
    whom = "people" if outcome is None else "people with the outcome and as many without it"
    if small:
        said = f"{small} group(s) behind a dummy, outside it or of reference have fewer than {rules.minimum} {whom}."
        return failed("groups behind dummies", said, "join or leave out these groups")
    said = f"Every dummy, its complement and every reference group have at least {rules.minimum} {whom}."
    return passed("groups behind dummies", said)


def _degrees(evidence: Evidence, rules: Rules) -> Check:
    left = evidence.people - evidence.matrix.shape[1]
    if left < rules.residual_degrees_of_freedom:
        said = f"People less parameters are fewer than {rules.residual_degrees_of_freedom}."
        return failed("degrees of freedom", said, "fewer covariates or more people")
    return passed("degrees of freedom", f"At least {rules.residual_degrees_of_freedom} more people than parameters.")


def _events(evidence: Evidence, rules: Rules, outcome: Floats) -> Check:
    rarer = min(_people(evidence.person[outcome == one]) for one in (0, 1))
    if rarer < rules.events_per_parameter * len(evidence.names):
        said = f"Fewer than {rules.events_per_parameter} people with the rarer outcome for each covariate."
        return failed("events for each parameter", said, "fewer covariates, or a longer period")
    return passed("events for each parameter", f"At least {rules.events_per_parameter} of the rarer outcome for each.")


def _leverage(of_people: Floats, rules: Rules) -> Check:
    high = int((of_people > rules.leverage_at_most).sum())
    if high:
        said = f"The fit leans on {high} person(s) by more than {rules.leverage_at_most:g}."
        return failed("leverage", said, "join the groups, or cap the amounts, that single them out")
    return passed("leverage", f"Nobody's hat value is above {rules.leverage_at_most:g}.")


def _patterns(matrix: Floats) -> Integers:
    """(rows,) number of each row's combination of covariates."""
    import pandas as pd

    frame = pd.DataFrame(matrix)
    return np.asarray(frame.groupby(list(frame.columns), sort=False).ngroup(), dtype=np.int64)


def _saturated(evidence: Evidence, of_rows: Floats, rules: Rules, outcome: Floats | None) -> Check:
    pattern = _patterns(evidence.matrix)
    exact = np.bincount(pattern, weights=of_rows) > 1 - EXACT
    groups = len(exact)
    sets = [np.ones(len(pattern), bool)] if outcome is None else [outcome == 1, outcome == 0]
    counts = np.min([people_in(evidence.person[one], pattern[one], groups) for one in sets], axis=0)
    if (exact & (counts < rules.minimum)).any():
        said = f"The model reproduces {int(exact.sum())} group(s) exactly, and some are of fewer than {rules.minimum} people."
        return failed("saturated groups", said, "fewer interactions, or broader groups")
    return passed("saturated groups", "No small group's mean or share can be worked out from the coefficients.")
