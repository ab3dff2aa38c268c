"""Thresholds without labels: what the model expects of groups, and of a one-to-one choice, is near what the truth says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_records import people, source, with_errors
from test_linkage_clusters import nodes, pairs

from boldlink.linkage import cluster, score
from boldlink.linkage.clusters.chances import chances
from boldlink.linkage.clusters.graph import Graph, as_graph
from boldlink.linkage.clusters.group import Rules
from boldlink.linkage.clusters.thresholds import FLOORS, Ladder, best_threshold, cuts
from boldlink.linkage.report.quality import expected_by_threshold
from boldlink.values import EXPECTED_PRECISION, Confidence


def bits(probability: float) -> float:
    return float(np.log2(probability / (1 - probability)))


def graph(*scored: tuple[int, int, float], sources: tuple[int, ...] = (0, 0, 0, 0)) -> Graph:
    """Records of sources, and pairs with their probability."""
    left, right, chance = (np.array(c) for c in zip(*scored, strict=True)) if scored else (np.zeros(0, int),) * 3
    weight = np.array([bits(p) for p in chance])
    return as_graph(["a", "b"], np.array(sources), left, right, weight)


def test_a_pair_on_its_own_is_as_likely_as_its_weight_says() -> None:
    cut = Ladder(graph((0, 1, 0.8)), Rules()).at(0.0)
    assert (cut.pairs, cut.expected_true) == (1, pytest.approx(0.8))


def test_a_pair_is_likelier_if_a_third_record_goes_with_both() -> None:
    """1 - 0.5 * (1 - 0.9 * 0.9) for the weak pair; the others likewise."""
    cut = Ladder(graph((0, 1, 0.5), (0, 2, 0.9), (1, 2, 0.9)), Rules()).at(-1.0)
    assert cut.chances[0] == pytest.approx(1 - 0.5 * (1 - 0.81))
    assert cut.expected_true == pytest.approx(1 - 0.5 * 0.19 + 2 * (1 - 0.1 * (1 - 0.45)))


def test_a_third_record_in_another_group_says_nothing() -> None:
    cut = Ladder(graph((0, 1, 0.9), (0, 2, 0.1), (1, 2, 0.1)), Rules()).at(1.0)
    assert cut.chances.tolist() == pytest.approx([0.9, 0.1, 0.1])


def test_of_two_candidates_for_one_place_one_at_most_is_right() -> None:
    """Record 0 of a, candidates 2 and 3 of b where nobody stands twice: each as likely, and not both."""
    rivals = graph((0, 2, 0.9), (0, 3, 0.9), sources=(0, 0, 1, 1))
    apart, together = chances(rivals, frozenset()), chances(rivals, frozenset({1}))
    assert apart.tolist() == pytest.approx([0.9, 0.9])
    assert together.sum() <= 1
    assert together[0] == pytest.approx(together[1])


def test_a_candidate_that_is_surely_anothers_is_no_rival() -> None:
    """0 and 3 are one person beyond doubt: so 1 has 2 to itself, whatever 1 and 3 look like."""
    of_0_and_3, of_1_and_2, of_1_and_3 = chances(
        graph((0, 3, 0.999999), (1, 2, 0.9), (1, 3, 0.9), sources=(0, 0, 1, 1)), frozenset({0, 1})
    )
    assert of_1_and_3 < 0.01
    assert min(of_0_and_3, of_1_and_2) > 0.9


def test_where_most_records_have_a_partner_having_none_is_unlikely() -> None:
    sure = [(n, n + 20, 0.9999) for n in range(18)]
    sources = (0,) * 20 + (1,) * 20
    free = chances(graph(*sure, (18, 38, 0.3), sources=sources), frozenset({0, 1}))
    alone = chances(graph((18, 38, 0.3), sources=sources), frozenset({0, 1}))
    assert free[-1] > 0.6 > alone[-1]


links = st.lists(
    st.tuples(st.integers(0, 3), st.integers(4, 7), st.floats(0.01, 0.999)), max_size=14, unique_by=lambda e: e[:2]
)


@settings(max_examples=80, deadline=None)
@given(links)
def test_no_record_has_more_than_one_partner_where_nobody_stands_twice(found: list[tuple[int, int, float]]) -> None:
    one = graph(*found, sources=(0,) * 4 + (1,) * 4)
    expected = chances(one, frozenset({0, 1}))
    for ends in (one.left, one.right):
        assert np.bincount(ends, weights=expected, minlength=8).max(initial=0.0) <= 1 + 1e-6


@settings(max_examples=40, deadline=None)
@given(links.filter(lambda found: 0 < len(found) <= 6))
def test_one_to_one_chances_are_those_of_counting_every_choice(found: list[tuple[int, int, float]]) -> None:
    """On trees belief propagation is exact: all one-to-one choices weighed by the product of their odds."""
    trees = [edge for n, edge in enumerate(found) if not {edge[0], edge[1]} & {e for f in found[:n] for e in f[:2]}]
    star = [*trees, *((trees[0][0], right, 0.4) for right in range(4, 8) if right not in {e[1] for e in trees})]
    one = graph(*star, sources=(0,) * 4 + (1,) * 4)
    given_, odds = chances(one, frozenset({0, 1})), np.exp2(one.weight)
    linked = (min(_sum(given_, one.left), 3.8) / 4, min(_sum(given_, one.right), 3.8) / 4)
    raised = odds / (1 - linked[0]) / (1 - linked[1])
    total, each = 0.0, np.zeros(len(odds))
    for chosen in itertools.product((0, 1), repeat=len(odds)):
        picked = [n for n, on in enumerate(chosen) if on]
        if len({one.left[n] for n in picked}) == len({one.right[n] for n in picked}) == len(picked):
            weight = float(np.prod(raised[picked]))
            total += weight
            each[picked] += weight
    assert given_ == pytest.approx(each / total, abs=0.02)


def _sum(values: np.ndarray, ends: np.ndarray) -> float:
    return float(np.minimum(np.bincount(ends, weights=values, minlength=8), 1.0).sum())


def test_confidences_keep_their_floors_and_their_order() -> None:
    every = [(n, n + 1, p) for n, p in zip(range(0, 60, 2), np.linspace(0.02, 0.999, 30), strict=True)]
    found = cuts(graph(*every, sources=(0,) * 60), Rules())
    joins = [found[one].join_bits for one in Confidence]
    assert joins == sorted(joins, reverse=True)
    assert all(found[one].join_bits >= FLOORS[one] for one in Confidence)
    assert (found[Confidence.HIGH].precision or 0) >= EXPECTED_PRECISION[Confidence.HIGH]
    assert (found[Confidence.LOW].precision or 0) >= EXPECTED_PRECISION[Confidence.LOW]


def test_given_weights_are_taken_as_they_are() -> None:
    given_ = {Confidence.HIGH: 9.0, Confidence.MEDIUM: 1.5, Confidence.LOW: 0.25}
    found = cluster(nodes("a1", "a2"), pairs(("a1", "a2", 0.9)), join_bits=given_)
    assert {one: cut.join_bits for one, cut in found.cuts.items()} == given_


def test_the_best_threshold_is_where_expected_f1_is_the_greatest() -> None:
    weight, chance = np.array([5.0, 3.0, 1.0, -1.0, -1.0]), np.array([0.99, 0.95, 0.7, 0.1, 0.1])
    found = best_threshold(weight, chance, all_true=2.84)
    assert found["pairs"] == 3
    assert -1.0 < float(found["weight_bits"] or 0) <= 1.0
    assert found["expected_precision"] == pytest.approx(2.64 / 3, abs=1e-4)
    assert found["expected_recall"] == pytest.approx(2.64 / 2.84, abs=1e-4)


def test_pairs_of_one_weight_are_kept_together_or_not_at_all() -> None:
    found = best_threshold(np.array([2.0, 2.0, 2.0]), np.array([0.9, 0.8, 0.1]), all_true=1.8)
    assert found["pairs"] == 3


def test_without_pairs_there_is_no_best_threshold_and_nothing_is_expected() -> None:
    assert best_threshold(np.zeros(0), np.zeros(0), 0.0)["pairs"] == 0
    rows = expected_by_threshold(np.zeros(0), np.zeros(0), 0.0)
    assert {row["expected_precision"] for row in rows} == {None}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_expected_is_near_what_the_truth_says(seed: int) -> None:
    rows = people(1_500, seed)
    linked = score([source("a", rows), source("b", with_errors(rows[:1_000], 0.3, seed))], threads=1)
    told = cluster(
        linked.records, linked.pairs, distinct=frozenset({"a", "b"}), rank=np.arange(linked.records.num_rows)
    )
    columns = [told.table.column(n).to_pylist() for n in ("unique_id", "cluster_medium")]
    members: dict[str, list[str]] = {}
    for one, name in zip(*columns, strict=True):
        members.setdefault(name, []).append(one)
    made = [group for group in members.values() if len(group) == 2]
    right = sum(len(set(group)) == 1 for group in made)
    medium = told.cuts[Confidence.MEDIUM]
    assert medium.precision == pytest.approx(right / len(made), abs=0.03)
    assert medium.recall == pytest.approx(right / 1_000, abs=0.05)
