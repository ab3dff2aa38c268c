"""What owners get back: a report on the quality of what they delivered (P39), in the place that holds it.

Where their dataset says who consented and who opted out, it tells how many records each use case left out for that.
"""

from __future__ import annotations

from boldlink.deposits import written
from boldlink.errors import BadInput
from boldlink.journey.home import Home
from boldlink.journey.status import latest_cohorts
from boldlink.places import Place
from boldlink.values import Contract

REASONS = {"without_consent": "without consent", "opted_out": "opted out"}
LeftOut = dict[str, dict[str, int]]


def quality_report(home: Home, dataset: str, person: str, version: str | None = None) -> tuple[str, dict[str, object]]:
    """The report on a delivery (the last, if no version is given), for the owner's supplier: Markdown, and counts.

    Raises Refused for anybody else, BadInput for a dataset or version that was not delivered.
    """
    delivered = [
        (place, event)
        for place in home.places.values()
        for event in place.ledger.events("deposit.received")
        if event.body["dataset"] == dataset and version in (None, event.body["version"])
    ]
    if not delivered:
        raise BadInput(
            "QUALITY-NOT-DELIVERED",
            f"There is no delivery of {dataset}{f' {version}' if version else ''} here.",
            do="`boldlink status` lists every deposit",
        )
    place, event = delivered[-1]
    home.require(place, person, "report", f"dataset:{dataset}")
    counts, left_out = dict(event.body["quality"]), _left_out(place, home.contract(dataset))
    text = written(counts, f"{dataset} {event.body['version']}") + _in_words(left_out)
    return text, {**counts, "left_out": left_out}


def _left_out(place: Place, contract: Contract) -> LeftOut:
    """Use case -> reason -> records of all deliveries that stand now; nothing where no column tells."""
    columns = {"without_consent": contract.consent_column, "opted_out": contract.opt_out_column}
    return {
        use_case: {reason: body[reason] for reason, column in columns.items() if column}
        for (use_case, dataset), body in sorted(latest_cohorts(place).items())
        if dataset == contract.dataset and any(columns.values())
    }


def _in_words(left_out: LeftOut) -> str:
    lines = [
        f"- {use_case}, {REASONS[reason]}: {count:,}\n"
        for use_case, counts in left_out.items()
        for reason, count in counts.items()
    ]
    return "\n## Records left out by use case, before anything is linked\n\n" + "".join(lines) if lines else ""
