"""Every cohort against its second implementation, on small random tables whose dates crowd around the edges."""

from __future__ import annotations

import cohort_oracle as oracle
import pytest
from cohort_tables import ENDS, STARTS, after, cohort, cohort_frame, usual
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.analysis.effects import applications, crimes, journeys, rehabilitation, releases, sensitivity
from boldlink.analysis.effects.frames import ask_for

EDGES = (-1, 0, 1, 7, 8, 20, 21, 22, 28, 29, 42, 43, 56, 57, 84, 85, 182, 183, 210, 211, 364, 365, 366, 547, 548, 549)
DAYS = st.sampled_from(EDGES).map(after)
DAYS_OR_NONE = st.one_of(st.none(), DAYS)
YES_NO = st.sampled_from((True, False))
YES_NO_OR_NONE = st.sampled_from((True, False, None))
BORN = st.sampled_from(("1980-1984", "1995-1999", None))
PERSON = st.sampled_from((1, 2, 3, None))
REASONS = (
    "treatment completed - drug free", "incomplete - dropped out", "transferred - not in custody",
    "transferred - not in custody", "incomplete - client died", None,
)  # fmt: skip
RANDOM = {
    "prison": {
        "reception_date": DAYS_OR_NONE, "release_date": DAYS_OR_NONE, "sentence_length_days": st.sampled_from((None, 28, 90, 364, 365)),
        "main_offence": st.sampled_from(("Theft", "Drugs")), "accommodation_service": st.sampled_from(("None", "CAS3", None)),
        "employment_support": YES_NO_OR_NONE, "release_region": st.sampled_from(("London", "Wales", None)),
        "no_fixed_abode": YES_NO_OR_NONE, "birth_year": BORN,
    },
    "pnc": {
        "offence_date": DAYS_OR_NONE, "proven_date": DAYS_OR_NONE, "recordable": st.sampled_from((True, True, False, None)),
        "breach": st.sampled_from((False, False, True, None)), "prior_convictions": st.sampled_from((None, 0, 2, 11)),
    },
    "hclic": {
        "application_date": DAYS_OR_NONE, "duty": st.sampled_from(("relief", "relief", "prevention", "none", None)),
        "duty_end_date": DAYS_OR_NONE, "main_applicant": st.sampled_from((True, True, True, False, None)),
        "support_drug_dependency": YES_NO_OR_NONE, "birth_year": BORN,
    },
    "ndtms": {
        "setting": st.sampled_from(("community", "community", "prison")), "triaged_jy": DAYS_OR_NONE, "disd_jy": DAYS_OR_NONE,
        "disrsn_jy": st.sampled_from(REASONS), "drug1": st.sampled_from(("Opiates", "Opiates", "Alcohol")),
        "opioid_substitution": YES_NO_OR_NONE, "accommodation_need": st.sampled_from(("none", "urgent", None)),
    },
    "probation": {
        "event_date": DAYS, "requirement": st.sampled_from(("ATR", "DRR", "MHTR", "NONE")),
        "employment_6_weeks": st.sampled_from(("Employed", "Unemployed", "Unavailable for work", "Not known", "", None)),
    },
    "police-crimes": {
        "recorded_date": DAYS, "outcome_code": st.sampled_from((None, "1", "14", "16", "18")), "outcome_date": DAYS_OR_NONE,
        "offence_group": st.sampled_from(("Theft", "Violence")),
    },
    "victim-service": {
        "referral_date": DAYS_OR_NONE, "support_start_date": DAYS_OR_NONE,
        "support_type": st.sampled_from(("Advocate", "Counselling", "Information only")),
    },
}  # fmt: skip
lightly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def random_rows(draw, *datasets):
    """Up to eight rows of each dataset, all columns given."""
    found = {}
    for name in datasets:
        rows = draw(st.lists(st.fixed_dictionaries({"person": PERSON, **RANDOM[name]}), min_size=1, max_size=8))
        found[name] = [usual(name, **row) for row in rows]
    for number, row in enumerate(found.get("police-crimes", ())):
        row["crime_ref"] = str(number)
    return found


def ranked(people):
    """Persons as the frames number them: from 0, in the order of their ids."""
    return {person: number for number, person in enumerate(sorted(people))}


@lightly
@given(random_rows("prison", "pnc"))
def test_leavers_are_what_the_oracle_says(rows):
    expected = oracle.leavers(rows, STARTS, ENDS)
    everybody = {
        row["person"] for row in rows["prison"] if row["person"] and oracle.within(row["release_date"], STARTS, ENDS)
    }
    number = ranked(everybody)  # numbered before those of unknown exposure leave
    found = cohort(releases.leavers, rows, ("employment_support",))
    found = [{**row, "released": row["released"].date()} for row in found]
    assert found == [{**row, "person": number[row["person"]]} for row in expected]


