"""A place can be read while another process writes it: nothing is locked, nothing written, and it is said how far it went."""

from __future__ import annotations

import pytest

from boldlink.errors import BadInput, Busy, Tampered
from boldlink.ledger import Ledger
from boldlink.places import Place


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "home" / "places" / "moj", tmp_path / "keys"


@pytest.fixture
def writer(roots):
    """A place that a process has open, with three notes in its ledger."""
    place = Place.open(*roots)
    for number in range(3):
        place.ledger.append("note", "ada", {"number": number})
    yield place
    place.close()


def segment(roots):
    return roots[0] / "ledger" / "000001.jsonl"


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_place_is_read_while_another_process_has_it_open_and_nothing_changes(roots, writer):
    before = everything(roots[0].parents[2])
    reader = Place.read(*roots)
    assert [event.body["number"] for event in reader.ledger.events("note")] == [0, 1, 2]
    assert reader.ledger.head == writer.ledger.head
    reader.close()
    assert everything(roots[0].parents[2]) == before
    with pytest.raises(Busy):
        Place.open(*roots)  # closing a reader lets nobody in


def test_what_is_written_later_is_not_seen_until_it_is_read_again(roots, writer):
    reader = Place.read(*roots)
    writer.ledger.append("note", "ada", {"number": 3})
    assert reader.ledger.count("note") == 3 and Place.read(*roots).ledger.count("note") == 4


def test_a_reader_never_writes(roots, writer):
    reader = Place.read(*roots)
    for write in (lambda: reader.ledger.append("note", "eve", {}), reader.checkpoint):
        with pytest.raises(ValueError, match="opened for reading"):
            write()
    assert writer.ledger.append("note", "ada", {}).number == reader.ledger.head.events + 1


def test_a_line_that_is_being_written_is_not_read(roots, writer):
    content = segment(roots).read_bytes()
    segment(roots).write_bytes(content + b'{"number": 99, "kind": "no')
    assert Place.read(*roots).ledger.count("note") == 3
    segment(roots).write_bytes(content)


def test_a_reader_that_meets_half_a_line_looks_again(roots, writer, monkeypatch):
    content = segment(roots).read_bytes()
    last = content.splitlines(keepends=True)[-1]
    segment(roots).write_bytes(content[: -len(last)] + last.replace(b"ada", b"eve"))
    monkeypatch.setattr("boldlink.places.place.sleep", lambda seconds: segment(roots).write_bytes(content))
    assert Place.read(*roots).ledger.count("note") == 3


def test_a_changed_history_is_not_read(roots, writer, monkeypatch):
    monkeypatch.setattr("boldlink.places.place.sleep", lambda seconds: None)
    content = segment(roots).read_bytes()
    segment(roots).write_bytes(content.replace(b'"number":1', b'"number":7', 1))
    with pytest.raises(Tampered, match="LEDGER-TAMPERED"):
        Place.read(*roots)


def test_a_history_whose_end_is_gone_is_not_read(roots, writer):
    writer.checkpoint()
    segment(roots).write_bytes(b"".join(segment(roots).read_bytes().splitlines(keepends=True)[:-2]))
    with pytest.raises(Tampered, match="not the one this machine last saw"):
        Place.read(*roots)


def test_a_place_is_read_without_its_keys_but_never_with_keys_inside_the_home(roots, writer, tmp_path):
    assert Place.read(roots[0], tmp_path / "elsewhere").ledger.count("note") == 3
    with pytest.raises(BadInput, match="KEYS-INSIDE-HOME"):
        Place.read(roots[0], roots[0].parents[1] / "keys")


def test_a_ledger_that_was_opened_for_reading_takes_nothing(tmp_path):
    with pytest.raises(ValueError, match="opened for reading"):
        Ledger(tmp_path / "ledger").append("note", "ada", {})
