"""Exports of several places make one register, in whatever order, unless they contradict each other."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.publish.export import read_export
from boldlink.publish.register import Register, merge


def merged(*exports: dict[str, Any]) -> Register:
    return merge([read_export(export) for export in exports])


def code(*exports: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        merged(*exports)
    return caught.value.code


def seen_from(export: dict[str, Any], id: str) -> dict[str, Any]:
    """The same export as another place would send it."""
    other = copy.deepcopy(export)
    other["place"].update(id=id, name=f"Place {id}")
    return other


def test_the_register_holds_what_every_place_sent(dhsc: dict[str, Any], moj: dict[str, Any]) -> None:
    register = merged(moj, dhsc)
    assert [dataset.id for dataset in register.datasets] == ["ndtms", "prison-releases"]
    assert [use_case.id for use_case in register.use_cases] == ["substance-misuse", "reoffending"]
    assert [witness.place.id for witness in register.witnesses] == ["dhsc", "moj"]
    assert register.made_on.isoformat() == "2024-11-21"


def test_releases_and_refusals_stand_newest_first_with_the_place_they_left(dhsc: dict[str, Any]) -> None:
    register = merged(dhsc)
    assert [entry.release.id for entry in register.releases] == ["r-2024-002", "r-2024-001"]
    assert {entry.place.id for entry in register.releases} == {"dhsc"}
    assert register.refusals[0].place.id == "dhsc"
    assert len(register.releases_of("substance-misuse")) == 2
    assert register.releases_of("reoffending") == ()


@given(order=st.permutations(["dhsc", "moj", "sail"]))
def test_the_order_of_the_exports_does_not_matter(order: list[str]) -> None:
    entry = {"id": "dhsc", "name": "N", "operator": "O"}
    base: dict[str, Any] = {
        "format": "boldlink-public-export/1",
        "made_on": "2024-11-20",
        "programme": {
            "id": "bold", "title": "B", "summary": "", "contact": "", "ends": "2027-03-31",
            "synthetic": True, "not_for": [],
        },
        "ledger": {"events": 1, "head": "0" * 64, "public_key": "k"},
        "datasets": [], "use_cases": [], "releases": [],
    }  # fmt: skip
    exports = {
        id: {
            **base,
            "place": {**entry, "id": id},
            "refusals": [{"use_case": "u", "title": f"T{id}", "on": "2024-01-01", "reasons": [id]}],
        }
        for id in order
    }
    assert merged(*(exports[id] for id in order)) == merged(*(exports[id] for id in sorted(order)))


def test_one_use_case_in_two_places_is_the_union_of_what_both_say(dhsc: dict[str, Any]) -> None:
    other = seen_from(dhsc, "sail")
    other["use_cases"][0].update(places=["sail"], datasets=["wdsm"], engagement=[])
    use_case = merged(other, dhsc).use_cases[0]
    assert use_case.places == ("dhsc", "sail")
    assert use_case.datasets == ("ndtms", "prison-releases", "wdsm")
    assert len(use_case.engagement) == 1
    assert len(use_case.legal_basis) == 3


def test_a_use_case_live_in_one_place_only_says_where(dhsc: dict[str, Any]) -> None:
    other = seen_from(dhsc, "sail")
    other["use_cases"][0]["status"] = "draft"
    assert merged(dhsc, other).use_cases[0].status == "live in DHSC environment; draft in Place sail"


def test_agreements_and_uses_of_one_dataset_are_united(dhsc: dict[str, Any]) -> None:
    other = seen_from(dhsc, "sail")
    other["datasets"][0].update(use_cases=["homelessness"], agreements=[{"id": "dsa-2", "ends": "2025-01-01"}])
    dataset = merged(dhsc, other).datasets[0]
    assert dataset.use_cases == ("substance-misuse", "homelessness")
    assert [agreement.id for agreement in dataset.agreements] == ["dsa-ndtms-moj", "dsa-2"]


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("datasets", "pinned", False),
        ("datasets", "name", "Another name"),
        ("use_cases", "ends", "2030-01-01"),
        ("use_cases", "question", "Another question?"),
        ("releases", "sha256", "0" * 64),
    ],
)
def test_places_that_contradict_each_other_are_refused(dhsc: dict[str, Any], part: str, field: str, value: Any) -> None:
    other = seen_from(dhsc, "sail")
    other[part][0][field] = value
    assert code(dhsc, other) == "PUBLISH-CONFLICT"


def test_the_same_release_from_two_places_stands_once(dhsc: dict[str, Any]) -> None:
    assert len(merged(dhsc, seen_from(dhsc, "sail")).releases) == 2


def test_no_export_is_no_register() -> None:
    assert code() == "PUBLISH-NOTHING"


def test_two_exports_of_one_place_are_refused(dhsc: dict[str, Any]) -> None:
    assert code(dhsc, dhsc) == "PUBLISH-PLACE"


def test_places_must_agree_on_the_programme(dhsc: dict[str, Any], moj: dict[str, Any]) -> None:
    moj["programme"]["synthetic"] = False
    assert code(dhsc, moj) == "PUBLISH-PROGRAMME"


def test_a_place_that_sent_nothing_is_called_by_its_id(dhsc: dict[str, Any]) -> None:
    register = merged(dhsc)
    assert register.place_name("dhsc") == "DHSC environment"
    assert register.place_name("sail") == "sail"
