"""What can be asked for: each action, who may do it, whether a use case must be named, and which keys it opens.

A compartment is STAGE/NAME, with `.USE_CASE` behind it where rows came in from another place for that use case alone; `{name}` is the resource's name, `{use_case}` the use case's id, `{dataset}` stands for every dataset that the use case names, `{pair}` for every pair of them, `{any}` for every dataset on record.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.decide.decision import Request
from boldlink.decide.facts import Facts, UseCase
from boldlink.decide.whereabouts import datasets_at

READ, WRITE = "read", "write"
RESEARCH, OPERATIONAL = "research", "operational"
BOTH = (RESEARCH, OPERATIONAL)


@dataclass(frozen=True)
class Action:
    """One thing a person can do. `sees` is what the person (or their process) comes to see."""

    name: str
    role: str  # a team role of the use case, or a post's role
    kinds: tuple[str, ...]
    sees: str  # nothing, joined, identifiers, attributes, pseudonymised, released
    needs_use_case: bool
    opens: tuple[tuple[str, str], ...] = ()
    meaning: str = ""
    lanes: tuple[str, ...] = (RESEARCH,)


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "deposit",
            "data_supplier",
            ("dataset",),
            "joined",
            False,
            (("deposits/{name}", WRITE), ("quarantine/{name}", WRITE)),
            "hand a department's extract in, under its data contract",
            BOTH,
        ),
        Action(
            "separate",
            "custodian",
            ("dataset",),
            "joined",
            False,
            (
                ("deposits/{name}", READ),
                ("deposits/{name}", WRITE),
                ("quarantine/{name}", READ),
                ("quarantine/{name}", WRITE),
                ("identifiers/{name}", READ),
                ("identifiers/{name}", WRITE),
                ("attributes/{name}", READ),
                ("attributes/{name}", WRITE),
                ("record-key/{name}", WRITE),
                ("source-person/{name}", WRITE),
                ("identifier-types", WRITE),
                ("disclosure", WRITE),
            ),
            "part identifiers from attributes, as an unattended process",
            BOTH,
        ),
        Action(
            "select",
            "custodian",
            ("dataset",),
            "attributes",
            True,
            (("attributes/{name}", READ), ("scope/{use_case}", WRITE), ("scope/{use_case}", READ)),
            "find the records inside a use case's cohort and period",
            BOTH,
        ),
        Action(
            "send",
            "custodian",
            ("dataset",),
            "joined",
            True,
            (
                ("identifiers/{name}", READ),
                ("attributes/{name}", READ),
                ("scope/{use_case}", READ),
                ("package/{use_case}", WRITE),
            ),
            "seal a package of the rows a use case needs, for the place its agreement names",
            BOTH,
        ),
        Action(
            "receive",
            "custodian",
            ("dataset",),
            "joined",
            True,
            (
                ("identifiers/{name}.{use_case}", WRITE),
                ("attributes/{name}.{use_case}", WRITE),
            ),
            "open a sealed package that another place sent",
            BOTH,
        ),
        Action(
            "link",
            "linker",
            ("spine", "edges"),
            "identifiers",
            True,
            (
                ("identifiers/{dataset}", READ),
                ("identifiers/{dataset}.{use_case}", READ),
                ("scope/{use_case}", READ),
                ("edges/{pair}", READ),
                ("edges/{pair}", WRITE),
                ("spine/{use_case}", READ),
                ("spine/{use_case}", WRITE),
            ),
            "compare records and say who is who, for one use case",
            BOTH,
        ),
        Action(
            "build",
            "custodian",
            ("research",),
            "attributes",
            True,
            (
                ("attributes/{dataset}", READ),
                ("attributes/{dataset}.{use_case}", READ),
                ("scope/{use_case}", READ),
                ("spine/{use_case}", READ),
                ("pseudonyms/{use_case}", WRITE),
                ("research/{use_case}", READ),
                ("research/{use_case}", WRITE),
            ),
            "make a use case's research dataset, under its own pseudonyms",
        ),
        Action(
            "analyse",
            "researcher",
            ("research",),
            "pseudonymised",
            True,
            (("research/{use_case}", READ), ("outputs/{use_case}", WRITE)),
            "work on a research dataset and ask for outputs",
        ),
        Action(
            "compare",
            "custodian",
            ("output",),
            "pseudonymised",
            True,
            (("history/{dataset}", READ), ("history/{dataset}", WRITE)),
            "compare whom an output counts with whom earlier ones counted, as an unattended process",
        ),
        Action(
            "review",
            "checker",
            ("output",),
            "pseudonymised",
            True,
            (("outputs/{use_case}", READ),),
            "check an output before anything leaves",
        ),
        Action(
            "release",
            "releaser",
            ("output",),
            "released",
            True,
            (("outputs/{use_case}", READ),),
            "let a twice-reviewed output out",
        ),
        Action(
            "amend",
            "releaser",
            ("output",),
            "nothing",
            False,
            (),
            "say in public that a release was corrected or withdrawn, and why; whatever has ended since",
            BOTH,
        ),
        Action(
            "erase",
            "custodian",
            ("use_case",),
            "nothing",
            False,
            (
                ("scope/{name}", WRITE),
                ("spine/{name}", WRITE),
                ("research/{name}", WRITE),
                ("pseudonyms/{name}", WRITE),
                ("outputs/{name}", WRITE),
                ("package/{name}", WRITE),
                ("identifiers/{any}.{name}", WRITE),
                ("attributes/{any}.{name}", WRITE),
                ("edges/{compared}", WRITE),
            ),
            "erase what was made for a use case that has ended, and destroy its keys",
            BOTH,
        ),
        Action(
            "dispose",
            "custodian",
            ("dataset",),
            "nothing",
            False,
            (
                ("deposits/{name}", WRITE),
                ("quarantine/{name}", WRITE),
                ("identifiers/{name}", WRITE),
                ("attributes/{name}", WRITE),
                ("record-key/{name}", WRITE),
                ("source-person/{name}", WRITE),
                ("history/{name}", WRITE),
            ),
            "erase a deposit that no agreement needs any more, and destroy its keys",
            BOTH,
        ),
        Action(
            "unlink",
            "custodian",
            ("edges",),
            "nothing",
            False,
            (("edges/{name}", WRITE),),
            "erase the comparison of two datasets that no agreement needs any more, and destroy its key",
            BOTH,
        ),
        Action(
            "see_caseload",
            "probation_officer",
            ("caseload",),
            "own_cases",
            True,
            (),
            "look at one's own cases on probation, to manage them: the one exception",
            (OPERATIONAL,),
        ),
        Action(
            "report",
            "data_supplier",
            ("dataset",),
            "nothing",
            False,
            (),
            "give the owner the report on the quality of what it delivered, in counts",
            BOTH,
        ),
        Action(
            "read",
            "",
            ("identifiers", "attributes", "research", "spine", "edges", "dataset"),
            "",
            True,
            (),
            "look at data",
            BOTH,
        ),
    )
}

# What is done only when something has ended.
ENDING = ("erase", "dispose", "unlink")
# What goes on after the programme has ended: erasing, and putting right what it has published.
AFTER_THE_END = (*ENDING, "amend")

# Who may look at what, for the action `read`; nobody holds the role "nobody".
READERS = {
    "identifiers": ("linker", "identifiers"),
    "spine": ("linker", "identifiers"),
    "edges": ("linker", "identifiers"),
    "attributes": ("nobody", "attributes"),
    "dataset": ("nobody", "joined"),
    "research": ("researcher", "pseudonymised"),
}


def role_for(request: Request, action: Action) -> str:
    """The role a person must hold for this request."""
    return READERS.get(request.kind, ("nobody", ""))[0] if action.name == "read" else action.role


def sees(request: Request, action: Action) -> str:
    """What the person would come to see."""
    return READERS.get(request.kind, ("nobody", ""))[1] if action.name == "read" else action.sees


def compartments(request: Request, facts: Facts) -> tuple[str, ...]:
    """The compartments an allowed request opens, as COMPARTMENT:read or COMPARTMENT:write."""
    use_case = facts.use_cases.get(request.use_case or "")
    many = {
        "{dataset}": _shared(use_case),
        "{pair}": _pairs(request, use_case),
        "{compared}": _compared_at(request, facts),
        "{any}": sorted(facts.contracts),
    }
    opened = []
    for pattern, mode in ACTIONS[request.action].opens:
        slot = next((slot for slot in many if slot in pattern), None)
        for value in many[slot] if slot else [""]:
            filled = pattern.replace(slot, value) if slot else pattern
            opened.append(f"{filled.format(name=request.name, use_case=request.use_case)}:{mode}")
    return tuple(opened)


def _shared(use_case: UseCase | None) -> list[str]:
    """The datasets that a use case names and its agreement shares."""
    shares = use_case.agreement.shares if use_case and use_case.agreement else {}
    return sorted(set(use_case.datasets) & set(shares)) if use_case else []


def _pairs(request: Request, use_case: UseCase | None) -> list[str]:
    """The pairs that the agreement lets be compared: all of them, or the one that is asked for (P06)."""
    pairs = _compared(use_case)
    return [pair for pair in pairs if pair == request.name] if request.kind == "edges" else pairs


def _compared_at(request: Request, facts: Facts) -> list[str]:
    """The pairs whose people a use case compares in this place; none of a use case that left the programme."""
    use_case = facts.use_cases.get(request.name)
    here = set(datasets_at(use_case, request.place or "", facts)) if use_case else set()
    return [pair for pair in _compared(use_case) if set(pair.split("~")) <= here]


def _compared(use_case: UseCase | None) -> list[str]:
    agreed = use_case.agreement.compare if use_case and use_case.agreement else ()
    return ["~".join(pair) for pair in agreed]
