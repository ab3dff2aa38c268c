"""Maturity: a measure looks ahead of its period, and says nothing true while the days it looks at are not yet in.

Asked before work starts, of the dates until which an agreement's datasets are complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from boldlink.analysis.ask import Ask, Computable
from boldlink.errors import BadInput


def immature(computable: Computable, ask: Ask, complete_until: Mapping[str, date]) -> list[str]:
    """A sentence for each dataset that ends too early for the period, with the days that are missing; none if mature.

    complete_until: dataset -> the last day on which it is complete. A dataset that is not named there is not asked
    about. The index dataset must reach the end of the period itself.
    """
    found = []
    for dataset, days in {computable.index: 0, **computable.measure.follow_up_days}.items():
        needed = ask.ends + timedelta(days=days)
        if dataset in complete_until and complete_until[dataset] < needed:
            early = (needed - complete_until[dataset]).days
            found.append(
                f"{dataset} is complete until {complete_until[dataset]:%-d %B %Y}, {early} day(s) before {needed:%-d %B %Y}."
            )
    return found


def require_mature(computable: Computable, ask: Ask, complete_until: Mapping[str, date]) -> None:
    """Raises BadInput ANALYSIS-IMMATURE, in words, if a dataset ends too early for the period."""
    if found := immature(computable, ask, complete_until):
        raise BadInput(
            "ANALYSIS-IMMATURE",
            f"{computable.measure.id} is not mature for a period that ends on {ask.ends:%-d %B %Y}.",
            " ".join(found),
            "ask for a period that ends earlier, or wait for a later delivery and a longer agreement",
            "the use case's lead researcher",
        )
