"""Segment files: lines go in at the end, come out in order, and an unfinished one can stand only at the very end."""

import pytest

from boldlink.errors import Busy
from boldlink.ledger.segments import (
    SegmentWriter,
    Span,
    drop_torn_line,
    lock,
    read_lines,
    segment_name,
    segments,
    torn_bytes,
)
from boldlink.ledger.verify import place_of, whole_lines


@pytest.fixture(autouse=True)
def three_to_a_segment(monkeypatch):
    monkeypatch.setattr("boldlink.ledger.segments.SEGMENT_EVENTS", 3)


def write(folder, count):
    writer, lines = SegmentWriter(folder), [f'{{"n":{n}}}\n'.encode() for n in range(count)]
    spans = []
    while len(spans) < count:
        spans += writer.write(len(spans) + 1, lines[len(spans) :])
    writer.close()
    return spans, lines


def test_the_segment_of_an_event_follows_from_its_number():
    assert [segment_name(n) for n in (1, 3, 4, 3001)] == [
        "000001.jsonl",
        "000001.jsonl",
        "000002.jsonl",
        "001001.jsonl",
    ]


def test_every_line_comes_out_where_it_was_put(tmp_path):
    spans, lines = write(tmp_path, 8)
    assert list(read_lines(tmp_path)) == list(zip(spans, lines, strict=True))
    assert [path.name for path in segments(tmp_path)] == ["000001.jsonl", "000002.jsonl", "000003.jsonl"]
    for span, line in zip(spans, lines, strict=True):
        assert (tmp_path / span.segment).read_bytes()[span.offset : span.offset + span.length] == line


@pytest.mark.parametrize("after", range(8))
def test_reading_goes_on_behind_any_line(tmp_path, after):
    spans, lines = write(tmp_path, 8)
    assert [line for _, line in read_lines(tmp_path, spans[after])] == lines[after + 1 :]


def test_segments_are_readable_by_their_owner_alone(tmp_path):
    write(tmp_path, 1)
    assert segments(tmp_path)[0].stat().st_mode & 0o777 == 0o600


def test_a_writer_goes_on_at_the_end_of_a_segment_that_is_there(tmp_path):
    write(tmp_path, 2)
    writer = SegmentWriter(tmp_path)
    assert writer.write(3, [b"{}\n", b"{}\n"]) == [Span("000001.jsonl", 16, 3)]  # the other goes into the next
    writer.close()


@pytest.mark.parametrize(
    ("rest", "torn"),
    [
        (b"", 0),
        (b'{"n":', 5),
        (b'{"n"', 4),
        (b"\xff", 1),
        (b'{"n":9}', 0),
        (b'{"n":9} ', 0),
        (b'{"n":9}x', 0),
        (b"[", 1),
    ],
)
def test_only_what_is_no_event_by_itself_is_torn(tmp_path, rest, torn):
    write(tmp_path, 2)
    path = tmp_path / "000001.jsonl"
    path.write_bytes(path.read_bytes() + rest)
    assert torn_bytes(tmp_path) == torn
    assert len(list(whole_lines(tmp_path))) == (2 if torn or not rest else 3)


def test_a_line_without_its_end_in_the_middle_is_not_passed_over(tmp_path):
    write(tmp_path, 5)
    path = tmp_path / "000001.jsonl"
    path.write_bytes(path.read_bytes()[:-3])
    assert torn_bytes(tmp_path) == 0 and len(list(whole_lines(tmp_path))) == 5


def test_a_segment_that_held_nothing_but_a_torn_line_goes(tmp_path):
    write(tmp_path, 3)
    (tmp_path / "000002.jsonl").write_bytes(b'{"n"')
    drop_torn_line(tmp_path, torn_bytes(tmp_path))
    assert [path.name for path in segments(tmp_path)] == ["000001.jsonl"] and torn_bytes(tmp_path) == 0


def test_a_locked_folder_is_busy_until_it_is_let_go(tmp_path):
    import os

    handle = lock(tmp_path)
    with pytest.raises(Busy):
        lock(tmp_path)
    os.close(handle)
    os.close(lock(tmp_path, wait=True))


@pytest.mark.parametrize(
    ("first", "place"),
    [
        (b'{"body":{"place":"moj-1a"}}\n', "moj-1a"),
        (b'{"body":{"place":"../elsewhere"}}\n', ""),
        (b'{"body":{"place":".."}}\n', ""),
        (b'{"body":{"place":7}}\n', ""),
        (b'{"body":{}}\n', ""),
        (b"[]\n", ""),
        (b"\xff\n", ""),
        (b"", ""),
    ],
)
def test_a_places_id_is_a_name_of_a_folder_or_nothing(tmp_path, first, place):
    (tmp_path / "000001.jsonl").write_bytes(first)
    assert place_of(tmp_path) == place
