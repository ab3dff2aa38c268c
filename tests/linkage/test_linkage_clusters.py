"""From pairs to people: chains are split, nobody stands twice where nobody is twice, and names decide nothing."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.errors import BadRecords
from boldlink.linkage import cluster
from boldlink.linkage.clusters import Clustered

Node = tuple[str, str]
Pair = tuple[Node, Node, float]


def nodes(*named: str) -> pa.Table:
    """`a1` is record 1 of source a."""
    return pa.table(
        {"source_dataset": [n[0] for n in named], "unique_id": pa.array([n[1:] for n in named], pa.string())}
    )


def pairs(*found: tuple[str, str, float]) -> pa.Table:
    """(`a1`, `b2`, probability)."""
    columns = {
        "source_dataset_l": [left[0] for left, _, _ in found],
        "unique_id_l": [left[1:] for left, _, _ in found],
        "source_dataset_r": [right[0] for _, right, _ in found],
        "unique_id_r": [right[1:] for _, right, _ in found],
    }
    texts = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    bits = [math.log2(p / (1 - p)) for _, _, p in found]
    probabilities = pa.array([p for _, _, p in found], pa.float64())
    return pa.table({**texts, "match_weight": pa.array(bits, pa.float64()), "match_probability": probabilities})


def groups(clusters: Clustered, confidence: str = "high") -> set[frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    columns = (
        clusters.table.column(name).to_pylist() for name in ("source_dataset", "unique_id", f"cluster_{confidence}")
    )
    for dataset, one, name in zip(*columns, strict=True):
        found[name].add(dataset + one)
    return {frozenset(members) for members in found.values()}


def test_records_joined_by_sure_pairs_are_one_person() -> None:
    found = cluster(nodes("a1", "b1", "c1", "c2"), pairs(("a1", "b1", 0.999), ("b1", "c1", 0.999), ("a1", "c1", 0.999)))
    assert groups(found) == {frozenset({"a1", "b1", "c1"}), frozenset({"c2"})}


def test_every_record_has_a_cluster_even_if_no_pair_names_it() -> None:
    found = cluster(nodes("a1", "b1"), pairs())
    assert found.table.num_rows == 2
    assert groups(found) == {frozenset({"a1"}), frozenset({"b1"})}
    assert found.table.schema.names == ["source_dataset", "unique_id", "cluster_high", "cluster_medium", "cluster_low"]


def test_a_weaker_link_holds_at_low_confidence_only() -> None:
    sure = [(f"a{n}", f"b{n}", 0.999) for n in range(30)]
    found = cluster(
        nodes(*(name for pair in sure for name in pair[:2]), "a90", "b90"), pairs(*sure, ("a90", "b90", 0.3))
    )
    assert frozenset({"a90", "b90"}) in groups(found, "low")
    assert frozenset({"a90"}) in groups(found, "high")


def test_nobody_stands_twice_in_a_source_of_distinct_people() -> None:
    found = pairs(("a1", "b1", 0.9999), ("a1", "b2", 0.99), ("a2", "b2", 0.99))
    made = groups(cluster(nodes("a1", "a2", "b1", "b2"), found, distinct=frozenset({"a", "b"})))
    assert made == {frozenset({"a1", "b1"}), frozenset({"a2", "b2"})}


def test_a_source_with_doubles_may_hold_a_person_twice() -> None:
    found = pairs(("a1", "b1", 0.9999), ("a1", "b2", 0.9999), ("b1", "b2", 0.9999))
    made = groups(cluster(nodes("a1", "b1", "b2"), found, distinct=frozenset({"a"})))
    assert made == {frozenset({"a1", "b1", "b2"})}


def test_a_chain_of_people_held_by_one_bridge_is_split() -> None:
    left = [(f"a{i}", f"a{j}", 0.9999) for i in range(1, 4) for j in range(i + 1, 4)]
    right = [(f"a{i}", f"a{j}", 0.9999) for i in range(5, 8) for j in range(i + 1, 8)]
    found = cluster(nodes(*(f"a{n}" for n in (1, 2, 3, 5, 6, 7))), pairs(*left, *right, ("a3", "a5", 0.95)))
    assert groups(found, "medium") == {frozenset({"a1", "a2", "a3"}), frozenset({"a5", "a6", "a7"})}


def test_a_pair_of_an_unknown_record_is_refused() -> None:
    with pytest.raises(BadRecords) as refused:
        cluster(nodes("a1"), pairs(("a1", "b1", 0.9)))
    assert refused.value.code == "LINK-UNKNOWN-NODE"


edges = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.2, 0.6, 0.97, 0.9999])),
    max_size=12,
    unique_by=lambda edge: edge[:2],
)


@settings(max_examples=80, deadline=None)
@given(edges, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(found: list[tuple[int, int, float]], chance: random.Random) -> None:
    named = [f"{s}{n}" for s in "ab" for n in range(5)]
    made = [(f"a{left}", f"b{right}", p) for left, right, p in found]
    before = cluster(nodes(*named), pairs(*made), distinct=frozenset({"a", "b"})).table
    chance.shuffle(named)
    chance.shuffle(made)
    turned = [(right, left, p) if chance.random() < 0.5 else (left, right, p) for left, right, p in made]
    assert cluster(nodes(*named), pairs(*turned), distinct=frozenset({"a", "b"})).table.equals(before)


@settings(max_examples=80, deadline=None)
@given(edges)
def test_distinct_sources_never_meet_themselves_and_clusters_follow_pairs(found: list[tuple[int, int, float]]) -> None:
    named = [f"{s}{n}" for s in "ab" for n in range(5)]
    clusters = cluster(
        nodes(*named),
        pairs(*((f"a{left}", f"b{right}", p) for left, right, p in found)),
        distinct=frozenset({"a", "b"}),
    )
    linked = {frozenset({f"a{left}", f"b{right}"}) for left, right, _ in found}
    for confidence in ("high", "medium", "low"):
        for group in groups(clusters, confidence):
            assert max(Counter(name[0] for name in group).values()) == 1
            assert len(group) == 1 or group in linked
