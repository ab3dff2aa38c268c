"""A look at one dataset's rows before anything is written: how recognisable people are, and who of them was linked.

It reads the columns that this needs and no other, as coarse as research would see them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.generalise import generalise
from boldlink.datasets.held import plain
from boldlink.datasets.part import Part
from boldlink.datasets.risk import RiskReport, quasi_identifiers, risk_report
from boldlink.datasets.rows import columns_of, in_spine
from boldlink.values import RiskBounds, Role
from boldlink.vault import Sealed

Array = np.ndarray[Any, np.dtype[Any]]
PERSON = "person_medium"  # people are counted, and called linked, at medium confidence
NOT_RECORDED = "Not recorded"
# What GUILD asks linked and unlinked people to be compared by, and the names that columns have for it.
TRAITS = {
    "birth year": r"birth_year|week_of_birth",
    "sex": r"(sex|gender|gndr)(_.+)?",
    "ethnicity": r"ethnic(ity|_.+)?",
    "region": r".*region|local_authority|health_board|force|area",
    "no fixed abode": r"no_fixed_abode",
}
YEAR = "year"


@dataclass(frozen=True)
class Trait:
    """What one characteristic says of each person of a dataset: the value of people[i] is values[codes[i]]."""

    values: tuple[str, ...]
    codes: Array


@dataclass(frozen=True)
class Side:
    """The people of one dataset (16-byte ids), the probability of each one's best link, and what is said of them.

    Whoever was near nobody has no probability (NaN); so has whoever arrived linked, under their owner's number.
    """

    people: pa.Array
    probability: Array
    traits: Mapping[str, Trait]


@dataclass(frozen=True)
class Survey:
    """What was seen. place: of each row of the part its row among the dataset's in the spine, -1 for none (int32)."""

    risk: RiskReport
    side: Side
    place: Array


def survey(part: Part, spine: Sealed, bounds: RiskBounds | None = None) -> Survey:
    """Read what both reports need of a part; its keys are the agreement's, or else what others may know of a person."""
    keys = bounds.keys.get(part.dataset, ()) if bounds else tuple(quasi_identifiers(part.shown))
    sensitive = bounds.sensitive.get(part.dataset, ()) if bounds else ()
    traits = _traits(part)
    found = in_spine(part, spine, (PERSON, "link_probability"))
    columns = columns_of(part, list(dict.fromkeys([*keys, *sensitive, *traits.values()])), found.place)
    person = found.of_rows(PERSON).dictionary_encode()
    told = {name: _of_people(_words(name, columns[column]), person) for name, column in traits.items()}
    return Survey(
        risk_report(person, columns, keys, sensitive),
        Side(person.dictionary, _best(found.of_rows("link_probability"), person), told),
        found.place,
    )


def _traits(part: Part) -> dict[str, str]:
    """Characteristic -> the column of this part that tells it."""
    names = [column.name for column in part.shown if column.role is Role.ATTRIBUTE]
    found = {trait: next((n for n in names if re.fullmatch(like, n)), None) for trait, like in TRAITS.items()}
    found[YEAR] = part.cohort_column if part.cohort_column in names else None
    return {trait: name for trait, name in found.items() if name}


def _words(trait: str, values: pa.Array) -> pa.Array:
    """A characteristic's values as words; whole years in bands of ten."""
    values = plain(values)
    if pa.types.is_date(values.type):
        values = pc.year(values)
        return values.cast(pa.string()) if trait == YEAR else generalise(values, "band10")
    if pa.types.is_integer(values.type) and trait != YEAR:
        return generalise(values, "band10")
    return values.cast(pa.string())


def _of_people(words: pa.Array, person: pa.DictionaryArray) -> Trait:
    """One value for each person: of several the first in alphabetical order, so that no order of rows decides."""
    values = sorted(pc.unique(words).drop_null().to_pylist())
    rank = np.asarray(pc.fill_null(pc.index_in(words, pa.array(values, pa.string())), len(values)))
    codes = np.full(len(person.dictionary), len(values))
    np.minimum.at(codes, np.asarray(person.indices), rank)
    return Trait((*values, NOT_RECORDED), codes)


def _best(probability: pa.Array, person: pa.DictionaryArray) -> Array:
    best = np.full(len(person.dictionary), np.nan)
    np.fmax.at(best, np.asarray(person.indices), np.asarray(pc.fill_null(probability, np.nan)))
    return best
