"""What a place tells the public of a signed programme: it is in the form, and names no person of the programme."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from documents import MANAGER, identity

from boldlink.errors import Tampered
from boldlink.ledger import Ledger
from boldlink.ledger.checkpoint import read_checkpoint
from boldlink.places import Place
from boldlink.places.public import public_content, sign_export
from boldlink.places.public import read_export as opened
from boldlink.places.public_destruction import certificates, redacted
from boldlink.places.public_outputs import corrections, refusals
from boldlink.programme.instruments import DestructionDocument
from boldlink.programme.life import Move
from boldlink.programme.moving import move
from boldlink.programme.record import programme_at, record_document
from boldlink.publish.export import PublicExport, read_export

CASE = "substance-misuse"
ON = date(2026, 11, 24)
HEAD = {"events": 1, "head": "0" * 64, "public_key": "aa", "root": "1" * 64, "note": "dhsc\n1\nroot\n"}


def told(ledger: Ledger, place: str = "dhsc") -> PublicExport:
    stub: Any = SimpleNamespace(ledger=ledger, name=place)
    content = public_content(stub, ON)
    return read_export({**json.loads(json.dumps(content)), "made_on": ON.isoformat(), "ledger": HEAD})


def the(ledger: Ledger, kind: str) -> Any:
    programme = programme_at(ledger)
    assert programme is not None
    return programme, next(one for (of, _), one in programme.instruments.items() if of == kind)


def test_a_signed_use_case_tells_its_terms_its_assessments_and_who_decided(ledger):
    export = told(ledger)
    use_case = export.use_cases[0]
    assert use_case.data_use is not None
    assert use_case.data_use.article_6 and use_case.data_use.article_9
    assert ("ndtms", "prison") in {tuple(sorted(pair)) for pair in use_case.data_use.linkage}
    assert use_case.approved_on == ON and use_case.accessed_on is None
    assert [one.use_case for one in export.assessments] == [CASE]
    assert all(risk.measures for risk in export.assessments[0].risks)
    assert export.assessments[0].signed_by and export.ethics[0].signed_by
    kinds = {one.kind: one for one in export.decisions}
    assert {"panel_decision", "advice", "section_251", "renewal"} <= set(kinds)
    assert (kinds["panel_decision"].outcome, kinds["panel_decision"].members) == ("approved_with_conditions", 6)
    assert kinds["advice"].conditions[0].endswith("(met on 2024-12-02)")


def test_no_person_of_the_programme_is_named_in_what_is_said_of_assessments_and_decisions(ledger):
    programme = programme_at(ledger)
    export = told(ledger)
    parts = (*export.assessments, *export.ethics, *export.decisions, export.use_cases[0].data_use)
    said = " ".join(part.model_dump_json() for part in parts)
    people = programme.people.values()
    assert people and [one.name for one in people if one.name in said or one.id in said] == []


def test_a_decision_that_lacks_a_signature_is_not_told(ledger):
    _, panel = the(ledger, "panel_decision")
    changed = {**panel.content, "reasons": "Other reasons, which nobody has signed."}
    record_document(ledger, MANAGER, "panel_decision", panel.id, changed)
    assert "panel_decision" not in {one.kind for one in told(ledger).decisions}


def test_a_suspension_and_a_withdrawal_are_told_with_post_and_reasons(ledger):
    programme, dpia = the(ledger, "dpia")
    post = next(one for one in programme.posts.values() if one.role == "dpo" and one.organisation == "dhsc")
    for step, why in ((Move.SUSPEND, "The notice is not out in Welsh."), (Move.WITHDRAW, "It will be written anew.")):
        move(dpia, step, post.id, post.holder, why, programme, ledger, identity(post.holder), ON)
    moves = [one for one in told(ledger).decisions if one.kind == "dpia"]
    assert {(one.outcome, one.by, one.reasons) for one in moves} == {
        ("suspended", post.title, "The notice is not out in Welsh."),
        ("withdrawn", post.title, "It will be written anew."),
    }


def test_a_use_case_and_a_dataset_that_were_given_up_keep_their_names_and_day(ledger):
    ledger.append("document.withdrawn", MANAGER, {"kind": "use_case", "id": CASE})
    ledger.append("document.withdrawn", MANAGER, {"kind": "person", "id": MANAGER})
    gone = told(ledger).retired
    assert [(one.kind, one.id, one.title, one.on) for one in gone] == [
        ("use_case", CASE, "Reducing substance misuse", ON)
    ]


def certificate(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "destruction", "id": "destruction-dhsc-1", "version": "1.0.0", "about": "edges:ndtms~prison",
        "agreements": ["dsa-substance-misuse"], "place": "dhsc", "operator": MANAGER, "standard": "NIST SP 800-88",
        "root_destroyed": "ab", "how_root_ended": "shredded", "keys": [{"compartment": "edges/x", "place": "dhsc"}],
        "files_removed": 2, "copies": ["edges/x in dhsc: 2 file(s) removed"],
        "surviving": [f"the root that {MANAGER} and somebody carried away on 2026-01-01"],
        "started": "2026-11-20T10:00:00Z", "finished": "2026-11-21T10:00:00Z", "evidence": ["a" * 64], **changes,
    }  # fmt: skip


def test_a_certificate_is_told_without_person_path_or_key(ledger):
    content = DestructionDocument.model_validate(certificate()).content
    record_document(ledger, MANAGER, "destruction", content["id"], content)
    one = told(ledger).certificates[0]
    assert (one.kind, one.about, one.keys_destroyed, one.signed_by) == ("edges", "ndtms and prison", 1, ())
    said = one.model_dump_json()
    assert MANAGER not in said and "edges/x" not in said and "somebody who is not named here" in said
    assert certificates(programme_at(ledger), ledger, "sail") == []


def test_redaction_takes_whole_names_and_no_parts_of_words(ledger):
    programme = programme_at(ledger)
    person = programme.people[MANAGER]
    assert redacted(f"{person.name} and {person.id}.", programme).count("somebody") == 2
    assert redacted(f"x{person.id}-y", programme) == f"x{person.id}-y"


REQUEST = {"use_case": CASE, "title": "A table", "checks": []}


@pytest.mark.parametrize(
    ("votes", "kinds"),
    [
        ((), []),
        (("approve", "approve"), []),
        (("reject",), []),  # blind until both votes are in
        (("reject", "approve"), ["rejected"]),
    ],
)
def test_a_rejection_is_told_once_both_votes_are_in_and_without_reviewers_words(ledger, votes, kinds):
    ledger.append("output.requested", MANAGER, {**REQUEST, "id": "one", "passed": True})
    for number, vote in enumerate(votes):
        ledger.append("output.reviewed", f"checker-{number}", {"request": "one", "vote": vote, "reasons": "secret"})
    found = refusals(ledger)
    assert [one["kind"] for one in found] == kinds
    assert "secret" not in str(found) and "checker" not in str(found)


def test_a_refusal_by_machine_is_told_with_the_checks_that_failed(ledger):
    checks = [
        {"name": "a", "outcome": "fail", "explanation": "Too few people."},
        {"name": "b", "outcome": "pass", "explanation": "Fine."},
    ]
    ledger.append("output.requested", MANAGER, {**REQUEST, "id": "one", "passed": False, "checks": checks})
    assert refusals(ledger)[0]["reasons"] == ["Too few people."]


def test_corrections_are_told_by_post_in_the_order_in_which_they_happened(ledger):
    body = {"release": "r-1", "reasons": "A label was wrong.", "on": "2026-11-24", "by": "dhsc-releaser"}
    ledger.append("output.corrected", MANAGER, {**body, "replaced_by": "r-2"})
    ledger.append("output.withdrawn", MANAGER, {**body, "reasons": "It counted a month twice.", "by": "nobody-known"})
    ledger.append("output.withdrawn", MANAGER, {**body, "release": "r-9"})
    found = corrections(ledger, "r-1", {"dhsc-releaser": "Head of outputs"})
    assert [(one["kind"], one["by"], one["replaced_by"]) for one in found] == [
        ("corrected", "Head of outputs", "r-2"),
        ("withdrawn", "", None),
    ]


def test_the_signed_root_in_an_export_is_a_checkpoint_that_the_places_key_signed(ledger):
    key = identity("dhsc")
    stub: Any = SimpleNamespace(ledger=ledger, name="dhsc", identity=key.public, keys=SimpleNamespace(identity=key))
    stub._sign = lambda message: bytes.fromhex(key.sign(message))
    stub.note = lambda head: Place.note(stub, replace(head, place="dhsc"))  # these events begin without a place
    raw = sign_export(stub, public_content(stub, ON), ON.isoformat())
    told = read_export(opened(raw, key.public["signing"])).ledger
    checkpoint = read_checkpoint(told.note)
    assert (
        (checkpoint.size, checkpoint.root.hex()) == (told.events, told.root) == (ledger.head.events, ledger.head.root)
    )
    assert checkpoint.is_signed_by("dhsc", bytes.fromhex(told.public_key))
    with pytest.raises(Tampered):
        opened(raw.replace(b"dhsc", b"sail", 1), key.public["signing"])
