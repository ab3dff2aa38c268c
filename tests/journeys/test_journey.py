"""The journey as people make it, by the command line: stop at every gate, go on, do nothing twice."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from boldlink.cli.demo import _act
from boldlink.journey import open_home, run
from boldlink.synthetic import write_extracts, write_second_delivery
from boldlink.vault import read_table
from small import SMALL

CODES = {"waiting": 4, "refused": 3, "tampered": 5, "bad": 2}


def tree(root):
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file()
    }


def as_json(result):
    return json.loads(result.stdout)


def test_the_demo_deposits_refuses_quarantines_links_builds_and_publishes(made):
    shown = made.shown
    places = shown.status["places"]
    deposits = [one for place in places.values() for one in place["deposits"]]
    assert {one["dataset"] for one in deposits} >= {
        "prison",
        "probation",
        "ndtms",
        "hclic",
        "wales-substance-misuse",
    }
    assert sum(one["rows_quarantined"] for one in deposits) > 0
    assert {one["code"] for one in places["moj"]["refused"]} == {"DEPOSIT-COLUMNS-MISSING"}
    states = {one["state"] for place in places.values() for one in place["outputs"]}
    assert states == {"released", "refused", "superseded"}
    assert shown.run.turns == () and shown.run.register.is_file()


def test_the_demos_prison_and_probation_link_well_at_medium_confidence(made):
    found = [one for one in made.shown.quality["links"] if one["between"] == "prison and probation"]
    for link in found:
        medium = link["confidences"]["medium"]
        assert medium["precision"] >= 0.98 and medium["recall"] >= 0.90
    assert {one["use_case"] for one in found} == {
        "substance-misuse",
        "reducing-homelessness",
        "reducing-reoffending",
    }


def test_the_sparse_link_says_how_many_matches_chance_alone_would_make(made):
    ndtms = next(one for one in made.shown.quality["links"] if one["between"] == "ndtms and prison")
    assert ndtms["expected_chance_matches"] is not None
    assert all(one["precision"] is not None for one in ndtms["confidences"].values())


def test_a_withdrawn_client_is_gone_from_every_place(made):
    assert made.shown.withdrawn["people"] > 0 and made.shown.withdrawn["rows_left"] == 0


def test_a_second_run_deposits_links_and_publishes_nothing_twice(copy, invoke):
    register = tree(copy.root / "register")
    before = {name: stored(copy.root / "places" / name) for name in ("moj", "dhsc", "sail")}
    result = invoke("run", SMALL, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code == 0, result.output
    told = as_json(result)
    assert told["received"] == [] and told["released"] == 0 and told["turns"] == []
    assert tree(copy.root / "register") == register
    assert {name: stored(copy.root / "places" / name) for name in before} == before


def stored(place):
    return {path: digest for path, digest in tree(place).items() if not path.startswith("ledger/")}


def people_of(root, keys, use_case):
    """Source person -> person id at medium confidence, as the use case's linker sees it."""
    with open_home(root, keys) as home:
        place = home.places["moj"]
        decision = home.require(place, home.member(place, use_case, "linker"), "link", f"spine:{use_case}", use_case)
        table = read_table(home.opened(place, decision, f"spine/{use_case}")[0])
        columns = (table.column(name).to_pylist() for name in ("dataset", "source_person", "person_medium"))
        return {(dataset, token): person for dataset, token, person in zip(*columns, strict=True)}


@pytest.mark.slow
def test_ids_last_when_a_department_delivers_again(tmp_path, monkeypatch):
    root, keys = tmp_path / "home", tmp_path / "keys"
    monkeypatch.setenv("BOLDLINK_KEYS", str(keys))
    write_extracts(root / "extracts", root / "truth", people=500, seed=2)
    _act(root, run(SMALL, root, root / "extracts"), "sign")
    run(SMALL, root, root / "extracts")
    before = people_of(root, keys, "reducing-reoffending")
    write_second_delivery(root / "extracts", root / "truth", people=500, seed=2)
    run(SMALL, root, root / "extracts")
    after = people_of(root, keys, "reducing-reoffending")
    both = before.keys() & after.keys()
    assert len(both) > 100
    with open_home(root, keys) as home:
        linked = home.places["moj"].ledger.events("spine.linked")
        assert [event.body["use_case"] for event in linked].count("reducing-reoffending") == 2
    assert sum(before[one] == after[one] for one in both) >= 0.99 * len(both)


def test_status_names_every_turn_and_its_command(tmp_path, invoke):
    write_extracts(tmp_path / "home/extracts", tmp_path / "home/truth", people=500, seed=1)
    result = invoke("run", "programmes/bold", "--home", tmp_path / "home", "--json", keys=tmp_path / "keys")
    assert result.exit_code == CODES["waiting"]
    turns = as_json(result)["turns"]
    assert {turn["act"] for turn in turns} == {"sign"} and as_json(result)["received"] == []
    status = as_json(invoke("status", "--home", tmp_path / "home", "--json"))
    assert status["turns"] == turns and all(turn["command"].startswith("boldlink sign") for turn in turns)
    assert not list((tmp_path / "home" / "places").rglob("*.parquet")), "before signatures, not a row is stored"


