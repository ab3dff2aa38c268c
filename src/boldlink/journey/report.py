"""Stage nine: the pilots' reports, made from what the places have signed for the public and nothing else.

What was asked for and has not left is known from the requests' states alone; no figure of it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boldlink.errors import Waiting
from boldlink.journey.home import Home, require_place
from boldlink.journey.register import public_export
from boldlink.journey.reviewers import needed
from boldlink.outputs import PUBLIC, OutputState, State, requests
from boldlink.places import Place
from boldlink.publish.register import Register, read_register
from boldlink.publish.reports import Outstanding, Written, section_of, write_report

STATES = (State.AWAITING_REVIEW, State.RETURNED, State.APPROVED, State.REFUSED, State.REJECTED)


def make_report(home: Home, use_case: str, folder: Path, place: str | None = None) -> Written:
    """Write a use case's report into a folder, from all places held here or from one of them.

    Raises BadInput for a use case or place nobody knows, Waiting when nothing of it is released.
    """
    held = [require_place(home, place)] if place else list(home.places.values())
    return write_report(_register(held), use_case, folder, tuple(_outstanding(home, held, use_case)))


def make_reports(home: Home) -> tuple[Written, ...]:
    """Write the report of every use case of which something is released, into HOME/reports."""
    held = list(home.places.values())
    register = _register(held)
    ready = {entry.release.use_case for entry in register.releases}
    if ready:
        home.say("Writing the reports")
    return tuple(
        write_report(register, one.id, home.root / "reports", tuple(_outstanding(home, held, one.id)))
        for one in register.use_cases
        if one.id in ready
    )


def _register(places: Iterable[Place]) -> Register:
    spoken = [place for place in places if place.ledger.last("export.signed") is not None]
    if not spoken:
        raise Waiting("REPORT-NOTHING", "No place has told the public anything yet.", do="run the programme first")
    return read_register([public_export(place) for place in spoken])


def _outstanding(home: Home, places: Iterable[Place], use_case: str) -> Iterable[Outstanding]:
    """Requests of a use case that are not released, but for those whose table is, from another request."""
    for place in places:
        asked = [one for one in requests(place.ledger).values() if one.use_case == use_case]
        there = [_asked(one) for one in asked if one.state in PUBLIC]
        for output in asked:
            if output.state in STATES and _asked(output) not in there:
                yield _told(output, needed(output, home.facts(place)).reviews)


def _asked(output: OutputState) -> tuple[Any, ...]:
    wanted = output.body["asked"]
    return output.body["measure"]["id"], wanted.get("by", []), wanted["from"], wanted["to"]


def _told(output: OutputState, reviews_needed: int) -> Outstanding:
    measure = output.body["measure"]
    return Outstanding(
        output.title,
        section_of(measure["id"], measure.get("section", "")),
        str(output.state),
        reviews_needed,
        tuple(check["explanation"] for check in output.body["checks"] if check["outcome"] == "fail"),
    )
