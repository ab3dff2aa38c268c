"""A released table as a picture: points with the whiskers of their intervals, lines over periods, or bars.

What is withheld is never drawn, and the chart says so. Colours: Government Analysis Function palette; nothing is told
from another thing by colour alone.
"""

from boldlink.publish.charts.choice import Bar, Chosen, choose
from boldlink.publish.charts.drawing import MOST_BARS, Chart, draw
from boldlink.publish.charts.specs import PALETTE
from boldlink.publish.charts.words import finding

__all__ = ["MOST_BARS", "PALETTE", "Bar", "Chart", "Chosen", "choose", "draw", "finding"]
