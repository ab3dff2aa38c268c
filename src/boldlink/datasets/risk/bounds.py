"""The agreement's bounds of risk: above them nothing is built, and the release that was there stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boldlink.datasets.risk.report import RiskReport
from boldlink.errors import BadInput
from boldlink.values import RiskBounds

ASK = "the use case's lead researcher and the parties to its agreement"


def require_cohort(people: int, bounds: RiskBounds) -> None:
    """Raises BadInput for a cohort of fewer people than the agreement asks for."""
    if people < bounds.smallest_cohort:
        raise BadInput(
            "RESEARCH-COHORT-SMALL",
            "The research dataset is not built: its cohort is too small.",
            f"it would hold {people} people; the agreement asks for at least {bounds.smallest_cohort}.",
            "widen the cohort or its period in the agreement, or wait for more data",
            ASK,
        )


def require_within(reports: Mapping[str, RiskReport], bounds: RiskBounds) -> None:
    """Raises BadInput naming every dataset and bound that is not kept, what was found, and what is allowed."""
    found = [words for dataset, report in reports.items() for words in exceeded(dataset, report, bounds)]
    if found:
        raise BadInput(
            "RESEARCH-RISK",
            "The research dataset is not built: people could be recognised in it more easily than was agreed.",
            " ".join(found),
            "share columns more coarsely (generalise) or fewer of them, and sign the agreement again",
            ASK,
        )


def exceeded(dataset: str, report: RiskReport, bounds: RiskBounds) -> Iterator[str]:
    """Each bound that a report does not keep, in words."""
    shares = (
        ("are alone on all keys together", report.alone_percent, bounds.unique_percent_at_most),
        ("are alone on a few of the keys", report.special_unique_percent, bounds.special_unique_percent_at_most),
    )
    for words, found, allowed in shares:
        if found is not None and found > allowed:
            yield f"{dataset}: {found:g} per cent of people {words} ({', '.join(report.over)}), allowed {allowed:g}."
    for column, least in report.distinct_values.items():
        if least is not None and least < bounds.distinct_values_at_least:
            asked = bounds.distinct_values_at_least
            yield f"{dataset}: a group of ten or more shows only {least} value(s) of {column}, allowed at least {asked}."
