"""What a place says in public: its datasets, use cases, releases, refusals and records, signed by the place.

Made from the place's ledger alone. Whatever is in it was recorded for the public: names of posts, never of data
subjects; released tables, never rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from boldlink.decide import Facts, everything_stands, runs_in
from boldlink.decide.law import ARTICLE_6, ARTICLE_9, ARTICLE_10, SCHEDULE_1
from boldlink.errors import Tampered
from boldlink.ledger import canonical
from boldlink.places.place import Place
from boldlink.places.public_assessments import assessments, ethics, titles_of_signatories
from boldlink.places.public_decisions import decisions, retired
from boldlink.places.public_destruction import certificates
from boldlink.places.public_outputs import corrections, refusals, told_check
from boldlink.places.public_use import accessed_on, approved_on, data_use
from boldlink.programme.facts import facts_at
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import AgreementDocument, EngagementDocument, FindingsDocument, UseCaseDocument
from boldlink.programme.record import programme_at
from boldlink.values import EXPECTED_PRECISION
from boldlink.vault.keys import signature_holds

FORMAT = "boldlink-public-export/1"
# What is aimed at, not what was found: figures made from rows leave a place through output checking alone.
LINKAGE = {
    "note": "People were linked at three confidences; the precision shown is the one each aims at, not yet reviewed by people.",
    "confidences": {str(name): {"expected_precision": value} for name, value in EXPECTED_PRECISION.items()},
}


def public_content(place: Place, on: date) -> dict[str, Any]:
    """What the place would say on a day, without the day it says it and how far its ledger has come."""
    programme = programme_at(place.ledger)
    assert programme is not None  # a place is asked to speak only after the programme was recorded in it
    facts = facts_at(place.ledger)
    running = [
        document
        for document in programme.instruments.values()
        if isinstance(document, UseCaseDocument) and place.name in runs_in(facts.use_cases[document.id], facts)
    ]
    ids = [document.id for document in running]
    titles = {post.id: post.title for post in programme.posts.values()}
    return {
        "format": FORMAT,
        "place": _place(programme, place.name),
        "programme": _programme(programme, facts.programme_ends or programme.programme.ends),
        "datasets": [
            _dataset(place, programme, name) for name, c in programme.contracts.items() if c.place == place.name
        ],
        "use_cases": [
            {**_use_case(programme, facts, one, on), **_used(place, programme, facts, one.id)} for one in running
        ],
        "releases": [_release(place, event.body, titles) for event in place.ledger.events("output.released")],
        "refusals": refusals(place.ledger),
        "decisions": decisions(programme, place.ledger),
        "assessments": assessments(programme, facts, ids),
        "ethics": ethics(programme, facts, ids),
        "certificates": certificates(programme, place.ledger, place.name),
        "retired": retired(programme, place.ledger, facts),
    }


def sign_export(place: Place, content: Mapping[str, Any], made_on: str) -> bytes:
    """The export as it is handed to the register: content, day, head of the ledger, signature."""
    head = place.ledger.head
    ledger = {"events": head.events, "head": head.hash, "public_key": place.identity["signing"]}
    if head.root:
        ledger |= {"root": head.root, "note": place.note(head)}
    export = {**content, "made_on": made_on, "ledger": ledger}
    return canonical({"export": export, "signature": place.keys.identity.sign(canonical(export))})


def read_export(raw: bytes, public_key: str) -> dict[str, Any]:
    """A place's export, if its signature is the place's. Raises Tampered otherwise."""
    signed = json.loads(raw)
    if not signature_holds(public_key, signed["signature"], canonical(signed["export"])):
        raise Tampered("EXPORT-SIGNATURE", "A public export does not carry the signature of its place.")
    return dict(signed["export"])


def _place(programme: Programme, name: str) -> dict[str, str]:
    place = programme.places[name]
    return {"id": name, "name": place.name, "operator": programme.organisations[place.operator].name}


def _programme(programme: Programme, ends: date) -> dict[str, Any]:
    document = programme.programme
    return {
        "id": document.id,
        "title": document.title,
        "summary": document.summary,
        "contact": document.contact,
        "ends": ends.isoformat(),
        "synthetic": document.synthetic,
        "not_for": list(document.not_for),
        "licence": document.licence or "",
    }


def _dataset(place: Place, programme: Programme, name: str) -> dict[str, Any]:
    contract = programme.contracts[name]
    agreements = [a for a in programme.instruments.values() if isinstance(a, AgreementDocument)]
    sharing = [a for a in agreements if name in {share.dataset for share in a.datasets}]
    received = place.ledger.last("deposit.received", dataset=name)
    return {
        "id": name,
        "name": contract.name,
        "owner": contract.owner,
        "owner_name": programme.organisations[contract.owner].name,
        "place": contract.place,
        "place_name": programme.places[contract.place].name,
        "pinned": contract.pinned,
        "description": contract.description,
        "classes": sorted({str(one) for column in contract.columns for one in column.classes}),
        "columns": [
            {
                "name": c.name,
                "role": str(c.role),
                "classes": sorted(map(str, c.classes)),
                "description": c.description,
            }
            for c in contract.columns
        ],
        "use_cases": sorted(agreement.use_case for agreement in sharing),
        "agreements": [{"id": agreement.id, "ends": agreement.ends.isoformat()} for agreement in sharing],
        "version": str(received.body["version"]) if received else "",
        "received_on": received.effective_on.isoformat() if received else None,
    }


def _use_case(programme: Programme, facts: Facts, document: UseCaseDocument, on: date) -> dict[str, Any]:
    use_case = facts.use_cases[document.id]
    agreement = _agreement(programme, document.id)
    live = everything_stands(use_case, facts, on)
    return {
        "id": document.id,
        "title": document.title,
        "summary": document.summary,
        "question": document.question,
        "public_benefit": document.public_benefit,
        "lane": document.lane,
        "status": "live" if live else "not live",
        "places": list(runs_in(use_case, facts)),
        "legal_basis": _legal_basis(agreement) if agreement else [],
        "datasets": list(document.datasets),
        "organisations": [
            {"id": name, "name": programme.organisations[name].name, "role": "controller"}
            for name in document.organisations
        ],
        "starts": document.starts.isoformat(),
        "ends": document.ends.isoformat(),
        "engagement": _engagement(programme, document.id),
        "instruments": _instruments(programme, facts, document.id),
        "questions": [question.model_dump(mode="json") for question in document.questions],
        "findings": _findings(programme, document.id),
    }


def _used(place: Place, programme: Programme, facts: Facts, use_case: str) -> dict[str, Any]:
    """On which terms, since when approved, since when read: what data use registers ask."""
    agreement = _agreement(programme, use_case)
    approved, accessed = approved_on(facts.use_cases[use_case]), accessed_on(place.ledger, use_case)
    return {
        "data_use": data_use(programme, agreement) if agreement else None,
        "approved_on": approved.isoformat() if approved else None,
        "accessed_on": accessed.isoformat() if accessed else None,
    }


def _agreement(programme: Programme, use_case: str) -> AgreementDocument | None:
    return next((a for a in programme.of_use_case(use_case) if isinstance(a, AgreementDocument)), None)


def _legal_basis(agreement: AgreementDocument) -> list[dict[str, str]]:
    """The agreement's bases and powers as citations, and what each is for, from the tables of decide.law."""
    basis = agreement.legal_basis
    found = [
        ARTICLE_6.get(basis.article_6),
        ARTICLE_9.get(basis.article_9 or ""),
        ARTICLE_10.get(basis.article_10 or ""),
    ]
    found += [SCHEDULE_1.get(paragraph) for paragraph in basis.schedule_1]
    bases = [{"law": one.citation, "for": one.says} for one in found if one]
    powers = [
        {"law": power.citation, "for": f"disclosure of {', '.join(power.datasets)}"} for power in agreement.legal_powers
    ]
    return bases + powers


