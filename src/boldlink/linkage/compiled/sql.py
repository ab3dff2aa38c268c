"""SQL expressions as trees, by DuckDB's own parser: whose record each part looks at, and its text again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import duckdb

from boldlink.errors import BadRecords

Tree = dict[str, Any]
Side = Literal["l", "r"]
FORBIDDEN = {
    "SUBQUERY": "a query inside it",
    "WINDOW": "a window function",
    "STAR": "a star",
    "PARAMETER": "a parameter",
    "COLLATE": "a collation: values are compared byte by byte; use lower() and the like",
}
# Functions that stop at values that they cannot read, as a cast does.
STRICT = frozenset(
    {"strptime", "jaccard", "hamming", "mismatches", "error", "make_date", "make_timestamp", "make_time"}
)


# What a query has besides what it selects: a condition that closes its bracket early could smuggle these in.
BESIDES = ("where_clause", "group_expressions", "having", "qualify", "sample", "modifiers")


class Expressions:
    """Parses conditions and writes their parts as SQL.

    style: "suffix" for comparison levels (name_l, name_r), "table" for blocking rules (l.name, r.name).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, style: Literal["suffix", "table"]) -> None:
        self._connection, self._style = connection, style
        self._functions = functions_of(duckdb.__version__)
        self._trees: dict[str, Tree] = {}
        self._texts: dict[str, str] = {}

    def parse(self, sql: str) -> Tree:
        """The tree of a condition. Raises BadRecords if it is not one that can be honoured."""
        tree = self._tree(sql)
        self._check(tree, sql)
        return tree

    def _tree(self, sql: str) -> Tree:
        if sql not in self._trees:
            self._trees[sql] = self._parsed(sql)
        return self._trees[sql]

    def _parsed(self, sql: str) -> Tree:
        rows = self._connection.execute("SELECT json_serialize_sql($1)", [f"SELECT ({sql}\n)"]).fetchall()
        held: dict[str, Any] = json.loads(rows[0][0])
        if held["error"]:
            raise refused(sql, "DuckDB cannot parse it.")
        statements = held["statements"]
        node = statements[0]["node"] if len(statements) == 1 else {}
        chosen = node.get("select_list", [])
        more = {name for name in BESIDES if node.get(name)} or node.get("from_table", {}).get("type") != "EMPTY"
        if len(chosen) != 1 or more or chosen[0].get("function_name") == "row":
            raise refused(sql, "it is not one condition.")
        tree: Tree = _bare(chosen[0])
        return tree

    def text(self, tree: Tree) -> str:
        """SQL of a tree."""
        query = {"error": False, "statements": [{"node": {**_SELECT, "select_list": [tree]}, "named_param_map": []}]}
        asked = json.dumps(query)
        if asked not in self._texts:
            rows = self._connection.execute("SELECT json_deserialize_sql($1)", [asked]).fetchall()
            self._texts[asked] = str(rows[0][0])[len("SELECT ") :]
        return self._texts[asked]

    def sides(self, tree: Tree, bound: frozenset[str] = frozenset()) -> frozenset[str]:
        """Whose columns a tree looks at: l, r; or x for a name that a lambda around it binds."""
        return frozenset(self._side(names, bound) for names, bound in columns(tree, bound))

    def _side(self, names: list[str], bound: frozenset[str]) -> str:
        if names[0] in bound:
            return "x"
        if self._style == "table":
            return names[0].lower() if len(names) > 1 else "?"
        ending = names[0][-2:].lower()
        return ending[1] if ending in ("_l", "_r") and len(names[0]) > 2 else "?"

    def names(self, sql: str) -> list[str]:
        """The columns that an expression over one record looks at."""
        return [names[0] for names, _ in columns(self._tree(sql), frozenset())]

    def is_column(self, sql: str) -> bool:
        """Whether an expression over one record is a column, and nothing more."""
        tree = self._tree(sql)
        return tree["class"] == "COLUMN_REF" and len(tree["column_names"]) == 1

    def same_column(self, sql: str) -> str | None:
        """The column, in lower case, of a condition that asks for nothing but that it is the same in both records."""
        tree = self._tree(sql)
        if tree["type"] != "COMPARE_EQUAL" or any(tree[side]["class"] != "COLUMN_REF" for side in ("left", "right")):
            return None
        names = {tree[side]["column_names"][0].lower() for side in ("left", "right")}
        ends = {name[-2:] for name in names}
        bases = {name[:-2] for name in names}
        return bases.pop() if ends == {"_l", "_r"} and len(bases) == 1 else None

    def of_one_record(self, tree: Tree) -> str:
        """SQL of a tree that looks at one side only, over that record's own column names."""
        return self.text(self._stripped(tree, frozenset()))

    def items(self, parts: list[Tree], arrays: tuple[str, ...]) -> str:
        """SQL for the list of keys that a record has when each of its arrays stands for one item after another."""
        names = {name.lower(): f"item_{n}" for n, name in enumerate(arrays)}
        texts = [self.text(_renamed(self._stripped(part, frozenset()), names)) for part in parts]
        there = " AND ".join(f"({text}) IS NOT NULL" for text in texts)
        several = f"to_json([{', '.join(f'({text})::VARCHAR' for text in texts)}])::VARCHAR"
        found = texts[0] if len(texts) == 1 else f"CASE WHEN {there} THEN {several} END"
        for depth, (name, item) in enumerate(reversed(list(names.items()))):
            found = f'list_transform("{name}", lambda {item}: {found})'
            found = f"flatten({found})" if depth else found
        return found

    def _stripped(self, tree: Any, bound: frozenset[str]) -> Any:
        if isinstance(tree, list):
            return [self._stripped(one, bound) for one in tree]
        if not isinstance(tree, dict):
            return tree
        if tree.get("class") == "COLUMN_REF" and tree["column_names"][0] not in bound:
            names = tree["column_names"]
            own = names[1:] if self._style == "table" else [names[0][:-2], *names[1:]]
            return {**tree, "column_names": own}
        inner = bound | _parameters(tree) if tree.get("class") == "LAMBDA" else bound
        return {name: value if name == "lhs" else self._stripped(value, inner) for name, value in tree.items()}

    def parameters(self, function: Tree) -> frozenset[str]:
        """Names that a lambda binds."""
        return _parameters(function)

    def _check(self, tree: Tree, sql: str) -> None:
        for part in walk(tree):
            if part.get("class") in FORBIDDEN:
                raise refused(sql, f"it holds {FORBIDDEN[part['class']]}.")
            if part.get("class") == "FUNCTION":
                self._check_function(part["function_name"], sql)
        if unknown := self.sides(tree) - {"l", "r"}:
            named = "l. or r." if self._style == "table" else "_l or _r"
            raise refused(sql, f"it names a column without {named} ({len(unknown)} such name(s)).")

    def _check_function(self, name: str, sql: str) -> None:
        kinds = self._functions.get(name.lower())
        if kinds is None and name.isidentifier():
            raise refused(sql, f"DuckDB has no function {name}.")
        if kinds and not any(kind in ("scalar", "macro") for kind, _ in kinds):
            raise refused(sql, f"{name} is not a function of one pair.")
        if kinds and any(stability == "VOLATILE" for _, stability in kinds):
            raise refused(sql, f"{name} does not give the same answer twice.")


