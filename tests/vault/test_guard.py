"""The vault's own process judges for itself: account, person, history, what was accepted, and the rules."""

import json
import os
import resource
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import yaml

from boldlink.errors import BadInput, KeyUnavailable, Tampered
from boldlink.ledger import Ledger
from boldlink.places import Place, audit_place
from boldlink.vault import read_table
from boldlink.vault.client import Connection, RemoteLease
from boldlink.vault.guard import Guard, Opened, named_accounts
from boldlink.vault.server import VaultServer

ROWS = pa.table({"name": ["Winifred Applegarth"], "number": [1]})
SPINE, KEYS = "spine/substance-misuse", "pseudonyms/substance-misuse"
ALL = tuple(f"{name}:{mode}" for name in (SPINE, KEYS) for mode in ("read", "write"))


class FakeRules:
    """Rules that give what the test says, and rest on what the test says."""

    def __init__(self):
        self.gives, self.role, self.rest_on = ALL, "custodian", "as it was"

    def opened(self, ledger, fields, at):
        return Opened(self.gives, self.role)

    def standing(self, ledger):
        return self.rest_on


class Served:
    """A served home and the rules of its guard."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.rules, self.root = folder, FakeRules(), folder / "home" / "places" / "moj"
        place = Place.open(self.root, folder / "keys")
        place.checkpoint()
        place.close()
        self.accounts({os.geteuid(): ["ada", "bram"]})
        self.guard = Guard(folder / "home", folder / "keys", self.rules)
        self.guard.accept("moj")
        self.server, ready = VaultServer(self.guard), threading.Event()
        self.socket = folder / "vault.sock"
        self.thread = threading.Thread(target=self.server.serve, args=(self.socket, ready.set), daemon=True)
        self.thread.start()
        assert ready.wait(10)
        monkeypatch.setenv("BOLDLINK_VAULT", f"unix:{self.socket}")

    def accounts(self, named):
        (self.folder / "keys" / "accounts.yaml").write_text(yaml.safe_dump(named))

    def open(self):
        return Place.open(self.root, self.folder / "no-keys-here")

    def log(self, kind):
        return list(Ledger(self.folder / "keys" / "leases").events(kind))

    def end(self):
        self.server.end()
        self.thread.join(10)


@pytest.fixture
def served(tmp_path, monkeypatch):
    one = Served(tmp_path, monkeypatch)
    yield one
    one.end()


@pytest.fixture
def place(served):
    place = served.open()
    yield place
    place.close()


def decide(place, person="ada", opens=ALL, **more):
    body = {"person": person, "place": "moj", "allowed": True, "opens": list(opens), **more}
    return place.ledger.append("decision", person, body)


def stored(place):
    decision = decide(place)
    with place.store.step() as step:
        step.writer(place.vault.lease(decision, SPINE, write=True), f"{SPINE}/1.parquet", ROWS.schema).write(ROWS)
        step.commit("thing.stored", "ada", {})
    return decision


def refusal(place, decision, compartment=SPINE, write=True):
    with pytest.raises((KeyUnavailable, Tampered)) as refused:
        place.vault.lease(decision, compartment, write=write)
    return f"{refused.value.code} {refused.value.why}"


def test_rows_are_written_and_read_and_the_key_never_comes_here(place, served):
    lease = place.vault.lease(stored(place), SPINE)
    assert isinstance(lease, RemoteLease) and lease._key == b""
    assert read_table(place.store.sealed(f"{SPINE}/1.parquet", lease)).equals(ROWS)
    with pytest.raises(KeyUnavailable, match="not handed out"):
        _ = lease.key
    assert not (served.folder / "no-keys-here").exists()


def test_what_is_written_through_the_vault_is_read_without_it_and_the_other_way_round(place, served, monkeypatch):
    stored(place)
    place.checkpoint()
    place.close()
    assert audit_place(place.root, served.folder / "keys")[1] == []
    monkeypatch.delenv("BOLDLINK_VAULT")
    here = Place.open(served.root, served.folder / "keys")
    sealed = here.store.sealed(f"{SPINE}/1.parquet", here.vault.lease(decide(here), SPINE))
    assert read_table(sealed).equals(ROWS)
    here.close()


def test_a_custodian_is_handed_a_key_that_is_used_as_a_key_and_nobody_else_is(place, served):
    assert len(place.vault.lease(decide(place), KEYS, write=True).key) == 32
    served.rules.role = "linker"
    assert "custodians alone" in refusal(place, decide(place), KEYS)


def test_every_lease_is_written_down_by_the_vault_itself(place, served):
    stored(place)
    refusal(place, decide(place, person="stranger"))
    given, refused = served.log("lease.given"), served.log("lease.refused")
    assert [(e.person, e.body["compartment"], e.body["uid"]) for e in given] == [("ada", SPINE, os.geteuid())]
    assert refused[-1].body["code"] == "VAULT-NO-KEY" and given[0].body["handed_out"] is False


def test_a_line_in_the_ledger_that_claims_more_than_the_rules_give_opens_nothing(place, served):
    served.rules.gives = (f"{SPINE}:read",)
    assert "the rules do not give" in refusal(place, decide(place))
    served.rules.gives = ()
    assert "the rules do not give" in refusal(place, decide(place))


def test_a_decision_for_somebody_else_opens_nothing(place):
    assert "another person" in refusal(place, decide(place, person="oriel"))
    event = place.ledger.append("decision", "ada", {**decide(place).body, "person": "oriel"})
    assert "another person" in refusal(place, event)


def test_a_decision_for_another_place_opens_nothing(place):
    event = place.ledger.append("decision", "ada", {**decide(place).body, "place": "dhsc"})
    assert "another place" in refusal(place, event)


def test_a_decision_that_only_this_process_knows_opens_nothing(place, served):
    forged = replace(decide(place), hash="f" * 64)
    assert "VAULT-NO-KEY" in refusal(place, forged)
    with pytest.raises(KeyUnavailable, match="does not stand"):
        Connection(served.socket).ask("new_key", place="moj", decision="f" * 64, compartment=SPINE, write=True)


def test_documents_that_changed_count_for_nothing_until_they_are_accepted(place, served):
    served.rules.rest_on = "a post was given to somebody else"
    assert "VAULT-FACTS-CHANGED" in refusal(place, decide(place))
    assert served.guard.accepted("moj") is False
    served.guard.accept("moj")
    assert place.vault.lease(decide(place), SPINE, write=True)


def test_a_decision_runs_out_in_the_vaults_own_time(place, served):
    decision = stored(place)
    lease = place.vault.lease(decision, SPINE)
    served.guard.now = lambda: datetime.now(UTC) + timedelta(hours=5)
    assert "run out" in refusal(place, decision)
    del lease


def test_an_account_that_nobody_named_is_refused(place, served):
    served.accounts({})
    assert "VAULT-ACCOUNT" in refusal(place, decide(place))


def test_an_old_copy_of_a_key_that_was_destroyed_is_not_opened(place, served, monkeypatch):
    decision = stored(place)
    key = place.vault.path(SPINE).read_bytes()
    place.ledger.append(
        "key.destroyed", "ada", {"compartment": SPINE, "erased": [f"vault/{place.vault.path(SPINE).name}"]}
    )
    place.vault.path(SPINE).write_bytes(key)
    assert "VAULT-NO-KEY" in refusal(place, decision, write=False)


def test_a_key_file_of_another_compartment_is_not_opened(place, served):
    decision = stored(place)
    place.vault.lease(decision, KEYS, write=True)
    place.vault.path(SPINE).write_bytes(place.vault.path(KEYS).read_bytes())
    assert "VAULT-NO-KEY" in refusal(place, decision, write=False)


def test_a_lease_for_reading_wraps_nothing_and_no_other_connection_can_use_it(place, served):
    lease = place.vault.lease(stored(place), SPINE)
    with pytest.raises(KeyUnavailable, match="for reading"):
        lease.wrap_file_key(b"k" * 16)
    other = Connection(served.socket)
    with pytest.raises(KeyUnavailable, match="no such lease"):
        other.ask("unwrap", lease=lease._token, key="AAAA")
    other.close()


def test_a_key_that_is_there_is_not_made_again(place, served):
    decision = stored(place)
    caller = Connection(served.socket)
    with pytest.raises(KeyUnavailable, match="has a key already"):
        caller.ask("new_key", place="moj", decision=decision.hash, compartment=SPINE, write=True)
    caller.close()


def test_a_lease_from_the_vault_ends_with_its_time_and_its_process(place, served):
    lease = place.vault.lease(stored(place), SPINE)
    wrapped = RemoteLease.wrap_file_key(place.vault.lease(decide(place), SPINE, write=True), b"k" * 16)
    assert lease.unwrap_file_key(wrapped) == b"k" * 16
    lease._now = lambda: datetime.now(UTC) + timedelta(hours=5)
    with pytest.raises(KeyUnavailable, match="run out"):
        lease.unwrap_file_key(wrapped)
    lease._now, lease._process = lambda: datetime.now(UTC), -1
    with pytest.raises(KeyUnavailable, match="another process"):
        lease.unwrap_file_key(wrapped)


def test_only_the_vaults_group_may_connect_and_a_crash_leaves_no_memory_behind(served):
    assert served.socket.stat().st_mode & 0o777 == 0o660
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_the_vault_remembers_the_head_it_signed(place, served):
    stored(place)
    signed = place.checkpoint()
    (remembered,) = (json.loads(path.read_bytes()) for path in (served.folder / "keys").glob("moj-*/head.json"))
    assert remembered == signed.body["head"]


def test_the_vault_signs_how_far_a_history_goes_and_nothing_else(place):
    place.checkpoint()
    for message in (b"anything", b"boldlink head\nmoj\n1\n" + b"0" * 64 + b"\n", b'{"export":{}}'):
        with pytest.raises(KeyUnavailable, match="signs nothing but"):
            place.keys.identity.sign(message)


def test_a_history_that_was_cut_off_is_not_believed(place, served):
    decision = stored(place)
    place.checkpoint()
    place.vault.lease(decision, SPINE)
    segment = next(place.ledger.folder.glob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-3]))
    assert "LEDGER-TRUNCATED" in refusal(place, decision, write=False)


def test_a_history_whose_chain_is_broken_is_not_believed(place, served):
    decision = stored(place)
    segment = next(place.ledger.folder.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b"thing.stored", b"thing.stole"))
    assert "LEDGER" in refusal(place, decision, write=False)


@pytest.mark.parametrize("act", ["destroy", "replace", "agree", "root", "new place"])
def test_what_takes_the_key_folder_is_not_done_through_the_vault(place, served, act):
    decision = stored(place)
    with pytest.raises(KeyUnavailable, match="holds no keys"):
        {
            "destroy": lambda: place.vault.destroy(decision, SPINE),
            "replace": lambda: place.replace_root(decision, "yearly"),
            "agree": lambda: place.keys.identity.agree("00" * 32),
            "root": lambda: place.keys.root,
            "new place": lambda: Place.open(served.root.parent / "dhsc", served.folder / "no-keys-here"),
        }[act]()


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b"{\n", b"\xff\xfe\n", b"{" * 70_000 + b"\n", b'{"do":"x"}\n', b'{"do":[1]}\n']
)
def test_anything_else_that_is_sent_is_refused_and_the_vault_serves_on(served, line):
    import socket

    caller = socket.socket(socket.AF_UNIX)
    caller.connect(str(served.socket))
    caller.sendall(line)
    answer = json.loads(caller.makefile("rb").readline())
    assert answer["error"]["code"] in ("VAULT-WIRE", "VAULT-FAILED")
    caller.close()
    assert Connection(served.socket).ask("known_head", place="moj")["head"]


@pytest.mark.parametrize("place_name", ["../../etc", "", None, 7, "nowhere", ["moj"]])
def test_a_place_that_is_not_there_is_refused(served, place_name):
    with pytest.raises((BadInput, KeyUnavailable)):
        Connection(served.socket).ask("known_head", place=place_name)


def test_a_socket_in_a_folder_that_others_may_write_to_is_refused(served, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(BadInput, match="alone to write"):
        served.server.serve(tmp_path / "open" / "vault.sock")


def test_a_vault_that_is_not_there_is_said_to_be_silent(tmp_path, monkeypatch):
    with pytest.raises(KeyUnavailable, match="does not answer"):
        Connection(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["- a\n", "7\n", "{nobody-has-this-name: ada}", "{0: [1]}", "{0: }", "{"])
def test_accounts_that_cannot_be_used_are_said_to_be(tmp_path, text):
    (tmp_path / "accounts.yaml").write_text(text)
    with pytest.raises(BadInput, match=r"accounts\.yaml"):
        named_accounts(tmp_path)


def test_an_account_is_named_by_number_or_name_and_is_one_person_or_several(tmp_path):
    (tmp_path / "accounts.yaml").write_text("{root: ada, 61002: [bram, oriel]}")
    assert named_accounts(tmp_path) == {0: ("ada",), 61002: ("bram", "oriel")}
