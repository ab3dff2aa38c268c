"""What the owner gets back: how good the delivery was, in counts and percentages, never in values (P39)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boldlink.deposits.validate import Checked

WORDS = {
    "empty": "spaces and nothing else",
    "no_name": "no usable name",
    "junk_prefix": "a system's prefix was taken off a name",
    "prefix_joined": "a name's prefix was joined to it",
    "turned_round": "a surname that stood first was put last",
    "placeholder_date": "a placeholder instead of a date of birth",
    "first_of_january": "born on 1 January (kept)",
    "impossible_date": "a date of birth that cannot be",
    "no_date": "no readable date",
    "no_fixed_abode": "a postcode that says no fixed abode",
    "pseudo_postcode": "a pseudo-postcode",
    "no_postcode": "no readable postcode",
    "letter_for_digit": "a letter was read for a digit, or a digit for a letter",
    "no_address": "no readable address",
    "check_letter": "a check letter that is wrong",
    "check_digit": "a check digit that is wrong",
    "no_pnc": "no readable PNC id",
    "long_form": "a short PNC id was written out",
    "no_cro": "no readable CRO number",
    "dummy_cro": "a dummy CRO number",
    "no_nino": "no readable National Insurance number",
    "no_nhs_number": "no readable NHS number",
    "dummy_nhs_number": "a dummy NHS number",
    "no_prison_number": "no readable prison number",
    "empty_code": "a code of nothing but noughts or marks",
    "no_email": "no readable e-mail address",
    "no_phone": "no readable telephone number",
    "no_sex": "no readable sex",
    "sex_not_known": "sex recorded as not known",
}
REASONS = {
    "missing": "the contract requires it and it is missing",
    "type": "it does not read as the contract's type",
    "value": "it is not among the contract's values",
    "unusable": "the contract requires it and it cannot be used for linking",
}


@dataclass
class QualityReport:
    """Grows batch by batch: completeness, quarantine, and what standardisation met."""

    rows: int = 0
    present: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    standardised: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, rows: int, checked: Checked, reasons: Mapping[str, int]) -> None:
        """Count one batch."""
        self.rows += rows
        self.present.update(checked.present)
        self.quarantined.update(reasons)
        for name, counts in checked.standardised.items():
            self.standardised.setdefault(name, Counter()).update(counts)

    def as_dict(self) -> dict[str, Any]:
        """As it is written into the ledger and sent to the owner: counts of rows, percentages to one decimal."""
        return {
            "rows": self.rows,
            "complete_percent": {name: self._percent(count) for name, count in self.present.items()},
            "quarantined": dict(sorted(self.quarantined.items())),
            "standardised": {name: dict(sorted(counts.items())) for name, counts in self.standardised.items()},
        }

    def as_text(self, title: str) -> str:
        """The same, as a page in Markdown for the owner."""
        return written(self.as_dict(), title)

    def _percent(self, count: int) -> float:
        # Rounded down: a column that lacks one value in a million is not 100 % complete.
        return count * 1000 // self.rows / 10 if self.rows else 0.0


def written(told: Mapping[str, Any], title: str) -> str:
    """A report's counts, as `as_dict` gives them, in words for the owner."""
    sections = {
        "How complete each column is": [f"- {name}: {percent} %" for name, percent in told["complete_percent"].items()],
        "Rows set aside": [f"- {_reason(reason)}: {count:,}" for reason, count in told["quarantined"].items()],
        "What standardisation met": [
            f"- {name}, {WORDS[rule]}: {count:,}"
            for name, counts in told["standardised"].items()
            for rule, count in counts.items()
        ],
    }
    head = f"# Data quality of {title}\n\n{told['rows']:,} rows; {sum(told['quarantined'].values()):,} set aside.\n"
    return head + "".join(
        f"\n## {heading}\n\n" + "\n".join(lines) + "\n" for heading, lines in sections.items() if lines
    )


def _reason(reason: str) -> str:
    fault, _, column = reason.partition(":")
    return f"{column}: {REASONS[fault]}"
