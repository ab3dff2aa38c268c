"""Continuity of care: ten rows worked by hand, and a second implementation in plain Python on random rows."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldlink.analysis import compute
from boldlink.errors import BadInput

STARTS, ENDS = date(2023, 1, 1), date(2023, 3, 31)
TRANSFERRED = "transferred - not in custody"
NDTMS = pa.schema(
    [
        ("attributor", pa.string()),
        ("person_high", pa.string()),
        ("person_medium", pa.string()),
        ("person_low", pa.string()),
        ("setting", pa.string()),
        ("triaged_jy", pa.date32()),
        ("disd_jy", pa.date32()),
        ("disrsn_jy", pa.string()),
        ("drug1", pa.string()),
    ]
)
PRISON = pa.schema(
    [
        ("person_high", pa.string()),
        ("person_medium", pa.string()),
        ("person_low", pa.string()),
        ("release_date", pa.date32()),
        ("release_region", pa.string()),
    ]
)


def journey(person, setting, triaged, ended=None, reason=None, drug="Opiates", linked="hml"):
    ids = {
        f"person_{name}": person if name[0] in linked else f"{person}-alone-{name}"
        for name in ("high", "medium", "low")
    }
    return {
        "attributor": person,
        **ids,
        "setting": setting,
        "triaged_jy": triaged,
        "disd_jy": ended,
        "disrsn_jy": reason,
        "drug1": drug,
    }


def release(person, on, region="London"):
    return {
        **{f"person_{name}": person for name in ("high", "medium", "low")},
        "release_date": on,
        "release_region": region,
    }


def d(month, day):
    return date(2023, month, day)


TEN = [
    journey("A", "prison", d(1, 1), d(2, 1), TRANSFERRED),
    journey("A", "community", d(2, 22)),  # 21 days after: engaged
    journey("B", "prison", d(1, 1), d(2, 1), TRANSFERRED),
    journey("B", "community", d(2, 23)),  # 22 days after: not
    journey("C", "prison", d(1, 1), d(2, 1), "incomplete - dropped out"),  # not transferred: not counted
    journey("C", "community", d(2, 2)),
    journey("D", "prison", d(1, 1), d(4, 1), TRANSFERRED),  # after the period: not counted
    journey("E", "prison", d(1, 1), d(3, 31), TRANSFERRED, "Alcohol"),
    journey("E", "community", d(3, 31)),  # the same day: engaged
    journey("F", "community", d(2, 1)),  # never in prison: not counted
]


def table(rows, schema):
    return pa.Table.from_pylist(rows, schema)


def test_the_official_form_on_ten_rows_worked_by_hand():
    measure, found = compute("continuity-of-care", {"ndtms": table(TEN, NDTMS)}, STARTS, ENDS)
    assert measure.official and not measure.linked
    assert [(row["released"], row["engaged"]) for row in found.rows] == [(3, 2)]


def test_the_official_form_by_main_drug():
    _, found = compute("continuity-of-care", {"ndtms": table(TEN, NDTMS)}, STARTS, ENDS, ("drug1",))
    assert [(row["drug1"], row["released"], row["engaged"]) for row in found.rows] == [
        ("Alcohol", 1, 1),
        ("Opiates", 2, 1),
    ]


def test_the_linked_form_depends_on_the_link_confidence_and_says_so():
    ndtms = [
        journey("A", "prison", d(1, 1), d(2, 1), TRANSFERRED),
        journey("A", "community", d(2, 10), linked="ml"),  # the community journey is found at medium and low only
        journey("B", "prison", d(1, 1), d(2, 3), TRANSFERRED, linked="l"),  # the treated prisoner is found at low only
        journey("G", "prison", d(1, 1), d(2, 10), TRANSFERRED),  # ended nine days after the release: another stay
    ]
    prison = [release("A", d(2, 1)), release("B", d(2, 1)), release("G", d(2, 1)), release("H", d(2, 1))]
    research = {"ndtms": table(ndtms, NDTMS), "prison": table(prison, PRISON)}
    measure, found = compute("continuity-of-care-prison-linked", research, STARTS, ENDS)
    assert measure.linked and not measure.official and found.overlapping == ("confidence",)
    assert [(row["confidence"], row["released"], row["engaged"]) for row in found.rows] == [
        ("High", 1, 0),
        ("Medium", 1, 1),
        ("Low", 2, 1),
    ]


def test_a_person_released_twice_is_counted_once_at_the_first_release():
    ndtms = [
        journey("A", "prison", d(1, 1), d(1, 10), TRANSFERRED),
        journey("A", "prison", d(2, 1), d(3, 1), TRANSFERRED),
        journey("A", "community", d(3, 5)),  # within 21 days of the second release, not of the first
    ]
    prison = [release("A", d(1, 10)), release("A", d(3, 1), "Wales")]
    research = {"ndtms": table(ndtms, NDTMS), "prison": table(prison, PRISON)}
    _, found = compute("continuity-of-care-prison-linked", research, STARTS, ENDS, ("release_region",))
    assert {(row["release_region"], row["released"], row["engaged"]) for row in found.rows} == {("London", 1, 0)}


days = st.integers(0, 120).map(lambda n: date(2022, 12, 15) + timedelta(days=n))
journeys = st.lists(
    st.builds(
        journey,
        st.sampled_from("ABCDE"),
        st.sampled_from(["prison", "community"]),
        days,
        days,
        st.sampled_from([TRANSFERRED, "incomplete - dropped out"]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(journeys)
def test_the_official_form_equals_a_second_implementation(rows):
    ends = {}
    for row in rows:
        if row["setting"] == "prison" and row["disrsn_jy"] == TRANSFERRED and STARTS <= row["disd_jy"] <= ENDS:
            ends[row["attributor"]] = min(ends.get(row["attributor"], row["disd_jy"]), row["disd_jy"])
    engaged = {
        row["attributor"]
        for row in rows
        if row["setting"] == "community"
        and row["attributor"] in ends
        and 0 <= (row["triaged_jy"] - ends[row["attributor"]]).days <= 21
    }
    _, found = compute("continuity-of-care", {"ndtms": table(rows, NDTMS)}, STARTS, ENDS)
    assert [(row["released"], row["engaged"]) for row in found.rows] == ([(len(ends), len(engaged))] if ends else [])


@settings(max_examples=60, deadline=None)
@given(journeys, st.lists(st.builds(release, st.sampled_from("ABCDE"), days), max_size=10))
def test_the_linked_form_equals_a_second_implementation(rows, releases):
    treated = [
        (r["person_high"], r["disd_jy"]) for r in rows if r["setting"] == "prison" and r["disrsn_jy"] == TRANSFERRED
    ]
    first = {}
    for one in releases:
        on, person = one["release_date"], one["person_high"]
        if STARTS <= on <= ENDS and any(p == person and abs((on - ended).days) <= 7 for p, ended in treated):
            first[person] = min(first.get(person, on), on)
    seen = [(r["person_high"], r["triaged_jy"]) for r in rows if r["setting"] == "community"]
    engaged = {p for p, on in seen if p in first and 0 <= (on - first[p]).days <= 21}
    research = {"ndtms": table(rows, NDTMS), "prison": table(releases, PRISON)}
    _, found = compute("continuity-of-care-prison-linked", research, STARTS, ENDS)
    expected = [(c, len(first), len(engaged)) for c in ("High", "Medium", "Low")] if first else []
    assert [(row["confidence"], row["released"], row["engaged"]) for row in found.rows] == expected


def test_what_cannot_be_computed_is_refused_in_words():
    research = {"ndtms": table(TEN, NDTMS)}
    with pytest.raises(BadInput, match="no measure"):
        compute("happiness", research, STARTS, ENDS)
    with pytest.raises(BadInput, match="needs prison"):
        compute("continuity-of-care-prison-linked", research, STARTS, ENDS)
    with pytest.raises(BadInput, match="no column shoe_size"):
        compute("continuity-of-care", research, STARTS, ENDS, ("shoe_size",))
