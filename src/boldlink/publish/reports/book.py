"""The report as a book: every table of it, its questions, and what the answers changed, one to a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from boldlink.publish.book import Book, BookTable, Notes, definition
from boldlink.publish.grid import Grid, spoken_date
from boldlink.publish.messages import say
from boldlink.publish.reports.answer import Answered, answer, linking
from boldlink.publish.reports.contents import Exhibit, Report
from boldlink.publish.reports.governance import followed, limits_of, questions


def report_book(report: Report) -> Book:
    """The book of a report."""
    notes = Notes()
    tables = [_exhibit(report, exhibit, notes) for exhibit in report.exhibits]
    source = say("report.made_on", date=spoken_date(report.made_on))
    for key, grid in (("report.sheet_questions", questions(report)), ("report.sheet_findings", followed(report))):
        if grid.rows:
            tables.append(_record(say(key), grid, source))
    return Book(
        title=say("report.book_title", title=report.use_case.title),
        intro=(report.programme.title, *_synthetic(report), report.use_case.question),
        about=tuple(_about(report)),
        contact=say("site.contact", contact=report.programme.contact),
        made_on=report.made_on,
        notes=notes.all,
        tables=tuple(tables),
    )


def _synthetic(report: Report) -> tuple[str, ...]:
    return (say("report.answer_synthetic"),) if report.programme.synthetic else ()


def _about(report: Report) -> Iterable[str]:
    yield from (_sourced(one) for one in answer(report))
    if told := linking(report):
        yield say("report.answer_linking")
        yield from (_sourced(one) for one in told)
    for missing in report.outstanding:
        yield say("report.outstanding_line", title=missing.title, state=missing.words, turn=missing.turn)
    yield say("report.made_on", date=spoken_date(report.made_on))


def _sourced(one: Answered) -> str:
    return f"{one.text} ({one.source.name})" if one.source else one.text


def _exhibit(report: Report, exhibit: Exhibit, notes: Notes) -> BookTable:
    numbers = notes.add(_notes(report, exhibit))
    source = say("workbook.source", place=exhibit.place.name, operator=exhibit.place.operator)
    return BookTable(exhibit.name, f"table_{exhibit.number}", exhibit.grid, numbers, source)


def _notes(report: Report, exhibit: Exhibit) -> Iterable[str]:
    """The notes sheet holds what limits each table, what it measures, and what stands under it on the page."""
    yield from limits_of(report, exhibit)
    if measure := exhibit.release.measure:
        yield definition(measure.title, measure.definition, measure.source, measure.official)
    yield from exhibit.table.notes


def _record(sheet: str, grid: Grid, source: str) -> BookTable:
    return BookTable(sheet, sheet.lower(), grid, (), source)
