"""What pages are made of: a shell that opens offline and needs no script, figures, tables that scroll on narrow screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from boldlink.linkage.report.charts import bars

STYLE = """
body{font:19px/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff;margin:0}
header{background:#12436D;color:#fff;padding:20px 0}main,header div{max-width:960px;margin:0 auto;padding:0 20px}
h1{margin:0;font-size:36px}h2{margin-top:48px;border-top:2px solid #12436D;padding-top:16px}
table{border-collapse:collapse;margin:12px 0;font-size:16px}caption{text-align:left;font-weight:bold;padding:6px 0}
th,td{border-bottom:1px solid #b1b4b6;padding:6px 16px 6px 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}figure{margin:16px 0}svg{width:100%;height:auto}
.note{border-left:8px solid #801650;padding:8px 16px;background:#f3f2f1}a{color:#12436D}
a:focus,[tabindex]:focus{outline:3px solid #801650}.wide{overflow-x:auto}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:#fff;padding:8px}
"""


def page(title: str, body: str) -> bytes:
    """A whole page as UTF-8 bytes."""
    made = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<style>{STYLE}</style></head><body><a class="skip" href="#main">Skip to main content</a>'
        f'<header><div><h1>{escape(title)}</h1></div></header><main id="main">{body}</main></body></html>'
    )
    return made.encode()


def figure(identity: str, title: str, finding: str, rows: Sequence[tuple[str, float, str]]) -> str:
    return f"<figure>{bars(identity, title, finding, rows)}<figcaption><strong>{escape(title)}.</strong> {escape(finding)}</figcaption></figure>"


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: frozenset[int] | set[int] = frozenset(),
) -> str:
    head = "".join(f'<th scope="col"{_number(n, numbers)}>{escape(text)}</th>' for n, text in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{_number(n, numbers)}>{escape(str(cell))}</td>" for n, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(position: int, numbers: frozenset[int] | set[int]) -> str:
    return ' class="n"' if position in numbers else ""


def words(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
