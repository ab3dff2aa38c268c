"""What an account of something holds on its page: sections, each with text, facts or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boldlink.publish.grid import Grid, fields_grid, show
from boldlink.publish.messages import say
from boldlink.publish.page import Page


@dataclass(frozen=True)
class Section:
    """One section. `id` is its address within the page; facts are (label, value); a table without rows says `empty`."""

    id: str
    heading: str
    text: tuple[str, ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()
    table: Grid | None = None
    empty: str = ""


def known(value: Any) -> Any:
    """A value as readers see it; what is not known is said to be not recorded, never left blank."""
    return say("site.not_recorded") if value in ("", None, ()) else show(value)


def facts(section: str, values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Facts labelled from a section of the messages, by the names of the values."""
    return tuple((say(f"{section}.{name}"), known(value)) for name, value in values.items())


def account_page(
    path: str, title: str, lede: str, sections: Sequence[Section], data: Any, grid: Grid | None = None
) -> Page:
    """A page of sections. Without a grid of its own, its CSV holds its data field by field."""
    content = {"lede": lede, "sections": tuple(sections)}
    return Page(path, "account.html", title, data, grid or fields_grid(data), content)


def list_page(path: str, section: str, grid: Grid, data: Any, csv: Grid | None = None) -> Page:
    """A page with one table, its words from a section of the messages. `csv`: what its CSV holds, if more."""
    content = {"grid": grid, "lede": say(f"{section}.lede"), "empty": say(f"{section}.empty")}
    return Page(path, "list.html", say(f"{section}.title"), data, csv or grid, content)