def _engagement(programme: Programme, use_case: str) -> list[dict[str, Any]]:
    """Who was asked, what was heard, what changed; and who was not, with the reason that was given in public."""
    records = [one for one in programme.of_use_case(use_case) if isinstance(one, EngagementDocument)]
    asked = [entry for record in records for entry in record.asked]
    silent = [entry for record in records for entry in record.not_asked]
    return [
        {"on": e.asked_on.isoformat(), "group": e.group, "with": e.with_, "heard": e.heard, "changed": e.changed}
        for e in asked
    ] + [
        {
            "on": e.said_publicly_on.isoformat(),
            "group": e.group,
            "with": e.where,
            "heard": "not asked",
            "changed": e.reason,
        }
        for e in silent
    ]


def _findings(programme: Programme, use_case: str) -> list[dict[str, Any]]:
    """What was found, and what it changed (P35)."""
    records = [one for one in programme.of_use_case(use_case) if isinstance(one, FindingsDocument)]
    return [finding.model_dump(mode="json") for record in records for finding in record.findings]


def _instruments(programme: Programme, facts: Facts, use_case: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": instrument.kind,
            "id": instrument.id,
            "version": instrument.version,
            "hash": instrument.content_hash,
            "signed_by": titles_of_signatories(programme, instrument.signatures),
        }
        for instrument in facts.use_cases[use_case].instruments
    ]


def _release(place: Place, body: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    asked = place.ledger.last("output.requested", id=body["request"])
    assert asked is not None  # nothing is released that was not requested
    event = place.ledger.last("output.released", release=body["release"])
    assert event is not None
    return {
        "id": body["release"],
        "use_case": body["use_case"],
        "title": asked.body["title"],
        "context": asked.body["context"],
        "released_on": event.effective_on.isoformat(),
        "sha256": next(iter(body["frozen"].values())),
        "reviews": body["reviews"],
        "measure": {name: value for name, value in asked.body["measure"].items() if name != "linked"},
        "checks": [told_check(one) for one in asked.body["checks"]],
        "table": {name: value for name, value in body["table"].items() if name != "overlapping"},
        "linkage": LINKAGE if asked.body["measure"]["linked"] else None,
        "period": {"starts": asked.body["asked"]["from"], "ends": asked.body["asked"]["to"]},
        "corrections": corrections(place.ledger, body["release"], titles),
    }
