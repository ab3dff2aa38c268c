"""Designs: a column for what tells people apart, none for a handful of them."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from boldlink.analysis.effects.frames import FEWEST, PRIOR_BANDS, RARE, SENTENCE_BANDS, banded, beside, decade


def frame(**times):
    """A frame in which each value of a category stands so many times."""
    return pd.DataFrame({"area": [value for value, count in times.items() for _ in range(count)]})


def columns(made):
    return {name: int(made[name].sum()) for name in made.columns}


def test_the_commonest_value_is_what_others_are_compared_with():
    assert columns(beside(frame(North=50, South=60, East=40), ["area"])) == {"area: North": 50, "area: East": 40}


def test_of_two_commonest_values_the_alphabet_decides():
    assert columns(beside(frame(South=50, North=50), ["area"])) == {"area: South": 50}


def test_rare_values_stand_together():
    assert columns(beside(frame(North=90, South=20, East=15), ["area"])) == {f"area: {RARE}": 35}


def test_rare_values_that_are_few_together_stand_with_the_commonest():
    assert columns(beside(frame(North=90, South=40, East=FEWEST - 1), ["area"])) == {"area: South": 40}


def test_a_value_called_other_is_not_mixed_with_rare_ones():
    made = columns(beside(frame(North=90, other=40, South=20, East=20), ["area"]))
    assert made == {"area: other": 40, f"area: {RARE}": 40}


def test_what_is_not_recorded_is_a_value_of_its_own():
    rows = pd.DataFrame({"area": ["North"] * 50 + [None] * 40})
    assert columns(beside(rows, ["area"])) == {"area: not known": 40}


def test_a_flag_that_is_the_same_for_everybody_is_left_out():
    rows = pd.DataFrame({"area": ["North"] * 4, "treated": [True, False, True, True], "held": [True] * 4})
    assert list(beside(rows, ["area"], ["treated", "held"]).columns) == ["treated"]


def in_sql(expression):
    return duckdb.execute(f"select {expression}").fetchone()[0]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "under 3 months"),
        (89, "under 3 months"),
        (90, "3 to 6 months"),
        (364, "6 to 12 months"),
        (365, "12 months or more"),
        ("null::int", "not known"),
    ],
)
def test_sentences_are_banded_at_their_starts(days, words):
    assert in_sql(banded(str(days), SENTENCE_BANDS)) == words


@pytest.mark.parametrize(
    ("priors", "words"), [(0, "none"), (2, "1 to 2"), (3, "3 to 6"), (10, "7 to 10"), (11, "11 or more")]
)
def test_priors_are_banded_at_their_starts(priors, words):
    assert in_sql(banded(str(priors), PRIOR_BANDS)) == words


@pytest.mark.parametrize(("born", "words"), [("'1990-1994'", "1990s"), ("'1987'", "1980s"), ("null", None)])
def test_a_year_of_birth_or_a_band_of_years_has_a_decade(born, words):
    assert in_sql(decade(born)) == words
