"""What a place holds is told from its events, once; what came since is added, and the answer is always that of a full telling."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.ledger import Ledger
from boldlink.places import Holdings, bound_files

paths = st.sampled_from(["a/1.parquet", "a/2.parquet", "b/1.parquet"])
steps = st.lists(st.tuples(st.lists(paths, max_size=2), st.lists(paths, max_size=2)), min_size=1, max_size=8)


def body(step, number):
    files, erased = step
    return {
        "files": [
            {"path": path, "sha256": f"{number}", "compartment": "a", "rows": 1} for path in dict.fromkeys(files)
        ],
        "erased": erased,
    }


def told_whole(ledger):
    """As it was told before anything was kept: every event, from the first."""
    held = {}
    for event in ledger.events():
        for path in event.body.get("erased", ()):
            held.pop(path, None)
        for file in event.body.get("files", ()):
            held[file["path"]] = file["sha256"]
    return held


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(story=steps)
def test_telling_step_by_step_gives_what_telling_whole_gives(tmp_path_factory, story):
    ledger = Ledger(tmp_path_factory.mktemp("place") / "ledger", write=True)
    for number, step in enumerate(story):
        ledger.append("thing.stored", "ada", body(step, number))
        assert bound_files(ledger) == told_whole(ledger)
    ledger.close()


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger", write=True)
    yield ledger
    ledger.close()


def test_a_file_that_was_erased_and_came_again_is_held_and_not_erased(ledger):
    for step in ((["a"], []), ([], ["a"]), (["a"], [])):
        ledger.append("thing.stored", "ada", body(step, 0))
    holdings = ledger.fold(Holdings)
    assert list(holdings.files) == ["a"] and holdings.erased == set()


def test_files_stand_in_the_order_they_came(ledger):
    ledger.append("thing.stored", "ada", body((["b", "a"], []), 0))
    ledger.append("thing.stored", "ada", body((["c"], ["b"]), 1))
    assert list(ledger.fold(Holdings).files) == ["a", "c"]


def test_events_without_files_change_nothing(ledger):
    ledger.append("note", "ada", {})
    assert ledger.fold(Holdings).files == {} and bound_files(ledger) == {}


def test_only_new_events_are_read_to_tell_it_again(ledger, monkeypatch):
    ledger.append_many([("thing.stored", "ada", body((["a"], []), n)) for n in range(20)])
    bound_files(ledger)
    read = []
    events = ledger.events
    monkeypatch.setattr(
        ledger, "events", lambda *kinds, **how: (read.append(one) or one for one in events(*kinds, **how))
    )
    ledger.append("thing.stored", "ada", body((["b"], []), 20))
    assert set(bound_files(ledger)) == {"a", "b"} and len(read) == 1
