"""The automatic model knows that Bill may be William, from the data: as much as it counts there, and no more."""

from __future__ import annotations

from invented_records import Row, people, source

from boldlink.linkage import score
from boldlink.linkage.automatic.sources import frame

SHORT = {"william": "bill", "margaret": "peggy", "robert": "bob", "elizabeth": "liz", "richard": "dick", "john": "jack"}


def named(rows: list[Row], share: int) -> tuple[list[Row], list[Row]]:
    """People with plain names, of whom some go by a short form in the second file."""
    full = list(SHORT)
    left = [{**row, "forename": full[n % len(full)]} for n, row in enumerate(rows)]
    right = [{**row, "forename": SHORT[str(row["forename"])]} if n % share == 0 else row for n, row in enumerate(left)]
    return left, right


def test_a_short_form_counts_for_one_person_and_not_against() -> None:
    left, right = named(people(300), 3)
    found = score([source("a", left), source("b", right)], threads=1)
    forename = next(one for one in found.quality["weights"] if one["comparison"] == "forename")
    level = next(row for row in forename["levels"] if row["level"].startswith("one is short"))
    other = forename["levels"][-1]
    assert level["m"] > 0.2
    assert level["weight_bits"] > 0 > other["weight_bits"]


def test_a_column_of_full_names_is_made_beside_forenames_and_is_none_of_the_files_columns() -> None:
    rows = [{**row, "forename": "bill" if n == 0 else "xqzv"} for n, row in enumerate(people(5))]
    held = frame([source("a", rows), source("b", rows)])
    listed = dict(
        zip(held.table.column("forename").to_pylist(), held.table.column("forename_full").to_pylist(), strict=True)
    )
    assert listed == {"bill": ["william"], "xqzv": None}
    assert (
        "forename_full" not in score([source("a", rows), source("b", rows)], threads=1).quality["complete_percent"]["a"]
    )
