"""The opening paragraph: a pilot's own question answered in sentences that are filled from released tables.

Each pilot has one file of sentences in `answers/`. A sentence names a measure, perhaps rows of it, and the words; no
figure is ever typed. A figure that is missing or withheld makes the sentence say so.

    say         where there is one row:  {part} of {whole}, {rate}, {interval}, or any column by its name
    range       where there are several: highest and lowest group: {high}, {high_value}, {low}, {low_value}
    lower, higher, unclear    one clause for each group: {group}, {figure}; which of the three, its interval decides
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from boldlink.errors import BadInput
from boldlink.publish.charts import Bar, Chosen, choose
from boldlink.publish.grid import decimals, show
from boldlink.publish.messages import say
from boldlink.publish.released import ReleasedTable, Row, is_number
from boldlink.publish.reports.contents import Exhibit, Report


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer: what it is about, whence its figures come, and its words.

    figure: the column that `range` and effects read; the one that the table's chart draws, if not given.
    """

    about: str
    measure: str
    rows: Mapping[str, str] = field(default_factory=dict)
    figure: str = ""
    say: str = ""
    range: str = ""
    lower: str = ""
    higher: str = ""
    unclear: str = ""


@dataclass(frozen=True)
class Answered:
    """A sentence with its figures, and the table that they come from; no table when there is none."""

    text: str
    source: Exhibit | None


@lru_cache
def sentences(use_case: str) -> tuple[Sentence, ...]:
    """The sentences of a pilot; none for a use case that has no file of them."""
    path = files(__package__).joinpath("answers", f"{use_case}.toml")
    if not path.is_file():
        return ()
    return tuple(Sentence(**one) for one in tomllib.loads(path.read_text("utf-8"))["sentence"])


def answer(report: Report) -> tuple[Answered, ...]:
    """The answer to a pilot's question, sentence by sentence."""
    return tuple(_filled(sentence, report) for sentence in sentences(report.use_case.id))


def _filled(sentence: Sentence, report: Report) -> Answered:
    exhibits = report.measured(sentence.measure)
    if not exhibits:
        return Answered(say("report.answer_missing", about=sentence.about), None)
    for exhibit in exhibits:
        if text := _text(sentence, _kept(exhibit.table, sentence.rows)):
            return Answered(text, exhibit)
    return Answered(say("report.answer_withheld", about=sentence.about, table=exhibits[0].name), exhibits[0])


def _kept(table: ReleasedTable, wanted: Mapping[str, str]) -> ReleasedTable | None:
    """The table with the wanted rows alone; a key that it does not have asks for nothing."""
    asked = {key: value for key, value in wanted.items() if key in table.keys}
    rows = tuple(row for row in table.rows if all(str(row[key]) == value for key, value in asked.items()))
    return table.model_copy(update={"rows": rows}) if rows else None


def _text(sentence: Sentence, table: ReleasedTable | None) -> str:
    """The sentence in words; empty when a figure of it is not shown."""
    if table is None:
        return ""
    if sentence.say and (text := _one(sentence, table)):
        return text
    if sentence.figure and sentence.figure not in table.figures:
        raise _no_column(sentence, sentence.figure)
    chosen = choose(table, sentence.figure)
    if not chosen.bars:
        return ""
    return _effects(sentence, chosen) if sentence.unclear else _extremes(sentence, chosen)


def _one(sentence: Sentence, table: ReleasedTable) -> str:
    """Filled from the only row, or from the only row of totals."""
    totals = [row for row in table.rows if all(row[key] == table.total_label for key in table.keys)]
    rows = totals if len(table.rows) > 1 else table.rows
    if len(rows) != 1:
        return ""
    used = _Used(_figures(table, rows[0]), sentence)
    text = sentence.say.format_map(used)
    return "" if used.withheld else text


class _Used(dict[str, Any]):
    """Figures by name that remembers whether one that was asked for is withheld."""

    def __init__(self, figures: Mapping[str, Any], sentence: Sentence) -> None:
        super().__init__(figures)
        self.withheld = False
        self.sentence = sentence

    def __getitem__(self, name: str) -> Any:
        self.withheld |= str(super().__getitem__(name)).startswith("[")
        return super().__getitem__(name)

    def __missing__(self, name: str) -> Any:
        raise _no_column(self.sentence, name)


def _no_column(sentence: Sentence, name: str) -> BadInput:
    return BadInput(
        "REPORT-ANSWER",
        f"A sentence of the report asks {sentence.measure} for {name}, which its table does not have.",
        do="use a column of the released table",
        ask="whoever keeps the pilot's sentences",
    )


def _figures(table: ReleasedTable, row: Row) -> dict[str, Any]:
    """Every figure of a row in words; part, whole and rate are those of its first rate."""
    found: dict[str, Any] = {name: _shown(row[name], table.estimates.get(name)) for name in table.columns}
    for rate, (part, whole) in list(table.rates.items())[:1]:
        found |= {"part": found[part], "whole": found[whole], "rate": _percent(rate, found[rate])}
    bars = choose(table.model_copy(update={"rows": (row,)}))
    return found | {"interval": bars.words(bars.bars[0]) if bars.bars else "[z]"}


def _shown(cell: Any, places: int | None) -> Any:
    return show(cell, decimals([cell]) if places is None else places) if is_number(cell) else cell


def _percent(rate: str, figure: str) -> str:
    return f"{figure}%" if rate.endswith("_percent") and not figure.startswith("[") else figure


def _extremes(sentence: Sentence, chosen: Chosen) -> str:
    """Empty for a sentence that has no words for several rows, or when only one row shows: one is no comparison."""
    if len(chosen.bars) < 2:
        return ""
    top, bottom = (edge(chosen.bars, key=lambda bar: bar.figure) for edge in (max, min))
    return sentence.range.format(
        high=top.name, high_value=chosen.words(top), low=bottom.name, low_value=chosen.words(bottom)
    )


def _effects(sentence: Sentence, chosen: Chosen) -> str:
    null = chosen.null or 0.0
    clauses = [_clause(sentence, bar, null).format(group=bar.name, figure=chosen.words(bar), label=chosen.measure)
               for bar in chosen.bars]  # fmt: skip
    return " ".join(_capital(clause) for clause in clauses)


def _clause(sentence: Sentence, bar: Bar, null: float) -> str:
    if bar.high is not None and bar.high < null:
        return sentence.lower
    if bar.low is not None and bar.low > null:
        return sentence.higher
    return sentence.unclear


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def linking(report: Report) -> tuple[Answered, ...]:
    """How much hangs on the linking, from the first table of it."""
    first = report.of("linkage")[:1]
    return tuple(Answered(say("report.answer_linking", finding=one.chart.finding), one) for one in first)
