"""Several writers of one history meet in PostgreSQL: no gap, no fork, nothing lost, and the same bytes in the files."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sql

from boldlink.errors import BadInput, BoldError, MissingPart, Tampered
from boldlink.ledger import Ledger, check_history
from boldlink.ledger.postgresql import check_database

SCRIPT = Path(__file__).parent / "shared_writer.py"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "place" / "ledger"


def opened(folder, database, **options):
    return Ledger(folder, write=True, database=database, place="moj-1", **options)


def start(database, folder, name, count):
    command = [sys.executable, SCRIPT, database, folder, name, folder.parent / f"{name}.log", str(count)]
    return subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE)


def acknowledged(folder):
    """Number → hash of every append that a writer saw succeed. A line that a killed writer left unfinished is none."""
    lines = [line for log in folder.parent.glob("*.log") for line in log.read_text().splitlines(keepends=True)]
    pairs = [line.split() for line in lines if line.endswith("\n") and len(line.split()) == 2]
    assert len({number for number, _ in pairs}) == len(pairs), "two writers were given one number"
    return {int(number): event_hash for number, event_hash in pairs}


def execute(database, statement, **values):
    engine = sql.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        result = connection.execute(sql.text(statement), values)
        rows = result.fetchall() if result.returns_rows else []
    engine.dispose()
    return rows


def require_one_history(folder, database):
    """No gap, no fork, nothing acknowledged lost; database and files hold the same bytes. Returns the length."""
    opened(folder, database).close()
    history = check_history(folder)
    assert history.problems == [] and check_database(database, folder) == []
    rows = execute(database, "SELECT number, line FROM boldlink_events ORDER BY number")
    assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
    files = b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl")))
    assert files == b"".join(bytes(line) for _, line in rows)
    there = {event.number: event.hash for event in Ledger(folder).events()}
    assert acknowledged(folder).items() <= there.items()
    return history.head.events


def test_what_is_written_is_read_back_and_stands_in_the_files_after_closing(folder, database):
    ledger = opened(folder, database)
    ledger.append("a", "ada", {"place": "moj-1", "word": "naïve"})
    ledger.append_many([("b", "ada", {"n": n}) for n in range(3)])
    assert [event.body.get("n") for event in ledger.events("b")] == [0, 1, 2]
    assert ledger.last("b", n=1).number == 3 and ledger.count("b") == 3 and ledger.count() == 4
    assert ledger.event(ledger.hash).number == 4 and ledger.place == "moj-1" and ledger.head_at(2).events == 2
    assert not list(folder.glob("*.jsonl"))
    head = ledger.head
    ledger.close()
    assert Ledger(folder).head == head
    assert require_one_history(folder, database) == 4


def test_a_writer_sees_what_another_wrote(folder, database):
    one, other = opened(folder, database), opened(folder, database)
    one.append("a", "ada", {"place": "moj-1"})
    assert other.last("a").person == "ada"
    other.append("b", "bob", {})
    assert [event.person for event in one.events()] == ["ada", "bob"]
    one.publish()
    other.append("c", "bob", {})
    assert [event.kind for event in one.events(after=1)] == ["b", "c"]
    other.close()
    one.close()
    assert require_one_history(folder, database) == 3


def test_four_writers_at_once_make_one_history(folder, database):
    folder.mkdir(parents=True)
    writers = [start(database, folder, f"w{n}", 60) for n in range(4)]
    for writer in writers:
        assert writer.communicate(timeout=120)[1] == b"" and writer.returncode == 0
    assert require_one_history(folder, database) == 240
    assert len(acknowledged(folder)) == 240


@pytest.mark.slow
def test_twenty_writers_killed_at_random_make_one_history(folder, database):
    folder.mkdir(parents=True)
    draw = random.Random(20)
    writers = {n: start(database, folder, f"w{n}-0", 100_000) for n in range(20)}
    deadline, killed = time.monotonic() + 60, 0
    while time.monotonic() < deadline:
        time.sleep(draw.uniform(0.05, 0.4))
        n = draw.randrange(20)
        writers[n].kill()
        writers[n].communicate()
        killed += 1
        writers[n] = start(database, folder, f"w{n}-{killed}", 100_000)
    for writer in writers.values():
        writer.kill()
        assert writer.communicate()[1] == b""
    # How many there are says how busy the machine is; that there are many is enough for the test to mean something.
    assert killed > 30
    assert require_one_history(folder, database) >= len(acknowledged(folder)) > 200


def test_a_database_that_is_empty_is_filled_from_the_files(folder, database):
    alone = Ledger(folder, write=True)
    alone.append("a", "ada", {"place": "moj-1"})
    alone.append("b", "ada", {})
    alone.close()
    ledger = Ledger(folder, write=True, database=database)
    assert ledger.last("ledger.repaired").body == {"events_brought_into_the_database": 2}
    ledger.append("c", "ada", {})
    ledger.close()
    assert require_one_history(folder, database) == 4


def test_events_that_a_killed_process_did_not_export_are_brought_in_by_the_next(folder, database):
    ledger = opened(folder, database)
    ledger.append("a", "ada", {"place": "moj-1"})
    again = opened(folder, database)
    assert again.publish() == 1 and again.publish() == 0
    assert Ledger(folder).head.events == 1


def test_a_line_that_an_export_left_unfinished_is_written_whole(folder, database):
    ledger = opened(folder, database)
    ledger.append_many([("a", "ada", {"place": "moj-1", "n": n}) for n in range(3)])
    ledger.close()
    segment = folder / "000001.jsonl"
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-30])
    opened(folder, database).close()
    assert segment.read_bytes() == whole


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM boldlink_events WHERE number = 3",
        "UPDATE boldlink_events SET hash = 'x' WHERE number = 3",
        "UPDATE boldlink_events SET line = overlay(line placing '\\x41' from 30) WHERE number = 2",
        "UPDATE boldlink_events SET line = overlay(line placing '\\x41' from 30) WHERE number = 4",
    ],
)
def test_a_database_that_does_not_hold_what_the_files_hold_is_found(folder, database, attack):
    ledger = opened(folder, database)
    ledger.append_many([("a", "ada", {"place": "moj-1", "n": n}) for n in range(3)])
    ledger.publish()
    ledger.append("b", "ada", {})
    execute(database, attack)
    found = check_database(database, folder)
    if "hash = 'x'" in attack:
        with pytest.raises(Tampered):
            opened(folder, database)
    else:
        assert [problem.code for problem in found] in (["LEDGER-DATABASE-DIFFERS"], ["LEDGER-EVENT"])
    if "number = 4" in attack:
        with pytest.raises(Tampered):
            list(ledger.events())


OLDER = "UPDATE boldlink_heads SET events = 1, hash = (SELECT hash FROM boldlink_events WHERE number = 1)"


def test_an_older_copy_of_the_database_is_filled_from_the_files_and_that_is_said(folder, database):
    ledger = opened(folder, database)
    ledger.append_many([("a", "ada", {"place": "moj-1", "n": n}) for n in range(3)])
    ledger.close()
    execute(database, "DELETE FROM boldlink_events WHERE number > 1")
    execute(database, OLDER)
    again = opened(folder, database)
    assert again.last("ledger.repaired").body == {"events_brought_into_the_database": 2}
    again.close()
    assert require_one_history(folder, database) == 4


def test_an_older_copy_of_the_database_that_was_written_on_is_refused(folder, database, tmp_path):
    ledger = opened(folder, database)
    ledger.append_many([("a", "ada", {"place": "moj-1", "n": n}) for n in range(3)])
    ledger.publish()
    execute(database, "DELETE FROM boldlink_events WHERE number > 1")
    execute(database, OLDER)
    ledger.append_many([("b", "ada", {"n": n}) for n in range(2)])
    with pytest.raises(Tampered, match="DATABASE-DIFFERS"):
        ledger.publish()
    with pytest.raises(Tampered, match="DATABASE-DIFFERS"):
        opened(folder, database)


def test_the_database_itself_refuses_a_second_event_of_a_number_or_after_an_event(folder, database):
    opened(folder, database).append_many([("a", "ada", {"place": "moj-1", "n": n}) for n in range(3)])
    copy = "INSERT INTO boldlink_events SELECT place, {number}, 'h', {previous}, line FROM boldlink_events WHERE number = 3"
    for number, previous in ((3, "'p'"), (4, "previous")):
        with pytest.raises(sql.exc.IntegrityError):
            execute(database, copy.format(number=number, previous=previous))


def test_a_body_that_cannot_be_written_leaves_nothing_behind(folder, database):
    ledger = opened(folder, database)
    ledger.append("a", "ada", {"place": "moj-1"})
    with pytest.raises((TypeError, ValueError)):
        ledger.append_many([("b", "ada", {}), ("b", "ada", {"x": object()})])
    assert ledger.head.events == 1


def test_the_first_event_of_a_history_names_the_place_that_it_is_kept_under(folder, database):
    with pytest.raises(BadInput, match="names its place"):
        Ledger(folder, write=True, database=database).append("a", "ada", {})
    with pytest.raises(BadInput, match="names its place"):
        opened(folder, database).append("a", "ada", {"place": "sail-1"})
    assert opened(folder, database).head.events == 0


def test_places_do_not_mix_in_one_database(folder, database, tmp_path):
    one = opened(folder, database)
    other = Ledger(
        tmp_path / "sail" / "ledger", write=True, database=database, place="x'; DROP TABLE boldlink_events; --"
    )
    one.append("a", "ada", {"place": "moj-1"})
    other.append("b", "ada", {"place": "x'; DROP TABLE boldlink_events; --"})
    assert [event.kind for event in one.events()] == ["a"] and [event.kind for event in other.events()] == ["b"]


@pytest.mark.parametrize("url", ["mysql://a:hushhush@h/d", "postgresql+asyncpg://a:hushhush@h/d", "hushhush"])
def test_only_a_url_of_postgresql_is_taken_and_none_is_shown(folder, url):
    with pytest.raises(BadInput, match="LEDGER-URL") as refused:
        Ledger(folder, write=True, database=url)
    assert "hushhush" not in str(refused.value)


def test_a_database_that_is_not_there_is_said_without_its_password(folder, tmp_path):
    with pytest.raises(BoldError, match="LEDGER-DATABASE") as refused:
        Ledger(folder, write=True, database=f"postgresql://ada:hushhush@/d?host={tmp_path}")
    shown = str(refused.value) + repr(refused.value.__cause__)
    assert "hushhush" not in shown and str(tmp_path) not in shown


def test_without_psycopg_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingPart, match=r"boldlink\[postgresql\]"):
        Ledger(folder, write=True, database="postgresql://ada@h/d")


def test_the_tests_can_see_whether_every_part_is_there():
    assert os.environ.get("BOLDLINK_REQUIRE_ALL") != "1" or Path("/usr/lib/postgresql").is_dir()
