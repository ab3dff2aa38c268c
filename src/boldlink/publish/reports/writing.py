"""The report as files: a page, a spreadsheet in the open format, and one in the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from boldlink.publish.opendocument import write_opendocument
from boldlink.publish.register import Register
from boldlink.publish.reports.book import report_book
from boldlink.publish.reports.contents import Outstanding, contents
from boldlink.publish.reports.page import html_page
from boldlink.publish.workbook import write_workbook


@dataclass(frozen=True)
class Written:
    """A report's files, and how much is in it: tables, and tables that are still out."""

    page: Path
    xlsx: Path
    ods: Path
    tables: int
    outstanding: int


def write_report(
    register: Register, use_case: str, folder: Path, outstanding: Sequence[Outstanding] = ()
) -> Written:  # fmt: skip
    """Write a use case's report. The same exports give the same bytes.

    Raises BadInput for a use case nobody knows, Waiting when none of its tables is released; nothing is written then.
    """
    report = contents(register, use_case, outstanding)
    page, book = html_page(report), report_book(report)
    folder.mkdir(parents=True, exist_ok=True)
    page_path, xlsx, ods = (folder / f"{use_case}{ending}" for ending in (".html", ".xlsx", ".ods"))
    page_path.write_bytes(page.encode("utf-8"))
    write_workbook(xlsx, book)
    write_opendocument(ods, book)
    return Written(page_path, xlsx, ods, len(report.exhibits), len(report.outstanding))