def test_signing_needs_the_right_person_and_is_voided_by_a_change(tmp_path, invoke):
    shutil.copytree("programmes/bold", tmp_path / "bold")
    home = tmp_path / "home"
    (home / "extracts").mkdir(parents=True)
    invoke("run", tmp_path / "bold", "--home", home, keys=tmp_path / "keys")
    wrong = invoke("sign", "use_case:reducing-reoffending", "--as", "bram-oxenstone", "--home", home, "--json")
    assert wrong.exit_code == CODES["refused"] and as_json(wrong)["error"]["code"] == "SIGN-REFUSED"
    right = invoke("sign", "use_case:reducing-reoffending", "--as", "ada-quillfeather", "--home", home)
    assert right.exit_code == 0, right.output
    waiting = as_json(invoke("status", "--home", home, "--json"))["turns"]
    assert "use_case:reducing-reoffending" not in {turn["what"] for turn in waiting}
    document = tmp_path / "bold/use-cases/reducing-reoffending/use-case.yaml"
    document.write_text(document.read_text().replace("version: 1.0.0", "version: 1.0.1"))
    invoke("run", tmp_path / "bold", "--home", home)
    waiting = as_json(invoke("status", "--home", home, "--json"))["turns"]
    assert "use_case:reducing-reoffending" in {turn["what"] for turn in waiting}


def test_why_answers_in_plain_english_for_yes_no_and_a_day_past(copy, invoke):
    ask = (
        "why",
        "--home",
        copy.root,
        "--person",
        "idwal-hartsbourne",
        "--action",
        "link",
        "--resource",
        "reducing-reoffending",
    )
    yes = invoke(*ask, "--use-case", "reducing-reoffending", keys=copy.keys)
    assert yes.exit_code == 0 and yes.stdout.startswith("Yes")
    no = invoke(*ask)
    assert no.exit_code == CODES["refused"] and "who could change it" in no.stdout
    past = invoke(*ask, "--use-case", "reducing-reoffending", "--at", "2020-01-01", "--json")
    assert as_json(past)["allowed"] is False and as_json(past)["at"] == "2020-01-01"


def test_reviewers_are_two_blind_and_not_the_one_who_asked(copy, invoke):
    from datetime import date

    from boldlink.journey.request import request_output
    from boldlink.programme.instruments import OutputDocument

    wanted = OutputDocument.model_validate(
        {
            "measure": "continuity-of-care",
            "from": date(2022, 6, 1),
            "to": date(2024, 1, 31),
            "by": ["sex_recorded"],
            "context": "Continuity of care by sex.",
        }
    )
    with open_home(copy.root, copy.keys) as home:
        request = request_output(home, home.places["dhsc"], "substance-misuse", wanted, "ptolemy-larkspur").id
    review = ("output", "review", request, "--home", copy.root)
    author = invoke(*review, "--as", "ptolemy-larkspur", "--json", keys=copy.keys)
    stranger = invoke(*review, "--as", "bram-fernsby", "--json")
    assert author.exit_code == stranger.exit_code == CODES["refused"]
    assert invoke(*review, "--as", "idwal-wyndlesham").exit_code == 0
    shown = as_json(invoke("output", "show", request, "--as", "ada-brackenridge", "--home", copy.root, "--json"))
    assert shown["votes"] == {} and shown["state"] == "awaiting_review"
    assert invoke(*review, "--as", "idwal-wyndlesham").exit_code == CODES["refused"]
    last = invoke(*review, "--as", "ada-brackenridge", "--vote", "reject", "--reasons", "Context is too thin.")
    assert last.exit_code == 0 and "rejected" in last.stderr


def test_a_table_that_the_checks_refused_is_shown_to_nobody(copy, invoke):
    told = as_json(invoke("output", "list", "--home", copy.root, "--json", keys=copy.keys))["outputs"]
    refused = [one["id"] for one in told if one["state"] == "refused" and one["use_case"] == "substance-misuse"]
    assert refused
    for request in refused:
        asked = ("output", "show", request, "--as", "ada-brackenridge", "--home", copy.root)
        result = invoke(*asked, "--json")
        assert result.exit_code == CODES["refused"] and "rows" not in result.stdout
        assert invoke(*asked).exit_code == CODES["refused"]


def test_bad_paths_and_words_are_said_in_four_parts(tmp_path, invoke):
    for command in (
        ("run", tmp_path / "nowhere", "--home", tmp_path / "home"),
        ("status", "--home", tmp_path / "nowhere"),
        ("audit", "verify", "--home", tmp_path / "nowhere"),
        ("why", "--home", tmp_path / "nowhere", "--person", "x", "--action", "link", "--resource", "x"),
    ):
        result = invoke(*command, "--json", keys=tmp_path / "keys")
        assert result.exit_code == CODES["bad"], command
        assert set(as_json(result)["error"]) == {"code", "what", "why", "do", "ask"}


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["run"],
        ["link"],
        ["why"],
        ["status"],
        ["sign"],
        ["output"],
        ["audit"],
        ["audit", "verify"],
        ["output", "review"],
    ],
)
def test_every_command_has_help_that_reads_on_its_own(invoke, command):
    result = invoke(*command, "--help")
    assert result.exit_code == 0 and len(result.stdout) > 200


def test_an_owner_gets_a_quality_report_of_its_delivery_and_nobody_else_does(copy, invoke):
    ask = ("quality", "ndtms", "--home", copy.root, "--version", "2024-06")
    mine = invoke(*ask, "--as", "bram-ravensgill", keys=copy.keys)
    assert mine.exit_code == 0 and mine.stdout.startswith("# Data quality of ndtms 2024-06")
    assert "complete" in mine.stdout and "- substance-misuse, without consent: " in mine.stdout
    other = invoke(*ask, "--as", "ptolemy-thistlewick", "--json")
    assert other.exit_code == CODES["refused"]
    never = invoke("quality", "ndtms", "--home", copy.root, "--as", "bram-ravensgill", "--version", "1999", "--json")
    assert as_json(never)["error"]["code"] == "QUALITY-NOT-DELIVERED"
