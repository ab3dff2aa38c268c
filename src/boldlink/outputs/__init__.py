"""Requests, disclosure checks, two reviews, release."""

from boldlink.outputs.airlock import (
    REVIEWS_NEEDED,
    VOTES,
    Needed,
    OutputState,
    Vote,
    find,
    requests,
    require_may_review,
)
from boldlink.outputs.checks import Check, run_checks
from boldlink.outputs.families import Asked, Earlier, Protected, check_beside, protect_together
from boldlink.outputs.frozen import SCHEMA as FROZEN_SCHEMA
from boldlink.outputs.frozen import as_json, freeze, from_json, thaw
from boldlink.outputs.numbers import Numbers, in_words
from boldlink.outputs.protect import protect
from boldlink.outputs.rules import NOT_APPLICABLE, RULES, SUPPRESSED, Rules, rules_of, strictest
from boldlink.outputs.states import MOVES, NEVER_LEFT, OPEN, PUBLIC, Move, State
from boldlink.outputs.totals import Totals, WithTotals, as_totals, check_totals_hide, with_totals
from boldlink.outputs.ways import in_way

__all__ = [
    "FROZEN_SCHEMA",
    "MOVES",
    "NEVER_LEFT",
    "NOT_APPLICABLE",
    "OPEN",
    "PUBLIC",
    "REVIEWS_NEEDED",
    "RULES",
    "SUPPRESSED",
    "VOTES",
    "Asked",
    "Check",
    "Earlier",
    "Move",
    "Needed",
    "Numbers",
    "OutputState",
    "Protected",
    "Rules",
    "State",
    "Totals",
    "Vote",
    "WithTotals",
    "as_json",
    "as_totals",
    "check_beside",
    "check_totals_hide",
    "find",
    "freeze",
    "from_json",
    "in_way",
    "in_words",
    "protect",
    "protect_together",
    "requests",
    "require_may_review",
    "rules_of",
    "run_checks",
    "strictest",
    "thaw",
    "with_totals",
]  # fmt: skip
