"""Effects that were put in are found in what was drawn, by whoever looks rightly, and not by whoever does not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

import pytest

from boldlink.synthetic.chance import later
from boldlink.synthetic.effects import EFFECTS, as_risk, changed
from boldlink.synthetic.events import ENDS, Life
from boldlink.synthetic.lives.deaths import expect_death
from boldlink.synthetic.lives.homelessness import SETTLING_DAYS
from boldlink.synthetic.lives.justice import live_through_justice, offends
from boldlink.synthetic.lives.needs import draw_needs
from boldlink.synthetic.lives.reoffences import next_proof
from boldlink.synthetic.lives.risks import (
    application_risk,
    early_death_risk,
    employment_risk,
    engagement_risk,
    indexes,
    reoffending_risk,
)
from boldlink.synthetic.lives.span import last_day, next_reception
from boldlink.synthetic.lives.support import EFFECT
from boldlink.synthetic.lives.victims import suffer_crimes
from boldlink.synthetic.population import make_people
from boldlink.synthetic.targets import LAST_MATURE, YEAR_AND_HALF_DAYS, YEAR_DAYS, reoffences


@pytest.fixture(scope="module")
def releases():
    """Mature releases of many careers, each with whether it was followed by a proven reoffence."""
    draw, found = Random("careers"), []
    for person in make_people(60_000, draw):
        if offends(person, draw):
            life = Life(person, draw_needs(person, True, draw))
            expect_death(life, draw)
            live_through_justice(life, draw, EFFECTS)
            mature = (index for index in indexes(life) if index.spell and index.on <= LAST_MATURE)
            found += [(index, reoffences(life, index) > 0) for index in mature]
    return found


def standardised_ratio(rows):
    """Mantel-Haenszel ratio of (stratum, exposed, events, amount): risks or rates, within strata."""
    table = defaultdict(lambda: [[0, 0], [0, 0]])
    for stratum, exposed, events, amount in rows:
        cell = table[stratum][bool(exposed)]
        cell[0], cell[1] = cell[0] + events, cell[1] + amount
    up = down = 0.0
    for (events0, amount0), (events1, amount1) in table.values():
        total = max(1, amount0 + amount1)
        up, down = up + events1 * amount0 / total, down + events0 * amount1 / total
    return up / down


def observed(index):
    """What decides about the offer of employment support."""
    age = index.on.year - index.person.born.year
    return (
        index.spell.sentence_days < 365,
        (age < 30) + (age < 50),
        index.priors < 3,
        index.person.sex,
        index.priors // 4,
    )


def test_the_programme_seems_to_work_to_whoever_cannot_see_resolve(releases):
    rows = [(0, index.spell.accredited_programme, again, 1) for index, again in releases]
    assert standardised_ratio(rows) < 0.85


def test_the_programme_has_no_effect_among_people_of_the_same_resolve(releases):
    rows = [(index.needs.resolve, index.spell.accredited_programme, again, 1) for index, again in releases]
    assert standardised_ratio(rows) == pytest.approx(1.00, abs=0.09)


def test_employment_support_shows_its_effect_among_people_who_were_offered_it_alike(releases):
    crude = standardised_ratio([(0, i.spell.employment_support, again, 1) for i, again in releases])
    alike = standardised_ratio([(observed(i), i.spell.employment_support, again, 1) for i, again in releases])
    assert crude < 0.75 and alike == pytest.approx(0.80, abs=0.08)


@pytest.mark.parametrize("exposure", ["employment_support", "accredited_programme"])
def test_the_truth_is_the_difference_of_a_trial(releases, exposure):
    draw, cases, expected, got = Random(exposure), 0, 0, {True: [0, 0], False: [0, 0]}
    for index, _ in releases * 8:
        treated = draw.random() < 0.5
        trial = replace(index, spell=replace(index.spell, **{exposure: treated}))
        proof = next_proof(trial, EFFECTS, draw)
        counted = (
            proof is not None
            and proof.committed < later(index.on, YEAR_DAYS)
            and proof.proven < later(index.on, YEAR_AND_HALF_DAYS)
        )
        got[treated] = [got[treated][0] + counted, got[treated][1] + 1]
        cases += 1
        expected += reoffending_risk(index, EFFECTS, **{exposure: True})
        expected -= reoffending_risk(index, EFFECTS, **{exposure: False})
    difference = got[True][0] / got[True][1] - got[False][0] / got[False][1]
    assert difference == pytest.approx(expected / cases / 10_000, abs=0.02)


def test_risks_stand_in_their_ratio_whatever_else_is_true(releases):
    for index, _ in releases[:400]:
        for risk, exposure, effect in (
            (reoffending_risk, "employment_support", "employment-support"),
            (reoffending_risk, "accredited_programme", "accredited-programme"),
            (reoffending_risk, "resolve", "resolve-reoffending"),
            (engagement_risk, "opioid_substitution", "opioid-substitution"),
            (employment_risk, "employment_support", "employment-support-employment"),
        ):
            treated, untreated = risk(index, EFFECTS, **{exposure: True}), risk(index, EFFECTS, **{exposure: False})
            assert treated == pytest.approx(untreated * EFFECTS[effect].hundredths / 100, abs=2)
        for service, effect in (
            ("CAS3", "cas3"),
            ("CRS accommodation", "crs-accommodation"),
            ("Housing advice", "housing-advice"),
        ):
            offered, none = (application_risk(index, EFFECTS, service=name) for name in (service, "None"))
            assert offered == pytest.approx(none * EFFECTS[effect].hundredths / 100, abs=2)


def test_substitution_keeps_three_of_four_from_dying_in_the_first_weeks(releases):
    index = next(index for index, _ in releases if index.needs.drug == "Opiates")
    risks = [early_death_risk(index, EFFECTS, opioid_substitution=treated) for treated in (True, False)]
    assert risks == [7, 28]


def test_a_study_may_change_an_effect_or_make_it_null(releases):
    null = changed(EFFECTS, employment_support=100)
    assert null["employment-support"].null and not EFFECTS["employment-support"].null
    index = releases[0][0]
    risks = {reoffending_risk(index, null, employment_support=offered) for offered in (True, False)}
    assert len(risks) == 1


def test_no_risk_reaches_one():
    assert as_risk(9_000, 200, 200) < 10_000


def test_the_table_says_which_effects_are_null_and_which_hidden():
    assert {e.id for e in EFFECTS.values() if e.null} == {
        "accredited-programme", "housing-advice", "physical", "employment", "information-only",
    }  # fmt: skip
    assert {e.id for e in EFFECTS.values() if e.confounded_by_hidden} == {"accredited-programme"}
    assert {e.question for e in EFFECTS.values()} == {
        "reducing-reoffending", "reducing-homelessness", "substance-misuse", "supporting-victims",
    }  # fmt: skip


def applications_after_release(lives):
    for life in lives:
        for index in indexes(life):
            if index.spell and not life.person.in_wales and later(index.on, 184) <= ENDS:
                until = later(index.on, 182)
                yield index, any(index.on <= one.applied < until for one in life.applications)


def test_applications_after_release_come_as_often_as_their_risk_says(lives):
    seen = list(applications_after_release(lives))
    expected = sum(application_risk(index, EFFECTS) for index, _ in seen) / 10_000
    assert sum(applied for _, applied in seen) == pytest.approx(expected, rel=0.08)


def waits(lives):
    """From each application on: until the next, custody or the end, cut where treatment begins and ends."""
    for life in lives:
        for number, one in enumerate(life.applications):
            begins = one.ended and later(one.ended, SETTLING_DAYS)
            until = min(next_reception(life, one.applied) or ENDS, last_day(life))
            if begins and begins < until:
                following = life.applications[number + 1].applied if number + 1 < len(life.applications) else until
                day = min(until, following)
                again = following < until or (following == until and number + 1 < len(life.applications))
                yield life, begins, day, again


def pieces(life, begins, day, again):
    """(in treatment, events, days) of one wait: a day is at risk if begins < it <= day."""
    inside = sum(
        max(0, (min(journey.ended or day, day) - max(journey.triaged, begins)).days)
        for journey in life.journeys
        if journey.setting == "community"
    )
    treated = any(j.setting == "community" and j.triaged < day <= (j.ended or ENDS) for j in life.journeys)
    yield True, int(again and treated), inside
    yield False, int(again and not treated), (day - begins).days - inside


@pytest.fixture(scope="module")
def at_risk(lives):
    return [
        (life, life.needs.mental, bool(life.needs.drug), life.needs.physical, any(s.reception < begins for s in life.spells), treated, events, days)
        for life, begins, day, again in waits(lives)
        for treated, events, days in pieces(life, begins, day, again)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "effect", "within"),
    [(0, "mental", 0.25), (1, "drug-dependence", 0.3), (2, "physical", 0.17), (3, "custody-history", 0.25), (4, "treatment-homelessness", 0.22)],
)  # fmt: skip
def test_homelessness_comes_back_with_the_hazard_ratio_that_was_put_in(at_risk, place, effect, within):
    rows = []
    for row in at_risk:
        exposures = list(row[1:6])
        exposed = exposures.pop(place)
        rows.append((tuple(exposures), exposed, row[6], row[7]))
    assert standardised_ratio(rows) == pytest.approx(EFFECTS[effect].hundredths / 100, abs=within)


def journeys_outside(lives):
    return ((life, one) for life in lives for one in life.journeys if one.setting == "community")


@pytest.mark.parametrize(
    ("exposure", "ending", "effect"),
    [("settled_home", "completed", "settled-home"), ("settled_home", "dropped out", "settled-home-drop-out"), ("employed", "completed", "employment")],
)  # fmt: skip
def test_treatment_ends_with_the_hazard_ratio_that_was_put_in(lives, exposure, ending, effect):
    rows = [
        (
            (one.drug, one.employed if exposure == "settled_home" else one.settled_home),
            getattr(one, exposure),
            ending in one.reason,
            ((one.ended or ENDS) - one.triaged).days,
        )
        for _, one in journeys_outside(lives)
    ]
    assert standardised_ratio(rows) == pytest.approx(EFFECTS[effect].hundredths / 100, rel=0.2)


def police_stage(lives, kind):
    """(group, supported, events, days) of the days before the police decided, before and after support started."""
    for life in lives:
        for crime in life.crimes:
            over = crime.withdrew_on if crime.outcome in ("14", "16") and not crime.referred_to_cps else None
            day = over or crime.referred_to_cps or crime.outcome_on or last_day(life)
            support = crime.support
            starts = support.started if support and support.started and support.started < day else day
            starts = max(starts, crime.recorded)
            yield crime.group, False, int(over is not None and starts == day), (starts - crime.recorded).days
            if starts < day and support.kind == kind:  # another kind of support ends the wait without an event
                yield crime.group, True, int(over is not None), (day - starts).days


@pytest.fixture(scope="module")
def victims():
    """The crimes of many more people, four lives as a victim for each."""
    draw, found = Random("victims"), []
    for person in make_people(20_000, draw) * 4:
        life = Life(person)
        suffer_crimes(life, draw, EFFECTS)
        found.append(life)
    return found


@pytest.mark.parametrize("kind", ["Advocate", "Counselling", "Information only"])
def test_support_acts_on_withdrawal_from_the_day_it_starts(victims, kind):
    rows = list(police_stage(victims, kind))
    assert standardised_ratio(rows) == pytest.approx(EFFECTS[EFFECT[kind]].hundredths / 100, abs=0.15)


def test_support_that_does_nothing_seems_to_help_whoever_counts_the_wait_for_it(lives):
    rows = []
    for life in lives:
        for crime in life.crimes:
            given = crime.support is not None and crime.support.started is not None
            information = given and crime.support.kind == "Information only"
            if information or not given:
                rows.append((crime.group, information, crime.withdrew_on is not None, 1))
    assert standardised_ratio(rows) < 0.8


def test_counselling_raises_wellbeing(lives):
    gains = defaultdict(list)
    for life in lives:
        for crime in life.crimes:
            if crime.support and crime.support.wellbeing_end is not None:
                gains[crime.support.kind].append(crime.support.wellbeing_end - crime.support.wellbeing_start)
    mean = {kind: sum(values) / len(values) for kind, values in gains.items()}
    assert mean["Counselling"] - mean["Advocate"] == pytest.approx(1.4, abs=0.5)