@cache
def functions_of(version: str) -> dict[str, set[tuple[str, str]]]:
    """DuckDB's functions: name -> kinds and whether they give the same answer twice."""
    found: dict[str, set[tuple[str, str]]] = {}
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT function_name, function_type, stability FROM duckdb_functions()").fetchall()
    for name, kind, stability in rows:
        found.setdefault(name, set()).add((kind, stability))
    return found


TAKE_LAMBDAS = ("list_", "array_", "apply", "filter", "reduce")
_FUNCTION: Tree = {
    "class": "FUNCTION", "type": "FUNCTION", "alias": "", "schema": "", "catalog": "", "filter": None, "distinct": False,
    "order_bys": {"type": "ORDER_MODIFIER", "orders": []}, "is_operator": False, "export_state": False,
}  # fmt: skip
_SELECT: Tree = {
    "type": "SELECT_NODE", "modifiers": [], "cte_map": {"map": []}, "from_table": {"type": "EMPTY", "alias": "", "sample": None},
    "where_clause": None, "group_expressions": [], "group_sets": [], "aggregate_handling": "STANDARD_HANDLING",
    "having": None, "sample": None, "qualify": None,
}  # fmt: skip


def _bare(tree: Any, inside: str = "") -> Any:
    """Without places in the text, so that equal conditions are equal trees; and with x -> y as DuckDB 2 wants it.

    The arrow is a lambda inside a function that takes one, and asks for a part of JSON anywhere else.
    """
    if isinstance(tree, list):
        return [_bare(one, inside) for one in tree]
    if not isinstance(tree, dict):
        return tree
    inside = str(tree["function_name"]).lower() if tree.get("class") == "FUNCTION" else inside
    made = {name: _bare(value, inside) for name, value in tree.items() if not name.startswith("query_location")}
    if tree.get("class") == "LAMBDA" and not inside.startswith(TAKE_LAMBDAS):
        return {**_FUNCTION, "function_name": "json_extract",
                "arguments": [{"name": "", "expression": made[part]} for part in ("lhs", "expr")]}  # fmt: skip
    return {**made, "syntax_type": "LAMBDA_KEYWORD"} if tree.get("class") == "LAMBDA" else made


