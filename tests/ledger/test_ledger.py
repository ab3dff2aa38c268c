"""A history can be added to, never changed: every byte of it is checked."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.errors import Busy, Tampered
from boldlink.ledger import Event, Head, Ledger, check_head


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "place" / "ledger"


def write(folder, count=5):
    ledger = Ledger(folder, write=True)
    for number in range(count):
        ledger.append("thing.done", "ada", {"place": "moj-1", "number": number})
    ledger.close()
    return Ledger(folder)


def against(head, ledger):
    """Problems of a history, held against a head that was exported before."""
    return check_head(head, ledger.head.events, ledger.head_at(head.events))


def test_events_come_back_as_they_were_written(folder):
    ledger = write(folder, 3)
    assert [event.body["number"] for event in ledger.events("thing.done")] == [0, 1, 2]
    assert [event.number for event in ledger.events()] == [1, 2, 3]
    assert ledger.place == "moj-1"


def test_every_event_carries_the_hash_of_the_one_before(folder):
    events = list(write(folder, 3).events())
    assert events[0].previous == "0" * 64
    assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]


def test_the_last_event_of_a_kind_is_found_by_what_it_says(folder):
    ledger = write(folder, 3)
    found = ledger.last("thing.done", number=1)
    assert found is not None and found.number == 2
    assert ledger.last("thing.done", number=9) is None
    assert ledger.event(found.hash) == found


def test_any_flipped_byte_is_found(folder):
    write(folder)
    segment = folder / "000001.jsonl"
    whole = segment.read_bytes()
    for position in range(len(whole)):
        for flip in (0x01, 0x80):
            changed = bytearray(whole)
            changed[position] ^= flip
            segment.write_bytes(bytes(changed))
            with pytest.raises(Tampered):
                Ledger(folder)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_lines_cannot_be_removed_swapped_or_repeated(folder, data):
    if not folder.exists():
        write(folder)
    segment = folder / "000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    order = data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=7))
    segment.write_bytes(b"".join(lines[number] for number in order))
    try:
        if order == list(range(len(order))):
            assert len(list(Ledger(folder).events())) == len(order)  # a cut end: only a head kept elsewhere shows it
        else:
            with pytest.raises(Tampered):
                Ledger(folder)
    finally:
        segment.write_bytes(b"".join(lines))


def test_an_event_forged_with_a_right_hash_of_its_own_breaks_the_chain(folder):
    write(folder)
    segment = folder / "000001.jsonl"
    lines = segment.read_bytes().splitlines(keepends=True)
    old = Event.from_line(lines[2])
    forged = Event(**{**old.__dict__, "person": "mallory", "hash": ""})
    lines[2] = Event(**{**forged.__dict__, "hash": forged.compute_hash()}).line()
    segment.write_bytes(b"".join(lines))
    with pytest.raises(Tampered, match="event 4"):
        Ledger(folder)


def test_a_cut_off_end_is_found_against_an_exported_head(folder):
    head = write(folder).head
    segment = folder / "000001.jsonl"
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
    problems = against(head, Ledger(folder))
    assert [problem.code for problem in problems] == ["LEDGER-TRUNCATED"]
    assert "2 events" in problems[0].what


def test_another_history_of_the_same_length_is_found_against_an_exported_head(folder, tmp_path):
    head = write(folder).head
    other = Ledger(tmp_path / "other" / "ledger", write=True)
    for number in range(6):
        other.append("thing.undone", "ada", {"number": number})
    other.close()
    assert [problem.code for problem in against(head, other)] == ["LEDGER-ROLLED-BACK"]


def test_a_head_of_an_earlier_time_still_holds_when_the_history_has_grown(folder):
    head = write(folder).head
    ledger = Ledger(folder, write=True)
    ledger.append("more", "ada", {})
    ledger.close()
    assert against(head, ledger) == []
    assert check_head(Head("moj-1", 0, "0" * 64), 0, None) == []


def test_a_torn_last_line_never_took_effect_and_its_removal_is_written_down(folder):
    write(folder)
    segment = folder / "000001.jsonl"
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-20])
    ledger = Ledger(folder, write=True)
    assert [event.kind for event in ledger.events()][-1] == "ledger.repaired"
    assert len(list(ledger.events("thing.done"))) == 4
    ledger.close()
    assert len(list(Ledger(folder).events())) == 5


def test_a_last_line_that_is_whole_but_lost_its_newline_is_no_torn_line(folder):
    write(folder)
    segment = folder / "000001.jsonl"
    segment.write_bytes(segment.read_bytes()[:-1] + b" ")
    with pytest.raises(Tampered):
        Ledger(folder, write=True)


def test_two_writers_are_never_let_in_at_once(folder):
    ledger = Ledger(folder, write=True)
    with pytest.raises(Busy):
        Ledger(folder, write=True)
    ledger.close()
    Ledger(folder, write=True).close()


def test_a_new_segment_goes_on_with_the_same_chain(folder, monkeypatch):
    monkeypatch.setattr("boldlink.ledger.segments.SEGMENT_EVENTS", 3)
    write(folder, 7)
    assert sorted(path.name for path in folder.glob("*.jsonl")) == [
        "000001.jsonl",
        "000002.jsonl",
        "000003.jsonl",
    ]
    (folder / "000002.jsonl").unlink()
    with pytest.raises(Tampered):
        Ledger(folder)


def test_events_can_be_asked_for_as_of_a_day_past(folder):
    ledger = Ledger(folder, write=True)
    ledger.append("a", "ada", {}, effective_on=date(2999, 1, 1))
    ledger.append("b", "ada", {})
    assert [event.kind for event in ledger.events(until=date(2998, 1, 1))] == ["b"]
    assert list(ledger.events(until=date(2020, 1, 1))) == []
    ledger.close()


def test_what_a_caller_does_to_its_body_afterwards_changes_nothing(folder):
    ledger = Ledger(folder, write=True)
    body = {"list": [1]}
    ledger.append("a", "ada", body)
    body["list"].append(2)
    assert next(ledger.events()).body == {"list": [1]}
    ledger.close()


def test_a_line_that_is_no_event_is_tampering(folder):
    folder.mkdir(parents=True)
    (folder / "000001.jsonl").write_bytes(json.dumps({"number": 1}).encode() + b"\n")
    with pytest.raises(Tampered):
        Ledger(folder)
