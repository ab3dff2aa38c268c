"""One page of the register before it has a format, and where pages stand among each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from boldlink.publish.grid import Grid, Link
from boldlink.publish.messages import say
from boldlink.publish.register import Released

MENU = {
    "index": "site.home",
    "use-cases": "site.use_cases",
    "datasets": "site.datasets",
    "releases": "site.releases",
    "refusals": "site.refusals",
    "accountability": "site.accountability",
    "how-to-check": "site.how_to_check",
}
# Pages under "accountability", in the order in which that page lists them; each stands at the register's root.
ACCOUNTS = {
    "data-use-register": "data_use_register",
    "legal-bases": "legal_bases",
    "assessments": "assessments",
    "ethics": "ethics",
    "decisions": "decisions",
    "engagement": "engagement",
    "findings": "findings",
    "linkage-quality": "linkage_quality",
    "algorithmic-transparency": "algorithmic_transparency",
    "corrections": "corrections",
    "destruction": "destruction",
}


@dataclass(frozen=True)
class Page:
    """One page. `path` is its lasting address from the register's root, without an ending.

    `content` is what the template shows, `data` what the JSON file holds, `grid` what the CSV file holds;
    `released` is set on a page that also has spreadsheets.
    """

    path: str
    template: str
    title: str
    data: Any
    grid: Grid
    content: Mapping[str, Any] = field(default_factory=dict)
    released: Released | None = None

    @property
    def section(self) -> str:
        """The path of the menu entry under which the page stands."""
        first = self.path.split("/")[0]
        return "accountability" if first in ACCOUNTS else first

    @property
    def root(self) -> str:
        """The way from the page's folder to the register's root."""
        return "../" * self.path.count("/")

    @property
    def trail(self) -> tuple[Link, ...]:
        """Links to the pages above this one."""
        if self.path == "index":
            return ()
        home, first = Link(say("site.home"), "index"), self.path.split("/")[0]
        above = [Link(say(MENU[self.section]), self.section)] if self.section != self.path else []
        if first in ACCOUNTS and first != self.path:
            above.append(Link(say(f"{ACCOUNTS[first]}.title"), first))
        return (home, *above)


def plain(entry: Any) -> Any:
    """A part of an export as JSON holds it."""
    return entry.model_dump(mode="json", by_alias=True) if isinstance(entry, BaseModel) else entry
