"""Which pairs are looked at: rules that a true pair is likely to satisfy, chosen for reach at a bounded number of pairs.

Each family of rules reaches pairs that another may miss (a wrong date of birth, a changed surname, an address that is
not there). Of a family's alternatives the first is taken that does not make too many pairs. Wider rules follow, as far
as the files are small enough to afford them, for pairs with several errors at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from boldlink.linkage.automatic.sources import Frame
from boldlink.linkage.compiled.columns import Columns
from boldlink.linkage.compiled.rules import Plan
from boldlink.linkage.model import Model
from boldlink.linkage.model import Rule as ModelRule
from boldlink.linkage.pairs.blocks import Keys, blocks_of, pair_count
from boldlink.linkage.records import Records

PAIRS_PER_RECORD = 40  # a rule's share of the budget
LEAST_PAIRS = 400_000
WIDER_PAIRS_PER_RECORD = 30  # for all wider rules together
LEAST_WIDER_PAIRS = 1_000_000
INVENTED = 20_000  # true pairs, for the expected reach


@dataclass(frozen=True)
class Rule:
    """An equality of expressions over columns. `columns`: what it looks at, for training."""

    keys: tuple[str, ...]  # SQL over one record, with its columns in double quotes
    columns: tuple[str, ...]
    crossed: tuple[tuple[str, str], ...] = ()  # expressions of the left equal to others of the right (swapped names)
    wide: bool = field(default=False, compare=False)  # reaches far, and teaches little: most of its pairs are untrue

    @property
    def sql(self) -> str:
        """The rule over `l` and `r`, as Splink's models hold it."""
        sides = [(key, key) for key in self.keys] + list(self.crossed)
        return " AND ".join(f"{_side(left, 'l')} = {_side(right, 'r')}" for left, right in sides)

    @property
    def words(self) -> str:
        """The rule as a reader would say it."""
        crossed = ["names exchanged"] if self.crossed else []
        return ", ".join([_said(key) for key in self.keys] + crossed)


def _said(key: str) -> str:
    if key in PARTS:
        return PARTS[key]
    column, first = key.split('"')[1].replace("_", " "), re.search(r", (\d+)\)$", key)
    return f"{column} (first {first[1]})" if first else column


def _side(expression: str, side: str) -> str:
    pieces = expression.split('"')
    return "".join(f'{side}."{piece}"' if n % 2 else piece for n, piece in enumerate(pieces))


def _rule(*keys: str, wide: bool = False) -> Rule:
    found = [key.split('"')[1] for key in keys]
    return Rule(tuple(keys), tuple(dict.fromkeys(found)), wide=wide)


def _c(column: str, first: int | None = None) -> str:
    return f'left("{column}", {first})' if first else f'"{column}"'


YEAR, MONTH_DAY = 'left("date_of_birth", 4)', 'substr("date_of_birth", 6)'
PARTS = {YEAR: "year of birth", MONTH_DAY: "day and month of birth"}
BIRTH, SUR, FORE = _c("date_of_birth"), _c("surname"), _c("forename")

FAMILIES: tuple[tuple[tuple[Rule, ...], ...], ...] = (
    *(
        ((_rule(_c(name)),),)
        for name in ("pnc", "cro", "nino", "nhs_number", "national_id", "prison_number", "email", "phone")
    ),
    (
        (_rule(BIRTH),),
        (_rule(BIRTH, _c("surname", 1)), _rule(BIRTH, _c("forename", 1))),
        (_rule(BIRTH, _c("surname", 3)), _rule(BIRTH, _c("forename", 3))),
        (_rule(BIRTH, _c("surname_initial")), _rule(BIRTH, _c("forename_initial"))),
        (_rule(BIRTH, _c("surname_initial"), _c("forename_initial")),),
    ),
    ((_rule(SUR, FORE),), (_rule(SUR, FORE, YEAR), _rule(SUR, FORE, MONTH_DAY))),
    ((_rule(SUR, _c("postcode")),), (_rule(SUR, _c("postcode"), _c("forename", 1)),)),
    ((_rule(FORE, _c("postcode")),), (_rule(FORE, _c("postcode"), YEAR),)),
    ((_rule(_c("surname", 4), _c("forename", 2), YEAR),),),
    ((_rule(_c("surname", 3), _c("forename", 3), MONTH_DAY),),),
    ((Rule((YEAR,), ("forename", "surname", "date_of_birth"), ((FORE, SUR), (SUR, FORE))),),),
    ((_rule(_c("postcode"), YEAR),), (_rule(_c("postcode"), YEAR, _c("forename", 1)),)),
    ((_rule(_c("address"), _c("surname", 1)),), (_rule(_c("address"), _c("surname", 3), _c("forename", 1)),)),
    ((_rule(_c("town"), SUR),), (_rule(_c("town"), SUR, _c("forename", 1)),)),
    ((_rule(_c("town"), FORE, YEAR),),),
    ((_rule(_c("surname_initial"), _c("forename_initial"), _c("outcode"), YEAR),),),
    ((_rule(_c("surname_initial"), _c("forename_initial"), _c("area"), MONTH_DAY),),),
)

