"""A linker links a use case anew through the vault, by the real rules, and their process holds the key of nothing."""

from __future__ import annotations

import os
import threading

import pytest
import yaml

from boldlink.errors import KeyUnavailable
from boldlink.journey import link, open_home, run
from boldlink.journey.audit import audit
from boldlink.journey.govern import sign_document
from boldlink.journey.guarding import Rules, guard_of, key_custodians
from boldlink.journey.make import build_research
from boldlink.ledger import Ledger
from boldlink.vault.server import VaultServer
from small import SMALL

USE_CASE = "reducing-reoffending"


@pytest.fixture
def served(copy, tmp_path, monkeypatch):
    """A copy of the demo's home, whose keys are held by a vault that knows this account as the linker."""
    with open_home(copy.root, copy.keys) as home:
        person = home.member(home.places["moj"], USE_CASE, "linker")
    (copy.keys / "accounts.yaml").write_text(yaml.safe_dump({os.geteuid(): person}))
    server, ready = VaultServer(guard_of(copy.root, copy.keys)), threading.Event()
    for name in ("moj", "dhsc", "sail"):
        server.guard.accept(name)
    thread = threading.Thread(target=server.serve, args=(tmp_path / "vault.sock", ready.set), daemon=True)
    thread.start()
    assert ready.wait(10)
    monkeypatch.setenv("BOLDLINK_VAULT", f"unix:{tmp_path / 'vault.sock'}")
    yield copy
    server.end()
    thread.join(10)


def test_a_linker_links_through_the_vault_and_builds_nothing(served, tmp_path, monkeypatch):
    monkeypatch.setattr(link, "__version__", "another version, so that everything is linked again")
    with open_home(served.root, tmp_path / "no-keys") as home:
        use_case = home.facts(home.places["moj"]).use_cases[USE_CASE]
        before = home.places["moj"].ledger.last("spine.linked", use_case=USE_CASE)
        link.link_people(home, use_case)
        after = home.places["moj"].ledger.last("spine.linked", use_case=USE_CASE)
        assert after.number > before.number
        assert after.body["manifest"]["people"] == before.body["manifest"]["people"]
        with pytest.raises(KeyUnavailable, match="another person"):
            build_research(home, use_case)
    monkeypatch.undo()
    assert audit(served.root, served.keys).intact
    lent = [e.body["compartment"] for e in Ledger(served.keys / "leases").events("lease.given")]
    assert {name.partition("/")[0] for name in lent} == {"identifiers", "scope", "edges", "spine"}


def test_a_person_signs_with_a_key_of_their_own_folder_and_the_signature_counts_when_accepted(tmp_path, monkeypatch):
    (tmp_path / "none").mkdir()
    turn = next(one for one in run(SMALL, tmp_path / "home", tmp_path / "none", tmp_path / "keys").turns)
    (tmp_path / "keys" / "accounts.yaml").write_text(yaml.safe_dump({os.geteuid(): turn.person}))
    server, ready = VaultServer(guard_of(tmp_path / "home", tmp_path / "keys")), threading.Event()
    server.guard.accept("moj")
    thread = threading.Thread(target=server.serve, args=(tmp_path / "vault.sock", ready.set), daemon=True)
    thread.start()
    assert ready.wait(10)
    monkeypatch.setenv("BOLDLINK_VAULT", f"unix:{tmp_path / 'vault.sock'}")
    with open_home(tmp_path / "home", tmp_path / "mine") as home:
        assert sign_document(home, turn.what, turn.person) == 1
    monkeypatch.undo()
    assert (tmp_path / "mine" / "people" / f"{turn.person}.key").is_file()
    assert not (tmp_path / "keys" / "people").exists() and server.guard.accepted("moj") is False
    server.end()
    thread.join(10)


def test_the_rules_give_what_was_decided_and_nothing_for_a_line_that_nobody_asked(made):
    rules = Rules()
    with open_home(made.root, made.keys) as home:
        place = home.places["moj"]
        asked = [e for e in place.ledger.events("decision") if e.body["allowed"] and e.body["action"] == "link"][-1]
        assert set(rules.opened(place.ledger, asked.body, asked.recorded_at).compartments) == set(asked.body["opens"])
        for changed in ({"action": "fly"}, {"resource": "x"}, {"resource": 7}, {"person": None}, {"use_case": "none"}):
            line = {**asked.body, **changed}
            assert rules.opened(place.ledger, line, asked.recorded_at).compartments == ()
        assert rules.opened(place.ledger, {}, asked.recorded_at).compartments == ()


def test_a_places_key_custodians_are_told_by_its_posts(made):
    with open_home(made.root, made.keys) as home:
        named = key_custodians(home.places["moj"].ledger, "moj")
        assert len(named) == 2 and named != key_custodians(home.places["dhsc"].ledger, "dhsc")
        assert key_custodians(home.places["moj"].ledger, "nowhere") == []


def test_what_decisions_rest_on_changes_with_a_signature_and_not_with_work(copy):
    rules = Rules()
    with open_home(copy.root, copy.keys) as home:
        ledger = home.places["moj"].ledger
        before = rules.standing(ledger)
        ledger.append("note", "ada", {})
        assert rules.standing(ledger) == before == Rules().standing(ledger)
        post = next(e.body for e in ledger.events("document.recorded") if e.body["kind"] == "post")
        ledger.append("document.recorded", "ada", {**post, "content": {**post["content"], "title": "Another"}})
        assert rules.standing(ledger) != before


def test_the_linkers_own_command_links_through_the_vault_and_builds_nothing(served, invoke, tmp_path):
    done = invoke("stage", "link", USE_CASE, "--home", served.root, "--json", keys=tmp_path / "no-keys")
    assert done.exit_code == 0, done.output
    assert invoke("stage", "build", "another", "--home", served.root).exit_code == 4
    assert invoke("stage", "steal", USE_CASE, "--home", served.root).exit_code == 2
