"""What owners get back: a report on the quality of what they delivered (P39), in the place that holds it."""

from __future__ import annotations

from boldlink.deposits import written
from boldlink.errors import BadInput
from boldlink.journey.home import Home


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
    counts = dict(event.body["quality"])
    return written(counts, f"{dataset} {event.body['version']}"), counts
