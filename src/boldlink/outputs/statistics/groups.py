"""Groups of people: every combination of the keys' categories, those that nobody is in among them.

A category that never occurs says something: if forty of forty said yes, nobody said no. So categories are declared by
whoever knows the column (its contract's valid values), and a combination without people is a group of nobody, not absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from boldlink.errors import BadInput
from boldlink.outputs.statistics.rows import NOT_RECORDED, Integers, Rows
from boldlink.values import StatTable

Categories = Mapping[str, Sequence[str]]
GROUPS_AT_MOST = 1_000_000
TOTAL = StatTable.total_label  # a row of that name would be taken for a total, and dropped


@dataclass(frozen=True)
class Groups:
    """keys: names. labels: of each key its categories. codes: (keys, rows) category of each row."""

    keys: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    codes: Integers

    @property
    def shape(self) -> tuple[int, ...]:
        """How many categories each key has."""
        return tuple(len(labels) for labels in self.labels)

    @property
    def group(self) -> Integers:
        """(rows,) number of the group that each row is in, the last key running fastest."""
        if not self.keys:
            return np.zeros(self.codes.shape[1], np.int64)
        return np.asarray(np.ravel_multi_index(tuple(self.codes), self.shape), dtype=np.int64)

    def names(self, number: int) -> dict[str, str]:
        """The categories of a group, by key."""
        at = np.unravel_index(number, self.shape) if self.keys else ()
        return {key: self.labels[place][int(at[place])] for place, key in enumerate(self.keys)}


def groups_of(rows: Rows, keys: Sequence[str], categories: Categories | None = None) -> Groups:
    """Groups by those keys: declared categories, in their order, else those that occur. Raises BadInput.

    A category that occurs and is not declared is refused: what was declared is then not what the data hold.
    """
    labels, codes = [], []
    for key in keys:
        texts = rows.texts(key)
        found = sorted(value for value in pc.unique(texts).to_pylist())
        declared = list(dict.fromkeys(str(one) for one in (categories or {}).get(key, found)))
        if NOT_RECORDED in found and NOT_RECORDED not in declared:
            declared.append(NOT_RECORDED)
        if TOTAL in declared:
            raise BadInput(
                "STATISTICS-TOTAL",
                f"The column {key} has a category {TOTAL}, which tables call their totals.",
                do="call the category something else",
            )
        if unknown := set(found) - set(declared):
            raise BadInput(
                "STATISTICS-CATEGORIES",
                f"The column {key} holds {len(unknown)} categories that were not declared for it.",
                do="declare every category that the data contract allows",
            )
        place = {label: number for number, label in enumerate(declared)}
        encoded = texts.dictionary_encode()
        numbers = np.array([place[value] for value in encoded.dictionary.to_pylist()], dtype=np.int64)
        labels.append(tuple(declared))
        codes.append(numbers[encoded.indices.to_numpy(zero_copy_only=False)])
    if not len(rows.person):
        raise BadInput("STATISTICS-NOBODY", "There are no rows.", do="take a longer period, or another group")
    made = Groups(tuple(keys), tuple(labels), np.array(codes, dtype=np.int64).reshape(len(keys), len(rows.person)))
    if np.prod(made.shape, dtype=float) > GROUPS_AT_MOST:
        raise BadInput(
            "STATISTICS-TOO-FINE",
            f"These keys make more than {GROUPS_AT_MOST} groups.",
            "so many groups are nearly people.",
            "take fewer keys, or band them",
        )
    return made


def people_in(person: Integers, group: Integers, groups: int) -> Integers:
    """(groups,) different people in each group."""
    return np.bincount(distinct_pairs(group, person)[0], minlength=groups).astype(np.int64)


def distinct_pairs(group: Integers, person: Integers) -> tuple[Integers, Integers]:
    """(pairs,) group and person of every different pair of them, in the order of groups. One number stands for a pair."""
    people = np.int64(person.max() + 1) if len(person) else np.int64(1)
    sorted_pairs = np.sort(
        group * people + person
    )  # a sort of whole numbers; np.unique hashes, and takes ten times as long
    pairs = sorted_pairs[np.diff(sorted_pairs, prepend=-1) != 0]
    return pairs // people, pairs % people


def shared_keys(rows: Rows, groups: Groups) -> tuple[str, ...]:
    """Keys along which one person is in several categories: groups that share people, and never add up."""
    return tuple(
        key
        for key, codes in zip(groups.keys, groups.codes, strict=True)
        if len(distinct_pairs(codes, rows.person)[0]) > rows.people
    )
