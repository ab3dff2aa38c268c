"""`boldlink keys`, as a key custodian would use it; and what other commands say when there is no passphrase."""

import json
import os
import pty
import select
import shutil
import sys
import time

import pytest

from boldlink.journey import guarding, open_home
from boldlink.places import Place
from boldlink.vault.passphrase import Lock
from roomy import BOLD

ONE, OTHER = "heron lantern quarry", "another three words"


@pytest.fixture(autouse=True)
def custodians(monkeypatch):
    """The posts of a programme that these homes do not have."""
    monkeypatch.setattr(guarding, "key_custodians", lambda ledger, place: ["ada", "bram"])


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BOLDLINK_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", ONE)
    place = Place.open(tmp_path / "home" / "places" / "moj", tmp_path / "keys")
    place.checkpoint()
    place.close()
    return tmp_path / "home"


def told(result):
    return json.loads(result.stdout)


def test_showing_keys_asks_for_no_passphrase_and_shows_no_secret(home, invoke, monkeypatch):
    monkeypatch.delenv("BOLDLINK_PASSPHRASE")
    shown = told(invoke("keys", "show", "--json"))
    (root,) = shown["roots"].values()
    assert root["kind"] == "file" and shown["locked"] and not shown["demonstration"]
    assert invoke("keys", "show").exit_code == 0


def test_the_passphrase_is_changed_for_every_key_at_once(home, invoke, monkeypatch, tmp_path):
    (tmp_path / "new").write_text(OTHER)
    monkeypatch.setenv("BOLDLINK_NEW_PASSPHRASE_FILE", str(tmp_path / "new"))
    assert told(invoke("keys", "change-passphrase", "--json"))["sealed"] == 2
    with open_home(home, tmp_path / "keys"):
        pass  # the history was signed for already: nothing needs a secret
    place = Place.open(home / "places" / "moj", tmp_path / "keys")
    with pytest.raises(Exception, match="VAULT-PASSPHRASE"):
        _ = place.keys.identity
    monkeypatch.setenv("BOLDLINK_PASSPHRASE", OTHER)
    assert place.keys.identity.public == place.identity
    place.close()


def test_a_person_at_a_terminal_is_asked_and_nothing_they_type_is_shown(home, tmp_path):
    child, terminal = pty.fork()
    if child == 0:
        del os.environ["BOLDLINK_PASSPHRASE"]
        code = "from boldlink.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", code, "keys", "change-passphrase"])
    shown = b""
    for words, answer in ((b"Passphrase of", ONE), (b"New passphrase of", OTHER), (b"again", OTHER)):
        shown += heard(terminal, words)
        os.write(terminal, f"{answer}\n".encode())
    shown += heard(terminal, b"sealed")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"2 key(s)" in shown and ONE.encode() not in shown and OTHER.encode() not in shown
    Lock.open(tmp_path / "keys", OTHER)


def heard(terminal, words):
    """What the terminal shows, up to these words."""
    shown = b""
    while words not in shown and select.select([terminal], [], [], 60)[0]:
        shown += os.read(terminal, 1024)
    assert words in shown, shown
    time.sleep(0.2)  # the terminal stops showing what is typed just after it has asked
    return shown


def test_a_root_goes_and_comes_back_by_command(home, invoke, tmp_path):
    two = ("--home", home, "--place", "moj", "--as", "ada", "--as", "bram", "--json")
    out = told(invoke("keys", "export-root", *two, "--out", tmp_path / "out", "--reason", "a new machine"))
    assert len(out["shares"]) == 2
    shutil.rmtree(next((tmp_path / "keys").glob("moj-*")))
    shares = [part for share in out["shares"] for part in ("--share", share)]
    assert told(invoke("keys", "import-root", *two, *shares))["root"] == out["root"]


def test_custodians_may_keep_their_keys_apart(home, invoke, tmp_path):
    two = ("--home", home, "--place", "moj", "--as", "ada", "--as", "bram", "--out", tmp_path / "out", "--reason", "x")
    apart = ("--custodian-keys", tmp_path / "of-ada", "--custodian-keys", tmp_path / "of-bram")
    assert invoke("keys", "export-root", *two, *apart).exit_code == 0
    assert (tmp_path / "of-ada" / "people" / "ada.key").is_file() and not (tmp_path / "keys" / "people").exists()


@pytest.mark.parametrize("people", [["ada"], ["ada", "ada"], ["ada", "oriel"]])
def test_one_person_does_not_export_a_root_by_command(home, invoke, tmp_path, people):
    named = [part for person in people for part in ("--as", person)]
    ask = ("keys", "export-root", "--home", home, "--place", "moj", "--out", tmp_path, "--reason", "x")
    assert invoke(*ask, *named).exit_code == 3
    assert invoke(*ask[:4], "--place", "nowhere", *ask[6:], *named).exit_code == 2


def test_a_run_without_a_passphrase_is_refused_in_clear_words(invoke, monkeypatch, tmp_path):
    monkeypatch.delenv("BOLDLINK_PASSPHRASE")
    (tmp_path / "extracts").mkdir()
    ask = ("run", BOLD, "--home", tmp_path / "home", "--extracts", tmp_path / "extracts", "--json")
    result = invoke(*ask, keys=tmp_path / "keys")
    assert result.exit_code == 6 and told(result)["error"]["code"] == "VAULT-LOCKED"
    assert "BOLDLINK_PASSPHRASE_FILE" in told(result)["error"]["do"]


def test_a_programme_of_real_people_is_refused_a_demonstrations_key_folder(invoke, monkeypatch, tmp_path):
    monkeypatch.delenv("BOLDLINK_PASSPHRASE")
    shutil.copytree(BOLD, tmp_path / "bold")
    path = tmp_path / "bold" / "programme.yaml"
    path.write_text(path.read_text().replace("synthetic: true", "synthetic: false"))
    for folder in ("keys", "extracts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "keys" / "demo.passphrase").write_text(ONE)
    ask = ("run", tmp_path / "bold", "--home", tmp_path / "home", "--extracts", tmp_path / "extracts", "--json")
    result = invoke(*ask, keys=tmp_path / "keys")
    assert result.exit_code == 2 and told(result)["error"]["code"] == "KEYS-OF-A-DEMO"
    assert not list((tmp_path / "keys").glob("*/*.key"))


def test_a_demonstration_of_real_people_gets_no_passphrase_beside_its_keys(monkeypatch, tmp_path):
    from boldlink.cli.demo import unlock_alone

    monkeypatch.delenv("BOLDLINK_PASSPHRASE")
    monkeypatch.setenv("BOLDLINK_KEYS", str(tmp_path / "keys"))
    shutil.copytree(BOLD, tmp_path / "bold")
    path = tmp_path / "bold" / "programme.yaml"
    path.write_text(path.read_text().replace("synthetic: true", "synthetic: false"))
    assert unlock_alone(tmp_path / "bold") is None and not (tmp_path / "keys").exists()
    path.write_text(path.read_text().replace("synthetic: false", "synthetic: true"))
    assert "synthetic people only" in unlock_alone(tmp_path / "bold")
