"""How well people were linked, as far as it was released: what is compared, what is aimed at, how figures move.

Figures about links are made from people's records, so they leave a place through output checking alone: this page knows
those that did and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boldlink.publish import lists
from boldlink.publish.account import Section, account_page
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.messages import say
from boldlink.publish.page import Page, plain
from boldlink.publish.register import Register, Released
from boldlink.publish.tables import linkage_grid

MEASURED = "linkage"  # the section of a report in which measures of linking stand


def linkage_quality(register: Register) -> Page:
    """Pairs that are compared, released tables about linking, and every released figure at each confidence."""
    told = tuple(entry for entry in register.releases if about_linking(entry))
    confidences, compared = figures(register), pairs(register)
    sections = [
        Section("how", say("linkage_quality.how"), (say("linkage_quality.how_text"),)),
        Section("pairs", say("linkage_quality.pairs"), table=compared, empty=say("linkage_quality.no_pairs")),
        Section(
            "tables",
            say("linkage_quality.tables"),
            table=lists.releases(register, told, say("linkage_quality.tables_caption")),
            empty=say("linkage_quality.no_tables"),
        ),
        Section(
            "figures",
            say("linkage_quality.figures"),
            (say("linkage_quality.figures_text"),),
            table=confidences,
            empty=say("linkage_quality.no_figures"),
        ),
    ]
    title, lede = say("linkage_quality.title"), say("linkage_quality.lede")
    return account_page("linkage-quality", title, lede, sections, _data(register, told), confidences)


def about_linking(entry: Released) -> bool:
    """Is a released table about the linking itself?"""
    measure = entry.release.measure
    return measure is not None and measure.section == MEASURED


def pairs(register: Register) -> Grid:
    """Which datasets are compared, for which use case."""
    rows = tuple(
        (lists.use_case_link(register, use_case.id), *(lists.dataset_link(register, id) for id in pair))
        for use_case in register.use_cases
        if use_case.data_use
        for pair in use_case.data_use.linkage
    )
    heads = headings("use_case", "dataset", "compared_with", heads_row="use_case")
    return Grid(say("linkage_quality.pairs_caption"), heads, rows)


def figures(register: Register) -> Grid:
    """Every figure that a release gives at several confidences of linking."""
    heads = headings("title", "confidence", "measured", "figure", heads_row="title", numeric=("figure",))
    rows = tuple(row for entry in register.releases for row in _moved(entry))
    return Grid(say("linkage_quality.figures_caption"), heads, rows)


def _moved(entry: Released) -> Iterator[tuple[Any, ...]]:
    grid = linkage_grid(entry.release)
    link = Link(entry.release.title, f"releases/{entry.release.id}")
    for row in grid.rows if grid else ():
        for heading, figure in zip(grid.headings[1:] if grid else (), row[1:], strict=True):
            yield link, row[0], heading.label, figure


def _data(register: Register, told: tuple[Released, ...]) -> dict[str, Any]:
    return {
        "compared": [
            {"use_case": use_case.id, "datasets": list(pair)}
            for use_case in register.use_cases
            if use_case.data_use
            for pair in use_case.data_use.linkage
        ],
        "tables": [entry.release.id for entry in told],
        "confidences": [
            {"release": entry.release.id, "linkage": plain(entry.release.linkage)}
            for entry in register.releases
            if entry.release.linkage
        ],
    }
