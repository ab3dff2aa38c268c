"""Multiple imputation over links: the analysis is run on many ways the links may truly be, and pooled.

For each person of the index dataset there are candidates in the other: records with the probability that they are his or
hers. Each draw decides for each person which candidate it is, or none. What the record says counts as evidence too, as in
prior-informed imputation (Goldstein, Harron and Wade 2012, Stat Med 31:3481): an outcome that the model would expect of
this person makes the link likelier, one as in anybody's record does not. Links and the outcome's model are drawn in turn,
each given the other, from which every few draws one is kept. Without that evidence a false link would be held as often as
its probability says whatever its record says, and the outcome's model would stay mixed with other people's records.

Where no candidate holds, a record may exist and have been missed: with the person's probability of that, an outcome is
drawn from the same model. Links are taken to be missed independently of the outcome, given the covariates: name exposure
among them, and whatever linking and outcome both depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from boldlink.analysis.ask import bad
from boldlink.analysis.linkage_error.pooling import pool
from boldlink.analysis.linkage_error.weighting import probabilities
from boldlink.analysis.methods.estimate import Booleans, Estimate, Floats, Integers
from boldlink.analysis.methods.fitting import need

DRAWS = 20
FIRST = 10  # turns before the first draw is kept
EVERY = 3  # turns from one kept draw to the next
STEPS = 25
TINY = 1e-9
RIDGE = 0.5  # of an event and of a non-event, spread over people: the model stays finite when a draw has few of either


@dataclass(frozen=True)
class Candidates:
    """Links that may be true. One row per candidate, in any order.

    people: persons of the index dataset. person: (candidates,) row of the person. probability: (candidates,) that the
    link is true; a person's may add up to less than 1 (then none may be true), and are scaled down where they add up to
    more. outcome: (candidates,) 0 or 1, what the candidate's record says. row: (candidates,) place before sorting. missed: (people,) or one number, probability
    that a record exists although none of the candidates is it.
    """

    people: int
    person: Integers
    probability: Floats
    outcome: Floats
    row: Integers
    missed: Floats

    @classmethod
    def of(cls, people: int, person: Any, probability: Any, outcome: Any, missed: Any = 0.0) -> Candidates:
        """Candidates from columns, sorted by person. Raises BadInput METHODS-PROBABILITY, METHODS-PERSON."""
        who = np.asarray(person, dtype=np.int64)
        if len(who) and not ((who >= 0) & (who < people)).all():
            raise bad("METHODS-PERSON", "Some candidates belong to nobody in the group.")
        order = np.argsort(who, kind="stable")
        chances = probabilities(probability)[order]
        sums = np.maximum(np.bincount(who, probabilities(probability), minlength=people), 1.0)
        unseen = np.broadcast_to(probabilities(missed), (people,))
        said = np.asarray(outcome, dtype=float)[order]
        return cls(people, who[order], chances / sums[who[order]], said, order, unseen)

    def draw(self, generator: np.random.Generator, evidence: Floats) -> Integers:
        """For each person the candidate that is true in this draw, or -1. (people,).

        evidence: (candidates,) how much likelier each record is if it is the person's own than if it is anybody's.
        """
        given = self.probability * evidence
        none = np.maximum(1 - np.bincount(self.person, self.probability, minlength=self.people), 0.0)
        ends = np.cumsum(given)
        last = np.searchsorted(self.person, np.arange(self.people), "right")
        before = np.append(0.0, ends)[np.searchsorted(self.person, np.arange(self.people))]
        own = np.append(0.0, ends)[last] - before
        at = generator.random(self.people) * (own + none)
        chosen = np.searchsorted(ends, before + at, "right")
        return np.where(at < own, np.minimum(chosen, last - 1), -1)


@dataclass(frozen=True)
class Drawn:
    """One way it may be.

    linked: (people,) whether a record exists; outcome: (people,) what it says, 0 without one. record: (people,) row of the
    candidate as it was given, for what else it holds; -1 for people without a record and for records that were missed.
    """

    linked: Booleans
    outcome: Floats
    record: Integers


def impute(
    candidates: Candidates,
    analysis: Callable[[Drawn], Estimate],
    generator: np.random.Generator,
    covariates: pd.DataFrame | None = None,
    draws: int = DRAWS,
    anybodys: float | None = None,
) -> Estimate:
    """Run the analysis on each draw and pool by Rubin's rules. covariates: (people, columns) of the outcome's model.

    analysis: what would be done if links were known, from whether people are linked and their outcomes. anybodys: the
    share of all records of the other dataset that have the outcome, from which false links come; the candidates' own
    share, doubtful ones counting most, if None. Raises BadInput METHODS-TOO-FEW under two draws, METHODS-POOL as `pool`.
    """
    need(draws, 2, "draws")
    return pool([analysis(one) for one in imputed(candidates, generator, covariates, draws, anybodys)])


def imputed(
    candidates: Candidates,
    generator: np.random.Generator,
    covariates: pd.DataFrame | None = None,
    draws: int = DRAWS,
    anybodys: float | None = None,
) -> Iterator[Drawn]:
    """The draws themselves, one after another."""
    model = OutcomeModel.of(candidates.people, covariates)
    false = _anybodys(candidates) if anybodys is None else anybodys
    evidence = np.ones(len(candidates.outcome))
    for turn in range(FIRST + EVERY * draws):
        chosen = candidates.draw(generator, evidence)
        linked = chosen >= 0
        outcome = np.where(linked, np.append(candidates.outcome, 0.0)[chosen], 0.0)
        chance = _chances(candidates, model, outcome, linked, generator)
        own = chance[candidates.person]
        evidence = np.where(candidates.outcome > 0, own / false, (1 - own) / (1 - false)) if 0 < false < 1 else evidence
        if turn >= FIRST and (turn - FIRST) % EVERY == EVERY - 1:
            unseen = ~linked & (generator.random(candidates.people) < candidates.missed)
            outcome[unseen] = generator.random(int(unseen.sum())) < chance[unseen]
            yield Drawn(linked | unseen, outcome, np.where(linked, np.append(candidates.row, -1)[chosen], -1))


def missed_chance(people: int, linked: int, precision: float, recall: float) -> float:
    """The probability that an unlinked person has a record: missed true links / unlinked people.

    precision: share of links that are true; recall: share of people with a record whom linking found. Raises BadInput
    METHODS-PROBABILITY when they cannot both be.
    """
    need(linked, 1, "linked people")
    true = linked * precision
    missed = true / recall - true
    if not 0 < recall <= 1 or not 0 <= precision <= 1 or missed > people - linked:
        raise bad("METHODS-PROBABILITY", "This precision and recall would have more missed links than unlinked people.")
    return missed / (people - linked) if people > linked else 0.0


def _anybodys(candidates: Candidates) -> float:
    """The outcome's share among false links: doubtful candidates count for their doubt."""
    doubt = 1 - candidates.probability
    return float(doubt @ candidates.outcome / doubt.sum()) if doubt.sum() > 0 else 0.0


