"""A use case ends: what was made for it is gone from every place, and what others need stays."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from boldlink.errors import KeyUnavailable
from boldlink.journey import open_home
from boldlink.journey.audit import audit
from boldlink.journey.govern import sign_document, whose_turn
from boldlink.places import bound_files
from boldlink.programme.faults import ProgrammeLoader

pytestmark = pytest.mark.xdist_group("home")
BOLD = Path(__file__).parents[2] / "programmes" / "bold"


def held(root, keys, word):
    with open_home(root, keys) as home:
        return {
            (name, path)
            for name, place in home.places.items()
            for path in bound_files(place.ledger)
            if word in path.replace(f"wales-{word}", "")  # a dataset's own name
        }


def run(invoke, copy, programme):
    result = invoke("run", programme, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code in (0, 4), result.output
    return json.loads(result.stdout)


@pytest.fixture
def programme(tmp_path):
    shutil.copytree(BOLD, tmp_path / "bold")
    return tmp_path / "bold"


def end(programme, use_case):
    path = programme / "use-cases" / use_case / "agreement.yaml"
    content = yaml.load(path.read_text(), Loader=ProgrammeLoader)
    content["ends"] = date.today() - timedelta(days=2)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def sign_again(copy, use_case):
    with open_home(copy.root, copy.keys) as home:
        for turn in whose_turn(home):
            if turn.act == "sign" and turn.what == f"agreement:dsa-{use_case}":
                sign_document(home, turn.what, turn.person)


def test_an_agreement_that_was_only_edited_stops_work_and_erases_nothing(copy, invoke, programme):
    before = held(copy.root, copy.keys, "substance-misuse")
    end(programme, "substance-misuse")
    told = run(invoke, copy, programme)
    assert {turn["what"] for turn in told["turns"]} == {"agreement:dsa-substance-misuse"}
    assert {one for one in before if "/outputs/" not in one[1]} <= held(copy.root, copy.keys, "substance-misuse")


def test_an_ended_use_case_leaves_no_row_no_link_and_no_key(copy, invoke, programme):
    end(programme, "substance-misuse")
    run(invoke, copy, programme)
    sign_again(copy, "substance-misuse")
    run(invoke, copy, programme)
    left = {path for _, path in held(copy.root, copy.keys, "substance-misuse")}
    assert {path.split("/")[0] for path in left} <= {"outputs", "vault"}
    assert {path for path in left if path.startswith("vault/")} <= {
        "vault/outputs+substance-misuse.key",
        "vault/package+substance-misuse.key",
    }
    with open_home(copy.root, copy.keys) as home:
        place = home.places["dhsc"]
        assert not [path for path in bound_files(place.ledger) if path.startswith("edges/")]
        decisions = [e for e in place.ledger.events("decision") if "spine/substance-misuse:read" in e.body["opens"]]
        with pytest.raises(KeyUnavailable, match="no key here"):
            place.vault.lease(decisions[-1], "spine/substance-misuse")
        assert home.files(home.places["moj"], "spine/reducing-reoffending")
        assert [path for path in bound_files(home.places["moj"].ledger) if path.startswith("edges/prison~probation")]
    assert audit(copy.root, copy.keys).intact


def test_a_use_case_that_is_taken_out_of_the_programme_is_erased_and_what_was_released_stays(copy, invoke, programme):
    shutil.rmtree(programme / "use-cases" / "substance-misuse")
    run(invoke, copy, programme)
    stages = {path.split("/")[0] for _, path in held(copy.root, copy.keys, "substance-misuse")}
    assert not stages & {"scope", "spine", "research", "identifiers", "attributes"}
    assert list((copy.root / "places/dhsc/released").iterdir())
    assert audit(copy.root, copy.keys).intact
