"""The report as one page that opens from a file: its style within it, its charts within it, no script."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from boldlink.publish.messages import say
from boldlink.publish.render import environment
from boldlink.publish.reports import answer, governance
from boldlink.publish.reports.contents import SECTIONS, Report
from boldlink.publish.tables import marker_meanings


def html_page(report: Report) -> str:
    """The page; every value from an export is escaped."""
    style = _style()
    return environment().get_template("report.html").render(
        report=report,
        answered=answer.answer(report),
        linking=answer.linking(report),
        sections=[(section, say(f"report.section_{section}"), say(f"report.lede_{section}")) for section in SECTIONS],
        limitations=governance.limitations(report),
        questions=governance.questions(report),
        followed=governance.followed(report),
        records=governance.records(report),
        meanings=marker_meanings,
        style=Markup(style),
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )  # fmt: skip


def _style() -> str:
    folder = files("boldlink.publish").joinpath("static")
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in ("plain.css", "report.css"))
