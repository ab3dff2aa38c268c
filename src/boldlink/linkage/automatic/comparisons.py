"""How two records are compared: for each common meaning, levels from "the same" to "something else".

Levels are DuckDB SQL over the columns of both sides (`surname_l`, `surname_r`), as Splink's models hold them. Each says
what share of true pairs it takes to be at it before anything is known.
"""

from __future__ import annotations

from boldlink.linkage.automatic.sources import Frame
from boldlink.linkage.model import Comparison, Level

ELSE = "ELSE"


def _level(sql: str, label: str, guess: float, rarity: str | None = None) -> Level:
    return Level(sql, label, guess=guess, rarity=rarity)


def _comparison(name: str, *levels: Level) -> Comparison:
    missing = Level(_null(name), "missing", missing=True)
    return Comparison(name, (missing, *levels), name)


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
    """One letter or digit added, lost, changed or exchanged."""
    return f'damerau_levenshtein("{column}_l", "{column}_r") <= 1'


def _name(column: str, other: str, columns: set[str], aliases: bool) -> Comparison | None:
    if column not in columns:
        return None
    levels = [_level(_same(column), f"same {column}", 0.85, column)]
    if other in columns:
        swapped = f'"{column}_l" = "{other}_r" AND "{other}_l" = "{column}_r"'
        either = f'{swapped} OR list_has_any("{column}_all_l", "{column}_all_r")' if aliases else swapped
        levels.append(_level(f"({either})", "swapped names" + (", or an alias agrees" if aliases else ""), 0.02))
    if f"{column}_full" in columns:
        short_for = f'list_has_any("{column}_full_l", "{column}_full_r")'
        levels.append(_level(short_for, "one is short for the other, or both for a third", 0.02))
    short = f'(starts_with("{column}_l", "{column}_r") OR starts_with("{column}_r", "{column}_l"))'
    levels += [
        _level(_like(column, 0.92), f"much the same {column}", 0.06),
        _level(f"({_like(column, 0.8)} OR {short})", f"similar {column}, or one begins with the other", 0.03),
        _level(ELSE, f"another {column}", 0.04),
    ]
    return _comparison(column, *levels)


def _middle() -> Comparison:
    initial = 'left("middle_name_l", 1) = left("middle_name_r", 1)'
    whole = 'length("middle_name_l") > 1 AND length("middle_name_r") > 1'
    levels = (
        _level(f"{_same('middle_name')} AND {whole}", "same middle name", 0.6, None),
        _level(
            f"{initial} AND (NOT ({whole}) OR {_like('middle_name', 0.8)})",
            "initial or much of the middle name agrees",
            0.3,
        ),
        _level(ELSE, "another middle name", 0.1),
    )
    return _comparison("middle_name", *levels)


def _birth() -> Comparison:
    left, right = '"date_of_birth_l"', '"date_of_birth_r"'
    year, month, day = (f"{left}[{a}:{b}] = {right}[{a}:{b}]" for a, b in ((1, 4), (6, 7), (9, 10)))
    turned = f"{left}[1:4] = {right}[1:4] AND {left}[6:7] = {right}[9:10] AND {left}[9:10] = {right}[6:7]"
    slip = _slip("date_of_birth")
    levels = (
        _level(_same("date_of_birth"), "same date of birth", 0.93),
        _level(f"({slip} OR ({turned}))", "one slip, or day and month exchanged", 0.03),
        _level(
            f"({year} AND {month}) OR ({year} AND {day}) OR ({month} AND {day})", "two of day, month and year", 0.015
        ),
        _level(f"{year} OR {month} OR {day}", "one of day, month and year", 0.01),
        _level(ELSE, "another date of birth", 0.015),
    )
    return _comparison("date_of_birth", *levels)


def _postcode() -> Comparison:
    def part(side: str, end: str) -> str:
        return f'left("postcode_{side}", length("postcode_{side}") - {end})'

    levels = (
        _level(_same("postcode"), "same postcode", 0.7, "postcode"),
        _level(f"{part('l', '2')} = {part('r', '2')}", "same sector", 0.03),
        _level(f"{part('l', '4')} = {part('r', '4')}", "same first part", 0.05),
        _level(ELSE, "another postcode", 0.22),
    )
    return _comparison("postcode", *levels)


def _reference(column: str) -> Comparison:
    slip = _slip(column)
    levels = (
        _level(_same(column), f"same {column.replace('_', ' ')}", 0.95),
        _level(slip, "one slip", 0.03),
        _level(ELSE, f"another {column.replace('_', ' ')}", 0.02),
    )
    return _comparison(column, *levels)


def _text(column: str, words: str, least: float) -> Comparison:
    levels = (
        _level(_same(column), f"same {words}", 0.75, column),
        _level(_like(column, least), f"much the same {words}", 0.1),
        _level(ELSE, f"another {words}", 0.15),
    )
    return _comparison(column, *levels)


def _exact(column: str, words: str) -> Comparison:
    levels = (
        _level(_same(column), f"same {words}", 0.9, column if column not in ("sex",) else None),
        _level(ELSE, f"another {words}", 0.1),
    )
    return _comparison(column, *levels)
