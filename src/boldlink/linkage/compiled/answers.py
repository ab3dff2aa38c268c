"""Questions that no kernel knows, put to DuckDB: each distinct pair of values once, the answers kept."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from boldlink.linkage.compiled.conditions import Graph
from boldlink.linkage.compiled.encode import Encoded
from boldlink.linkage.compiled.sql import refused
from boldlink.linkage.kernels import branches
from boldlink.linkage.kernels.branches import Answers, remember

Array = np.ndarray[Any, np.dtype[Any]]
FIRST_SIZE, MOST = 1 << 12, 1 << 24  # entries of the table; beyond the most it starts anew


class Asker:
    """Holds a table of answers, and fills it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, graph: Graph, encoded: Encoded) -> None:
        self._connection, self._questions = connection, graph.questions
        self._wholes = {graph.keys[key].sql: table for key, table in encoded.wholes.items()}
        largest = max((table.num_rows for table in self._wholes.values()), default=1)
        self._bits = max(int(largest).bit_length(), 1)
        self.asked = 0
        self._known = 0
        self.answers = self._table(FIRST_SIZE)

    @property
    def needed(self) -> bool:
        """Whether the model asks anything that kernels cannot answer."""
        return bool(self._questions)

    def _table(self, size: int) -> Answers:
        return Answers(np.zeros(size, np.uint64), np.zeros(size, np.int8), np.array([self._bits], np.int64))

    def ask(self, wanted: Array) -> None:
        """Answer the keys that kernels met, and remember what was said."""
        keys = np.unique(wanted)
        self._make_room(len(keys))
        bits, mask = np.uint64(self._bits), np.uint64((1 << self._bits) - 1)
        questions = (keys >> (bits + bits)).astype(np.int64) - 1
        for number in np.unique(questions):
            chosen = keys[questions == number]
            left, right = ((chosen >> bits) & mask).astype(np.int64), (chosen & mask).astype(np.int64)
            remember(self.answers, chosen, self._answer(int(number), left, right))
        self._known += len(keys)
        self.asked += len(keys)

    def _make_room(self, more: int) -> None:
        size = len(self.answers.keys)
        if 2 * (self._known + more) <= size:
            return
        while size < 4 * (self._known + more) and size < MOST:
            size *= 2
        old = self.answers
        if 2 * (self._known + more) > size:  # full: what was said is forgotten, and asked again when met
            self._known, kept = 0, np.zeros(0, np.int64)
            size = max(size, 1 << int(4 * more).bit_length())
        else:
            kept = np.flatnonzero(old.keys)
        self.answers = self._table(size)
        remember(self.answers, old.keys[kept], old.answers[kept])

    def _answer(self, number: int, left: Array, right: Array) -> Array:
        question = self._questions[number]
        sides = {"asked": pa.table({"place_": np.arange(len(left)), "left_": left, "right_": right})}
        for name, sql in (("lefts", question.left), ("rights", question.right)):
            table = self._wholes[sql]
            sides[name] = table.append_column("number_", pa.array(np.arange(table.num_rows), pa.int64()))
        for name, table in sides.items():
            self._connection.register(name, table)
        try:
            found = self._connection.execute(
                f"""SELECT CASE WHEN v THEN {branches.YES} WHEN NOT v THEN {branches.NO} ELSE {branches.UNKNOWN} END::TINYINT AS v
                FROM (SELECT place_, ({question.sql})::BOOLEAN AS v FROM asked
                JOIN lefts l ON l.number_ = left_ JOIN rights r ON r.number_ = right_) ORDER BY place_"""
            ).fetchnumpy()["v"]
        except duckdb.Error:  # whose words quote what records hold
            raise refused(question.said, "DuckDB cannot evaluate it on these records.") from None
        finally:
            for name in sides:
                self._connection.unregister(name)
        return np.asarray(found, np.int8)
