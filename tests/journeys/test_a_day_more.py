"""Somebody who asks for the same table of releases day by day, before any has left, and subtracts one from another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from boldlink.errors import BadInput
from boldlink.journey import open_home
from boldlink.journey.family import rules_for
from boldlink.journey.request import request_output, where_built
from boldlink.journey.review import open_frozen, resource_of
from boldlink.outputs import Rules
from boldlink.outputs.ways import all_stand_for
from boldlink.programme.instruments import OutputDocument
from boldlink.values import StatTable

pytestmark = pytest.mark.slow
USE_CASE, MEASURE, LAST = "reducing-reoffending", "settled-at-three-months", date(2023, 12, 31)


@pytest.fixture
def home(copy):
    with open_home(copy.root, copy.keys) as opened:
        yield opened


def asked(home, ends: date) -> tuple[StatTable, StatTable, Rules] | None:
    """The raw table and the one that would leave, and its rules; None where the checks refuse it."""
    told = {
        "measure": MEASURE,
        "from": date(2022, 1, 1),
        "to": ends,
        "by": ["probation_region"],
        "context": "Day by day, as it goes.",
    }
    place = where_built(home, USE_CASE, MEASURE)
    person = home.member(place, USE_CASE, "researcher")
    state = request_output(home, place, USE_CASE, OutputDocument.model_validate(told), person)
    if str(state.state) != "awaiting_review":
        return None
    checker = home.member(place, USE_CASE, "checker")
    decision = home.require(place, checker, "review", resource_of(state), USE_CASE)
    raw, shown = open_frozen(place, state, decision)
    return raw, shown, replace(rules_for(home, place, ["probation"]), base=state.body["rules"]["rounding_base"])


def concluded(raw: StatTable, shown: StatTable, rules: Rules, count: str) -> dict[str, tuple[int, float, float]]:
    """Of each region the true number of a count, and the least and most that a reader concludes."""
    truth = {row["probation_region"]: row[count] for row in raw.rows}
    seen = {row["probation_region"]: row[count] for row in shown.rows if row["probation_region"] in truth}
    low, high = all_stand_for([seen[region] for region in truth], [*truth.values()], rules)
    return {region: (truth[region], low[n], high[n]) for n, region in enumerate(truth)}


def test_nobody_can_tell_the_few_releases_of_a_day(home):
    tables = [found for days in range(8) if (found := asked(home, LAST - timedelta(days)))]
    few = 0
    for count in ("people", "releases", "settled"):
        each = [concluded(*table, count) for table in tables]
        for later in range(len(each)):
            for earlier in range(later + 1, len(each)):
                for region in each[later].keys() & each[earlier].keys():
                    (more, low, high), (less, below, above) = each[later][region], each[earlier][region]
                    if 0 < more - less < 10:
                        few += 1
                        assert high - below - max(low - above, 0) + 1 >= 9, (count, region)
    assert few > 20  # there was something to find


def test_a_context_of_one_letter_is_refused_before_anything_is_worked_out(home):
    with pytest.raises(BadInput, match="OUTPUT-CONTEXT"):
        told = {"measure": MEASURE, "from": date(2022, 1, 1), "to": LAST, "by": [], "context": "x y"}
        place = where_built(home, USE_CASE, MEASURE)
        request_output(home, place, USE_CASE, OutputDocument.model_validate(told), "nobody")
