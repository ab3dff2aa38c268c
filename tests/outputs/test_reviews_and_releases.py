"""Reviews and releases in a real place, attacked: who may vote, on what, and what leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from frozen_requests import AUTHOR, CASE, FIRST, PLACE, RELEASER, SECOND, STRANGER, TABLE, ask

from boldlink.errors import BadInput, Refused, Tampered
from boldlink.journey.after_release import correct_release, recall_release
from boldlink.journey.ask_again import withdraw_request
from boldlink.journey.govern import whose_turn
from boldlink.journey.release import approved_for, release_approved, release_output
from boldlink.journey.review import review_output, show_output
from boldlink.journey.status import status
from boldlink.outputs import State, find, requests
from boldlink.places import bound_files


def review(home, person, vote="approve", request="first", reasons="Read against the checks."):
    return review_output(home, home.places[PLACE], request, person, vote, reasons)


def approved(home, request="first", table=TABLE):
    ask(home, request, table)
    review(home, FIRST, request=request)
    return review(home, SECOND, request=request)


def released(home, request="first", table=TABLE):
    approved(home, request, table)
    return release_output(home, request, RELEASER)


def state(home, request="first"):
    return find(home.places[PLACE].ledger, request).state


def files(home, below):
    return [path for path in bound_files(home.places[PLACE].ledger) if path.startswith(below)]


# --- who votes ---


@pytest.mark.parametrize(
    ("person", "code", "word"),
    [
        (AUTHOR, "OUTPUT-REVIEW", "asked for"),
        (STRANGER, "DECIDE-ROLE-IS-HELD", "role"),
        (RELEASER, "DECIDE-PERSON-IS-ACCREDITED", "role"),
    ],
)
def test_author_stranger_and_releaser_do_not_vote(home, person, code, word):
    ask(home)
    with pytest.raises(Refused) as refused:
        review(home, person)
    assert refused.value.code == code and word in str(refused.value)
    assert find(home.places[PLACE].ledger, "first").votes == {}


def test_a_member_of_the_team_who_is_also_a_checker_does_not_vote(home):
    ask(home)
    place, facts = home.places[PLACE], home.facts(home.places[PLACE])
    team = {**facts.use_cases[CASE].team, "researcher": (AUTHOR, FIRST)}
    use_cases = {**facts.use_cases, CASE: replace(facts.use_cases[CASE], team=team)}
    home._facts[PLACE] = (home._governed(place), replace(facts, use_cases=use_cases))
    with pytest.raises(Refused, match="team"):
        review(home, FIRST)
    assert [turn.person for turn in whose_turn(home) if turn.act == "review"] == [SECOND]


def test_nobody_votes_twice_and_one_vote_releases_nothing(home):
    ask(home)
    review(home, FIRST)
    with pytest.raises(Refused, match="already"):
        review(home, FIRST)
    with pytest.raises(BadInput, match=r"awaiting review.*1 review") as refused:
        release_output(home, "first", RELEASER)
    assert refused.value.code == "OUTPUT-NOT-APPROVED"
    assert release_approved(home) == 0 and files(home, "released/") == []


@pytest.mark.parametrize(
    ("vote", "reasons"), [("perhaps", "Why not."), ("reject", ""), ("return", "  "), ("reject", "x")]
)
def test_a_vote_is_one_of_three_and_a_no_has_reasons(home, vote, reasons):
    ask(home)
    with pytest.raises(BadInput) as refused:
        review(home, FIRST, vote, reasons=reasons)
    assert refused.value.code == "OUTPUT-VOTE" and state(home) is State.AWAITING_REVIEW


@pytest.mark.parametrize("cell", ["0:engaged", "5:engaged", "1:name", "engaged", "-1:engaged", "1:", ""])
def test_a_cell_that_is_not_in_the_table_is_refused_and_no_vote_taken(home, cell):
    ask(home)
    with pytest.raises(BadInput) as refused:
        review_output(home, home.places[PLACE], "first", FIRST, "return", "Too fine.", [cell])
    assert refused.value.code == "OUTPUT-CELL" and find(home.places[PLACE].ledger, "first").votes == {}


def test_a_reviewer_points_to_cells_by_row_and_column(home):
    ask(home)
    output = review_output(home, home.places[PLACE], "first", FIRST, "return", "Too fine.", ["3:engaged", "1:sex"])
    assert output.votes[FIRST].cells == ((3, "engaged"), (1, "sex"))


def test_a_vote_says_which_files_it_was_for_whose_organisation_it_is_and_which_decision_allowed_it(home):
    output = ask(home)
    review(home, FIRST)
    (event,) = home.places[PLACE].ledger.events("output.reviewed")
    assert event.body["frozen"] == output.frozen and len(next(iter(output.frozen.values()))) == 64
    assert (event.body["organisation"], event.body["asked_of"]) == ("dhsc", ["dhsc"])
    decision = home.places[PLACE].ledger.event(event.body["decision"])
    assert decision.body["action"] == "review" and decision.body["allowed"] and decision.person == FIRST
    assert "Read against" not in str(event.body)


# --- what votes are for ---


def test_a_vote_is_void_once_other_files_are_frozen_under_the_request(home):
    approved(home)
    ask(home, table=replace(TABLE, title="Continuity of care, otherwise"))
    output = find(home.places[PLACE].ledger, "first")
    assert output.state is State.AWAITING_REVIEW and len(output.void) == 2
    with pytest.raises(BadInput, match="cannot be released"):
        release_output(home, "first", RELEASER)
    review(home, FIRST)
    assert review(home, SECOND).state is State.APPROVED


def test_files_that_were_replaced_past_the_request_are_neither_reviewed_nor_released(home):
    approved(home)
    ask(home, "other")
    place = home.places[PLACE]
    path = f"outputs/{CASE}/first.parquet"
    other = (place.root / f"outputs/{CASE}/other.parquet").read_bytes()
    with place.store.step() as step:
        step.write_bytes(path, other)
        step.commit("note.written", RELEASER, {})
    with pytest.raises(Refused) as refused:
        release_output(home, "first", RELEASER)
    assert refused.value.code == "OUTPUT-CHANGED" and files(home, "released/") == []


def test_changed_bytes_are_neither_reviewed_nor_released(home):
    ask(home)
    review(home, FIRST)
    path = home.places[PLACE].root / f"outputs/{CASE}/first.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Tampered):
        review(home, SECOND)
    path.write_bytes(whole)
    review(home, SECOND)
    path.write_bytes(whole + b"x")
    with pytest.raises(Tampered):
        release_approved(home)
    assert state(home) is State.APPROVED and files(home, "released/") == []


# --- the agreement's own reviewers ---


def asking_for(home, asked):
    """The place's facts, as if its agreement asked for these reviewers."""
    place, facts = home.places[PLACE], home.facts(home.places[PLACE])
    case = facts.use_cases[CASE]
    agreement = replace(case.agreement, review_by_controllers=asked)
    use_cases = {**facts.use_cases, CASE: replace(case, agreement=agreement)}
    home._facts[PLACE] = (home._governed(place), replace(facts, use_cases=use_cases))