@lightly
@given(random_rows("prison", "hclic"))
def test_homelessness_after_release_is_what_the_oracle_says(rows):
    expected = oracle.homelessness(rows, STARTS, ENDS)
    found = cohort(releases.homelessness, rows)
    assert [row["homeless"] for row in found] == [expected[person] for person in sorted(expected)]


def days_of(frame):
    """(person, day) -> (event, in treatment, custody) of stretches, each day once."""
    found = {}
    for row in frame.to_dict("records"):
        for day in range(row["start"] + 1, row["stop"] + 1):
            assert (row["person"], day) not in found
            found[row["person"], day] = (row["event"] and day == row["stop"], row["in_treatment"], row["custody"])
    return found


@lightly
@given(random_rows("hclic", "prison", "ndtms"))
def test_time_at_risk_is_day_by_day_what_the_oracle_says(rows):
    expected = oracle.days_at_risk(rows, STARTS, ENDS)
    number = ranked({person for person, _ in expected})
    found = days_of(cohort_frame(applications.time_at_risk, rows))
    assert found == {(number[person], day): state for (person, day), state in expected.items()}


@lightly
@given(random_rows("police-crimes", "victim-service"))
def test_victims_are_what_the_oracle_says(rows):
    expected = oracle.victims(rows, STARTS, ENDS)
    order = sorted(expected, key=lambda ref: (rows["police-crimes"][int(ref)]["recorded_date"], ref))
    found = cohort(crimes.victims, rows)
    assert [(r["days"], r["withdrew"], r["kind"], r["support_starts"]) for r in found] == [
        expected[ref] for ref in order
    ]


@lightly
@given(random_rows("police-crimes", "victim-service"))
def test_time_is_split_a_fortnight_after_support_starts_and_none_is_lost(rows):
    frame = cohort_frame(crimes.victims, rows)
    days = {}
    for row in crimes.split_at_support(frame).to_dict("records"):
        kinds = {kind for kind, flag in crimes.KINDS.items() if row[flag]}
        for day in range(int(row["start"]) + 1, int(row["stop"]) + 1):
            days[row["crime"], day] = (kinds, row["event"] and day == row["stop"])
    for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        for day in range(1, row["days"] + 1):
            supported = row["support_starts"] is not None and row["support_starts"] + crimes.LAG_DAYS < day
            assert days.pop((row["crime"], day)) == (
                {row["kind"]} if supported else set(),
                row["withdrew"] and day == row["days"],
            )
    assert not days


@lightly
@given(random_rows("ndtms", "probation"))
def test_treatment_is_what_the_oracle_says(rows):
    expected = oracle.treatment(rows, STARTS, ENDS)
    words = {
        journeys.OPEN: "open",
        journeys.COMPLETED: "completed",
        journeys.DROPPED: "dropped",
        journeys.OTHER: "other",
    }
    found = cohort(journeys.treatment, rows)
    assert [(r["days"], words[r["ended_as"]], r["settled"], r["employed"], r["known_day"]) for r in found] == [
        expected[person] for person in sorted(expected)
    ]


@lightly
@given(random_rows("prison", "ndtms"))
def test_engagement_is_what_the_oracle_says(rows):
    expected = oracle.engagement(rows, STARTS, ENDS)
    found = cohort(rehabilitation.engagement, rows)
    assert [(r["released"].date(), r["substitution"], r["engaged"]) for r in found] == [
        expected[p] for p in sorted(expected)
    ]


def sentenced(connection, ask, confidence):
    return ask_for(connection, sensitivity._SENTENCED, confidence, ask)


@lightly
@given(random_rows("probation", "ndtms"))
def test_people_sentenced_are_what_the_oracle_says(rows):
    expected = oracle.sentenced(rows, STARTS, ENDS)
    found = cohort(sentenced, rows)
    assert [(r["sentenced"].date(), r["treated"]) for r in found] == [expected[person] for person in sorted(expected)]


COHORTS = (
    (releases.leavers, (("employment_support",),), ("prison", "pnc")),
    (releases.homelessness, (), ("prison", "hclic")),
    (applications.time_at_risk, (), ("hclic", "prison", "ndtms")),
    (crimes.victims, (), ("police-crimes", "victim-service")),
    (journeys.treatment, (), ("ndtms", "probation")),
    (rehabilitation.engagement, (), ("prison", "ndtms")),
    (sentenced, (), ("probation", "ndtms")),
)


@pytest.mark.parametrize(("of", "more", "datasets"), COHORTS, ids=lambda one: getattr(one, "__name__", ""))
def test_rows_in_another_order_make_the_same_frame(of, more, datasets):
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(random_rows(*datasets))
    def same(rows):
        backwards = {name: rows[name][::-1] for name in datasets}
        assert cohort(of, rows, *more) == cohort(of, backwards, *more)

    same()
