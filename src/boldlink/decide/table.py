"""Who may do what, as a table: every role × action × kind of resource × lane, asked of the rules themselves.

A cell is the rules that say no to the best-placed person of that role: accredited, cleared, trained, on the team, in a
use case where everything else holds. An empty cell is a yes. The table is reviewed like code, because it is code's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from boldlink.decide.actions import ACTIONS, ENDING
from boldlink.decide.decide import decide
from boldlink.decide.decision import Request
from boldlink.decide.ending import last_day
from boldlink.decide.facts import Facts, Lane, Person, Post, UseCase
from boldlink.decide.instruments import Instrument, Signature
from boldlink.decide.whereabouts import runs_in

LANES = (Lane.RESEARCH, Lane.OPERATIONAL)
TEAM = ("linker", "researcher", "checker", "probation_officer")
POSTS = ("data_supplier", "custodian", "key_custodian", "releaser", "siro")
ROLES = (*TEAM, *POSTS)
DAY = date(2026, 11, 1)
FOREVER = date(2099, 12, 31)


@dataclass(frozen=True)
class Row:
    """One action on one kind of resource; for each of ROLES, the rules that say no."""

    action: str
    kind: str
    cells: tuple[tuple[str, ...], ...]


def decision_table(facts: Facts, lane: Lane) -> Iterator[Row]:
    """The table of one lane, on a programme in which everything is signed."""
    case, known = _staged(facts, lane)
    for action in ACTIONS.values():
        for kind in action.kinds:
            asked = [_request(action.name, kind, role, case, known) for role in ROLES]
            day = DAY if action.name not in ENDING else _after(case, known)
            cells = tuple(tuple(f.rule for f in decide(one, known, day).unmet) for one in asked)
            yield Row(action.name, kind, cells)


def _staged(facts: Facts, lane: Lane) -> tuple[UseCase, Facts]:
    """A use case of the lane with one person in each role, and the facts with them in it."""
    case = _of_lane(facts, lane)
    owner = facts.contracts[case.datasets[0]].owner
    case = replace(case, team={role: (role,) for role in TEAM}, approvers=frozenset({"siro"}))
    people = {role: _accredited(role, owner) for role in ROLES}
    posts = {role: Post(role, role, owner, role, role) for role in POSTS}
    return case, replace(facts, people=people, posts=posts, use_cases={case.id: case})


def _of_lane(facts: Facts, lane: Lane) -> UseCase:
    """A use case that stands; for the operational lane, made over to data that is agreed for it."""
    cases = sorted(facts.use_cases.values(), key=lambda one: one.id)
    if lane is Lane.RESEARCH:
        return next(one for one in cases if facts.health(one))
    case = next(one for one in cases if any("operational" in facts.contracts[name].lanes for name in one.datasets))
    agreed = tuple(name for name in case.datasets if "operational" in facts.contracts[name].lanes)
    assert case.agreement is not None
    agreement = replace(
        case.agreement,
        shares={name: share for name, share in case.agreement.shares.items() if name in agreed},
        actions=frozenset(ACTIONS),
        roles=frozenset(ROLES),
        compare=(),
    )
    return replace(case, lane=lane, datasets=agreed, agreement=agreement)


def _accredited(role: str, organisation: str) -> Person:
    signed = Instrument("accreditation", role, "1.0.0", "", (), (Signature("", role, DAY),))
    return Person(role, role, organisation, "SC", FOREVER, FOREVER, FOREVER, signed, frozenset(ROLES))


def _request(action: str, kind: str, role: str, case: UseCase, facts: Facts) -> Request:
    dataset = case.datasets[0]
    pairs = case.agreement.compare if case.agreement else ()
    names = {
        "dataset": dataset,
        "identifiers": dataset,
        "attributes": dataset,
        "edges": "~".join(pairs[0]) if pairs else f"{dataset}~{dataset}",
        "output": f"{case.id}~1",
    }
    there = facts.contracts[dataset].place if kind == "dataset" and not ACTIONS[action].needs_use_case else None
    place = there or runs_in(case, facts)[0]
    named = case.id if ACTIONS[action].needs_use_case else None
    resource = f"{kind}:{names.get(kind, case.id)}"
    return Request(role, action, resource, named, place, manager=role if kind == "caseload" else None)


def _after(case: UseCase, facts: Facts) -> date:
    """A day after everything has ended, for what is done only then."""
    ends = last_day(case.id, facts)
    return FOREVER if ends is None else date(ends.year + 1, 1, 1)
