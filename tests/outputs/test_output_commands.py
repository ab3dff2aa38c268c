"""From a review to a public correction by the command line: what each person is told, and how each command ends."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from frozen_requests import AUTHOR, FIRST, PLACE, RELEASER, SECOND, TABLE, ask, opened

from boldlink.errors import BadInput, Refused
from boldlink.journey import ask_again as again
from boldlink.journey.register import export_places, publish_register
from boldlink.journey.review import review_output
from boldlink.ledger import Ledger
from boldlink.outputs import State, find

YES, BAD, NO, TAMPERED = 0, 2, 3, 5


@pytest.fixture
def say(folder, invoke):
    """Run `boldlink output ...` in the home, as somebody; gives the exit code and what was answered in JSON."""

    def run(*words, person=None):
        who = ("--as", person) if person else ()
        result = invoke("output", *words, "--home", folder / "home", *who, "--json", keys=folder / "keys")
        return result.exit_code, json.loads(result.stdout)

    with opened(folder / "home", folder / "keys") as home:
        ask(home)
        ask(home, "second", replace(TABLE, title="Continuity of care, put right"))
    return run


def approve(say, request):
    for person in (FIRST, SECOND):
        assert say("review", request, person=person)[0] == YES


def error(told):
    return told["error"]["code"]


def test_from_review_to_release_correction_and_recall(say, folder):
    approve(say, "first")
    assert say("release", "first", person=AUTHOR)[0] == NO
    assert say("release", person=RELEASER) == (YES, {"released": ["r-first"]})
    assert say("release", person=RELEASER) == (YES, {"released": []})
    assert say("correct", "first", "--replaced-by", "second", "--reasons", "A label.", person=RELEASER)[0] == BAD
    approve(say, "second")
    assert say("release", "second", person=RELEASER)[1] == {"released": ["r-second"]}
    wrong = ("correct", "r-first", "--replaced-by", "r-second")
    assert error(say(*wrong, person=RELEASER)[1]) == "RELEASE-REASONS"
    code, told = say(*wrong, "--reasons", "A label was wrong.", person=RELEASER)
    assert (code, told) == (YES, {"release": "r-first", "state": "corrected"})
    code, told = say("recall", "r-second", "--reasons", "It counted a month twice.", person=RELEASER)
    assert (code, told) == (YES, {"release": "r-second", "state": "withdrawn"})
    listed = say("list")[1]["outputs"]
    states = {one["id"]: one["state"] for one in listed}
    for state in {*states.values()}:
        named = say("list", "--state", state.replace("_", " "), "--use-case", listed[0]["use_case"])[1]["outputs"]
        assert named == [one for one in listed if one["state"] == state and one["use_case"] == listed[0]["use_case"]]
    assert say("list", "--state", "lost")[1]["error"]["code"] == "OUTPUT-STATE"
    assert states == {"first": "corrected", "second": "withdrawn_after_release"}
    kept = [e.body["release"] for e in Ledger(folder / "home" / "places" / PLACE / "ledger").events("output.released")]
    assert kept == ["r-first", "r-second"], "what was released stays in the history"


def test_the_register_shows_a_correction_and_a_withdrawal_with_post_and_reasons(say, folder):
    for request in ("first", "second"):
        approve(say, request)
    say("release", person=RELEASER)
    say("correct", "first", "--replaced-by", "second", "--reasons", "A label was wrong.", person=RELEASER)
    say("recall", "second", "--reasons", "It counted a month twice.", person=RELEASER)
    with opened(folder / "home", folder / "keys") as home:
        export_places(home)
        index = publish_register(home)
    first = (index.parent / "releases" / "r-first.html").read_text("utf-8")
    assert "This table was corrected" in first and "A label was wrong." in first and "r-second" in first
    assert "Output publisher, DHSC environment" in first and RELEASER not in first
    second = (index.parent / "releases" / "r-second.html").read_text("utf-8")
    assert "This table was withdrawn" in second and "It counted a month twice." in second and "133" not in second
    assert "A label was wrong." in (index.parent / "corrections.html").read_text("utf-8")


def test_status_and_show_say_who_is_still_needed_and_nothing_of_votes(say, invoke, folder):
    say("review", "first", person=FIRST)
    code, told = say("show", "first", person=SECOND)
    assert code == YES and told["votes"] == {} and len(told["rows"]) == 4
    assert told["needs"] == {"reviews": 1, "organisations": []}
    turns = json.loads(invoke("status", "--home", folder / "home", "--json").stdout)["turns"]
    assert {(one["what"], one["person"]) for one in turns if one["act"] == "review"} == {
        ("first", SECOND), ("second", FIRST), ("second", SECOND),
    }  # fmt: skip
    text = invoke("output", "show", "first", "--home", folder / "home", "--as", SECOND).stdout
    assert "Reviews still needed: 1." in text and "awaiting review" in text
    needs = {one["id"]: one["needs"] for one in say("list")[1]["outputs"]}
    assert needs == {"first": {"reviews": 1, "organisations": []}, "second": {"reviews": 2, "organisations": ["dhsc"]}}
    assert "2, one of dhsc" in invoke("output", "list", "--home", folder / "home").stdout


def test_a_returned_request_tells_its_author_why_and_can_be_withdrawn(say, invoke, folder):
    say("review", "first", person=FIRST)
    why = ("--vote", "return", "--reasons", "Say what it is for.", "--cell", "3:engaged")
    assert say("review", "first", *why, person=SECOND)[1]["state"] == "returned"
    told = say("show", "first", person=AUTHOR)[1]
    assert "rows" not in told and told["votes"][SECOND] == ["return", "Say what it is for."]
    text = invoke("output", "show", "first", "--home", folder / "home", "--as", AUTHOR).stdout
    assert "return: ada-brackenridge. Say what it is for. At: row 3, engaged." in text
    assert error(say("withdraw", "first", "--reasons", "Not needed.", person=FIRST)[1]) == "OUTPUT-NOT-YOURS"
    assert say("withdraw", "first", "--reasons", "Not needed.", person=AUTHOR)[1]["state"] == "withdrawn"
    assert error(say("release", "first", person=RELEASER)[1]) == "OUTPUT-NOT-APPROVED"


def test_a_package_is_written_out_verified_without_a_home_and_its_changed_byte_seen(say, invoke, folder):
    approve(say, "first")
    say("release", "first", person=RELEASER)
    code, told = say("package", "first", "--out", folder / "out")
    assert (code, told) == (YES, {"package": str(folder / "out" / "r-first")})
    assert invoke("output", "verify", folder / "out" / "r-first", "--json").exit_code == YES
    table = folder / "out" / "r-first" / "data" / "outputs" / "table.csv"
    table.write_text(table.read_text().replace("410", "415"))
    changed = invoke("output", "verify", folder / "out" / "r-first", "--json")
    assert changed.exit_code == TAMPERED and "data/outputs/table.csv" in json.loads(changed.stdout)["error"]["what"]
    assert invoke("output", "verify", folder / "nowhere").exit_code == TAMPERED
    assert error(say("package", "second", "--out", folder / "out")[1]) == "RELEASE-UNKNOWN"


# --- asked again ---


@pytest.fixture
def returned(home):
    """A request that was sent back."""
    ask(home)
    review_output(home, home.places[PLACE], "first", FIRST, "approve", "")
    review_output(home, home.places[PLACE], "first", SECOND, "return", "Say what it is for.")
    return home


def test_what_was_returned_is_asked_again_in_another_context_and_superseded(returned, monkeypatch):
    wanted = []

    def request_output(home, place, use_case, document, person):
        wanted.append((use_case, document.context, document.measure, person))
        return ask(home, "second")

    monkeypatch.setattr(again, "request_output", request_output)
    new = again.ask_again(returned, "first", AUTHOR, "For the annual report's chapter on women.")
    assert wanted == [
        ("substance-misuse", "For the annual report's chapter on women.", "continuity-of-care", AUTHOR),
    ]
    old = find(returned.places[PLACE].ledger, "first")
    assert (new.state, new.votes, old.state) == (State.AWAITING_REVIEW, {}, State.SUPERSEDED)
    assert not (returned.places[PLACE].root / next(iter(old.frozen))).exists()


@pytest.mark.parametrize(
    ("person", "context", "kind", "code"),
    [
        (AUTHOR, "By sex.", BadInput, "OUTPUT-AGAIN"),  # the very same request
        (FIRST, "Another context.", Refused, "OUTPUT-NOT-YOURS"),
        (RELEASER, "Another context.", Refused, "OUTPUT-NOT-YOURS"),
    ],
)
def test_nothing_is_asked_again_by_others_or_in_the_same_words(returned, person, context, kind, code):
    with pytest.raises(kind) as refused:
        again.ask_again(returned, "first", person, context)
    assert refused.value.code == code
    assert find(returned.places[PLACE].ledger, "first").state is State.RETURNED


def test_what_was_not_returned_is_not_asked_again(home):
    ask(home)
    with pytest.raises(BadInput, match="not asked again") as refused:
        again.ask_again(home, "first", AUTHOR, "Another context.")
    assert refused.value.why == "it was not returned."


def test_a_file_made_elsewhere_is_submitted_anew_and_not_asked_again(home):
    ask(home, submitted={"kind": "csv"})
    for person, vote in ((FIRST, "approve"), (SECOND, "return")):
        review_output(home, home.places[PLACE], "first", person, vote, "Say what it is for.")
    with pytest.raises(BadInput, match="made elsewhere") as refused:
        again.ask_again(home, "first", AUTHOR, "Another context.")
    assert refused.value.code == "OUTPUT-AGAIN"
    assert find(home.places[PLACE].ledger, "first").state is State.RETURNED
