"""The algorithmic transparency record of the linkage: what the tool does, who owns it, on which data, with which risks.

Its words are data (transparency/en.toml); its figures, owners, datasets and agreements come from the places' exports. What
these do not tell says "Not recorded". Research linkage is probably outside the standard's mandatory scope, since it decides
about nobody; the record is given all the same. Source: Algorithmic Transparency Recording Standard, version 4.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from boldlink.publish.account import Section, account_page
from boldlink.publish.grid import Grid, headings, spoken_date
from boldlink.publish.linkage_quality import about_linking
from boldlink.publish.messages import LANGUAGE, say, word
from boldlink.publish.page import Page
from boldlink.publish.register import Register
from boldlink.publish.released import is_number

PATH = "algorithmic-transparency"


@lru_cache
def _record(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("transparency", f"{language}.toml").read_text("utf-8"))


def algorithmic_transparency(register: Register) -> Page:
    """The record as a page; every field by its number and key in JSON and CSV."""
    told = record(register)
    sections = [
        Section(part["id"], part["heading"], facts=tuple((one["name"], one["text"]) for one in part["fields"]))
        for part in told["sections"]
    ]
    heads = headings("number", "field", "value", heads_row="field")
    rows = tuple((one["number"], one["name"], one["text"]) for part in told["sections"] for one in part["fields"])
    title, lede = say("algorithmic_transparency.title"), say("algorithmic_transparency.lede")
    return account_page(PATH, title, lede, sections, told, Grid(title, heads, rows))


def record(register: Register) -> dict[str, Any]:
    """The record: its standard, and its sections of fields (number, key, name, text)."""
    words, known = _record(LANGUAGE), _known(register)
    known = {name: value or words["not_recorded"] for name, value in known.items()}
    known["not_recorded"] = words["not_recorded"]
    return {
        "standard": words["standard"],
        "sections": [
            {**part, "fields": [{**one, "text": one["text"].format_map(known)} for one in part["fields"]]}
            for part in words["section"]
        ],
    }


def _known(register: Register) -> Mapping[str, str]:
    """What the exports tell; empty where they tell nothing."""
    assessed = [one.id for one in register.assessments] + [one.id for one in register.ethics]
    uses = [use_case.data_use for use_case in register.use_cases if use_case.data_use]
    pairs = [pair for use in uses for pair in use.linkage]
    kept = [use.kept_until for use in uses if use.kept_until]
    return {
        "programme": register.programme.title,
        "contact": register.programme.contact,
        "organisations": _joined(one.name for use_case in register.use_cases for one in use_case.organisations),
        "phase": _joined(word(use_case.status) for use_case in register.use_cases),
        "areas": _joined(one.area.rstrip(".") for one in register.assessments),
        "use_cases": str(len(register.use_cases)),
        "datasets": str(len(register.datasets)),
        "pairs": str(len(set(pairs))),
        "places": _joined(witness.place.name for witness in register.witnesses),
        "owners": _joined(post for one in register.assessments for post in one.signed_by),
        "benefits": _joined((use_case.public_benefit for use_case in register.use_cases), " "),
        "alternatives": _joined((one.another_way for one in register.assessments), " "),
        "frequency": _joined(use.frequency.rstrip(".") for use in uses),
        "notices": _joined(use.privacy_notice for use in uses),
        "releases": str(len(register.releases)),
        "refusals": str(len(register.refusals)),
        "aims": _aims(register),
        "linkage_tables": str(sum(about_linking(entry) for entry in register.releases)),
        "compared": _compared(register),
        "sources": _joined(f"{one.name} ({one.owner_name})" for one in register.datasets),
        "classes": _joined(word(kind) for one in register.datasets for kind in one.classes),
        "kept": say("data_use.kept_until", date=spoken_date(max(kept))) if kept else "",
        "agreements": _joined(agreement.id for one in register.datasets for agreement in one.agreements),
        "assessments": _joined(assessed),
    }


def _joined(texts: Iterable[str], by: str = "; ") -> str:
    return by.join(dict.fromkeys(text for text in texts if text))


def _compared(register: Register) -> str:
    def name(id: str) -> str:
        found = register.dataset(id)
        return found.name if found else id

    return _joined(
        f"{say('data_use.pair', one=name(one), other=name(other))}: {use_case.title}"
        for use_case in register.use_cases
        if use_case.data_use
        for one, other in use_case.data_use.linkage
    )


def _aims(register: Register) -> str:
    """The precision that each confidence aims at, as releases tell it."""
    told: dict[str, str] = {}
    for entry in register.releases:
        confidences = entry.release.linkage.confidences if entry.release.linkage else {}
        for name, figures in confidences.items():
            aim = figures.get("expected_precision") if isinstance(figures, Mapping) else None
            if is_number(aim):
                told[name] = f"{word(name)} {aim:.0%}"
    return _joined(told.values())
