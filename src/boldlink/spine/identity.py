"""Person ids that last: random, 128 bits, kept from refresh to refresh of one use case.

A cluster keeps the id that most of its source people had before; a cluster of newcomers gets a new one. Ids are drawn
at random, belong to one use case, and stand in no operational system (P02).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence

ID_BYTES = 16
Person = tuple[str, bytes]  # dataset, source person


def lasting_ids(clusters: Mapping[Person, str], before: Mapping[Person, bytes]) -> dict[Person, bytes]:
    """Give every source person the id of their cluster.

    clusters: source person -> cluster. before: source person -> id in the last spine. When two clusters could keep the
    same id (a split), the one that holds more of its people does, then the one with the smallest member.
    """
    members: dict[str, list[Person]] = {}
    for person in sorted(clusters):
        members.setdefault(clusters[person], []).append(person)
    claims = sorted(_claims(members, before), key=lambda claim: (-claim[0], claim[1]))
    ids: dict[str, bytes] = {}
    taken: set[bytes] = set()
    for _, _, cluster, known in claims:
        if cluster not in ids and known not in taken:
            ids[cluster] = known
            taken.add(known)
    for cluster in members:
        ids.setdefault(cluster, secrets.token_bytes(ID_BYTES))
    return {person: ids[cluster] for person, cluster in clusters.items()}


def _claims(
    members: Mapping[str, Sequence[Person]], before: Mapping[Person, bytes]
) -> list[tuple[int, Person, str, bytes]]:
    """(how many of its people had it, smallest member, cluster, id) for every id that a cluster could keep."""
    claims = []
    for cluster, people in members.items():
        had = Counter(before[person] for person in people if person in before)
        claims += [(count, people[0], cluster, known) for known, count in had.items()]
    return claims
