"""A condition in SQL as a graph of questions, each with an answer for yes, no and unknown.

    "a_l" = "a_r" OR levenshtein("a_l", "a_r") <= 2      ->      SAME a? no -> AT_MOST 2 of LEVENSHTEIN a, a? ...

What looks at one record only becomes a key: a value per record, evaluated by DuckDB once per distinct value. Sameness,
missing values and the usual measures of two keys are answered by kernels. Every other condition is put to DuckDB as it
stands, over the keys of its parts, once per distinct pair of values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import duckdb

from boldlink.linkage.compiled.columns import Columns, comparable
from boldlink.linkage.compiled.sql import Expressions, Tree, may_stop, refused
from boldlink.linkage.kernels import branches as ask

T = TypeVar("T")
Exit = int  # a node's number, or -2 - level
Form = Literal["value", "share", "list", "whole"]
Need = Literal["text", "number"]
MEASURES = {
    "jaro_similarity": ask.JARO,
    "jaro_winkler_similarity": ask.JARO_WINKLER,
    "levenshtein": ask.LEVENSHTEIN,
    "editdist3": ask.LEVENSHTEIN,
    "damerau_levenshtein": ask.DAMERAU,
}
COMPARED = {
    "COMPARE_GREATERTHANOREQUALTO": ask.AT_LEAST,
    "COMPARE_GREATERTHAN": ask.ABOVE,
    "COMPARE_LESSTHANOREQUALTO": ask.AT_MOST,
    "COMPARE_LESSTHAN": ask.BELOW,
    "COMPARE_EQUAL": ask.EXACTLY,
}
TURNED = {
    ask.AT_LEAST: ask.AT_MOST,
    ask.AT_MOST: ask.AT_LEAST,
    ask.ABOVE: ask.BELOW,
    ask.BELOW: ask.ABOVE,
    ask.EXACTLY: ask.EXACTLY,
}
EXACT = 1 << 53  # whole numbers up to this are exact in a double
NUMBERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "DATE", "UINTEGER")


@dataclass(frozen=True)
class Key:
    """What one record holds: SQL over its columns. Several make a whole, which is there even where its parts are missing."""

    sql: tuple[str, ...]
    form: Form


@dataclass(frozen=True)
class Measure:
    """A number for a pair. left, right: numbers of keys (0 where a side is not looked at)."""

    kind: int
    left: int
    right: int


@dataclass(frozen=True)
class Question:
    """A condition put to DuckDB over two tuples: its columns are l.e0, l.e1 ... and r.e0, ..."""

    sql: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    said: str = field(default="", compare=False)  # the model's own words, for errors


@dataclass(frozen=True)
class Node:
    question: int
    left: int  # a key; of comparisons with a bound, a measure
    right: int  # a key
    bound: float  # the bound; of a question to DuckDB, its number
    yes: Exit
    no: Exit
    unknown: Exit


@dataclass
class Graph:
    """Everything that conditions ask, each thing once."""

    keys: list[Key] = field(default_factory=list)
    needs: dict[int, set[Need]] = field(default_factory=dict)  # what is looked up of a key's values
    twins: list[tuple[int, int]] = field(default_factory=list)  # keys whose values are compared with each other
    measures: list[Measure] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def key(self, sql: tuple[str, ...], form: Form, *needs: Need) -> int:
        number = number_of(self.keys, Key(sql, form))
        self.needs.setdefault(number, set()).update(needs)
        return number

    def twin(self, a: int, b: int) -> None:
        if a != b and (a, b) not in self.twins:
            self.twins.append((a, b))

    def node(self, node: Node) -> Exit:
        if node.yes == node.no == node.unknown:
            return node.yes
        return number_of(self.nodes, node)


def number_of(known: list[T], one: T) -> int:
    """The place of a thing among those known, to which it is added."""
    if one not in known:
        known.append(one)
    return known.index(one)


class Conditions:
    """Adds conditions of one style to a graph."""

    def __init__(
        self,
        graph: Graph,
        expressions: Expressions,
        connection: duckdb.DuckDBPyConnection,
        columns: Columns,
    ) -> None:
        self.graph, self.expressions = graph, expressions
        self._connection, self._columns = connection, columns
        self._said = ""

    def add(self, sql: str, yes: Exit, no: Exit) -> Exit:
        """Where a pair goes first so that it ends at `yes` if the condition is true, and at `no` otherwise."""
        return self.add_tree(self.expressions.parse(sql), yes, no, sql)

    def add_tree(self, tree: Tree, yes: Exit, no: Exit, said: str) -> Exit:
        """The same for a condition that is a tree already; said: how the model puts it."""
        self._said = said
        if any(not self._columns.readable(one) for one in self._strict_parts(tree)):
            return self._ask(tree, yes, no, no, columns_only=True)  # what guards them must be asked with them
        return self._branch(tree, yes, no, no)

    def _strict_parts(self, tree: Any) -> list[str]:
        """Parts of one record that may stop at a value, as SQL over that record; the largest ones."""
        if isinstance(tree, list):
            return [one for part in tree for one in self._strict_parts(part)]
        if not isinstance(tree, dict) or tree.get("class") == "LAMBDA":
            return []
        if "class" in tree and tree["class"] != "TYPE" and len(self.expressions.sides(tree)) == 1:
            return [self.expressions.of_one_record(tree)] if may_stop(tree) else []
        return [one for part in tree.values() for one in self._strict_parts(part)]

    def _branch(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit) -> Exit:
        if yes == no == unknown:
            return yes
        kind, sides = tree["type"], self.expressions.sides(tree)
        if not sides:
            return self._constant(tree, yes, no, unknown)
        if kind == "CONJUNCTION_AND":
            return self._all(tree["children"], yes, no, unknown)
        if kind == "CONJUNCTION_OR":
            return self._any(tree["children"], yes, no, unknown)
        if kind == "OPERATOR_NOT":
            return self._branch(tree["children"][0], no, yes, unknown)
        if kind == "OPERATOR_COALESCE" and _truth_of(tree) is not None:
            return self._branch(tree["children"][0], yes, no, yes if _truth_of(tree) else no)
        if kind in ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
            there, gone = (no, yes) if kind == "OPERATOR_IS_NULL" else (yes, no)
            return self._missing(tree, there, gone, sides)
        found = self._known(tree, yes, no, unknown, sides)
        return self._ask(tree, yes, no, unknown) if found is None else found

    def _constant(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit) -> Exit:
        sql = self.expressions.text(tree)
        try:
            rows = self._connection.execute(f"SELECT ({sql})::BOOLEAN").fetchall()
        except duckdb.Error:
            raise refused(self._said, "DuckDB cannot evaluate it.") from None
        value = rows[0][0] if rows else None
        return unknown if value is None else (yes if value else no)

    def _all(self, parts: list[Tree], yes: Exit, no: Exit, unknown: Exit) -> Exit:
        """Unknown only if no part is false: after an unknown part, the rest can only say no."""
        if len(parts) == 1:
            return self._branch(parts[0], yes, no, unknown)
        rest = self._all(parts[1:], yes, no, unknown)
        if unknown == yes:
            return self._branch(parts[0], rest, no, rest)
        doubtful = no if unknown == no else self._all(parts[1:], unknown, no, unknown)
        return self._branch(parts[0], rest, no, doubtful)

    def _any(self, parts: list[Tree], yes: Exit, no: Exit, unknown: Exit) -> Exit:
        if len(parts) == 1:
            return self._branch(parts[0], yes, no, unknown)
        rest = self._any(parts[1:], yes, no, unknown)
        if unknown == no:
            return self._branch(parts[0], yes, rest, rest)
        doubtful = yes if unknown == yes else self._any(parts[1:], yes, unknown, unknown)
        return self._branch(parts[0], yes, rest, doubtful)

    def _missing(self, tree: Tree, there: Exit, gone: Exit, sides: frozenset[str]) -> Exit:
        part = tree["children"][0]
        if len(sides) == 2:
            if part["class"] in ("COMPARISON", "CONJUNCTION"):
                return self._branch(part, there, there, gone)
            return self._ask(tree, gone if tree["type"] == "OPERATOR_IS_NULL" else there,
                             there if tree["type"] == "OPERATOR_IS_NULL" else gone, gone)  # fmt: skip
        key = self._key(part)
        question = ask.LEFT_MISSING if sides == {"l"} else ask.RIGHT_MISSING
        return self._fused(question, key, gone, there)

    def _fused(self, question: int, key: int, gone: Exit, there: Exit) -> Exit:
        """Two questions for missing values, and sameness after them, are one question where their exits allow."""
        following = self.graph.nodes[there] if there >= 0 else None
        other = ask.RIGHT_MISSING if question == ask.LEFT_MISSING else ask.LEFT_MISSING
        if following and following.question == other and following.yes == gone:
            second = following.right if other == ask.RIGHT_MISSING else following.left
            left, right = (key, second) if question == ask.LEFT_MISSING else (second, key)
            after = self.graph.nodes[following.no] if following.no >= 0 else None
            if after and after.question == ask.SAME and (after.left, after.right) == (left, right):
                return self.graph.node(Node(ask.SAME, left, right, 0.0, after.yes, after.no, gone))
            return self.graph.node(Node(ask.EITHER_MISSING, left, right, 0.0, gone, following.no, following.no))
        return self.graph.node(Node(question, key, key, 0.0, gone, there, there))

    def _known(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit, sides: frozenset[str]) -> Exit | None:
        """A condition that kernels answer; None for any other."""
        if len(sides) == 1:
            return self._one_sided(tree, yes, no, unknown, sides)
        if tree["class"] == "FUNCTION":
            measure = self._of_lists(tree, has_any=True) or self._beginning(tree)
            return None if measure is None else self._bounded(ask.AT_LEAST, measure, 1.0, yes, no, unknown)
        if tree["class"] != "COMPARISON":
            return None
        if tree["type"] == "COMPARE_NOTEQUAL":
            return self._known({**tree, "type": "COMPARE_EQUAL"}, no, yes, unknown, sides)
        if tree["type"] in ("COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM"):
            return self._distinct(tree, yes, no)
        found = self._same(tree, yes, no, unknown)
        return self._against_bound(tree, yes, no, unknown) if found is None else found

    def _one_sided(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit, sides: frozenset[str]) -> Exit | None:
        if self.type_of(tree) != "BOOLEAN":
            return None
        key = self._key(tree, "number")
        kind = ask.LEFT_NUMBER if sides == {"l"} else ask.RIGHT_NUMBER
        return self._bounded(ask.AT_LEAST, Measure(kind, key, key), 1.0, yes, no, unknown)

    def _same(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit) -> Exit | None:
        pair = self.pair(tree)
        if tree["type"] != "COMPARE_EQUAL" or pair is None:
            return None
        left, right = pair
        if self.type_of(left) != self.type_of(right) or not comparable(self.type_of(left)):
            return None
        a, b = self._twins(left, right)
        return self.graph.node(Node(ask.SAME, a, b, 0.0, yes, no, unknown))

    def _twins(self, left: Tree, right: Tree) -> tuple[int, int]:
        a, b = self._key(left), self._key(right)
        self.graph.twin(a, b)
        return a, b

    def _distinct(self, tree: Tree, yes: Exit, no: Exit) -> Exit | None:
        pair = self.pair(tree)
        if pair is None or self.type_of(pair[0]) != self.type_of(pair[1]) or not comparable(self.type_of(pair[0])):
            return None
        differ, agree = (yes, no) if tree["type"] == "COMPARE_DISTINCT_FROM" else (no, yes)
        a, b = self._twins(*pair)
        both = self.graph.node(Node(ask.RIGHT_MISSING, b, b, 0.0, agree, differ, differ))
        either = self.graph.node(Node(ask.LEFT_MISSING, a, a, 0.0, both, differ, differ))
        return self.graph.node(Node(ask.SAME, a, b, 0.0, agree, differ, either))

    def _against_bound(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit) -> Exit | None:
        """A measure of the pair against a constant, either way round."""
        question = COMPARED.get(tree["type"])
        for one, other, turn in ((tree["left"], tree["right"], False), (tree["right"], tree["left"], True)):
            if question is not None and not self.expressions.sides(other):
                measure = self._measure(one)
                bound = self._number(other)
                if measure is not None and bound is not None:
                    return self._bounded(TURNED[question] if turn else question, measure, bound, yes, no, unknown)
        return None

    def _bounded(self, question: int, measure: Measure, bound: float, yes: Exit, no: Exit, unknown: Exit) -> Exit:
        number = number_of(self.graph.measures, measure)
        return self.graph.node(Node(question, number, 0, bound, yes, no, unknown))

    def _measure(self, tree: Tree) -> Measure | None:
        if tree["class"] != "FUNCTION":
            return None
        name, arguments = tree["function_name"].lower(), [one["expression"] for one in tree["arguments"]]
        if name in MEASURES and len(arguments) == 2:
            return self._of_texts(MEASURES[name], arguments)
        if name in ("len", "array_length", "length") and len(arguments) == 1 and arguments[0]["class"] == "FUNCTION":
            return self._of_lists(arguments[0], has_any=False)
        if name == "abs" and len(arguments) == 1:
            inner = self._measure(arguments[0])
            return Measure(ask.APART, inner.left, inner.right) if inner and inner.kind == ask.MINUS else None
        if name == "-" and len(arguments) == 2 and self._in_order(arguments):
            left, right = arguments
            if all(self.type_of(one) in NUMBERS and self._exact(one) for one in (left, right)):
                return Measure(ask.MINUS, self._key(left, "number"), self._key(right, "number"))
        return None

    def _of_texts(self, kind: int, arguments: list[Tree]) -> Measure | None:
        if not self._in_order(arguments) or any(self.type_of(one) != "VARCHAR" for one in arguments):
            return None
        return Measure(kind, self._key(arguments[0], "text"), self._key(arguments[1], "text"))

    def _of_lists(self, tree: Tree, *, has_any: bool) -> Measure | None:
        """How many items two lists share. A missing list shares none where they are intersected, unless it is the first."""
        names = ("list_has_any", "array_has_any", "&&") if has_any else ("list_intersect", "array_intersect")
        arguments = [one["expression"] for one in tree["arguments"]]
        if tree["function_name"].lower() not in names or len(arguments) != 2 or not self._in_order(arguments):
            return None
        types = {self.type_of(one) for one in arguments}
        kind = types.pop()
        if types or not kind.endswith("[]") or not comparable(kind[:-2]):
            return None
        left, right = (self.graph.key((self.expressions.of_one_record(one),), "list") for one in arguments)
        self.graph.twin(left, right)
        return Measure(ask.SHARES_ANY if has_any else ask.SHARED, left, right)

    def _beginning(self, tree: Tree) -> Measure | None:
        arguments = [one["expression"] for one in tree["arguments"]]
        if tree["function_name"].lower() not in ("starts_with", "^@") or len(arguments) != 2:
            return None
        turned = [self.expressions.sides(one) for one in arguments] == [{"r"}, {"l"}]
        if any(self.type_of(one) != "VARCHAR" for one in arguments) or not (turned or self._in_order(arguments)):
            return None
        long, short = (self._key(one, "text") for one in arguments)
        return Measure(ask.BEGUN, short, long) if turned else Measure(ask.BEGINS, long, short)

    def _in_order(self, arguments: list[Tree]) -> bool:
        return [self.expressions.sides(one) for one in arguments] == [{"l"}, {"r"}]

    def pair(self, tree: Tree) -> tuple[Tree, Tree] | None:
        """The left record's part and the right record's, whichever stands first."""
        if self._in_order([tree["left"], tree["right"]]):
            return tree["left"], tree["right"]
        return (tree["right"], tree["left"]) if self._in_order([tree["right"], tree["left"]]) else None

    def _key(self, tree: Tree, *needs: Need) -> int:
        return self.graph.key((self.expressions.of_one_record(tree),), "value", *needs)

    def type_of(self, tree: Tree) -> str:
        return self._columns.type_of(self.expressions.of_one_record(tree)) if self.expressions.sides(tree) else ""

    def _exact(self, tree: Tree) -> bool:
        """Whether a number's values are whole in a double."""
        return self.type_of(tree) != "BIGINT" or self._columns.within(self.expressions.of_one_record(tree), EXACT)

    def _number(self, tree: Tree) -> float | None:
        try:
            rows = self._connection.execute(f"SELECT ({self.expressions.text(tree)})::DOUBLE").fetchall()
        except duckdb.Error:
            return None
        return None if not rows or rows[0][0] is None else float(rows[0][0])

    def _ask(self, tree: Tree, yes: Exit, no: Exit, unknown: Exit, *, columns_only: bool = False) -> Exit:
        parts: dict[str, list[str]] = {"l": [], "r": []}
        asked = self._parted(tree, parts, frozenset(), columns_only)
        question = Question(self.expressions.text(asked), tuple(parts["l"]), tuple(parts["r"]), self._said)
        number = number_of(self.graph.questions, question)
        left, right = (self.graph.key(tuple(parts[side]), "whole") for side in "lr")
        return self.graph.node(Node(ask.ASKED, left, right, float(number), yes, no, unknown))

    def _parted(self, tree: Any, parts: dict[str, list[str]], bound: frozenset[str], columns_only: bool) -> Any:
        """The tree with each largest part of one record, or each column, put down as that record's e0, e1, ..."""
        if isinstance(tree, list):
            return [self._parted(one, parts, bound, columns_only) for one in tree]
        if not isinstance(tree, dict):
            return tree
        if tree.get("class") == "LAMBDA":
            inner = bound | self.expressions.parameters(tree)
            return {**tree, "expr": self._parted(tree["expr"], parts, inner, columns_only)}
        if "class" in tree and tree["class"] != "TYPE" and (not columns_only or tree["class"] == "COLUMN_REF"):
            sides = self.expressions.sides(tree, bound)
            if len(sides) == 1 and (side := next(iter(sides))) in parts:
                sql = self.expressions.of_one_record(tree)
                return {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "",
                        "column_names": [side, f"e{number_of(parts[side], sql)}"]}  # fmt: skip
        return {name: self._parted(value, parts, bound, columns_only) for name, value in tree.items()}


def _truth_of(tree: Tree) -> bool | None:
    """What a missing truth counts as, for coalesce(condition, true or false)."""
    parts = tree["children"]
    logical = parts[0]["class"] in ("COMPARISON", "CONJUNCTION") or parts[0]["type"] == "OPERATOR_NOT"
    if len(parts) != 2 or not logical or parts[1]["class"] != "CONSTANT":
        return None
    text = str(parts[1].get("literal", {}).get("text", "")).lower()
    return {"true": True, "false": False}.get(text)