@pytest.mark.parametrize(
    ("asked", "measure", "missing"),
    [
        (False, "continuity-of-care", []),
        (("dhsc",), "continuity-of-care", []),
        (("hmrc",), "continuity-of-care", ["hmrc"]),
        (True, "continuity-of-care", []),  # read from the health system's data alone
        (True, "continuity-of-care-prison-linked", ["ministry-of-justice"]),
    ],
)
def test_approval_waits_for_every_organisation_that_the_agreement_asks_for(home, asked, measure, missing):
    asking_for(home, asked)
    ask(home, measure=measure)
    review(home, FIRST)
    output = review(home, SECOND)
    assert output.state is (State.AWAITING_REVIEW if missing else State.APPROVED)
    assert bool(output.visible_votes()) is not bool(missing), "blind until all are in"
    (told,) = status(home)["places"][PLACE]["outputs"]
    assert told["needs"] == {"reviews": len(missing), "organisations": missing}


def test_a_table_made_elsewhere_is_reviewed_by_the_owners_of_the_datasets_that_it_says_it_reads(home):
    asking_for(home, True)
    ask(home, reads=["ndtms", "hclic"], measure="made-elsewhere")
    review(home, FIRST)
    output = review(home, SECOND)
    assert output.votes[SECOND].asked_of == {"dhsc", "mhclg"} and output.state is State.AWAITING_REVIEW


def test_an_agreement_that_asks_for_more_since_the_reviews_lets_nothing_out(home):
    approved(home)
    asking_for(home, ("dhsc", "hmrc"))
    assert release_approved(home) == 0
    with pytest.raises(Refused, match="hmrc"):
        release_output(home, "first", RELEASER)
    asking_for(home, ("dhsc",))
    assert release_output(home, "first", RELEASER) == "r-first"


# --- returned, withdrawn ---


def test_a_returned_request_is_its_authors_turn_and_its_reasons_reach_the_author(home):
    ask(home)
    review(home, FIRST)
    review(home, SECOND, "return", reasons="Say what it is for.")
    (turn,) = [turn for turn in whose_turn(home) if turn.what == "first"]
    assert (turn.person, turn.act) == (AUTHOR, "ask again")
    seen, table = show_output(home, home.places[PLACE], "first", AUTHOR)
    assert table is None and seen.votes[SECOND].reasons == "Say what it is for."


def test_an_author_sees_no_vote_before_all_are_in(home):
    ask(home)
    review(home, FIRST)
    assert show_output(home, home.places[PLACE], "first", AUTHOR)[0].visible_votes() == {}


def test_an_author_withdraws_and_the_frozen_file_is_gone(home):
    approved(home)
    withdrawn = withdraw_request(home, "first", AUTHOR, "The period was wrong.")
    assert withdrawn.state is State.WITHDRAWN and files(home, "outputs/") == []
    assert not list(home.places[PLACE].root.glob("outputs/**/*.parquet"))
    with pytest.raises(BadInput, match="is withdrawn"):
        release_output(home, "first", RELEASER)
    with pytest.raises(BadInput, match="not open"):
        review(home, FIRST)
    assert release_approved(home) == 0


