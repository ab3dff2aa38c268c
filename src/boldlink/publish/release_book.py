"""One release as a book: its table, its linkage figures, and what a reader must know before using them."""

from __future__ import annotations

from collections.abc import Iterable

from boldlink.publish.book import Book, BookTable, Notes, definition
from boldlink.publish.grid import spoken_date
from boldlink.publish.messages import say
from boldlink.publish.register import Register, Released
from boldlink.publish.tables import linkage_grid, table_grid


def release_book(register: Register, released: Released) -> Book:
    """The book of a release."""
    release, place = released.release, released.place
    notes = Notes()
    source = say("workbook.source", place=place.name, operator=place.operator)
    marks = notes.add(_notes(register, released))
    tables = [BookTable(say("workbook.table"), "released", table_grid(release.table), marks, source)]
    if linkage := linkage_grid(release):
        tables.append(BookTable(say("workbook.linkage"), "linkage", linkage, (), source))
    use_case = register.use_case(release.use_case)
    about = say("workbook.about_use_case", use_case=use_case.title if use_case else release.use_case)
    published = say("workbook.published", date=spoken_date(release.released_on), id=release.id)
    return Book(
        title=release.title,
        intro=(register.programme.title, published),
        about=(release.context, about),
        contact=say("site.contact", contact=register.programme.contact),
        made_on=release.released_on,
        notes=notes.all,
        tables=tuple(tables),
    )


def _notes(register: Register, released: Released) -> Iterable[str]:
    """Whether it is synthetic, its definition, its limits."""
    release = released.release
    if register.programme.synthetic:
        yield say("workbook.note_synthetic")
    if measure := release.measure:
        yield definition(measure.title, measure.definition, measure.source, measure.official)
    yield from release.table.notes
    if release.linkage:
        yield release.linkage.note
    yield say("workbook.note_reviews", reviews=release.reviews)
