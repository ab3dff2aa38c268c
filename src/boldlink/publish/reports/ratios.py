"""A ratio as a reader says it: about a third less, about twice as. The nearest simple share, never a false precision."""

from __future__ import annotations

from boldlink.publish.messages import say

PARTS = (
    (0.0, "little"), (0.1, "tenth"), (0.2, "fifth"), (0.25, "quarter"), (1 / 3, "third"), (0.4, "two_fifths"), (0.5, "half"),
    (0.6, "three_fifths"), (2 / 3, "two_thirds"), (0.75, "three_quarters"), (0.8, "four_fifths"), (0.9, "nine_tenths"),
)  # fmt: skip
TIMES = ((1.5, "half_again"), (2.0, "twice"), (2.5, "two_and_a_half"), (3.0, "three"), (4.0, "four"), (5.0, "five"))
FEWEST_TIMES, MOST_TIMES = 1.45, 5.5  # below, more is said as a part; above, times in digits


def in_words(ratio: float) -> str:
    """What goes before "likely": "about a third less" of 0.68, "about twice as" of 1.9. ratio: above 0."""
    if ratio < 1:
        return say(f"ratio.less_{_nearest(PARTS, 1 - ratio)}")
    if ratio < FEWEST_TIMES:
        return say(f"ratio.more_{_nearest(PARTS, ratio - 1)}")
    if ratio < MOST_TIMES:
        return say(f"ratio.times_{_nearest(TIMES, ratio)}")
    return say("ratio.times", times=f"{ratio:.0f}")


def _nearest(scale: tuple[tuple[float, str], ...], figure: float) -> str:
    return min(scale, key=lambda step: abs(step[0] - figure))[1]
