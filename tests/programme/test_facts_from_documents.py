"""From documents, signatures and days to facts: what counts, from which day on, and what somebody forged does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from documents import MANAGER, document, hand_over, identity, put, sign_by_all

from boldlink.decide import Request, decide
from boldlink.errors import Refused
from boldlink.programme.facts import NOTHING, facts_at
from boldlink.programme.record import programme_at, record_document
from boldlink.programme.signatories import holder_of, required_posts
from boldlink.programme.signing import _message, awaited, sign, signatures_on, signed_at

CASE, LINKER = "substance-misuse", "idwal-hartsbourne"
DSA, RENEWAL = ("agreement", f"dsa-{CASE}"), ("renewal", "renewal-2024")
PANEL, ACCREDITED = ("panel_decision", f"panel-decision-{CASE}"), ("accreditation", f"accreditation-{LINKER}")
FIRST = date(2026, 11, 24)
LINK = Request(LINKER, "link", f"spine:{CASE}", CASE, "dhsc")
DAY = timedelta(1)


def unmet(ledger, at=FIRST):
    return {finding.rule for finding in decide(LINK, facts_at(ledger, at), at).unmet}


def signers(ledger, key, until=None):
    programme = programme_at(ledger, until)
    return {one.post: one.person for one in signatures_on(programme.instruments[key], signed_at(ledger, until))}


def forged(ledger, key, post, person, signed_by=None):
    """A signature written past the commands, as if `person` had given it; made with the key of `signed_by`."""
    found = document(ledger, *key)
    over = signed_at(ledger).over[key]
    body = {"kind": key[0], "id": key[1], "hash": found.content_hash, "post": post, "over": over}
    signature = identity(signed_by or person).sign(_message(found, post, over))
    return ledger.append("document.signed", person, {**body, "signature": signature})


def enrolled(ledger, person, key_of=None, by=None):
    body = {"person": person, "public_key": identity(key_of or person).public["signing"]}
    ledger.append("person.enrolled", by or person, body)


def test_with_everything_signed_linking_is_allowed(ledger):
    assert unmet(ledger) == set()


def test_before_the_first_document_nothing_is_known_and_the_day_after_everything_is(ledger):
    assert facts_at(ledger, FIRST - DAY) is NOTHING
    assert facts_at(ledger, FIRST) == facts_at(ledger, FIRST + DAY) == facts_at(ledger)


# --- the programme's life ---


def test_the_programme_ends_on_the_day_its_renewal_says(ledger):
    assert facts_at(ledger, FIRST).programme_ends == date(2031, 3, 31)
    assert "programme_has_not_ended" not in unmet(ledger, date(2031, 3, 31))
    assert "programme_has_not_ended" in unmet(ledger, date(2031, 4, 1))


EXTERNAL = {"name": "Xanthe Outside", "organisation": "Elsewhere", "external": True}
INTERNAL = {**EXTERNAL, "name": "Ivor Inside", "external": False}


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ([INTERNAL] * 3 + [EXTERNAL] * 2, True),
        ([INTERNAL] * 2 + [EXTERNAL] * 2, False),
        ([INTERNAL] * 4 + [EXTERNAL], False),
        ([EXTERNAL] * 5, True),
    ],
    ids=["five, two from outside", "four", "one from outside", "all from outside"],
)
def test_a_renewal_and_a_panels_decision_need_the_quorum(ledger, members, counts):
    members = [{**one, "name": f"{one['name']} {number}"} for number, one in enumerate(members)]
    for key in (RENEWAL, PANEL):
        put(ledger, *key, members=members)
        sign_by_all(ledger, *key)
    ends = facts_at(ledger, FIRST).programme_ends
    assert ends == (date(2031, 3, 31) if counts else date(2024, 12, 31))
    assert ("panel_has_decided" not in unmet(ledger)) is counts


def test_a_member_who_is_named_five_times_is_one_member(ledger):
    put(ledger, *PANEL, members=[EXTERNAL] * 5)
    sign_by_all(ledger, *PANEL)
    assert "panel_has_decided" in unmet(ledger)


def test_a_renewal_that_is_not_signed_by_both_or_not_yet_decided_renews_nothing(ledger):
    put(ledger, *RENEWAL, version="1.0.1")
    programme = programme_at(ledger)
    chair = holder_of("bold-panel-chair", programme)
    sign(programme.instruments[RENEWAL], "bold-panel-chair", chair, programme, ledger, identity(chair))
    assert facts_at(ledger, FIRST).programme_ends == date(2024, 12, 31)
    put(ledger, *RENEWAL, decided_on="2026-12-24")
    sign_by_all(ledger, *RENEWAL)
    for day, ends in ((FIRST, date(2024, 12, 31)), (date(2026, 12, 23), date(2024, 12, 31)), (date(2026, 12, 24), date(2031, 3, 31))):  # fmt: skip
        assert facts_at(ledger, day).programme_ends == ends, day


def test_an_end_counts_once_it_is_signed_and_a_later_renewal_does_not_undo_it(ledger):
    end = {
        "kind": "programme_end",
        "id": "end",
        "version": "1.0.0",
        "last_day": "2026-12-01",
        "reasons": "all is known",
    }
    record_document(ledger, MANAGER, "programme_end", "end", end)
    assert facts_at(ledger, FIRST).programme_ends == date(2031, 3, 31)
    sign_by_all(ledger, "programme_end", "end")
    assert facts_at(ledger, FIRST).programme_ends == date(2026, 12, 1)
    again = document(ledger, *RENEWAL).content | {"id": "renewal-again", "until": "2040-01-01"}
    record_document(ledger, MANAGER, "renewal", "renewal-again", again)
    sign_by_all(ledger, "renewal", "renewal-again")
    assert facts_at(ledger, FIRST).programme_ends == date(2026, 12, 1)
    assert (unmet(ledger, date(2026, 12, 1)), unmet(ledger, date(2026, 12, 2))) == (set(), {"programme_has_not_ended"})


# --- people ---


@pytest.mark.parametrize("missing", ["moj-security-lead", f"undertaking:{LINKER}"])
def test_an_accreditation_that_one_side_has_not_signed_lets_nobody_in(ledger, missing):
    put(ledger, *ACCREDITED, version="1.0.1")
    programme = programme_at(ledger)
    for post in {"moj-security-lead", f"undertaking:{LINKER}"} - {missing}:
        person = holder_of(post, programme)
        sign(programme.instruments[ACCREDITED], post, person, programme, ledger, identity(person))
    assert unmet(ledger) == {"person_is_accredited"}


LAPSES = [
    ("clearance", {"level": "SC"}, "clearance_is_valid"),
    ("training", {"course": "Data protection", "passed_on": "2026-01-01"}, "training_is_valid"),
    ("undertaking", {"text": "I identify nobody."}, "undertaking_is_signed"),
]


@pytest.mark.parametrize(("part", "rest", "rule"), LAPSES, ids=[part for part, *_ in LAPSES])
def test_each_part_of_an_accreditation_lapses_on_its_own_day(ledger, part, rest, rule):
    put(ledger, *ACCREDITED, **{part: {**rest, "until": "2026-12-01"}})
    sign_by_all(ledger, *ACCREDITED)
    assert (unmet(ledger, date(2026, 12, 1)), unmet(ledger, date(2026, 12, 2))) == (set(), {rule})


def test_the_role_itself_lapses_with_the_accreditation(ledger):
    put(ledger, *ACCREDITED, role_until="2026-12-01")
    sign_by_all(ledger, *ACCREDITED)
    assert (unmet(ledger, date(2026, 12, 1)), unmet(ledger, date(2026, 12, 2))) == (set(), {"person_is_accredited"})


# --- posts that change hands ---

BEFORE, AFTER = "tamsin-marrowby", "ada-wyndlesham"  # who hold moj-siro
NEWCOMER = "lowenna-tallowby"  # has signed nothing yet, and so has no key on record


def test_when_a_post_changes_hands_what_it_signed_stands(ledger):
    hand_over(ledger, "moj-siro", AFTER)
    assert unmet(ledger) == set() and signers(ledger, DSA)["moj-siro"] == BEFORE


def test_a_new_holder_signs_the_next_version_and_the_old_one_no_more(ledger):
    hand_over(ledger, "moj-siro", AFTER)
    put(ledger, *DSA, version="1.0.1")
    programme = programme_at(ledger)
    found = programme.instruments[DSA]
    with pytest.raises(Refused, match="does not hold"):
        sign(found, "moj-siro", BEFORE, programme, ledger, identity(BEFORE))
    forged(ledger, DSA, "moj-siro", BEFORE)
    assert "moj-siro" not in signers(ledger, DSA)
    sign(found, "moj-siro", AFTER, programme, ledger, identity(AFTER))
    assert signers(ledger, DSA)["moj-siro"] == AFTER


def test_an_approval_by_the_present_holder_keeps_them_from_the_work(ledger):
    hand_over(ledger, "moj-siro", LINKER)
    assert unmet(ledger) == {"duties_are_separated"}


def test_what_somebody_signed_before_they_held_the_post_never_counts(ledger):
    put(ledger, *DSA, version="1.0.1")
    enrolled(ledger, AFTER)
    forged(ledger, DSA, "moj-siro", AFTER)
    hand_over(ledger, "moj-siro", AFTER)
    assert "moj-siro" not in signers(ledger, DSA)


def test_on_one_day_what_came_first_comes_first(ledger):
    """Same day, three holders: only the signature given while the post was held counts."""
    put(ledger, *DSA, version="1.0.1")
    for person in (AFTER, "bram-fernsby"):
        enrolled(ledger, person)
    hand_over(ledger, "moj-siro", AFTER)
    hand_over(ledger, "moj-siro", "bram-fernsby")
    forged(ledger, DSA, "moj-siro", AFTER)
    assert "moj-siro" not in signers(ledger, DSA)
    forged(ledger, DSA, "moj-siro", "bram-fernsby")
    assert signers(ledger, DSA)["moj-siro"] == "bram-fernsby"


def test_signing_and_amending_on_one_day_is_unsigned_and_amending_and_signing_is_signed(ledger):
    sign_by_all(ledger, *DSA)
    put(ledger, *DSA, version="1.0.1")
    assert signers(ledger, DSA) == {}
    sign_by_all(ledger, *DSA)
    assert unmet(ledger) == set()


# --- keys ---


def test_the_first_key_that_somebody_enrols_with_is_the_one_that_counts(ledger):
    enrolled(ledger, BEFORE, key_of="mallory")
    put(ledger, *DSA, version="1.0.1")
    forged(ledger, DSA, "moj-siro", BEFORE, signed_by="mallory")
    assert "moj-siro" not in signers(ledger, DSA)
    sign_by_all(ledger, *DSA)
    assert signers(ledger, DSA)["moj-siro"] == BEFORE


def test_nobody_enrols_a_key_for_another(ledger):
    hand_over(ledger, "moj-siro", NEWCOMER)
    put(ledger, *DSA, version="1.0.1")
    enrolled(ledger, NEWCOMER, key_of="mallory", by="mallory")
    forged(ledger, DSA, "moj-siro", NEWCOMER, signed_by="mallory")
    assert "moj-siro" not in signers(ledger, DSA)
    sign_by_all(ledger, *DSA)  # the person themself is not kept out by it
    assert signers(ledger, DSA)["moj-siro"] == NEWCOMER


def test_whoever_finds_themself_enrolled_with_another_key_is_refused_and_not_overruled(ledger):
    hand_over(ledger, "moj-siro", NEWCOMER)
    put(ledger, *DSA, version="1.0.1")
    enrolled(ledger, NEWCOMER, key_of="mallory")
    programme = programme_at(ledger)
    with pytest.raises(Refused, match="not the one this person is enrolled with"):
        sign(programme.instruments[DSA], "moj-siro", NEWCOMER, programme, ledger, identity(NEWCOMER))


def test_a_signature_given_before_its_key_was_enrolled_does_not_count_later(ledger):
    hand_over(ledger, "moj-siro", NEWCOMER)
    put(ledger, *DSA, version="1.0.1")
    forged(ledger, DSA, "moj-siro", NEWCOMER)
    enrolled(ledger, NEWCOMER)
    assert "moj-siro" not in signers(ledger, DSA)


def test_a_signature_copied_from_another_document_or_post_does_not_count(ledger):
    event = next(iter(ledger.events("document.signed")))
    put(ledger, *DSA, version="1.0.1")
    found = document(ledger, *DSA)
    for post in ("moj-siro", "dhsc-siro", "phw-siro"):
        body = {**event.body, "kind": DSA[0], "id": DSA[1], "hash": found.content_hash, "post": post}
        ledger.append("document.signed", holder_of(post, programme_at(ledger)), body)
    assert signers(ledger, DSA) == {}


# --- days ---


def test_facts_of_a_day_hold_what_was_signed_by_its_end_and_nothing_later(ledger, clock):
    amended, resigned = FIRST + 10 * DAY, FIRST + 12 * DAY
    clock.day = amended
    put(ledger, *DSA, version="1.0.1")
    clock.day = resigned
    sign_by_all(ledger, *DSA)
    told = {day: unmet(ledger, day) for day in (amended - DAY, amended, resigned - DAY, resigned, resigned + DAY)}
    unsigned = {"agreement_is_live"}
    assert list(told.values()) == [set(), unsigned, unsigned, set(), set()]


def test_what_takes_effect_later_is_not_known_before(ledger):
    found = document(ledger, *DSA)
    body = {"kind": DSA[0], "id": DSA[1], "hash": found.content_hash, "content": found.content}
    ledger.append("document.recorded", MANAGER, body, effective_on=FIRST + 5 * DAY)
    assert (unmet(ledger, FIRST + 4 * DAY), unmet(ledger, FIRST + 5 * DAY)) == (set(), {"agreement_is_live"})


def test_a_document_written_down_today_does_not_reach_back(ledger, clock):
    clock.day = FIRST + 9 * DAY
    found = document(ledger, *DSA)
    body = {"kind": DSA[0], "id": DSA[1], "hash": found.content_hash, "content": found.content}
    ledger.append("document.recorded", MANAGER, body, effective_on=FIRST)
    assert (unmet(ledger, FIRST + 8 * DAY), unmet(ledger, FIRST + 9 * DAY)) == (set(), {"agreement_is_live"})


def test_nothing_is_awaited_of_what_is_signed_and_everything_of_what_was_amended(ledger):
    programme = programme_at(ledger)
    assert awaited(programme, ledger) == []
    put(ledger, *DSA, version="1.0.1")
    programme = programme_at(ledger)
    wanted = required_posts(programme.instruments[DSA], programme)
    assert [(one.document, one.post) for one in awaited(programme, ledger)] == [(DSA[1], post) for post in wanted]


# --- what was signed once is not signed for ever ---


def again(ledger, kind, *, document):
    """Every signature (or move) of a document that ever was, written down once more, past the commands."""
    for event in list(ledger.events(kind)):
        if (event.body["kind"], event.body["id"]) == document:
            ledger.append(event.kind, event.person, event.body)


def test_an_old_signature_written_down_again_counts_for_nothing(ledger):
    content = programme_at(ledger).instruments[DSA].content
    put(ledger, *DSA, version="1.0.1")
    record_document(ledger, MANAGER, *DSA, content)
    again(ledger, "document.signed", document=DSA)
    assert signers(ledger, DSA) == {} and "agreement_is_live" in unmet(ledger)
    sign_by_all(ledger, *DSA)
    assert unmet(ledger) == set()


def test_an_old_appointment_written_down_again_appoints_nobody(ledger):
    for holder in (AFTER, BEFORE):
        hand_over(ledger, "moj-siro", holder)
    put(ledger, "post", "moj-siro", holder=AFTER)
    again(ledger, "document.signed", document=("post", "moj-siro"))
    assert programme_at(ledger).posts["moj-siro"].holder == BEFORE


SUBSTANCE = [
    (("use_case", CASE), {"question": "Another question altogether?"}, {"agreement_is_live", "dpia_is_reviewed", "caldicott_is_signed", "panel_has_decided"}),
    (DSA, {"purpose": "Another purpose altogether."}, {"dpia_is_reviewed", "caldicott_is_signed"}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changes", "rules"), SUBSTANCE, ids=["use case", "agreement"])
def test_another_study_needs_everybodys_signature_again(ledger, key, changes, rules):
    put(ledger, *key, **changes)
    sign_by_all(ledger, *key)
    assert rules <= unmet(ledger)


def test_another_team_or_version_needs_only_its_own(ledger):
    put(ledger, "use_case", CASE, version="1.0.1")
    sign_by_all(ledger, "use_case", CASE)
    assert unmet(ledger) == set()


def test_somebody_who_signs_for_two_sides_past_the_commands_signs_for_one(ledger):
    person = "tamsin-marrowby"
    hand_over(ledger, "dhsc-siro", person)
    put(ledger, *DSA, version="1.0.1")
    for post in ("moj-siro", "dhsc-siro"):
        forged(ledger, DSA, post, person)
    assert signers(ledger, DSA) == {"moj-siro": person}


def test_who_signed_for_a_use_case_does_no_work_on_it_after_the_post_has_passed_on(ledger):
    hand_over(ledger, "moj-siro", AFTER)
    assert BEFORE in facts_at(ledger, FIRST).use_cases[CASE].approvers


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("document.signed", {}),
        ("document.moved", {"kind": "agreement"}),
        ("document.recorded", {"kind": "person", "id": "x", "hash": "h", "content": 3}),
        ("document.withdrawn", {"kind": ["agreement"], "id": None}),
        ("person.enrolled", {"person": LINKER}),
    ],
)
def test_an_event_that_does_not_say_what_its_kind_says_counts_for_nothing(ledger, kind, body):
    before = facts_at(ledger)
    ledger.append(kind, "mallory", body)
    assert facts_at(ledger) == before


@pytest.mark.parametrize(("asked", "known"), [(["dhsc"], ("dhsc",)), (True, True), (False, False), (None, False)])
def test_who_must_review_outputs_is_what_the_agreement_says(ledger, asked, known):
    put(ledger, *DSA, review_by_controllers=asked)
    sign_by_all(ledger, *DSA)
    assert facts_at(ledger).use_cases[CASE].agreement.review_by_controllers == known
