"""Where several departments' data met in one output, the strictest of their rules holds, parameter by parameter.

UK LLC sets one threshold that encompasses every owner's; here each output gets the one its own contributors ask for.
What is stricter is said once, in DIRECTIONS. Dominance has no single order, since (1, 0.5) and (2, 0.9) forbid different
sums: all pairs hold together, and of two with the same n the smaller share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from boldlink.errors import BadInput
from boldlink.outputs.rules.rules import Dominance, Rules


def _all_pairs(dominances: Iterable[Dominance]) -> Dominance:
    shares: dict[int, float] = {}
    for largest, share in (pair for dominance in dominances for pair in dominance):
        shares[largest] = min(share, shares.get(largest, 1.0))
    return tuple(sorted(shares.items()))


DIRECTIONS: Mapping[str, Callable[[Any], Any]] = {
    "minimum": max,
    "base": max,
    "width": max,
    "rows_at_most": min,
    "decimals_at_most": min,
    "zeros_disclosive": any,
    "class_disclosure": any,
    "dominance": _all_pairs,
    "p_percent": max,
    "percentile_contributors": max,
    "residual_degrees_of_freedom": max,
    "events_per_parameter": max,
    "leverage_at_most": min,
    "km_step": max,
}


def strictest(*rules: Rules) -> Rules:
    """The strictest of each parameter, the versions of all of them, and for each parameter whose rule it is.

    The order in which rules are given changes nothing but the order of their versions. Raises BadInput without rules.
    """
    if not rules:
        raise BadInput("RULES-NONE", "There are no rules to take the strictest of.", do="give at least the house's own")
    values: dict[str, Any] = {name: way([getattr(one, name) for one in rules]) for name, way in DIRECTIONS.items()}
    version = " + ".join(dict.fromkeys(one.version for one in rules))
    return Rules(version=version, sources=_sources(rules, values), **values)


def _sources(rules: Iterable[Rules], values: Mapping[str, Any]) -> dict[str, str]:
    """Of every parameter, all who ask for the value that holds and say where they have it from."""
    found: dict[str, list[str]] = {}
    for one in rules:
        for name, source in one.sources.items():
            if name in DIRECTIONS and _asks(getattr(one, name), values[name]):
                found.setdefault(name, []).append(source)
    return {name: "; ".join(dict.fromkeys(sources)) for name, sources in found.items()}


def _asks(own: Any, held: Any) -> bool:
    """Whether a value is the one that holds; of dominance, whether one of its pairs is."""
    return bool(set(own) & set(held)) if isinstance(held, tuple) else own == held
