"""One stage at a time, for an account that may do no more: a linker's links, a custodian's select and build."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from boldlink.decide import UseCase
from boldlink.errors import BadInput, Waiting
from boldlink.journey.govern import live_use_cases
from boldlink.journey.home import Home
from boldlink.journey.link import link_people
from boldlink.journey.make import build_research
from boldlink.journey.move import move_rows, select_cohorts
from boldlink.journey.request import ask_for_outputs

STAGES: Mapping[str, Callable[[Home, UseCase], None]] = {
    "select": select_cohorts,
    "move": move_rows,
    "link": link_people,
    "build": build_research,
    "ask": ask_for_outputs,
}


def run_stage(home: Home, stage: str, use_case: str) -> int:
    """Run one stage for one live use case. Returns how many events it wrote; none if there was nothing to do.

    Raises BadInput for an unknown stage, Waiting for a use case that is not live, Refused for whoever may not.
    """
    if stage not in STAGES:
        raise BadInput("STAGE-UNKNOWN", f"There is no stage {stage!r}.", do=f"use one of: {', '.join(STAGES)}")
    live = {one.id: one for one in live_use_cases(home)} if home.places else {}
    if use_case not in live:
        raise Waiting(
            "STAGE-NOT-LIVE",
            f"The use case {use_case} is not live here.",
            "nothing is done outside a live use case.",
            "`boldlink where` says what it lacks",
            "the programme manager",
        )
    before = sum(place.ledger.head.events for place in home.places.values())
    STAGES[stage](home, live[use_case])
    return sum(place.ledger.head.events for place in home.places.values()) - before
