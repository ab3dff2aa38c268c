"""Bar and waterfall charts as inline SVG, for pages that open offline and need nothing else.

Every chart has a title and a description for screen readers; values stand beside the bars, so colour carries nothing
alone. Colours are the government Analysis Function's; each has a contrast of at least 3 to 1 on white.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

BLUE, ORANGE, GREY = "#12436D", "#F46A25", "#3D3D3D"
ROW, LABEL, WIDTH, VALUE, MOST_LETTERS = 24, 300, 420, 90, 46


def bars(identity: str, title: str, description: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """Horizontal bars: (label, value, value in words). Bars of values under nought go to the left of the line."""
    low, high = min([0.0, *(value for _, value, _ in rows)]), max([0.0, *(value for _, value, _ in rows)])
    scale = WIDTH / ((high - low) or 1.0)
    zero = LABEL - low * scale
    drawn = "".join(
        _row(n, label, sorted((zero, zero + value * scale)), BLUE if value >= 0 else ORANGE, words)
        for n, (label, value, words) in enumerate(rows)
    )
    return _drawing(identity, title, description, len(rows), drawn + _line(zero, len(rows)))


def waterfall(identity: str, title: str, description: str, rows: Sequence[tuple[str, float]], total: float) -> str:
    """Bars that each begin where the last one ended: (label, what it adds); the last bar is the whole, from nought."""
    ends = [0.0]
    for _, value in rows:
        ends.append(ends[-1] + value)
    low, high = min(*ends, total), max(*ends, total)
    scale = WIDTH / ((high - low) or 1.0)
    zero = LABEL - low * scale
    drawn = "".join(
        _row(
            n,
            label,
            sorted((zero + ends[n] * scale, zero + ends[n + 1] * scale)),
            BLUE if value >= 0 else ORANGE,
            f"{value:+.2f}",
        )
        for n, (label, value) in enumerate(rows)
    )
    drawn += _row(len(rows), "all together", sorted((zero, zero + total * scale)), GREY, f"{total:+.2f}")
    return _drawing(identity, title, description, len(rows) + 1, drawn + _line(zero, len(rows) + 1))


def _drawing(identity: str, title: str, description: str, rows: int, drawn: str) -> str:
    return (
        f'<svg role="img" aria-labelledby="{identity}-t {identity}-d" viewBox="0 0 {LABEL + WIDTH + VALUE} {ROW * rows + 8}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{identity}-t">{escape(title)}</title>'
        f'<desc id="{identity}-d">{escape(description)}</desc>{drawn}</svg>'
    )


def _line(zero: float, rows: int) -> str:
    return f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{ROW * rows + 8}" stroke="{GREY}"/>'


def _row(number: int, label: str, ends: Sequence[float], colour: str, words: str) -> str:
    top, (left, right) = number * ROW + 4, ends
    text = 'font-size="13" fill="#0b0c0c"'
    short = label if len(label) < MOST_LETTERS else label[: MOST_LETTERS - 2] + "…"
    return (
        f'<text x="{LABEL - 8}" y="{top + 13}" {text} text-anchor="end">{escape(short)}</text>'
        f'<rect x="{left:.1f}" y="{top}" width="{max(right - left, 0.5):.1f}" height="{ROW - 8}" fill="{colour}"/>'
        f'<text x="{right + 6:.1f}" y="{top + 13}" {text}>{escape(words)}</text>'
    )
