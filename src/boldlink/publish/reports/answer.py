"""The opening paragraph: a pilot's own question answered in sentences that are filled from released tables.

Each pilot has one file of sentences in `answers/`. A sentence names a measure, perhaps rows of it, and the words; no
figure is ever typed. A figure that is missing or withheld makes the sentence say so.

    say         where there is one row:  {part} of {whole}, {rate}, {interval}, or any column by its name
    range       where there are several: highest and lowest group: {high}, {high_value}, {low}, {low_value}; {high_figure}
                and {low_figure} are the same without intervals
    lower, higher, unclear    of effects (see `clauses`): {group}, {figure}, {change} of a ratio of risks, {times} of a ratio
                of rates, {size} of a difference; which of the three, a group's interval decides
    least       groups that linking finds least often: {groups}
    beware      what a reader of the sentence must know, said after it
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from boldlink.publish.charts import Chosen, choose
from boldlink.publish.export import Period
from boldlink.publish.grid import decimals, show, spoken_date
from boldlink.publish.messages import say
from boldlink.publish.released import ReleasedTable, Row, is_number
from boldlink.publish.reports.clauses import effects, lacking
from boldlink.publish.reports.contents import Exhibit, Report

DIFFERENCE = "standardised_difference"
LARGE_PERCENT = 10.0  # beyond it a standardised difference is commonly called large (unverified)
MOST_GROUPS = 3


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer: what it is about, whence its figures come, and its words.

    figure: the column that `range` and effects read; the one that the table's chart draws, if not given. names: groups of
    the table -> how the sentence calls them.
    """

    about: str
    measure: str
    rows: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    figure: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    say: str = ""
    range: str = ""
    lower: str = ""
    higher: str = ""
    unclear: str = ""
    least: str = ""
    beware: str = ""

    def named(self, group: str) -> str:
        """A group of the table as the sentence calls it."""
        return self.names.get(group, group)


@dataclass(frozen=True)
class Answered:
    """A sentence with its figures, and the table that they come from; no table when there is none."""

    text: str
    source: Exhibit | None


@lru_cache
def sentences(use_case: str, part: str = "sentence") -> tuple[Sentence, ...]:
    """The sentences of a pilot, or of its words on `linking`; none for a use case that has no file of them."""
    path = files(__package__).joinpath("answers", f"{use_case}.toml")
    if not path.is_file():
        return ()
    return tuple(Sentence(**one) for one in tomllib.loads(path.read_text("utf-8")).get(part, ()))


def answer(report: Report) -> tuple[Answered, ...]:
    """The answer to a pilot's question, sentence by sentence, after the period that most of its figures are of."""
    told = [_filled(sentence, report) for sentence in sentences(report.use_case.id)]
    usual = _usual_period(told)
    opening = [Answered(say("report.answer_period", **_days(usual)), None)] if usual else []
    return (*opening, *(_dated(one, usual) for one in told))


def linking(report: Report) -> tuple[Answered, ...]:
    """How much hangs on the linking, and whom it finds least: what the pilot says of it, or its first table's finding."""
    if own := sentences(report.use_case.id, "linking"):
        usual = _usual_period([_filled(sentence, report) for sentence in sentences(report.use_case.id)])
        return tuple(_dated(_filled(sentence, report), usual) for sentence in own)
    return tuple(Answered(one.chart.finding, one) for one in report.of("linkage")[:1])


def _usual_period(told: Iterable[Answered]) -> Period | None:
    """The period of most sentences; of as many, the first."""
    periods = [one.source.release.period for one in told if one.source and one.source.release.period]
    return max(dict.fromkeys(periods), key=periods.count, default=None)


def _dated(one: Answered, usual: Period | None) -> Answered:
    """The sentence, with its period where that is another than the usual one."""
    period = one.source.release.period if one.source else None
    if period is None or period == usual:
        return one
    return Answered(say("report.answer_other_period", text=one.text, **_days(period)), one.source)


def _days(period: Period) -> dict[str, str]:
    return {"starts": spoken_date(period.starts), "ends": spoken_date(period.ends)}


def _filled(sentence: Sentence, report: Report) -> Answered:
    exhibits = report.measured(sentence.measure)
    if not exhibits:
        return Answered(say("report.answer_missing", about=sentence.about), None)
    for exhibit in exhibits:
        if text := _text(sentence, _kept(exhibit.table, sentence.rows)):
            return Answered(" ".join(filter(None, (text, sentence.beware))), exhibit)
    return Answered(say("report.answer_withheld", about=sentence.about), exhibits[0])


def _kept(table: ReleasedTable, wanted: Mapping[str, str | Sequence[str]]) -> ReleasedTable | None:
    """The table with the wanted rows alone; a key that it does not have asks for nothing."""
    asked = {key: [value] if isinstance(value, str) else value for key, value in wanted.items() if key in table.keys}
    rows = tuple(row for row in table.rows if all(str(row[key]) in values for key, values in asked.items()))
    return table.model_copy(update={"rows": rows}) if rows else None


def _text(sentence: Sentence, table: ReleasedTable | None) -> str:
    """The sentence in words; empty when a figure of it is not shown."""
    if table is None:
        return ""
    if sentence.say and (text := _one(sentence, table)):
        return text
    if sentence.least:
        return _least(sentence, table)
    if sentence.figure and sentence.figure not in table.figures:
        raise lacking(sentence, sentence.figure)
    chosen = choose(table, sentence.figure)
    if not chosen.bars:
        return ""
    return effects(sentence, chosen, table) if sentence.unclear else _extremes(sentence, chosen)


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
        raise lacking(self.sentence, name)


def _figures(table: ReleasedTable, row: Row) -> dict[str, Any]:
    """Every figure of a row in words; part, whole and rate are those of its first rate."""
    places = {**dict.fromkeys(table.rates, 1), **table.estimates}
    found: dict[str, Any] = {name: _shown(row[name], places.get(name)) for name in table.columns}
    for rate in [name for name in table.figures if name in table.rates][:1]:
        part, whole = table.rates[rate]
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
    values = {"high_value": chosen.words(top), "low_value": chosen.words(bottom),
              "high_figure": chosen.figure(top), "low_figure": chosen.figure(bottom)}  # fmt: skip
    return sentence.range.format(high=sentence.named(top.name), low=sentence.named(bottom.name), **values)


def _least(sentence: Sentence, table: ReleasedTable) -> str:
    """The groups whose share of the linked falls furthest short of their share of the unlinked, each by its key's name."""
    short = [row for row in table.rows if is_number(row[DIFFERENCE]) and float(row[DIFFERENCE]) <= -LARGE_PERCENT]
    short.sort(key=lambda row: float(row[DIFFERENCE]))
    if short:
        return sentence.least.format(groups="; ".join(_group(table, row) for row in short[:MOST_GROUPS]))
    return say("report.linked_alike") if any(is_number(row[DIFFERENCE]) for row in table.rows) else ""


def _group(table: ReleasedTable, row: Row) -> str:
    key, group = (row[name] for name in table.keys[:2])
    return say("report.group_linked", characteristic=key, group=group, share=_figures(table, row)["rate"])
