"""Comparisons where the link is the outcome: differences and ratios corrected by group and stratum (the matrix method).

Each group's share is turned round by its own sensitivity and specificity (Greenland 1988, Stat Med 7:745); strata are
weighted to one population before groups are compared. Variances are by the delta method, and an accuracy that several
groups share moves them together: a sensitivity that is the same for both hardly touches a ratio.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boldlink.analysis.ask import bad
from boldlink.analysis.linkage_error.rogan_gladen import METHOD, Accuracy, Seen, true_share, youden
from boldlink.analysis.methods.estimate import Estimate, Floats, Scale, wald

ONE_STRATUM = "everybody"


@dataclass(frozen=True)
class Stratum:
    """Exposed and unexposed people alike in what the stratum is made of."""

    exposed: Seen
    unexposed: Seen

    @property
    def people(self) -> int:
        """Both groups."""
        return self.exposed.people + self.unexposed.people


Strata = Mapping[str, Stratum]


def risk_difference(strata: Strata) -> Estimate:
    """True share among exposed minus among unexposed, strata weighted by their people."""
    (ours, others), variance, error_note = _standardised(strata)
    error = math.sqrt(variance[0, 0] + variance[1, 1] - 2 * variance[0, 1])
    return _said(strata, ours - others, error, Scale.RISK_DIFFERENCE, error_note)


def risk_ratio(strata: Strata) -> Estimate:
    """True share among exposed over that among unexposed. No value where a corrected share is not above 0."""
    return _log_ratio(strata, Scale.RISK_RATIO)


def odds_ratio(strata: Strata) -> Estimate:
    """Odds of the standardised true shares. No value where a corrected share is not between 0 and 1."""
    return _log_ratio(strata, Scale.ODDS_RATIO)


def between(exposed: Seen, unexposed: Seen) -> Strata:
    """The comparison of two groups without strata."""
    return {ONE_STRATUM: Stratum(exposed, unexposed)}


def _log_ratio(strata: Strata, scale: Scale) -> Estimate:
    shares, variance, note = _standardised(strata)
    odds = scale is Scale.ODDS_RATIO
    if min(shares) <= 0 or (odds and max(shares) >= 1):
        people, events = _counts(strata)
        why = "A corrected share is not within 0 and 1: fewer links than false ones alone would give, or more than all."
        return Estimate(None, None, None, None, people, events, scale, METHOD, why)
    slopes = np.array([1 / (one * (1 - one)) if odds else 1 / one for one in shares]) * [1, -1]
    centre = [math.log(one / (1 - one)) if odds else math.log(one) for one in shares]
    return _said(strata, centre[0] - centre[1], math.sqrt(slopes @ variance @ slopes), scale, note)


def _standardised(strata: Strata) -> tuple[tuple[float, float], Floats, str]:
    """Both groups' true shares in one population, their covariance (2, 2), and a note."""
    if not strata:
        raise bad("METHODS-TOO-FEW", "There is no stratum to compare in.")
    everybody = sum(one.people for one in strata.values())
    weight = np.array([one.people / everybody for one in strata.values()])
    cells = [one.exposed for one in strata.values()] + [one.unexposed for one in strata.values()]
    zero = np.zeros(len(weight))
    rows = np.stack([np.concatenate([weight, zero]), np.concatenate([zero, weight])])
    shares = np.array([_true(cell) for cell in cells])
    ours, others = rows @ shares
    note = "" if ((shares >= 0) & (shares <= 1)).all() else "Some corrected shares lie outside 0 and 1."
    return (float(ours), float(others)), rows @ _covariance(cells) @ rows.T, note


def _covariance(cells: list[Seen]) -> Floats:
    """Of the true shares (cells, cells): sampling in each, and accuracies that cells share. Half a link is added."""
    steep = np.array([1 / youden(cell.sensitivity.share, cell.specificity.share) for cell in cells])
    seen = np.array([(cell.positive + 0.5) / (cell.people + 1) for cell in cells])
    made = np.diag(seen * (1 - seen) / np.array([cell.people for cell in cells]) * steep**2)
    shares = np.array([_true(cell) for cell in cells])
    return (
        made
        + _shared([c.sensitivity for c in cells], shares * steep)
        + _shared([c.specificity for c in cells], (1 - shares) * steep)
    )


def _shared(accuracies: list[Accuracy], slopes: Floats) -> Floats:
    """What one uncertain accuracy adds, for every one: variance × slope × slope over the cells that use it."""
    made = np.zeros((len(slopes), len(slopes)))
    for one in {id(accuracy): accuracy for accuracy in accuracies}.values():
        used = np.array([accuracy is one for accuracy in accuracies]) * slopes
        made += one.drawn_in.variance * np.outer(used, used)
    return made


def _true(cell: Seen) -> float:
    return true_share(cell.positive / cell.people, cell.sensitivity.share, cell.specificity.share)


def _counts(strata: Strata) -> tuple[int, int]:
    cells = [cell for one in strata.values() for cell in (one.exposed, one.unexposed)]
    return sum(cell.people for cell in cells), sum(cell.positive for cell in cells)


def _said(strata: Strata, centre: float, error: float, scale: Scale, note: str) -> Estimate:
    method = f"{METHOD} by exposure" + (f" in {len(strata)} strata" if len(strata) > 1 else "")
    return wald(centre, error, scale, *_counts(strata), method, note)
