"""The chart of a table: one sentence, what it leaves out, and an SVG with a name and a description of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from boldlink.publish.charts.choice import Chosen, choose
from boldlink.publish.charts.specs import spec
from boldlink.publish.charts.words import finding, remarks
from boldlink.publish.messages import say
from boldlink.publish.parts import part
from boldlink.publish.released import ReleasedTable

MOST_BARS = 60
VEGA_LITE = "6.1"  # named, so that a newer renderer cannot redraw what was published


@dataclass(frozen=True)
class Chart:
    """What stands above a table. `svg` is empty when there is nothing to draw."""

    measure: str
    finding: str
    remarks: tuple[str, ...]
    svg: str


def draw(table: ReleasedTable, id: str = "chart", breaks: Sequence[str] = ()) -> Chart:
    """The chart of a table; `id` tells charts of one page apart. breaks: days at which its series breaks, as lines do."""
    chosen = choose(table, breaks=breaks)
    said = finding(chosen)
    drawable = 0 < len(chosen.bars) <= MOST_BARS
    return Chart(
        measure=chosen.measure,
        finding=said,
        remarks=tuple(remarks(chosen, MOST_BARS)),
        svg=_svg(table, _described(chosen, said), spec(chosen), id) if drawable else "",
    )


def _described(chosen: Chosen, said: str) -> str:
    if chosen.over_time:
        return say("release.described_lines", finding=said)
    return say("release.described_whiskers" if chosen.has_intervals else "release.described_bars", finding=said)


@lru_cache(maxsize=256)
def _drawn(picture: str) -> str:
    """The bare picture: a table's page in the register and its report draw the same one."""
    return str(part("vl_convert").vegalite_to_svg(picture, vl_version=VEGA_LITE, allowed_base_urls=[]))


def _svg(table: ReleasedTable, description: str, picture: Mapping[str, Any], id: str) -> str:
    """The picture with a name and a description, which the renderer does not give it."""
    drawn = _drawn(json.dumps(picture))
    title = escape(say("release.chart_title", title=table.title))
    named = f'<svg role="img" aria-labelledby="{id}-title {id}-description"'
    start, rest = drawn.removesuffix("</svg>").split(">", 1)
    told = f'<title id="{id}-title">{title}</title><desc id="{id}-description">{escape(description)}</desc>'
    # The renderer gives roles without names to parts of the picture: the parts are hidden from readers.
    return f'{start.replace("<svg", named, 1)}>{told}<g aria-hidden="true">{rest}</g></svg>'
