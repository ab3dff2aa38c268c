"""No decision, no key; no key, no data."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from boldlink.errors import BadInput, KeyUnavailable, Tampered
from boldlink.places import Place, bound_files, sha256_of
from boldlink.vault import Sealed, SealedWriter, read_batches, read_table
from boldlink.vault.root import make_root

SCHEMA = pa.schema([("name", pa.string()), ("number", pa.int64())])
ROWS = pa.table({"name": ["Winifred Applegarth", "Osbert Lancaster"], "number": [1, 2]}, SCHEMA)


@pytest.fixture
def place(tmp_path):
    place = Place.open(tmp_path / "home" / "places" / "moj", tmp_path / "keys")
    yield place
    place.close()


def decide(place, *opens, allowed=True):
    return place.ledger.append("decision", "ada", {"allowed": allowed, "opens": list(opens)})


def stored(place, compartment="identifiers/prison", path="identifiers/prison/1.parquet"):
    decision = decide(place, f"{compartment}:write", f"{compartment}:read")
    with place.store.step() as step:
        step.writer(place.vault.lease(decision, compartment, write=True), path, SCHEMA).write(ROWS)
        event = step.commit("thing.stored", "ada", {})
    return decision, place.root / event.body["files"][0]["path"]


def test_what_is_sealed_comes_back_whole_and_never_stands_in_clear(place):
    decision, path = stored(place)
    sealed = place.store.sealed("identifiers/prison/1.parquet", place.vault.lease(decision, "identifiers/prison"))
    assert read_table(sealed).equals(ROWS)
    assert b"Applegarth" not in path.read_bytes() and b"number" not in path.read_bytes()


def test_stretches_that_cannot_hold_a_value_are_passed_over(place):
    decision, path = decide(place, "spine/one:write", "spine/one:read"), "spine/one/1.parquet"
    with place.store.step() as step:
        writer = step.writer(place.vault.lease(decision, "spine/one", write=True), path, SCHEMA)
        for name in ("prison", "probation", "prison"):
            writer.write(pa.table({"name": [name] * 3, "number": [1, 2, 3]}, SCHEMA))
        step.commit("thing.stored", "ada", {})
    sealed = place.store.sealed(path, place.vault.lease(decision, "spine/one"))
    for name, rows in (("prison", 6), ("probation", 3), ("ndtms", 0)):
        found = [batch.column("name").to_pylist() for batch in read_batches(sealed, holding=("name", name))]
        assert [one for batch in found for one in batch] == [name] * rows
    whole = [batch.num_rows for batch in read_batches(sealed, ["number"])]
    assert sum(whole) == 9
    assert sum(batch.num_rows for batch in read_batches(sealed, ["number"], holding=("name", "prison"))) == 6


def test_a_decision_that_was_no_opens_nothing(place):
    with pytest.raises(KeyUnavailable, match="was no"):
        place.vault.lease(decide(place, "identifiers/prison:read", allowed=False), "identifiers/prison")


def test_a_decision_that_is_not_in_the_ledger_opens_nothing(place):
    forged = replace(decide(place, "identifiers/prison:write"), hash="f" * 64)
    with pytest.raises(KeyUnavailable, match="does not stand"):
        place.vault.lease(forged, "identifiers/prison", write=True)


def test_a_decision_changed_in_memory_opens_only_what_the_ledger_says(place):
    decision = decide(place, "identifiers/prison:write")
    grown = replace(decision, body={"allowed": True, "opens": ["attributes/prison:write"]})
    with pytest.raises(KeyUnavailable, match="does not open this compartment"):
        place.vault.lease(grown, "attributes/prison", write=True)


def test_a_decision_on_one_compartment_does_not_open_another_nor_reading_writing(place):
    decision = decide(place, "identifiers/prison:write")
    with pytest.raises(KeyUnavailable):
        place.vault.lease(decision, "identifiers/probation", write=True)
    place.vault.lease(decision, "identifiers/prison", write=True)
    with pytest.raises(KeyUnavailable):
        place.vault.lease(decision, "identifiers/prison")


def test_an_event_of_another_kind_is_no_decision(place):
    event = place.ledger.append("note", "ada", {"allowed": True, "opens": ["identifiers/prison:write"]})
    with pytest.raises(KeyUnavailable):
        place.vault.lease(event, "identifiers/prison", write=True)


def test_a_decision_runs_out(place):
    decision = decide(place, "identifiers/prison:write")
    place.vault._now = lambda: datetime.now(UTC) + timedelta(hours=5)
    with pytest.raises(KeyUnavailable, match="run out"):
        place.vault.lease(decision, "identifiers/prison", write=True)


def test_a_lease_for_reading_writes_nothing(place, tmp_path):
    decision, _ = stored(place)
    with pytest.raises(KeyUnavailable, match="for reading"):
        SealedWriter(tmp_path / "x", SCHEMA, place.vault.lease(decision, "identifiers/prison"))


def test_reading_what_was_never_stored_makes_no_key(place):
    with pytest.raises(KeyUnavailable, match="has no key"):
        place.vault.lease(decide(place, "spine/x:read"), "spine/x")
    assert not (place.root / "vault").exists()


@pytest.mark.parametrize("name", ["../../etc", "a b", "", "identifiers//x", "A"])
def test_odd_names_of_compartments_are_refused(place, name):
    with pytest.raises(KeyUnavailable):
        place.vault.lease(decide(place, f"{name}:write"), name, write=True)


def test_one_compartments_file_does_not_open_under_anothers_key(place):
    stored(place)
    other, _ = stored(place, "attributes/prison", "attributes/prison/1.parquet")
    wrong = Sealed(place.root / "identifiers/prison/1.parquet", place.vault.lease(other, "attributes/prison"))
    with pytest.raises(Tampered):
        read_table(wrong)


def test_without_the_root_key_nothing_opens(place):
    decision, _ = stored(place)
    next(place.keys.folder.glob("root-*.key")).unlink()
    with pytest.raises(KeyUnavailable, match="not on this machine"):
        place.vault.lease(decision, "identifiers/prison")


def test_another_root_key_is_noticed(place):
    decision, _ = stored(place)
    other = make_root(place.keys, "file").describe()
    file = next(place.keys.folder.glob(f"root-{other['id']}.key"))
    place.keys.write(str(place.keys.noted()["file"]), place.keys.read(file.name))
    with pytest.raises(Tampered, match="does not open"):
        place.vault.lease(decision, "identifiers/prison")


def test_a_destroyed_key_leaves_its_files_unreadable(place):
    decision, _ = stored(place)
    place.vault.destroy(decision, "identifiers/prison")
    with pytest.raises(KeyUnavailable):
        place.vault.lease(decision, "identifiers/prison")
    assert place.ledger.last("key.destroyed", compartment="identifiers/prison") is not None


def test_keys_inside_the_home_are_refused(tmp_path):
    with pytest.raises(BadInput, match="inside the home"):
        Place.open(tmp_path / "home" / "places" / "moj", tmp_path / "home" / "keys")


def test_secret_files_are_their_owners_alone(place):
    files = [*place.keys.folder.glob("*.key"), place.keys.folder.parent / "lock.json"]
    assert len(files) == 3 and all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_lease_does_not_show_its_key(place):
    lease = place.vault.lease(decide(place, "disclosure:write"), "disclosure", write=True)
    assert lease.key.hex() not in repr(lease) and repr(lease.key) not in repr(lease)


def test_a_release_gets_a_new_key_and_what_the_one_before_held_opens_no_more(place):
    decision, first = stored(place, "research/misuse", "research/misuse/1.parquet")
    old = place.vault.lease(decision, "research/misuse")
    key_file = place.vault.path("research/misuse")
    before = key_file.read_bytes()
    lease = place.vault.reissue(decision, "research/misuse", ["research/misuse/1.parquet"])
    assert key_file.read_bytes() != before
    assert bound_files(place.ledger)["vault/research+misuse.key"] == sha256_of(key_file)
    assert "research/misuse/1.parquet" not in bound_files(place.ledger)
    with place.store.step() as step:
        step.writer(lease, "research/misuse/2.parquet", SCHEMA).write(ROWS)
        step.commit("thing.stored", "ada", {})
    again = place.vault.lease(decision, "research/misuse")
    assert read_table(place.store.sealed("research/misuse/2.parquet", again)).equals(ROWS)
    with pytest.raises(Tampered):
        read_table(Sealed(first, again))
    with pytest.raises(Tampered):
        read_table(Sealed(place.root / "research/misuse/2.parquet", old))


def test_only_a_decision_that_opens_it_for_writing_reissues_a_key(place):
    decision, _ = stored(place, "research/misuse", "research/misuse/1.parquet")
    with pytest.raises(KeyUnavailable):
        place.vault.reissue(decide(place, "research/misuse:read"), "research/misuse")
    with pytest.raises(KeyUnavailable):
        place.vault.reissue(decision, "research/other")
