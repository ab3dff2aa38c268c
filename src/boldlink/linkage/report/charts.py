"""Bar charts as inline SVG, for pages that open offline and need nothing else.

Every chart has a title and a description for screen readers; values stand beside the bars, so colour carries nothing
alone. Colours are the government Analysis Function's; each has a contrast of at least 3 to 1 on white.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

BLUE, ORANGE = "#12436D", "#F46A25"
ROW, LABEL, WIDTH, VALUE = 24, 300, 420, 90


def bars(identity: str, title: str, description: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """Horizontal bars: (label, value, value in words). Bars of values under nought go to the left of the line."""
    values = [value for _, value, _ in rows]
    low, high = min([0.0, *values]), max([0.0, *values])
    scale = WIDTH / ((high - low) or 1.0)
    zero, height = LABEL - low * scale, ROW * len(rows) + 8
    head = (
        f'<svg role="img" aria-labelledby="{identity}-t {identity}-d" viewBox="0 0 {LABEL + WIDTH + VALUE} {height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{identity}-t">{escape(title)}</title>'
        f'<desc id="{identity}-d">{escape(description)}</desc>'
    )
    drawn = "".join(_row(number, row, zero, scale) for number, row in enumerate(rows))
    return f'{head}{drawn}<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height}" stroke="#3D3D3D"/></svg>'


def _row(number: int, row: tuple[str, float, str], zero: float, scale: float) -> str:
    label, value, words = row
    top, long = number * ROW + 4, abs(value) * scale
    left = zero if value >= 0 else zero - long
    colour = BLUE if value >= 0 else ORANGE
    text = 'font-size="13" fill="#0b0c0c"'
    return (
        f'<text x="{LABEL - 8}" y="{top + 13}" {text} text-anchor="end">{escape(label)}</text>'
        f'<rect x="{left:.1f}" y="{top}" width="{max(long, 0.5):.1f}" height="{ROW - 8}" fill="{colour}"/>'
        f'<text x="{max(zero, left + long) + 6:.1f}" y="{top + 13}" {text}>{escape(words)}</text>'
    )
