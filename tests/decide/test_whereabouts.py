"""Where a use case may run: where its pinned data is; where pins part it, nowhere by row, and what is possible then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_programme import ANALYSE, BUILD, LINK, RELEASE, TODAY, agreement, contract, facts, use_case

from boldlink.decide import PlaceFacts, datasets_at, decide, runs_in, whereabouts

PLACES = ("north", "south", "west")


def programme(datasets, named, kept=True):
    """Facts of a use case of these datasets, each `NAME@PLACE` or, pinned, `NAME@PLACE!`; its agreement names places."""
    contracts = {}
    for one in datasets:
        name, _, place = one.rstrip("!").partition("@")
        contracts[name] = contract(name, "moj", place, pinned=one.endswith("!"))
    case = use_case(datasets=tuple(contracts), agreement=agreement(places=tuple(named)) if named is not None else None)
    places = {name: PlaceFacts(name, name, "moj") for name in PLACES}
    known = facts(case, places=places, contracts=contracts if kept else {})
    return case, known


# Datasets, places the agreement names -> places that may be used, each with its datasets; by row; what else is said.
TABLE = {
    "one free dataset stays where it is named": (
        ["a@north"], ["north"], {"north": "a"}, True, "rows of all 1 datasets meet in north",
    ),
    "free data goes where the agreement says, not where it lies": (
        ["a@north", "b@south"], ["west"], {"west": "a b"}, True, "rows of all 2 datasets meet in west",
    ),
    "of several places named the first is used": (
        ["a@north", "b@south"], ["south", "north"], {"south": "a b"}, True, "rows of all 2 datasets meet in south",
    ),
    "free data comes to the pinned": (
        ["a@north", "b@south!"], ["south"], {"south": "a b"}, True, "rows of all 2 datasets meet in south",
    ),
    "a pin counts for more than the order of places": (
        ["a@north", "b@south!"], ["north", "south"], {"south": "a b"}, True, "rows of all 2 datasets meet in south",
    ),
    "pinned where the agreement does not name": (
        ["a@north", "b@south!"], ["north"], {}, False, "nowhere: no place both is named",
    ),
    "two pinned to one place meet there": (
        ["a@south!", "b@south!", "c@north"], ["south"], {"south": "a b c"}, True, "rows of all 3 datasets meet in south",
    ),
    "two pins part it, and free data goes to the first place named": (
        ["a@north!", "b@south!", "c@west"], ["south", "north"], {"north": "a", "south": "b c"}, False,
        "the same analysis in each of these places, and checked aggregates pooled",
    ),
    "two pins, one of them not named": (
        ["a@north!", "b@south!", "c@west"], ["north"], {"north": "a c"}, False, "nowhere by row",
    ),
    "no agreement": (["a@north"], None, {}, False, "nowhere: no place both is named"),
    "an agreement that names no place": (["a@north"], [], {}, False, "nowhere: no place both is named"),
    "a place that nobody runs": (["a@north"], ["moon"], {}, False, "nowhere: no place both is named"),
}  # fmt: skip


@pytest.mark.parametrize(("datasets", "named", "sites", "by_row", "said"), TABLE.values(), ids=TABLE.keys())
def test_where_it_may_run_follows_from_pins_and_agreement(datasets, named, sites, by_row, said):
    case, known = programme(datasets, named)
    found = whereabouts(case, known)
    assert {site.place: " ".join(site.datasets) for site in found.sites if site.allowed} == sites
    assert found.by_row is by_row and any(one.startswith(said) for one in found.possible), found.possible
    assert [site.place for site in found.sites] == list(PLACES) and found.use_case == case.id


REASONS = {
    "north": {
        "its agreement does not name this place",
        "a goes to another place for this use case",
        "b is pinned to south and never leaves it",
    },
    "south": {"a comes in, sealed", "b is here"},
    "west": {
        "its agreement does not name this place",
        "a goes to another place for this use case",
        "b is pinned to south and never leaves it",
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_each_place_says_of_each_dataset_why(place):
    case, known = programme(["a@north", "b@south!"], ["south"])
    site = next(one for one in whereabouts(case, known).sites if one.place == place)
    assert set(site.reasons) == REASONS[place]


def test_a_dataset_without_a_contract_is_nowhere_and_that_is_said():
    case, known = programme(["a@north"], ["north"], kept=False)
    found = whereabouts(case, known)
    assert not found.by_row and all("a has no data contract" in site.reasons for site in found.sites)
    assert datasets_at(case, "north", known) == []


NAMES = "abcde"
DATASETS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(PLACES), st.booleans()),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one[0],
)
NAMED = st.lists(st.sampled_from([*PLACES, "moon"]), max_size=4, unique=True)


def drawn(datasets, named):
    return programme([f"{name}@{place}{'!' if pinned else ''}" for name, place, pinned in datasets], named)


@given(DATASETS, NAMED)
def test_a_pinned_dataset_is_never_anywhere_but_in_its_place(datasets, named):
    case, known = drawn(datasets, named)
    pinned = {name: place for name, place, pin in datasets if pin}
    for place in (*PLACES, "moon"):
        here = set(datasets_at(case, place, known)) & set(pinned)
        assert here == {name for name, home in pinned.items() if home == place}


@given(DATASETS, NAMED)
def test_free_datasets_go_to_exactly_one_place_all_to_the_same(datasets, named):
    case, known = drawn(datasets, named)
    free = {name for name, _, pin in datasets if not pin}
    homes = [place for place in (*PLACES, "moon") if free & set(datasets_at(case, place, known))]
    if not free or not runs_in(case, known):
        assert homes == []
        return
    assert len(homes) == 1 and free <= set(datasets_at(case, homes[0], known))
    pins = {place for _, place, pin in datasets if pin}
    assert not pins or homes[0] in pins
    assert homes[0] in named or not pins & set(named)


@given(DATASETS, NAMED)
def test_a_site_is_allowed_only_where_the_agreement_names_it_and_by_row_only_where_everything_is(datasets, named):
    case, known = drawn(datasets, named)
    found = whereabouts(case, known)
    for site in found.sites:
        assert not site.allowed or (site.place in named and site.datasets)
        assert len(site.reasons) == len(case.datasets) + (site.place not in named)
    whole = [site.place for site in found.sites if site.allowed and set(site.datasets) == set(case.datasets)]
    assert found.by_row is bool(whole) and len(whole) <= 1
    assert found.possible and found.by_row is not found.possible[0].startswith("nowhere")


@given(DATASETS, NAMED, st.sampled_from(PLACES))
def test_a_use_case_is_linked_where_whereabouts_says_it_may_and_nowhere_that_its_agreement_does_not_name(
    datasets, named, place
):
    case, known = drawn(datasets, named)
    allowed = {site.place for site in whereabouts(case, known).sites if site.allowed}
    decision = decide(replace(LINK, place=place), known, TODAY)
    met = {finding.rule: finding.satisfied for finding in decision.findings}["place_is_allowed"]
    assert met or place not in allowed
    assert place in named or not met


@pytest.mark.parametrize("request_", [LINK, BUILD, ANALYSE, RELEASE], ids=lambda one: one.action)
def test_even_where_the_data_is_at_home_nothing_is_made_of_it_in_a_place_that_no_agreement_names(request_):
    _, known = programme(["a@north!"], ["south"])
    found = {f.rule: f for f in decide(replace(request_, place="north"), known, TODAY).findings}["place_is_allowed"]
    assert not found.satisfied and found.found == ("the agreement does not name north",)
    _, known = programme(["a@north!"], ["north"])
    assert "place_is_allowed" not in {f.rule for f in decide(replace(request_, place="north"), known, TODAY).unmet}
