"""Effects that were put into a world are found in it; where they cannot be, the answer is wrong and known to be.

One world says little: an estimate may lie three standard errors from its truth. The study of recovery asks hundreds.
"""

from __future__ import annotations

import math

import pytest
from recovery.links import NONE
from recovery.questions import QUESTIONS, truths
from recovery.study import DIFFERENCES

from boldlink.wilson import Z95

IGNORED = "ignored"
WAYS = [(question, key) for question in QUESTIONS for key in question.ways if key[1] == IGNORED]
HOLDS = [
    (question, key)
    for question, key in WAYS
    if not question.fails and question.id != "Treatment records of people sentenced"
]


@pytest.fixture(scope="module")
def truth(world, connection):
    return truths(world, connection)


def errors_away(about, figures, truth):
    """How many standard errors an estimate lies from its truth, on the line where it is about normal."""
    value, low, high = figures if about in DIFFERENCES else map(math.log, figures)
    true = truth if about in DIFFERENCES else math.log(truth)
    return (value - true) / ((high - low) / (2 * Z95))


def named(cases):
    return [question.id for question, _ in cases]


@pytest.mark.parametrize(("question", "way"), HOLDS, ids=named(HOLDS))
def test_effects_are_found_within_three_standard_errors(question, way, connection, truth):
    found = dict(question.ways[way](connection, NONE))
    assert found
    assert {about for about, figures in found.items() if abs(errors_away(about, figures, truth[about])) > 3} == set()


def answer(question_id, connection):
    question = next(one for one in QUESTIONS if one.id == question_id)
    (way,) = question.ways.values()
    return dict(way(connection, NONE))


def test_a_programme_that_does_nothing_seems_to_work_for_those_with_resolve(connection):
    figures = answer("Accredited programme and reoffending", connection)["accredited-programme"]
    assert figures[2] < 0


def test_support_that_does_nothing_seems_to_work_for_whoever_counts_the_wait_for_it(connection, truth):
    figures = answer("Support and victims' withdrawal, ever supported", connection)["information-only"]
    assert figures[2] < truth["information-only"] == 1.0
