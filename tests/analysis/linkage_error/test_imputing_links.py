"""Multiple imputation over links: draws as often as probabilities say, Rubin's rules by hand, and intervals that cover."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from boldlink.analysis.linkage_error import Candidates, impute, imputed, missed_chance, pool
from boldlink.analysis.linkage_error.imputation import _fit
from boldlink.analysis.methods import Scale, wald
from boldlink.errors import BadInput


def difference(outcome, group):
    ours, others = outcome[group], outcome[~group]
    error = math.sqrt(ours.var() / len(ours) + others.var() / len(others))
    return wald(ours.mean() - others.mean(), error, Scale.RISK_DIFFERENCE, len(outcome), int(outcome.sum()), "plain")


def test_rubins_rules_by_hand():
    found = pool([wald(centre, 0.1, Scale.RISK_DIFFERENCE, 50, 20, "test") for centre in (0.1, 0.2, 0.3)])
    total = 0.01 + 4 / 3 * 0.01
    degrees = 2 * (1 + 0.01 / (4 / 3 * 0.01)) ** 2
    assert found.value == pytest.approx(0.2)
    assert found.error == pytest.approx(math.sqrt(total))
    assert found.high == pytest.approx(0.2 + t.ppf(0.975, degrees) * math.sqrt(total))
    assert "57 % of the variance" in found.note


def test_ratios_are_pooled_on_the_logarithm():
    found = pool([wald(math.log(ratio), 0.1, Scale.HAZARD_RATIO, 50, 20, "test") for ratio in (0.5, 2.0)])
    assert found.value == pytest.approx(1.0)


def test_the_same_answer_every_time_is_the_answer():
    one = wald(0.3, 0.1, Scale.RISK_DIFFERENCE, 50, 20, "test")
    found = pool([one] * 5)
    assert (found.value, found.low, found.high) == pytest.approx((one.value, one.low, one.high))


def test_what_cannot_be_pooled_is_refused():
    one = wald(0.3, 0.1, Scale.RISK_DIFFERENCE, 50, 20, "test")
    for wrong in ([one], [one, wald(0.3, 0.1, Scale.ODDS_RATIO, 50, 20, "test")]):
        with pytest.raises(BadInput, match="METHODS-POOL"):
            pool(wrong)


def test_candidates_are_drawn_as_often_as_their_probability():
    candidates = Candidates.of(3, [2, 0, 0], [0.9, 0.3, 0.5], [1, 1, 1])
    draw = np.random.default_rng(1)
    chosen = np.array([candidates.draw(draw, np.ones(3)) for _ in range(4000)])
    shares = [
        np.mean(candidates.row[chosen[:, person]] * (chosen[:, person] >= 0) + 9 * (chosen[:, person] < 0) == row)
        for person, row in [(0, 1), (0, 2), (0, 9), (2, 0), (2, 9)]
    ]
    assert shares == pytest.approx([0.3, 0.5, 0.2, 0.9, 0.1], abs=0.025)
    assert (chosen[:, 1] == -1).all()


def test_a_record_that_fits_the_person_is_drawn_more_often():
    candidates = Candidates.of(1, [0, 0], [0.4, 0.4], [1, 0])
    draw = np.random.default_rng(2)
    chosen = np.array([candidates.draw(draw, np.array([3.0, 1.0]))[0] for _ in range(4000)])
    assert [np.mean(chosen == one) for one in (0, 1, -1)] == pytest.approx(np.array([1.2, 0.4, 0.2]) / 1.8, abs=0.025)


def test_certain_links_change_nothing():
    draw = np.random.default_rng(3)
    group, outcome = draw.random(400) < 0.5, (draw.random(400) < 0.3) * 1.0
    candidates = Candidates.of(400, np.arange(400), np.ones(400), outcome)
    found = impute(candidates, lambda drawn: difference(drawn.outcome, group), draw, draws=3)
    plain = difference(outcome, group)
    assert (found.value, found.error) == pytest.approx((plain.value, plain.error))


def test_a_drawn_record_is_named_by_its_row():
    candidates = Candidates.of(2, [1, 0], [1.0, 1.0], [1, 0])
    drawn = next(imputed(candidates, np.random.default_rng(0), draws=1))
    assert drawn.record.tolist() == [1, 0]
    assert drawn.outcome.tolist() == [0.0, 1.0]


def test_the_same_generator_gives_the_same_answer():
    group = np.arange(100) % 2 == 0
    candidates = Candidates.of(100, np.arange(100), np.full(100, 0.7), np.arange(100) % 3 == 0, missed=0.5)
    one, other = (
        impute(candidates, lambda d: difference(d.outcome, group), np.random.default_rng(4), draws=4) for _ in range(2)
    )
    assert one == other


def test_missed_links_are_what_recall_leaves():
    assert missed_chance(1000, 400, 0.95, 0.8) == pytest.approx((380 / 0.8 - 380) / 600)
    with pytest.raises(BadInput, match="METHODS-PROBABILITY"):
        missed_chance(500, 400, 0.95, 0.5)


def linked_is_the_outcome(seed, people=600):
    """Linking finds fewer of the exposed who have a record, and links 5 % of those who have none."""
    draw = np.random.default_rng(seed)
    group = draw.random(people) < 0.5
    true = draw.random(people) < np.where(group, 0.3, 0.4)
    found = np.where(group, 0.7, 0.9)
    linked = np.where(true, draw.random(people) < found, draw.random(people) < 0.05)
    share = np.where(group, 0.3, 0.4)
    precision = share * found / (share * found + (1 - share) * 0.05)
    missed = share * (1 - found) / (share * (1 - found) + (1 - share) * 0.95)
    who = np.flatnonzero(linked)
    return (
        Candidates.of(people, who, precision[who], np.ones(len(who)), np.where(linked, 0, missed)),
        group,
        linked,
        draw,
    )


def test_intervals_cover_where_the_link_is_the_outcome():
    carried = ignored = 0
    for seed in range(200):
        candidates, group, linked, draw = linked_is_the_outcome(seed)
        found = impute(candidates, lambda d, g=group: difference(d.linked * 1.0, g), draw, draws=10)
        plain = difference(linked * 1.0, group)
        carried += found.low <= -0.1 <= found.high
        ignored += plain.low <= -0.1 <= plain.high
    assert carried >= 180
    assert ignored < 165


def outcome_in_the_record(seed, people=500):
    """A quarter of links are false and bring anybody's outcome, a fifth of people are not linked."""
    draw = np.random.default_rng(seed)
    group = draw.random(people) < 0.5
    true = draw.random(people) < np.where(group, 0.3, 0.6)
    false = draw.random(people) < 0.25
    seen = np.where(false, draw.random(people) < 0.1, true)
    who = np.flatnonzero(draw.random(people) < 0.8)
    candidates = Candidates.of(people, who, np.full(len(who), 0.75), seen[who], missed=1.0)
    return candidates, group, seen[who] * 1.0, group[who], draw


def test_intervals_cover_where_false_links_bring_other_peoples_outcomes():
    carried = ignored = 0
    for seed in range(200):
        candidates, group, seen, linked_group, draw = outcome_in_the_record(seed)
        covariates = pd.DataFrame({"group": group * 1.0})
        found = impute(
            candidates, lambda d, g=group: difference(d.outcome, g), draw, covariates, draws=10, anybodys=0.1
        )
        plain = difference(seen, linked_group)
        carried += found.low <= -0.3 <= found.high
        ignored += plain.low <= -0.3 <= plain.high
    assert carried >= 180
    assert ignored < 140


def test_the_outcomes_model_equals_a_table_by_hand():
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    centre, variance = _fit(design, np.array([20.0, 30.0]), np.array([50.0, 40.0]))
    assert centre == pytest.approx([math.log(20 / 30), math.log(3) - math.log(20 / 30)])
    assert variance[1, 1] == pytest.approx(1 / 20 + 1 / 30 + 1 / 30 + 1 / 10)
