"""Whose each count is, on the research datasets of a whole journey: every output of every use case."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from boldlink.analysis import MEASURES, compute_with_people
from boldlink.errors import BadInput
from boldlink.journey import open_home
from boldlink.programme.record import programme_at
from boldlink.vault import read_table
from sealed_units import misfits, of_nobody

pytestmark = pytest.mark.slow
OF_PEOPLE = {"people", "sentenced", "released"}  # what these count is people by every measure's definition
OF_CRIMES = "effect-support-withdrawal"  # whose `people` are crimes, as its label says


@pytest.fixture
def home(copy):
    with open_home(copy.root, copy.keys) as opened:
        yield opened


def datasets(home):
    """Use case, its place, and its research tables, for each that a place holds."""
    for place in home.places.values():
        for use_case in {built.body["use_case"] for built in place.ledger.events("research.built")}:
            person = home.member(place, use_case, "researcher")
            decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
            opened = home.opened(place, decision, f"research/{use_case}")
            yield place, use_case, {sealed.path.stem: read_table(sealed) for sealed in opened}


def answered(place, use_case, research):
    """Measure, table and units of each output that the use case's document asks for and these data can answer."""
    for wanted in programme_at(place.ledger).instruments["use_case", use_case].outputs:
        if set(MEASURES[wanted.measure].datasets) <= set(research):
            try:
                found = compute_with_people(wanted.measure, research, wanted.starts, wanted.ends, tuple(wanted.by))
            except BadInput as refusal:
                assert refusal.code.startswith(("METHODS-", "ANALYSIS-NO-ROWS")), refusal.code
                continue
            yield found


def test_every_output_of_every_use_case_knows_whose_its_counts_are(home):
    answers = Counter()
    for place, use_case, research in datasets(home):
        for measure, table, whose in answered(place, use_case, research):
            assert misfits(table, whose) == {}, measure.id
            assert measure.id == OF_CRIMES or not OF_PEOPLE & of_nobody(table, whose), measure.id
            answers[use_case] += 1
    assert len(answers) == 4 and min(answers.values()) >= 5


def test_use_cases_of_a_place_share_units_and_no_pseudonym(home):
    prisons = defaultdict(list)
    for place, _, research in datasets(home):
        prisons[place.name] += [research["prison"]] if "prison" in research else []
    pairs = [pair for tables in prisons.values() for pair in combinations(tables, 2)]
    assert pairs
    for one, other in pairs:
        assert in_both(one, other, "unit") > 0
        assert in_both(one, other, "person_medium") == 0


def in_both(one, other, column):
    return len(set(one[column].to_pylist()) & set(other[column].to_pylist()))
