"""What comes out: trends and never cases, a public list that is current, and answers to what the pilots asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boldlink.journey import open_home
from boldlink.ledger import Ledger
from boldlink.outputs import State, requests

PILOTS = {"reducing-homelessness", "supporting-victims", "substance-misuse", "reducing-reoffending"}


def ledgers(root):
    return {folder.name: Ledger(folder / "ledger") for folder in sorted((root / "places").glob("*/"))}


def register(root, name):
    return json.loads((root / "register" / f"{name}.json").read_text("utf-8"))


def counts_of(table):
    for row in table["rows"]:
        for name in table["counts"]:
            yield row[name]


def test_p28_no_released_count_is_of_fewer_than_ten_people(made):
    released = 0
    for ledger in ledgers(made.root).values():
        for event in ledger.events("output.released"):
            found = [count for count in counts_of(event.body["table"]) if isinstance(count, int)]
            assert all(count == 0 or count >= 10 for count in found) and all(count % 5 == 0 for count in found)
            released += 1
    assert released >= 2


def test_p28_a_table_of_single_cases_is_refused_and_never_released(made):
    refused = [
        output
        for ledger in ledgers(made.root).values()
        for output in requests(ledger).values()
        if output.state is State.REFUSED
    ]
    assert refused, "the demo asks for a table of small counts"
    for output in refused:
        for ledger in ledgers(made.root).values():
            assert ledger.last("output.released", request=output.id) is None


def test_p31_every_dataset_that_a_live_use_case_names_stands_in_the_public_list(made):
    with open_home(made.root, made.keys) as home:
        facts = home.facts(home.anywhere)
    text = json.dumps(register(made.root, "datasets"))
    for case in facts.use_cases.values():
        for dataset in case.datasets:
            assert facts.contracts[dataset].name in text, dataset


def test_p31_what_was_released_stands_in_the_public_list_with_its_table(made):
    text = json.dumps(register(made.root, "releases"))
    for ledger in ledgers(made.root).values():
        for event in ledger.events("output.released"):
            assert event.body["release"] in text or event.body["request"] in text


@pytest.mark.parametrize("pilot", sorted(PILOTS))
def test_p33_each_pilot_is_live_asks_its_question_in_public_and_has_what_it_needs(made, pilot):
    page = made.root / "register" / "use-cases" / f"{pilot}.html"
    assert page.is_file() and "?" in page.read_text("utf-8")
    built = {
        event.body["use_case"] for ledger in ledgers(made.root).values() for event in ledger.events("research.built")
    }
    assert pilot in built


def test_p33_pilots_answers_are_published(made):
    released = {
        event.body["use_case"] for ledger in ledgers(made.root).values() for event in ledger.events("output.released")
    }
    assert released and released <= PILOTS


def test_p39_an_owner_gets_a_report_on_what_it_delivered_and_nobody_else_does(made, invoke, tmp_path):
    asked = ("quality", "prison", "--home", made.root, "--json")
    told = invoke(*asked, "--as", "ptolemy-thistlewick", keys=made.keys)
    assert told.exit_code == 0, told.output
    assert "rows" in told.stdout or "completeness" in told.stdout
    assert invoke(*asked, "--as", "bram-ravensgill", keys=made.keys).exit_code == 3
    assert Path(made.root).is_dir()
