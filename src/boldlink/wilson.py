"""The interval of a share, once for the room that estimates and the room that publishes: arithmetic, and no library.

Wilson's score interval (Wilson 1927, Journal of the American Statistical Association 22:209), 95 per cent.
"""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054  # the normal distribution's 97.5 per cent point


def wilson(events: float, people: float) -> tuple[float, float]:
    """The limits of the share events / people, 0 to 1; from 0 to 1 when there is nobody."""
    if people == 0:
        return 0.0, 1.0
    share, extra = events / people, Z95**2 / people
    half = Z95 * sqrt(share * (1 - share) / people + extra / (4 * people))
    centre = share + extra / 2
    low, high = (centre - half) / (1 + extra), (centre + half) / (1 + extra)
    return (low if events > 0 else 0.0), (high if events < people else 1.0)
