"""A pilot's public export as a place would make it: invented tables in every section of a report."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from boldlink.publish.register import Register, read_register

EXPORTS = Path(__file__).parent / "exports"
LABELS = {"confidence": "Link confidence", "method": "Method of linking", "people": "People", "linked": "Linked",
          "linked_percent": "Linked, per cent", "what": "What was compared", "events": "Had the outcome"}  # fmt: skip
LEVELS = ("High", "Medium", "Low")
Rows = list[dict[str, Any]]


def table(title: str, keys: list[str], rows: Rows, **more: Any) -> dict[str, Any]:
    """A released table; what is not said is empty."""
    counts = more.pop("counts", ["people"])
    return {"title": title, "keys": keys, "counts": counts, "rates": {}, "estimates": {}, "total_label": "All",
            "labels": LABELS, "notes": ["Counts are rounded to the nearest 5."], "rows": rows} | more  # fmt: skip


def linkage() -> dict[str, Any]:
    shares = {"Deterministic": 260, "High": 340, "Medium": 390, "Low": 430}
    rows = [{"method": m, "people": 1000, "linked": n, "linked_percent": n / 10} for m, n in shares.items()]
    return table("Prison leavers found in treatment", ["method"], rows, counts=["people", "linked"],
                 rates={"linked_percent": ["linked", "people"]})  # fmt: skip


def unlinked() -> dict[str, Any]:
    rows = [{"characteristic": "Sex", "group": group, "people": n, "linked": m, "difference": d}
            for group, n, m, d in (("Female", 200, 90, 0.12), ("Male", 800, 300, -0.12))]  # fmt: skip
    return table("Linked and not linked", ["characteristic", "group"], rows, counts=["people", "linked"],
                 estimates={"difference": 2}, labels={**LABELS, "difference": "Standardised difference"})  # fmt: skip


def outcome(name: str = "Proven reoffending") -> dict[str, Any]:
    rows: Rows = [{"confidence": level, "people": 1000, "events": 300 + 10 * at, "events_percent": 30.0 + at}
                  for at, level in enumerate(LEVELS)]  # fmt: skip
    return table(name, ["confidence"], rows, counts=["people", "events"],
                 rates={"events_percent": ["events", "people"]})  # fmt: skip


def journey() -> dict[str, Any]:
    rows = [{"quarter": f"2023 Q{q}", "people": 100 + 20 * q, "events": 30 + 5 * q} for q in (1, 2, 3, 4)]
    return table("Journeys that began", ["quarter"], rows, counts=["people", "events"])


def effect(label: str = "Hazard ratio") -> dict[str, Any]:
    found = {"Employment support": (0.74, 0.66, 0.83), "Housing advice": (1.02, 0.9, 1.16), "Escort": (1.4, 1.1, 1.8)}
    rows: Rows = [{"what": what, "confidence": level, "people": 400, "events": 120, "value": v, "low": low, "high": high}
                  for what, (v, low, high) in found.items() for level in LEVELS]  # fmt: skip
    rows.append({"what": "Mentoring", "confidence": "Medium", "people": "[c]", "events": "[c]",
                 "value": "[c]", "low": "[c]", "high": "[c]"})  # fmt: skip
    return table("What goes with reoffending", ["what", "confidence"], rows, counts=["people", "events"],
                 estimates={"value": 2, "low": 2, "high": 2}, labels={**LABELS, "value": label, "low": "Interval, low",
                 "high": "Interval, high"}, notes=["Matched within a caliper; errors clustered by area."])  # fmt: skip


def matched(reoffended: tuple[float, float, float] = (-8.0, -15.2, -0.9), needed: Any = "[z]") -> dict[str, Any]:
    """A matched comparison per 100 people: (value, low, high), and the people needed to tell its direction."""
    value, low, high = reoffended
    rows: Rows = [{"outcome": outcome, "confidence": level, "people": 1055, "events": 515, "value": value, "low": low,
                   "high": high, "needed_people": needed}
                  for outcome in ("Reoffended within a year", "Reoffences within a year") for level in LEVELS]  # fmt: skip
    return table("Support and reoffending", ["outcome", "confidence"], rows, counts=["people", "events"],
                 estimates={"value": 1, "low": 1, "high": 1, "needed_people": 0},
                 labels={**LABELS, "outcome": "Outcome", "value": "Difference per 100 people"})  # fmt: skip


def release(number: int, measure: str, section: str, shown: dict[str, Any], use_case: str) -> dict[str, Any]:
    base = copy.deepcopy(json.loads((EXPORTS / "dhsc.json").read_text("utf-8"))["releases"][0])
    told = {**base["measure"], "id": measure, "section": section, "method": "count", "official": number % 2 == 0,
            "exclusions": ["breach offences"], "breaks": ["2024-05-01: probation reset"]}  # fmt: skip
    return {
        **base,
        "id": f"r-{number:03}",
        "use_case": use_case,
        "title": shown["title"],
        "measure": told,
        "table": shown,
    }


def export(use_case: str = "reducing-reoffending", **tables: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """One place's export of one use case with the given (measure, section, table), or with one in every section."""
    found = json.loads((EXPORTS / "dhsc.json").read_text("utf-8"))
    chosen = list(tables.values()) or [
        ("proven-reoffending", "outcomes", outcome()),
        ("effect-employment-support", "effects", matched()),
        ("linkage-prison-ndtms", "linkage", linkage()),
        ("linked-unlinked-prison-ndtms", "linkage", unlinked()),
        ("treatment-journey", "journeys", journey()),
        ("sensitivity-reoffending", "sensitivity", effect("Risk difference per 100 people")),
    ]
    found["releases"] = [release(n, *one, use_case) for n, one in enumerate(chosen, start=1)]
    found["use_cases"][0]["id"] = use_case
    found["use_cases"][0]["questions"][0]["measure"] = "proven-reoffending"
    found["use_cases"][0]["findings"][0]["published_as"] = ["proven-reoffending"]
    found["refusals"] = []
    return found


def register(**changes: Any) -> Register:
    return read_register([export(**changes)])
