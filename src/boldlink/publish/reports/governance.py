"""Under what the figures were made, and what came of them: grids for the report's last sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from boldlink.publish import lists
from boldlink.publish.charts.words import joined
from boldlink.publish.export import Finding, Measure
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.messages import say, word
from boldlink.publish.reports.contents import Exhibit, Report


def questions(report: Report) -> Grid:
    """question -> estimand -> measure -> method -> datasets -> place, and the table that answers it."""
    heads = headings(
        "question", "estimand", "measure", "method", "datasets", "place", "answered_in",
        heads_row="question", code=("measure",),
    )  # fmt: skip
    rows = tuple(
        (one.question, one.estimand, one.measure, one.method, tuple(_dataset(report, name) for name in one.datasets),
         report.register.place_name(one.place), _answered(report, one.measure))
        for one in report.use_case.questions
    )  # fmt: skip
    return Grid(say("report.questions_caption"), heads, rows)


def followed(report: Report) -> Grid:
    """Each answer followed to what it changed (P35); one of which nothing is recorded says so."""
    heads = headings(
        "question", "answered_in", "finding", "led_to", "what_changed", "owner", "on", heads_row="question"
    )
    return Grid(say("report.findings_caption"), heads, tuple(_followed(report)))


def _followed(report: Report) -> Iterable[tuple[object, ...]]:
    findings, told = report.use_case.findings, set()
    for question in report.use_case.questions:
        own = [one for one in findings if question.measure in one.published_as]
        told.update(own)
        answered = _answered(report, question.measure)
        for one in own:
            yield question.question, answered, *_told(one)
        if not own:
            yield question.question, answered, say("report.finding_none"), "[z]", "[z]", "[z]", "[z]"
    for one in findings:
        if one not in told:
            where = tuple(name for measure in one.published_as for name in _answered(report, measure))
            yield say("report.finding_other"), where or ("[z]",), *_told(one)


def _told(one: Finding) -> tuple[object, ...]:
    return one.finding, word(one.led_to), one.what_changed, one.owner, one.on


def _answered(report: Report, measure: str) -> tuple[str, ...]:
    return tuple(exhibit.name for exhibit in report.measured(measure)) or (say("report.not_released"),)


def _dataset(report: Report, id: str) -> str:
    found = report.register.dataset(id)
    return found.name if found else id


def records(report: Report) -> tuple[tuple[str, Grid], ...]:
    """Legal basis, signed documents, who is responsible, who was asked: (heading, grid), those that hold anything."""
    use_case = report.use_case
    found = (
        (say("use_case.legal_basis"), lists.legal_basis(use_case)),
        (say("use_case.instruments"), lists.instruments(use_case)),
        (say("use_case.datasets"), lists.datasets_of(report.register, use_case)),
        (say("use_case.organisations"), lists.organisations(use_case)),
        (say("use_case.engagement"), lists.engagement(use_case)),
    )
    return tuple((heading, unlinked(grid)) for heading, grid in found if grid.rows)


def unlinked(grid: Grid) -> Grid:
    """The grid with text where it leads to other pages: a report stands alone."""
    rows = tuple(tuple(cell.text if isinstance(cell, Link) else cell for cell in row) for row in grid.rows)
    return Grid(grid.caption, grid.headings, rows)


def limitations(report: Report) -> tuple[str, ...]:
    """What a reader must know before using a figure, from the measures and places themselves: each once, and of which
    tables it is true. That nobody in it exists stands above the whole page.
    """
    general = [limit for exhibit in report.exhibits for limit in _of_section(report, exhibit)]
    notes = [exhibit.release.linkage.note for exhibit in report.exhibits if exhibit.release.linkage]
    return tuple(dict.fromkeys((*general, *_of_tables(report.exhibits), *notes)))


def _of_tables(exhibits: Sequence[Exhibit]) -> Iterable[str]:
    """What limits measures, each followed by the tables that it limits."""
    told = [(one.name, one.release.measure) for one in exhibits if one.release.measure]
    if unofficial := [name for name, measure in told if not measure.official]:
        yield say("report.limit_unofficial_tables", tables=joined(unofficial))
    for exclusion, names in _tables_of((name, measure.exclusions) for name, measure in told).items():
        yield say("report.limit_exclusion_tables", tables=joined(names), exclusion=exclusion)
    for day, names in _tables_of((name, measure.breaks) for name, measure in told).items():
        yield say("report.limit_break_tables", tables=joined(names), day=day)


def _tables_of(limited: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Limit -> the tables it is true of, both in their first order."""
    found: dict[str, list[str]] = {}
    for name, limits in limited:
        for limit in limits:
            found.setdefault(limit, []).append(name)
    return found


def limits_of(report: Report, exhibit: Exhibit) -> Iterable[str]:
    """What a reader must know before using one table: of all tables, then of its section, its measure, its links."""
    if report.programme.synthetic:
        yield say("report.synthetic")
    yield from _of_section(report, exhibit)
    if measure := exhibit.release.measure:
        yield from _limits(measure)
    if exhibit.release.linkage:
        yield exhibit.release.linkage.note


def _of_section(report: Report, exhibit: Exhibit) -> Iterable[str]:
    yield say("report.limit_rounding")
    if report.outstanding:
        yield say("report.limit_outstanding", count=len(report.outstanding))
    if exhibit.section == "effects":
        yield say("report.limit_effects")


def _limits(measure: Measure) -> Iterable[str]:
    if not measure.official:
        yield say("report.limit_unofficial", title=measure.title)
    if measure.exclusions:
        yield say("report.limit_exclusions", title=measure.title, exclusions="; ".join(measure.exclusions))
    for day in measure.breaks:
        yield say("report.limit_break", title=measure.title, day=day)
