"""Training finds the parameters that made the patterns, and never ends in a weight that nothing supports."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.linkage import Comparison, Level, Model, Rule
from boldlink.linkage.automatic import rules as automatic
from boldlink.linkage.automatic.household import presence
from boldlink.linkage.automatic.train import prior_from
from boldlink.linkage.model import weight_bits
from boldlink.linkage.pairs.count import Patterns
from boldlink.linkage.training.em import fit, u_from
from boldlink.linkage.training.train import Session, with_sessions

LEVELS = (Level("same", "same", guess=0.8), Level("near", "near", guess=0.1), Level("ELSE", "another", guess=0.1))
THREE = tuple(Comparison(name, LEVELS) for name in ("forename", "surname", "date_of_birth"))
MODEL = Model("link_only", THREE, (Rule("by postcode"), Rule("by surname")))
BY_POSTCODE = automatic.Rule(('"postcode"',), ("postcode",))
BY_SURNAME = automatic.Rule(('"surname"',), ("surname",))
M, U = np.array([0.05, 0.1, 0.85]), np.array([0.95, 0.04, 0.01])  # from gamma 0 up


def mixture(true: float, untrue: float) -> Patterns:
    """Expected counts of every pattern of three independent comparisons."""
    gammas = np.array(list(itertools.product((2, 1, 0), repeat=3)))
    made = [true * np.prod(M[row]) + untrue * np.prod(U[row]) for row in gammas]
    return Patterns(gammas, np.array(made))


def random_pairs(seen: tuple[float, float, float] = (10, 40, 950)) -> Patterns:
    """Pairs of which so many are at the best level of everything, the middle one, and the last."""
    return Patterns(np.array([[2] * 3, [1] * 3, [0] * 3]), np.array(seen, dtype=float))


def session(patterns: Patterns, u: list[np.ndarray], rule: int = 0) -> Session:
    return Session(rule, (0, 1, 2), int(patterns.pairs), fit(THREE, u, (0, 1, 2), patterns))


def trained(patterns: Patterns, random: Patterns) -> tuple[Model, Session]:
    u = u_from(THREE, random)
    one = session(patterns, u)
    return with_sessions(MODEL, u, [one], prior=1e-4), one


def shares(comparison: Comparison, name: str) -> list[float]:
    return [getattr(level, name) for level in comparison.by_gamma]


def test_u_is_the_share_of_levels_among_random_pairs() -> None:
    assert u_from(THREE, random_pairs((1e4, 4e4, 95e4)))[1] == pytest.approx(U, rel=1e-3)


def test_a_level_that_no_random_pair_showed_is_rare_and_not_impossible() -> None:
    u = u_from(THREE, random_pairs((0, 0, 1_000)))[1]
    assert 0 < u[2] < 1 / 1_000


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
def test_em_finds_the_parameters_that_made_the_patterns(share: float) -> None:
    model, one = trained(mixture(1e4, 1e4 * (1 - share) / share), random_pairs((1e4, 4e4, 95e4)))
    for comparison in model.comparisons:
        assert shares(comparison, "m") == pytest.approx(M, abs=0.01)
    assert one.fit.true_pairs == pytest.approx(1e4, rel=0.02)
    assert one.fit.converged


def test_em_that_was_stopped_says_that_it_did_not_settle() -> None:
    u = u_from(THREE, random_pairs((1e4, 4e4, 95e4)))
    found = fit(THREE, u, (0, 1, 2), mixture(1e4, 1e5), most_rounds=2)
    assert (found.rounds, found.converged) == (2, False)


def test_a_level_that_is_not_to_be_changed_keeps_its_m_and_its_u() -> None:
    fixed = Comparison("forename", (Level("same", "same", m=0.5, u=0.25, fixed=(True, True)), *LEVELS[1:]))
    u = u_from((fixed,), random_pairs((1e4, 4e4, 95e4)))
    assert u[0][2] == 0.25
    patterns = Patterns(np.array([[2], [1], [0]]), np.array([1e4, 1e3, 1e3]))
    assert fit((fixed,), u, (0,), patterns).m[0][2] == 0.5


def test_the_prior_is_the_true_pairs_that_a_rule_found_divided_by_its_reach() -> None:
    random = random_pairs((1e4, 4e4, 95e4))
    u = u_from(THREE, random)
    sessions = [session(mixture(1e4, 1e5), u, rule) for rule in (0, 1)]
    model = with_sessions(MODEL, u, sessions, prior=1e-4)
    prior = prior_from(model, (BY_POSTCODE, BY_SURNAME), sessions, random, (1e8, 1e5))
    assert prior == pytest.approx((1e4 + 1e4 / 0.85) / 2 / 1e8, rel=0.03)


def test_a_session_without_true_pairs_teaches_nothing() -> None:
    random = random_pairs((1e4, 4e4, 95e4))
    model, one = trained(mixture(0, 1e4), random)
    assert not one.enough
    assert shares(model.comparisons[1], "m")[2] == pytest.approx(0.8, abs=0.02)
    assert prior_from(model, (BY_POSTCODE,), [one], random, (1e8, 1e5)) < 1e-5


def test_no_session_at_all_leaves_the_first_guess_and_the_least_prior() -> None:
    random = random_pairs()
    model = with_sessions(MODEL, u_from(THREE, random), [], prior=1e-4)
    assert shares(model.comparisons[0], "m") == pytest.approx([0.1, 0.1, 0.8])
    assert 0 < prior_from(model, (), [], random, (1e6, 1e3)) <= 1e-6


counts = st.lists(st.floats(0, 1e6), min_size=27, max_size=27).map(np.array)


@settings(max_examples=60, deadline=None)
@given(counts, st.tuples(*[st.floats(0, 1e6)] * 3))
def test_whatever_was_seen_weights_are_finite_and_fall_with_agreement(
    seen: np.ndarray, random: tuple[float, float, float]
) -> None:
    model, one = trained(Patterns(mixture(1, 1).gammas, seen), random_pairs(random))
    for comparison in model.comparisons:
        bits = [weight_bits(level, comparison) for level in comparison.by_gamma]
        assert np.isfinite(bits).all()
        assert (np.diff(bits) >= -1e-9).all()
        assert sum(shares(comparison, "m")) == pytest.approx(1)
    assert 0 < prior_from(model, (BY_POSTCODE,), [one], random_pairs(random), (1e8, 1e5)) < 1


def test_presence_is_the_share_of_pairs_with_both_values() -> None:
    assert presence(Patterns(np.array([[-1], [0], [1]]), np.array([50.0, 30.0, 20.0])), 0) == 0.5
    assert presence(Patterns(np.zeros((0, 1), dtype=int), np.zeros(0)), 0) == 0
