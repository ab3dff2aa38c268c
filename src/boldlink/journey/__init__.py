"""The way of a record from extract to register, one stage after another.

A run goes as far as it may, then stops and says whose turn it is. Every stage is idempotent: it looks at what it would
work from, and does nothing if that was done. A killed run is resumed by running again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.decide import Ending
from boldlink.journey.arrive import receive_extracts, require_folder, separate_deposits
from boldlink.journey.end import erase_ended
from boldlink.journey.govern import Turn, live_use_cases, not_built, record, whose_turn
from boldlink.journey.home import Home, Say, open_home, silent
from boldlink.journey.link import link_people
from boldlink.journey.make import build_research
from boldlink.journey.move import exchange, move_rows, select_cohorts
from boldlink.journey.register import export_places, publish_register
from boldlink.journey.release import release_approved
from boldlink.journey.report import make_reports
from boldlink.journey.request import ask_for_outputs
from boldlink.journey.status import reminders


@dataclass(frozen=True)
class Run:
    """What one run did, and whose turn it is now."""

    received: tuple[Mapping[str, Any], ...]
    refused: tuple[Mapping[str, Any], ...]
    not_built: tuple[Mapping[str, str], ...]  # research datasets that were refused: place, use case, four parts
    separated: int
    released: int
    turns: tuple[Turn, ...]
    ending_soon: tuple[Ending, ...]
    register: Path
    reports: tuple[Path, ...] = ()  # pages of the pilots' reports


def run(
    programme: Path,
    root: Path,
    extracts: Path,
    key_root: Path | None = None,
    say: Say = silent,
    only: frozenset[str] | None = None,
    database: str | None = None,
) -> Run:
    """Carry every extract as far as the programme's signed documents let it go. Raises BoldError.

    `only` names the places that this home holds, where others are held elsewhere; None: all of the programme's.
    `database`: where ledgers with several writers meet (postgresql://…).
    """
    require_folder(extracts)
    with open_home(root, key_root, say, only, database) as home:
        return travel(home, programme, extracts)


def travel(home: Home, programme: Path, extracts: Path) -> Run:
    """The journey itself: read it aloud."""
    documents = record(home, programme)
    erase_ended(home)
    arrivals = receive_extracts(home, extracts, documents.contracts)
    separated = separate_deposits(home)
    for use_case in live_use_cases(home):
        select_cohorts(home, use_case)
        move_rows(home, use_case)
    exchange(home)
    for use_case in live_use_cases(home):
        link_people(home, use_case)
        build_research(home, use_case)
        ask_for_outputs(home, use_case)
    released = release_approved(home)
    export_places(home)
    index = publish_register(home)
    reports = tuple(report.page for report in make_reports(home))
    return Run(
        arrivals.received,
        arrivals.refused,
        tuple(not_built(home)),
        separated,
        released,
        tuple(whose_turn(home)),
        tuple(reminders(home)),
        index,
        reports,
    )


__all__ = ["Home", "Run", "Turn", "open_home", "run", "travel"]
