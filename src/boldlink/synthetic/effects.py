"""Cause and effect among people who do not exist: one table, so that a study knows the truth it looks for.

Every part of `lives` reads an effect from the table it is given: a study may change one, or make it null. A risk ratio
multiplies a risk in ten-thousandths (no risk reaches 1, so risk differences are collapsible); a hazard ratio
multiplies a hazard; a mean difference adds. All in hundredths. The values are chosen, not estimated from anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Scale = Literal["risk ratio", "hazard ratio", "mean difference"]
HIGHEST_RISK = 9_900  # ten-thousandths


@dataclass(frozen=True)
class Effect:
    """What an exposure does to an outcome. `hundredths`: 80 is a ratio of 0.80, or a difference of 0.80."""

    id: str
    exposure: str
    outcome: str
    scale: Scale
    hundredths: int
    null: bool
    confounded_by_hidden: bool
    question: str  # the pilot whose question it answers


Effects: TypeAlias = Mapping[str, Effect]

REOFFENDING = "proven reoffending within 12 months"
APPLICATION = "homelessness application within 6 months of release"
REPEAT = "repeat homelessness application"
WITHDRAWAL = "victim withdraws"
RATIO: Scale = "risk ratio"
HAZARD: Scale = "hazard ratio"


def _effect(
    id: str, exposure: str, outcome: str, scale: Scale, hundredths: int, question: str, *, hidden: bool = False
) -> Effect:
    nothing = 0 if scale == "mean difference" else 100
    return Effect(id, exposure, outcome, scale, hundredths, hundredths == nothing, hidden, question)


_TABLE = (
    _effect("employment-support", "employment support in prison", REOFFENDING, RATIO, 80, "reducing-reoffending"),
    _effect("employment-support-employment", "employment support in prison", "employed 6 months after release", RATIO, 130, "reducing-reoffending"),
    _effect("accredited-programme", "accredited programme in prison", REOFFENDING, RATIO, 100, "reducing-reoffending", hidden=True),
    _effect("resolve-reoffending", "resolve, which nobody records", REOFFENDING, RATIO, 60, "reducing-reoffending"),
    _effect("cas3-reoffending", "CAS3 after release", REOFFENDING, RATIO, 90, "reducing-homelessness"),
    _effect("settled-home-reoffending", "settled home 3 months after", REOFFENDING, RATIO, 90, "reducing-reoffending"),
    _effect("employment-reoffending", "employed 6 weeks after", REOFFENDING, RATIO, 88, "reducing-reoffending"),
    _effect("cas3", "CAS3 after release", APPLICATION, RATIO, 65, "reducing-homelessness"),
    _effect("crs-accommodation", "CRS accommodation service", APPLICATION, RATIO, 85, "reducing-homelessness"),
    _effect("housing-advice", "housing advice", APPLICATION, RATIO, 100, "reducing-homelessness"),
    _effect("mental", "mental ill-health", REPEAT, HAZARD, 150, "reducing-homelessness"),
    _effect("drug-dependence", "dependence on drugs or alcohol", REPEAT, HAZARD, 160, "reducing-homelessness"),
    _effect("custody-history", "has been in custody", REPEAT, HAZARD, 140, "reducing-homelessness"),
    _effect("physical", "physical ill-health", REPEAT, HAZARD, 100, "reducing-homelessness"),
    _effect("treatment-homelessness", "in community treatment on the day", REPEAT, HAZARD, 70, "reducing-homelessness"),
    _effect("opioid-substitution", "opioid substitution in prison", "in community treatment within 21 days", RATIO, 140, "substance-misuse"),
    _effect("opioid-substitution-death", "opioid substitution in prison", "death within 28 days", RATIO, 25, "substance-misuse"),
    _effect("settled-home", "settled home", "treatment completed", HAZARD, 140, "substance-misuse"),
    _effect("settled-home-drop-out", "settled home", "treatment dropped out of", HAZARD, 70, "substance-misuse"),
    _effect("employment", "employed", "treatment completed", HAZARD, 100, "substance-misuse"),
    _effect("advocate", "advocate, from the day it starts", WITHDRAWAL, HAZARD, 60, "supporting-victims"),
    _effect("counselling", "counselling, from the day it starts", WITHDRAWAL, HAZARD, 80, "supporting-victims"),
    _effect("information-only", "information, from the day it starts", WITHDRAWAL, HAZARD, 100, "supporting-victims"),
    _effect("counselling-wellbeing", "counselling", "wellbeing at the end, 0-10", "mean difference", 150, "supporting-victims"),
)  # fmt: skip
EFFECTS: Effects = {effect.id: effect for effect in _TABLE}


def changed(effects: Effects, **hundredths: int) -> dict[str, Effect]:
    """The table with some effects set otherwise: names with underscores for hyphens, values in hundredths."""
    table = dict(effects)
    for name, value in hundredths.items():
        before = table[name.replace("_", "-")]
        nothing = 0 if before.scale == "mean difference" else 100
        table[before.id] = replace(before, hundredths=value, null=value == nothing)
    return table


def scaled(base: int, *hundredths: int) -> int:
    """A risk or hazard times ratios in hundredths, rounded down once."""
    whole = 1
    for ratio in hundredths:
        base, whole = base * ratio, whole * 100
    return base // whole


def as_risk(base: int, *hundredths: int) -> int:
    """A risk in ten-thousandths times ratios in hundredths, below 1."""
    return min(scaled(base, *hundredths), HIGHEST_RISK)
