"""Files made elsewhere ask to leave: read, held to the agreement, worked out again inside the place, frozen, asked for.

Nothing is written before everything has passed: a file that is refused leaves no request and no file behind. What is
frozen is the table worked out again beside the table as it was submitted; the submitted bytes are known by their hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from boldlink.errors import BadInput, Refused
from boldlink.journey.answerable import agreement_of, require_table_agreed
from boldlink.journey.family import rules_for
from boldlink.journey.history import Keeper, Sets, compared, sets_of
from boldlink.journey.home import Home, made_from
from boldlink.ledger import Event
from boldlink.outputs import (
    FROZEN_SCHEMA,
    Asked,
    Check,
    Numbers,
    OutputState,
    Protected,
    Rules,
    check_beside,
    find,
    freeze,
    from_json,
    requests,
)
from boldlink.outputs.context import require_context
from boldlink.outputs.files import Finding, MadeElsewhere, read_output
from boldlink.outputs.submitted import Judged, TableDocument, from_itself, judged, recompute, structure_of, unverified
from boldlink.outputs.submitted.describe import definition_of, source_of
from boldlink.outputs.submitted.judge import refuse
from boldlink.outputs.submitted.recompute import counts_rows
from boldlink.outputs.submitted.whose import whose_of_declared
from boldlink.places import Place
from boldlink.values import StatTable
from boldlink.vault import read_table


@dataclass(frozen=True)
class Submission:
    """A table's file, what it was declared to be, why it is asked for, and drawings of it, which themselves stay."""

    file: Path
    declared: TableDocument
    context: str
    drawings: tuple[Path, ...] = ()


def submit_output(home: Home, place: Place, use_case: str, asked: Submission, person: str) -> OutputState:
    """Ask for a table made elsewhere to be released. The same file and declaration on the same data is the same request.

    Raises BadInput for a file that is not taken, with the code of what was found first; Refused for whoever may not
    analyse the use case's data. Then no request stands in the ledger, and nothing lies in the place.
    """
    built = place.ledger.last("research.built", use_case=use_case)
    assert built is not None  # the place was found by its research dataset
    rules, found, table = _read(home, place, use_case, asked)
    identity = made_from(use_case, asked.declared.content, found.sha256, built.body["made_from"])[:12]
    if identity in requests(place.ledger):
        return find(place.ledger, identity)
    home.say(f"Working out again a table of {use_case}")
    decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
    research = _research(home, place, use_case, decision, asked.declared)
    checked = _checked(home, place, asked.declared, research, table, rules)
    beside = _beside(home, place, use_case, identity, asked.declared, research, checked, rules)
    drawings = [read_output(path, rules=rules, data=checked.shown) for path in asked.drawings]
    refuse([one for drawing in drawings for one in drawing.findings if one.outcome == "fail"])
    body = {
        "id": identity,
        "use_case": use_case,
        "made_from": built.body["made_from"],
        "rules": rules.as_dict(),
        "decision": decision.hash,
        "compared": beside.decision.hash,
        **_told(asked, found, drawings, (*checked.checks, check_beside(beside.found))),
    }
    with place.store.step() as step:
        lease = home.writing(place, decision, f"outputs/{use_case}")
        path = f"outputs/{use_case}/{identity}.parquet"
        freeze(step.writer(lease, path, FROZEN_SCHEMA), checked.raw, checked.shown)
        keeper = Keeper(home, place, beside.decision, asked.declared.dataset)
        keeper.keep(step, identity, checked.raw, beside.sets, beside.found)
        step.commit("output.requested", person, body)
    return find(place.ledger, identity)


def _read(home: Home, place: Place, use_case: str, asked: Submission) -> tuple[Rules, MadeElsewhere, StatTable]:
    """The rules that hold, the file, and its table, as far as agreement and file alone can be judged. Raises BadInput."""
    programme = home.programme(place)
    require_table_agreed(asked.declared, agreement_of(use_case, programme) if programme else None)
    require_context(asked.context)
    rules = rules_for(home, place, tuple(asked.declared.columns_read()))
    found = read_output(asked.file, structure_of(asked.declared, rules), rules)
    table = _table(found)
    refuse([one for one in from_itself(found, asked.declared, rules) if one.outcome == "fail"])
    return rules, found, table


def _told(
    asked: Submission, found: MadeElsewhere, drawings: Sequence[MadeElsewhere], checks: Sequence[Check]
) -> dict[str, Any]:
    """What the request says of the table: as declared, as submitted, as found."""
    declared = asked.declared
    notes = [one for each in (found, *drawings) for one in each.findings if one.outcome == "review"]
    return {
        "title": declared.title,
        "context": asked.context,
        "asked": _asked(declared, asked.context),
        "measure": _measure(declared),
        "reads": list(declared.columns_read()),
        "submitted": {"kind": found.kind, "sha256": found.sha256, "drawings": [_drawing(one) for one in drawings]},
        "unverified": not declared.can_be_recomputed,
        "checks": [*(one.as_dict() for one in checks), *_looked_at(notes, declared)],
        "passed": True,
    }


