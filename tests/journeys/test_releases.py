"""Releases of a whole journey: each is a sound package, and what was sent back is asked again on the data themselves."""

from __future__ import annotations

import json

import pytest

from boldlink.journey import open_home
from boldlink.journey.after_release import write_package
from boldlink.ledger import Ledger
from boldlink.outputs.package import package_problems
from small import SMALL

pytestmark = pytest.mark.slow
AUTHOR, FIRST, SECOND, RELEASER = "ptolemy-larkspur", "idwal-wyndlesham", "ada-brackenridge", "isolde-mossgrave"
PERIOD = ("--from", "2022-06-01", "--to", "2024-01-31")
WANTED = ("--use-case", "substance-misuse", "--measure", "continuity-of-care", *PERIOD, "--by", "sex_recorded")


def test_every_release_of_the_demo_is_a_whole_package_that_names_nobody(copy, tmp_path):
    with open_home(copy.root, copy.keys) as home:
        people = home.facts(home.anywhere).people.values()
        names = {name for person in people for name in (person.id, person.name)}
        released = [e for place in home.places.values() for e in place.ledger.events("output.released")]
        assert len(released) >= 2
        for event in released:
            folder = write_package(home, event.body["release"], tmp_path / "out")
            assert package_problems(folder) == [], event.body["release"]
            text = " ".join(path.read_text("utf-8") for path in folder.rglob("*") if path.is_file())
            assert not [name for name in names if name in text]
            record = json.loads((folder / "data" / "disclosure-record.json").read_text("utf-8"))
            assert {one["outcome"] for one in record["checks"]} <= {"pass", "review"}
            assert [one["vote"] for one in record["reviews"]] == ["approve"] * event.body["reviews"]


def test_what_a_reviewer_sent_back_is_asked_again_approved_released_and_recalled(copy, invoke):
    def say(*words, person):
        result = invoke("output", *words, "--home", copy.root, "--as", person, "--json", keys=copy.keys)
        return json.loads(result.stdout)

    first = say("request", *WANTED, "--context", "Continuity of care by sex.", person=AUTHOR)
    assert first["state"] == "awaiting_review", first
    say("review", first["request"], person=FIRST)
    why = ("--vote", "return", "--reasons", "Say what it is for.")
    assert say("review", first["request"], *why, person=SECOND)["state"] == "returned"
    turns = json.loads(invoke("status", "--home", copy.root, "--json").stdout)["turns"]
    assert [(one["person"], one["act"]) for one in turns] == [(AUTHOR, "ask again")]
    new = say("again", first["request"], "--context", "By sex, for the chapter on women.", person=AUTHOR)
    assert (new["state"], new["instead_of"]) == ("awaiting_review", first["request"])
    assert say("show", first["request"], person=AUTHOR)["state"] == "superseded"
    for person in (FIRST, SECOND):
        say("review", new["request"], person=person)
    release = f"r-{new['request']}"
    assert say("release", person=RELEASER) == {"released": [release]}
    assert say("recall", release, "--reasons", "The period was wrong.", person=RELEASER)["state"] == "withdrawn"
    done = invoke("run", SMALL, "--home", copy.root, "--json", keys=copy.keys)
    assert done.exit_code == 0, done.output
    page = (copy.root / "register" / "releases" / f"{release}.html").read_text("utf-8")
    assert "This table was withdrawn" in page and "The period was wrong." in page
    assert Ledger(copy.root / "places" / "dhsc" / "ledger").last("output.released", release=release) is not None
    checked = invoke("audit", "verify", "--home", copy.root)
    assert checked.exit_code == 0, checked.output
