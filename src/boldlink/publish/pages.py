"""The pages of the register: what stands on each, and what its JSON and CSV files hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from boldlink.publish import lists
from boldlink.publish.accountability import accountability
from boldlink.publish.charts import draw
from boldlink.publish.data_use import terms_grid
from boldlink.publish.export import Dataset, UseCase
from boldlink.publish.form_decisions import Retired
from boldlink.publish.grid import Grid, fields_grid, spoken_date
from boldlink.publish.messages import say
from boldlink.publish.page import Page, plain
from boldlink.publish.register import Register, Released
from boldlink.publish.tables import linkage_grid, marker_meanings, table_grid

LATEST_RELEASES = 5


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
    yield from accountability(register)
    yield from (_retired(one) for one in register.retired)
    yield _how_to_check(register)


def _overview(register: Register) -> Page:
    counts = {
        "use_cases": len(register.use_cases),
        "datasets": len(register.datasets),
        "releases": len(register.releases),
        "refusals": len(register.refusals),
        "events": sum(witness.ledger.events for witness in register.witnesses),
    }
    data = {"programme": plain(register.programme), "figures": counts}
    latest = lists.releases(register, register.releases[:LATEST_RELEASES])
    content = {"counts": counts, "latest": latest}
    return Page("index", "overview.html", say("overview.title"), data, fields_grid(data), content)


def _list(path: str, section: str, grid: Grid, entries: Sequence[Any]) -> Page:
    content = {"grid": grid, "lede": say(f"{section}.lede"), "empty": say(f"{section}.empty")}
    return Page(path, "list.html", say(f"{section}.title"), [plain(entry) for entry in entries], grid, content)


def _use_case(register: Register, use_case: UseCase) -> Page:
    content = {
        "use_case": use_case,
        "places": tuple(register.place_name(place) for place in use_case.places),
        "legal_basis": lists.legal_basis(use_case),
        "datasets": lists.datasets_of(register, use_case),
        "organisations": lists.organisations(use_case),
        "engagement": lists.engagement(use_case),
        "instruments": lists.instruments(use_case),
        "data_use": terms_grid(register, use_case),
        "releases": lists.releases(register, register.releases_of(use_case.id), say("use_case.releases_caption")),
    }
    data = plain(use_case)
    return Page(f"use-cases/{use_case.id}", "use_case.html", use_case.title, data, fields_grid(data), content)


def _dataset(register: Register, dataset: Dataset) -> Page:
    grid = lists.columns(dataset)
    uses = tuple(lists.use_case_link(register, id) for id in dataset.use_cases)
    content = {"dataset": dataset, "columns": grid, "uses": uses}
    return Page(f"datasets/{dataset.id}", "dataset.html", dataset.name, plain(dataset), grid, content)


def _release(register: Register, released: Released) -> Page:
    release = released.release
    grid, linkage = table_grid(release.table), linkage_grid(release)
    content = {
        "release": release,
        "place": released.place,
        "use_case": lists.use_case_link(register, release.use_case),
        "chart": draw(release.table, breaks=release.measure.breaks if release.measure else ()),
        "figures": grid,
        "markers": marker_meanings(grid, linkage),
        "linkage": linkage,
        "checks": lists.checks(release),
        "corrections": lists.corrections(register, [released], say("release.corrections_caption")),
    }
    data = {**plain(release), "place": plain(released.place)}
    return Page(f"releases/{release.id}", "release.html", release.title, data, grid, content, released)


def _retired(retired: Retired) -> Page:
    """An address that was once published keeps saying what became of it."""
    path = f"{'use-cases' if retired.kind == 'use_case' else 'datasets'}/{retired.id}"
    data = plain(retired)
    content = {"lede": say(f"retired.{retired.kind}", date=spoken_date(retired.on)), "sections": ()}
    return Page(path, "account.html", retired.title, data, fields_grid(data), content)


def _how_to_check(register: Register) -> Page:
    grid = lists.ledgers(register)
    data = [
        {
            "place": plain(witness.place),
            "made_on": witness.made_on.isoformat(),
            "ledger": plain(witness.ledger),
        }
        for witness in register.witnesses
    ]
    notes = [(witness.place.name, witness.ledger.note) for witness in register.witnesses if witness.ledger.note]
    content = {"grid": grid, "notes": notes}
    return Page("how-to-check", "how_to_check.html", say("how_to_check.title"), data, grid, content)


def _records(register: Register) -> list[dict[str, Any]]:
    """Releases without their tables, which stand on their own pages."""
    return [
        {**entry.release.model_dump(mode="json", by_alias=True, exclude={"table"}), "place": entry.place.id}
        for entry in register.releases
    ]


def _refused(register: Register) -> list[dict[str, Any]]:
    return [{**plain(entry.refusal), "place": entry.place.id} for entry in register.refusals]
