"""Every use case in the fields of the UK's data use register standard, so that registers can be read side by side.

Source: Health Data Research UK, "Specification for data use register fields", version 2 (19 January 2022): the Five Safes
as groups, seven fields recommended at least. What is not known says "Not recorded": nothing is invented to fill a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from boldlink.publish.account import known, list_page
from boldlink.publish.export import UseCase
from boldlink.publish.form_use import DataUse
from boldlink.publish.grid import Grid, Heading, Link, headings
from boldlink.publish.messages import say, word
from boldlink.publish.page import Page
from boldlink.publish.register import Register

STANDARD = "HDR UK data use register fields, version 2"
RECOMMENDED = (
    "organisation", "title", "lay_summary", "public_benefit", "latest_approval", "datasets", "access_type",
)  # fmt: skip
COMMITTEES = ("advice", "section_251")
NOTHING_AGREED = DataUse(agreement="none")


def terms(register: Register, use_case: UseCase) -> dict[str, dict[str, Any]]:
    """Group → field → value: text, a day, Links, or a tuple of texts; empty where nothing is recorded."""
    use = use_case.data_use or NOTHING_AGREED
    return {
        "people": {
            "organisation": tuple(one.name for one in use_case.organisations),
            "organisation_id": tuple(one.id for one in use_case.organisations),
            "sector": tuple(word(sector) for sector in use.sectors),
            "applicants": "",
            "orcid": "",
            "funders": "",
            "accreditation": "",
            "sub_licence": _shared_onward(use),
        },
        "projects": {
            "project_id": use_case.id,
            "title": use_case.title,
            "lay_summary": use_case.summary,
            "public_benefit": use_case.public_benefit,
            "category": word(use_case.lane),
            "technical_summary": tuple(f"{one.question} {one.estimand} {one.method}" for one in use_case.questions),
            "other_committees": tuple(dict.fromkeys(_committees(register, use_case))),
            "start": use_case.starts,
            "end": use_case.ends,
            "latest_approval": use_case.approved_on,
        },
        "data": _data(register, use_case, use),
        "setting": {
            "access_type": say("data_use.tre", places=", ".join(map(register.place_name, use_case.places))),
            "privacy_enhancement": tuple(one for one in (use.pseudonyms, use.disclosure_control) if one),
        },
        "outputs": {
            "outputs": tuple(
                Link(one.release.title, f"releases/{one.release.id}") for one in register.releases_of(use_case.id)
            )
        },
    }


def _shared_onward(use: DataUse) -> str:
    if use.onward_sharing == "none":
        return say("data_use.no_sub_licence")
    return word(use.onward_sharing) if use.onward_sharing else ""


def _data(register: Register, use_case: UseCase, use: DataUse) -> dict[str, Any]:
    routes = use.confidentiality
    return {
        "datasets": tuple(_dataset(register, id) for id in use_case.datasets),
        "sensitivity": say("data_use.pseudonymised"),
        "article_6": use.article_6,
        "article_9": use.article_9,
        "common_law_duty": tuple(f"{_dataset(register, one.dataset)}: {one.authority}" for one in routes),
        "opt_out": tuple(f"{_dataset(register, one.dataset)}: {word(one.opt_out)}" for one in routes),
        "frequency": use.frequency,
        "linkage_method": _linkage(register, use),
        "new_assets": _kept(use),
        "confidential_fields": tuple(_confidential(register, use_case)),
        "access_date": use_case.accessed_on,
    }


def _committees(register: Register, use_case: UseCase) -> Iterator[str]:
    for one in register.decisions:
        if one.use_case == use_case.id and one.kind in COMMITTEES:
            yield one.by
    for review in register.ethics:
        if review.use_case == use_case.id:
            yield from (group.group for group in review.groups)


def _linkage(register: Register, use: DataUse) -> tuple[str, ...]:
    pairs = [say("data_use.pair", one=_dataset(register, a), other=_dataset(register, b)) for a, b in use.linkage]
    return (say("data_use.linkage_method_text"), *pairs) if pairs else ()


def _kept(use: DataUse) -> tuple[Any, ...]:
    until = [say("data_use.kept_until", date=show_day(use.kept_until))] if use.kept_until else []
    return (*until, *([use.disposal] if use.disposal else []))


def show_day(day: date) -> str:
    """A day as it stands in text."""
    return str(known(day))


def _confidential(register: Register, use_case: UseCase) -> Iterator[str]:
    for id in use_case.datasets:
        found = register.dataset(id)
        for column in found.columns if found else ():
            if "confidential_patient" in column.classes:
                yield f"{_dataset(register, id)}: {column.name}"


def _dataset(register: Register, id: str) -> str:
    found = register.dataset(id)
    return found.name if found else id


def terms_grid(register: Register, use_case: UseCase) -> Grid:
    """One use case's fields, one to a row."""
    rows = tuple(
        (say(f"data_use.{name}"), say(f"data_use.group_{group}"), known(value))
        for group, fields in terms(register, use_case).items()
        for name, value in fields.items()
    )
    return Grid(say("data_use.caption"), headings("field", "safe", "value", heads_row="field"), rows)


def data_use_register(register: Register) -> Page:
    """All use cases: the recommended fields on the page, every field in JSON and CSV."""
    all_terms = [(use_case, terms(register, use_case)) for use_case in register.use_cases]
    data = [{"standard": STANDARD, **_json(told)} for _, told in all_terms]
    every = [name for group in all_terms[0][1].values() for name in group] if all_terms else list(RECOMMENDED)
    shown = _table(all_terms, RECOMMENDED)
    return list_page("data-use-register", "data_use_register", shown, data, _table(all_terms, every))


def _table(all_terms: list[tuple[UseCase, dict[str, dict[str, Any]]]], names: Any) -> Grid:
    heads = tuple(Heading(name, say(f"data_use.{name}"), heads_row=name == "title") for name in names)
    rows = tuple(tuple(_cell(use_case, _flat(told), name) for name in names) for use_case, told in all_terms)
    return Grid(say("data_use_register.caption"), heads, rows)


def _cell(use_case: UseCase, flat: Mapping[str, Any], name: str) -> Any:
    if name == "title":
        return Link(use_case.title, f"use-cases/{use_case.id}")
    return flat[name] if isinstance(flat[name], date) else known(flat[name])


def _flat(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: value for group in told.values() for name, value in group.items()}


def _json(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {group: {name: _plain(value) for name, value in fields.items()} for group, fields in told.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple) and value:
        return [{"title": one.text, "page": one.page} if isinstance(one, Link) else one for one in value]
    return known(value)
