"""A root leaves with two people or not at all, and neither of them alone has anything."""

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import Refused, Tampered
from boldlink.places import Place
from boldlink.places.place import restoring
from boldlink.vault.export import Custodian, export_root, import_root, joined, split
from boldlink.vault.keys import Identity, KeyFolder

ADA, BRAM, OUTSIDER = (Custodian(n, Identity.from_seed(n.encode().ljust(32, b"."))) for n in ("ada", "bram", "oriel"))
NAMED = ["ada", "bram"]
WHY = "the machine is replaced"


@pytest.fixture
def place(tmp_path):
    place = Place.open(tmp_path / "home" / "places" / "moj", tmp_path / "keys")
    yield place
    place.close()


def exported(place):
    event, shares = export_root(place.keys, place.ledger, (ADA, BRAM), NAMED, WHY)
    return event, [shares["ada"], shares["bram"]]


def lost(place, tmp_path):
    """The same place on a machine where its keys are gone, and only the custodians' names are known."""
    place.close()
    folder = place.keys.folder
    shutil.rmtree(folder)
    return restoring(place.root, tmp_path / "keys")


@given(st.binary(min_size=1, max_size=80))
def test_both_shares_give_the_secret(secret):
    one, other = split(secret)
    assert joined(one, other) == secret and len(one) == len(other) == len(secret)


def test_a_share_alone_is_random():
    ones = [split(b"s" * 32) for _ in range(50)]
    assert len({one for one, _ in ones}) == len({other for _, other in ones}) == 50
    assert all(b"s" * 32 not in pair for pair in ones)


def test_two_custodians_carry_a_root_away_and_it_is_written_down(place):
    event, shares = exported(place)
    assert event.body["custodians"] == ["ada", "bram"] and event.body["reason"] == WHY
    assert event.body["root"] == place.keys.root.id
    root = place.keys.root.export()
    assert all(root.hex() not in share.decode() for share in shares)
    assert root.hex() not in json.dumps(dict(event.body))


def test_both_bring_it_back_to_a_machine_where_it_is_missing(place, tmp_path):
    _, shares = exported(place)
    before, identity = place.keys.root.id, place.keys.identity.public
    with lost(place, tmp_path) as (keys, ledger):
        event = import_root(keys, ledger, (ADA, BRAM), NAMED, shares)
    assert event.kind == "root.imported"
    again = Place.open(place.root, tmp_path / "keys")
    assert (again.keys.root.id, again.keys.identity.public) == (before, identity)
    again.close()


@pytest.mark.parametrize("two", [(ADA, ADA), (ADA,), (ADA, OUTSIDER), (ADA, Custodian("bram", ADA.identity)), ()])
def test_one_person_or_an_outsider_or_one_key_twice_is_refused(place, two):
    with pytest.raises(Refused):
        export_root(place.keys, place.ledger, two, NAMED, WHY)
    assert place.ledger.last("root.exported") is None


def test_without_named_custodians_nobody_exports(place):
    with pytest.raises(Refused, match="no key custodian"):
        export_root(place.keys, place.ledger, (ADA, BRAM), [], WHY)


def test_a_custodian_does_not_open_the_others_share(place, tmp_path):
    _, (one, other) = exported(place)
    with lost(place, tmp_path) as (keys, ledger):
        with pytest.raises(Tampered):
            import_root(keys, ledger, (ADA, BRAM), NAMED, (other, one))
        with pytest.raises(Tampered):
            import_root(keys, ledger, (ADA, BRAM), NAMED, (one, one))


@pytest.mark.parametrize("part", ["facts", "for", "sealed", "signatures"])
def test_a_share_that_was_changed_anywhere_is_refused(place, tmp_path, part):
    _, (one, other) = exported(place)
    share = json.loads(one)
    share[part] = {
        "facts": lambda: {**share["facts"], "reason": "another"},
        "for": lambda: share["for"],
        "sealed": lambda: {**share["sealed"], "share": "00" + share["sealed"]["share"][2:]},
        "signatures": lambda: {**share["signatures"], "bram": share["signatures"]["ada"]},
    }[part]()
    with lost(place, tmp_path) as (keys, ledger):
        if part == "for":  # says only whose it is; the facts authenticate it
            assert import_root(keys, ledger, (ADA, BRAM), NAMED, (json.dumps(share).encode(), other))
            return
        with pytest.raises(Tampered):
            import_root(keys, ledger, (ADA, BRAM), NAMED, (json.dumps(share).encode(), other))


def test_shares_of_two_exports_do_not_fit(place, tmp_path):
    _, (one, _) = exported(place)
    _, shares = export_root(place.keys, place.ledger, (ADA, BRAM), NAMED, "another reason")
    with lost(place, tmp_path) as (keys, ledger), pytest.raises(Refused, match="not of one export"):
        import_root(keys, ledger, (ADA, BRAM), NAMED, (one, shares["bram"]))


def test_a_root_that_was_replaced_since_does_not_come_back(place, tmp_path):
    _, shares = exported(place)
    decision = place.ledger.append("decision", "ada", {"allowed": True, "opens": []})
    event = place.replace_root(decision, "yearly")
    assert [one["custodians"] for one in event.body["survives"]["exports"]] == [["ada", "bram"]]
    again = place.replace_root(decision, "yearly")
    assert again.body["survives"]["exports"] == []  # the shares are of the root before
    with lost(place, tmp_path) as (keys, ledger), pytest.raises(Refused, match="not the root"):
        import_root(keys, ledger, (ADA, BRAM), NAMED, shares)


def test_a_root_in_kms_does_not_leave(place, monkeypatch):
    monkeypatch.setattr(KeyFolder, "root", property(lambda self: object()))
    with pytest.raises(Refused, match="does not leave"):
        exported(place)
