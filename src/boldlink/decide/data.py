"""Rules about the data: only what is named and justified, only where it may be, never to whom it must stay hidden."""

from __future__ import annotations

from boldlink.decide.actions import ENDING
from boldlink.decide.decision import Finding
from boldlink.decide.instruments import Share
from boldlink.decide.rule import Case, rule
from boldlink.decide.whereabouts import datasets_at
from boldlink.values import Role

# Roles that each sight shows. A linker's sight holds linkage columns and nothing else (P19); a researcher's holds no
# column that was delivered as an identifier or for linking (P20), because substitutes and pseudonyms stand in.
VISIBLE = {
    "identifiers": frozenset({Role.LINKAGE}),
    "pseudonymised": frozenset({Role.ATTRIBUTE, Role.IDENTIFIER}),
}
OF_ONE_DATASET = ("dataset", "identifiers", "attributes")
MADE_FOR_ONE = ("spine", "edges", "research", "output")  # resources of a use case, wherever its data came from


@rule("the agreement shares this dataset", "P05 P06", "UK GDPR Article 5(1)(b) and (c)")
def dataset_is_shared(case: Case) -> Finding | None:
    """P05, P06: the use case names the dataset and its agreement shares it."""
    if case.use_case is None or case.kind not in OF_ONE_DATASET:
        return None
    shared = case.share is not None and case.name in case.use_case.datasets
    found = case.use_case.datasets if shared else (f"{case.use_case.id} does not share {case.name}",)
    return Finding("dataset_is_shared", shared, (case.name,), found, "information_asset_owner")


@rule(
    "the use case names both datasets, and its agreement lets their people be compared",
    "P06",
    "UK GDPR Article 5(1)(b)",
)
def pair_is_agreed(case: Case) -> Finding | None:
    """P06: two datasets are linked only while a live use case names both."""
    if case.use_case is None or case.kind != "edges":
        return None
    pair = tuple(sorted(case.name.split("~")))
    agreed = case.use_case.agreement.compare if case.use_case.agreement else ()
    named = len(pair) == 2 and set(pair) <= set(case.use_case.datasets) and pair in agreed
    found = tuple("~".join(one) for one in agreed) or ("no pair",)
    return Finding("pair_is_agreed", named, ("~".join(pair),), found, "siro")


@rule("the agreement names and justifies this column", "P05", "UK GDPR Article 5(1)(c)")
def column_is_named(case: Case) -> Finding | None:
    """P05: no column that the use case does not name and justify."""
    if case.use_case is None or case.column is None:
        return None
    shares = [case.share] if case.kind != "research" else list(_shares(case))
    named = any(share and case.column in share.columns and share.justifications.get(case.column) for share in shares)
    found = "named and justified" if named else f"{case.use_case.id} names no such column"
    return Finding("column_is_named", named, (case.column,), (found,), "information_asset_owner")


@rule("the column's role may be seen by this role", "P19 P20 P27", "BOLD programme page, 'How we protect your privacy'")
def column_role_is_visible(case: Case) -> Finding | None:
    """P19, P20, P27: linkers see only what linking needs; researchers see nothing that identifies."""
    allowed = VISIBLE.get(case.sees)
    if case.column is None or allowed is None:
        return None
    roles = _roles(case)
    found = tuple(sorted(role.value for role in roles)) or ("no such column",)
    required = tuple(sorted(role.value for role in allowed))
    return Finding("column_role_is_visible", bool(roles) and roles <= allowed, required, found, "nobody")


@rule(
    "every sensitive column that is shared has a safeguard of its own",
    "P12",
    "UK GDPR Articles 9 and 10; Data Protection Act 2018 section 10",
)
def sensitive_columns_are_safeguarded(case: Case) -> Finding | None:
    """P12: special category data, patient information and criminal histories carry safeguards, column by column."""
    if case.use_case is None or not case.action.needs_use_case:
        return None
    bare = case.facts.data_of(case.use_case).unsafeguarded
    found = (f"{len(bare)} without", *bare[:5]) if bare else ("each has one",)
    return Finding(
        "sensitive_columns_are_safeguarded", not bare, ("a safeguard each",), found, "information_asset_owner"
    )


