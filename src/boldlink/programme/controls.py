"""Controls that a DPIA may link a risk to, beside the rules of `decide`: parts of the software, by what they hold.

Each stands with the test that attacks it, so that an assessment can be tested and not only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """A part of the software that lowers a risk: what it does, and the test that attacks it."""

    does: str
    test: str


PARTS: Mapping[str, Control] = {
    "separation": Control("identifiers and attributes are parted on arrival", "tests/separate"),
    "compartments": Control("each compartment has a key of its own, leased against a decision", "tests/vault"),
    "pseudonyms": Control("every use case and release has pseudonyms of its own", "tests/vault"),
    "cohorts": Control("no row outside the declared cohort and period is linked or built", "tests/separate"),
    "generalisation": Control("dates and ages become as coarse as the agreement says", "tests/datasets"),
    "minimum_counts": Control("small counts are suppressed and all counts rounded", "tests/outputs"),
    "history": Control(
        "every table is compared, as sets of people, with all that was asked for before", "tests/outputs"
    ),
    "two_reviews": Control("two people review every output, blind to each other", "tests/outputs"),
    "link_confidence": Control("every figure is shown at three link confidences", "tests/analysis"),
    "packages": Control("rows leave a place only sealed, for a place that an agreement names", "tests/places"),
    "ledger": Control("every byte of the history is chained, and heads are witnessed", "tests/ledger"),
    "crypto_erasure": Control("keys are destroyed when the last agreement that needs them ends", "tests/journeys"),
    "consent": Control("people who did not consent or opted out are left out before linking", "tests/separate"),
}
