"""A linkage-quality report for researchers: who was linked and who was not, and how many links are false or missing.

In the manner of GUILD (Gilbert et al. 2018, J Public Health 40:191, doi 10.1093/pubmed/fdx037): for each dataset and each
other, linked and unlinked people are compared by what is known of them, with standardised differences (Austin 2009, Commun
Stat Simul Comput 38:1228). Of links that an owner made, under a numbering of its own, no errors are estimated: its grades
travel with the records. Estimates come from match probabilities and from what the model expects to reach; nobody has
looked at pairs, and the report says so. It tells who of a pinned dataset was found elsewhere, in counts of people: it is
kept sealed with the research dataset and leaves only as other figures do, through `outputs`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.datasets.part import KEY
from boldlink.datasets.survey import Side, Trait
from boldlink.vault import Sealed, SealedWriter, read_table

Array = np.ndarray[Any, np.dtype[Any]]
QUALITY_SCHEMA = pa.schema([("report", pa.string())])
NOT_REVIEWED = "estimated from the model, not yet reviewed by people"
NORMAL_95 = 1.96


def linkage_quality(sides: Mapping[str, Side], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Compare linked with unlinked people of each dataset towards each other one, at medium confidence. Counts of people.

    sides: dataset -> its people. manifest: the spine's, with what is expected of its links.
    """
    number, there = _numbered(sides)
    ordered = [(of, to) for of in sides for to in sides if of != to]
    pairs = [_pair(of, to, sides[of], there[to][number[of]], _reached(manifest, of, to)) for of, to in ordered]
    return {"status": NOT_REVIEWED, "confidence": "medium", "pairs": pairs}


def write_quality(report: Mapping[str, Any], write: SealedWriter) -> None:
    """One report as one sealed cell of JSON: its shape is for reading, its compartment is the research dataset's."""
    write.write(pa.table({"report": [json.dumps(report)]}, QUALITY_SCHEMA))


def read_quality(sealed: Sealed) -> dict[str, Any]:
    """The report, as it was written."""
    return dict(json.loads(read_table(sealed).column("report")[0].as_py()))


def _numbered(sides: Mapping[str, Side]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Of each dataset the numbers of its people among everybody, (people,), and of everybody whether they are there."""
    everybody = pc.unique(pa.chunked_array([side.people for side in sides.values()], KEY))
    number = {name: np.asarray(pc.index_in(side.people, everybody)) for name, side in sides.items()}
    there = {name: np.zeros(len(everybody), bool) for name in sides}
    for name, own in number.items():
        there[name][own] = True
    return number, there


def _pair(of: str, to: str, side: Side, linked: Array, reached: float | None) -> dict[str, Any]:
    """linked: which of the people of one dataset are in the other."""
    false = _false_links(side.probability[linked])
    return {
        "of": of,
        "to": to,
        "people": len(linked),
        "linked": int(linked.sum()),
        "linked_percent": _percent(linked.sum(), len(linked)),
        "false_links": false,
        "missed_links": _missed_links(int(linked.sum()) - false["expected"], reached) if reached and false else None,
        "by": [row for name, trait in side.traits.items() for row in _by(name, trait, linked)],
    }


def _by(name: str, trait: Trait, linked: Array) -> Iterator[dict[str, Any]]:
    """Each value of a characteristic: how many were linked, and how far linked and unlinked people differ in it."""
    size = len(trait.values)
    yes, no = (np.bincount(trait.codes[own], minlength=size) for own in (linked, ~linked))
    for code in np.flatnonzero(yes + no).tolist():
        yield {
            "characteristic": name,
            "value": trait.values[code],
            "linked": int(yes[code]),
            "unlinked": int(no[code]),
            "linked_percent": _percent(yes[code], yes[code] + no[code]),
            "standardised_difference": standardised_difference(yes[code], yes.sum(), no[code], no.sum()),
        }


def standardised_difference(linked: float, all_linked: float, unlinked: float, all_unlinked: float) -> float | None:
    """Difference of two shares by their pooled standard deviation; None where a side is empty or both are all or none."""
    if not (all_linked and all_unlinked):
        return None
    p, q = linked / all_linked, unlinked / all_unlinked
    spread = sqrt((p * (1 - p) + q * (1 - q)) / 2)
    return round((p - q) / spread, 3) if spread else None


def _false_links(probability: Array) -> dict[str, float] | None:
    """Links that are expected to be false: the sum of what each lacks to certainty (a Poisson binomial).

    None where a link has no probability: it was not made by comparing.
    """
    if np.isnan(probability).any():
        return None
    return _interval(float((1 - probability).sum()), float((probability * (1 - probability)).sum()))


def _missed_links(correct: float, reached: float) -> dict[str, float]:
    """True links that were not made, if each was reached with this probability (a negative binomial)."""
    return _interval(correct * (1 - reached) / reached, correct * (1 - reached) / reached**2)


def _interval(expected: float, variance: float) -> dict[str, float]:
    half = NORMAL_95 * sqrt(max(variance, 0.0))
    return {
        "expected": round(expected, 1),
        "low": round(max(expected - half, 0.0), 1),
        "high": round(expected + half, 1),
    }


def _reached(manifest: Mapping[str, Any], of: str, to: str) -> float | None:
    """The share of true links that the model expects to find between two datasets; None where they were not compared."""
    scored = manifest["quality"].get("~".join(sorted((of, to))), {})
    recall = next((e["expected_recall"] for e in manifest["expected"] if e["confidence"] == "medium"), None)
    if not scored.get("expected_reach") or not recall:
        return None
    return float(scored["expected_reach"] * recall)


def _percent(part: float, whole: float) -> float | None:
    return round(100 * float(part) / float(whole), 2) if whole else None