def where_declared(home: Home, use_case: str, declared: TableDocument) -> Place:
    """The place whose research dataset of the use case has every dataset that the table reads. Raises BadInput."""
    for place in home.places.values():
        built = place.ledger.last("research.built", use_case=use_case)
        if built is not None and set(declared.columns_read()) <= set(built.body["columns"]):
            return place
    raise BadInput(
        "OUTPUT-NO-DATA",
        f"No place holds a research dataset of {use_case} with {', '.join(declared.columns_read())}.",
        do="name a use case that has been run, and datasets of it that one place holds",
    )


def require_reasons(output: OutputState, reasons: str) -> None:
    """Raises Refused for a review without reasons of a table that could not be worked out again."""
    if output.body.get("unverified") and len(reasons.split()) < 3:
        raise Refused(
            "OUTPUT-UNVERIFIED",
            f"This review of {output.id} is not taken: it gives no reasons.",
            "the table was not worked out again from the data, so nothing but two people's reasons speaks for it.",
            "say with --reasons, in a sentence, what you compared it with and why it may leave or may not",
            "the other checkers of the use case",
        )


def _table(found: MadeElsewhere) -> StatTable:
    if found.table is None:
        raise BadInput(
            "FILE-NO-DATA",
            "A drawing or picture came as the table:",
            "nobody can work out again what it shows.",
            "submit its table with --file, and the drawing beside it with --drawing",
            "an output checker of the use case",
        )
    return found.table


def _checked(
    home: Home, place: Place, declared: TableDocument, research: Mapping[str, pa.Table], table: StatTable, rules: Rules
) -> Judged:
    history = _released_before(place, _identity(declared))
    if not declared.can_be_recomputed:
        return unverified(table, declared, rules, history)
    again = recompute(declared, research, rules, _valid(home, declared))
    return judged(table, again, declared, rules, history, lambda one: counts_rows(one, declared, research, rules))


@dataclass(frozen=True)
class Beside:
    """A table beside all that was asked for before: under which decision, whose its numbers are, what was found."""

    decision: Event
    sets: Sets
    found: Protected


def _beside(
    home: Home, place: Place, use_case: str, identity: str, declared: TableDocument,
    research: Mapping[str, pa.Table], checked: Judged, rules: Rules,
) -> Beside:  # fmt: skip
    """Raises BadInput where its numbers would give few people away. Of a table not worked out again nobody knows whose."""
    sets = Sets(Numbers((), ()), ())
    if declared.can_be_recomputed:
        sets = sets_of(whose_of_declared(declared, checked.raw, research, _valid(home, declared)))
    asked = Asked(identity, checked.raw, sets.numbers, rules, checked.shown)
    decision, found = compared(home, place, use_case, declared.dataset, [asked])
    refuse([one for one in [check_beside(found[identity])] if one.outcome == "fail"])
    return Beside(decision, sets, found[identity])


def _valid(home: Home, declared: TableDocument) -> dict[str, tuple[str, ...]]:
    return {column.name: column.valid_values for column in home.contract(declared.dataset).columns}


def _research(home: Home, place: Place, use_case: str, decision: Event, declared: TableDocument) -> dict[str, pa.Table]:
    """The research tables that a declaration reads, and no others."""
    opened = home.opened(place, decision, f"research/{use_case}")
    return {one.path.stem: read_table(one) for one in opened if one.path.stem in declared.columns_read()}


def _released_before(place: Place, measure: str) -> list[StatTable]:
    """Tables released before from the same declaration, whatever their period."""
    asked = requests(place.ledger)
    released = place.ledger.events("output.released")
    same = [one for one in released if asked[one.body["request"]].body["measure"]["id"] == measure]
    return [from_json(dict(one.body["table"])) for one in same]


def _identity(declared: TableDocument) -> str:
    """What tables of one kind have in common: all of a declaration but its words and its period."""
    same = {name: value for name, value in declared.content.items() if name not in ("title", "period", "sheet")}
    return f"table-{made_from(same)[:12]}"


def _asked(declared: TableDocument, context: str) -> dict[str, Any]:
    period = {"from": declared.period.starts.isoformat(), "to": declared.period.ends.isoformat()}
    measure = _identity(declared)
    return {"measure": measure, **period, "by": list(declared.keys), "context": context, "declared": declared.content}


def _measure(declared: TableDocument) -> Mapping[str, Any]:
    """What readers must know of the table, in the form in which measures are told."""
    return {
        "id": _identity(declared),
        "title": declared.title,
        "definition": definition_of(declared),
        "formula": "",
        "exclusions": [],
        "breaks": [],
        "source": source_of(declared),
        "official": False,
        "linked": len(declared.columns_read()) > 1,
        "section": "",
        "method": "",
    }


def _drawing(one: MadeElsewhere) -> dict[str, str]:
    return {"kind": one.kind, "sha256": one.sha256}


def _looked_at(findings: Sequence[Finding], declared: TableDocument) -> list[Mapping[str, Any]]:
    """What a reviewer must look at, as checks; what the data have settled is left out."""
    settled = {"FILE-UNVERIFIED", *(["FILE-LABELS"] if declared.can_be_recomputed else [])}
    return [
        Check(one.code.lower().replace("-", " "), "review", f"{one.where}: {one.reason}").as_dict()
        for one in findings
        if one.code not in settled
    ]
