"""Stage three: who is in scope, and sealed packages for use cases that run in another place.

A place sends from its own outbox and takes in from its own inbox; between them packages are carried, by this process
where it holds both places, and by anything else where it does not. Only packages and receipts pass between places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from boldlink.decide import Share, UseCase, datasets_at, everything_stands, runs_in
from boldlink.errors import BadInput, Refused, Tampered
from boldlink.journey.home import Home, made_from, peer_identity, today
from boldlink.ledger import Event
from boldlink.places import Place, bound_files
from boldlink.places.packages import (
    HALVES,
    Contents,
    checked_manifest,
    checked_receipt,
    open_package,
    send,
    write_receipt,
)
from boldlink.places.transport import addressee, carry, discard, outside, packages_in, set_aside
from boldlink.separate import RECORD_KEY, attributes_schema, identifiers_schema
from boldlink.separate.cohort import Scoping, select
from boldlink.separate.share import shared_halves
from boldlink.values import Contract, Role, StoredFile
from boldlink.vault import Sealed, SealedWriter, read_batches, stored_schema

SCOPE_SCHEMA = pa.schema([(RECORD_KEY, pa.binary(16))])


def select_cohorts(home: Home, use_case: UseCase) -> None:
    """For every dataset of a use case, in the dataset's own place: the record keys of its cohort."""
    for dataset in use_case.datasets:
        place = home.held(home.contract(dataset).place)
        if place is None:
            continue
        share = share_of(use_case, dataset)
        files = home.files(place, f"attributes/{dataset}")
        scoping = _scoping(home.contract(dataset), share)
        source = made_from([file.sha256 for file in files], scoping)
        known = place.ledger.last("cohort.selected", use_case=use_case.id, dataset=dataset)
        if files and (known is None or known.body["made_from"] != source):
            _select(home, place, use_case, share.dataset, scoping, source)


def _scoping(contract: Contract, share: Share) -> Scoping:
    """Cohort and period, and how consent and opt-outs count by the dataset's route of confidentiality (P10)."""
    route = share.confidentiality
    return Scoping(
        share.cohort_column,
        share.cohort_from,
        share.cohort_to,
        contract.consent_column if route and route.route == "consent" else None,
        contract.opt_out_column if route and route.opt_out == "applied" else None,
    )


def _select(home: Home, place: Place, use_case: UseCase, dataset: str, scoping: Scoping, source: str) -> None:
    custodian = home.holder(place, "custodian", at=place.name)
    decision = home.require(place, custodian, "select", f"dataset:{dataset}", use_case.id)
    attributes = home.opened(place, decision, f"attributes/{dataset}")
    chosen = select(attributes, scoping)
    old = [file.path for file in scope_files(home, place, use_case.id, dataset)]
    with place.store.step() as step:
        lease = home.writing(place, decision, f"scope/{use_case.id}")
        path = f"scope/{use_case.id}/{dataset}/{place.ledger.head.events}.parquet"
        step.writer(lease, path, SCOPE_SCHEMA).write(pa.table({RECORD_KEY: chosen.keys}))
        body = {"use_case": use_case.id, "dataset": dataset, "made_from": source, **chosen.counts}
        step.commit("cohort.selected", custodian, {**body, "decision": decision.hash}, old)


def move_rows(home: Home, use_case: UseCase) -> None:
    """Send a use case the rows it needs from places held here to places where it runs. Twice changes nothing."""
    facts = home.facts(home.anywhere)
    for name in runs_in(use_case, facts):
        for dataset in datasets_at(use_case, name, facts):
            contract = home.contract(dataset)
            source = home.held(contract.place)
            if source is not None and contract.place != name:
                _send_once(home, use_case, contract, source, name)


def _send_once(home: Home, use_case: UseCase, contract: Contract, source: Place, target: str) -> None:
    files = {half: [file.sha256 for file in home.files(source, f"{half}/{contract.dataset}")] for half in HALVES}
    scope = source.ledger.last("cohort.selected", use_case=use_case.id, dataset=contract.dataset)
    if scope is None or use_case.agreement is None:
        return
    inputs = made_from(files, scope.hash, use_case.agreement.instrument.content_hash)
    sent = source.ledger.last("package.sent", use_case=use_case.id, dataset=contract.dataset)
    if sent is None or sent.body["made_from"] != inputs:
        home.say(f"Sealing {contract.dataset} for {use_case.id} in {target}")
        _send(home, use_case, contract, source, target, inputs, 1 + (sent.body["sequence"] if sent else 0))


def _send(
    home: Home, use_case: UseCase, contract: Contract, source: Place, target: str, inputs: str, sequence: int
) -> None:
    custodian = home.holder(source, "custodian", at=source.name)
    recipient = peer_identity(source, target)
    decision = home.require(source, custodian, "send", f"dataset:{contract.dataset}", use_case.id, target)
    halves = shared_halves(
        contract,
        share_of(use_case, contract.dataset).columns,
        home.opened(source, decision, f"identifiers/{contract.dataset}"),
        home.opened(source, decision, f"attributes/{contract.dataset}"),
        opened_scope(home, source, decision, use_case.id, contract.dataset),
    )
    send(source, Contents(contract, use_case.id, target, inputs, sequence, halves), recipient, decision)


def exchange(home: Home) -> None:
    """Carry what lies in outboxes to inboxes held here, take packages in, and clear outboxes of what has arrived.

    A package that is damaged or not allowed is set aside and written down; it stops no other.
    """
    _carry_all(home)
    for place in list(home.places.values()):
        _each(home, place, partial(_take_in, home, place), receipts=False)
    _carry_all(home)
    for place in list(home.places.values()):
        _each(home, place, partial(_delivered, place), receipts=True)


