"""The index is a convenience: lost, stale, foreign, forged or damaged, the answers are those of the files, or none."""

import json
import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.errors import Tampered
from boldlink.ledger import Ledger
from boldlink.ledger import files as files_module
from boldlink.places import Place, audit_place

KINDS = ["a", "b", "c"]
stories = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), min_size=1, max_size=25)
anew = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(autouse=True)
def short_histories_are_trusted_too(monkeypatch):
    monkeypatch.setattr(files_module, "TRUSTED_FROM", 1)
    monkeypatch.setattr("boldlink.ledger.segments.SEGMENT_EVENTS", 7)


@pytest.fixture
def home(tmp_path):
    return tmp_path


def fresh(home, name):
    shutil.rmtree(home / name, ignore_errors=True)
    (home / f"{name}.sqlite").unlink(missing_ok=True)
    return home / name / "ledger", home / f"{name}.sqlite"


def write(folder, index, story):
    ledger = Ledger(folder, write=True, index=index)
    ledger.append_many([(kind, "ada", {"n": n}) for kind, n in story])
    ledger.close()


def answers(ledger):
    """Everything that can be asked."""
    told = list(ledger.events())
    return (
        told,
        ledger.head,
        [list(ledger.events(kind)) for kind in KINDS],
        [ledger.last(kind, n=n) for kind in KINDS for n in range(4)],
        [ledger.event(event.hash) for event in told],
        [ledger.count(kind) for kind in KINDS],
        list(ledger.events(after=len(told) // 2)),
        ledger.head_at(len(told)),
    )


def asked(folder, index=None):
    ledger = Ledger(folder, write=True, index=index)
    try:
        return answers(ledger)
    finally:
        ledger.close()


@anew
@given(story=stories, more=stories)
def test_a_stale_index_gives_the_answers_of_the_files(home, story, more):
    folder, index = fresh(home, "one")
    write(folder, index, story)
    shutil.copy(index, home / "older.sqlite")
    write(folder, index, more)
    expected = asked(folder)
    for candidate in (index, home / "older.sqlite", home / "none.sqlite"):
        assert asked(folder, candidate) == expected
        assert asked(folder, candidate) == expected
    (home / "none.sqlite").unlink()


@anew
@given(story=stories, other=stories)
def test_another_histories_index_gives_the_answers_of_the_files(home, story, other):
    folder, index = fresh(home, "one")
    foreign_folder, foreign = fresh(home, "other")
    write(folder, index, story)
    write(foreign_folder, foreign, other)
    expected = asked(folder)
    assert asked(folder, foreign) == expected
    assert asked(folder, foreign) == expected


@anew
@given(story=stories, data=st.data())
def test_a_damaged_index_file_gives_the_answers_of_the_files_or_an_error_of_ours(home, story, data):
    folder, index = fresh(home, "one")
    write(folder, index, story)
    expected = asked(folder)
    whole = bytearray(index.read_bytes())
    for position in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=20)):
        whole[position] ^= 0xFF
    index.write_bytes(bytes(whole))
    try:
        found = asked(folder, index)
    except Tampered:
        return
    assert found[:2] == expected[:2]


