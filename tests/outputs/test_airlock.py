"""A request's life, told from events: every legal move, no other, votes that stay blind and count for what they were for."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput, Refused
from boldlink.outputs import MOVES, OPEN, Move, State, requests, require_may_review
from boldlink.outputs.airlock import OutputState
from boldlink.outputs.states import MAKERS, MEANING

FILES = [{"path": "outputs/misuse/r1.parquet", "sha256": "a" * 64}]
OTHERS = [{"path": "outputs/misuse/r1.parquet", "sha256": "b" * 64}]


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


def asked(passed=True, files=FILES):
    body = {"id": "r1", "use_case": "misuse", "title": "T", "passed": passed, "checks": [], "files": files}
    return Told("output.requested", "rita", body)


def vote(person, what="approve", files=FILES, organisation="moj", asked_of=()):
    frozen = {file["path"]: file["sha256"] for file in files}
    body = {"request": "r1", "vote": what, "reasons": "because", "frozen": frozen}
    return Told("output.reviewed", person, {**body, "organisation": organisation, "asked_of": list(asked_of)})


def happened(kind, **body):
    return Told(kind, "c", {"request": "r1", **body})


RELEASED = happened("output.released", release="r-r1")
BOTH = (asked(), vote("a"), vote("b"))


def told(*events):
    return requests(History(*events))["r1"]


def state(*events):
    return told(*events).state


def test_a_request_that_fails_a_check_is_refused_and_never_reviewed():
    assert state(asked(passed=False)) is State.REFUSED
    assert MOVES[State.REFUSED] == {}


@pytest.mark.parametrize(
    ("votes", "becomes"),
    [
        ((), State.AWAITING_REVIEW),
        (("approve",), State.AWAITING_REVIEW),
        (("approve", "approve"), State.APPROVED),
        (("approve", "reject"), State.REJECTED),
        (("reject", "approve"), State.REJECTED),
        (("approve", "return"), State.RETURNED),
        (("return", "reject"), State.REJECTED),
        (("return", "return"), State.RETURNED),
        (("approve", "shrug"), State.AWAITING_REVIEW),
    ],
)
def test_one_rejection_rejects_else_one_return_sends_back(votes, becomes):
    assert state(asked(), *(vote(f"reviewer {number}", what) for number, what in enumerate(votes))) is becomes


def test_an_approved_request_is_released_or_overtaken():
    assert state(*BOTH, RELEASED) is State.RELEASED
    assert state(*BOTH, happened("output.superseded")) is State.SUPERSEDED
    assert state(asked(), happened("output.superseded")) is State.SUPERSEDED


def test_a_release_is_corrected_again_and_again_and_withdrawn_once():
    correction = Told("output.corrected", "c", {"release": "r-r1", "reasons": "A label."})
    recall = Told("output.withdrawn", "c", {"release": "r-r1", "reasons": "Wrong."})
    assert state(*BOTH, RELEASED, correction) is State.CORRECTED
    assert state(*BOTH, RELEASED, correction, correction) is State.CORRECTED
    assert state(*BOTH, RELEASED, correction, recall) is State.WITHDRAWN_AFTER_RELEASE
    assert state(*BOTH, recall) is State.APPROVED, "what never left is not recalled"
    with pytest.raises(BadInput, match="withdrawn after release"):
        state(*BOTH, RELEASED, recall, recall)


@pytest.mark.parametrize("events", [(asked(),), (asked(), vote("a")), BOTH, (asked(), vote("a", "return"), vote("b"))])
def test_whatever_has_not_left_can_be_withdrawn_and_then_goes_nowhere(events):
    withdrawn = happened("output.request_withdrawn")
    assert state(*events, withdrawn) is State.WITHDRAWN
    with pytest.raises(BadInput, match="is withdrawn"):
        state(*events, withdrawn, RELEASED)


@pytest.mark.parametrize(("one", "move"), list(product(State, Move)), ids=lambda s: s.value)
def test_every_state_against_every_move(one, move):
    output = OutputState("r1", "misuse", "T", "rita", {}, asked(), one)
    if move in MOVES[one]:
        output.make(move)
        assert output.state is MOVES[one][move]
    else:
        with pytest.raises(BadInput):
            output.make(move)
        assert output.state is one


def test_every_state_has_a_meaning_and_a_life_and_every_move_a_maker():
    assert set(MOVES) == set(MEANING) == set(State) and set(MAKERS) == set(Move)
    reached = {to for moves in MOVES.values() for to in moves.values()} | {State.REFUSED, State.AWAITING_REVIEW}
    assert reached == set(State)
    assert {State.AWAITING_REVIEW, State.RETURNED, State.APPROVED} == OPEN


def test_votes_are_blind_until_both_are_in():
    assert told(asked(), vote("a")).visible_votes() == {}
    both = told(asked(), vote("a"), vote("b", "reject")).visible_votes()
    assert {name: (one.vote, one.reasons) for name, one in both.items()} == {
        "a": ("approve", "because"),
        "b": ("reject", "because"),
    }


def test_whoever_asked_their_team_and_whoever_voted_do_not_review():
    output = told(asked(), vote("a"))
    for person, word in (("rita", "asked for"), ("rolf", "team"), ("a", "already")):
        with pytest.raises(Refused, match="not taken") as refused:
            require_may_review(output, person, team={"rita", "rolf"})
        assert word in refused.value.why
    require_may_review(output, "b", team={"rita", "rolf"})


def test_what_is_not_open_is_not_reviewed():
    for events in ((asked(passed=False),), BOTH):
        with pytest.raises(BadInput, match="not open"):
            require_may_review(told(*events), "x")


# --- votes that do not count, however they came into the ledger ---


def test_the_authors_own_vote_does_not_count():
    output = told(asked(), vote("rita"), vote("a"))
    assert output.state is State.AWAITING_REVIEW and [one.person for one in output.void] == ["rita"]


def test_one_person_who_votes_twice_is_one_reviewer():
    output = told(asked(), vote("a"), vote("a"))
    assert output.state is State.AWAITING_REVIEW and list(output.votes) == ["a"]


def test_a_vote_for_other_files_or_for_none_does_not_count():
    assert state(asked(), vote("a", files=OTHERS), vote("b")) is State.AWAITING_REVIEW
    assert state(asked(), vote("a", files=[]), vote("b", files=[])) is State.AWAITING_REVIEW


def test_a_vote_that_comes_when_all_were_in_changes_nothing():
    output = told(*BOTH, vote("c", "reject"))
    assert output.state is State.APPROVED and [one.person for one in output.void] == ["c"]


@pytest.mark.parametrize("before", [(asked(),), (asked(), vote("a")), BOTH, (asked(), vote("a", "return"), vote("b"))])
def test_other_files_under_the_same_request_void_every_vote(before):
    output = told(*before, asked(files=OTHERS))
    assert output.state is State.AWAITING_REVIEW and output.votes == {}
    assert {one.frozen["outputs/misuse/r1.parquet"] for one in output.void} <= {"a" * 64}
    assert len(output.void) == len(before) - 1
    assert state(*before, asked(files=OTHERS), vote("a"), vote("b")) is State.AWAITING_REVIEW
    assert state(*before, asked(files=OTHERS), vote("a", files=OTHERS), vote("b", files=OTHERS)) is State.APPROVED


@pytest.mark.parametrize("end", [RELEASED, happened("output.superseded"), happened("output.request_withdrawn")])
def test_what_has_left_or_ended_does_not_begin_anew(end):
    assert state(*BOTH, end, asked(files=OTHERS)) is state(*BOTH, end)


# --- organisations that must review ---


@pytest.mark.parametrize(
    ("organisations", "becomes", "reviews", "missing"),
    [
        ((), State.AWAITING_REVIEW, 2, ("dhsc",)),
        (("moj",), State.AWAITING_REVIEW, 1, ("dhsc",)),
        (("moj", "moj"), State.AWAITING_REVIEW, 1, ("dhsc",)),
        (("moj", "dhsc"), State.APPROVED, 0, ()),
        (("dhsc", "dhsc"), State.APPROVED, 0, ()),
        (("moj", "moj", "dhsc"), State.APPROVED, 0, ()),
    ],
)
def test_approval_waits_for_every_organisation_that_must_review(organisations, becomes, reviews, missing):
    votes = (
        vote(f"reviewer {number}", organisation=name, asked_of=["dhsc"]) for number, name in enumerate(organisations)
    )
    output = told(asked(), *votes)
    needs = output.needs({"dhsc"})
    assert (output.state, needs.reviews, needs.organisations) == (becomes, reviews, missing)


def test_votes_stay_blind_while_an_organisation_is_missing():
    output = told(asked(), *(vote(person, asked_of=["dhsc"]) for person in "ab"))
    assert len(output.votes) == 2 and output.visible_votes() == {}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["rita", "a", "b", "c"]),
            st.sampled_from(["approve", "reject", "return"]),
            st.sampled_from([FILES, OTHERS]),
        ),
        max_size=5,
    )
)
def test_nothing_is_approved_without_two_different_approvals_for_its_files_by_others_than_the_author(votes):
    outcome = state(asked(), *(vote(person, what, files) for person, what, files in votes))
    approvals = {p for p, what, files in votes if what == "approve" and files is FILES and p != "rita"}
    assert outcome is not State.APPROVED or len(approvals) >= 2
