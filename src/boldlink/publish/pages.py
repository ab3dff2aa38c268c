"""The pages of the register: what stands on each, and what its JSON and CSV files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from boldlink.publish import lists
from boldlink.publish.charts import draw
from boldlink.publish.export import Dataset, UseCase
from boldlink.publish.grid import Grid, Link, fields_grid
from boldlink.publish.messages import say
from boldlink.publish.register import Register, Released
from boldlink.publish.tables import linkage_grid, marker_meanings, table_grid

LATEST_RELEASES = 5
MENU = {
    "index": "site.home",
    "use-cases": "site.use_cases",
    "datasets": "site.datasets",
    "releases": "site.releases",
    "refusals": "site.refusals",
    "how-to-check": "site.how_to_check",
}


@dataclass(frozen=True)
class Page:
    """One page. `path` is its lasting address from the register's root, without an ending.

    `content` is what the template shows, `data` what the JSON file holds, `grid` what the CSV file holds;
    `released` is set on a page that also has a spreadsheet.
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
        return self.path.split("/")[0]

    @property
    def root(self) -> str:
        """The way from the page's folder to the register's root."""
        return "../" * self.path.count("/")

    @property
    def trail(self) -> tuple[Link, ...]:
        """Links to the pages above this one."""
        if self.path == "index":
            return ()
        home = Link(say("site.home"), "index")
        return (home,) if self.section == self.path else (home, Link(say(MENU[self.section]), self.section))


def pages(register: Register) -> Iterator[Page]:
    """Every page of the register."""
    yield _overview(register)
    yield _list("use-cases", "use_cases", lists.use_cases(register), register.use_cases)
    yield from (_use_case(register, use_case) for use_case in register.use_cases)
    yield _list("datasets", "datasets", lists.datasets(register), register.datasets)
    yield from (_dataset(register, dataset) for dataset in register.datasets)
    yield _list("releases", "releases", lists.releases(register, register.releases), _records(register))
    yield from (_release(register, released) for released in register.releases)
    yield _list("refusals", "refusals", lists.refusals(register), _refused(register))
    yield _how_to_check(register)


def _overview(register: Register) -> Page:
    counts = {
        "use_cases": len(register.use_cases),
        "datasets": len(register.datasets),
        "releases": len(register.releases),
        "refusals": len(register.refusals),
        "events": sum(witness.ledger.events for witness in register.witnesses),
    }
    data = {"programme": _plain(register.programme), "figures": counts}
    latest = lists.releases(register, register.releases[:LATEST_RELEASES])
    content = {"counts": counts, "latest": latest}
    return Page("index", "overview.html", say("overview.title"), data, fields_grid(data), content)


def _list(path: str, section: str, grid: Grid, entries: Sequence[Any]) -> Page:
    content = {"grid": grid, "lede": say(f"{section}.lede"), "empty": say(f"{section}.empty")}
    return Page(path, "list.html", say(f"{section}.title"), [_plain(entry) for entry in entries], grid, content)


def _use_case(register: Register, use_case: UseCase) -> Page:
    content = {
        "use_case": use_case,
        "places": tuple(register.place_name(place) for place in use_case.places),
        "legal_basis": lists.legal_basis(use_case),
        "datasets": lists.datasets_of(register, use_case),
        "organisations": lists.organisations(use_case),
        "engagement": lists.engagement(use_case),
        "instruments": lists.instruments(use_case),
        "releases": lists.releases(register, register.releases_of(use_case.id), say("use_case.releases_caption")),
    }
    data = _plain(use_case)
    return Page(f"use-cases/{use_case.id}", "use_case.html", use_case.title, data, fields_grid(data), content)


def _dataset(register: Register, dataset: Dataset) -> Page:
    grid = lists.columns(dataset)
    uses = tuple(lists.use_case_link(register, id) for id in dataset.use_cases)
    content = {"dataset": dataset, "columns": grid, "uses": uses}
    return Page(f"datasets/{dataset.id}", "dataset.html", dataset.name, _plain(dataset), grid, content)


def _release(register: Register, released: Released) -> Page:
    release = released.release
    grid, linkage = table_grid(release.table), linkage_grid(release)
    content = {
        "release": release,
        "place": released.place,
        "use_case": lists.use_case_link(register, release.use_case),
        "chart": draw(release.table),
        "figures": grid,
        "markers": marker_meanings(grid, linkage),
        "linkage": linkage,
        "checks": lists.checks(release),
    }
    data = {**_plain(release), "place": _plain(released.place)}
    return Page(f"releases/{release.id}", "release.html", release.title, data, grid, content, released)


def _how_to_check(register: Register) -> Page:
    grid = lists.ledgers(register)
    data = [
        {
            "place": _plain(witness.place),
            "made_on": witness.made_on.isoformat(),
            "ledger": _plain(witness.ledger),
        }
        for witness in register.witnesses
    ]
    return Page("how-to-check", "how_to_check.html", say("how_to_check.title"), data, grid, {"grid": grid})


def _records(register: Register) -> list[dict[str, Any]]:
    """Releases without their tables, which stand on their own pages."""
    return [
        {**entry.release.model_dump(mode="json", by_alias=True, exclude={"table"}), "place": entry.place.id}
        for entry in register.releases
    ]


def _refused(register: Register) -> list[dict[str, Any]]:
    return [{**_plain(entry.refusal), "place": entry.place.id} for entry in register.refusals]


def _plain(entry: Any) -> Any:
    return entry.model_dump(mode="json", by_alias=True) if isinstance(entry, BaseModel) else entry
