"""A thousand random changes anywhere in a ledger, and whole files deleted, added, swapped and rolled back: all found."""

import random
import shutil
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.ledger import Event, Ledger, check_head, check_history, check_segments
from boldlink.ledger.event import check_line
from boldlink.ledger.segments import torn_bytes

anew = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
bodies = st.dictionaries(
    st.text(max_size=5),
    st.recursive(st.none() | st.integers() | st.text(max_size=8), st.lists, max_leaves=4),
    max_size=4,
)


@pytest.fixture(autouse=True)
def short_segments(monkeypatch):
    monkeypatch.setattr("boldlink.ledger.segments.SEGMENT_EVENTS", 10)


def write(folder, count, person="ada"):
    ledger = Ledger(folder, write=True)
    ledger.append_many([("thing.done", person, {"place": "moj-1", "number": n}) for n in range(count)])
    ledger.close()
    return Ledger(folder).head


def problems(folder, head=None):
    """What a verification finds, with a head that was kept elsewhere if there is one."""
    history = check_history(folder, [head.events] if head else [])
    found = [*history.problems, *check_segments(folder)]
    if torn_bytes(folder):
        found.append("torn")
    return found or (check_head(head, history.head.events, history.heads.get(head.events)) if head else [])


def test_a_thousand_random_single_byte_changes_are_all_found(tmp_path):
    folder = tmp_path / "ledger"
    write(folder, 35)
    assert problems(folder) == []
    draw, files = random.Random(62), sorted(folder.iterdir())
    assert len(files) == 4
    for _ in range(1000):
        path = draw.choice(files)
        whole = path.read_bytes()
        at = draw.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ draw.randrange(1, 256)]) + whole[at + 1 :])
        assert problems(folder), f"byte {at} of {path.name}"
        path.write_bytes(whole)
    assert problems(folder) == []


@anew
@given(data=st.data(), story=st.lists(bodies, min_size=1, max_size=25))
def test_any_history_with_any_byte_changed_added_or_taken_away_is_found(tmp_path, data, story):
    folder = tmp_path / "ledger"
    shutil.rmtree(folder, ignore_errors=True)
    ledger = Ledger(folder, write=True)
    events = ledger.append_many([("a", "ada", body) for body in story])
    head = ledger.head
    ledger.close()
    assert problems(folder, head) == [] and list(Ledger(folder).events()) == events
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.binary(max_size=2).filter(lambda content: content != whole[at : at + 1]))
    path.write_bytes(whole[:at] + new + whole[at + 1 :])
    assert problems(folder, head)


def test_files_deleted_added_swapped_split_and_joined_are_found(tmp_path):
    folder = tmp_path / "ledger"
    head = write(folder, 35)
    kept = {path: path.read_bytes() for path in sorted(folder.iterdir())}
    first, second, third, last = kept

    def attacked(changes):
        for path, content in changes.items():
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
        found = problems(folder, head)
        for path in folder.iterdir():
            path.unlink()
        for path, content in kept.items():
            path.write_bytes(content)
        return found

    for path in kept:
        assert attacked({path: None}), path.name
        assert attacked({path: b""}), path.name
    assert attacked({first: kept[second], second: kept[first]})
    assert attacked({last: kept[third] + kept[last]})
    assert attacked({folder / "000005.jsonl": kept[last]})
    assert attacked({folder / "000005.jsonl": b""})
    assert attacked({folder / "000000.jsonl": kept[first]})
    lines = kept[second].splitlines(keepends=True)
    assert attacked({first: kept[first] + lines[0], second: b"".join(lines[1:])})
    assert problems(folder, head) == []


def test_an_older_version_of_the_last_file_is_found_against_a_head_kept_elsewhere(tmp_path):
    folder = tmp_path / "ledger"
    write(folder, 32)
    older = (folder / "000004.jsonl").read_bytes()
    ledger = Ledger(folder, write=True)
    ledger.append("more", "ada", {})
    head = ledger.head
    ledger.close()
    (folder / "000004.jsonl").write_bytes(older)
    assert problems(folder) == []  # alone, the files are a whole history
    assert [problem.code for problem in problems(folder, head)] == ["LEDGER-TRUNCATED"]


def test_a_history_written_anew_is_found_against_a_head_kept_elsewhere(tmp_path):
    head = write(tmp_path / "one", 15)
    assert write(tmp_path / "other", 20, "mallory").events == 20
    assert [one.code for one in problems(tmp_path / "other", head)] == ["LEDGER-ROLLED-BACK"]


def test_a_head_with_the_right_hash_and_another_root_is_not_taken(tmp_path):
    folder = tmp_path / "ledger"
    head = write(folder, 15)
    forged = type(head)(head.place, head.events, head.hash, "00" * 32)
    assert [one.code for one in problems(folder, forged)] == ["LEDGER-ROLLED-BACK"]


LINE = Event(1, "a", "ada", date(2026, 1, 2), __import__("datetime").datetime(2026, 1, 2, 3, 4, 5), {"hash": ',"hash":"x"'}, "0" * 64)  # fmt: skip


def sealed(**changes):
    event = Event(**{**LINE.__dict__, **changes, "hash": ""})
    return Event(**{**event.__dict__, "hash": event.compute_hash()}).line()


