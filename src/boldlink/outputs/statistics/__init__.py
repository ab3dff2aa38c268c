"""Statistics that check themselves from the data: each is worked out on people, and comes with what stands behind it.

from boldlink.outputs.statistics import crosstab, kaplan_meier, linear, logistic, pivot, ratio, summary

found = crosstab(frame, "person", ["region", "returned"], outcome="returned", categories={"returned": ["no", "yes"]})
found.outcome        # "pass", "fail" or "review"
found.checks         # why, in words, and what would pass
found.shown          # what may be shown: suppressed, rounded, checked again; None if nothing may
"""

from boldlink.outputs.statistics.admit import admit
from boldlink.outputs.statistics.crosstab import crosstab
from boldlink.outputs.statistics.models import linear, logistic
from boldlink.outputs.statistics.pivot import pivot
from boldlink.outputs.statistics.ratios import ratio
from boldlink.outputs.statistics.statistic import Statistic
from boldlink.outputs.statistics.summary import summary
from boldlink.outputs.statistics.survival import kaplan_meier

__all__ = ["Statistic", "admit", "crosstab", "kaplan_meier", "linear", "logistic", "pivot", "ratio", "summary"]
