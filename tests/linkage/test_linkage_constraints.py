"""What people said outweighs what pairs weigh: must-link, cannot-link, and groups that do not fall apart for a little."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_linkage_clusters import groups, nodes, pairs

from boldlink.errors import BadRecords
from boldlink.linkage import cluster
from boldlink.linkage.clusters.connected import connected
from boldlink.linkage.clusters.graph import as_graph
from boldlink.linkage.clusters.group import MOST_MEMBERS, Rules, group
from boldlink.linkage.clusters.sparse import Component, Joins, average_linkage_sparse
from boldlink.linkage.kernels.agglomerate import average_linkage
from boldlink.values import Confidence

AT_NOUGHT = dict.fromkeys(Confidence, 0.0)


def said(*named: tuple[str, str]) -> pa.Table:
    """(`a1`, `b2`): what somebody said of two records."""
    return pairs(*((left, right, 0.5) for left, right in named)).select(
        ["source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r"]
    )


def test_records_that_must_be_one_person_are_although_no_pair_says_so() -> None:
    found = cluster(nodes("a1", "a2", "a3"), pairs(("a2", "a3", 0.001)), must_link=said(("a1", "a2")))
    assert groups(found) == {frozenset({"a1", "a2"}), frozenset({"a3"})}


def test_records_that_cannot_be_one_person_are_not_although_everything_says_so() -> None:
    sure = pairs(("a1", "a2", 0.9999), ("a2", "a3", 0.9999), ("a1", "a3", 0.9999))
    found = cluster(nodes("a1", "a2", "a3"), sure, cannot_link=said(("a1", "a3")))
    for confidence in ("high", "medium", "low"):
        assert all(not {"a1", "a3"} <= together for together in groups(found, confidence))


def test_a_must_carries_what_hangs_on_it() -> None:
    sure = pairs(("a1", "a2", 0.9999), ("a3", "a4", 0.9999))
    found = groups(cluster(nodes("a1", "a2", "a3", "a4"), sure, must_link=said(("a2", "a3"))))
    assert any({"a2", "a3"} <= together for together in found)


def test_what_must_and_cannot_be_at_once_is_refused_with_counts() -> None:
    with pytest.raises(BadRecords) as refused:
        cluster(nodes("a1", "a2"), pairs(), must_link=said(("a1", "a2")), cannot_link=said(("a1", "a2")))
    assert refused.value.code == "LINK-CONSTRAINTS"


def test_a_constraint_on_a_record_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadRecords) as refused:
        cluster(nodes("a1", "a2"), pairs(), must_link=said(("a1", "a9")))
    assert refused.value.code == "LINK-UNKNOWN-NODE"


def test_who_was_together_stays_together_down_to_the_weight_of_fracture() -> None:
    """Join at nought, fracture at -4 bits: a pair of -2 bits keeps what it would not have joined."""
    weak = pairs(("a1", "a2", 0.2), ("a3", "a4", 0.2))  # -2 bits
    before = np.array([7, 7, -1, -1])
    found = cluster(nodes("a1", "a2", "a3", "a4"), weak, join_bits=AT_NOUGHT, before=before, fracture_bits=-4.0)
    assert groups(found) == {frozenset({"a1", "a2"}), frozenset({"a3"}), frozenset({"a4"})}


def test_under_the_weight_of_fracture_they_part() -> None:
    before = np.array([7, 7])
    found = cluster(
        nodes("a1", "a2"), pairs(("a1", "a2", 0.02)), join_bits=AT_NOUGHT, before=before, fracture_bits=-4.0
    )
    assert groups(found) == {frozenset({"a1"}), frozenset({"a2"})}


def test_who_was_apart_is_not_joined_by_what_would_only_keep_them() -> None:
    found = cluster(
        nodes("a1", "a2"), pairs(("a1", "a2", 0.2)), join_bits=AT_NOUGHT, before=np.array([7, 8]), fracture_bits=-4.0
    )
    assert len(groups(found)) == 2


weights = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([-5.0, -1.0, 0.5, 2.0, 3.0, 7.0, 9.0])),
    max_size=20,
    unique_by=lambda edge: (min(edge[:2]), max(edge[:2])),
).map(lambda found: [(min(a, b), max(a, b), w) for a, b, w in found if a != b])


@settings(max_examples=120, deadline=None)
@given(weights, st.sets(st.integers(0, 1)), st.floats(-4, 4))
def test_square_tables_and_heaps_come_to_the_same_groups(
    scored: list[tuple[int, int, float]], distinct: set[int], join: float
) -> None:
    """Small components are put in tables, large ones in a heap: which of the two must not matter."""
    sources, count = np.array([0, 0, 0, 0, 1, 1, 1, 1]), 8
    total, seen = np.zeros((count, count)), np.zeros((count, count), np.int32)
    for a, b, weight in scored:
        total[a, b] = total[b, a] = weight
        seen[a, b] = seen[b, a] = 1
    held = (sources[:, None] == np.array(sorted(distinct), dtype=int)[None, :]).astype(np.int32)
    compared, no = np.ones((2, 2), bool), np.zeros((count, count), np.bool_)
    squares = average_linkage(
        total, seen, np.ones((count, count), np.int32), held, no, no.copy(), -6.0, join, join
    )  # fmt: skip
    component = Component(
        sources.tolist(), compared, frozenset(distinct), frozenset(), [-1] * count, join, join, -6.0
    )  # fmt: skip
    joins = average_linkage_sparse(component, [(a, b, w) for a, b, w in sorted(scored)])
    heaps = connected(count, joins.left, joins.right)
    assert [set(np.flatnonzero(squares == g)) for g in squares] == [set(np.flatnonzero(heaps == g)) for g in heaps]


def test_a_component_too_large_for_tables_is_grouped_as_well() -> None:
    """A ring of people, each of three records: the weak links around it join nobody."""
    people = MOST_MEMBERS
    inside = [(3 * n + a, 3 * n + b, 9.0) for n in range(people) for a, b in ((0, 1), (0, 2), (1, 2))]
    around = [(3 * n, 3 * ((n + 1) % people) + 1, 1.0) for n in range(people)]
    left, right, weight = (np.array(column) for column in zip(*inside, *around, strict=True))
    graph = as_graph(["a"], np.zeros(3 * people, np.int64), left, right, weight)
    found = group(graph, 0.0, Rules())
    assert found.tolist() == [3 * (n // 3) for n in range(3 * people)]


@settings(max_examples=60, deadline=None)
@given(weights, st.sets(st.integers(0, 1)), st.lists(st.floats(-4, 8), min_size=1, max_size=4))
def test_joins_made_once_and_cut_at_a_weight_are_the_groups_at_that_weight(
    scored: list[tuple[int, int, float]], distinct: set[int], joins_at: list[float]
) -> None:
    sources, compared = [0, 0, 0, 0, 1, 1, 1, 1], np.ones((2, 2), bool)

    def joined(join: float) -> Joins:
        made = Component(sources, compared, frozenset(distinct), frozenset(), [-1] * 8, join, join, -6.0)
        return average_linkage_sparse(made, sorted(scored))

    once = joined(-5.0)
    assert (np.diff(once.weight) <= 1e-9).all()
    for join in joins_at:
        kept, anew = once.weight >= join, joined(join)
        cut = connected(8, once.left[kept], once.right[kept])
        assert cut.tolist() == connected(8, anew.left, anew.right).tolist()
