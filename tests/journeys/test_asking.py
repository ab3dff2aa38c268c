"""People ask why, who and where, by the command: what they are told, and how each command ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from boldlink.decide import Request, decide
from boldlink.journey import open_home
from boldlink.journey.ask import why

CASE, LINKER = "reducing-reoffending", "idwal-hartsbourne"
YES, BAD, NO = 0, 2, 3
LINK = ("--person", LINKER, "--action", "link", "--resource", f"spine:{CASE}", "--use-case", CASE)


@pytest.fixture
def ask(made, invoke):
    """Ask the demo's home, which nothing here changes; JSON unless told otherwise."""

    def asked(*words, code, text=False):
        result = invoke(*words, "--home", made.root, *([] if text else ["--json"]), keys=made.keys)
        assert result.exit_code == code, result.output
        return result.stdout if text else json.loads(result.stdout)

    return asked


# --- why ---


def test_why_says_yes_with_every_rule_met_and_no_with_what_is_lacking_and_who_could_change_it(ask):
    yes, no = ask("why", *LINK, code=YES), ask("why", *LINK[:-2], code=NO)
    assert yes["allowed"] and {one["met"] for one in yes["findings"]} == {"yes"}
    assert not no["allowed"]
    unmet = [one for one in no["findings"] if one["met"] == "no"]
    assert {"use_case_is_named", "role_is_held"} <= {one["rule"] for one in unmet}
    assert all(one["required"] and one["found"] and one["remedy"] for one in unmet)


def test_why_answers_in_a_shape_that_programs_can_rely_on(ask):
    told = ask("why", *LINK, code=YES)
    keys = ["allowed", "person", "action", "resource", "use_case", "place", "at", "rules_version", "findings"]
    assert list(told) == keys
    finding = ["rule", "met", "asks", "required", "found", "promises", "citation", "remedy"]
    assert all(list(one) == finding for one in told["findings"])
    assert told["at"] == date.today().isoformat() and told["place"] == "moj"


def test_why_of_a_day_before_anything_was_recorded_is_no(ask):
    told = ask("why", *LINK, "--at", "2021-01-01", code=NO)
    assert told["at"] == "2021-01-01"
    assert "no programme on record" in {one["found"] for one in told["findings"]}


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--person", "mallory", *LINK[2:]), "person_is_known"),
        ((*LINK[:6], "--use-case", "no-such-case"), "use_case_is_named"),
        ((*LINK[:4], "--resource", "spine:no-such-case", *LINK[6:]), "resource_is_of_the_use_case"),
        ((*LINK, "--place", "sail"), "place_is_allowed"),
    ],
    ids=["unknown person", "unknown use case", "another's spine", "another place"],
)
def test_what_is_not_on_record_is_no_and_named(ask, words, rule):
    told = ask("why", *words, code=NO)
    assert rule in {one["rule"] for one in told["findings"] if one["met"] == "no"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*LINK[:2], "--action", "peek", *LINK[4:]), "DECIDE-ACTION"),
        ((*LINK[:4], "--resource", "moon:x", *LINK[6:]), "DECIDE-RESOURCE"),
        ((*LINK[:4], "--resource", "spine:", *LINK[6:]), "DECIDE-RESOURCE"),
        ((*LINK, "--place", "moon"), "WHY-PLACE"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_four_parts(ask, words, code):
    error = ask("why", *words, code=BAD)["error"]
    assert error["code"] == code and error["what"] and error["do"]


# --- who can ---

ASKED = [
    ("link", f"spine:{CASE}", CASE, None),
    ("separate", "dataset:ndtms", None, None),
    ("review", "output:substance-misuse~1", "substance-misuse", "dhsc"),
    ("analyse", "research:substance-misuse", "substance-misuse", "sail"),
    ("read", "attributes:ndtms.outcome", "substance-misuse", None),
]


@pytest.mark.parametrize(("action", "resource", "case", "place"), ASKED, ids=[one[0] for one in ASKED])
def test_who_can_lists_exactly_those_to_whom_why_says_yes(made, ask, action, resource, case, place):
    with open_home(made.root, made.keys) as home:
        facts = home.facts(home.anywhere)
        there = place or why(made.root, "", action, resource, case, date.today()).place
    request = Request("", action, resource, case, there)
    may = {one for one in facts.people if decide(replace(request, person=one), facts, date.today()).allowed}
    for person in (*sorted(may)[:2], *sorted(set(facts.people) - may)[:2], "mallory"):
        answer = why(made.root, person, action, resource, case, date.today(), place)
        assert answer.decision.allowed is (person in may)
    options = [*(["--use-case", case] if case else []), *(["--place", place] if place else [])]
    told = ask("who-can", action, resource, *options, code=YES if may else NO)
    assert {one["person"] for one in told["who"]} == may
    assert all(finding["met"] == "yes" for one in told["who"] for finding in one["findings"])
    assert bool(may) is (action != "read")


def test_who_can_says_in_words_who_and_why_or_that_nobody_may(ask):
    some = ask("who-can", "link", f"spine:{CASE}", "--use-case", CASE, code=YES, text=True)
    assert LINKER in some and "all met" in some
    none = ask("who-can", "link", f"spine:{CASE}", "--use-case", CASE, "--at", "2021-01-01", code=NO, text=True)
    assert none.startswith("Nobody may link") and "2021-01-01" in none


# --- where ---

WHERE = {
    "reducing-reoffending": ({"moj"}, True),
    "reducing-homelessness": ({"dhsc"}, True),
    "supporting-victims": ({"moj"}, True),
    "substance-misuse": ({"dhsc", "sail"}, False),
}


@pytest.mark.parametrize(("case", "places", "by_row"), [(k, *v) for k, v in WHERE.items()], ids=WHERE)
def test_where_a_use_case_may_run_and_what_it_lacks(ask, case, places, by_row):
    told = ask("where", case, code=YES if by_row else NO)
    assert {site["place"] for site in told["sites"] if site["allowed"]} == places
    assert told["by_row"] is by_row and told["lacks"] == []
    words = ask("where", case, code=YES if by_row else NO, text=True)
    assert all(f"{place}: may run here" in words for place in places) and told["possible"][0] in words


def test_where_is_asked_of_a_use_case_that_is_on_record_on_that_day(ask):
    error = ask("where", "no-such-case", code=BAD)["error"]
    assert error["code"] == "USE-CASE-UNKNOWN" and CASE in error["do"]
    assert "nothing was recorded by then" in ask("where", CASE, "--at", "2021-01-01", code=BAD)["error"]["do"]
