"""Stage three: who is in scope, and sealed packages for use cases that run in another place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from boldlink.decide import Share, UseCase, datasets_at, runs_in
from boldlink.journey.home import Home, made_from, peer_identity
from boldlink.ledger import Event
from boldlink.places import Place, bound_files
from boldlink.places.packages import HALVES, Contents, open_package, send
from boldlink.separate import RECORD_KEY
from boldlink.separate.cohort import select
from boldlink.separate.share import shared_halves
from boldlink.values import Contract, StoredFile
from boldlink.vault import Sealed, SealedWriter, read_batches

SCOPE_SCHEMA = pa.schema([(RECORD_KEY, pa.binary(16))])


def select_cohorts(home: Home, use_case: UseCase) -> None:
    """For every dataset of a use case, in the dataset's own place: the record keys of its cohort."""
    for dataset in use_case.datasets:
        place = home.open(home.contract(dataset).place)
        share = share_of(use_case, dataset)
        files = home.files(place, f"attributes/{dataset}")
        source = made_from([file.sha256 for file in files], share.cohort_column, share.cohort_from, share.cohort_to)
        known = place.ledger.last("cohort.selected", use_case=use_case.id, dataset=dataset)
        if files and (known is None or known.body["made_from"] != source):
            _select(home, place, use_case, share, source)


def _select(home: Home, place: Place, use_case: UseCase, share: Share, source: str) -> None:
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "select", f"dataset:{share.dataset}", use_case.id)
    attributes = home.opened(place, decision, f"attributes/{share.dataset}")
    keys = select(attributes, share.cohort_column, share.cohort_from, share.cohort_to)
    old = [file.path for file in scope_files(home, place, use_case.id, share.dataset)]
    with place.store.step() as step:
        lease = home.writing(place, decision, f"scope/{use_case.id}")
        path = f"scope/{use_case.id}/{share.dataset}/{place.ledger.head.events}.parquet"
        step.writer(lease, path, SCOPE_SCHEMA).write(pa.table({RECORD_KEY: keys}))
        body = {"use_case": use_case.id, "dataset": share.dataset, "made_from": source, "records": len(keys)}
        step.commit("cohort.selected", custodian, {**body, "decision": decision.hash}, old)


def move_rows(home: Home, use_case: UseCase) -> None:
    """Send a use case the rows it needs from other places, and take them in there. Twice changes nothing."""
    for name in runs_in(use_case, home.facts(home.anywhere)):
        target = home.open(name)
        for dataset in datasets_at(use_case, name, home.facts(target)):
            contract = home.contract(dataset)
            if contract.place != name:
                _move(home, use_case, contract, home.open(contract.place), target)


def _move(home: Home, use_case: UseCase, contract: Contract, source: Place, target: Place) -> None:
    files = {half: [file.sha256 for file in home.files(source, f"{half}/{contract.dataset}")] for half in HALVES}
    scope = source.ledger.last("cohort.selected", use_case=use_case.id, dataset=contract.dataset)
    if scope is None or use_case.agreement is None:
        return
    inputs = made_from(files, scope.hash, use_case.agreement.instrument.content_hash)
    received = target.ledger.last("package.received", use_case=use_case.id, dataset=contract.dataset)
    if received is None or received.body["made_from"] != inputs:
        home.say(f"Moving {contract.dataset} to {target.name} for {use_case.id}")
        folder = _send(home, use_case, contract, source, target, inputs)
        _take_in(home, use_case, contract, source, target, folder, inputs)
    _clear_outbox(source, use_case.id, contract.dataset)


def _send(home: Home, use_case: UseCase, contract: Contract, source: Place, target: Place, inputs: str) -> Path:
    sent = source.ledger.last("package.sent", use_case=use_case.id, dataset=contract.dataset, made_from=inputs)
    if sent is not None and f"outbox/{sent.body['id']}/manifest.json" in bound_files(source.ledger):
        return source.root / "outbox" / str(sent.body["id"])
    custodian = home.holder(source, "custodian", at=source.name)
    decision = home.require(source, custodian, "send", f"dataset:{contract.dataset}", use_case.id, target.name)
    halves = shared_halves(
        contract,
        share_of(use_case, contract.dataset).columns,
        home.opened(source, decision, f"identifiers/{contract.dataset}"),
        home.opened(source, decision, f"attributes/{contract.dataset}"),
        opened_scope(home, source, decision, use_case.id, contract.dataset),
    )
    contents = Contents(contract, use_case.id, target.name, inputs, halves)
    return send(source, contents, peer_identity(source, target.name), decision)


def _take_in(
    home: Home, use_case: UseCase, contract: Contract, source: Place, target: Place, folder: Path, inputs: str
) -> None:
    custodian = home.holder(target, "custodian", at=target.name)
    decision = home.require(target, custodian, "receive", f"dataset:{contract.dataset}", use_case.id)
    halves = open_package(target, folder, peer_identity(target, source.name), decision)
    with target.store.step() as step:
        replaced: list[str] = []
        for half, sealed in halves.items():
            compartment = f"{half}/{contract.dataset}.{use_case.id}"
            replaced += [file.path for file in home.files(target, compartment)]
            lease = home.writing(target, decision, compartment)
            path = f"{compartment}/{target.ledger.head.events}.parquet"
            _copy(sealed, partial(step.writer, lease, path))
        body = {
            "package": folder.name,
            "use_case": use_case.id,
            "dataset": contract.dataset,
            "from": source.name,
        }
        step.commit("package.received", custodian, {**body, "made_from": inputs, "decision": decision.hash}, replaced)


def _copy(sealed: Sealed, writer_for: Callable[[pa.Schema], SealedWriter]) -> None:
    writer = None
    for batch in read_batches(sealed):
        writer = writer or writer_for(batch.schema)
        writer.write(batch)


def _clear_outbox(source: Place, use_case: str, dataset: str) -> None:
    """What has arrived need not lie in the sender's outbox any longer."""
    sent = source.ledger.last("package.sent", use_case=use_case, dataset=dataset)
    left = [path for path in bound_files(source.ledger) if sent and path.startswith(f"outbox/{sent.body['id']}/")]
    if sent and left:
        source.store.erase("package.delivered", sent.person, {"id": sent.body["id"]}, left)


def scope_files(home: Home, place: Place, use_case: str, dataset: str) -> list[StoredFile]:
    """The stored scope of one dataset of a use case."""
    prefix = f"scope/{use_case}/{dataset}/"
    return [file for file in home.files(place, f"scope/{use_case}") if file.path.startswith(prefix)]


def opened_scope(home: Home, place: Place, decision: Event, use_case: str, dataset: str) -> list[Sealed]:
    """Handles on that scope."""
    files = scope_files(home, place, use_case, dataset)
    lease = place.vault.lease(decision, f"scope/{use_case}") if files else None
    return [place.store.open(file, lease) for file in files if lease]


def share_of(use_case: UseCase, dataset: str) -> Share:
    """What a live use case's agreement shares of a dataset."""
    assert use_case.agreement is not None  # a use case without an agreement is not live
    return use_case.agreement.shares[dataset]
