"""Posts, organisations, places and the programme itself change when somebody who may has signed it, and not by a file."""

from __future__ import annotations

import pytest
from documents import hand_over, identity, put

from boldlink.errors import Refused
from boldlink.programme.charter import APPOINTERS, appoint, charter_at
from boldlink.programme.facts import facts_at
from boldlink.programme.record import programme_at, record_document
from boldlink.programme.signing import awaited, signatures_on, signed_at

CHAIR, OUTSIDER = "bold-panel-chair", "bold-external-member"
CASE = "substance-misuse"


def proposed(ledger):
    return set(charter_at(ledger).proposed)


def test_the_first_documents_found_the_programme_and_nothing_of_them_waits(ledger):
    assert not proposed(ledger)
    assert programme_at(ledger).posts["moj-siro"].holder == "tamsin-marrowby"


ATTACKS = [
    ("post", "moj-siro", {"holder": "bram-oxenstone"}),
    ("post", CHAIR, {"holder": "bram-oxenstone"}),
    ("post", "moj-siro", {"role": "panel_chair"}),
    ("organisation", "police-forces", {"kind": "department"}),
    ("place", "dhsc", {"operator": "ministry-of-justice"}),
    ("programme", "bold", {"ends": "2099-12-31"}),
    ("programme", "bold", {"panel": {"members": 1, "external": 1}}),
    ("programme", "bold", {"advisory_bodies": []}),
]


@pytest.mark.parametrize(("kind", "name", "changes"), ATTACKS, ids=[f"{k} {next(iter(c))}" for k, _, c in ATTACKS])
def test_a_change_that_nobody_signed_changes_nothing_and_is_awaited(ledger, kind, name, changes):
    before = facts_at(ledger)
    content = charter_at(ledger).standing[kind, name][1]
    record_document(ledger, "bram-oxenstone", kind, name, {**content, **changes})
    assert facts_at(ledger) == before
    assert (kind, name) in proposed(ledger)
    assert any((one.kind, one.document) == (kind, name) for one in awaited(programme_at(ledger), ledger))


def test_a_company_does_not_become_a_public_body_by_editing_a_file(ledger):
    record_document(ledger, "x", "organisation", "acme", {"id": "acme", "name": "Acme", "kind": "commercial"})
    hand = charter_at(ledger)
    appoint(hand.proposed["organisation", "acme"], "ada-quillfeather", hand, ledger, identity("ada-quillfeather"))
    assert facts_at(ledger).organisations["acme"].commercial
    record_document(ledger, "x", "organisation", "acme", {"id": "acme", "name": "Acme", "kind": "public_body"})
    assert facts_at(ledger).organisations["acme"].commercial


def test_once_the_chair_has_signed_the_new_holder_holds_the_post_and_the_old_one_no_more(ledger):
    hand_over(ledger, "moj-siro", "ada-wyndlesham")
    assert programme_at(ledger).posts["moj-siro"].holder == "ada-wyndlesham" and not proposed(ledger)


def test_nobody_appoints_themself_and_the_chair_is_appointed_by_somebody_from_outside(ledger):
    put(ledger, "post", "moj-siro", holder="ada-quillfeather")  # who is the chair
    charter = charter_at(ledger)
    proposal = charter.proposed["post", "moj-siro"]
    assert charter.appointer(proposal)[0] == OUTSIDER
    with pytest.raises(Refused, match="does not hold that"):
        appoint(proposal, "ada-quillfeather", charter, ledger, identity("ada-quillfeather"))
    put(ledger, "post", CHAIR, holder="tamsin-fernsby")
    charter = charter_at(ledger)
    assert charter.appointer(charter.proposed["post", CHAIR])[0] == OUTSIDER


