"""Rubin's rules: one estimate from several, each worked out on one way the links may truly be (Rubin 1987, chapter 3)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from boldlink.analysis.ask import bad
from boldlink.analysis.methods.estimate import Estimate, wald


def pool(estimates: Sequence[Estimate]) -> Estimate:
    """The mean on the scale's line; variance = mean variance within + (1 + 1/M) × variance between.

    Student's t with (M - 1)(1 + W / ((1 + 1/M) B))² degrees. Counts are means, rounded. Raises BadInput METHODS-POOL under
    two estimates, for mixed scales, or where one has no value or no standard error.
    """
    if len(estimates) < 2 or len({one.scale for one in estimates}) != 1:
        raise bad("METHODS-POOL", "At least two estimates on one scale are needed to pool.")
    if any(one.value is None or one.error is None for one in estimates):
        raise bad("METHODS-POOL", "An estimate without a value or a standard error cannot be pooled.")
    first, many = estimates[0], len(estimates)
    centres = np.array([first.scale.line(one.value) for one in estimates if one.value is not None])
    within = float(np.mean([one.error**2 for one in estimates if one.error is not None]))
    between = float((1 + 1 / many) * centres.var(ddof=1))
    degrees = (many - 1) * (1 + within / between) ** 2 if between > 0 else math.inf
    people, events = (round(float(np.mean([getattr(one, of) for one in estimates]))) for of in ("people", "events"))
    method = f"{first.method}; multiple imputation over links ({many} draws, Rubin's rules)"
    share = between / (within + between) if within + between > 0 else 0.0
    note = f"{100 * share:.0f} % of the variance comes from not knowing which links are true."
    return wald(
        float(centres.mean()), math.sqrt(within + between), first.scale, people, events, method, note, degrees
    ).saying(first.note)
