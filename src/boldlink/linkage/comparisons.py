"""How two records are compared: for each common meaning, levels from "the same" to "something else".

Levels are DuckDB SQL over the columns of both sides (`surname_l`, `surname_r`), as Splink's models hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boldlink.linkage.sources import Frame

ELSE = "ELSE"


@dataclass(frozen=True)
class Level:
    """One level: its condition, its words, whether values' rarity counts (term frequency), and a first guess of m."""

    sql: str
    label: str
    guess: float = 0.0
    tf_column: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Levels from the best to the last (`ELSE`), after the one for missing values. `columns`: what it looks at."""

    name: str
    columns: tuple[str, ...]
    null_sql: str
    levels: tuple[Level, ...]

    def case(self) -> str:
        """SQL for the level's number: -1 missing, then from n-1 (best) down to 0, as Splink counts."""
        branches = [f"WHEN {self.null_sql} THEN -1"]
        top = len(self.levels) - 1
        branches += [f"WHEN {level.sql} THEN {top - n}" for n, level in enumerate(self.levels) if level.sql != ELSE]
        return f"CASE {' '.join(branches)} ELSE 0 END"

    def as_splink(self, m: Sequence[float], u: Sequence[float]) -> dict[str, Any]:
        """The comparison in Splink's model format; m and u from the best level to the last."""
        null = {"sql_condition": self.null_sql, "label_for_charts": "missing", "is_null_level": True}
        levels = [
            {
                "sql_condition": level.sql,
                "label_for_charts": level.label,
                "m_probability": m[n],
                "u_probability": u[n],
                **({"tf_adjustment_column": level.tf_column, "tf_adjustment_weight": 1.0} if level.tf_column else {}),
            }
            for n, level in enumerate(self.levels)
        ]
        return {
            "output_column_name": self.name,
            "comparison_description": self.name,
            "comparison_levels": [null, *levels],
        }


def comparisons(frame: Frame) -> list[Comparison]:
    """The comparisons that a frame's columns allow, in a fixed order."""
    columns = set(frame.columns)
    aliases = "surname_all" in columns
    made = [
        _name("forename", "surname", columns, aliases),
        _name("surname", "forename", columns, aliases),
        _middle() if "middle_name" in columns else None,
        _birth() if "date_of_birth" in columns else None,
        (_postcode() if frame.uk_postcodes else _text("postcode", "postcode", 0.9)) if "postcode" in columns else None,
        *(_reference(name) for name in REFERENCES if name in columns),
        *(_text(name, words, 0.88) for name, words in TEXTS.items() if name in columns),
        *(_exact(name, words) for name, words in EXACT.items() if name in columns),
    ]
    return [comparison for comparison in made if comparison]


REFERENCES = ("pnc", "cro", "nino", "nhs_number", "national_id", "prison_number", "email", "phone")
TEXTS = {"address": "address", "town": "town"}
EXACT = {
    "house_number": "house number",
    "region": "region",
    "forename_initial": "forename's initial",
    "surname_initial": "surname's initial",
    "sex": "sex",
    "outcode": "first part of the postcode",
    "area": "area",
}


def _null(column: str) -> str:
    return f'"{column}_l" IS NULL OR "{column}_r" IS NULL'


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def _like(column: str, least: float) -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}'


def _slip(column: str) -> str:
    """One letter or digit added, lost, changed or exchanged; the cheap test first, for the other costs 30-fold."""
    return f'({_like(column, 0.75)} AND damerau_levenshtein("{column}_l", "{column}_r") <= 1)'


