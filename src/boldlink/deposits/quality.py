"""What the owner gets back: how good the delivery was, in counts and percentages, never in values (P39)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boldlink.deposits.validate import Checked

WORDS = {
    "no_name": "no usable name",
    "junk_prefix": "a system's prefix was taken off a name",
    "prefix_joined": "a name's prefix was joined to it",
    "placeholder_date": "a placeholder instead of a date of birth",
    "first_of_january": "born on 1 January (kept)",
    "impossible_date": "a date of birth that cannot be",
    "no_date": "no readable date",
    "no_fixed_abode": "a postcode that says no fixed abode",
    "pseudo_postcode": "a pseudo-postcode",
    "no_postcode": "no readable postcode",
    "letter_for_digit": "a letter was read for a digit, or a digit for a letter",
    "check_letter": "a check letter that is wrong",
    "dummy_cro": "a dummy CRO number",
    "long_form": "a short PNC id was written out",
    "sex_not_known": "sex recorded as not known",
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
        """As it is written into the ledger and sent to the owner."""
        return {
            "rows": self.rows,
            "complete_percent": {
                name: round(100 * count / self.rows, 1) for name, count in self.present.items() if self.rows
            },
            "quarantined": dict(sorted(self.quarantined.items())),
            "standardised": {name: dict(sorted(counts.items())) for name, counts in self.standardised.items()},
        }

    def as_text(self, title: str) -> str:
        """The same, as a page in Markdown for the owner."""
        told = self.as_dict()
        lines = [
            f"# Data quality of {title}",
            "",
            f"{self.rows} rows; {sum(self.quarantined.values())} quarantined.",
            "",
        ]
        lines += [f"- {name}: {percent} % complete" for name, percent in told["complete_percent"].items()]
        lines += [f"- quarantined, {reason}: {count} row(s)" for reason, count in told["quarantined"].items()]
        for name, counts in told["standardised"].items():
            lines += [
                f"- {name}, {WORDS.get(rule, rule.replace('_', ' '))}: {count} row(s)" for rule, count in counts.items()
            ]
        return "\n".join(lines) + "\n"
