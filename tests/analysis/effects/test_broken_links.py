"""Links that a study breaks on purpose are broken as it says, and honest about themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from recovery.links import (
    CERTAIN,
    CERTAINTIES,
    FALSE_OF_MISSED,
    FAULTS,
    HARDER,
    NONE,
    RATES_PERCENT,
    Fault,
    World,
    break_links,
)

from boldlink.synthetic.perfect import PEOPLE, person_id

MANY = 60_000
HARD = np.arange(MANY) % 5 == 0
KEY = pa.binary(16)


def everybody(rows_each=1):
    """A dataset with so many rows for each person, all links certain."""
    ids = pa.array([person_id(person) for person in range(MANY) for _ in range(rows_each)], KEY)
    table = pa.table({**dict.fromkeys(PEOPLE, ids), "link_probability": pa.array([1.0] * len(ids))})
    return table.append_column("truly", pa.array(np.repeat(np.arange(MANY), rows_each)))


def world(tables):
    return World(tables, {name: numbers(table) for name, table in tables.items()}, HARD)


@pytest.fixture(scope="module")
def certain():
    return world({"pnc": everybody(), "prison": everybody()})


def broken(certain, fault):
    return break_links(certain, "pnc", fault, np.random.default_rng([7, fault.missed_percent]))


def numbers(table, column=PEOPLE[0]):
    return np.array([int.from_bytes(one, "big") for one in table.column(column).to_pylist()])


def told(table):
    """(person that the rows stand under, person they are of, what the link says)."""
    return numbers(table), table.column("truly").to_numpy(), table.column("link_probability").to_numpy()


@pytest.mark.parametrize("fault", FAULTS[1:], ids=lambda one: one.id)
def test_the_share_that_is_missed_is_the_share_that_was_asked_for(certain, fault):
    under, _, chance = told(broken(certain, fault)["pnc"])
    assert np.mean(under >= MANY) == pytest.approx(fault.missed_percent / 100, abs=0.006)
    assert (chance[under >= MANY] == 0).all()


@pytest.mark.parametrize("rate", RATES_PERCENT)
def test_missed_people_are_nobody_else(certain, rate):
    under, _, _ = told(broken(certain, Fault("random", rate))["pnc"])
    assert len(np.unique(under)) == MANY


@pytest.mark.parametrize("certainty", CERTAINTIES)
def test_of_links_that_say_so_so_many_are_true(certain, certainty):
    under, truly, chance = told(broken(certain, Fault("random", 20))["pnc"])
    says = chance == certainty
    assert np.mean((under == truly)[says]) == pytest.approx(certainty, abs=0.015)


def test_links_that_say_they_are_certain_are_true(certain):
    under, truly, chance = told(broken(certain, Fault("random", 20))["pnc"])
    assert (under == truly)[chance == CERTAIN].all()


@pytest.mark.parametrize("rate", RATES_PERCENT)
def test_a_quarter_as_many_are_false_as_missed(certain, rate):
    under, truly, _ = told(broken(certain, Fault("random", rate))["pnc"])
    linked = under < MANY
    assert np.mean((under != truly)[linked]) == pytest.approx(FALSE_OF_MISSED * rate / 100, abs=0.004)


@pytest.mark.parametrize("rate", RATES_PERCENT)
def test_whoever_is_hard_to_link_is_missed_three_times_as_often(certain, rate):
    under, _, _ = told(broken(certain, Fault("informative", rate, informative=True))["pnc"])
    missed = under >= MANY
    assert missed[HARD].mean() / missed[~HARD].mean() == pytest.approx(HARDER, rel=0.15)


def test_random_faults_do_not_ask_who_is_hard_to_link(certain):
    under, _, _ = told(broken(certain, Fault("random", 20))["pnc"])
    missed = under >= MANY
    assert missed[HARD].mean() == pytest.approx(missed[~HARD].mean(), abs=0.012)


def test_the_other_datasets_keep_their_people_and_know_how_sure_the_link_is(certain):
    made = broken(certain, Fault("random", 10))
    under, _, chance = told(made["pnc"])
    people, truly, known = told(made["prison"])
    assert (people == truly).all()
    assert (known[under[under < MANY]] == chance[under < MANY]).all()
    assert (known[np.setdiff1d(truly, under)] == 0).all()


def test_a_person_is_missed_with_all_of_their_rows():
    twice = world({"pnc": everybody(2)})
    under = numbers(break_links(twice, "pnc", Fault("random", 10), np.random.default_rng(3))["pnc"])
    assert (under[::2] == under[1::2]).all()


def test_every_confidence_is_broken_alike(certain):
    made = broken(certain, Fault("random", 10))["pnc"]
    assert all((numbers(made, name) == numbers(made)).all() for name in PEOPLE)


def test_no_fault_changes_nothing(certain):
    assert break_links(certain, "pnc", NONE, np.random.default_rng(0)) == certain.tables
