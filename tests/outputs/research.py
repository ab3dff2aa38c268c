"""A research dataset of a few hundred people who do not exist, small enough to count by hand, and tables of it as files."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import yaml

from boldlink.outputs import RULES
from boldlink.outputs.files import read_output
from boldlink.outputs.submitted import from_itself, judged, read_declaration, recompute, structure_of, unverified
from boldlink.outputs.submitted.judge import refuse
from boldlink.outputs.submitted.recompute import counts_rows

START = date(2022, 1, 1)
# People of each region, how many of them offend again 30 days after release, days of their sentence.
REGIONS = {"North": (123, 47, 100), "South": (62, 31, 300), "East": (30, 4, 700)}


def person(number):
    return number.to_bytes(16, "big")


def research():
    """prison: one release for each person, and a second for the first 40 of the North. pnc: an offence 30 days later."""
    released, offended = [], []
    for region, (people, again, days) in REGIONS.items():
        for _ in range(people):
            number = len(released)
            day = START + timedelta(days=number % 90)
            released.append((person(number), day, region, "Male" if number % 2 else "Female", days + number % 50))
            offended += [(person(number), day + timedelta(days=30))] if again > 0 else []
            again -= 1
    released += [(one, day + timedelta(days=200), *rest) for one, day, *rest in released[:40]]
    return {
        "prison": _table(released, ("person_medium", "release_date", "release_region", "sex_recorded", "sentence_length_days")),
        "pnc": _table(offended, ("person_medium", "offence_date")),
    }  # fmt: skip


def _table(rows, names):
    columns = {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
    kinds = {"person_medium": pa.binary(16)}
    return pa.table({name: pa.array(values, kinds.get(name)) for name, values in columns.items()})


PEOPLE = {
    "title": "People released, by region", "statistic": "crosstab", "dataset": "prison",
    "period": {"column": "release_date", "from": "2022-01-01", "to": "2022-12-31"}, "keys": ["release_region"],
}  # fmt: skip
BACK = {"back": {"found_in": "pnc", "on": "offence_date", "after": "release_date", "within_days": 365}}
SHARES = {**PEOPLE, "columns": BACK, "keys": ["release_region", "back"], "outcome": "back"}
TRUE = "release_region,people\nNorth,125\nSouth,60\nEast,30\nAll,215\n"


def written(path, content):
    """A declaration on paper."""
    path.write_text(yaml.safe_dump(_days(content), sort_keys=False), encoding="utf-8")
    return path


def _days(content):
    """Days as YAML has them: without quotes."""
    if isinstance(content, dict):
        return {name: _days(value) for name, value in content.items()}
    try:
        return date.fromisoformat(content) if isinstance(content, str) and len(content) == 10 else content
    except ValueError:
        return content


def as_csv(table):
    """A table as an analyst writes it to a file."""
    names = (*table.keys, *table.counts, *table.rates, *table.estimates)
    lines = [names, *([row[name] for name in names] for row in table.rows)]
    return "".join(",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in line) + "\n" for line in lines)


def submit(folder, content, file, rules=RULES, history=(), name="table.csv"):
    """What the airlock says of a file of this content: Judged, or BadInput. As the journey does it, without a home."""
    declared = read_declaration(written(folder / "declared.yaml", content))
    path = folder / name
    path.write_bytes(file.encode() if isinstance(file, str) else file)
    found = read_output(path, structure_of(declared, rules), rules)
    refuse([one for one in from_itself(found, declared, rules) if one.outcome == "fail"])
    if not declared.can_be_recomputed:
        return unverified(found.table, declared, rules, history)
    rows = research()
    again = recompute(declared, rows, rules)
    return judged(found.table, again, declared, rules, history, lambda table: counts_rows(table, declared, rows, rules))


def made(folder, content, rules=RULES):
    """The statistic of a declaration, as its researcher makes it."""
    return recompute(read_declaration(written(folder / "declared.yaml", content)), research(), rules)