@pytest.mark.parametrize("person", ["bram-oxenstone", "tamsin-marrowby", "mallory", ""])
def test_nobody_else_signs_a_change_of_the_charter(ledger, person):
    put(ledger, "post", "moj-siro", holder="ada-wyndlesham")
    charter = charter_at(ledger)
    with pytest.raises(Refused):
        appoint(charter.proposed["post", "moj-siro"], person, charter, ledger, identity(person))


def test_a_signature_written_into_the_ledger_by_hand_appoints_nobody(ledger):
    put(ledger, "post", "moj-siro", holder="ada-wyndlesham")
    proposal = charter_at(ledger).proposed["post", "moj-siro"]
    message = f"boldlink signature\npost\nmoj-siro\n{proposal.hash}\n{CHAIR}\n".encode()
    for person, signer in (
        ("ada-quillfeather", "mallory"),
        ("mallory", "mallory"),
        ("bram-oxenstone", "bram-oxenstone"),
    ):
        body = {"kind": "post", "id": "moj-siro", "hash": proposal.hash, "post": CHAIR}
        ledger.append("document.signed", person, {**body, "signature": identity(signer).sign(message)})
    assert programme_at(ledger).posts["moj-siro"].holder == "tamsin-marrowby"


def test_what_was_signed_is_the_very_change_that_was_proposed(ledger):
    put(ledger, "post", "moj-siro", holder="ada-wyndlesham")
    first = charter_at(ledger).proposed["post", "moj-siro"]
    put(ledger, "post", "moj-siro", holder="bram-oxenstone")
    charter = charter_at(ledger)
    appoint(first, "ada-quillfeather", charter, ledger, identity("ada-quillfeather"))
    assert programme_at(ledger).posts["moj-siro"].holder == "tamsin-marrowby"
    assert charter_at(ledger).proposed["post", "moj-siro"].content["holder"] == "bram-oxenstone"


def test_a_change_taken_back_waits_for_nobody(ledger):
    put(ledger, "post", "moj-siro", holder="bram-oxenstone")
    put(ledger, "post", "moj-siro", holder="tamsin-marrowby")
    assert not proposed(ledger)


def test_a_withdrawn_post_is_gone_at_once_and_comes_back_only_signed(ledger):
    content = programme_at(ledger).posts["moj-siro"].content
    ledger.append("document.withdrawn", "x", {"kind": "post", "id": "moj-siro"})
    assert "moj-siro" not in programme_at(ledger).posts
    record_document(ledger, "x", "post", "moj-siro", content)
    assert "moj-siro" not in programme_at(ledger).posts and ("post", "moj-siro") in proposed(ledger)


def test_the_appointers_are_asked_in_their_order():
    assert APPOINTERS == ("panel_chair", "external_member", "siro")


# --- data contracts: what was signed for sharing rests on them ---


def standing_on(ledger, kind):
    document = next(one for one in programme_at(ledger).of_use_case(CASE) if one.kind == kind)
    return list(signatures_on(document, signed_at(ledger)))


@pytest.mark.parametrize("dataset", ["ndtms", "prison"])
def test_another_data_contract_needs_the_agreement_and_the_attestation_signed_again(ledger, dataset):
    assert standing_on(ledger, "agreement") and standing_on(ledger, "caldicott")
    content = {**programme_at(ledger).contract_content[dataset]}
    content["customProperties"] = [
        {**one, "value": False} if one["property"] == "pinned" else one for one in content["customProperties"]
    ]
    content["version"] = "9.9.9"
    record_document(ledger, "x", "contract", dataset, content)
    assert not standing_on(ledger, "agreement") and not standing_on(ledger, "caldicott")
    assert standing_on(ledger, "dpia")


def test_a_contract_of_a_dataset_that_it_does_not_share_leaves_an_agreement_as_it_is(ledger):
    content = {"id": "hospital", "kind": "DataContract"}
    ledger.append("document.recorded", "x", {"kind": "contract", "id": "hospital", "hash": "h", "content": content})
    key = ("agreement", f"dsa-{CASE}")
    assert key in signed_at(ledger).signatures
