"""What a chart shows, in one sentence, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from boldlink.publish.charts.choice import Bar, Chosen
from boldlink.publish.messages import say

MIDDLE = "medium"
CONFIDENCES = {"high", MIDDLE, "low"}


def finding(chosen: Chosen) -> str:
    """Highest and lowest; of effects, which are told from no effect and which are not."""
    if not chosen.bars:
        return say("chart.nothing", measure=chosen.measure)
    if chosen.null is not None and chosen.has_intervals:
        return _effects(chosen)
    return _range(chosen)


def _compared(chosen: Chosen) -> tuple[Bar, ...]:
    """The bars to compare: of several groups at several link confidences, those at the middle one, named without it."""
    middle = tuple(replace(bar, series="") for bar in chosen.bars if bar.series.casefold() == MIDDLE)
    return middle if len(middle) > 1 and {bar.series.casefold() for bar in chosen.bars} <= CONFIDENCES else chosen.bars


def _range(chosen: Chosen) -> str:
    bars = _compared(chosen)
    measure = chosen.measure if bars is chosen.bars else say("chart.at_middle", measure=chosen.measure)
    top, bottom = max(bars, key=lambda bar: bar.figure), min(bars, key=lambda bar: bar.figure)
    high, low = (listed([bar.name for bar in bars if bar.figure == edge.figure]) for edge in (top, bottom))
    values = {"high_value": chosen.words(top), "low_value": chosen.words(bottom)}
    if len(bars) == 1:
        return say("chart.single", measure=measure, high=high, **values)
    if top.figure == bottom.figure:
        return say("chart.same", measure=measure, **values)
    key = "chart.range_overall" if chosen.overall else "chart.range"
    return say(key, measure=measure, high=high, low=low, overall=chosen.overall, **values)


def _effects(chosen: Chosen) -> str:
    """An interval that lies on one side of no effect tells a direction; one that holds it tells none."""
    null = chosen.null or 0.0
    sides = (
        ("chart.below", [bar for bar in chosen.bars if bar.high is not None and bar.high < null]),
        ("chart.above", [bar for bar in chosen.bars if bar.low is not None and bar.low > null]),
        ("chart.unclear", [bar for bar in chosen.bars if _holds(bar, null)]),
    )
    parts = [say(key, names=joined(_groups(chosen, bars)), null=f"{null:g}") for key, bars in sides if bars]
    return say("chart.effects", measure=chosen.measure, parts="; ".join(parts))


def _groups(chosen: Chosen, bars: Sequence[Bar]) -> list[str]:
    """Groups by name; of one that stands here with some of its series only, which."""
    found = []
    for group in dict.fromkeys(bar.group for bar in bars):
        here = [bar.series for bar in bars if bar.group == group]
        whole = len(here) == sum(bar.group == group for bar in chosen.bars)
        found.append(group if whole else f"{group} ({', '.join(here)})")
    return found


def _holds(bar: Bar, null: float) -> bool:
    """One without an interval tells no direction either."""
    return bar.low is None or bar.high is None or bar.low <= null <= bar.high


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them; of more than three, two and how many others."""
    if len(names) > 3:
        return say("chart.others", names=", ".join(names[:2]), count=len(names) - 2)
    return joined(names)


def joined(names: Sequence[str]) -> str:
    """Every name, as a sentence lists them."""
    return say("chart.and").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def remarks(chosen: Chosen, most: int) -> Iterable[str]:
    """What is drawn at its totals only, what is not drawn, and why."""
    if chosen.held:
        yield say("chart.held", keys=", ".join(chosen.held))
    if chosen.omitted and chosen.bars:
        yield say("chart.omitted", groups="; ".join(chosen.omitted))
    if len({bar.stretch for bar in chosen.bars}) > 1:
        yield say("chart.broken")
    if len(chosen.bars) > most:
        yield say("chart.crowded", bars=len(chosen.bars))