FORGERIES = [
    "UPDATE events SET kind = 'a' WHERE kind = 'b'",
    "UPDATE events SET hash = 'x' WHERE number = 2",
    "UPDATE events SET offset = (SELECT offset FROM events WHERE number = 1) WHERE number = 2",
    "UPDATE events SET length = length - 1 WHERE number = 2",
    "UPDATE events SET number = 9 - number WHERE number < 9",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_an_index_cannot_pass_one_event_off_as_another(home, forgery):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", 1), ("b", 2), ("b", 3)])
    expected = asked(folder)
    forge(index, forgery)
    try:
        assert asked(folder, index) == expected
    except Tampered as found:
        assert "what stands in the files" in str(found)


@pytest.mark.parametrize("forgery", ["DELETE FROM events WHERE number = 2", "DELETE FROM events", "DROP TABLE events"])
def test_an_index_that_lacks_events_is_made_again(home, forgery):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", 1), ("b", 2), ("b", 3)])
    expected = asked(folder)
    forge(index, forgery)
    assert asked(folder, index) == expected


@pytest.mark.parametrize("field", ["events", "peaks", "sha256", "format"])
def test_a_forged_mark_is_not_believed(home, field):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", 1), ("b", 2), ("b", 3)])
    expected = asked(folder)
    with sqlite3.connect(index) as connection:
        mark = json.loads(connection.execute("SELECT content FROM mark").fetchone()[0])
    for value in (None, "x", 2, ["00" * 32]):
        forge(index, "UPDATE mark SET content = ?", json.dumps({**mark, field: value}))
        found = asked(folder, index)
        assert found[0] == expected[0] and found[2:7] == expected[2:7]
        assert (found[1] == expected[1]) or field == "peaks"  # a spoilt root: the next audit says so


def test_an_index_that_hides_events_changes_nothing_in_an_audit(tmp_path):
    root, keys = tmp_path / "home" / "places" / "moj", tmp_path / "keys"
    place = Place.open(root, keys)
    place.checkpoint()
    place.close()
    place = Place.open(root, keys)
    place.close()
    index = next(keys.rglob("ledger-index.sqlite"))
    expected = audit_place(root, keys)
    forge(index, "UPDATE events SET kind = 'nothing'")
    found = audit_place(root, keys)
    assert found.problems == expected.problems == [] and found.head == expected.head


def test_the_index_never_lies_in_the_home(tmp_path):
    root, keys = tmp_path / "home" / "places" / "moj", tmp_path / "keys"
    for _ in range(2):
        Place.open(root, keys).close()
    assert list(keys.rglob("*.sqlite")) and not list((tmp_path / "home").rglob("*.sqlite*"))


def test_a_byte_changed_before_the_mark_is_found_at_opening(home):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", n) for n in range(20)])
    segment = folder / "000001.jsonl"
    whole = segment.read_bytes()
    for position in range(0, len(whole), 37):
        segment.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(Tampered):
            Ledger(folder, write=True, index=index)
    segment.write_bytes(whole)


def test_only_what_follows_the_mark_is_followed_line_by_line(home, monkeypatch):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", n) for n in range(20)])
    followed = []
    follow = files_module.Chain.follow
    monkeypatch.setattr(files_module.Chain, "follow", lambda chain, line: followed.append(line) or follow(chain, line))
    ledger = Ledger(folder, write=True, index=index)
    assert followed == [] and ledger.head.events == 20
    ledger.close()


def test_a_process_killed_before_it_marked_is_made_good(home):
    folder, index = fresh(home, "one")
    write(folder, index, [("a", 1)])
    killed = Ledger(folder, write=True, index=index)
    killed.append("b", "ada", {})
    assert killed.count("b") == 1  # now its row stands in the index, and no mark covers it
    killed._unlock()
    assert asked(folder, index)[0] == asked(folder)[0]


def test_a_long_history_is_marked_now_and_then(home, monkeypatch):
    monkeypatch.setattr(files_module, "MARK_EVERY", 5)
    folder, index = fresh(home, "one")
    ledger = Ledger(folder, write=True, index=index)
    for n in range(12):
        ledger.append("a", "ada", {"n": n})
    with sqlite3.connect(index) as connection:
        mark = json.loads(connection.execute("SELECT content FROM mark").fetchone()[0])
    assert mark["events"] == 10
    ledger.close()


def forge(index, statement, *values):
    connection = sqlite3.connect(index)
    try:
        # Numbers are moved by way of numbers that nobody has, so that they never meet.
        if "9 - number" in statement:
            connection.execute("UPDATE events SET number = -number")
            statement = "UPDATE events SET number = 4 + number WHERE number < 0"
        connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()
