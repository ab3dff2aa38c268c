"""A checkpoint is a signed note as C2SP writes it, and a witness signs only what adds to what it knows."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput, Tampered
from boldlink.ledger import Head
from boldlink.ledger.checkpoint import (
    LOG_KEY,
    WITNESS_KEY,
    Checkpoint,
    key_id,
    read_checkpoint,
    verifier_key,
)
from boldlink.ledger.merkle import Tree, consistency_proof, leaf_hash
from boldlink.ledger.witness import Exported, Witness

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LEAVES = [leaf_hash(bytes([n])) for n in range(20)]


def checkpoint(size=20, origin="moj-1", leaves=LEAVES, key=KEY):
    unsigned = Checkpoint(origin, size, Tree.of(leaves[:size]).root())
    return unsigned.signed(origin, key.public_key().public_bytes_raw(), key.sign)


def exported(size=20, since=None, leaves=LEAVES, key=KEY, origin="moj-1"):
    proof = {"proof": [step.hex() for step in consistency_proof(leaves[:size], since)]} if since else None
    head = Head(origin, size + 1, "ab" * 32)
    return Exported(
        head, checkpoint(size, origin, leaves, key).note(), key.public_key().public_bytes_raw().hex(), proof
    )


# A note signed with the key of Go's own tests of golang.org/x/mod/sumdb/note, as the format's reference gives it.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_the_formats_own_example_has_our_key_id_and_our_kind_of_signature():
    name, identity, key = PETER.split("+")
    public = base64.b64decode(key)[1:]
    assert verifier_key(name, public, LOG_KEY) == PETER
    raw = base64.b64decode(SIGNED)
    assert raw[:4] == key_id(name, public, LOG_KEY) == bytes.fromhex(identity)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], NOTE.encode())


def test_a_checkpoint_is_origin_size_root_and_signature_lines():
    note = checkpoint(3).note()
    lines = note.split("\n")
    assert lines[:2] == ["moj-1", "3"] and lines[3] == ""
    assert base64.b64decode(lines[2]) == Tree.of(LEAVES[:3]).root()
    assert lines[4].startswith("— moj-1 ") and note.endswith("\n")


@given(size=st.integers(0, 20), name=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8))
def test_what_is_written_is_read_back(size, name):
    one = checkpoint(size, name).cosigned("dhsc", PUBLIC, KEY.sign, 1_800_000_000)
    assert read_checkpoint(one.note()) == one


def test_it_is_signed_by_its_key_and_by_no_other():
    one = checkpoint()
    assert one.is_signed_by("moj-1", PUBLIC)
    assert not one.is_signed_by("moj-1", OTHER.public_key().public_bytes_raw())
    assert not one.is_signed_by("moj-2", PUBLIC)
    assert not replace(one, size=19).is_signed_by("moj-1", PUBLIC)
    assert not replace(one, root=bytes(32)).is_signed_by("moj-1", PUBLIC)


def test_a_cosignature_says_when_and_is_no_signature_of_the_log():
    one = checkpoint().cosigned("dhsc", PUBLIC, KEY.sign, 1_800_000_000)
    assert one.cosigned_at("dhsc", PUBLIC) == 1_800_000_000
    assert one.cosigned_at("sail", PUBLIC) is None and not one.is_signed_by("dhsc", PUBLIC)
    later = replace(one.signatures[1], content=(1_800_000_001).to_bytes(8, "big") + one.signatures[1].content[8:])
    assert replace(one, signatures=(later,)).cosigned_at("dhsc", PUBLIC) is None
    assert len(one.cosigned("dhsc", PUBLIC, KEY.sign, 1_900_000_000).signatures) == 2


def test_the_cosignature_covers_what_the_format_says():
    one = checkpoint().cosigned("dhsc", PUBLIC, KEY.sign, 7)
    KEY.public_key().verify(one.signatures[1].content[8:], b"cosignature/v1\ntime 7\n" + one.text.encode())
    expected = hashlib.sha256(b"dhsc\n" + WITNESS_KEY + PUBLIC).digest()[:4]
    assert one.signatures[1].key_id == expected


@given(data=st.data())
def test_any_changed_character_of_a_note_is_found(data):
    note = checkpoint().note()
    at = data.draw(st.integers(0, len(note) - 1))
    changed = note[:at] + data.draw(st.characters(codec="utf-8").filter(lambda c: c != note[at])) + note[at + 1 :]
    try:
        found = read_checkpoint(changed)
    except ValueError:
        return
    assert not found.is_signed_by("moj-1", PUBLIC)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_signers_name_has_no_spaces_and_no_plus(name):
    with pytest.raises(ValueError):
        checkpoint().signed(name, PUBLIC, KEY.sign)


def test_a_witness_makes_its_key_once_and_keeps_it_to_itself(tmp_path):
    one = Witness("dhsc", tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert Witness("dhsc", tmp_path / "key").public_key == one.public_key
    (tmp_path / "key").write_text("nonsense")
    with pytest.raises(BadInput, match="WITNESS-KEY"):
        Witness("dhsc", tmp_path / "key")


def test_a_witness_signs_what_adds_to_what_it_knows(tmp_path):
    one = Witness("dhsc", tmp_path / "key")
    first = one.cosign("moj", exported(5), None, 100)
    second = one.cosign("moj", exported(12, since=5), first, 200)
    same = one.cosign("moj", exported(12), second, 300)
    assert [shown.checkpoint.cosigned_at("dhsc", one.public_key) for shown in (first, second, same)] == [100, 200, 300]
    assert Exported.from_dict(second.as_dict()) == second


FORGED = [*LEAVES[:3], leaf_hash(b"forged"), *LEAVES[4:]]


@pytest.mark.parametrize(
    "shown",
    [
        exported(12),  # nothing that shows it
        exported(12, since=4),  # a proof about another head
        exported(4),  # cut off
        exported(12, since=5, leaves=FORGED),  # another past
        exported(5, leaves=FORGED),  # another past of the same length
        exported(12, since=5, key=OTHER),  # another key
        exported(12, since=5, origin="moj-2"),  # another place
        replace(exported(12, since=5), note=checkpoint(12, key=OTHER).note()),  # signed by somebody else
        replace(exported(12, since=5), note="nonsense"),
        replace(exported(12, since=5), consistency={"proof": ["zz"]}),
        replace(exported(12, since=5), head=Head("sail-1", 13, "ab" * 32)),
    ],
    ids=range(11),
)
def test_a_witness_signs_nothing_else(tmp_path, shown):
    one = Witness("dhsc", tmp_path / "key")
    known = one.cosign("moj", exported(5), None, 100)
    with pytest.raises(Tampered, match="WITNESS-REFUSED"):
        one.cosign("moj", shown, known, 200)


def test_a_witness_cannot_compare_with_heads_that_hold_no_checkpoint(tmp_path):
    with pytest.raises(Tampered, match="WITNESS-REFUSED"):
        Witness("dhsc", tmp_path / "key").cosign("moj", exported(5), Exported(Head("moj-1", 3, "ab")), 1)
    with pytest.raises(BadInput, match="WITNESS-NAME"):
        Witness("two words", tmp_path / "key").cosign("moj", exported(5), None, 1)
