"""Files and history move as one: whatever is changed, added, removed, swapped or cut short is found."""

import random
import shutil

import pyarrow as pa
import pytest

from boldlink.errors import Tampered
from boldlink.places import Place, audit_place, bound_files

SCHEMA = pa.schema([("number", pa.int64())])
COMPARTMENT = "attributes/prison"


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "home" / "places" / "moj", tmp_path / "keys"


@pytest.fixture
def place(roots):
    place = Place.open(*roots)
    yield place
    place.close()


def store(place, name, rows=100, erased=()):
    decision = place.ledger.append("decision", "ada", {"allowed": True, "opens": [f"{COMPARTMENT}:write"]})
    with place.store.step() as step:
        lease = place.vault.lease(decision, COMPARTMENT, write=True)
        step.writer(lease, f"attributes/prison/{name}.parquet", SCHEMA).write(pa.table({"number": range(rows)}))
        return step.commit("thing.stored", "ada", {"name": name}, erased)


def codes(roots):
    return {problem.code for problem in audit_place(*roots)[1]}


def test_a_place_that_was_left_alone_is_intact(place, roots):
    store(place, "a")
    place.checkpoint()
    assert codes(roots) == set()


def test_what_an_event_erases_is_gone_from_disk_and_from_the_ledgers_list(place, roots):
    first = store(place, "a")
    path = first.body["files"][0]["path"]
    store(place, "b", erased=[path])
    assert not (place.root / path).exists() and path not in bound_files(place.ledger)
    assert codes(roots) == set()


def test_any_changed_byte_of_a_stored_file_or_key_is_found(place, roots):
    store(place, "a")
    draw = random.Random(1)
    for path in [place.root / name for name in bound_files(place.ledger)]:
        whole = path.read_bytes()
        for position in {0, len(whole) - 1, *(draw.randrange(len(whole)) for _ in range(25))}:
            changed = bytearray(whole)
            changed[position] ^= 1 << draw.randrange(8)
            path.write_bytes(bytes(changed))
            assert codes(roots) == {"STORE-CHANGED"}
        path.write_bytes(whole)


def test_a_deleted_an_added_and_a_swapped_file_are_found(place, roots):
    a, b = (place.root / store(place, name).body["files"][0]["path"] for name in "ab")
    kept = a.read_bytes()
    a.unlink()
    assert codes(roots) == {"STORE-MISSING"}
    a.write_bytes(kept)
    (place.root / "attributes" / "stranger").write_text("hello")
    assert codes(roots) == {"STORE-ADDED"}
    (place.root / "attributes" / "stranger").unlink()
    a.write_bytes(b.read_bytes())
    b.write_bytes(kept)
    assert codes(roots) == {"STORE-CHANGED"}


def test_a_link_in_the_place_of_a_file_is_found(place, roots, tmp_path):
    path = place.root / store(place, "a").body["files"][0]["path"]
    shutil.move(path, tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert "STORE-MISSING" in codes(roots)


def test_a_changed_file_is_not_opened(place):
    path = store(place, "a").body["files"][0]["path"]
    (place.root / path).write_bytes(b"PARE")
    with pytest.raises(Tampered):
        place.store.checked(path)
    with pytest.raises(Tampered):
        place.store.checked("attributes/prison/never.parquet")


def test_a_step_that_fails_leaves_nothing_behind(place, roots):
    decision = place.ledger.append("decision", "ada", {"allowed": True, "opens": [f"{COMPARTMENT}:write"]})
    with pytest.raises(RuntimeError), place.store.step() as step:
        lease = place.vault.lease(decision, COMPARTMENT, write=True)
        step.writer(lease, "attributes/prison/x.parquet", SCHEMA).write(pa.table({"number": [1]}))
        step.write_bytes("public/x.json", b"{}")
        raise RuntimeError
    assert codes(roots) == set()


def test_a_process_killed_before_its_event_leaves_only_what_the_next_opening_drops(place, roots):
    (place.root / "staging").mkdir(exist_ok=True)
    (place.root / "staging" / "attributes+prison+x.parquet").write_bytes(b"half")
    assert codes(roots) == {"STORE-UNFINISHED"}
    place.close()
    again = Place.open(*roots)
    again.close()
    assert codes(roots) == set()


def test_a_process_killed_after_its_event_is_made_good_by_the_next_opening(place, roots):
    old = store(place, "a").body["files"][0]["path"]
    kept = (place.root / old).read_bytes()
    path = store(place, "b", erased=[old]).body["files"][0]["path"]
    (place.root / path).rename(place.root / "staging" / path.replace("/", "+"))
    (place.root / old).write_bytes(kept)
    assert codes(roots) == {"STORE-MISSING", "STORE-UNFINISHED", "STORE-ADDED"}
    place.close()
    again = Place.open(*roots)
    assert again.ledger.last("store.repaired") is not None
    again.close()
    assert codes(roots) == set()


def test_a_history_cut_short_is_found_by_the_head_remembered_outside_the_home(place, roots):
    store(place, "a")
    place.checkpoint()
    segment = place.root / "ledger" / "000001.jsonl"
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-1]))
    assert "LEDGER-TRUNCATED" in codes(roots)
    place.close()
    with pytest.raises(Tampered):
        Place.open(*roots)


def test_a_whole_place_rolled_back_to_an_older_copy_is_found(place, roots, tmp_path):
    store(place, "a")
    place.checkpoint()
    shutil.copytree(roots[0], tmp_path / "copy")
    store(place, "b")
    head = place.checkpoint() and place.ledger.head
    place.close()
    shutil.rmtree(roots[0])
    shutil.copytree(tmp_path / "copy", roots[0])
    assert codes(roots) == {"LEDGER-TRUNCATED"}
    (roots[1] / head.place / "head.json").unlink()
    assert codes(roots) == set()  # without any head kept elsewhere nothing could show it
    assert {problem.code for problem in audit_place(*roots, head)[1]} == {"LEDGER-TRUNCATED"}


def test_a_checkpoint_signed_by_another_key_is_found(place, roots):
    body = {"head": place.ledger.head.as_dict(), "signature": "00" * 64}
    place.ledger.append("ledger.checkpoint", "mallory", body)
    assert codes(roots) == {"LEDGER-CHECKPOINT"}


def test_a_segment_that_was_added_empty_or_split_is_found(place, roots):
    for number in range(3):
        store(place, f"f{number}")
    ledger = place.root / "ledger"
    assert codes(roots) == set()
    (ledger / "000002.jsonl").touch()
    assert codes(roots) == {"LEDGER-SEGMENTS"}
    lines = (ledger / "000001.jsonl").read_bytes().splitlines(keepends=True)
    (ledger / "000001.jsonl").write_bytes(b"".join(lines[:-1]))
    (ledger / "000002.jsonl").write_bytes(lines[-1])
    assert codes(roots) == {"LEDGER-SEGMENTS"}
