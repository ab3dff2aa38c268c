"""What stands in a pilot's report: released tables in the order of its sections, numbered through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from boldlink.errors import BadInput, Waiting
from boldlink.publish.charts import Chart, draw
from boldlink.publish.export import Place, Programme, Release, UseCase
from boldlink.publish.grid import Grid
from boldlink.publish.messages import say
from boldlink.publish.register import Register, Released
from boldlink.publish.released import ReleasedTable
from boldlink.publish.reports.wilson import with_intervals
from boldlink.publish.tables import marker_meanings, table_grid

# Linkage comes first: how far an answer depends on the method of linking is known before the answer is read.
SECTIONS = ("linkage", "linked", "outcomes", "journeys", "effects", "sensitivity")


@dataclass(frozen=True)
class Outstanding:
    """A table that was asked for and is not released.

    state: awaiting_review, returned, approved, refused or rejected. reviews_needed: reviews by people that it still lacks.
    reasons: what the machine's checks found, in words with counts of cells.
    """

    title: str
    section: str
    state: str
    reviews_needed: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Where it stands, and why."""
        return " ".join((say(f"report.state_{self.state}"), *self.reasons))

    @property
    def turn(self) -> str:
        """Whose turn it is: by post, because a report names nobody."""
        return say(f"report.turn_{self.state}", needed=self.reviews_needed)


@dataclass(frozen=True)
class Exhibit:
    """One table with its number and its chart. `table` is as released, with intervals of its rates worked out from it."""

    number: int
    section: str
    released: Released
    table: ReleasedTable
    chart: Chart

    @property
    def release(self) -> Release:
        return self.released.release

    @property
    def place(self) -> Place:
        return self.released.place

    @property
    def measure_id(self) -> str:
        return self.release.measure.id if self.release.measure else ""

    @property
    def name(self) -> str:
        """What the text calls it."""
        return say("report.table_name", number=self.number)

    @property
    def grid(self) -> Grid:
        grid = table_grid(self.table)
        return Grid(say("report.table_caption", number=self.number, title=self.release.title), grid.headings, grid.rows)

    @property
    def markers(self) -> tuple[str, ...]:
        return marker_meanings(self.grid)


@dataclass(frozen=True)
class Report:
    """The whole of it. `places` are those that have spoken; `made_on` is the latest day on which one of them did."""

    programme: Programme
    use_case: UseCase
    places: tuple[Place, ...]
    made_on: date
    exhibits: tuple[Exhibit, ...]
    outstanding: tuple[Outstanding, ...]
    register: Register

    def of(self, section: str) -> tuple[Exhibit, ...]:
        """The tables of a section."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.section == section)

    def missing_of(self, section: str) -> tuple[Outstanding, ...]:
        """What a section still waits for."""
        return tuple(one for one in self.outstanding if one.section == section)

    def measured(self, measure: str) -> tuple[Exhibit, ...]:
        """The tables of a measure."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.measure_id == measure)


def contents(register: Register, use_case: str, outstanding: Sequence[Outstanding] = ()) -> Report:
    """A use case's report. Raises BadInput for a use case nobody knows, Waiting when none of its tables is released."""
    found = register.use_case(use_case)
    if found is None:
        known = ", ".join(one.id for one in register.use_cases) or "none"
        raise BadInput("REPORT-USE-CASE", f"No place speaks of a use case {use_case}.", do=f"use one of: {known}")
    exhibits = tuple(_exhibits(_latest(register.releases_of(use_case))))
    if not exhibits:
        raise _nothing(found, outstanding)
    places = tuple(witness.place for witness in register.witnesses)
    return Report(register.programme, found, places, register.made_on, exhibits, tuple(outstanding), register)


def section_of(measure: str, section: str) -> str:
    """The section of a report in which a measure stands."""
    if section == "linkage" and measure.startswith("linked-"):
        return "linked"
    return section if section in SECTIONS else "outcomes"


def _latest(newest_first: Iterable[Released]) -> list[Released]:
    """The newest table of each measure, breakdown, period and place, in the order in which they were asked for; withdrawn ones are gone."""
    found: dict[tuple[object, ...], Released] = {}
    for entry in newest_first:
        release = entry.release
        if release.state == "withdrawn":
            continue
        measure = release.measure.id if release.measure and release.measure.id else release.title
        found.setdefault((entry.place.id, measure, release.table.keys, release.period), entry)
    return list(reversed(found.values()))


def _exhibits(entries: Iterable[Released]) -> Iterable[Exhibit]:
    placed = [(_section(entry.release), entry) for entry in entries]
    placed.sort(key=lambda one: SECTIONS.index(one[0]))
    for number, (section, entry) in enumerate(placed, start=1):
        table = with_intervals(entry.release.table)
        breaks = entry.release.measure.breaks if entry.release.measure else ()
        yield Exhibit(number, section, entry, table, draw(table, f"chart-{number}", breaks))


def _section(release: Release) -> str:
    return section_of(release.measure.id, release.measure.section) if release.measure else "outcomes"


def _nothing(use_case: UseCase, outstanding: Sequence[Outstanding]) -> Waiting:
    turns = dict.fromkeys(one.turn for one in outstanding)
    return Waiting(
        "REPORT-NOTHING",
        f"Nothing has been released for {use_case.id}, so there is no report.",
        f"a report is made from released tables alone; {len(outstanding)} request(s) are not released.",
        " ".join(turns) or "`boldlink run` asks for the tables that its document lists",
        "the use case's checkers",
    )
