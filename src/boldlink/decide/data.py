"""Rules about the data: only what is named and justified, only where it may be, never to whom it must stay hidden."""

from __future__ import annotations

from datetime import date

from boldlink.decide.actions import ACTIONS, sees
from boldlink.decide.decision import Finding, Request
from boldlink.decide.facts import Facts, Share, UseCase
from boldlink.values import Role

# Roles that each sight shows. A linker's sight holds linkage columns and nothing else (P19); a researcher's holds no
# column that was delivered as an identifier or for linking (P20), because substitutes and pseudonyms stand in.
VISIBLE = {
    "identifiers": frozenset({Role.LINKAGE}),
    "pseudonymised": frozenset({Role.ATTRIBUTE, Role.IDENTIFIER}),
}


def dataset_is_shared(request: Request, facts: Facts, at: date) -> Finding | None:
    """P05, P06: the use case names the dataset and its agreement shares it."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None or request.kind not in ("dataset", "identifiers", "attributes"):
        return None
    shared = share_of(request, use_case) is not None and request.name in use_case.datasets
    found = use_case.datasets if shared else (f"{use_case.id} does not share {request.name}",)
    return Finding("dataset_is_shared", shared, (request.name,), found, "information_asset_owner")


def column_is_named(request: Request, facts: Facts, at: date) -> Finding | None:
    """P05: no column that the use case does not name and justify."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None or request.column is None:
        return None
    shares = [share_of(request, use_case)] if request.kind != "research" else list(_shares(use_case))
    named = any(share and request.column in share.columns for share in shares)
    found = "named and justified" if named else f"{use_case.id} names no such column"
    return Finding("column_is_named", named, (request.column,), (found,), "information_asset_owner")


def column_role_is_visible(request: Request, facts: Facts, at: date) -> Finding | None:
    """P19, P20, P27: linkers see only what linking needs; researchers see nothing that identifies."""
    allowed = VISIBLE.get(sees(request))
    if request.column is None or allowed is None:
        return None
    roles = _roles(request, facts)
    visible = bool(roles) and roles <= allowed
    found = tuple(sorted(role.value for role in roles)) or ("no such column",)
    return Finding("column_role_is_visible", visible, tuple(sorted(role.value for role in allowed)), found, "nobody")


def place_is_allowed(request: Request, facts: Facts, at: date) -> Finding | None:
    """P23, P24: pinned data stays in its place; other data is elsewhere only where the agreement says."""
    place = request.destination or request.place
    if place is None:
        return None
    if place not in facts.places:
        return Finding("place_is_allowed", False, tuple(sorted(facts.places)), (place,), "nobody")
    strangers = [name for name in _touched(request, place, facts) if not _may_be(name, place, request, facts)]
    blocked = tuple(f"{name} may not be in {place}" for name in strangers)
    return Finding("place_is_allowed", not blocked, (place,), blocked or ("allowed",), "nobody")


def linkers_are_few(request: Request, facts: Facts, at: date) -> Finding | None:
    """P17: identifiable data reaches only a small number of linkers; the number stands in the agreement."""
    use_case = facts.use_cases.get(request.use_case or "")
    if sees(request) != "identifiers" or use_case is None or use_case.agreement is None:
        return None
    count, most = len(set(use_case.team.get("linker", ()))), use_case.agreement.linkers_at_most
    return Finding("linkers_are_few", 0 < count <= most, (str(most),), (str(count),), "siro")


def no_commercial_party(request: Request, facts: Facts, at: date) -> Finding | None:
    """P29: no commercial organisation is party to an agreement or to a use case."""
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return None
    parties = {*use_case.organisations, *(use_case.agreement.parties if use_case.agreement else ())}
    unknown = {party for party in parties if party not in facts.organisations}
    commercial = {party for party in parties - unknown if facts.organisations[party].commercial}
    found = tuple(sorted(commercial | unknown)) or ("none",)
    return Finding(
        "no_commercial_party", not commercial and not unknown, ("public organisations only",), found, "nobody"
    )


def share_of(request: Request, use_case: UseCase) -> Share | None:
    """What the use case's agreement shares of the dataset that is asked for."""
    return use_case.agreement.shares.get(request.name) if use_case.agreement else None


def _shares(use_case: UseCase) -> tuple[Share, ...]:
    return tuple(use_case.agreement.shares.values()) if use_case.agreement else ()


def _roles(request: Request, facts: Facts) -> frozenset[Role]:
    use_case = facts.use_cases.get(request.use_case or "")
    datasets = use_case.datasets if request.kind == "research" and use_case else (request.name,)
    contracts = [facts.contracts[name] for name in datasets if name in facts.contracts]
    return frozenset(c.role for contract in contracts for c in contract.columns if c.name == request.column)


def _touched(request: Request, place: str, facts: Facts) -> tuple[str, ...]:
    """Datasets whose rows would be in the place: the named one, else all that the use case runs on there."""
    if request.kind in ("dataset", "identifiers", "attributes"):
        return (request.name,)
    use_case = facts.use_cases.get(request.use_case or "")
    if use_case is None:
        return ()
    here = datasets_at(use_case, place, facts)
    return tuple(here or use_case.datasets)  # where it does not run, none of its rows may be


def datasets_at(use_case: UseCase, place: str, facts: Facts) -> list[str]:
    """The datasets of a use case whose rows may meet in a place: those pinned there, and those free to come in.

    Two pins mean two places and no row-level join: each place works on its own.
    """
    contracts = [facts.contracts[name] for name in use_case.datasets if name in facts.contracts]
    pins = {contract.place for contract in contracts if contract.pinned}
    runs_at = runs_in(use_case, facts)
    if place not in runs_at:
        return []
    free_go_to = place if len(pins) <= 1 else _home_of_free(use_case, pins)
    return [c.dataset for c in contracts if (c.place == place if c.pinned else free_go_to == place)]


def runs_in(use_case: UseCase, facts: Facts) -> tuple[str, ...]:
    """The places where a use case runs: where its pinned data is; without pins, where its agreement says."""
    contracts = [facts.contracts[name] for name in use_case.datasets if name in facts.contracts]
    pins = sorted({contract.place for contract in contracts if contract.pinned})
    if pins:
        return tuple(pins)
    named = use_case.agreement.places if use_case.agreement else ()
    return tuple(named[:1])


def _home_of_free(use_case: UseCase, pins: set[str]) -> str:
    named = [place for place in (use_case.agreement.places if use_case.agreement else ()) if place in pins]
    return named[0] if named else sorted(pins)[0]


def _may_be(dataset: str, place: str, request: Request, facts: Facts) -> bool:
    contract = facts.contracts.get(dataset)
    if contract is None:
        return False
    if contract.place == place:
        return True
    use_case = facts.use_cases.get(request.use_case or "")
    named = bool(use_case and use_case.agreement and place in use_case.agreement.places)
    return not contract.pinned and named and ACTIONS[request.action].needs_use_case


RULES = (
    dataset_is_shared,
    column_is_named,
    column_role_is_visible,
    place_is_allowed,
    linkers_are_few,
    no_commercial_party,
)
