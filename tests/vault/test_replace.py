"""A root is replaced: copies made before stay shut, survivors open, and a death on the way is made good."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from dying import dies_at

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.places import Place, audit_place
from boldlink.vault import read_table
from boldlink.vault.keys import KeyFolder

ROWS = pa.table({"name": ["Winifred Applegarth"], "number": [1]})
KEPT, DROPPED = "identifiers/prison", "spine/substance-misuse"
OPENS = [f"{name}:{mode}" for name in (KEPT, DROPPED, "disclosure") for mode in ("read", "write")]


@pytest.fixture
def home(tmp_path):
    """A closed place with two files, each under its own key, and a key that is used as a key."""
    place = Place.open(tmp_path / "home" / "places" / "moj", tmp_path / "keys")
    decision = decide(place)
    for name in (KEPT, DROPPED):
        with place.store.step() as step:
            step.writer(place.vault.lease(decision, name, write=True), f"{name}/1.parquet", ROWS.schema).write(ROWS)
            step.commit("thing.stored", "ada", {})
    place.vault.lease(decision, "disclosure", write=True)
    place.checkpoint()
    place.close()
    return tmp_path


def decide(place, opens=OPENS, allowed=True):
    return place.ledger.append("decision", "ada", {"allowed": allowed, "opens": list(opens)})


def opened(folder):
    return Place.open(folder / "home" / "places" / "moj", folder / "keys")


def drop(place):
    return place.replace_root(decide(place), "the agreement dsa-substance-misuse has ended", [DROPPED])


def rows(place, name):
    return read_table(place.store.sealed(f"{name}/1.parquet", place.vault.lease(decide(place), name)))


def test_survivors_open_and_what_was_dropped_does_not(home):
    place = opened(home)
    before = place.keys.root.id
    disclosure = place.vault.lease(decide(place), "disclosure").key
    event = drop(place)
    assert rows(place, KEPT).equals(ROWS) and place.vault.lease(decide(place), "disclosure").key == disclosure
    with pytest.raises(KeyUnavailable, match="no key here"):
        rows(place, DROPPED)
    assert (event.body["old"], event.body["new"]) == (before, place.keys.root.id) and before != place.keys.root.id
    place.checkpoint()
    place.close()
    assert audit_place(place.root, home / "keys")[1] == []


def test_a_copy_of_the_home_made_before_is_unreadable_after(home):
    shutil.copytree(home / "home", home / "copy" / "home")
    place = opened(home)
    drop(place)
    place.close()
    shutil.copytree(home / "keys", home / "copy" / "keys")
    next((home / "copy" / "keys").glob("moj-*/head.json")).unlink()  # as on a machine that never saw this home
    copied = opened(home / "copy")
    for name in (KEPT, DROPPED):
        with pytest.raises(Tampered, match="another root"):
            rows(copied, name)
    copied.close()


def test_a_copy_of_the_home_with_a_copy_of_its_keys_still_opens_and_the_event_says_so(home):
    for part in ("home", "keys"):
        shutil.copytree(home / part, home / "copy" / part)
    place = opened(home)
    assert "copies of the key folder" in drop(place).body["survives"]["copies"]
    place.close()
    copied = opened(home / "copy")
    assert rows(copied, DROPPED).equals(ROWS)
    copied.close()


def test_one_event_binds_every_rewrapped_key_and_erases_those_that_go(home):
    place = opened(home)
    event = drop(place)
    assert {file["path"] for file in event.body["files"]} == {
        "vault/identifiers+prison.key",
        "vault/disclosure.key",
    }
    assert event.body["erased"] == ["vault/spine+substance-misuse.key"]
    assert event.body["reason"] and place.ledger.event(event.body["decision"]).kind == "decision"
    gone = place.ledger.last("root.destroyed", root=event.body["old"])
    assert gone.body["replaced"] == event.hash and "no proof" in gone.body["how"]
    place.close()


def test_the_old_root_is_overwritten_before_it_is_removed(home):
    place = opened(home)
    file = place.keys.folder / place.keys.noted()["file"]
    os.link(file, home / "other-name")  # the same blocks on the disk
    before = (home / "other-name").read_bytes()
    drop(place)
    assert not file.exists() and (home / "other-name").read_bytes() != before
    assert len((home / "other-name").read_bytes()) == len(before)
    place.close()


def test_leases_given_before_are_listed_as_surviving(home):
    place = opened(home)
    survives = drop(place).body["survives"]
    assert survives["leases"] == {DROPPED: {"given": 2, "living": 2}} and survives["exports"] == []
    place.close()


def test_a_root_can_be_replaced_with_nothing_dropped_and_again(home):
    place = opened(home)
    seen = {place.keys.root.id}
    for _ in range(3):
        place.replace_root(decide(place), "yearly")
        seen.add(place.keys.root.id)
    assert len(seen) == 4 and rows(place, KEPT).equals(ROWS) and rows(place, DROPPED).equals(ROWS)
    assert len(list(place.keys.folder.glob("root-*.key"))) == 1
    place.close()


@pytest.mark.parametrize("why", ["refused", "forged", "another compartment"])
def test_without_a_decision_that_opens_what_goes_nothing_is_replaced(home, why):
    place = opened(home)
    decision = {
        "refused": lambda: decide(place, allowed=False),
        "forged": lambda: replace(decide(place), hash="f" * 64),
        "another compartment": lambda: decide(place, [f"{KEPT}:write"]),
    }[why]()
    before = place.keys.root.id
    with pytest.raises(KeyUnavailable):
        place.replace_root(decision, "because", [DROPPED])
    assert place.keys.root.id == before and place.ledger.last("root.replaced") is None
    place.close()


def test_a_changed_key_file_stops_the_replacement_before_anything_is_lost(home):
    place = opened(home)
    path = place.root / "vault" / "identifiers+prison.key"
    path.write_bytes(path.read_bytes().replace(b'"wrapped": "', b'"wrapped": "0'))
    with pytest.raises(Tampered):
        drop(place)
    assert place.ledger.last("root.replaced") is None and rows(place, DROPPED).equals(ROWS)
    place.close()


def test_a_process_killed_at_any_point_is_made_good_in_one_direction_and_that_is_said(home):
    ended, outcomes, at = False, set(), 0
    while not ended:
        folder = home / f"died-{at}"
        for part in ("home", "keys"):
            shutil.copytree(home / part, folder / part)
        place = opened(folder)
        decision = decide(place)
        ended = not dies_at(at, lambda place=place, one=decision: place.replace_root(one, "it has ended", [DROPPED]))
        place.close()
        outcomes.add(_made_good(folder))
        shutil.rmtree(folder)
        at += 1
    assert at > 30 and outcomes == {"nothing had begun", "root.discarded", "root.destroyed"}


def _made_good(folder: Path) -> str:
    before = KeyFolder(next((folder / "keys").glob("moj-*"))).noted()["id"]
    place = opened(folder)
    event, now = place.ledger.last("root.replaced"), place.keys.root.id
    assert rows(place, KEPT).equals(ROWS)
    if event is None:
        assert now == before and rows(place, DROPPED).equals(ROWS)
    else:
        assert now == event.body["new"]
        with pytest.raises(KeyUnavailable):
            rows(place, DROPPED)
    said = place.ledger.last("root.destroyed") or place.ledger.last("root.discarded")
    assert [path.name for path in place.keys.folder.glob("root*")] and not place.keys.unfinished
    assert not list((place.root / "staging").iterdir())
    place.checkpoint()
    place.close()
    assert audit_place(place.root, folder / "keys")[1] == []
    return said.kind if said else "nothing had begun"


def test_an_old_copy_of_the_key_folder_is_noticed_by_an_audit_and_opens_nothing(home):
    shutil.copytree(home / "keys", home / "old-keys")
    place = opened(home)
    drop(place)
    place.close()
    shutil.rmtree(home / "keys")
    (home / "old-keys").rename(home / "keys")
    assert "VAULT-ROOT-OTHER" in {one.code for one in audit_place(home / "home/places/moj", home / "keys")[1]}
    place = opened(home)
    with pytest.raises(Tampered, match="another root"):
        rows(place, KEPT)
    place.close()
