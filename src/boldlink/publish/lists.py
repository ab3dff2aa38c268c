"""The grids of the register's pages: the lists, and what each page sets out in a table."""

from __future__ import annotations

from collections.abc import Sequence

from boldlink.publish.export import Dataset, Release, UseCase
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.messages import say, word
from boldlink.publish.register import Register, Released


def use_case_link(register: Register, id: str) -> Link | str:
    """A link to a use case's page, or its bare id when the register does not know it."""
    found = register.use_case(id)
    return Link(found.title, f"use-cases/{id}") if found else id


def dataset_link(register: Register, id: str) -> Link | str:
    """A link to a dataset's page, or its bare id when the register does not know it."""
    found = register.dataset(id)
    return Link(found.name, f"datasets/{id}") if found else id


def use_cases(register: Register) -> Grid:
    """All use cases."""
    heads = headings("title", "purpose", "status", "ends", "datasets", heads_row="title")
    rows = tuple(
        (
            Link(entry.title, f"use-cases/{entry.id}"),
            entry.summary,
            word(entry.status),
            entry.ends,
            tuple(dataset_link(register, id) for id in entry.datasets),
        )
        for entry in register.use_cases
    )
    return Grid(say("use_cases.caption"), heads, rows)


def datasets(register: Register) -> Grid:
    """All datasets."""
    heads = headings("name", "owner", "place", "pinned", "use_cases", "agreement_ends", heads_row="name")
    rows = tuple(
        (
            Link(entry.name, f"datasets/{entry.id}"),
            entry.owner_name,
            entry.place_name,
            say("datasets.pinned_yes" if entry.pinned else "datasets.pinned_no"),
            tuple(use_case_link(register, id) for id in entry.use_cases),
            max((agreement.ends for agreement in entry.agreements), default=say("datasets.no_agreement")),
        )
        for entry in register.datasets
    )
    return Grid(say("datasets.caption"), heads, rows)


def columns(dataset: Dataset) -> Grid:
    """The columns of a dataset, with who may see them."""
    heads = headings("column", "role", "classes", "description", heads_row="column")
    rows = tuple(
        (column.name, word(column.role), tuple(word(kind) for kind in column.classes), column.description)
        for column in dataset.columns
    )
    return Grid(say("dataset.columns_caption"), heads, rows)


def releases(register: Register, entries: Sequence[Released], caption: str = "") -> Grid:
    """Some releases, in the order given."""
    heads = headings("title", "use_case", "place", "released_on", "state", heads_row="title")
    rows = tuple(
        (
            Link(entry.release.title, f"releases/{entry.release.id}"),
            use_case_link(register, entry.release.use_case),
            entry.place.name,
            entry.release.released_on,
            word(entry.release.state),
        )
        for entry in entries
    )
    return Grid(caption or say("releases.caption"), heads, rows)


def corrections(register: Register, entries: Sequence[Released], caption: str) -> Grid:
    """What happened to releases after they left, newest first."""
    heads = headings("title", "correction", "on", "reasons", "decided_by", "replaced_by", heads_row="title")
    changed = [(one, entry.release) for entry in entries for one in entry.release.corrections]
    changed.sort(key=lambda pair: (-pair[0].on.toordinal(), pair[1].id))
    rows = tuple(
        (
            Link(release.title, f"releases/{release.id}"),
            word(one.kind),
            one.on,
            one.reasons,
            one.by or say("site.not_recorded"),
            _release_link(register, one.replaced_by) if one.replaced_by else "[z]",
        )
        for one, release in changed
    )
    return Grid(caption, heads, rows)


def _release_link(register: Register, id: str) -> Link | str:
    known = any(entry.release.id == id for entry in register.releases)
    return Link(id, f"releases/{id}") if known else id


def refusals(register: Register) -> Grid:
    """All refusals."""
    heads = headings("title", "use_case", "place", "on", "refused_by", "reasons", heads_row="title")
    rows = tuple(
        (
            entry.refusal.title,
            use_case_link(register, entry.refusal.use_case),
            entry.place.name,
            entry.refusal.on,
            say(f"refusals.by_{entry.refusal.kind}"),
            entry.refusal.reasons or say("refusals.no_reasons"),
        )
        for entry in register.refusals
    )
    return Grid(say("refusals.caption"), heads, rows)


def ledgers(register: Register) -> Grid:
    """Where each place's ledger stood."""
    heads = headings(
        "place", "made_on", "events", "head", "root", "public_key",
        heads_row="place", numeric=("events",), code=("head", "root", "public_key"),
    )  # fmt: skip
    rows = tuple(
        (
            entry.place.name,
            entry.made_on,
            entry.ledger.events,
            entry.ledger.head,
            entry.ledger.root or say("site.not_recorded"),
            entry.ledger.public_key,
        )
        for entry in register.witnesses
    )
    return Grid(say("how_to_check.caption"), heads, rows)


def legal_basis(use_case: UseCase) -> Grid:
    """The laws a use case relies on."""
    heads = headings("law", "for", heads_row="law")
    return Grid(say("use_case.legal_caption"), heads, tuple((b.law, b.purpose) for b in use_case.legal_basis))


def datasets_of(register: Register, use_case: UseCase) -> Grid:
    """The datasets linked for a use case; what the register does not know about one is marked [x]."""
    heads = headings("name", "owner", "place", heads_row="name")
    found = [(id, register.dataset(id)) for id in use_case.datasets]
    rows = tuple(
        (
            dataset_link(register, id),
            entry.owner_name if entry else "[x]",
            entry.place_name if entry else "[x]",
        )
        for id, entry in found
    )
    return Grid(say("use_case.datasets_caption"), heads, rows)


def organisations(use_case: UseCase) -> Grid:
    """Organisations and their parts in a use case."""
    heads = headings("organisation", "role", heads_row="organisation")
    rows = tuple((entry.name, word(entry.role)) for entry in use_case.organisations)
    return Grid(say("use_case.organisations_caption"), heads, rows)


def engagement(use_case: UseCase) -> Grid:
    """Who was asked about a use case, and what came of asking."""
    heads = headings("group", "with", "on", "heard", "changed", heads_row="group")
    rows = tuple((e.group, e.through, e.on, e.heard, e.changed) for e in use_case.engagement)
    return Grid(say("use_case.engagement_caption"), heads, rows)


def instruments(use_case: UseCase) -> Grid:
    """The signed documents under which a use case runs."""
    heads = headings("kind", "version", "signed_by", "hash", heads_row="kind", code=("hash",))
    rows = tuple((f"{word(i.kind)} ({i.id})", i.version, i.signed_by, i.hash) for i in use_case.instruments)
    return Grid(say("use_case.instruments_caption"), heads, rows)


def checks(release: Release) -> Grid:
    """The machine checks of a release."""
    heads = headings("check", "outcome", "explanation", heads_row="check")
    rows = tuple((check.name, word(check.outcome), check.explanation) for check in release.checks)
    return Grid(say("release.checks_caption"), heads, rows)
