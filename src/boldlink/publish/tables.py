"""A release's figures as grids: the released table, the linkage figures, what the markers mean."""

from __future__ import annotations

from collections.abc import Mapping

from boldlink.publish.export import Release
from boldlink.publish.grid import Grid, Heading
from boldlink.publish.messages import say, word
from boldlink.publish.released import MARKERS, ReleasedTable, is_marker


def table_grid(table: ReleasedTable) -> Grid:
    """The released table: keys head their rows, markers stand where figures are withheld."""
    keys = tuple(Heading(name, table.label(name), heads_row=True) for name in table.keys)
    figures = tuple(Heading(name, table.label(name), numeric=True) for name in table.figures)
    rows = tuple(tuple(_key(row[name]) if name in table.keys else row[name] for name in table.columns)
                 for row in table.rows)  # fmt: skip
    return Grid(table.title, keys + figures, rows)


def _key(cell: int | float | str) -> str:
    """A key is a name even when it is written in digits: 2024 is a year, not 2,024."""
    return str(cell)


def linkage_grid(release: Release) -> Grid | None:
    """One row for each confidence of linking; None when the release says nothing about linking."""
    if release.linkage is None or not release.linkage.confidences:
        return None
    figures = {
        name: given if isinstance(given, Mapping) else {"figure": given}
        for name, given in release.linkage.confidences.items()
    }
    columns = list(dict.fromkeys(column for row in figures.values() for column in row))
    heads = Heading("confidence", say("release.linkage_confidence"), heads_row=True)
    rest = tuple(Heading(name, _figure_label(release.table, name), numeric=True) for name in columns)
    rows = tuple((word(name), *(row.get(column, "[x]") for column in columns)) for name, row in figures.items())
    return Grid(say("release.linkage_caption"), (heads, *rest), rows)


def _figure_label(table: ReleasedTable, name: str) -> str:
    return say("release.linkage_figure") if name == "figure" else table.label(name)


def marker_meanings(*grids: Grid | None) -> tuple[str, ...]:
    """A sentence for each marker that the grids use, in the order of MARKERS."""
    used = {cell for grid in grids if grid for row in grid.rows for cell in row if is_marker(cell)}
    return tuple(say(f"markers.{marker.strip('[]')}") for marker in MARKERS if marker in used)
