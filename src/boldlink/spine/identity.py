"""Person ids that last: random, 128 bits, kept from refresh to refresh of one use case.

A cluster keeps the id that most of its source people had before; a cluster of newcomers gets a new one. Ids are drawn
at random, belong to one use case, and stand in no operational system (P02).
"""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
import pyarrow as pa

ID_BYTES = 16
Array = np.ndarray[Any, np.dtype[Any]]


def lasting_ids(clusters: Array, before: pa.Array) -> pa.Array:
    """Give every source person the id of their cluster (n, 16-byte binary).

    clusters: each source person's cluster (n, int64). before: each one's id in the last spine (n, 16-byte binary, null
    for newcomers). When two clusters could keep the same id (a split), the one that holds more of its people does, then
    the one whose first member comes first.
    """
    _, first, own = np.unique(clusters, return_index=True, return_inverse=True)
    encoded = before.dictionary_encode()
    had = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
    keeps = _kept(own, first, had, len(encoded.dictionary))
    newcomers = np.flatnonzero(keeps < 0)
    keeps[newcomers] = len(encoded.dictionary) + np.arange(len(newcomers))
    ids = pa.concat_arrays([encoded.dictionary.cast(pa.binary(ID_BYTES)), _drawn(len(newcomers))])
    return ids.take(pa.array(keeps[own]))


def _kept(own: Array, first: Array, had: Array, known: int) -> Array:
    """For each cluster the old id that it keeps, by number; -1 for none."""
    keeps = np.full(len(first), -1, np.int64)
    there = np.flatnonzero(had >= 0)
    claims, member, times = np.unique(
        own[there] * max(known, 1) + had[there], return_index=True, return_counts=True
    )  # fmt: skip
    cluster, old = claims // max(known, 1), claims % max(known, 1)
    order = np.lexsort((member, first[cluster], -times))
    cluster, old = cluster[order], old[order]
    alone = (np.bincount(cluster, minlength=len(first))[cluster] == 1) & (np.bincount(old, minlength=known)[old] == 1)
    keeps[cluster[alone]] = old[alone]
    taken: set[int] = set()
    for one, wanted in zip(cluster[~alone].tolist(), old[~alone].tolist(), strict=True):
        if keeps[one] < 0 and wanted not in taken:
            keeps[one] = wanted
            taken.add(wanted)
    return keeps


def _drawn(number: int) -> pa.Array:
    data = pa.py_buffer(secrets.token_bytes(ID_BYTES * number))
    return pa.Array.from_buffers(pa.binary(ID_BYTES), number, [None, data])
