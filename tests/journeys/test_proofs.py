"""A stranger and a witness check a place without its home: proofs, cosigned heads, and the section 62 log."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from boldlink.journey import open_home
from boldlink.journey.audit import read_exported

SCRIPT = Path(__file__).parents[2] / "docs" / "check_proof.py"


def check(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, check=False).returncode


@pytest.fixture
def act(copy, invoke):
    """Run `boldlink audit …` on the copy; the result's exit code must be as expected."""

    def run(*arguments, code=0):
        result = invoke("audit", *arguments, keys=copy.keys)
        assert result.exit_code == code, result.stderr
        return result

    return run


def grow(copy):
    with open_home(copy.root, copy.keys) as home:
        home.places["moj"].ledger.append("note", "ada", {})


def test_a_stranger_checks_an_event_against_an_exported_checkpoint(copy, act, tmp_path):
    at = ("--home", copy.root)
    act("head", *at, "--out", tmp_path / "heads.json")
    act("proof", "3", *at, "--place", "moj", "--out", tmp_path / "proof.json")
    key = read_exported(tmp_path / "heads.json")["moj"].key
    assert check("inclusion", tmp_path / "proof.json", tmp_path / "heads.moj.note", "--key", key) == 0
    assert check("inclusion", tmp_path / "proof.json", tmp_path / "heads.sail.note", "--key", key) == 1
    act("proof", "999999", *at, "--place", "moj", "--out", tmp_path / "no.json", code=2)
    act("proof", "3", *at, "--place", "nowhere", "--out", tmp_path / "no.json", code=2)


def test_a_stranger_checks_that_a_history_only_grew(copy, act, tmp_path):
    at = ("--home", copy.root)
    act("head", *at, "--out", tmp_path / "old.json")
    grow(copy)
    act("consistency", *at, "--place", "moj", "--since", tmp_path / "old.json", "--out", tmp_path / "proof.json")
    assert check("consistency", tmp_path / "proof.json", tmp_path / "old.moj.note", tmp_path / "proof.note") == 3
    assert check("consistency", tmp_path / "proof.json", tmp_path / "old.sail.note", tmp_path / "proof.note") == 1


def test_a_witness_signs_what_only_grew_and_its_signature_is_checked_by_the_script(copy, act, tmp_path):
    at, witness = ("--home", copy.root), ("--as", "dhsc", "--key", tmp_path / "dhsc.key")
    act("head", *at, "--out", tmp_path / "first.json")
    assert "nothing to compare" in act("witness", tmp_path / "first.json", *witness).stderr
    grow(copy)
    act("head", *at, "--since", tmp_path / "first.json", "--out", tmp_path / "second.json")
    told = act("witness", tmp_path / "second.json", *witness, "--known", tmp_path / "first.json", "--json")
    act("proof", "3", *at, "--place", "moj", "--out", tmp_path / "proof.json")
    import base64

    public = base64.b64decode(json.loads(told.stdout)["witness"].split("+", 2)[2])[1:].hex()
    assert check("inclusion", tmp_path / "proof.json", tmp_path / "second.moj.note", "--key", public) == 0
    act("verify", *at, "--head", tmp_path / "second.json")


def test_a_place_that_was_rolled_back_gets_no_signature_from_a_witness(copy, act, tmp_path):
    shutil.copytree(copy.root, tmp_path / "older")
    grow(copy)
    at, witness = ("--home", copy.root), ("--as", "dhsc", "--key", tmp_path / "dhsc.key")
    act("head", *at, "--out", tmp_path / "known.json")
    act("witness", tmp_path / "known.json", *witness)
    shutil.rmtree(copy.root)
    shutil.copytree(tmp_path / "older", copy.root)
    for head in copy.keys.rglob("head.json"):
        head.unlink()  # whoever rolled back could reach this machine's memory, not the witness
    act("verify", *at)
    act("verify", *at, "--head", tmp_path / "known.json", code=5)
    act("head", *at, "--out", tmp_path / "now.json")
    before = (tmp_path / "now.json").read_bytes()
    act("witness", tmp_path / "now.json", *witness, "--known", tmp_path / "known.json", code=5)
    assert (tmp_path / "now.json").read_bytes() == before
    act("consistency", *at, "--place", "moj", "--since", tmp_path / "known.json", "--out", tmp_path / "x.json", code=2)


def test_heads_that_hold_no_place_or_no_checkpoint_are_said(copy, act, tmp_path):
    at = ("--home", copy.root)
    act("head", *at, "--out", tmp_path / "heads.json")
    raw = json.loads((tmp_path / "heads.json").read_text())
    (tmp_path / "bare.json").write_text(
        json.dumps({"moj": {key: raw["moj"][key] for key in ("place", "events", "hash")}})
    )
    act("verify", *at, "--head", tmp_path / "bare.json")  # as they were exported before there were checkpoints in them
    out = ("--out", tmp_path / "x.json")
    act("consistency", *at, "--place", "moj", "--since", tmp_path / "bare.json", *out, code=2)
    act("consistency", *at, "--place", "sail", "--since", tmp_path / "bare.json", *out, code=2)
    act(
        "witness",
        tmp_path / "bare.json",
        "--as",
        "dhsc",
        "--key",
        tmp_path / "k",
        "--known",
        tmp_path / "heads.json",
        code=2,
    )
    act("witness", tmp_path / "bare.json", "--as", "dhsc", "--key", tmp_path / "k", code=5)


def log(copy, act, *places):
    return [
        row
        for place in places
        for row in json.loads(act("log", "--home", copy.root, "--place", place, "--json").stdout)["log"]
    ]


def test_the_section_62_log_shows_what_was_done_with_ground_and_recipient(copy, act):
    rows = log(copy, act, "moj", "dhsc", "sail")
    assert {row["operation"] for row in rows} >= {
        "collection",
        "alteration",
        "consultation",
        "disclosure",
        "combination",
    }
    assert all(row["justification"] for row in rows if row["operation"] in ("consultation", "disclosure"))
    disclosed = [row for row in rows if row["operation"] == "disclosure"]
    assert all(row["recipient"] and row["person"] and row["at"] for row in disclosed)
    sent = [row for row in disclosed if row["recipient"] != "the public"]
    assert len(sent) < len(disclosed) and sent and all("agreement" in row["justification"] for row in sent)


def test_the_section_62_log_is_a_table_too_and_asks_for_a_place_that_is_there(copy, act):
    assert "disclosure" in act("log", "--home", copy.root, "--place", "moj").stdout
    act("log", "--home", copy.root, "--place", "nowhere", code=2)
