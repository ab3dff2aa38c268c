"""How well a spine links, against a truth that is known: synthetic people, or a sample that people reviewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from boldlink.spine.spine import EXACT, METHODS
from boldlink.vault import Sealed, read_table

NAMES = {EXACT: "deterministic"}


def against_truth(spine: Sealed, truth: Mapping[str, Mapping[bytes, str]], left: str, right: str) -> dict[str, Any]:
    """Precision and recall of links between two datasets' source people: at each confidence, and deterministic.

    truth: dataset -> source person token -> true person. Only people inside the spine's cohort count.
    """
    table = read_table(spine)
    found: dict[str, Any] = {}
    for method in METHODS:
        people = zip(
            *(table.column(n).to_pylist() for n in ("dataset", "source_person", f"person_{method}")),
            strict=True,
        )
        placed = {(dataset, key): person for dataset, key, person in people if dataset in (left, right)}
        true_of = {one: truth.get(one[0], {}).get(one[1]) for one in placed}
        made = _pairs(placed, left, right)
        wanted = _pairs({one: person for one, person in true_of.items() if person is not None}, left, right)
        hits = len(made & wanted)
        found[NAMES.get(method, method)] = {
            "links": len(made),
            "true_links": len(wanted),
            "correct": hits,
            "precision": round(hits / len(made), 4) if made else None,
            "recall": round(hits / len(wanted), 4) if wanted else None,
        }
    return found


def _pairs(placed: Mapping[tuple[str, bytes], Any], left: str, right: str) -> set[tuple[bytes, bytes]]:
    sides: dict[str, dict[Any, list[bytes]]] = {left: defaultdict(list), right: defaultdict(list)}
    for (dataset, key), person in placed.items():
        sides[dataset][person].append(key)
    return {pair for person in sides[left] for pair in _across(sides[left][person], sides[right].get(person, ()))}


def _across(left: Iterable[bytes], right: Iterable[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return ((a, b) for a in left for b in right)
