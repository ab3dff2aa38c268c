"""Stage five: the research dataset of a use case, one release after another; what the release before held is erased.

Where its agreement's bounds are not kept nothing is built, the release before stays, and the refusal stands in the ledger;
other use cases go on. The linkage-quality report lies sealed beside the data and not in the ledger: counts of who was
found elsewhere are outputs like any other (P23).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from boldlink import __version__
from boldlink.datasets import (
    QUALITY_SCHEMA,
    Part,
    Survey,
    build,
    linkage_quality,
    read_quality,
    require_cohort,
    require_within,
    schema_of,
    survey,
    write_quality,
)
from boldlink.decide import UseCase, datasets_at, runs_in
from boldlink.errors import BadInput
from boldlink.journey.home import Home, made_from
from boldlink.journey.move import opened_scope, scope_files, share_of
from boldlink.ledger import Event
from boldlink.places import Place
from boldlink.separate.cohort import scope_of
from boldlink.values import StoredFile
from boldlink.vault import Sealed

QUALITY = "_quality"  # no dataset's name begins like this


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
        refused = place.ledger.last("research.refused", use_case=use_case.id)
        if source not in [event.body["made_from"] for event in (known, refused) if event]:
            home.say(f"Building the research dataset of {use_case.id} in {name}")
            _build(home, place, use_case, datasets, source, (known.body["release"] if known else 0) + 1, spine)


def _build(
    home: Home, place: Place, use_case: UseCase, datasets: list[str], source: str, release: int, spine: Event
) -> None:
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "build", f"research:{use_case.id}", use_case.id)
    links = home.opened(place, decision, f"spine/{use_case.id}")[0]
    parts = [_part(home, place, decision, use_case, dataset) for dataset in datasets]
    try:
        surveys = _surveyed(use_case, parts, links, spine)
    except BadInput as problem:
        # What was built before stays: nothing was written yet, and no key replaced.
        why = {"use_case": use_case.id, "made_from": source, **problem.as_dict(), "decision": decision.hash}
        place.ledger.append("research.refused", custodian, why)
        home.say(f"Not built for {use_case.id} in {place.name}: {problem.why}")
        return
    body = {
        "use_case": use_case.id,
        "release": release,
        "made_from": source,
        "columns": {part.dataset: schema_of(part).names for part in parts},
        "risk": {dataset: found.risk.as_dict() for dataset, found in surveys.items()},
        "linkage_quality": spine.body["manifest"],
        "decision": decision.hash,
    }
    quality = linkage_quality({dataset: found.side for dataset, found in surveys.items()}, spine.body["manifest"])
    _write(home, place, decision, [(part, surveys[part.dataset]) for part in parts], links, quality, body)


def _surveyed(use_case: UseCase, parts: list[Part], links: Sealed, spine: Event) -> dict[str, Survey]:
    """What there is to know before anything is written. Raises BadInput for what the agreement's bounds do not allow."""
    bounds = use_case.agreement.risk if use_case.agreement else None
    if bounds:
        require_cohort(spine.body["manifest"]["people"]["medium"], bounds)
    surveys = {part.dataset: survey(part, links, bounds) for part in parts}
    if bounds:
        require_within({dataset: found.risk for dataset, found in surveys.items()}, bounds)
    return surveys


def _write(
    home: Home, place: Place, decision: Event, parts: list[tuple[Part, Survey]], links: Sealed,
    quality: Mapping[str, Any], body: Mapping[str, Any],
) -> None:  # fmt: skip
    use_case, release = body["use_case"], body["release"]
    folder = f"research/{use_case}/release-{release}"
    pseudonyms = home.writing(place, decision, f"pseudonyms/{use_case}")
    old = [file.path for file in home.files(place, f"research/{use_case}")]
    with place.store.step() as step:
        # A new release has a new key; what the release before held goes with the old one.
        lease = place.vault.reissue(decision, f"research/{use_case}", old)
        place.store.unlink(old)
        for part, seen in parts:
            write = step.writer(lease, f"{folder}/{part.dataset}.parquet", schema_of(part))
            build(part, links, pseudonyms, release, write, seen.place)
        write_quality(quality, step.writer(lease, f"{folder}/{QUALITY}.parquet", QUALITY_SCHEMA))
        step.commit("research.built", decision.person, body)


def refused_builds(place: Place) -> list[Event]:
    """The last refusal of each use case whose research dataset was not built since."""
    last: dict[str, Event] = {}
    for event in place.ledger.events("research.built", "research.refused"):
        last[event.body["use_case"]] = event
    return [event for event in last.values() if event.kind == "research.refused"]


def linkage_report(home: Home, place: Place, use_case: str, person: str) -> dict[str, Any]:
    """The linkage-quality report of a use case's research dataset, for whoever may analyse it. Raises Refused, BadInput."""
    decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
    opened = [one for one in home.opened(place, decision, f"research/{use_case}") if one.path.stem == QUALITY]
    if not opened:
        raise BadInput("QUALITY-NOT-BUILT", f"The use case {use_case} has no research dataset in {place.name}.")
    return read_quality(opened[0])


def _part(home: Home, place: Place, decision: Event, use_case: UseCase, dataset: str) -> Part:
    contract, share = home.contract(dataset), share_of(use_case, dataset)
    own = contract.place == place.name
    attributes = home.opened(place, decision, f"attributes/{dataset}" if own else f"attributes/{dataset}.{use_case.id}")
    scope: pa.Array | None = None
    if own:
        scope = scope_of(opened_scope(home, place, decision, use_case.id, dataset))
    return Part(contract, attributes, scope, share.columns, share.generalise, share.cohort_column)


def _attributes(home: Home, place: Place, use_case: UseCase, dataset: str) -> list[StoredFile]:
    own = home.contract(dataset).place == place.name
    files = home.files(place, f"attributes/{dataset}" if own else f"attributes/{dataset}.{use_case.id}")
    return [*files, *(scope_files(home, place, use_case.id, dataset) if own else [])]
