"""Populations behind releases, compared as sets of people: whom one published number counts and another does not.

Releases of other use cases and cohorts from the same data have no keys in common, but they have people in common. Where a
published number counts a handful of people that another does not, the two may give that handful away. So every pair of
published sets of people is looked at, by one sparse product over atoms: an atom is the people who are in exactly the same
published sets. Then what decides is what the published numbers, exact, rounded or withheld, allow somebody to bound of
such a difference: too narrowly (fewer whole values than the width), it is revealed, and what reveals it is refused;
otherwise it is noted. For two sets of which one holds the other, with nothing else known, the bounds are
[low(A) - high(B), high(A) - low(B)], not under 0; all published sets together can only narrow them. One linear programme
over atoms (`reach`) takes them all into account: nested, overlapping or chained.

What is assumed of readers: they know how each set was chosen, and therefore which of the sets overlap, and which overlaps
hold nobody (a revised set that nobody left holds the earlier one). A real reader may not know that an overlap which
could hold people happens to be empty; taking it as known errs on the side of refusing. That two sets share people at all
tells a reader nothing of how many: pairs that are not nested are bounded by other numbers, or not at all. People are
compared only within one place and one body of data; the sets of other places are not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from boldlink.outputs.control.history import Past, Released, Say
from boldlink.outputs.control.protected import Protected, SmallCounts, close_pairs, distinct_rows, without
from boldlink.outputs.control.system import Floats, Integers, System

NOTHING = -1  # in place of a number
ATOMS_AT_MOST = 4_000  # of more, only numbers and differences of two are looked at, and no chains of three or more


@dataclass(frozen=True)
class PublishedSets:
    """members: of each published number, the sorted ids of its people. low, high: (numbers,) what a reader concludes."""

    members: tuple[Integers, ...]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Difference:
    """Few people of number `one` are not in number `other`; positions in the earlier sets and then the candidate's.

    other: None where `one` as a whole is of few people; both None for few people whom no number tells apart. nested:
    whether everybody of other is in one. low, high: what readers could bound it to, with the candidate, where it is
    revealed; else what is certainly left possible. held_by: the numbers that bound it so.
    """

    one: int | None
    other: int | None
    nested: bool
    low: float
    high: float
    revealed: bool
    held_by: tuple[int, ...] = ()


def compare(
    earlier: PublishedSets, candidate: PublishedSets, rule: SmallCounts, say: Say = lambda text: None
) -> tuple[Difference, ...]:
    """The small differences that concern a candidate: those it is part of, and those that it reveals among others.

    A number of few people is a difference as well, from nothing, and so are few people who are in exactly the same
    numbers. Revealed: bounded too narrowly, and more narrowly than without the candidate. Refuse if any is; note the
    others.
    """
    matrix, people = atoms([*earlier.members, *candidate.members])
    few = _few(matrix, people, rule)
    if not len(few.one):
        return ()
    say(f"{len(few.one)} numbers or differences are of fewer than {rule.minimum} people")
    sums, which = distinct_rows(few.sums)
    before = len(earlier.members)
    history = Released("earlier", System(sp.csr_array(matrix[:before]), earlier.low, earlier.high))
    past = Past([history], Protected(sums, rule.width), people)
    new = System(sp.csr_array(matrix[before:]), candidate.low, candidate.high)
    found, narrowed = past.narrowed_by(new, say=say)
    revealed = np.isin(which, [narrow.count for narrow in narrowed])
    named = few.one != NOTHING
    once = named | ~np.isin(which, which[named])  # an atom that is a difference of two numbers as well is told as that
    concerned = np.flatnonzero(once & (revealed | (few.one >= before) | (few.other >= before)))
    ends = zip(found.low[which[concerned]], found.high[which[concerned]], strict=True)
    return tuple(
        Difference(
            _there(few.one[p]),
            _there(few.other[p]),
            bool(few.nested[p]),
            float(low),
            float(high),
            bool(revealed[p]),
            tuple(found.held_by[which[p]].tolist()) if revealed[p] else (),
        )
        for p, (low, high) in zip(concerned, ends, strict=True)
    )


@dataclass(frozen=True)
class _Few:
    """(differences,) each: a number or NOTHING, another or NOTHING, whether it holds the other. sums: (differences, atoms)."""

    one: Integers
    other: Integers
    nested: np.ndarray[tuple[int], np.dtype[np.bool_]]
    sums: sp.csr_array


def _few(matrix: sp.csr_array, people: Integers, rule: SmallCounts) -> _Few:
    """Pairs of numbers of which one has few people that the other has not, small numbers, and small atoms."""
    one, other = close_pairs(people, rule, matrix)
    small = np.flatnonzero(rule.small(np.rint(matrix @ people).astype(np.int64)))
    alone = np.flatnonzero(rule.small(people)) if len(people) <= ATOMS_AT_MOST else np.empty(0, np.int64)
    inside = without(matrix, other, one).count_nonzero(axis=1) == 0
    atom = sp.csr_array(sp.eye_array(len(people), format="csr")[alone])
    return _Few(
        np.concatenate([one, small, np.full(len(alone), NOTHING)]),
        np.concatenate([other, np.full(len(small) + len(alone), NOTHING)]),
        np.concatenate([inside, np.zeros(len(small) + len(alone), dtype=bool)]),
        sp.csr_array(sp.vstack([without(matrix, one, other), matrix[small], atom], format="csr")),
    )


def _there(number: np.int64) -> int | None:
    return None if number == NOTHING else int(number)


def atoms(members: Sequence[Integers]) -> tuple[sp.csr_array, Integers]:
    """(sets, atoms) of 0 and 1, and (atoms,) people: who is in exactly the same sets, by refining one set after another.

    Exact: each set splits the atoms it meets. The work is the sum of the sets' sizes.
    """
    units, places = np.unique(np.concatenate([*members, np.empty(0, np.int64)]), return_inverse=True)
    atom_of, used = np.zeros(len(units), dtype=np.int64), 1
    ends = np.cumsum([len(one) for one in members])
    each = np.split(places, ends[:-1]) if len(members) else []
    for inside in each:
        old, split = np.unique(atom_of[inside], return_inverse=True)
        atom_of[inside] = used + split
        used += len(old)
    _, first, atom_of, people = np.unique(atom_of, return_index=True, return_inverse=True, return_counts=True)
    rows = np.repeat(np.arange(len(members)), [len(one) for one in members])
    pairs = np.unique(np.stack([rows, atom_of[places]]), axis=1)
    matrix = sp.csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(members), len(first)))
    return matrix, people.astype(np.int64)