@pytest.mark.parametrize(
    ("person", "reasons", "code"),
    [
        (FIRST, "It is wrong.", "OUTPUT-NOT-YOURS"),
        (RELEASER, "It is wrong.", "OUTPUT-NOT-YOURS"),
        (AUTHOR, " ", "OUTPUT-REASONS"),
    ],
)
def test_nobody_else_withdraws_and_nobody_without_reasons(home, person, reasons, code):
    ask(home)
    with pytest.raises((Refused, BadInput)) as refused:
        withdraw_request(home, "first", person, reasons)
    assert refused.value.code == code and state(home) is State.AWAITING_REVIEW and files(home, "outputs/")


def test_what_has_left_is_not_withdrawn_as_a_request(home):
    released(home)
    with pytest.raises(BadInput, match="is released"):
        withdraw_request(home, "first", AUTHOR, "Too late.")
    assert state(home) is State.RELEASED


# --- released ---


def test_a_releaser_lets_out_what_is_approved_and_nobody_else_does(home):
    approved(home)
    for person in (AUTHOR, FIRST, STRANGER):
        with pytest.raises(Refused):
            release_output(home, "first", person)
        assert approved_for(home, person) == []
    assert approved_for(home, RELEASER) == ["first"]
    assert release_output(home, "first", RELEASER) == "r-first" and state(home) is State.RELEASED
    with pytest.raises(BadInput, match="is released"):
        release_output(home, "first", RELEASER)
    assert len(list(home.places[PLACE].ledger.events("output.released"))) == 1


def test_nothing_half_released_where_the_package_cannot_be_made(home, monkeypatch):
    approved(home)

    def broken(leaving):
        raise BadInput("PACKAGE-PROFILE", "No.")

    monkeypatch.setattr("boldlink.journey.release.package", broken)
    with pytest.raises(BadInput):
        release_output(home, "first", RELEASER)
    assert state(home) is State.APPROVED and files(home, "released/") == []
    assert not [path for path in (home.places[PLACE].root / "staging").rglob("*") if path.is_file()]


# --- put right in public ---


def test_a_correction_names_what_stands_in_its_stead_by_post_and_the_history_keeps_both(home):
    released(home)
    released(home, "second", replace(TABLE, title="Continuity of care, put right"))
    event = correct_release(home, "first", RELEASER, " A label was wrong. ", "second")
    assert (event.body["release"], event.body["replaced_by"]) == ("r-first", "r-second")
    assert (event.body["by"], event.body["reasons"]) == ("dhsc-releaser", "A label was wrong.")
    assert state(home) is State.CORRECTED
    assert [e.body["release"] for e in home.places[PLACE].ledger.events("output.released")] == ["r-first", "r-second"]
    assert files(home, "released/r-first/") and files(home, "released/r-second/")


def test_a_recall_is_final(home):
    released(home)
    released(home, "second")
    recall_release(home, "r-first", RELEASER, "It counted a month twice.")
    assert state(home) is State.WITHDRAWN_AFTER_RELEASE
    for again in (
        lambda: recall_release(home, "r-first", RELEASER, "Once more."),
        lambda: correct_release(home, "r-first", RELEASER, "Once more.", "second"),
        lambda: correct_release(home, "second", RELEASER, "Use the first.", "first"),
    ):
        with pytest.raises(BadInput, match="withdrawn after release already"):
            again()
    assert requests(home.places[PLACE].ledger)["second"].state is State.RELEASED


@pytest.mark.parametrize(
    ("release", "person", "reasons", "instead", "code"),
    [
        ("first", RELEASER, "", "second", "RELEASE-REASONS"),
        ("first", RELEASER, "A label.", "first", "RELEASE-REPLACED"),
        ("first", RELEASER, "A label.", "third", "RELEASE-UNKNOWN"),
        ("third", RELEASER, "A label.", "second", "RELEASE-UNKNOWN"),
        ("first", AUTHOR, "A label.", "second", "DECIDE-ROLE-IS-HELD"),
        ("first", FIRST, "A label.", "second", "DECIDE-ROLE-IS-HELD"),
    ],
)
def test_a_correction_that_is_not_made(home, release, person, reasons, instead, code):
    released(home)
    released(home, "second")
    approved(home, "third")
    with pytest.raises((BadInput, Refused)) as refused:
        correct_release(home, release, person, reasons, instead)
    assert refused.value.code == code and state(home) is State.RELEASED
    assert not list(home.places[PLACE].ledger.events("output.corrected"))


def test_a_release_is_withdrawn_even_when_its_use_case_does_not_stand_any_more(home):
    released(home)
    place, facts = home.places[PLACE], home.facts(home.places[PLACE])
    home._facts[PLACE] = (home._governed(place), replace(facts, use_cases={}, programme_ends=None))
    assert recall_release(home, "first", RELEASER, "It was wrong.").body["by"] == "dhsc-releaser"
