"""Effects in sentences: one for each group whose direction its interval tells, one for all those that it does not.

The words of a difference follow the Ministry of Justice's own (Justice Data Lab): "between" where the interval lies on one
side of no effect; "as many as" either way, and the people who would be needed, where it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from boldlink.errors import BadInput
from boldlink.publish.charts import Bar, Chosen
from boldlink.publish.charts.words import joined
from boldlink.publish.messages import say
from boldlink.publish.released import ReleasedTable, is_number
from boldlink.publish.reports.ratios import in_words

if TYPE_CHECKING:
    from boldlink.publish.reports.answer import Sentence

NEEDED = "needed_people"


def effects(sentence: Sentence, chosen: Chosen, table: ReleasedTable) -> str:
    """Every group of an effect, in the order of the table; those that cannot be told from chance stand together, last."""
    null = chosen.null or 0.0
    unclear = [bar for bar in chosen.bars if _direction(bar, null) == 0]
    told = [_told(sentence, chosen, bar) for bar in chosen.bars if bar not in unclear]
    if unclear:
        told.append(_unclear(sentence, chosen, unclear))
        told += _needed(sentence, table)
    return " ".join(capital(clause) for clause in told)


def _direction(bar: Bar, null: float) -> int:
    """1 or -1 where the whole interval lies above or below no effect; 0 where it does not, or there is none."""
    if bar.low is None or bar.high is None:
        return 0
    return int(bar.low > null) - int(bar.high < null)


def _told(sentence: Sentence, chosen: Chosen, bar: Bar) -> str:
    words = sentence.lower if _direction(bar, chosen.null or 0.0) < 0 else sentence.higher
    return _fill(
        sentence, words, {"group": sentence.named(bar.group), "figure": chosen.words(bar), **_sizes(chosen, bar)}
    )


def _unclear(sentence: Sentence, chosen: Chosen, bars: Sequence[Bar]) -> str:
    """One bar may say how far its interval reaches; several are listed."""
    sizes = _sizes(chosen, bars[0]) if len(bars) == 1 else {}
    groups = joined([sentence.named(bar.group) for bar in bars])
    figures = "; ".join(chosen.words(bar) for bar in bars)
    return _fill(sentence, sentence.unclear, {"group": groups, "figure": figures, **sizes})


def _fill(sentence: Sentence, words: str, values: Mapping[str, str]) -> str:
    """The words with their figures. Raises BadInput REPORT-ANSWER for a figure that such an effect does not have."""
    try:
        return words.format_map(values)
    except KeyError as missing:
        raise lacking(sentence, str(missing.args[0])) from missing


def lacking(sentence: Sentence, name: str) -> BadInput:
    """The refusal of a sentence that asks its table for what is not there."""
    return BadInput(
        "REPORT-ANSWER",
        f"A sentence of the report asks {sentence.measure} for {name}, which its table does not have.",
        do="use a column of the released table",
        ask="whoever keeps the pilot's sentences",
    )


def _sizes(chosen: Chosen, bar: Bar) -> Mapping[str, str]:
    """Of a ratio, what it changes and how many times it is; of a difference, its size and reach, in whole numbers.

    Only a ratio of risks makes anybody more or less likely to do something: of a ratio of rates it is said how many times.
    """
    if chosen.null == 1.0:
        change = in_words(bar.figure)
        return {"change": change, "than": "as" if change.endswith(" as") else "than", "times": chosen.figure(bar)}
    low, high = bar.low or 0.0, bar.high or 0.0
    near, far = sorted((abs(low), abs(high)))
    return {
        "size": _whole(bar.figure),
        "near": _whole(near),
        "far": _whole(far),
        "less": _whole(low),
        "more": _whole(high),
    }


def _whole(number: float) -> str:
    return f"{abs(round(number)):,}"


def _needed(sentence: Sentence, table: ReleasedTable) -> Iterable[str]:
    """How many people would tell the direction, where the table has one row and knows."""
    if len(table.rows) == 1 and is_number(needed := table.rows[0].get(NEEDED)):
        yield say("report.needed", needed=f"{needed:,.0f}")


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
