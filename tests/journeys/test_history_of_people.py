"""What the demo's outputs were compared with: every use case's, as sets of people that nobody but the comparison opens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boldlink.decide import Request, compartments
from boldlink.errors import BoldError
from boldlink.journey import open_home
from boldlink.journey.history import earlier
from boldlink.outputs import State, requests


def beside(output) -> dict[str, str]:
    return next(check for check in output.body["checks"] if check["name"] == "beside other outputs")


@pytest.fixture
def places(made):
    with open_home(made.root, made.keys) as home:
        yield home


def test_everything_that_left_was_compared_and_whose_its_numbers_are_is_kept(places):
    for place in places.places.values():
        kept = {path.stem for path in (place.store.root / "history").rglob("*.parquet")}
        for one in requests(place.ledger).values():
            if one.state is State.RELEASED:
                assert beside(one)["outcome"] == "pass"
                files = [file["path"] for file in one.body["files"] if file["path"].startswith("history/")]
                assert {Path(path).stem for path in files} <= kept


def test_use_cases_of_one_place_are_compared_with_each_other(places):
    """Two use cases ask about people who left prison in the same environment."""
    dhsc = places.places["dhsc"]
    kept = {file.stem for file in (dhsc.store.root / "history" / "prison").glob("*.parquet")}
    asked = requests(dhsc.ledger)
    assert {asked[name].use_case for name in kept} >= {"reducing-homelessness", "substance-misuse"}


def test_a_raw_table_would_give_few_people_away_and_says_beside_which(places):
    raw = [one for p in places.places.values() for one in requests(p.ledger).values() if one.state is State.REFUSED]
    told = [beside(one)["explanation"] for one in raw if "worked out again" in json.dumps(one.body["checks"])]
    assert any("could be worked out" in text and "What would pass" in text for text in told)


def test_nobody_s_other_decision_opens_the_history(places):
    dhsc = places.places["dhsc"]
    researcher = places.member(dhsc, "substance-misuse", "researcher")
    decision = places.require(dhsc, researcher, "analyse", "research:substance-misuse", "substance-misuse")
    with pytest.raises(BoldError):
        earlier(places, dhsc, decision, "prison")


def test_a_researcher_may_not_compare(places):
    dhsc = places.places["dhsc"]
    researcher = places.member(dhsc, "substance-misuse", "researcher")
    with pytest.raises(BoldError, match="may not compare"):
        places.require(dhsc, researcher, "compare", "output:substance-misuse", "substance-misuse")


def test_the_history_goes_with_its_dataset_and_not_with_a_use_case(places):
    dhsc = places.places["dhsc"]
    facts = places.facts(dhsc)
    custodian = places.holder(dhsc, "custodian", at="dhsc")
    dispose = Request(custodian, "dispose", "dataset:prison", None, "dhsc")
    erase = Request(custodian, "erase", "use_case:substance-misuse", None, "dhsc")
    assert "history/prison:write" in compartments(dispose, facts)
    assert not [one for one in compartments(erase, facts) if one.startswith("history/")]


def test_sealed_units_stand_in_no_file_in_clear(made):
    for path in (made.root / "places" / "dhsc" / "history").rglob("*.parquet"):
        assert path.read_bytes()[:4] == b"PARE"  # an encrypted footer
