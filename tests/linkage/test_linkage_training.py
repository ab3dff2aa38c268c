"""Training finds the parameters that made the patterns, and never ends in a weight that nothing supports."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.linkage.blocking import Rule
from boldlink.linkage.comparisons import Comparison, Level
from boldlink.linkage.training import Patterns, Trained, estimate_u, presence, train, weights

SAME, NEAR, OTHER = Level("same", "same", 0.8), Level("near", "near", 0.1), Level("ELSE", "another", 0.1)
THREE = [Comparison(name, (name,), "", (SAME, NEAR, OTHER)) for name in ("forename", "surname", "date_of_birth")]
BY_POSTCODE = Rule(('"postcode"',), ("postcode",))
M, U = np.array([0.85, 0.1, 0.05]), np.array([0.01, 0.04, 0.95])


def mixture(true: float, untrue: float) -> Patterns:
    """Expected counts of every pattern of three independent comparisons."""
    gammas = np.array(list(itertools.product((2, 1, 0), repeat=3)))
    made = [true * np.prod(M[2 - row]) + untrue * np.prod(U[2 - row]) for row in gammas]
    return Patterns(gammas, np.array(made))


def random_pairs(seen: tuple[float, float, float] = (10, 40, 950)) -> Patterns:
    return Patterns(np.array([[2] * 3, [1] * 3, [0] * 3]), np.array(seen, dtype=float))


def trained(patterns: Patterns, random: Patterns, totals: tuple[float, float] = (1e8, 1e5)) -> Trained:
    return train(THREE, estimate_u(THREE, random), {BY_POSTCODE: patterns}, random, totals)


def test_u_is_the_share_of_levels_among_random_pairs() -> None:
    u = estimate_u(THREE, random_pairs((1e4, 4e4, 95e4)))["surname"]
    assert u == pytest.approx(U, rel=1e-3)


def test_a_level_that_no_random_pair_showed_is_rare_and_not_impossible() -> None:
    u = estimate_u(THREE, random_pairs((0, 0, 1_000)))["surname"]
    assert 0 < u[0] < 1 / 1_000


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
def test_em_finds_the_parameters_that_made_the_patterns(share: float) -> None:
    found = trained(mixture(1e4, 1e4 * (1 - share) / share), random_pairs((1e4, 4e4, 95e4)))
    for comparison in THREE:
        assert found.m[comparison.name] == pytest.approx(M, abs=0.01)
    assert found.sessions[0]["true_pairs"] == pytest.approx(1e4, rel=0.02)
    assert found.sessions[0]["converged"]


def test_the_prior_is_the_true_pairs_that_a_rule_found_divided_by_its_reach() -> None:
    by_surname = Rule(('"surname"',), ("surname",))
    random = random_pairs((1e4, 4e4, 95e4))
    sessions = {BY_POSTCODE: mixture(1e4, 1e5), by_surname: mixture(1e4, 1e5)}
    found = train(THREE, estimate_u(THREE, random), sessions, random, (1e8, 1e5))
    assert found.prior == pytest.approx((1e4 + 1e4 / 0.85) / 2 / 1e8, rel=0.03)


def test_a_session_without_true_pairs_teaches_nothing() -> None:
    found = trained(mixture(0, 1e4), random_pairs((1e4, 4e4, 95e4)))
    assert found.m["surname"][0] == pytest.approx(0.8, abs=0.02)
    assert found.prior < 1e-5


def test_no_session_at_all_leaves_the_first_guess_and_the_least_prior() -> None:
    random = random_pairs()
    found = train(THREE, estimate_u(THREE, random), {}, random, (1e6, 1e3))
    assert found.m["forename"] == pytest.approx([0.8, 0.1, 0.1])
    assert 0 < found.prior <= 1e-6


counts = st.lists(st.floats(0, 1e6), min_size=27, max_size=27).map(np.array)


@settings(max_examples=60, deadline=None)
@given(counts, st.tuples(*[st.floats(0, 1e6)] * 3))
def test_whatever_was_seen_weights_are_finite_and_fall_with_agreement(
    seen: np.ndarray, random: tuple[float, float, float]
) -> None:
    found = trained(Patterns(mixture(1, 1).gammas, seen), random_pairs(random))
    for comparison in THREE:
        bits = weights(found.m[comparison.name], found.u[comparison.name])
        assert np.isfinite(bits).all()
        assert (np.diff(bits) <= 1e-9).all()
        assert found.m[comparison.name].sum() == pytest.approx(1)
    assert 0 < found.prior < 1


def test_presence_is_the_share_of_pairs_with_both_values() -> None:
    assert presence(Patterns(np.array([[-1], [0], [1]]), np.array([50.0, 30.0, 20.0])), 0) == 0.5
    assert presence(Patterns(np.zeros((0, 1), dtype=int), np.zeros(0)), 0) == 0
