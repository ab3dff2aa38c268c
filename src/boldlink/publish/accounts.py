"""Accounts that are one table each: law, decisions, what people said, what findings changed, corrections, destruction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boldlink.publish import lists
from boldlink.publish.account import known, list_page
from boldlink.publish.export import Finding
from boldlink.publish.form_decisions import Decision
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.messages import say, word
from boldlink.publish.page import Page, plain
from boldlink.publish.register import Register

Row = tuple[Any, ...]


def legal_bases(register: Register) -> Page:
    """Every law that a use case relies on, and what for."""
    told = [(use_case, basis) for use_case in register.use_cases for basis in use_case.legal_basis]
    rows = tuple((_use_case(register, use_case.id), basis.law, basis.purpose) for use_case, basis in told)
    grid = Grid(say("legal_bases.caption"), headings("use_case", "law", "for", heads_row="use_case"), rows)
    return list_page("legal-bases", "legal_bases", grid, [{"use_case": u.id, **plain(basis)} for u, basis in told])


def decisions(register: Register) -> Page:
    """Every decision, and everything that the programme gave up, newest first."""
    heads = headings(
        "decision", "document", "use_case", "on", "decided_by", "reasons", "conditions", heads_row="decision"
    )
    told = [(one.on, _decided(register, one)) for one in register.decisions]
    told += [(one.on, _given_up(one.kind, one.id, one.title, one.on)) for one in register.retired]
    rows = tuple(row for _, row in sorted(told, key=lambda pair: -pair[0].toordinal()))
    data = {"decisions": [plain(one) for one in register.decisions], "retired": [plain(r) for r in register.retired]}
    return list_page("decisions", "decisions", Grid(say("decisions.caption"), heads, rows), data)


def _decided(register: Register, one: Decision) -> Row:
    seats = say("decisions.seats", members=one.members, external=one.external or 0) if one.members else ""
    return (
        word(one.outcome),
        f"{word(one.kind)} ({one.document}, {one.version})",
        _use_case(register, one.use_case) if one.use_case else say("decisions.whole_programme"),
        one.on,
        f"{one.by}{seats}",
        known(one.reasons),
        one.conditions or "[z]",
    )


def _given_up(kind: str, id: str, title: str, on: Any) -> Row:
    page = Link(title, f"{'use-cases' if kind == 'use_case' else 'datasets'}/{id}")
    return (word("withdrawn"), word(kind), page, on, say("site.not_recorded"), say("site.not_recorded"), "[z]")


def engagement(register: Register) -> Page:
    """What the public said, and what changed because of it."""
    told = [(use_case.id, one) for use_case in register.use_cases for one in use_case.engagement]
    told.sort(key=lambda pair: -pair[1].on.toordinal())
    heads = headings("group", "use_case", "with", "on", "heard", "changed", heads_row="group")
    rows = tuple((e.group, _use_case(register, id), e.through, e.on, e.heard, e.changed) for id, e in told)
    data = [{"use_case": id, **plain(one)} for id, one in told]
    return list_page("engagement", "engagement", Grid(say("engagement.caption"), heads, rows), data)


def findings(register: Register) -> Page:
    """What was found, and the policy or service that it changed, or none (P35)."""
    told = [(use_case.id, one) for use_case in register.use_cases for one in use_case.findings]
    told.sort(key=lambda pair: -pair[1].on.toordinal())
    heads = headings("finding", "use_case", "answered_in", "led_to", "what_changed", "owner", "on", heads_row="finding")
    rows = tuple(_found(register, id, one) for id, one in told)
    data = [{"use_case": id, **plain(one)} for id, one in told]
    return list_page("findings", "findings", Grid(say("findings.caption"), heads, rows), data)


def _found(register: Register, use_case: str, one: Finding) -> Row:
    tables = tuple(_tables(register, use_case, one)) or say("report.not_released")
    return one.finding, _use_case(register, use_case), tables, word(one.led_to), one.what_changed, one.owner, one.on


def _tables(register: Register, use_case: str, one: Finding) -> Iterator[Link]:
    """Released tables of the measures under which a finding was published."""
    for entry in register.releases_of(use_case):
        measure = entry.release.measure
        if measure and measure.id in one.published_as:
            yield Link(entry.release.title, f"releases/{entry.release.id}")


def corrections(register: Register) -> Page:
    """Every release that was corrected or withdrawn."""
    grid = lists.corrections(register, register.releases, say("corrections.caption"))
    data = [
        {"release": entry.release.id, **plain(one)} for entry in register.releases for one in entry.release.corrections
    ]
    return list_page("corrections", "corrections", grid, data)


def destruction(register: Register) -> Page:
    """Certificates of destruction, redacted."""
    heads = headings(
        "certificate", "destroyed", "place", "agreements", "started", "finished", "method", "keys_destroyed",
        "files_removed", "surviving", "signed_by", "evidence",
        heads_row="certificate", numeric=("keys_destroyed", "files_removed"), code=("evidence",),
    )  # fmt: skip
    rows = tuple(
        (
            one.id,
            f"{word(one.kind)}: {one.about}",
            entry.place.name,
            one.agreements or "[x]",
            one.started,
            one.finished,
            f"{word(one.method)}. {one.standard}",
            one.keys_destroyed,
            one.files_removed,
            one.surviving or "[z]",
            one.signed_by or say("destruction.unsigned"),
            one.evidence,
        )
        for entry in register.certificates
        for one in (entry.certificate,)
    )
    data = [{**plain(entry.certificate), "place": entry.place.id} for entry in register.certificates]
    return list_page("destruction", "destruction", Grid(say("destruction.caption"), heads, rows), data)


def _use_case(register: Register, id: str) -> Link | str:
    return lists.use_case_link(register, id)
