"""Models as Splink keeps them: JSON of versions 4 and 5, read and written. What cannot be honoured is refused by name.

A `tf_adjustment_weight` of 0 counts as 1.0, as it does in Splink 5.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from boldlink.errors import BadRecords
from boldlink.linkage.model.model import (
    LEAST_PROBABILITY,
    UNTRAINED_PRIOR,
    Comparison,
    Level,
    Model,
    Rule,
    probabilities,
)

ROUNDING = 1e-9  # by which shares that were added up may be above 1
UNSEEN = "level not observed in training dataset"
LINK_TYPES = ("dedupe_only", "link_only", "link_and_dedupe")
SETTINGS: Mapping[str, Any] = {
    "em_convergence": 1e-4,
    "max_iterations": 25,
    "retain_matching_columns": True,
    "retain_intermediate_calculation_columns": False,
    "additional_columns_to_retain": [],
    "match_weight_column_prefix": "mw_",
    "term_frequency_adjustment_column_prefix": "tf_",
    "comparison_vector_value_column_prefix": "gamma_",
    "bayes_factor_column_prefix": "bf_",
    "sql_dialect": "duckdb",
    "linker_uid": None,
}
KNOWN = {*SETTINGS, "link_type", "probability_two_random_records_match", "comparisons",
         "blocking_rules_to_generate_predictions", "unique_id_column_name", "source_dataset_column_name"}  # fmt: skip
KNOWN_OF_COMPARISON = {"output_column_name", "comparison_description", "comparison_levels"}
KNOWN_OF_RULE = {"blocking_rule", "sql_dialect", "arrays_to_explode", "salting_partitions"}  # the last does nothing
KNOWN_OF_LEVEL = {"sql_condition", "label_for_charts", "m_probability", "u_probability", "is_null_level",
                  "fix_m_probability", "fix_u_probability", "tf_adjustment_column", "tf_adjustment_weight",
                  "tf_minimum_u_value", "disable_tf_exact_match_detection", "comparison_vector_value"}  # fmt: skip


def read_model(path: Path) -> Model:
    """A model from a file. Raises BadRecords (LINK-MODEL)."""
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as missing:
        raise BadRecords("LINK-MODEL", f"There is no model file {path.name}.", do="check --model") from missing
    except (ValueError, OSError, RecursionError):
        raise _bad(f"{path.name} is not JSON.") from None
    return model_from(held)


def model_from(held: Any) -> Model:
    """A model from Splink's settings as a dict. Raises BadRecords (LINK-MODEL) that names what cannot be honoured."""
    if not isinstance(held, dict):
        raise _bad("It is not an object of settings.")
    _only_known(held, KNOWN, "It")
    if held.get("sql_dialect", "duckdb") not in ("duckdb", None):
        raise _bad(f"Its SQL is {held['sql_dialect']}'s, and only DuckDB's is read.")
    if held.get("link_type") not in LINK_TYPES:
        raise _bad(f"link_type must be one of {', '.join(LINK_TYPES)}.")
    _check_settings(held)
    comparisons = tuple(_comparison(one) for one in _listed(held, "comparisons"))
    if not comparisons:
        raise _bad("It compares nothing.")
    if len({one.name for one in comparisons}) < len(comparisons):  # Splink weighs both by the first one's level
        raise _bad("Two comparisons have the same name.")
    return Model(
        held["link_type"],
        comparisons,
        tuple(_rule(one) for one in _listed(held, "blocking_rules_to_generate_predictions")),
        _probability(held, "probability_two_random_records_match", UNTRAINED_PRIOR),
        _text(held, "unique_id_column_name", "unique_id"),
        _text(held, "source_dataset_column_name", "source_dataset"),
        {name: held[name] for name in SETTINGS if name in held},
    )


def _check_settings(held: Mapping[str, Any]) -> None:
    rounds, moved = held.get("max_iterations", 25), held.get("em_convergence", 1e-4)
    if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
        raise _bad("max_iterations must be a whole number of at least 1.")
    if not _is_number(moved) or moved <= 0:
        raise _bad("em_convergence must be a number above 0.")


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)


def _text(held: Mapping[str, Any], name: str, default: str) -> str:
    value = held.get(name, default)
    if not isinstance(value, str) or not value:
        raise _bad(f"{name} must be a name.")
    return value


def _flag(held: Mapping[str, Any], name: str) -> bool:
    value = held.get(name, False)
    if value is not None and not isinstance(value, bool):
        raise _bad(f"{name} must be true or false.")
    return bool(value)


def _amount(held: Mapping[str, Any], name: str, default: float) -> float:
    value = default if held.get(name) is None else held[name]
    if not _is_number(value):
        raise _bad(f"{name} must be a number.")
    return float(value)


def _only_known(held: Mapping[str, Any], known: set[str], what: str) -> None:
    if unknown := sorted(set(held) - known):
        raise _bad(f"{what} has settings that are not known: {', '.join(unknown)}.")


def _listed(held: Mapping[str, Any], name: str) -> list[Any]:
    found = held.get(name, [])
    if not isinstance(found, list):
        raise _bad(f"{name} must be a list.")
    return found