@rule("the data may be in this place", "P23 P24", "BOLD programme page, 'How we store and protect personal data'")
def place_is_allowed(case: Case) -> Finding | None:
    """P23, P24: pinned data stays in its place; other data is elsewhere only where the agreement says."""
    place, to = case.request.place, case.request.destination
    if place is None and to is None:
        return None
    blocked = [f"{one} is no place" for one in (place, to) if one is not None and one not in case.facts.places]
    if not blocked and to is not None:
        blocked += _sending(to, case)
    if not blocked and place is not None:
        blocked += _holding(place, case)
    required = tuple(one for one in (place, to) if one is not None)
    return Finding("place_is_allowed", not blocked, required, tuple(blocked) or ("allowed",), "nobody")


def _sending(to: str, case: Case) -> list[str]:
    """What keeps rows from going to another place: only sending does that, from where they lie, and never of a pin."""
    contract = case.facts.contracts.get(case.name)
    if case.action.name != "send" or to == case.request.place:
        return ["only rows that are sent go to another place"]
    if contract is None or case.request.place != contract.place:
        return [f"{case.name} is not sent from {case.request.place}"]
    if contract.pinned:
        return [f"{case.name} is pinned and never leaves {contract.place}"]
    return [] if _may_be(case.name, to, case) else [f"{case.name} may not be in {to}"]


def _holding(place: str, case: Case) -> list[str]:
    """What keeps the rows that an action touches from being in the place where it is done."""
    # Whatever lies somewhere may be erased there.
    touched = () if case.action.name in ENDING else _touched(place, case)
    blocked = [f"{name} may not be in {place}" for name in touched if not _may_be(name, place, case)]
    agreement = case.use_case.agreement if case.use_case else None
    if case.kind in MADE_FOR_ONE and agreement is not None and place not in agreement.places:
        blocked.append(f"the agreement does not name {place}")
    return blocked


@rule("the request names a place", "P08", "SATRE 3.1.01")
def place_is_named(case: Case) -> Finding | None:
    """P08: access is through the secure places only."""
    if case.action.name == "read" or not case.action.opens:
        return None
    named = case.request.place is not None
    return Finding("place_is_named", named, ("a secure place",), (case.request.place or "none",), "nobody")


def _shares(case: Case) -> tuple[Share, ...]:
    agreement = case.use_case.agreement if case.use_case else None
    return tuple(agreement.shares.values()) if agreement else ()


def _roles(case: Case) -> frozenset[Role]:
    datasets = case.use_case.datasets if case.kind == "research" and case.use_case else (case.name,)
    contracts = [case.facts.contracts[name] for name in datasets if name in case.facts.contracts]
    return frozenset(c.role for contract in contracts for c in contract.columns if c.name == case.column)


def _touched(place: str, case: Case) -> tuple[str, ...]:
    """Datasets whose rows would be in the place: those named, else all that the use case runs on there."""
    if case.kind in OF_ONE_DATASET:
        return (case.name,)
    if case.kind == "edges":
        return tuple(case.name.split("~"))
    if case.use_case is None:
        return ()
    here = datasets_at(case.use_case, place, case.facts)
    return tuple(here or case.use_case.datasets)  # where it does not run, none of its rows may be


def _may_be(dataset: str, place: str, case: Case) -> bool:
    contract = case.facts.contracts.get(dataset)
    if contract is None:
        return False
    if contract.place == place:
        return True
    agreement = case.use_case.agreement if case.use_case else None
    return not contract.pinned and agreement is not None and place in agreement.places and case.action.needs_use_case


RULES = (
    dataset_is_shared,
    pair_is_agreed,
    column_is_named,
    column_role_is_visible,
    sensitive_columns_are_safeguarded,
    place_is_named,
    place_is_allowed,
)
