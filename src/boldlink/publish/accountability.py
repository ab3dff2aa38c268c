"""How the programme answers for itself: one page for each account, and the page that lists them."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.publish.account import list_page
from boldlink.publish.accounts import corrections, decisions, destruction, engagement, findings, legal_bases
from boldlink.publish.algorithmic_transparency import algorithmic_transparency
from boldlink.publish.assessed import assessment_pages, ethics_pages
from boldlink.publish.data_use import data_use_register
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.linkage_quality import linkage_quality
from boldlink.publish.messages import say
from boldlink.publish.page import ACCOUNTS, Page
from boldlink.publish.register import Register


def accountability(register: Register) -> Iterator[Page]:
    """The list of accounts, then every account."""
    yield _contents()
    yield data_use_register(register)
    yield legal_bases(register)
    yield from assessment_pages(register)
    yield from ethics_pages(register)
    yield decisions(register)
    yield engagement(register)
    yield findings(register)
    yield linkage_quality(register)
    yield algorithmic_transparency(register)
    yield corrections(register)
    yield destruction(register)


def _contents() -> Page:
    rows = tuple((Link(say(f"{section}.title"), path), say(f"{section}.lede")) for path, section in ACCOUNTS.items())
    grid = Grid(say("accountability.caption"), headings("page", "about", heads_row="page"), rows)
    data = [{"page": link.page, "title": link.text, "about": about} for link, about in rows]
    return list_page("accountability", "accountability", grid, data)
