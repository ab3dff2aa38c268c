"""Stages one and two: extracts are received, and identifiers and attributes part company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.decide import everything_stands
from boldlink.deposits import Intake, find_extracts, receive
from boldlink.errors import BadExtract, BadInput
from boldlink.journey.home import Home, today
from boldlink.ledger import Event
from boldlink.places import Place
from boldlink.places.store import Step
from boldlink.separate import SeparationKeys, attributes_schema, identifiers_schema, separate
from boldlink.separate.refresh import quarantined_without, retired_records, without
from boldlink.values import Contract, DeliveryKind, Extract, StoredFile
from boldlink.vault import Lease, Sealed, SealedWriter, stored_schema

HALVES = ("identifiers", "attributes")


@dataclass(frozen=True)
class Arrivals:
    """What one run did with the extracts it found."""

    received: tuple[Mapping[str, Any], ...]
    refused: tuple[Mapping[str, Any], ...]


def receive_extracts(home: Home, folder: Path, contracts: Mapping[str, Contract]) -> Arrivals:
    """Receive every extract that is new, for datasets that a live use case needs. One bad file stops no other."""
    received, refused = [], []
    found, strange = find_extracts(folder, contracts)
    refused += [problem.as_dict() for problem in strange]
    for extract in found:
        place = home.held(contracts[extract.dataset].place)
        if place is None or not _is_needed(home, place, extract.dataset):
            continue
        try:
            event = _receive_once(home, place, extract)
        except BadExtract as problem:
            refused.append(_write_refusal(home, place, extract, problem))
            continue
        if event is not None:
            received.append(event.body)
    return Arrivals(tuple(received), tuple(refused))


def separate_deposits(home: Home) -> int:
    """Part every deposit that still lies joined. Returns how many."""
    done = 0
    for place in list(home.places.values()):
        parted = {(event.body["dataset"], event.body["version"]) for event in place.ledger.events("deposit.separated")}
        for event in list(place.ledger.events("deposit.received")):
            if (event.body["dataset"], event.body["version"]) not in parted:
                _separate(home, place, event)
                done += 1
    return done


def _is_needed(home: Home, place: Place, dataset: str) -> bool:
    facts = home.facts(place)
    return any(dataset in u.datasets and everything_stands(u, facts, today()) for u in facts.use_cases.values())


def _receive_once(home: Home, place: Place, extract: Extract) -> Event | None:
    refused = place.ledger.last("deposit.refused", content_hash=extract.sha256, version=extract.version)
    if (
        refused is not None
        and refused.body["contract_hash"] == home.facts(place).contracts[extract.dataset].content_hash
    ):
        raise BadExtract(*(refused.body[part] for part in ("code", "what", "why", "do", "ask")))
    known = [
        event.body for event in place.ledger.events("deposit.received") if event.body["dataset"] == extract.dataset
    ]
    same = next((body for body in known if body["version"] == extract.version), None)
    if same is not None and same["content_hash"] == extract.sha256 and same["kind"] == extract.kind:
        return None
    if same is not None:
        raise _conflict(extract, "DEPOSIT-VERSION-CONFLICT", "another file was received under the same version")
    if later := [body["version"] for body in known if body["version"] > extract.version]:
        raise _conflict(extract, "DEPOSIT-STALE", f"{len(later)} later version(s) were received before it")
    home.say(f"Receiving {extract.dataset} {extract.version}")
    return _receive(home, place, extract)


def _receive(home: Home, place: Place, extract: Extract) -> Event:
    contract = home.facts(place).contracts[extract.dataset]
    supplier = home.holder(place, "data_supplier", organisation=contract.owner)
    decision = home.require(place, supplier, "deposit", f"dataset:{extract.dataset}")
    leases = {
        stage: home.writing(place, decision, f"{stage}/{extract.dataset}") for stage in ("deposits", "quarantine")
    }
    with place.store.step() as step:
        intake = receive(
            extract,
            contract,
            lambda schema: step.writer(
                leases["deposits"], f"deposits/{extract.dataset}/{extract.version}.parquet", schema
            ),
            lambda schema: step.writer(
                leases["quarantine"], f"quarantine/{extract.dataset}/{extract.version}.parquet", schema
            ),
        )
        return step.commit("deposit.received", supplier, _receipt(extract, contract, place, intake, decision))


def _receipt(extract: Extract, contract: Contract, place: Place, intake: Intake, decision: Event) -> dict[str, Any]:
    return {
        "dataset": extract.dataset,
        "version": extract.version,
        "kind": str(extract.kind),
        "place": place.name,
        "content_hash": extract.sha256,
        "contract_hash": contract.content_hash,
        "rows_accepted": intake.rows_accepted,
        "rows_quarantined": intake.rows_quarantined,
        "quarantine_reasons": dict(intake.quarantine_reasons),
        "quality": intake.quality.as_dict(),
        "decision": decision.hash,
    }


def _write_refusal(home: Home, place: Place, extract: Extract, problem: BadExtract) -> dict[str, Any]:
    contract = home.facts(place).contracts[extract.dataset]
    named = {"dataset": extract.dataset, "version": extract.version, "content_hash": extract.sha256}
    body = {**named, "contract_hash": contract.content_hash, **problem.as_dict()}
    known = place.ledger.last("deposit.refused", **body)
    if known is None:
        supplier = home.holder(place, "data_supplier", organisation=contract.owner)
        place.ledger.append("deposit.refused", supplier, body)
    return body


def _separate(home: Home, place: Place, deposit: Event) -> None:
    dataset, version = deposit.body["dataset"], deposit.body["version"]
    kind = DeliveryKind(deposit.body["kind"])
    contract = home.facts(place).contracts[dataset]
    custodian = home.holder(place, "custodian", at=place.name)
    home.say(f"Separating {dataset} {version}")
    decision = home.require(place, custodian, "separate", f"dataset:{dataset}")
    keys = _keys(home, place, decision, deposit)
    joined = home.opened(place, decision, f"deposits/{dataset}")
    source = next(sealed for sealed in joined if sealed.path.stem == version)
    earlier = {half: home.files(place, f"{half}/{dataset}") for half in HALVES}
    retired = retired_records(source, kind, contract, keys, home.opened(place, decision, f"identifiers/{dataset}"))
    with place.store.step() as step:
        rows, erased = 0, [f"deposits/{dataset}/{version}.parquet"]
        if kind is not DeliveryKind.WITHDRAWAL:
            schemas = {"identifiers": identifiers_schema(contract), "attributes": attributes_schema(contract)}
            writers = {
                half: _writer(home, place, decision, step, half, dataset, version, schemas[half]) for half in HALVES
            }
            rows = separate(source, contract, keys, writers["identifiers"], writers["attributes"])
        for half in HALVES:
            for file in earlier[half]:
                erased += _rewrite(home, place, decision, step, file, retired, kind)
        erased += _clear_quarantine(home, place, decision, step, deposit, source, contract, keys)
        body = {
            "dataset": dataset,
            "version": version,
            "kind": str(kind),
            "rows": rows,
            "retired_rows": len(retired),
        }
        step.commit("deposit.separated", custodian, {**body, "decision": decision.hash}, erased)


def _keys(home: Home, place: Place, decision: Event, deposit: Event) -> SeparationKeys:
    dataset = deposit.body["dataset"]
    record = home.writing(place, decision, f"record-key/{dataset}")
    # Fresh for each deposit, and the same again when a killed run resumes.
    own = record.derived(f"deposit/{deposit.hash}")
    return SeparationKeys(
        record=own,
        source_person=home.writing(place, decision, f"source-person/{dataset}"),
        identifier_types=home.writing(place, decision, "identifier-types"),
        disclosure=home.writing(place, decision, "disclosure"),
    )


def _writer(
    home: Home, place: Place, decision: Event, step: Step, half: str, dataset: str, name: str, schema: Any
) -> SealedWriter:
    lease = home.writing(place, decision, f"{half}/{dataset}")
    return step.writer(lease, f"{half}/{dataset}/{name}-{place.ledger.head.events}.parquet", schema)


def _rewrite(
    home: Home, place: Place, decision: Event, step: Step, file: StoredFile, retired: Any, kind: DeliveryKind
) -> list[str]:
    """Write an earlier file again without the retired records; a full delivery replaces it altogether."""
    if kind is DeliveryKind.FULL:
        return [file.path]
    if not len(retired):
        return []
    lease = home.writing(place, decision, file.compartment)
    sealed = place.store.open(file, lease)
    return _copy(place, step, sealed, file, lease, without(sealed, retired))


def _copy(place: Place, step: Step, sealed: Sealed, file: StoredFile, lease: Lease, batches: Any) -> list[str]:
    folder, _, name = file.path.rpartition("/")
    version = name.removesuffix(".parquet").rpartition("-")[0] or name.removesuffix(".parquet")
    schema = stored_schema(sealed)
    writer = step.writer(lease, f"{folder}/{version}-{place.ledger.head.events}.parquet", schema)
    for batch in batches:
        writer.write(batch)
    return [file.path]


def _clear_quarantine(
    home: Home,
    place: Place,
    decision: Event,
    step: Step,
    deposit: Event,
    source: Sealed,
    contract: Contract,
    keys: SeparationKeys,
) -> list[str]:
    """Withdrawn people leave the quarantine too; a full delivery replaces what was quarantined before it."""
    dataset, kind = deposit.body["dataset"], deposit.body["kind"]
    own = {file["path"] for file in deposit.body["files"]}
    files = [file for file in home.files(place, f"quarantine/{dataset}") if file.path not in own]
    if kind == DeliveryKind.FULL:
        return [file.path for file in files]
    erased: list[str] = []
    if kind == DeliveryKind.WITHDRAWAL:
        for file in files:
            lease = home.writing(place, decision, file.compartment)
            sealed = place.store.open(file, lease)
            erased += _copy(place, step, sealed, file, lease, quarantined_without(sealed, source, contract, keys))
    return erased


def _conflict(extract: Extract, code: str, why: str) -> BadExtract:
    return BadExtract(
        code,
        f"The extract {extract.dataset}/{extract.path.name} is not taken in:",
        f"{why}.",
        "deliver it under a new version, later than every version before",
        "the dataset's owner",
    )


def require_folder(folder: Path) -> None:
    """Raises BadInput if there is no folder of extracts."""
    if not folder.is_dir():
        raise BadInput(
            "EXTRACTS-MISSING",
            f"There is no folder of extracts at {folder}.",
            do="lay extracts down as FOLDER/DATASET/VERSION.KIND.csv (KIND is full, delta or withdrawal)",
        )
