"""A page as files: HTML from a template, JSON and CSV of the same content, for a release two spreadsheets."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from boldlink.publish.grid import csv_text, spoken_date
from boldlink.publish.messages import LANGUAGE, say, say_all, word
from boldlink.publish.opendocument import write_opendocument
from boldlink.publish.page import MENU, Page
from boldlink.publish.register import Register
from boldlink.publish.release_book import release_book
from boldlink.publish.workbook import write_workbook

FORMAT = "boldlink-register/1"


@lru_cache
def environment() -> Environment:
    """The templates of this room: every value is escaped, and one that is missing is an error."""
    found = Environment(
        loader=PackageLoader("boldlink.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(say=say, say_all=say_all, word=word, menu=MENU, language=LANGUAGE)
    found.filters.update(day=spoken_date, drawn=Markup)
    return found


def html_text(register: Register, page: Page) -> str:
    """The page as HTML; every value from an export is escaped."""
    return environment().get_template(page.template).render(register=register, page=page, **page.content)


def json_text(register: Register, page: Page) -> str:
    """The page's content as JSON, with what a reader needs to know where it comes from."""
    document = {
        "format": FORMAT,
        "page": page.path,
        "title": page.title,
        "programme": register.programme.id,
        "synthetic": register.programme.synthetic,
        "made_on": register.made_on.isoformat(),
        "content": page.data,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_page(folder: Path, register: Register, page: Page) -> None:
    """Write all files of one page under `folder`."""
    target = folder / page.path
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, ".html", html_text(register, page))
    _write(target, ".json", json_text(register, page))
    _write(target, ".csv", csv_text(page.grid))
    if page.released:
        book = release_book(register, page.released)
        write_workbook(_with_ending(target, ".xlsx"), book)
        write_opendocument(_with_ending(target, ".ods"), book)


def _write(target: Path, ending: str, text: str) -> None:
    _with_ending(target, ending).write_bytes(text.encode("utf-8"))


def _with_ending(target: Path, ending: str) -> Path:
    return target.parent / (target.name + ending)
