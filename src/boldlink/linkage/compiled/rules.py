"""Blocking rules read into keys that both records must share, and a condition for what is left.

    l.surname = r.surname AND levenshtein(l.dob, r.dob) <= 2    ->    keys: surname; condition: levenshtein ...

A rule without a single equality has its pairs made by DuckDB.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.linkage.compiled.columns import comparable
from boldlink.linkage.compiled.conditions import Conditions, Exit, Measure, Node, number_of
from boldlink.linkage.compiled.sql import Tree, columns, refused
from boldlink.linkage.kernels import branches
from boldlink.linkage.model.model import Rule

TRUE, FALSE = -3, -2  # exits of a condition: level 1 and level 0


@dataclass(frozen=True)
class Plan:
    """How a rule's pairs are made.

    left, right: SQL over one record, whose values must be equal side by side; both empty where there is no equality.
    lists: for a rule that looks into arrays, the keys of left and right records' lists, of which one item must be shared.
    rest: where the condition begins that pairs must meet besides; None if there is none.
    whole: where the rule as a condition begins, to give its pairs to it and not to a later rule; None if keys suffice.
    """

    rule: Rule
    left: tuple[str, ...]
    right: tuple[str, ...]
    lists: tuple[int, int] | None
    rest: Exit | None
    whole: Exit | None

    @property
    def everything(self) -> bool:
        """Whether every pair is wanted."""
        return not self.left and self.lists is None and self.rest is None

    @property
    def by_duckdb(self) -> bool:
        """Whether DuckDB must make the pairs."""
        return not self.left and self.lists is None and self.rest is not None


def plan_rule(rule: Rule, conditions: Conditions) -> Plan:
    """Take a rule apart. Raises BadRecords (LINK-MODEL-CONDITION) for one that cannot be honoured."""
    equal: list[tuple[Tree, Tree]] = []
    rest: list[Tree] = []
    for part in _parts(conditions.expressions.parse(rule.sql)):
        pair = _equality(part, conditions, into_arrays=bool(rule.explode))
        if pair:
            equal.append(pair)
        elif conditions.expressions.sides(part) or conditions.add_tree(part, TRUE, FALSE, rule.sql) != TRUE:
            rest.append(part)
    if rule.explode:
        looked_into = {name.lower() for name in rule.explode}
        into = any(names[-1].lower() in looked_into for part in rest for names, _ in columns(part, frozenset()))
        if into or not equal:
            raise refused(rule.sql, "of what it looks into, a rule may ask for equalities only, and for one at least.")
        return _into_arrays(rule, equal, rest, conditions)
    left, right = (tuple(conditions.expressions.of_one_record(pair[n]) for pair in equal) for n in (0, 1))
    condition = conditions.add_tree(_joined(rest), TRUE, FALSE, rule.sql) if rest else None
    whole = conditions.add(rule.sql, TRUE, FALSE) if rest else None
    return Plan(rule, left, right, None, condition, whole)


def _into_arrays(rule: Rule, equal: list[tuple[Tree, Tree]], rest: list[Tree], conditions: Conditions) -> Plan:
    """Each record's keys, one for every item of its arrays, as a list: two records meet where their lists share one.

    rest: what must be met besides, and does not look into the arrays.
    """
    for pair in equal:
        kinds = [conditions.type_of(one) for one in pair]
        plain = kinds[0].removesuffix("[]")
        if kinds[0] != kinds[1] or not comparable(plain) or plain in ("DOUBLE", "FLOAT"):
            raise refused(
                rule.sql, "a rule that looks into arrays may compare texts, whole numbers and dates of one type."
            )
    items = [conditions.expressions.items([pair[n] for pair in equal], rule.explode) for n in (0, 1)]
    left, right = (conditions.graph.key((sql,), "list") for sql in items)
    conditions.graph.twin(left, right)
    measure = number_of(conditions.graph.measures, Measure(branches.SHARES_ANY, left, right))
    condition = conditions.add_tree(_joined(rest), TRUE, FALSE, rule.sql) if rest else None
    met = TRUE if condition is None else condition
    whole = conditions.graph.node(Node(branches.AT_LEAST, measure, 0, 1.0, met, FALSE, FALSE))
    return Plan(rule, (), (), (left, right), condition, whole)


def _parts(tree: Tree) -> list[Tree]:
    if tree["type"] != "CONJUNCTION_AND":
        return [tree]
    return [part for child in tree["children"] for part in _parts(child)]


def _joined(parts: list[Tree]) -> Tree:
    if len(parts) == 1:
        return parts[0]
    return {"class": "CONJUNCTION", "type": "CONJUNCTION_AND", "alias": "", "children": parts}


def _equality(tree: Tree, conditions: Conditions, *, into_arrays: bool) -> tuple[Tree, Tree] | None:
    """The left and the right record's side of an equality that keys can stand for."""
    pair = conditions.pair(tree) if tree["type"] == "COMPARE_EQUAL" else None
    if pair is None or into_arrays:
        return pair
    kinds = [conditions.type_of(one) for one in pair]
    same = conditions.expressions.of_one_record(pair[0]) == conditions.expressions.of_one_record(pair[1])
    return pair if kinds[0] == kinds[1] and (same or comparable(kinds[0])) else None
