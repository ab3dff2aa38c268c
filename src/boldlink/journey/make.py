"""Stage five: the research dataset of a use case, one release after another; what the release before held is erased."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from boldlink import __version__
from boldlink.datasets import Part, build, risk_report, schema_of
from boldlink.decide import UseCase, datasets_at, runs_in
from boldlink.journey.home import Home, made_from
from boldlink.journey.move import opened_scope, scope_files, share_of
from boldlink.ledger import Event
from boldlink.places import Place
from boldlink.separate.cohort import scope_of
from boldlink.values import StoredFile


def build_research(home: Home, use_case: UseCase) -> None:
    """Build or refresh a use case's research dataset wherever it has a spine. The same inputs: nothing to do."""
    for name in runs_in(use_case, home.facts(home.anywhere)):
        place = home.held(name)
        if place is None:
            continue
        spine = place.ledger.last("spine.linked", use_case=use_case.id)
        if spine is None or use_case.agreement is None:
            continue
        datasets = [
            one for one in datasets_at(use_case, name, home.facts(place)) if _attributes(home, place, use_case, one)
        ]
        files = [[f.sha256 for f in _attributes(home, place, use_case, one)] for one in datasets]
        source = made_from(spine.hash, datasets, files, use_case.agreement.instrument.content_hash, __version__)
        known = place.ledger.last("research.built", use_case=use_case.id)
        if known is None or known.body["made_from"] != source:
            home.say(f"Building the research dataset of {use_case.id} in {name}")
            _build(home, place, use_case, datasets, source, (known.body["release"] if known else 0) + 1, spine)


def _build(
    home: Home, place: Place, use_case: UseCase, datasets: list[str], source: str, release: int, spine: Event
) -> None:
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "build", f"research:{use_case.id}", use_case.id)
    links = home.opened(place, decision, f"spine/{use_case.id}")[0]
    pseudonyms = home.writing(place, decision, f"pseudonyms/{use_case.id}")
    old = [file.path for file in home.files(place, f"research/{use_case.id}")]
    risks: dict[str, Any] = {}
    columns: dict[str, list[str]] = {}
    with place.store.step() as step:
        # A new release has a new key; what the release before held goes with the old one.
        lease = place.vault.reissue(decision, f"research/{use_case.id}", old)
        place.store.unlink(old)
        for dataset in datasets:
            part = _part(home, place, decision, use_case, dataset)
            path = f"research/{use_case.id}/release-{release}/{dataset}.parquet"
            made = build(part, links, pseudonyms, release, step.writer(lease, path, schema_of(part)))
            risks[dataset] = risk_report(made, part.shown)
            columns[dataset] = made.schema.names
        body = {
            "use_case": use_case.id,
            "release": release,
            "made_from": source,
            "columns": columns,
            "risk": risks,
            "linkage_quality": spine.body["manifest"],
            "decision": decision.hash,
        }
        step.commit("research.built", custodian, body)


def _part(home: Home, place: Place, decision: Event, use_case: UseCase, dataset: str) -> Part:
    contract, share = home.contract(dataset), share_of(use_case, dataset)
    own = contract.place == place.name
    attributes = home.opened(place, decision, f"attributes/{dataset}" if own else f"attributes/{dataset}.{use_case.id}")
    scope: pa.Array | None = None
    if own:
        scope = scope_of(opened_scope(home, place, decision, use_case.id, dataset))
    return Part(contract, attributes, scope, share.columns, share.generalise)


def _attributes(home: Home, place: Place, use_case: UseCase, dataset: str) -> list[StoredFile]:
    own = home.contract(dataset).place == place.name
    files = home.files(place, f"attributes/{dataset}" if own else f"attributes/{dataset}.{use_case.id}")
    return [*files, *(scope_files(home, place, use_case.id, dataset) if own else [])]
