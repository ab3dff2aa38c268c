"""A stranger with one small script and a checkpoint from elsewhere needs nothing of ours to check a proof."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from boldlink.ledger import Ledger
from boldlink.ledger.checkpoint import Checkpoint
from boldlink.ledger.merkle import Tree, leaf_hash
from boldlink.ledger.proofs import prove_consistency, prove_inclusion

SCRIPT = Path(__file__).parents[2] / "docs" / "check_proof.py"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01")
EVENTS = 13


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place") / "ledger"
    ledger = Ledger(folder, write=True)
    ledger.append_many([("thing.done", "ada", {"place": "moj-1", "number": n, "word": "naïve"}) for n in range(EVENTS)])
    ledger.close()
    return folder


def note(folder, size, key=KEY):
    lines = (folder / "000001.jsonl").read_bytes().splitlines()[:size]
    root = Tree.of(map(leaf_hash, lines)).root()
    return Checkpoint("moj-1", size, root).signed("moj-1", key.public_key().public_bytes_raw(), key.sign)


def check(tmp_path, kind, proof, *notes, key=PUBLIC.hex(), script=SCRIPT, python=()):
    names = []
    for name, content in [("proof.json", json.dumps(proof)), *((f"{n}.note", one) for n, one in enumerate(notes))]:
        (tmp_path / name).write_text(content, encoding="utf-8")
        names.append(tmp_path / name)
    extra = ["--key", key] if key else []
    done = subprocess.run(
        [sys.executable, *python, script, kind, *names, *extra], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_every_event_is_proved_to_a_stranger(folder, tmp_path):
    for number in (1, 7, 8, 9, EVENTS):
        code, words = check(tmp_path, "inclusion", prove_inclusion(folder, number, EVENTS), note(folder, EVENTS).note())
        assert (code, "holds" in words) == (0, True)


def test_growth_is_proved_to_a_stranger(folder, tmp_path):
    for old in (1, 4, 7, 12, EVENTS):
        proof = prove_consistency(folder, old, EVENTS)
        assert check(tmp_path, "consistency", proof, note(folder, old).note(), note(folder, EVENTS).note())[0] == 0


@pytest.mark.parametrize("damage", ["event", "number", "step", "missing", "more", "size"])
def test_a_damaged_inclusion_proof_does_not_hold(folder, tmp_path, damage):
    proof = prove_inclusion(folder, 7, EVENTS)
    against = note(folder, 12 if damage == "size" else EVENTS).note()
    if damage == "event":
        proof["event"] = proof["event"].replace("ada", "eve")
    elif damage == "number":
        proof["number"] = 8
    elif damage == "step":
        proof["proof"][0] = "00" * 32
    elif damage == "missing":
        proof["proof"].pop()
    elif damage == "more":
        proof["proof"].append("00" * 32)
    code, words = check(tmp_path, "inclusion", proof, against)
    assert (code, "NOT hold" in words) == (1, True)


def test_a_damaged_consistency_proof_and_a_rewritten_past_do_not_hold(folder, tmp_path):
    new = note(folder, EVENTS).note()
    proof = prove_consistency(folder, 6, EVENTS)
    for steps in (proof["proof"][:-1], [*proof["proof"], "00" * 32], ["00" * 32, *proof["proof"][1:]], []):
        assert check(tmp_path, "consistency", {**proof, "proof": steps}, note(folder, 6).note(), new)[0] == 1
    forged = Checkpoint("moj-1", 6, leaf_hash(b"other")).signed("moj-1", PUBLIC, KEY.sign)
    assert check(tmp_path, "consistency", proof, forged.note(), new)[0] == 1
    assert check(tmp_path, "consistency", proof, new, note(folder, 6).note())[0] == 1


def test_a_checkpoint_signed_by_another_key_is_refused(folder, tmp_path):
    proof = prove_inclusion(folder, 3, EVENTS)
    code, words = check(tmp_path, "inclusion", proof, note(folder, EVENTS, WITNESS).note())
    assert (code, "NOT signed" in words) == (1, True)


def test_a_witness_key_will_do_as_well(folder, tmp_path):
    public = WITNESS.public_key().public_bytes_raw()
    signed = note(folder, EVENTS).cosigned("dhsc", public, WITNESS.sign, 1_700_000_000)
    proof = prove_inclusion(folder, 3, EVENTS)
    assert check(tmp_path, "inclusion", proof, signed.note(), key=public.hex())[0] == 0
    other = f"{signed.note()[:-20]}{'A' * 16}{signed.note()[-4:]}"
    assert check(tmp_path, "inclusion", proof, other, key=public.hex())[0] == 1


def test_without_a_key_or_without_cryptography_it_says_that_no_signature_was_checked(folder, tmp_path):
    proof, against = prove_inclusion(folder, 3, EVENTS), note(folder, EVENTS).note()
    code, words = check(tmp_path, "inclusion", proof, against, key=None)
    assert (code, "NOT checked" in words) == (3, True)
    code, words = check(tmp_path, "inclusion", proof, against, python=("-S", "-E"))
    assert (code, "NOT checked" in words) == (3, True)


def test_what_is_no_proof_or_no_note_is_said_and_not_taken(folder, tmp_path):
    proof, against = prove_inclusion(folder, 3, EVENTS), note(folder, EVENTS).note()
    assert check(tmp_path, "inclusion", [], against)[0] == 2
    assert check(tmp_path, "inclusion", proof, "moj-1\n13\n")[0] == 2
    assert check(tmp_path, "inclusion", {**proof, "proof": ["zz"]}, against)[0] == 2


def test_the_script_is_short_and_imports_nothing_of_ours():
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150 and "import boldlink" not in text and "from boldlink" not in text
