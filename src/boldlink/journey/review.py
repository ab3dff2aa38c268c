"""Stage seven: people review what asks to leave, each blind to the others, for the very files that were frozen."""

from __future__ import annotations

from collections.abc import Sequence

from boldlink.errors import BadInput, Refused
from boldlink.journey.home import Home
from boldlink.journey.reviewers import makers_of, organisation_of, organisations_asked
from boldlink.journey.submit import require_reasons
from boldlink.ledger import Event
from boldlink.outputs import VOTES, OutputState, State, find, requests, require_may_review, thaw
from boldlink.places import Place, bound_files
from boldlink.values import StatTable


def where_asked(home: Home, request: str) -> Place:
    """The place that holds a request. Raises BadInput if there is none."""
    for place in home.places.values():
        if request in requests(place.ledger):
            return place
    raise BadInput(
        "OUTPUT-UNKNOWN",
        f"There is no request {request} in this home.",
        do="`boldlink output list` shows all",
        ask="whoever asked for it",
    )


def review_output(
    home: Home, place: Place, request: str, person: str, vote: str, reasons: str, cells: Sequence[str] = ()
) -> OutputState:
    """Write a reviewer's vote down: approve; or return or reject, with reasons, and the cells (ROW:COLUMN) they are about.

    Raises BadInput for another vote, a cell that is not there, or a request that is not open, Refused for whoever asked for it, is of their team,
    voted already, or is no checker, and for files that are not those that were frozen; Tampered for changed bytes.
    The reasons are a person's own words: the ledger binds them by a commitment, and they can be erased.
    """
    _require_vote(vote, reasons)
    output, facts = find(place.ledger, request), home.facts(place)
    require_may_review(output, person, makers_of(output, facts))
    require_reasons(output, reasons)
    require_unchanged(place, output)
    decision = home.require(place, person, "review", resource_of(output), output.use_case)
    body = {
        "request": request,
        "vote": vote,
        "frozen": output.frozen,
        "organisation": organisation_of(person, facts),
        "asked_of": sorted(organisations_asked(output.body, facts.use_cases.get(output.use_case), facts)),
        "decision": decision.hash,
        "cells": [list(one) for one in _positions(cells, open_frozen(place, output, decision)[1])],
    }
    with place.store.step() as step:
        written = step.write_private({"reasons": reasons}) if reasons else {}
        step.commit("output.reviewed", person, {**body, **written})
    return find(place.ledger, request)


def _require_vote(vote: str, reasons: str) -> None:
    if vote not in VOTES or (vote != "approve" and len(reasons.strip()) < 3):
        raise BadInput(
            "OUTPUT-VOTE",
            "A vote is approve; or return or reject, with reasons.",
            "whoever asked must know what to change, and the register that somebody judged.",
            "use --vote and --reasons",
            "the other checkers of the use case",
        )


def _positions(cells: Sequence[str], shown: StatTable) -> list[tuple[int, str]]:
    """Row, from 1, and column of each cell that a reviewer points to. Raises BadInput for one that is not there."""
    columns = {*shown.keys, *shown.counts, *shown.rates, *shown.estimates}
    found = [(row, column) for row, _, column in (cell.partition(":") for cell in cells)]
    strange = sum(
        not (row.isdecimal() and 1 <= int(row) <= len(shown.rows) and column in columns) for row, column in found
    )
    if strange:
        raise BadInput(
            "OUTPUT-CELL",
            f"{strange} cell(s) are not in the table.",
            "whoever asked could not know which are meant.",
            f"name each as ROW:COLUMN, rows from 1 to {len(shown.rows)}, columns {', '.join(sorted(columns))}",
        )
    return [(int(row), column) for row, column in found]


def show_output(home: Home, place: Place, request: str, person: str) -> tuple[OutputState, StatTable | None]:
    """The table that a request would release, for a checker of its use case; for whoever asked, where it stands alone.

    Raises Refused for one that never will leave, and for anybody else.
    """
    output = find(place.ledger, request, place.store.private)
    if person == output.asked_by:
        return output, None  # they have the table where they work; reviewers' words reach them here
    if output.state is State.REFUSED:
        raise Refused(
            "OUTPUT-REFUSED",
            f"The table of {request} is not shown.",
            "the machine's checks refused it, so there is nothing to review: it may be as exact as the data.",
            "read why in the register or in `boldlink status`, and ask again with what would pass",
            "whoever asked for it",
        )
    decision = home.require(place, person, "review", resource_of(output), output.use_case)
    return output, open_frozen(place, output, decision)[1]


def resource_of(output: OutputState) -> str:
    """How decisions name a request."""
    return f"output:{output.use_case}~{output.id}"


def require_unchanged(place: Place, output: OutputState) -> None:
    """Raises Refused if the place holds other files than were asked for, Tampered if their bytes are not the ledger's."""
    held = bound_files(place.ledger)
    changed = [path for path, sha256 in output.frozen.items() if held.get(path) != sha256]
    if changed:
        raise Refused(
            "OUTPUT-CHANGED",
            f"{len(changed)} file(s) of the request {output.id} are not those that were frozen when it was asked for.",
            "what was reviewed would not be what leaves.",
            "withdraw the request and ask again",
            "whoever asked for it",
        )
    for path in output.frozen:
        place.store.checked(path)


def open_frozen(place: Place, output: OutputState, decision: Event) -> tuple[StatTable, StatTable]:
    """The raw table and the one that would be shown, as they were frozen, under a decision that opens outputs."""
    path = f"outputs/{output.use_case}/{output.id}.parquet"
    lease = place.vault.lease(decision, f"outputs/{output.use_case}")
    return thaw(place.store.sealed(path, lease))