WIDER: tuple[Rule, ...] = tuple(
    _rule(*keys, wide=True)
    for keys in (
        (_c("postcode"),),
        (_c("address"),),
        (_c("town"), YEAR),
        (SUR, YEAR),
        (FORE, MONTH_DAY),
        (SUR, _c("forename", 1)),
        (_c("surname", 3), _c("forename", 2)),
        (_c("postcode", 4), _c("forename", 2)),
        (_c("postcode", 4), _c("surname", 2)),
        (FORE, _c("surname", 1)),
        (FORE, YEAR),
        (SUR,),
        (MONTH_DAY,),
        (FORE,),
        (YEAR, _c("surname", 1)),
        (YEAR, _c("forename", 1)),
        (_c("town"),),
        (YEAR,),
    )
)


def choose_rules(columns: Columns, records: Records, frame: Frame, most: int | None = None) -> list[Rule]:
    """Rules that the frame's columns allow, within the budget of pairs; most: what all rules together may make."""
    budget = max(LEAST_PAIRS, PAIRS_PER_RECORD * frame.table.num_rows)
    left = float("inf") if most is None else float(most)
    chosen: list[Rule] = []
    for family in FAMILIES:
        for alternative in family:
            there = all(set(rule.columns) <= set(frame.columns) for rule in alternative)
            counts = [count_pairs(columns, records, rule) for rule in alternative] if there else []
            if there and max(counts) <= budget and sum(counts) <= left:
                chosen += alternative
                left -= sum(counts)
                break
    return [*chosen, *_wider(columns, records, frame, chosen, left)]


def _wider(columns: Columns, records: Records, frame: Frame, chosen: Sequence[Rule], most: float) -> list[Rule]:
    left = min(max(LEAST_WIDER_PAIRS, WIDER_PAIRS_PER_RECORD * frame.table.num_rows), most)
    found: list[Rule] = []
    for rule in WIDER:
        if set(rule.columns) <= set(frame.columns) and rule not in chosen:
            count = count_pairs(columns, records, rule)
            if count <= left:
                found.append(rule)
                left -= count
    return found


def count_pairs(columns: Columns, records: Records, rule: Rule) -> int:
    """How many pairs a rule makes, before others took theirs; counted by its keys, not by making them."""
    left = (*rule.keys, *(one for one, _ in rule.crossed))
    right = (*rule.keys, *(one for _, one in rule.crossed))
    plan = Plan(ModelRule(rule.sql), left, right, None, None, None)
    return pair_count(blocks_of(plan, Keys(plan, columns, records.rows), None, records)[0])


def expected_reach(model: Model, rules: Sequence[Rule], there: Mapping[str, float], seed: int = 1) -> float:
    """At least how large a share of true pairs some rule makes, if errors in different columns have nothing to do with
    each other: invented true pairs, drawn level by level from the model.

    there: by column, the share of pairs in which both sides hold it. A rule counts where everything that it looks at is
    the same; keys of first letters reach further.
    """
    rng = np.random.default_rng(seed)
    same = {}
    for one in model.comparisons:
        share = there.get(one.name, 1.0) * float(one.by_gamma[-1].m or 0.0)
        same[one.name] = rng.random(INVENTED) < share
    reached = np.zeros(INVENTED, bool)
    for rule in rules:
        if not rule.crossed and all(column in same for column in rule.columns):
            reached |= np.logical_and.reduce([same[column] for column in rule.columns])
    return float(reached.mean())
