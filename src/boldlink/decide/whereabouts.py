"""Where a use case may run, with reasons: where its pinned data is, and what is possible where pins part it.

A dataset is pinned to its place or free. Free data comes in to the pinned place, sealed, under an agreement that names
that place. Two pins that differ mean no row-level join anywhere: the same analysis runs in each place, and only checked
aggregates are pooled.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.decide.facts import Facts, UseCase


@dataclass(frozen=True)
class Site:
    """One place a use case might run in: may it, with which datasets, and why."""

    place: str
    allowed: bool
    datasets: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Whereabouts:
    """The answer: sites in the programme's order, whether one of them sees every dataset, and what is possible."""

    use_case: str
    sites: tuple[Site, ...]
    by_row: bool
    possible: tuple[str, ...]


def whereabouts(use_case: UseCase, facts: Facts) -> Whereabouts:
    """Where may it run? Answered for every place, and "nowhere by row" with what is possible instead."""
    sites = tuple(_site(use_case, place, facts) for place in facts.places)
    whole = [site for site in sites if site.allowed and set(site.datasets) == set(use_case.datasets)]
    if whole:
        possible = tuple(f"rows of all {len(use_case.datasets)} datasets meet in {site.place}" for site in whole)
    else:
        possible = _instead(use_case, sites, facts)
    return Whereabouts(use_case.id, sites, bool(whole), possible)


def runs_in(use_case: UseCase, facts: Facts) -> tuple[str, ...]:
    """The places where a use case runs: where its pinned data is; without pins, the first its agreement names."""
    pins = _pins(use_case, facts)
    named = use_case.agreement.places if use_case.agreement else ()
    return tuple(pins) if pins else tuple(named[:1])


def datasets_at(use_case: UseCase, place: str, facts: Facts) -> list[str]:
    """The datasets of a use case whose rows may meet in a place: those pinned there, and those free to come in."""
    if place not in runs_in(use_case, facts):
        return []
    pins = _pins(use_case, facts)
    free_go_to = place if len(pins) <= 1 else _home_of_free(use_case, pins)
    contracts = [facts.contracts[name] for name in use_case.datasets if name in facts.contracts]
    return [c.dataset for c in contracts if (c.place == place if c.pinned else free_go_to == place)]


def _site(use_case: UseCase, place: str, facts: Facts) -> Site:
    here = datasets_at(use_case, place, facts)
    agreed = use_case.agreement is not None and place in use_case.agreement.places
    reasons = [] if agreed else ["its agreement does not name this place"]
    for name in use_case.datasets:
        contract = facts.contracts.get(name)
        if contract is None:
            reasons.append(f"{name} has no data contract")
        elif contract.pinned and contract.place != place:
            reasons.append(f"{name} is pinned to {contract.place} and never leaves it")
        elif name in here:
            reasons.append(f"{name} {'is here' if contract.place == place else 'comes in, sealed'}")
        else:
            reasons.append(f"{name} goes to another place for this use case")
    return Site(place, bool(here) and agreed, tuple(here), tuple(reasons))


def _instead(use_case: UseCase, sites: tuple[Site, ...], facts: Facts) -> tuple[str, ...]:
    open_sites = [site for site in sites if site.allowed]
    if not open_sites:
        return ("nowhere: no place both is named by its agreement and may hold its data",)
    found = ["nowhere by row: no place may hold rows of all its datasets"]
    found += [f"in {site.place}: {', '.join(site.datasets)}" for site in open_sites]
    if len(_pins(use_case, facts)) > 1:
        found.append("the same analysis in each of these places, and checked aggregates pooled")
    return tuple(found)


def _pins(use_case: UseCase, facts: Facts) -> list[str]:
    contracts = [facts.contracts[name] for name in use_case.datasets if name in facts.contracts]
    return sorted({contract.place for contract in contracts if contract.pinned})


def _home_of_free(use_case: UseCase, pins: list[str]) -> str:
    named = [place for place in (use_case.agreement.places if use_case.agreement else ()) if place in pins]
    return named[0] if named else pins[0]