def _name(column: str, other: str, columns: set[str], aliases: bool) -> Comparison | None:
    if column not in columns:
        return None
    levels = [Level(_same(column), f"same {column}", 0.85, column)]
    looks_at = [column]
    if other in columns:
        swapped = f'"{column}_l" = "{other}_r" AND "{other}_l" = "{column}_r"'
        either = f'{swapped} OR list_has_any("{column}_all_l", "{column}_all_r")' if aliases else swapped
        levels.append(Level(f"({either})", "swapped names" + (", or an alias agrees" if aliases else ""), 0.02))
        looks_at.append(other)
    short = f'(starts_with("{column}_l", "{column}_r") OR starts_with("{column}_r", "{column}_l"))'
    levels += [
        Level(_like(column, 0.92), f"much the same {column}", 0.06),
        Level(f"({_like(column, 0.8)} OR {short})", f"similar {column}, or one is short for the other", 0.03),
        Level(ELSE, f"another {column}", 0.04),
    ]
    return Comparison(column, tuple(looks_at), _null(column), tuple(levels))


def _middle() -> Comparison:
    initial = 'left("middle_name_l", 1) = left("middle_name_r", 1)'
    whole = 'length("middle_name_l") > 1 AND length("middle_name_r") > 1'
    levels = (
        Level(f"{_same('middle_name')} AND {whole}", "same middle name", 0.6, None),
        Level(
            f"{initial} AND (NOT ({whole}) OR {_like('middle_name', 0.8)})",
            "initial or much of the middle name agrees",
            0.3,
        ),
        Level(ELSE, "another middle name", 0.1),
    )
    return Comparison("middle_name", ("middle_name",), _null("middle_name"), levels)


def _birth() -> Comparison:
    left, right = '"date_of_birth_l"', '"date_of_birth_r"'
    parts = [f"({left}[{a}:{b}] = {right}[{a}:{b}])::INT" for a, b in ((1, 4), (6, 7), (9, 10))]
    turned = f"{left}[1:4] = {right}[1:4] AND {left}[6:7] = {right}[9:10] AND {left}[9:10] = {right}[6:7]"
    slip = _slip("date_of_birth")
    levels = (
        Level(_same("date_of_birth"), "same date of birth", 0.93),
        Level(f"({slip} OR ({turned}))", "one slip, or day and month exchanged", 0.03),
        Level(f"({' + '.join(parts)}) >= 2", "two of day, month and year", 0.015),
        Level(f"({' + '.join(parts)}) >= 1", "one of day, month and year", 0.01),
        Level(ELSE, "another date of birth", 0.015),
    )
    return Comparison("date_of_birth", ("date_of_birth",), _null("date_of_birth"), levels)


def _postcode() -> Comparison:
    def part(side: str, end: str) -> str:
        return f'left("postcode_{side}", length("postcode_{side}") - {end})'

    levels = (
        Level(_same("postcode"), "same postcode", 0.7, "postcode"),
        Level(f"{part('l', '2')} = {part('r', '2')}", "same sector", 0.03),
        Level(f"{part('l', '4')} = {part('r', '4')}", "same first part", 0.05),
        Level(ELSE, "another postcode", 0.22),
    )
    return Comparison("postcode", ("postcode",), _null("postcode"), levels)


def _reference(column: str) -> Comparison:
    slip = _slip(column)
    levels = (
        Level(_same(column), f"same {column.replace('_', ' ')}", 0.95),
        Level(slip, "one slip", 0.03),
        Level(ELSE, f"another {column.replace('_', ' ')}", 0.02),
    )
    return Comparison(column, (column,), _null(column), levels)


def _text(column: str, words: str, least: float) -> Comparison:
    levels = (
        Level(_same(column), f"same {words}", 0.75, column),
        Level(_like(column, least), f"much the same {words}", 0.1),
        Level(ELSE, f"another {words}", 0.15),
    )
    return Comparison(column, (column,), _null(column), levels)


def _exact(column: str, words: str) -> Comparison:
    levels = (
        Level(_same(column), f"same {words}", 0.9, column if column not in ("sex",) else None),
        Level(ELSE, f"another {words}", 0.1),
    )
    return Comparison(column, (column,), _null(column), levels)