def _chances(
    candidates: Candidates, model: OutcomeModel, outcome: Floats, linked: Booleans, generator: np.random.Generator
) -> Floats:
    """Each person's chance of the outcome in a record of his or her own. (people,)."""
    if candidates.outcome.all():  # the link itself is the outcome
        return np.ones(candidates.people)
    need(int(linked.sum()), 2, "people whose link holds in a draw")
    return model.chances(outcome, linked, generator)


@dataclass(frozen=True)
class OutcomeModel:
    """Logistic regression of the outcome, by patterns of covariates. pattern: (people,) place in design."""

    design: Floats
    pattern: Integers

    @classmethod
    def of(cls, people: int, covariates: pd.DataFrame | None) -> OutcomeModel:
        """From people's covariates; without any, the intercept alone."""
        columns = np.zeros((people, 0)) if covariates is None else covariates.to_numpy(dtype=float)
        design, pattern = np.unique(np.column_stack([np.ones(people), columns]), axis=0, return_inverse=True)
        return cls(design, pattern.reshape(-1))

    def chances(self, outcome: Floats, linked: Booleans, generator: np.random.Generator) -> Floats:
        """Each person's chance, with coefficients drawn from what people whose link holds say of them. (people,)."""
        people = np.bincount(self.pattern[linked], minlength=len(self.design)).astype(float)
        events = np.bincount(self.pattern[linked], outcome[linked], minlength=len(self.design))
        extra = RIDGE * people / people.sum()
        centre, variance = _fit(self.design, events + extra, people + 2 * extra)
        drawn = generator.multivariate_normal(centre, variance, method="eigh")
        return np.asarray(expit(self.design @ drawn)[self.pattern])


def _fit(design: Floats, events: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Coefficients of a logistic regression on counts, and their variance, by Newton's steps: it is asked every turn."""
    centre = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = expit(design @ centre)
        information = design.T @ (design * (people * chance * (1 - chance))[:, None]) + TINY * np.eye(len(centre))
        step = np.linalg.solve(information, design.T @ (events - people * chance))
        centre = centre + step * min(1.0, 1 / (np.abs(step).max() + TINY))
        if np.abs(step).max() < 1e-6:
            break
    return centre, np.linalg.inv(information)