def _renamed(tree: Any, names: dict[str, str]) -> Any:
    """With columns put down under other names."""
    if isinstance(tree, list):
        return [_renamed(one, names) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("class") == "COLUMN_REF" and (new := names.get(tree["column_names"][0].lower())):
        return {**tree, "column_names": [new, *tree["column_names"][1:]]}
    return {name: _renamed(value, names) for name, value in tree.items()}


def walk(tree: Any) -> Iterator[Tree]:
    """All expressions of a tree, itself first."""
    if isinstance(tree, list):
        for one in tree:
            yield from walk(one)
    elif isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for value in tree.values():
            yield from walk(value)


def may_stop(tree: Any) -> bool:
    """Whether an expression may end in an error for some value."""
    return any(
        (part["class"] == "CAST" and not part.get("try_cast"))
        or (part["class"] == "FUNCTION" and str(part["function_name"]).lower() in STRICT)
        for part in walk(tree)
    )


def _parameters(lambda_: Tree) -> frozenset[str]:
    return frozenset(part["column_names"][0] for part in walk(lambda_["lhs"]) if part["class"] == "COLUMN_REF")


def columns(tree: Any, bound: frozenset[str]) -> Iterator[tuple[list[str], frozenset[str]]]:
    """Names of columns that a tree looks at, each with the names that lambdas bind there and outside."""
    if isinstance(tree, list):
        for one in tree:
            yield from columns(one, bound)
    elif isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF":
            yield tree["column_names"], bound
        elif tree.get("class") == "LAMBDA":
            inner = _parameters(tree)
            for names, held in columns(tree["expr"], bound):
                if names[0] not in inner:
                    yield names, held
        else:
            for value in tree.values():
                yield from columns(value, bound)


def refused(sql: str, why: str) -> BadRecords:
    """A condition that cannot be honoured, named by its beginning."""
    short = " ".join(sql.split()) or "(empty)"
    return BadRecords(
        "LINK-MODEL-CONDITION",
        f"The condition {short[:100]}{'…' if len(short) > 100 else ''} cannot be used.",
        why,
        "correct the model's condition; it must be DuckDB SQL over one pair of records",
    )
