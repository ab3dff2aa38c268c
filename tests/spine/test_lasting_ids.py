"""Person ids last: from refresh to refresh, through splits and merges, and never for two clusters at once."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from boldlink.spine import identity

PEOPLE = [("prison", bytes([n])) for n in range(6)] + [("probation", bytes([n])) for n in range(6)]
clusterings = st.lists(st.integers(0, 5), min_size=len(PEOPLE), max_size=len(PEOPLE)).map(
    lambda numbers: {person: f"c{number}" for person, number in zip(PEOPLE, numbers, strict=True)}
)


def lasting_ids(clusters, before):
    """People by name, as the engine has them by position."""
    people = sorted(clusters)
    numbers = np.unique([clusters[one] for one in people], return_inverse=True)[1]
    old = pa.array([before.get(one) for one in people], pa.binary(16))
    return dict(zip(people, identity.lasting_ids(numbers, old).to_pylist(), strict=True))


def together(ids):
    groups = {}
    for person, one in ids.items():
        groups.setdefault(one, set()).add(person)
    return {frozenset(group) for group in groups.values()}


@given(clusterings)
def test_everybody_of_a_cluster_has_one_id_and_no_other_cluster_has_it(clusters):
    ids = lasting_ids(clusters, {})
    assert together(ids) == together(clusters)
    assert all(len(one) == 16 for one in ids.values())


@given(clusterings)
def test_ids_last_when_nothing_changes_whatever_clusters_are_called(clusters):
    ids = lasting_ids(clusters, {})
    renamed = {person: f"other-{name}" for person, name in clusters.items()}
    assert lasting_ids(renamed, ids) == ids


@given(clusterings, clusterings)
def test_after_any_change_clusters_are_still_told_apart(before, after):
    ids = lasting_ids(after, lasting_ids(before, {}))
    assert together(ids) == together(after)


def test_when_a_person_splits_the_larger_part_keeps_the_id():
    old = dict.fromkeys(PEOPLE[:5], b"o" * 16)
    ids = lasting_ids({**dict.fromkeys(PEOPLE[:3], "big"), **dict.fromkeys(PEOPLE[3:5], "small")}, old)
    assert {ids[person] for person in PEOPLE[:3]} == {b"o" * 16}
    assert ids[PEOPLE[3]] == ids[PEOPLE[4]] != b"o" * 16


def test_when_two_people_merge_the_id_of_the_larger_part_stays():
    old = {**dict.fromkeys(PEOPLE[:3], b"a" * 16), **dict.fromkeys(PEOPLE[3:5], b"b" * 16)}
    assert set(lasting_ids(dict.fromkeys(PEOPLE[:5], "one"), old).values()) == {b"a" * 16}


def test_a_newcomer_who_joins_a_known_person_gets_their_id():
    ids = lasting_ids(dict.fromkeys(PEOPLE[:2], "c"), {PEOPLE[0]: b"a" * 16})
    assert ids == dict.fromkeys(PEOPLE[:2], b"a" * 16)
