"""A request's life, told from events: every legal move, no other, and votes that stay blind."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput, Refused
from boldlink.outputs import MOVES, State, requests, require_may_review
from boldlink.outputs.airlock import OutputState


@dataclass
class Told:
    """An event as the airlock reads it."""

    kind: str
    person: str
    body: dict


class History:
    """A ledger of told events."""

    def __init__(self, *events):
        self._events = events

    def events(self, *kinds):
        return iter(event for event in self._events if event.kind in kinds)


def asked(passed=True):
    return Told(
        "output.requested", "rita", {"id": "r1", "use_case": "misuse", "title": "T", "passed": passed, "checks": []}
    )


def vote(person, what="approve"):
    return Told("output.reviewed", person, {"request": "r1", "vote": what, "reasons": "because"})


def state(*events):
    return requests(History(*events))["r1"].state


def test_a_request_that_fails_a_check_is_refused_and_never_reviewed():
    assert state(asked(passed=False)) is State.REFUSED
    assert MOVES[State.REFUSED] == ()


def test_two_approvals_approve_and_one_rejection_rejects():
    assert state(asked(), vote("a")) is State.AWAITING_REVIEW
    assert state(asked(), vote("a"), vote("b")) is State.APPROVED
    assert state(asked(), vote("a"), vote("b", "reject")) is State.REJECTED
    assert state(asked(), vote("a", "reject"), vote("b")) is State.REJECTED


def test_an_approved_request_is_released_or_overtaken():
    both = (asked(), vote("a"), vote("b"))
    assert state(*both, Told("output.released", "c", {"request": "r1"})) is State.RELEASED
    assert state(*both, Told("output.superseded", "c", {"request": "r1"})) is State.SUPERSEDED
    assert state(asked(), Told("output.superseded", "c", {"request": "r1"})) is State.SUPERSEDED


@pytest.mark.parametrize(("one", "to"), list(product(State, State)), ids=lambda s: s.value)
def test_every_state_against_every_move(one, to):
    output = OutputState("r1", "misuse", "T", "rita", {}, asked(), one)
    if to in MOVES[one]:
        output.move(to)
        assert output.state is to
    else:
        with pytest.raises(BadInput):
            output.move(to)
        assert output.state is one


def test_votes_are_blind_until_both_are_in():
    assert requests(History(asked(), vote("a")))["r1"].visible_votes() == {}
    both = requests(History(asked(), vote("a"), vote("b", "reject")))["r1"]
    assert both.visible_votes() == {"a": ("approve", "because"), "b": ("reject", "because")}


def test_whoever_asked_and_whoever_voted_does_not_review():
    output = requests(History(asked(), vote("a")))["r1"]
    for person in ("rita", "a"):
        with pytest.raises(Refused):
            require_may_review(output, person)
    require_may_review(output, "b")


def test_what_is_not_open_is_not_reviewed():
    for events in ((asked(passed=False),), (asked(), vote("a"), vote("b"))):
        with pytest.raises(BadInput, match="not open"):
            require_may_review(requests(History(*events))["r1"], "x")


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["approve", "reject"])), max_size=2, unique_by=lambda v: v[0]
    )
)
def test_nothing_is_approved_without_two_different_approvals(votes):
    outcome = state(asked(), *(vote(person, what) for person, what in votes))
    approvals = {person for person, what in votes if what == "approve"}
    assert (outcome is State.APPROVED) == (len(approvals) == 2)
