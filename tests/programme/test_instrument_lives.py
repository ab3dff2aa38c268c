"""The lives of instruments: the dicts as they are drawn, and the moves as people try to make them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from documents import MANAGER, document, identity, put, sign_by_all

from boldlink.decide import Request, decide, explain, has_ended
from boldlink.errors import Refused
from boldlink.programme.facts import facts_at
from boldlink.programme.instruments import INSTRUMENTS
from boldlink.programme.life import CERTIFIED, DECIDED, MOVERS, RECORDED, STANDING, Move, State, after
from boldlink.programme.moving import _message, move, state_of
from boldlink.programme.record import programme_at, record_document
from boldlink.programme.signatories import holder_of, required_posts
from boldlink.programme.signing import sign, signed_at

CASE = "substance-misuse"
DSA, DPIA = ("agreement", f"dsa-{CASE}"), ("dpia", f"dpia-{CASE}")
PANEL, ASKED = ("panel_decision", f"panel-decision-{CASE}"), ("engagement", f"engagement-{CASE}")
FIRST = date(2026, 11, 24)
LINK = Request("idwal-hartsbourne", "link", f"spine:{CASE}", CASE, "dhsc")
LIVES = {"standing": STANDING, "decided": DECIDED, "recorded": RECORDED, "certified": CERTIFIED}
LETS_BE_DONE = {State.IN_FORCE}


def made(ledger, key, to, post, reasons="because of this", person=None, on=FIRST, key_of=None):
    programme = programme_at(ledger)
    person = person or holder_of(post, programme) or "nobody"
    return move(programme.instruments[key], Move(to), post, person, reasons, programme, ledger, identity(key_of or person), on)  # fmt: skip


def by_hand(ledger, key, to, post, reasons="by hand"):
    """An event written past the commands, rightly signed by whoever holds the post."""
    programme = programme_at(ledger)
    found, person = programme.instruments[key], holder_of(post, programme)
    body = {
        "kind": key[0],
        "id": key[1],
        "hash": found.content_hash,
        "move": to,
        "post": post,
        "reasons": reasons,
        "over": signed_at(ledger).after[key],
    }
    if person not in signed_at(ledger).keys:
        enrolled = {"person": person, "public_key": identity(person).public["signing"]}
        ledger.append("person.enrolled", person, enrolled)
    ledger.append("document.moved", person, {**body, "signature": identity(person).sign(_message(found, to, post, reasons, body["over"]))})  # fmt: skip


def state(ledger, key, at=FIRST):
    programme = programme_at(ledger)
    return state_of(programme.instruments[key], programme, signed_at(ledger), at)


def unmet(ledger, at=FIRST):
    return {finding.rule for finding in decide(LINK, facts_at(ledger, at), at).unmet}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_every_state_of_a_life_is_reached_from_its_beginning(life):
    reached, todo = set(), [State.AWAITING]
    while todo:
        one = todo.pop()
        reached.add(one)
        todo += [to for to in life[one].values() if to not in reached]
    assert reached == set(life)


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_no_move_leads_out_of_a_state_that_a_life_does_not_have(life):
    for one in State:
        for to in Move:
            reached = after(life, one, to)
            assert reached is None or {one, reached} <= set(life)
    assert not set(State) - set(life) or all(
        after(life, one, to) is None for one in set(State) - set(life) for to in Move
    )


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_only_the_last_signature_or_letting_go_on_puts_a_document_in_force(life):
    into = {to for moves in life.values() for to, reached in moves.items() if reached in LETS_BE_DONE}
    assert into <= {Move.COMPLETE, Move.RESUME}


def test_nothing_leads_out_of_withdrawn_and_lapsed_but_another_version():
    for life in LIVES.values():
        for one in (State.WITHDRAWN, State.LAPSED):
            assert set(life.get(one, {})) <= {Move.AMEND}


def test_completing_and_lapsing_are_made_by_nobody_nor_signing_and_amending_as_moves(ledger):
    assert set(MOVERS) == {Move.SUSPEND, Move.RESUME, Move.WITHDRAW}
    for to in set(Move) - set(MOVERS):
        with pytest.raises(Refused, match="knows no such move"):
            made(ledger, DSA, to, "moj-siro")


# kind and id, the move, the post that tries it, and whether it may. The agreement is signed by parties' SIROs.
WHO = [
    (DSA, "suspend", "moj-siro", True),
    (DSA, "suspend", "phw-siro", True),
    (DSA, "suspend", "dhsc-dpo", True),
    (DSA, "suspend", "police-dpo", True),
    (DSA, "suspend", "dhsc-caldicott-guardian", True),
    (DSA, "suspend", "moj-security-lead", True),
    (DSA, "suspend", "bold-panel-chair", False),
    (DSA, "suspend", "dhsc-custodian", False),
    (DSA, "suspend", "moj-lawyer", False),
    (DSA, "suspend", "no-such-post", False),
    (DSA, "withdraw", "moj-siro", True),
    (DSA, "withdraw", "police-siro", False),
    (DSA, "withdraw", "dhsc-dpo", False),
    (DSA, "withdraw", "moj-security-lead", False),
    (PANEL, "withdraw", "bold-panel-chair", True),
    (PANEL, "withdraw", "bold-external-member", True),
    (PANEL, "withdraw", "moj-siro", False),
    (PANEL, "suspend", "moj-siro", False),
    (ASKED, "withdraw", "bold-engagement-lead", False),
    (ASKED, "suspend", "moj-siro", False),
]


@pytest.mark.parametrize(("key", "to", "post", "may"), WHO, ids=[f"{k[0]}-{to}-{post}" for k, to, post, _ in WHO])
def test_who_may_stop_and_give_up_what(ledger, key, to, post, may):
    if may:
        made(ledger, key, to, post)
        assert state(ledger, key) is (State.SUSPENDED if to == "suspend" else State.WITHDRAWN)
        return
    with pytest.raises(Refused) as caught:
        made(ledger, key, to, post)
    assert caught.value.code == "MOVE-REFUSED" and state(ledger, key) is State.IN_FORCE
    assert not list(ledger.events("document.moved"))


@pytest.mark.parametrize(
    ("post", "may"),
    [("dhsc-dpo", True), ("moj-siro", True), ("moj-dpo", False), ("police-dpo", False), ("bold-panel-chair", False)],
)
def test_what_one_suspended_goes_on_by_them_or_by_who_signs_it(ledger, post, may):
    made(ledger, DSA, "suspend", "dhsc-dpo")
    if not may:
        with pytest.raises(Refused):
            made(ledger, DSA, "resume", post)
    else:
        made(ledger, DSA, "resume", post)
    assert state(ledger, DSA) is (State.IN_FORCE if may else State.SUSPENDED)
    assert ("agreement_is_live" in unmet(ledger)) is not may


ATTEMPTS = [
    ("resume what was not suspended", lambda led: made(led, DSA, "resume", "moj-siro"), "knows no such move"),
    ("without reasons", lambda led: made(led, DSA, "suspend", "moj-siro", reasons="  x "), "no reasons"),
    ("by somebody else", lambda led: made(led, DSA, "suspend", "moj-siro", person=MANAGER), "does not hold"),
    ("with another's key", lambda led: made(led, DSA, "suspend", "moj-siro", key_of="mallory"), "enrolled"),
]


@pytest.mark.parametrize(("attempt", "why"), [one[1:] for one in ATTEMPTS], ids=[one[0] for one in ATTEMPTS])
def test_a_move_is_refused_with_its_reason_and_nothing_is_written(ledger, attempt, why):
    before = ledger.count()
    with pytest.raises(Refused, match=why):
        attempt(ledger)
    assert ledger.count() == before and state(ledger, DSA) is State.IN_FORCE


def test_nothing_is_suspended_twice_nor_moved_once_withdrawn(ledger):
    made(ledger, DSA, "suspend", "moj-siro")
    with pytest.raises(Refused, match="it is suspended"):
        made(ledger, DSA, "suspend", "dhsc-dpo")
    made(ledger, DSA, "withdraw", "moj-siro")
    for to in ("suspend", "resume", "withdraw"):
        with pytest.raises(Refused, match="it is withdrawn"):
            made(ledger, DSA, to, "moj-siro")


def test_nothing_is_suspended_before_its_last_signature_nor_after_its_last_day(ledger):
    put(ledger, *DSA, version="1.0.1")
    with pytest.raises(Refused, match="it is awaiting"):
        made(ledger, DSA, "suspend", "moj-siro")
    with pytest.raises(Refused, match="it is lapsed"):
        made(ledger, DPIA, "suspend", "moj-dpo", on=date(2099, 1, 1))


def test_a_document_lapses_the_day_after_its_last_and_on_no_day_before(ledger):
    put(ledger, *DSA, ends="2026-12-01")
    sign_by_all(ledger, *DSA)
    assert state(ledger, DSA, date(2026, 12, 1)) is State.IN_FORCE
    assert state(ledger, DSA, date(2026, 12, 2)) is State.LAPSED


def test_what_rests_on_a_moved_document_stops_at_once_and_is_told_since_when_and_by_whom(ledger, clock):
    assert unmet(ledger) == set()
    clock.day = FIRST + timedelta(3)
    made(ledger, DSA, "suspend", "dhsc-dpo")
    decision = decide(LINK, facts_at(ledger, clock.day), clock.day)
    (finding,) = decision.unmet
    assert finding.rule == "agreement_is_live"
    assert explain(finding)["found"] == "suspended on 2026-11-27 by dhsc-dpo"
    assert unmet(ledger, FIRST + timedelta(2)) == set()
    clock.day = FIRST + timedelta(5)
    made(ledger, DSA, "resume", "dhsc-dpo")
    assert unmet(ledger, clock.day) == set()
    assert unmet(ledger, FIRST + timedelta(4)) == {"agreement_is_live"}


def test_amending_voids_the_stop_and_every_signature(ledger):
    made(ledger, DSA, "suspend", "dhsc-dpo")
    put(ledger, *DSA, version="1.1.0")
    assert state(ledger, DSA) is State.AWAITING
    found = facts_at(ledger).use_cases[CASE].agreement.instrument
    assert found.stopped == "" and set(found.missing_posts) == set(found.required_posts)
    sign_by_all(ledger, *DSA)
    assert unmet(ledger) == set()


def test_the_same_content_recorded_anew_begins_anew(ledger):
    old = document(ledger, *DSA)
    record_document(ledger, MANAGER, *DSA, old.content)
    assert document(ledger, *DSA).content_hash == old.content_hash
    assert state(ledger, DSA) is State.AWAITING and unmet(ledger) == {"agreement_is_live"}


def test_withdrawn_is_for_good_until_another_version_is_signed(ledger):
    made(ledger, DSA, "withdraw", "moj-siro")
    assert has_ended(CASE, facts_at(ledger), FIRST)
    sign_by_all(ledger, *DSA)
    assert state(ledger, DSA) is State.WITHDRAWN and unmet(ledger) == {"agreement_is_live"}
    put(ledger, *DSA, version="2.0.0")
    assert state(ledger, DSA) is State.AWAITING and not has_ended(CASE, facts_at(ledger), FIRST)
    sign_by_all(ledger, *DSA)
    assert state(ledger, DSA) is State.IN_FORCE and unmet(ledger) == set()


# Moves written past the commands by people who hold the post and sign with their own key, after a suspension.
HANDS = [("resume", "dhsc-custodian"), ("resume", "moj-dpo"), ("amend", "moj-siro"), ("complete", "moj-siro"), ("dance", "moj-siro"), ("lapse", "moj-siro")]  # fmt: skip


@pytest.mark.parametrize(("to", "post"), HANDS)
def test_a_move_written_by_hand_that_the_life_or_the_post_does_not_allow_lets_nothing_go_on(ledger, to, post):
    made(ledger, DSA, "suspend", "dhsc-dpo")
    by_hand(ledger, DSA, to, post)
    assert state(ledger, DSA) is State.SUSPENDED
    assert facts_at(ledger).use_cases[CASE].agreement.instrument.stopped == "suspended on 2026-11-24 by dhsc-dpo"


@pytest.mark.parametrize("post", ["dhsc-custodian", "dhsc-dpo", "police-siro"])
def test_a_withdrawal_written_by_hand_by_a_post_that_may_not_ends_nothing(ledger, post):
    by_hand(ledger, DSA, "withdraw", post)
    assert state(ledger, DSA) is State.IN_FORCE and not has_ended(CASE, facts_at(ledger), FIRST)


def test_what_a_post_suspended_stays_so_when_the_post_is_gone(ledger):
    made(ledger, DSA, "suspend", "police-dpo")
    ledger.append("document.withdrawn", MANAGER, {"kind": "post", "id": "police-dpo"})
    assert unmet(ledger) == {"agreement_is_live"}


def test_who_held_a_post_that_is_gone_moves_and_signs_nothing_by_it(ledger):
    programme = programme_at(ledger)
    person, found = holder_of("dhsc-siro", programme), programme.instruments[DSA]
    ledger.append("document.withdrawn", MANAGER, {"kind": "post", "id": "dhsc-siro"})
    body = {"kind": DSA[0], "id": DSA[1], "hash": found.content_hash, "move": "withdraw", "post": "dhsc-siro"}
    body["over"] = signed_at(ledger).after[DSA]
    signature = identity(person).sign(_message(found, "withdraw", "dhsc-siro", "gone", body["over"]))
    ledger.append("document.moved", person, {**body, "reasons": "gone", "signature": signature})
    assert facts_at(ledger).use_cases[CASE].agreement.instrument.stopped == ""


def test_reasons_are_part_of_what_is_signed(ledger):
    event = made(ledger, DSA, "suspend", "dhsc-dpo")
    made(ledger, DSA, "resume", "dhsc-dpo")
    ledger.append("document.moved", event.person, {**event.body, "reasons": "another reason"})
    assert state(ledger, DSA) is State.IN_FORCE


@pytest.mark.parametrize("kind", INSTRUMENTS)
def test_every_kind_has_a_life_somebody_who_signs_it_and_a_promise(kind):
    model = INSTRUMENTS[kind]
    assert model.life in LIVES.values() and model.signatories and model.promises and model.title_of_kind


def test_signing_again_what_stands_changes_nothing_of_it(ledger):
    programme = programme_at(ledger)
    found = programme.instruments[DSA]
    for post in required_posts(found, programme):
        person = holder_of(post, programme)
        sign(found, post, person, programme, ledger, identity(person))
    assert state(ledger, DSA) is State.IN_FORCE and unmet(ledger) == set()
