"""Stage four: edges between datasets, scored once per place; then, for one use case, who is who."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from boldlink import __version__
from boldlink.decide import UseCase, datasets_at, everything_stands, runs_in
from boldlink.journey.home import Home, made_from, today
from boldlink.journey.move import opened_scope, scope_files, share_of
from boldlink.ledger import Event
from boldlink.places import Place
from boldlink.separate.cohort import scope_of
from boldlink.spine import EDGES_SCHEMA, SPINE_SCHEMA, People, compare, gather, link
from boldlink.values import StoredFile
from boldlink.vault import read_table

Pair = tuple[str, str]


@dataclass(frozen=True)
class Held:
    """A use case's files of one dataset in the place where it runs: identifiers, and the scope if rows came whole."""

    identifiers: str  # compartment
    files: tuple[StoredFile, ...]
    scope: tuple[StoredFile, ...]


def link_people(home: Home, use_case: UseCase) -> None:
    """Make or refresh the spine of a use case in every place where it runs. The same inputs: nothing to do."""
    for name in runs_in(use_case, home.facts(home.anywhere)):
        place = home.held(name)
        if place is None:
            continue
        datasets = [
            one for one in datasets_at(use_case, name, home.facts(place)) if held(home, place, use_case, one).files
        ]
        source = made_from(
            _inputs(home, place, use_case, datasets), permitted(use_case, datasets), SPINE_SCHEMA.names, __version__
        )
        known = place.ledger.last("spine.linked", use_case=use_case.id)
        if datasets and (known is None or known.body["made_from"] != source):
            home.say(f"Linking for {use_case.id} in {name}")
            _link(home, place, use_case, datasets, source)


def held(home: Home, place: Place, use_case: UseCase, dataset: str) -> Held:
    """Where a use case finds a dataset's identifiers in this place."""
    own = home.contract(dataset).place == place.name
    compartment = f"identifiers/{dataset}" if own else f"identifiers/{dataset}.{use_case.id}"
    scope = scope_files(home, place, use_case.id, dataset) if own else []
    return Held(compartment, tuple(home.files(place, compartment)), tuple(scope))


def _link(home: Home, place: Place, use_case: UseCase, datasets: list[str], source: str) -> None:
    linker = home.member(place, use_case.id, "linker")
    decision = home.require(place, linker, "link", f"spine:{use_case.id}", use_case.id)
    people = [_union(home, place, decision, [use_case], name) for name in datasets]
    edges, quality = [], {}
    for pair in permitted(use_case, datasets):
        table, event = _edges(home, place, decision, use_case, pair)
        edges.append(table)
        quality["~".join(pair)] = {**event.body["quality"], "edges_from": event.hash}
    compartment = f"spine/{use_case.id}"
    last = home.opened(place, decision, compartment)
    old = [file.path for file in home.files(place, compartment)]
    with place.store.step() as step:
        writer = step.writer(
            home.writing(place, decision, compartment), f"{compartment}/{source}.parquet", SPINE_SCHEMA
        )
        counts = link(people, edges, last, writer)
        manifest = {"inputs": source, "code": __version__, "quality": quality, **counts}
        body = {"use_case": use_case.id, "made_from": source, "manifest": manifest, "decision": decision.hash}
        step.commit("spine.linked", linker, body, [path for path in old if path != f"{compartment}/{source}.parquet"])


def permitted(use_case: UseCase, datasets: list[str]) -> list[Pair]:
    """The pairs of datasets whose people the agreement lets be compared."""
    pairs = use_case.agreement.compare if use_case.agreement else ()
    return [pair for pair in pairs if set(pair) <= set(datasets)]


def _edges(home: Home, place: Place, decision: Event, use_case: UseCase, pair: Pair) -> tuple[pa.Table, Event]:
    """The edges of a pair, from the place's store if they were scored before on the same records."""
    compartment, users = f"edges/{'~'.join(pair)}", _users(home, place, pair, use_case)
    inputs = [_inputs(home, place, user, list(pair)) for user in users]
    source = made_from(inputs, EDGES_SCHEMA.names, __version__)
    known = place.ledger.last("edges.scored", pair=list(pair))
    path = f"{compartment}/{source}.parquet"
    if known is None or known.body["made_from"] != source or path not in _paths(home, place, compartment):
        known = _score(home, place, decision, users, pair, path)
    lease = place.vault.lease(decision, compartment)
    file = next(file for file in home.files(place, compartment) if file.path == path)
    return read_table(place.store.open(file, lease)), known


def _paths(home: Home, place: Place, compartment: str) -> set[str]:
    """The files that are there: edges go when a use case that compared the pair ends, whoever else does."""
    return {file.path for file in home.files(place, compartment)}


def _score(home: Home, place: Place, decision: Event, users: list[UseCase], pair: Pair, path: str) -> Event:
    compartment = f"edges/{'~'.join(pair)}"
    home.say(f"Comparing {pair[0]} with {pair[1]} in {place.name}")
    left, right = (_union(home, place, decision, users, name) for name in pair)
    table, quality = compare(left, right, home.say)
    old = sorted(_paths(home, place, compartment) - {path})
    with place.store.step() as step:
        step.writer(home.writing(place, decision, compartment), path, EDGES_SCHEMA).write(table)
        body = {"pair": list(pair), "made_from": Path(path).stem, "edges": table.num_rows, "quality": quality}
        return step.commit("edges.scored", decision.person, {**body, "decision": decision.hash}, old)


def _users(home: Home, place: Place, pair: Pair, use_case: UseCase) -> list[UseCase]:
    """Live use cases that compare this pair of datasets on the same records here; rows sent for one serve it alone."""
    if any(home.contract(name).place != place.name for name in pair):
        return [use_case]
    facts = home.facts(place)
    found = [
        u for u in facts.use_cases.values() if everything_stands(u, facts, today()) and place.name in runs_in(u, facts)
    ]
    return [u for u in found if pair in permitted(u, datasets_at(u, place.name, facts))]


def _union(home: Home, place: Place, decision: Event, users: list[UseCase], dataset: str) -> People:
    """The records of a dataset that any of these use cases has in scope: nobody outside every cohort is compared."""
    own = held(home, place, users[0], dataset)
    columns = sorted(set.intersection(*(set(share_of(user, dataset).columns) for user in users)))
    scopes = [_scope(home, place, decision, user, dataset) for user in users] if own.scope else []
    lease = place.vault.lease(decision, own.identifiers)
    identifiers = [place.store.open(file, lease) for file in own.files]
    return gather(identifiers, home.contract(dataset), pa.concat_arrays(scopes) if scopes else None, columns)


def _scope(home: Home, place: Place, decision: Event, user: UseCase, dataset: str) -> pa.Array:
    """One use case's scope: opened under a decision of its own, never under another use case's."""
    if decision.body["use_case"] != user.id:
        linker = home.member(place, user.id, "linker")
        decision = home.require(place, linker, "link", f"spine:{user.id}", user.id)
    return scope_of(opened_scope(home, place, decision, user.id, dataset))


def _inputs(home: Home, place: Place, use_case: UseCase, datasets: list[str]) -> list[Any]:
    found = []
    for dataset in datasets:
        own = held(home, place, use_case, dataset)
        found.append([dataset, [f.sha256 for f in own.files], [f.sha256 for f in own.scope]])
    return found
