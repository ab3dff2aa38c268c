"""The strictest rule of every department whose data met in an output holds, and the release says which and whose."""

import shutil
from dataclasses import fields, replace
from datetime import date
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from boldlink.analysis import MEASURES
from boldlink.errors import BadInput, BadProgramme
from boldlink.journey import family as journey
from boldlink.outputs import RULES, Rules, rules_of, strictest
from boldlink.outputs.rules.departments import PARAMETERS
from boldlink.outputs.rules.strictest import DIRECTIONS
from boldlink.programme.check import check_programme
from boldlink.programme.disclosure import ParametersDocument, RulesDocument
from boldlink.programme.folder import read_programme

BOLD = Path(__file__).parents[2] / "programmes" / "bold"

RULE = st.builds(
    Rules,
    st.sampled_from(["a", "b", "c"]),
    minimum=st.integers(2, 30),
    base=st.integers(1, 20),
    rows_at_most=st.integers(1, 9_000),
    zeros_disclosive=st.booleans(),
    dominance=st.sampled_from([((1, 0.5),), ((2, 0.9),), ((1, 0.7), (2, 0.8)), ()]),
    p_percent=st.floats(0, 50),
    leverage_at_most=st.floats(0.01, 1),
    km_step=st.integers(1, 40),
)


def document(**parameters):
    stated = {name: {"value": value, "source": "a policy", "verified": True} for name, value in parameters.items()}
    return {"organisation": "ons", "version": "1", "from": date(2026, 1, 1), "parameters": stated}


def test_readers_are_left_one_value_less_than_the_minimum_unless_a_rule_says_otherwise():
    assert Rules("x", minimum=10, base=5).width == 9
    assert Rules("x", minimum=10, base=5, width=4).width == 4


def test_each_parameter_comes_from_whoever_is_strictest_about_it():
    careful = Rules("careful", minimum=15, base=3, rows_at_most=9_000, dominance=((1, 0.4),), leverage_at_most=0.5)
    coarse = Rules("coarse", minimum=5, base=10, rows_at_most=100, dominance=((2, 0.8),), zeros_disclosive=False)
    found = strictest(careful, coarse)
    assert (found.minimum, found.base, found.rows_at_most, found.width) == (15, 10, 100, 14)
    assert found.dominance == ((1, 0.4), (2, 0.8))
    assert (found.leverage_at_most, found.zeros_disclosive) == (0.2, True)
    assert found.version == "careful + coarse"


def test_a_wider_width_holds_even_where_another_has_the_larger_minimum():
    assert strictest(Rules("a", minimum=10, base=5), Rules("b", minimum=8, base=5, width=12)).width == 12


def test_every_parameter_has_a_direction_and_a_place_in_a_departments_document():
    assert set(DIRECTIONS) == set(PARAMETERS) == set(ParametersDocument.model_fields)
    assert {one.name for one in fields(Rules)} - set(DIRECTIONS) == {"version", "sources", "rounding"}


def test_without_rules_nothing_is_strict_enough():
    with pytest.raises(BadInput, match="RULES-NONE"):
        strictest()


@given(st.lists(RULE, min_size=1, max_size=3))
def test_the_strictest_is_at_least_as_strict_as_each_and_the_order_does_not_matter(rules):
    found = strictest(*rules)
    for one in rules:
        assert strictest(found, one).as_dict() | {"version": ""} == found.as_dict() | {"version": ""}
    for others in permutations(rules):
        assert replace(strictest(*others), version="", sources={}) == replace(found, version="", sources={})


def test_what_a_department_does_not_say_is_the_houses_word_and_its_source_goes_with_it():
    found = rules_of("ons", document(minimum=20))
    assert (found.minimum, found.width, found.base) == (20, 19, RULES.base)
    assert found.sources == {"minimum": "ons: a policy"}
    assert strictest(RULES, found).as_dict()["sources"] == {"minimum": "ons: a policy"}


def test_a_source_that_nobody_saw_is_marked_so_in_every_release():
    told = document(base=10)
    told["parameters"]["base"]["verified"] = False
    assert strictest(RULES, rules_of("ons", told)).as_dict()["sources"]["base"].endswith("(unverified)")


def test_a_department_cannot_be_less_strict_than_the_house():
    lax = rules_of("ons", document(minimum=3, base=1, zeros_disclosive=False, leverage_at_most=1.0))
    assert replace(strictest(RULES, lax), version="", sources={}) == replace(RULES, version="", sources={})


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": "ten"},
        {"minimum": 0},
        {"smallest": 10},
        {"dominance": [{"largest": 2}]},
        {"leverage_at_most": 2},
        {"minimum": 10, "width": 11},
    ],
    ids=["a word", "nobody", "unknown", "half a pair", "more than all", "wider than what is below the minimum"],
)
def test_a_rule_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValidationError):
        RulesDocument.model_validate(document(**wrong))


def test_every_owner_of_bolds_datasets_has_rules_and_the_ministry_says_that_none_was_found():
    programme = read_programme(BOLD)
    check_programme(programme)
    assert {contract.owner for contract in programme.contracts.values()} <= set(programme.rules)
    ministry = programme.rules["ministry-of-justice"]
    assert not ministry.parameters.minimum.verified and "No numeric rule" in ministry.note
    found = strictest(RULES, *(rules_of(one.id, one.content) for one in programme.rules.values()))
    assert (found.minimum, found.base, found.width) == (10, 5, 9)
    assert (1, 0.4375) in found.dominance and "ons" in found.sources["dominance"]


def home_of(programme):
    """A home as far as rules are asked of it."""
    return SimpleNamespace(programme=lambda place: programme)


def test_a_measure_is_judged_by_the_owners_of_the_data_it_reads_and_by_rules_that_hold_today():
    programme = read_programme(BOLD)
    later = programme.rules["dhsc"].model_copy(update={"from_": date(2999, 1, 1)})
    measure = next(name for name, one in MEASURES.items() if {"ndtms", "prison"} <= set(one.datasets))
    owners = {programme.contracts[dataset].owner for dataset in MEASURES[measure].datasets}
    found = journey.rules_for(home_of(programme), None, MEASURES[measure].datasets)
    assert found.version == " + ".join([RULES.version, *(f"{one} 2026-11.1" for one in sorted(owners))])
    assert "ons" not in owners and found.dominance == RULES.dominance
    changed = home_of(replace(programme, rules={**programme.rules, "dhsc": later}))
    assert "dhsc" not in journey.rules_for(changed, None, MEASURES[measure].datasets).version


def test_rules_of_nobody_on_record_or_under_another_name_are_refused(tmp_path):
    for name, text in (("stranger", "organisation: stranger"), ("ons", "organisation: dhsc")):
        folder = tmp_path / name
        shutil.copytree(BOLD, folder)
        (folder / "rules" / f"{name}.yaml").write_text(f'{text}\nversion: "1"\nfrom: 2026-01-01\nparameters: {{}}\n')
        with pytest.raises(BadProgramme):
            check_programme(read_programme(folder))