def test_a_body_that_looks_like_the_end_of_an_event_changes_nothing():
    for body in ({"hash": "0" * 64}, {"a": ',"hash":"' + "0" * 64 + '"'}, {"z": {"hash": "0" * 64, "kind": "b"}}):
        assert Event.from_line(sealed(body=body)).body == body
        assert Event.from_line(sealed(kind=',"hash":"x"', person='","hash":"')).number == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace(b'"number":1', b'"number":1.0'),
        lambda line: line.replace(b'"number":1', b'"number":true'),
        lambda line: line.replace(b'"kind":"a"', b'"kind":"a","more":1'),
        lambda line: line.replace(b'"kind":"a"', b'"kind":"a","kind":"a"'),
        lambda line: line.replace(b'"kind":"a"', b'"kind": "a"'),
        lambda line: line.replace(b'"kind":"a"', b'"kind":"\\u0061"'),
        lambda line: line.replace(b'"2026-01-02"', b'"20260102"'),
        lambda line: line.replace(b"T03:04:05", b"T03:04:05.000000"),
        lambda line: line[:-1],
        lambda line: line[:-1] + b" \n",
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: line.decode().encode("utf-16"),
        lambda line: b"[" * 100_000,
        lambda line: b"[]\n",
    ],
)
def test_a_line_that_is_not_as_an_event_is_written_is_refused(change):
    line = sealed(body={})
    assert check_line(line)["kind"] == "a"
    with pytest.raises((ValueError, RecursionError)):
        check_line(change(line))


def test_a_line_of_another_shape_with_a_hash_of_its_own_is_refused(tmp_path):
    import hashlib

    from boldlink.ledger import canonical

    for change in (
        {"number": 1.0},
        {"kind": 7},
        {"body": []},
        {"person": None},
        {"more": 1},
        {"effective_on": "20260102"},
    ):
        raw = {**LINE._chained(), "body": {}, **change}
        line = canonical({**raw, "hash": hashlib.sha256(canonical(raw)).hexdigest()}) + b"\n"
        with pytest.raises(ValueError):
            check_line(line)


def test_a_body_that_would_not_be_read_back_as_it_is_is_not_written(tmp_path):
    folder = tmp_path / "ledger"
    ledger = Ledger(folder, write=True)
    for body in ({1: "a", "b": 2}, {10: 1, 9: 2}, {"x": object()}, {"x": {1, 2}}, {"x": "\ud800"}):
        with pytest.raises((TypeError, ValueError)):
            ledger.append("a", "ada", body)
    ledger.append("a", "ada", {"t": (1, 2)})
    assert ledger.last("a").body == {"t": [1, 2]} and ledger.head.events == 1
    ledger.close()
    assert problems(folder) == []


def test_a_full_disk_leaves_no_half_line_in_the_middle(tmp_path, monkeypatch):
    folder = tmp_path / "ledger"
    ledger = Ledger(folder, write=True)
    ledger.append("a", "ada", {})

    def full(handle, view):
        __import__("posix").write(handle, bytes(view[:20]))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("boldlink.ledger.segments.os.write", full)
        with pytest.raises(OSError, match="No space"):
            ledger.append("b", "ada", {})
    ledger.append("c", "ada", {})
    ledger.close()
    assert problems(folder) == [] and [event.kind for event in Ledger(folder).events()] == ["a", "c"]


def test_a_batch_that_a_full_disk_cut_short_is_a_beginning_of_it(tmp_path, monkeypatch):
    folder = tmp_path / "ledger"
    ledger = Ledger(folder, write=True)
    synced = []

    def fails_the_second_time(handle):
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("boldlink.ledger.segments.os.fsync", fails_the_second_time)
        patched.setattr("boldlink.ledger.segments.sync_folder", lambda folder: None)
        with pytest.raises(OSError, match="No space"):
            ledger.append_many([("a", "ada", {"n": n}) for n in range(25)])
    assert ledger.head.events == 10
    ledger.append("b", "ada", {})
    ledger.close()
    (folder / "000003.jsonl").unlink(missing_ok=True)
    assert problems(folder) == [] and Ledger(folder).count("a") == 10


def test_an_index_that_cannot_be_written_takes_nothing_back(tmp_path, monkeypatch):
    import sqlalchemy

    from boldlink.ledger.index import Index

    def fails(index, mark):
        raise sqlalchemy.exc.OperationalError("", {}, Exception())

    monkeypatch.setattr(Index, "set_mark", fails)
    ledger = Ledger(tmp_path / "ledger", write=True, index=tmp_path / "index.sqlite")
    assert ledger.append_many([("a", "ada", {})] * 1200)[-1].number == 1200
    ledger.close()
    assert problems(tmp_path / "ledger") == []


def test_a_batch_over_several_segments_is_one_history(tmp_path):
    folder = tmp_path / "ledger"
    ledger = Ledger(folder, write=True)
    ledger.append("a", "ada", {})
    assert [event.number for event in ledger.append_many([("b", "ada", {"n": n}) for n in range(27)])] == list(
        range(2, 29)
    )
    assert ledger.append_many([]) == []
    ledger.close()
    assert problems(folder) == [] and len(list(folder.iterdir())) == 3


def test_an_empty_segment_that_a_killed_process_left_is_taken_away_and_that_is_said(tmp_path):
    folder = tmp_path / "ledger"
    write(folder, 10)
    (folder / "000002.jsonl").touch()
    ledger = Ledger(folder, write=True)
    assert ledger.last("ledger.repaired").body == {"torn_bytes": 0}
    ledger.close()
    assert problems(folder) == []


def test_what_is_folded_once_is_not_folded_again(tmp_path):
    class Kinds:
        def __init__(self):
            self.seen = []

        def add(self, event):
            self.seen.append(event.number)

    ledger = Ledger(tmp_path / "ledger", write=True)
    for count in (3, 0, 4):
        ledger.append_many([("a", "ada", {})] * count)
        assert ledger.fold(Kinds).seen == list(range(1, ledger.head.events + 1))
    ledger.close()
