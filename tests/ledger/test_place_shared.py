"""A place whose ledger is written through a database is the same place: sealed files, checkpoints, audit, one run at a time."""

import json
import shutil
from pathlib import Path

import pytest

from boldlink.errors import BadInput, Busy, Tampered
from boldlink.ledger import Ledger
from boldlink.places import Place, audit_place

PROGRAMME = Path(__file__).parents[2] / "programmes" / "bold"


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "home" / "places" / "moj", tmp_path / "keys"


def codes(roots):
    return [problem.code for problem in audit_place(*roots)[1]]


def test_a_place_works_as_ever_while_others_write_its_ledger(roots, database):
    place = Place.open(*roots, database=database)
    place.ledger.publish()
    guest = Ledger(roots[0] / "ledger", write=True, database=database)
    guest.append("note", "bob", {})
    with place.store.step() as step:
        step.write_bytes("public/x.json", b"{}")
        step.commit("thing.stored", "ada", {})
    guest.append("note", "bob", {})
    checkpoint = place.checkpoint()
    assert checkpoint.body["head"]["events"] == checkpoint.number - 1 == 5
    guest.append("note", "bob", {})
    guest.close()
    place.close()
    assert codes(roots) == []


def test_two_runs_in_one_place_are_never_let_in_at_once(roots, database):
    place = Place.open(*roots, database=database)
    with pytest.raises(Busy):
        Place.open(*roots, database=database)
    place.close()
    Place.open(*roots, database=database).close()


def test_a_shared_ledger_is_not_written_alone_by_mistake(roots, database):
    Place.open(*roots, database=database).close()
    before = (roots[0] / "ledger" / "000001.jsonl").read_bytes()
    with pytest.raises(BadInput, match="BOLDLINK_LEDGER"):
        Place.open(*roots)
    assert (roots[0] / "ledger" / "000001.jsonl").read_bytes() == before


def test_what_a_killed_run_left_in_the_database_alone_is_brought_in_and_said(roots, database):
    Place.open(*roots, database=database).close()
    Ledger(roots[0] / "ledger", write=True, database=database).append("note", "bob", {})
    place = Place.open(*roots, database=database)
    assert place.ledger.last("ledger.repaired").body == {"events_brought_into_the_files": 1}
    place.close()
    assert codes(roots) == []


def test_a_place_rolled_back_in_files_and_database_is_found(roots, database, tmp_path):
    place = Place.open(*roots, database=database)
    place.checkpoint()
    shutil.copytree(roots[0], tmp_path / "copy")
    place.ledger.append("note", "ada", {})
    place.checkpoint()
    place.close()
    shutil.rmtree(roots[0])
    shutil.copytree(tmp_path / "copy", roots[0])
    assert codes(roots) == ["LEDGER-TRUNCATED"]
    again = Place.open(*roots, database=database)  # the database still holds what the files lost: it is brought back
    again.close()
    assert codes(roots) == []


def test_a_run_through_a_database_is_audited_against_it(tmp_path, database, invoke):
    home = tmp_path / "home"
    (home / "extracts").mkdir(parents=True)
    ran = invoke("run", PROGRAMME, "--home", home, "--ledger", database, keys=tmp_path / "keys")
    assert ran.exit_code == 4, ran.stderr
    verify = ("audit", "verify", "--home", home, "--json")
    assert invoke(*verify, "--ledger", database).exit_code == 0
    alone = invoke("output", "list", "--home", home)
    assert alone.exit_code == 2 and "BOLDLINK_LEDGER" in alone.stderr
    segment = home / "places" / "moj" / "ledger" / "000001.jsonl"
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-1]))
    found = json.loads(invoke(*verify, "--ledger", database).stdout)["problems"]
    assert {problem["code"] for problem in found} == {"LEDGER-TRUNCATED"}


def test_a_shared_history_that_was_forked_does_not_open(roots, database):
    Place.open(*roots, database=database).close()
    segment = roots[0] / "ledger" / "000001.jsonl"
    kept = segment.read_bytes().splitlines(keepends=True)[0]
    segment.write_bytes(kept)
    alone = Ledger(roots[0] / "ledger", write=True)
    alone.append("note", "mallory", {})
    alone.close()
    with pytest.raises(Tampered, match="DATABASE-DIFFERS"):
        Place.open(*roots, database=database)


def test_checkpoints_tell_the_truth_while_another_process_writes(roots, database):
    import subprocess
    import sys

    place = Place.open(*roots, database=database)
    folder = roots[0] / "ledger"
    place.ledger.publish()
    command = [
        sys.executable,
        Path(__file__).parent / "shared_writer.py",
        database,
        folder,
        "bob",
        roots[1] / "log",
        "150",
    ]
    guest = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE)
    made = 0
    while guest.poll() is None:
        place.ledger.append("note", "ada", {})
        place.checkpoint()
        made += 1
    assert guest.communicate()[1] == b"" and made > 1
    place.close()
    assert codes(roots) == []
