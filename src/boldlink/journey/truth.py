"""How well a home linked, against a truth that is known: synthetic people only.

Nothing is opened that the journey itself would not open: custodians turn the truth's source keys into tokens, linkers
compare a spine with those tokens, each under a decision of their own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from boldlink.decide import UseCase, datasets_at
from boldlink.journey.home import Home
from boldlink.journey.link import permitted
from boldlink.places import Place
from boldlink.separate.separate import SOURCE_PERSON, people_tokens
from boldlink.spine import against_truth
from boldlink.vault import read_table

Truth = dict[str, dict[bytes, str]]


def measure_links(home: Home, truth: Path) -> dict[str, Any]:
    """Precision and recall of every pair of datasets that a use case compares: at each confidence, and deterministic."""
    people = _truth(home, truth)
    links = []
    for place in home.places.values():
        for use_case in home.facts(place).use_cases.values():
            spine = place.ledger.last("spine.linked", use_case=use_case.id)
            if spine is not None:
                links += _links(home, place, use_case, people, spine.body["manifest"]["quality"])
    return {"links": links}


def rows_of_withdrawn(home: Home, truth: Path) -> dict[str, int]:
    """How many people withdrew, and how many rows of theirs stand in any spine (none, if withdrawal works)."""
    withdrawn = _tokens_of(home, _read(truth / "withdrawn.csv"))
    left = 0
    for place in home.places.values():
        for use_case in home.facts(place).use_cases.values():
            if home.files(place, f"spine/{use_case.id}"):
                left += _left(home, place, use_case, withdrawn)
    return {"people": sum(len(tokens) for tokens in withdrawn.values()), "rows_left": left}


def _links(home: Home, place: Place, use_case: UseCase, people: Truth, quality: dict[str, Any]) -> list[dict[str, Any]]:
    linker = home.member(place, use_case.id, "linker")
    pairs = permitted(use_case, datasets_at(use_case, place.name, home.facts(place)))
    if not pairs:
        return []
    decision = home.require(place, linker, "link", f"spine:{use_case.id}", use_case.id)
    spine = home.opened(place, decision, f"spine/{use_case.id}")[0]
    return [
        {
            "use_case": use_case.id,
            "place": place.name,
            "between": " and ".join(pair),
            "confidences": against_truth(spine, people, *pair),
            "expected_chance_matches": quality["~".join(pair)].get("expected_chance_matches"),
        }
        for pair in pairs
    ]


def _left(home: Home, place: Place, use_case: UseCase, withdrawn: dict[str, set[bytes]]) -> int:
    linker = home.member(place, use_case.id, "linker")
    decision = home.require(place, linker, "link", f"spine:{use_case.id}", use_case.id)
    table = read_table(home.opened(place, decision, f"spine/{use_case.id}")[0], ["dataset", SOURCE_PERSON])
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return sum(token in withdrawn.get(dataset, ()) for dataset, token in rows)


def _truth(home: Home, truth: Path) -> Truth:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _read(truth / "records.csv"):
        found[row["dataset"]][row["source_key"]] = row["person_id"]
    return {
        dataset: dict(zip(_tokens(home, dataset, list(keys)), keys.values(), strict=True))
        for dataset, keys in found.items()
        if _is_deposited(home, dataset)
    }


def _tokens_of(home: Home, rows: list[dict[str, str]]) -> dict[str, set[bytes]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        keys[row["dataset"]].add(row["source_key"])
    return {name: set(_tokens(home, name, sorted(found))) for name, found in keys.items() if _is_deposited(home, name)}


def _tokens(home: Home, dataset: str, keys: list[str]) -> list[bytes]:
    place = home.places[home.contract(dataset).place]
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "separate", f"dataset:{dataset}")
    own, types = (home.writing(place, decision, name) for name in (f"source-person/{dataset}", "identifier-types"))
    return list(people_tokens(pa.array(keys, pa.string()), home.contract(dataset), own, types).to_pylist())


def _is_deposited(home: Home, dataset: str) -> bool:
    place = home.places[home.contract(dataset).place]
    return place.ledger.last("deposit.separated", dataset=dataset) is not None


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