def _each(home: Home, place: Place, take: Callable[[Path], None], *, receipts: bool) -> None:
    for package in packages_in(home.inbox(place.name)):
        if package.name.endswith(".receipt") != receipts:
            continue
        try:
            take(package)
        except (Tampered, Refused, BadInput) as problem:
            body = {"package": package.name, "code": problem.code, "what": problem.what, "why": problem.why}
            place.ledger.append("package.refused", home.holder(place, "custodian", at=place.name), body)
            home.say(f"Set aside a package: {problem.what}")
            set_aside(package)


def _carry_all(home: Home) -> None:
    for place in home.places.values():
        for folder in (place.root / "outbox", home.receipts(place.name)):
            for package in packages_in(folder):
                try:
                    target = addressee(package)
                except BadInput as problem:  # what cannot be read is left where it lies, and stops no other
                    home.say(problem.what)
                    continue
                if target not in home.places:
                    continue
                carry(package, home.inbox(target))
                if package.name.endswith(".receipt"):
                    discard(package)


def _take_in(home: Home, place: Place, package: Path) -> None:
    """Take a package in once; one that was taken in before, or is older than one that was, is let go.

    It waits in the inbox while its use case is not live here, or its sender is not known.
    """
    sender = str(outside(package).get("from", ""))
    if place.ledger.last("peer.known", peer=sender) is None:
        home.say(f"A package from {sender} waits: {place.name} does not know that place")
        return
    facts, _ = checked_manifest(place, package, peer_identity(place, sender))
    known, use_case = home.facts(place), home.facts(place).use_cases.get(facts["use_case"])
    if use_case is None or not everything_stands(use_case, known, today()):
        return
    _require_the_owners(known.contracts.get(facts["dataset"]), sender, package)
    last = place.ledger.last("package.received", use_case=facts["use_case"], dataset=facts["dataset"])
    if last is None or last.body["sequence"] < facts["sequence"]:
        home.say(f"Taking in {facts['dataset']} for {facts['use_case']}")
        _open_and_store(home, place, package, facts)
    write_receipt(place, facts, home.receipts(place.name))
    discard(package)


def _open_and_store(home: Home, place: Place, package: Path, facts: dict[str, Any]) -> None:
    custodian = home.holder(place, "custodian", at=place.name)
    dataset, use_case = facts["dataset"], facts["use_case"]
    decision = home.require(place, custodian, "receive", f"dataset:{dataset}", use_case)
    halves = open_package(place, package, peer_identity(place, facts["from"]), decision)
    _require_agreed(halves, share_of(home.facts(place).use_cases[use_case], dataset), home.contract(dataset), package)
    with place.store.step() as step:
        replaced: list[str] = []
        for half, sealed in halves.items():
            compartment = f"{half}/{dataset}.{use_case}"
            replaced += [file.path for file in home.files(place, compartment)]
            lease = home.writing(place, decision, compartment)
            path = f"{compartment}/{place.ledger.head.events}.parquet"
            _copy(sealed, partial(step.writer, lease, path))
        told = {key: facts[key] for key in ("use_case", "dataset", "from", "made_from", "sequence")}
        step.commit(
            "package.received", custodian, {"package": facts["id"], **told, "decision": decision.hash}, replaced
        )


def _require_the_owners(contract: Contract | None, sender: str, package: Path) -> None:
    """Rows of a dataset come from the place where it is deposited, and from no other that could make some up."""
    if contract is None or contract.place != sender:
        raise Refused(
            "PACKAGE-NOT-THE-OWNERS",
            f"The package {package.name} is not taken in.",
            f"it says that it brings {contract.dataset if contract else 'a dataset'}, which {sender} does not hold.",
            "ask the place where the dataset is deposited for it",
            f"the custodian of {contract.place if contract else sender}",
        )


def _require_agreed(halves: Mapping[str, Sealed], share: Share, contract: Contract, package: Path) -> None:
    """Nothing comes in that the agreement does not name, whoever sealed it."""
    named = {name for name, role in share.columns.items() if role is not Role.EXCLUDED}
    known = {"identifiers": identifiers_schema(contract), "attributes": attributes_schema(contract)}
    for half, sealed in halves.items():
        keys = {field.name for field in known[half]} - {column.name for column in contract.columns}
        strange = set(stored_schema(sealed).names) - keys - (named & set(known[half].names))
        if strange:
            raise Refused(
                "PACKAGE-NOT-AGREED",
                f"The package {package.name} is not taken in.",
                f"its {half} hold {len(strange)} column(s) that the agreement does not name.",
                "ask the sending place to seal what was agreed",
                "the sending place's custodian",
            )


def _copy(sealed: Sealed, writer_for: Callable[[pa.Schema], SealedWriter]) -> None:
    writer = writer_for(stored_schema(sealed))
    for batch in read_batches(sealed):
        writer.write(batch)


def _delivered(place: Place, receipt: Path) -> None:
    """What has arrived need not lie in the sender's outbox any longer."""
    sender = str(outside(receipt).get("from", ""))
    package = checked_receipt(place, receipt, peer_identity(place, sender))
    left = [path for path in bound_files(place.ledger) if path.startswith(f"outbox/{package}/")]
    sent = place.ledger.last("package.sent", id=package)
    if left and sent is not None and sent.body["to"] == sender:
        place.store.erase("package.delivered", sent.person, {"id": package}, left)
    discard(receipt)


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
