"""Where everything of a chart stands, in pixels from the top: names, figures, and the marks under them.

One bar takes two lines: its name on the left with its figure on the right, and under them its mark. A name that has no
room beside its figure takes lines of its own; so does a group with several series, above them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from boldlink.publish.charts.choice import Bar, Chosen

WIDTH_PIXELS = 340
MOST_LETTERS, MOST_BESIDE = 46, 50  # letters that fit the width; of a name and a figure, whose digits are narrow
LINE_PIXELS, MARK_PIXELS, SPACE_PIXELS = 18, 12, 8


@dataclass(frozen=True)
class Line:
    """A line of text, the pixels down to its middle, the side at which it stands, and how heavy it is."""

    text: str
    middle: float
    align: str
    weight: str = "normal"


@dataclass(frozen=True)
class Place:
    """A bar, and the pixels down to the top and the bottom of its mark."""

    bar: Bar
    top: float
    bottom: float


@dataclass
class Layout:
    """All of it, from the top; `height` in pixels is where it ends."""

    lines: list[Line] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    height: int = 0

    def write(self, *columns: tuple[str, str, str]) -> None:
        """One line of (text, align, weight)."""
        middle = self.height + LINE_PIXELS / 2
        self.lines += [Line(text, middle, align, weight) for text, align, weight in columns]
        self.height += LINE_PIXELS

    def mark(self, bar: Bar) -> None:
        """The mark of a bar, and the space under it."""
        self.places.append(Place(bar, self.height, self.height + MARK_PIXELS))
        self.height += MARK_PIXELS + SPACE_PIXELS


def lay_out(chosen: Chosen) -> Layout:
    """The bars of a chart, group by group in the order of the table."""
    layout = Layout()
    for bars in _grouped(chosen.bars):
        several = len(bars) > 1
        if several:
            for line in wrap(bars[0].group, MOST_LETTERS):
                layout.write((line, "left", "bold"))
        for bar in bars:
            _write(layout, bar.series if several else bar.name, chosen.label(bar))
            layout.mark(bar)
    return layout


def _grouped(bars: Sequence[Bar]) -> Iterator[list[Bar]]:
    for group in dict.fromkeys(bar.group for bar in bars):
        yield [bar for bar in bars if bar.group == group]


def _write(layout: Layout, name: str, figure: str) -> None:
    """Beside one another if there is room, else the name above the figure."""
    *above, last = wrap(name, MOST_LETTERS) or [""]
    for line in above:
        layout.write((line, "left", "normal"))
    if len(last) + len(figure) + 1 > MOST_BESIDE:
        layout.write((last, "left", "normal"))
        layout.write((figure, "right", "normal"))
        return
    layout.write((last, "left", "normal"), (figure, "right", "normal"))
