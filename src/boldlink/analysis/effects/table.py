"""Estimates as a table that asks to leave: what was compared, at which link confidence, people, events, interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from boldlink.analysis.ask import Ask
from boldlink.errors import BadInput
from boldlink.values import Confidence, Measure, StatTable

if TYPE_CHECKING:
    from boldlink.analysis.methods import Effect, Estimate

COUNTS = ("people", "events")
FIGURES = ("value", "low", "high")
NEEDED = "needed_people"  # estimate of how many exposed people would show the direction of a difference
HUNDRED = 100.0
LOWER, UPPER = "Lower limit (95%)", "Upper limit (95%)"
PEOPLE_NEEDED = "People with it who would be needed to tell the direction"
WHOSE, LINK = "whose", "link"  # of a row, until it stands in a table: see `of_people`
KEYS: Mapping[str, str] = {
    "exposure": "Compared", "outcome": "Outcome", "confidence": "Link confidence", "method": "Method",
    "covariate": "Covariate",
}  # fmt: skip
Row = dict[str, Any]
Found = TypeVar("Found")
Frame = TypeVar("Frame")


def row_of(estimate: Estimate, **keys: str) -> Row:
    """One row: keys in words, people and events behind the estimate, value and limits. Differences are per 100 people."""
    times = 1.0 if estimate.scale.is_ratio or "days" in estimate.scale else HUNDRED
    figures = (estimate.value, estimate.low, estimate.high)
    shown = {name: None if one is None else times * one for name, one in zip(FIGURES, figures, strict=True)}
    return {**keys, "people": estimate.people, "events": estimate.events, **shown}


def of_people(row: Row, **numbers: Any) -> Row:
    """The row, saying of its counts that they are of these people: numbers of `person` in the row's frame, by count.

    A count that is left out is not of people. The frame is that of the row's `link`, which whoever read it sets.
    """
    return {**row, WHOSE: numbers}


def row_of_effect(effect: Effect, **keys: str) -> Row:
    """One row of a matched comparison: as `row_of`, and the people that would be needed to tell its direction.

    Needed people are rounded up to two figures: exact, they would tell the number of people behind the estimate.
    """
    needed = effect.needed_people
    return {**row_of(effect.estimate, **keys), NEEDED: None if needed is None else float(_two_figures_up(needed))}


def _two_figures_up(number: int) -> int:
    step = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // step) * step


def effect_table(
    measure: Measure,
    ask: Ask,
    rows: Sequence[Row],
    *,
    value: str,
    events: str,
    people: str = "People",
    decimals: int = 2,
    overlapping: tuple[str, ...] = ("confidence",),
    notes: Iterable[str] = (),
) -> StatTable:
    """A table of estimates. `value`: what the figure is ("Hazard ratio"); `events`: what was counted, in words.

    Raises BadInput ANALYSIS-NO-ROWS where nothing could be estimated.
    """
    if not rows:
        raise nothing(measure)
    rows = told(rows, ask)
    keys = tuple(name for name in KEYS if name in rows[0])
    estimates = dict.fromkeys(FIGURES, decimals) | ({NEEDED: 0} if NEEDED in rows[0] else {})
    return StatTable(
        measure.title,
        keys,
        COUNTS,
        rows,
        labels={
            **KEYS,
            "people": people,
            "events": events,
            "value": value,
            "low": LOWER,
            "high": UPPER,
            NEEDED: PEOPLE_NEEDED,
        },
        notes=(f"From {ask.starts:%-d %B %Y} to {ask.ends:%-d %B %Y}.", *dict.fromkeys(note for note in notes if note)),
        overlapping=tuple(name for name in overlapping if name in keys),
        estimates=estimates,
    )


def told(rows: Sequence[Row], ask: Ask) -> tuple[Row, ...]:
    """The rows of a table as they are shown, once it is told whose their counts are, if that is asked."""
    if ask.people is not None:
        for place, row in enumerate(rows):
            for count, numbers in row.get(WHOSE, {}).items():
                ask.people.claim(count, place, f"person_{row[LINK]}", numbers)
    return tuple({name: value for name, value in row.items() if name not in (WHOSE, LINK)} for row in rows)


def nothing(measure: Measure) -> BadInput:
    """The refusal of a table without a row."""
    return BadInput("ANALYSIS-NO-ROWS", f"{measure.title}: nothing could be estimated.", do="take a longer period")


def tried(estimate: Callable[[], Found]) -> tuple[Found | None, str]:
    """What a method gives, or nothing and why in words: one group too small does not silence the others.

    The refusal itself counts people, and what is said beside a table passes no check: only its kind is told.
    """
    try:
        return estimate(), ""
    except BadInput as refusal:
        return None, f"Some rows could not be estimated: {REFUSALS.get(refusal.code, 'the method refused')}."


def rows_by_confidence(
    read: Callable[[Confidence], Frame], *ways: Callable[[Frame], Iterable[Row]]
) -> tuple[list[Row], list[str]]:
    """Rows of every way to answer at every link confidence, and what is to be said of those that could not be given.

    read: the cohort at a confidence. ways: from a cohort to rows; each is tried by itself.
    """
    rows: list[Row] = []
    notes: list[str] = []
    for confidence in Confidence:
        frame = read(confidence)
        for way in ways:
            found, said = tried(partial(_listed, way, frame))
            rows += [{**row, "confidence": confidence.capitalize(), LINK: confidence} for row in found or ()]
            notes.append(said)
    return rows, notes


def _listed(way: Callable[[Frame], Iterable[Row]], frame: Frame) -> list[Row]:
    return [*way(frame)]


REFUSALS: Mapping[str, str] = {
    "METHODS-TOO-FEW": "too few people or events for the method",
    "METHODS-SEPARATION": "in some group everybody or nobody had the outcome",
    "METHODS-NO-FIT": "the model has no finite answer in these data",
    "METHODS-CONSTANT": "everybody had it, or nobody",
    "METHODS-MISSING": "a value that the method needs is not recorded for everybody",
    "METHODS-PROBABILITY": "what is known of the links does not fit these counts",
    "METHODS-NO-BETTER": "the links are no better than chance",
    "ANALYSIS-NO-QUALITY": "nothing is known of how good the links are",
}
