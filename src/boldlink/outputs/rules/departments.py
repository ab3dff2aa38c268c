"""A department's rules, read from its document: what it says of a parameter, and the house's word for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from boldlink.outputs.rules.rules import RULES, Rules

PARAMETERS = tuple(one.name for one in fields(Rules) if one.name not in ("version", "sources", "rounding"))


def rules_of(department: str, content: Mapping[str, Any], floor: Rules = RULES) -> Rules:
    """Rules from a document's content: {version, parameters: {name: {value, source, verified}}}.

    A source that nobody could confirm is marked so, and the mark goes with every release.
    """
    stated = {name: one for name, one in content["parameters"].items() if name in PARAMETERS}
    values = {name: _value(name, one["value"]) for name, one in stated.items()}
    if "minimum" in values:
        values.setdefault("width", values["minimum"] - 1)
    sources = {name: _source(department, one) for name, one in stated.items()}
    return replace(floor, version=f"{department} {content['version']}", sources=sources, **values)


def _value(name: str, value: Any) -> Any:
    if name == "dominance":
        return tuple((one["largest"], one["share_at_most"]) for one in value)
    return value


def _source(department: str, parameter: Mapping[str, Any]) -> str:
    mark = "" if parameter["verified"] else " (unverified)"
    return f"{department}: {parameter['source']}{mark}"