def _comparison(held: Any) -> Comparison:
    if not isinstance(held, dict) or not isinstance(held.get("comparison_levels"), list):
        raise _bad("A comparison has no comparison_levels.")
    _only_known(held, KNOWN_OF_COMPARISON, "A comparison")
    levels = tuple(_level(one) for one in held["comparison_levels"])
    name = str(held.get("output_column_name") or _name(levels))
    if sum(level.otherwise for level in levels) != 1 or not levels[-1].otherwise or levels[-1].missing:
        raise _bad(f"The last level of {name}, and only the last, must be ELSE.")
    read = Comparison(name, levels, str(held.get("comparison_description", "")))
    unseen = [UNSEEN in (one.get("m_probability"), one.get("u_probability")) for one in held["comparison_levels"]]
    made = [_as_untrained(level, read) if never else level for level, never in zip(levels, unseen, strict=True)]
    return replace(read, levels=tuple(made))


def _as_untrained(level: Level, comparison: Comparison) -> Level:
    """A level that training never saw has the shares that Splink gives one that was never trained."""
    if level.missing:
        return level
    m, u = probabilities(level, comparison)
    return replace(level, m=m, u=u)


def _name(levels: tuple[Level, ...]) -> str:
    return next((level.rarity for level in levels if level.rarity), "") or "comparison"


def _level(held: Any) -> Level:
    if not isinstance(held, dict) or not isinstance(held.get("sql_condition"), str):
        raise _bad("A comparison level has no sql_condition.")
    _only_known(held, KNOWN_OF_LEVEL, "A comparison level")
    missing = _flag(held, "is_null_level")
    return Level(
        held["sql_condition"],
        str(held.get("label_for_charts") or ""),
        None if missing else _share(held, "m_probability"),
        None if missing else _share(held, "u_probability"),
        missing,
        _unquoted(held.get("tf_adjustment_column")),
        _amount(held, "tf_adjustment_weight", 1.0) or 1.0,
        _amount(held, "tf_minimum_u_value", 0.0),
        _flag(held, "disable_tf_exact_match_detection"),
        (_flag(held, "fix_m_probability"), _flag(held, "fix_u_probability")),
    )


def _unquoted(column: Any) -> str | None:
    return None if column is None else str(column).strip('"')


def _share(held: Mapping[str, Any], name: str) -> float | None:
    value = held.get(name)
    return None if value is None or value == UNSEEN else _probability(held, name, 0.0)


def _probability(held: Mapping[str, Any], name: str, default: float) -> float:
    value = held.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST_PROBABILITY <= value <= 1 + ROUNDING:
        raise _bad(f"{name} must be a number above 0 and at most 1.")
    return float(value)


def _rule(held: Any) -> Rule:
    if isinstance(held, str):
        return Rule(held)
    if not isinstance(held, dict) or not isinstance(held.get("blocking_rule"), str):
        raise _bad("A blocking rule is neither SQL nor an object with blocking_rule.")
    _only_known(held, KNOWN_OF_RULE, "A blocking rule")
    explode = held.get("arrays_to_explode") or []
    if not isinstance(explode, list) or not all(isinstance(one, str) and one for one in explode):
        raise _bad("arrays_to_explode must be a list of columns.")
    if held.get("sql_dialect", "duckdb") not in ("duckdb", None):
        raise _bad(f"A blocking rule's SQL is {held['sql_dialect']}'s, and only DuckDB's is read.")
    return Rule(held["blocking_rule"], tuple(_unquoted(one) or "" for one in explode))


def as_splink(model: Model) -> dict[str, Any]:
    """The model as Splink's settings: it opens in Splink and scores the same."""
    return {
        "link_type": model.link_type,
        "probability_two_random_records_match": model.prior,
        **{name: value for name, value in model.settings.items() if name != "bayes_factor_column_prefix"},
        "sql_dialect": "duckdb",
        "unique_id_column_name": model.unique_id,
        "source_dataset_column_name": model.source_dataset,
        "blocking_rules_to_generate_predictions": [_as_rule(rule) for rule in model.rules],
        "comparisons": [_as_comparison(comparison) for comparison in model.comparisons],
    }


def _as_rule(rule: Rule) -> dict[str, Any]:
    explode = {"arrays_to_explode": list(rule.explode)} if rule.explode else {}
    return {"blocking_rule": rule.sql, "sql_dialect": "duckdb", **explode}


def _as_comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.description or comparison.name,
        "comparison_levels": [_as_level(level) for level in comparison.levels],
    }


def _as_level(level: Level) -> dict[str, Any]:
    rarity = {} if level.rarity is None else {
        "tf_adjustment_column": level.rarity,
        "tf_adjustment_weight": level.rarity_weight,
        **({"tf_minimum_u_value": level.rarity_least} if level.rarity_least else {}),
    }  # fmt: skip
    shares = {"m_probability": level.m, "u_probability": level.u}
    fixed = {"fix_m_probability": level.fixed[0], "fix_u_probability": level.fixed[1]}
    return {
        "sql_condition": level.sql,
        "label_for_charts": level.label,
        **({"is_null_level": True} if level.missing else {k: v for k, v in shares.items() if v is not None}),
        **{name: value for name, value in fixed.items() if value},
        **rarity,
        **({"disable_tf_exact_match_detection": True} if level.own_u else {}),
    }


def _bad(why: str) -> BadRecords:
    return BadRecords("LINK-MODEL", "The model cannot be used.", why, "save it again with Splink 4 or 5 for DuckDB")
