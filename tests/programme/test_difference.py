"""Whoever signs a new version is told, field by field, what changed since the version that was signed before."""

from __future__ import annotations

from datetime import date

import pytest
from documents import document, put, sign_by_all

from boldlink.programme.difference import ABSENT, LONGEST, changed_since_signed, changes

AGREEMENT = ("agreement", "dsa-substance-misuse")


def told(before, now):
    return [str(one) for one in changes(before, now)]


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    [
        ({"ends": date(2026, 1, 1)}, {"ends": date(2027, 1, 1)}, ["ends: 2026-01-01 → 2027-01-01"]),
        (
            {"breach": {"hours": 24, "contact": "x"}},
            {"breach": {"hours": 72, "contact": "x"}},
            ["breach.hours: 24 → 72"],
        ),
        ({"places": ["moj"]}, {"places": ["moj", "dhsc"]}, [f"places: {ABSENT} → dhsc"]),
        ({"places": ["moj", "dhsc"]}, {"places": ["dhsc"]}, [f"places: moj → {ABSENT}"]),
        ({"places": ["moj", "dhsc"]}, {"places": ["dhsc", "moj"]}, ["places: moj, dhsc → dhsc, moj"]),
        ({"compare": [["a", "b"]]}, {"compare": [["a", "b"], ["a", "c"]]}, [f"compare: {ABSENT} → a, c"]),
        ({}, {"review": "May"}, [f"review: {ABSENT} → May"]),
        ({"review": "May"}, {}, [f"review: May → {ABSENT}"]),
        ({"a": 1}, {"a": 1}, []),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(before, now, lines):
    assert told(before, now) == lines


def test_a_column_that_is_put_in_first_is_named_and_makes_no_other_look_changed():
    old = [{"name": "pnc", "role": "linkage"}, {"name": "sex", "role": "linkage"}]
    new = [{"name": "establishment", "role": "attribute"}, {"name": "pnc", "role": "linkage"}, {"name": "sex", "role": "attribute"}]  # fmt: skip
    assert told({"columns": old}, {"columns": new}) == [
        f"columns.establishment: {ABSENT} → name: establishment; role: attribute",
        "columns.sex.role: linkage → attribute",
    ]


def test_items_without_a_name_are_counted_from_one():
    assert told({"steps": [{"text": "x"}, {"text": "x"}]}, {"steps": [{"text": "x"}, {"text": "y"}]}) == [
        "steps.2.text: x → y"
    ]


def test_a_long_value_is_cut_to_a_line():
    (change,) = changes({"aims": "word " * 100}, {"aims": "short"})
    assert len(change.before) == LONGEST and change.before.endswith("…") and change.now == "short"


def test_a_first_version_has_nothing_to_be_compared_with(ledger):
    assert changed_since_signed(document(ledger, *AGREEMENT), ledger) is None


def test_what_changed_since_the_signed_version_is_told_until_a_later_one_is_signed(ledger, clock):
    breach = document(ledger, *AGREEMENT).content["breach"]
    clock.day = date(2026, 11, 25)
    put(ledger, *AGREEMENT, version="1.1.0", breach={**breach, "hours": 36})
    since = changed_since_signed(document(ledger, *AGREEMENT), ledger)
    assert (since.version, since.signed_on) == ("1.0.0", date(2026, 11, 24))
    assert [str(one) for one in since.changes] == ["version: 1.0.0 → 1.1.0", f"breach.hours: {breach['hours']} → 36"]
    sign_by_all(ledger, *AGREEMENT)
    put(ledger, *AGREEMENT, version="1.2.0", breach=breach)
    later = changed_since_signed(document(ledger, *AGREEMENT), ledger)
    assert later.as_dict() == {
        "version": "1.1.0", "signed_on": "2026-11-25",
        "changes": [
            {"field": "version", "before": "1.1.0", "now": "1.2.0"},
            {"field": "breach.hours", "before": "36", "now": str(breach["hours"])},
        ],
    }  # fmt: skip


def test_a_version_that_nobody_signed_is_nothing_to_compare_with(ledger):
    put(ledger, *AGREEMENT, version="1.1.0")
    put(ledger, *AGREEMENT, version="1.2.0")
    since = changed_since_signed(document(ledger, *AGREEMENT), ledger)
    assert [str(one) for one in since.changes] == ["version: 1.0.0 → 1.2.0"]


def test_a_signature_that_does_not_hold_makes_no_version_a_signed_one(ledger):
    put(ledger, *AGREEMENT, version="1.1.0")
    unsigned = document(ledger, *AGREEMENT)
    signed = next(one for one in ledger.events("document.signed") if one.body["id"] == AGREEMENT[1])
    ledger.append("document.signed", signed.person, {**signed.body, "hash": unsigned.content_hash})
    put(ledger, *AGREEMENT, version="1.2.0")
    assert changed_since_signed(document(ledger, *AGREEMENT), ledger).version == "1.0.0"
