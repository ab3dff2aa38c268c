"""Lives: the same for a seed, in order, within the window, silent after death, and like the published figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from itertools import pairwise
from random import Random

import pytest

from boldlink.synthetic.events import ENDS, STARTS
from boldlink.synthetic.lives import make_lives
from boldlink.synthetic.targets import TARGETS, calibrate_lives

FIRST_DAY = {
    "spells": "reception", "supervised": "started", "offences": "proven", "cases": "charged", "journeys": "triaged",
    "admissions": "admitted", "applications": "applied", "rough_sleeping": "day", "awards": "starts",
    "crimes": "recorded", "assessments": "day", "referrals": "referred",
}  # fmt: skip


def dates(thing, path=""):
    """Every date of an event, with the name of its field, those of nested events too."""
    for name, value in vars(thing).items():
        if isinstance(value, date):
            yield f"{path}.{name}", value
        elif hasattr(value, "__dataclass_fields__"):
            yield from dates(value, f"{path}.{name}")


def events(life):
    return ((name, one) for name in FIRST_DAY for one in getattr(life, name))


def test_the_same_seed_gives_the_same_lives_and_another_seed_others():
    first, again, other = (make_lives(300, Random(seed)) for seed in ("a", "a", "b"))
    assert [asdict(life) for life in first] == [asdict(life) for life in again]
    assert [asdict(life) for life in first] != [asdict(life) for life in other]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_a_published_figure_is_met(lives, target):
    got = target.got(lives)
    assert abs(got.value - target.target) <= target.within, f"{float(got.value):.2f} against {float(target.target)}"
    assert got.behind > 200


def test_the_table_of_targets_has_a_row_each_and_says_what_is_met(lives):
    rows = calibrate_lives(lives[:3_000])
    assert [row.id for row in rows] == [target.id for target in TARGETS]
    assert all(row.met == (abs(row.got - row.target) <= row.within) for row in rows)


def test_no_event_comes_after_death_or_after_the_window(lives):
    late = [
        (name, field, day)
        for life in lives
        for name, one in events(life)
        for field, day in dates(one)
        if day > min(life.died or ENDS, ENDS)
    ]
    assert late == []


def test_no_event_comes_before_the_window_but_offences_and_awards(lives):
    early = {
        f"{name}{field}" for life in lives for name, one in events(life) for field, day in dates(one) if day < STARTS
    }
    assert early == {"offences.committed", "awards.starts"}


def test_events_of_each_kind_stand_in_order(lives):
    for life in lives:
        for name, field in FIRST_DAY.items():
            days = [getattr(one, field) for one in getattr(life, name)]
            assert days == sorted(days), name


def test_spells_in_custody_do_not_overlap(lives):
    for life in lives:
        for before, after in pairwise(life.spells):
            assert before.release is not None and before.release < after.reception


def test_every_release_begins_a_licence(lives):
    released = {(life.person.id, spell.release) for life in lives for spell in life.spells if spell.release}
    licences = {(life.person.id, one.started) for life in lives for one in life.supervised if one.disposal == "LIC"}
    assert released == licences


def test_nobody_applies_to_a_council_or_sleeps_rough_while_in_custody(lives):
    inside = 0
    for life in lives:
        outside_days = [one.applied for one in life.applications] + [one.day for one in life.rough_sleeping]
        for spell in life.spells:
            inside += sum(spell.reception < day < (spell.release or ENDS) for day in outside_days)
    assert inside == 0


def test_journeys_in_the_community_follow_one_another(lives):
    for life in lives:
        outside = [journey for journey in life.journeys if journey.setting == "community"]
        for before, after in pairwise(outside):
            assert before.ended is not None and before.ended < after.triaged


def test_rough_sleeping_goes_with_dependence_and_ill_health(lives):
    def share(group, need):
        return sum(bool(getattr(life.needs, need)) for life in group) / len(group)

    rough = [life for life in lives if life.rough_sleeping]
    others = [life for life in lives if not life.rough_sleeping]
    assert share(rough, "drug") > 2 * share(others, "drug")
    assert share(rough, "mental") > 1.5 * share(others, "mental")


def test_a_charged_crime_has_a_number_of_its_own_and_a_defendant(lives):
    charged = [crime for life in lives for crime in life.crimes if crime.decision == "charge"]
    cases = [case.urn for life in lives for case in life.cases if case.urn]
    assert len(charged) == len({crime.urn for crime in charged}) > 100
    assert sorted(cases) == sorted(crime.urn for crime in charged)


def test_an_outcome_says_whether_there_was_a_suspect_and_the_victim_stayed(lives):
    for life in lives:
        for crime in life.crimes:
            if crime.outcome == "14":
                assert not crime.suspect and crime.withdrew_on
            if crime.outcome == "16":
                assert crime.suspect and crime.withdrew_on
            if crime.outcome in ("15", "18", "8"):
                assert crime.withdrew_on is None


def test_an_award_ends_with_custody(lives):
    for life in lives:
        for award in life.awards:
            inside = [s for s in life.spells if award.starts < s.reception < (award.ends or ENDS)]
            assert all(((award.ends or ENDS) - spell.reception).days <= 30 for spell in inside)


def test_people_from_abroad_have_no_event_before_they_came(lives):
    early = [
        name
        for life in lives
        if life.person.arrived and life.person.arrived > STARTS
        for name, field in FIRST_DAY.items()
        for one in getattr(life, name)
        if getattr(one, "committed", getattr(one, field)) < life.person.arrived
    ]
    assert early == []


def test_a_household_shares_surname_address_and_number(lives):
    homes = {}
    for life in lives:
        homes.setdefault(life.person.household, []).append(life.person)
    shared = [members for members in homes.values() if len(members) > 1]
    assert len(shared) > 1_000
    assert all(len({(one.surname, one.postcode) for one in members}) == 1 for members in shared)
    assert any(len({(one.born, one.sex) for one in members}) == 1 for members in shared)  # twins
