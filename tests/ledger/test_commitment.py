"""What a person wrote is bound and not held: nobody can change it, and it can be erased."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import Tampered
from boldlink.ledger.commitment import commit_to, open_with
from boldlink.places import Place, audit_place

WORDS = "the table shows one person in Ambleside"
texts = st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=40), min_size=1, max_size=4)


@given(given=texts)
def test_what_was_committed_to_opens(given):
    commitments, openings = commit_to(given)
    assert open_with(commitments, openings) == given


@given(given=texts, data=st.data())
def test_nothing_else_opens_it(given, data):
    commitments, openings = commit_to(given)
    raw = json.loads(openings)
    name = data.draw(st.sampled_from(sorted(raw)))
    for other in (
        {**raw, name: {**raw[name], "text": raw[name]["text"] + "x"}},
        {**raw, name: {**raw[name], "salt": "00" * 32}},
        {key: value for key, value in raw.items() if key != name},
        {**raw, name + "'": raw[name]},
        [],
        {name: 1},
    ):
        with pytest.raises(ValueError):
            open_with(commitments, json.dumps(other).encode())


def test_the_same_words_twice_give_nothing_to_compare():
    assert commit_to({"reasons": "no"})[0] != commit_to({"reasons": "no"})[0]


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "home" / "places" / "moj", tmp_path / "keys"


@pytest.fixture
def place(roots):
    place = Place.open(*roots)
    yield place
    place.close()


def write(place):
    with place.store.step() as step:
        private = step.write_private({"reasons": WORDS})
        return step.commit("output.reviewed", "ada", {"request": "r", "vote": "reject", **private})


def codes(roots):
    return {problem.code for problem in audit_place(*roots)[1]}


def test_the_ledger_holds_no_word_of_it_and_the_file_is_its_owners_alone(place, roots):
    event = write(place)
    segments = b"".join(path.read_bytes() for path in (roots[0] / "ledger").iterdir())
    assert WORDS.encode() not in segments
    assert (roots[0] / event.body["openings"]).stat().st_mode & 0o777 == 0o600
    assert place.store.private(event) == {"reasons": WORDS} and codes(roots) == set()


def test_it_can_be_erased_and_the_history_still_holds(place, roots):
    event = write(place)
    erased = place.store.erase_private(event, "ada", "the person asked")
    assert place.store.private(event) == {} and erased.body["event"] == event.number
    assert not any(WORDS.encode() in path.read_bytes() for path in roots[0].rglob("*") if path.is_file())
    assert codes(roots) == set()


def test_words_that_vanished_without_an_event_are_missed(place, roots):
    event = write(place)
    (roots[0] / event.body["openings"]).unlink()
    assert codes(roots) == {"STORE-MISSING"}
    with pytest.raises(Tampered):
        place.store.private(event)


def test_other_words_in_their_place_are_found(place, roots):
    event = write(place)
    path = roots[0] / event.body["openings"]
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    assert codes(roots) == {"STORE-CHANGED"}
    with pytest.raises(Tampered):
        place.store.private(event)


def test_openings_that_do_not_open_what_was_committed_to_are_found(place, roots):
    with place.store.step() as step:
        private = step.write_private({"reasons": WORDS})
        private["commitments"] = {"reasons": "00" * 32}
        event = step.commit("output.reviewed", "ada", private)
    assert codes(roots) == {"STORE-OPENING"}
    with pytest.raises(Tampered):
        place.store.private(event)


def test_words_that_a_killed_process_was_still_writing_are_dropped(place, roots):
    with pytest.raises(RuntimeError), place.store.step() as step:
        step.write_private({"reasons": WORDS})
        raise RuntimeError
    assert codes(roots) == set() and not any(path.is_file() for path in (roots[0] / "staging").rglob("*"))
