"""A key folder is locked by one passphrase: without it nothing opens, and nothing in it can be changed unseen."""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dying import dies_at
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.vault import passphrase as lock_module
from boldlink.vault.asking import ask_with, keep_for_demo
from boldlink.vault.keys import KeyFolder, person_identity
from boldlink.vault.passphrase import Lock, seal, unseal

WORDS, OTHER = "heron lantern quarry", "another three words"
KEK = b"k" * 32


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    for name in ("BOLDLINK_PASSPHRASE", "BOLDLINK_PASSPHRASE_FILE", "BOLDLINK_NEW_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    yield
    ask_with(None)


@given(st.binary(max_size=64), st.sampled_from(["a/root.key", "people/ada.key"]))
def test_a_sealed_secret_comes_back_under_its_own_name_alone(secret, name):
    assert unseal(KEK, name, seal(KEK, name, secret)) == secret
    with pytest.raises(Tampered):
        unseal(KEK, f"{name}x", seal(KEK, name, secret))
    with pytest.raises(Tampered):
        unseal(b"j" * 32, name, seal(KEK, name, secret))


@given(st.data())
def test_any_flipped_byte_of_a_sealed_secret_is_refused(data):
    sealed = bytearray(seal(KEK, "a/root.key", b"s" * 32))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        unseal(KEK, "a/root.key", bytes(sealed))


@given(st.binary(max_size=70))
def test_a_key_file_that_nobody_sealed_is_refused_in_words(junk):
    with pytest.raises(Tampered, match="does not open"):
        unseal(KEK, "a/root.key", junk)


def test_a_place_keeps_its_secrets_and_shows_none_of_them(tmp_path):
    lock = Lock.open(tmp_path, WORDS)
    lock.write("a/root.key", b"s" * 32)
    assert Lock.open(tmp_path, WORDS).read("a/root.key") == b"s" * 32
    assert b"s" * 8 not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "_kek" not in repr(lock)


def test_the_wrong_passphrase_is_said_to_be_wrong(tmp_path):
    Lock.open(tmp_path, WORDS)
    with pytest.raises(KeyUnavailable) as refused:
        Lock.open(tmp_path, OTHER)
    assert refused.value.code == "VAULT-PASSPHRASE" and OTHER not in str(refused.value)


@pytest.mark.parametrize("short", ["", "eleven char", "x"])
def test_a_passphrase_that_guessing_would_find_is_refused_and_locks_nothing(tmp_path, monkeypatch, short):
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", short)
    with pytest.raises(KeyUnavailable):
        Lock.open(tmp_path / "keys")
    assert not (tmp_path / "keys" / "lock.json").exists()


def test_without_a_passphrase_it_is_said_what_to_do(tmp_path):
    with pytest.raises(KeyUnavailable, match="BOLDLINK_PASSPHRASE_FILE") as refused:
        Lock.open(tmp_path)
    assert refused.value.code == "VAULT-LOCKED"


def test_a_file_goes_before_the_environment_and_both_before_asking(tmp_path, monkeypatch):
    ask_with(lambda words: pytest.fail("asked"))
    (tmp_path / "word").write_text(f"{WORDS}\n")
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", OTHER)
    monkeypatch.setenv("BOLDLINK_PASSPHRASE_FILE", str(tmp_path / "word"))
    Lock.open(tmp_path / "keys")
    monkeypatch.delenv("BOLDLINK_PASSPHRASE_FILE")
    with pytest.raises(KeyUnavailable):
        Lock.open(tmp_path / "keys")


def test_a_passphrase_file_that_is_not_there_is_not_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", WORDS)
    monkeypatch.setenv("BOLDLINK_PASSPHRASE_FILE", str(tmp_path / "nothing"))
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        Lock.open(tmp_path / "keys")


def test_at_a_terminal_a_new_passphrase_is_asked_for_twice_and_an_old_one_once(tmp_path):
    asked = []
    ask_with(lambda words: asked.append(words) or WORDS)
    Lock.open(tmp_path)
    assert len(asked) == 2
    Lock.open(tmp_path)
    assert len(asked) == 2
    ask_with(lambda words: asked.append(words) or WORDS)
    Lock.open(tmp_path)
    assert len(asked) == 3


def test_two_different_answers_lock_nothing(tmp_path):
    answers = iter([WORDS, OTHER])
    ask_with(lambda words: next(answers))
    with pytest.raises(KeyUnavailable, match="not the same"):
        Lock.open(tmp_path)
    assert not (tmp_path / "lock.json").exists()


def test_scrypt_is_paid_for_once_in_a_process(tmp_path, monkeypatch):
    made = []
    scrypt = lock_module.Scrypt
    monkeypatch.setattr(lock_module, "Scrypt", lambda *facts: made.append(facts) or scrypt(*facts))
    for _ in range(3):
        Lock.open(tmp_path, WORDS)
    assert len(made) == 1


def test_what_a_deployer_gets_costs_128_mib_a_guess(tmp_path):
    code = f"from pathlib import Path; from boldlink.vault.passphrase import Lock; Lock.open(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "BOLDLINK_PASSPHRASE": WORDS}, check=True)
    lock = json.loads((tmp_path / "lock.json").read_bytes())
    assert (lock["n"], lock["r"], lock["p"]) == (2**17, 8, 1) and 128 * lock["n"] * lock["r"] == 128 * 2**20


@given(st.data())
def test_any_change_of_the_lock_is_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("keys")
    Lock.open(folder, WORDS)
    lock = json.loads((folder / "lock.json").read_bytes())
    name = data.draw(st.sampled_from(sorted(lock)))
    lock[name] = data.draw(st.one_of(st.integers(-2, 2**40), st.text(max_size=8), st.just(["a/root.key"]), st.none()))
    if lock == json.loads((folder / "lock.json").read_bytes()):
        return
    (folder / "lock.json").write_text(json.dumps(lock))
    with pytest.raises((Tampered, KeyUnavailable)):
        Lock.open(folder, WORDS)


def raw_folder(tmp_path):
    for name in ("moj-1/root.key", "moj-1/identity.key", "people/ada.key"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode().ljust(32, b"."))
    return tmp_path


def test_keys_of_an_earlier_version_are_sealed_once_and_that_is_said(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", WORDS)
    keys = KeyFolder(raw_folder(tmp_path) / "moj-1")
    with caplog.at_level(logging.WARNING, "boldlink.vault"):
        assert keys.read("root.key") == b"moj-1/root.key".ljust(32, b".")
    assert "3 key file(s)" in caplog.text
    caplog.clear()
    assert keys.root.describe()["file"] == "root.key" and keys.root.id == keys.noted()["id"]
    assert all(b"..." not in path.read_bytes() for path in tmp_path.rglob("*.key")) and not caplog.text


@pytest.mark.parametrize("at", range(0, 45, 2))
def test_sealing_old_keys_that_is_killed_is_ended_at_the_next_opening(tmp_path, at):
    raw_folder(tmp_path)
    dies_at(at, lambda: Lock.open(tmp_path, WORDS))
    lock = Lock.open(tmp_path, WORDS)
    assert [lock.read(name)[: len(name)].decode() for name in lock.secrets()] == lock.secrets()
    assert len(lock.secrets()) == 3 and all((tmp_path / name).stat().st_size == 61 for name in lock.secrets())


def test_a_raw_key_put_into_a_locked_folder_is_not_taken_for_an_old_one(tmp_path):
    Lock.open(tmp_path, WORDS).write("moj-1/root.key", b"s" * 32)
    (tmp_path / "moj-1" / "root.key").write_bytes(b"x" * 32)
    with pytest.raises(Tampered):
        Lock.open(tmp_path, WORDS).read("moj-1/root.key")


def test_a_persons_key_is_sealed_and_stays_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", WORDS)
    first = person_identity(tmp_path, "ada").public
    assert person_identity(tmp_path, "ada").public == first
    assert (tmp_path / "people" / "ada.key").stat().st_size == 61


@pytest.mark.parametrize("name", ["../../x", "a b", "", "x/y"])
def test_a_persons_name_does_not_lead_out_of_the_folder(tmp_path, monkeypatch, name):
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", WORDS)
    with pytest.raises(KeyUnavailable):
        person_identity(tmp_path, name)


def test_another_passphrase_opens_the_folder_and_the_old_one_does_not(tmp_path):
    lock = Lock.open(tmp_path, WORDS)
    lock.write("a/root.key", b"s" * 32)
    before = (tmp_path / "a" / "root.key").read_bytes()
    assert lock.change_passphrase(OTHER) == 1
    assert Lock.open(tmp_path, OTHER).read("a/root.key") == b"s" * 32
    assert (tmp_path / "a" / "root.key").read_bytes() != before
    with pytest.raises(KeyUnavailable):
        Lock.open(tmp_path, WORDS)


def test_what_was_sealed_under_the_old_passphrase_is_overwritten_on_the_disk(tmp_path):
    lock = Lock.open(tmp_path / "keys", WORDS)
    lock.write("a/root.key", b"s" * 32)
    old = {}
    for name in ("lock.json", "a/root.key"):
        os.link(tmp_path / "keys" / name, tmp_path / Path(name).name)  # the same blocks under another name
        old[name] = (tmp_path / Path(name).name).read_bytes()
    lock.change_passphrase(OTHER)
    assert all((tmp_path / Path(name).name).read_bytes() != content for name, content in old.items())


def test_a_process_that_opened_the_folder_before_the_change_seals_nothing_under_the_old_passphrase(tmp_path):
    early = Lock.open(tmp_path, WORDS)
    Lock.open(tmp_path, WORDS).change_passphrase(OTHER)
    with pytest.raises(KeyUnavailable, match="was changed"):
        early.write("a/root.key", b"s" * 32)


@pytest.mark.parametrize("at", range(40))
def test_a_change_of_passphrase_that_is_killed_leaves_one_of_the_two(tmp_path, at, monkeypatch):
    lock = Lock.open(tmp_path, WORDS)
    for name in ("a/root.key", "b/root.key", "people/ada.key"):
        lock.write(name, name.encode().ljust(32, b"."))
    died = dies_at(at, lambda: lock.change_passphrase(OTHER))
    opened = []
    for words in (WORDS, OTHER):
        try:
            opened.append(Lock.open(tmp_path, words))
        except KeyUnavailable:
            continue
    assert len(opened) == 1 and all(opened[0].read(name).startswith(name.encode()) for name in lock.secrets())
    assert len(lock.secrets()) == 3 and (died or opened[0] == Lock.open(tmp_path, OTHER))


def test_a_demonstration_keeps_its_passphrase_beside_its_keys_and_says_so(tmp_path):
    told = keep_for_demo(tmp_path)
    assert "synthetic people only" in told and (tmp_path / "demo.passphrase").stat().st_mode & 0o077 == 0
    assert keep_for_demo(tmp_path) is None
    Lock.open(tmp_path).write("a/root.key", b"s" * 32)
    assert Lock.open(tmp_path).read("a/root.key") == b"s" * 32


def test_a_demonstration_makes_none_where_one_is_given_or_the_folder_is_locked(tmp_path, monkeypatch):
    Lock.open(tmp_path / "locked", WORDS)
    assert keep_for_demo(tmp_path / "locked") is None
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", WORDS)
    assert keep_for_demo(tmp_path / "new") is None
    shutil.rmtree(tmp_path / "locked")
