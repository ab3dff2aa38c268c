"""A submitted table against the same table as the data give it: what it may show, and what it must not.

The file is a claim. Every group must be one that the data have, and every group that the data have must be there; a cell
shows what was worked out again, rounded, or [c]; what the statistic withholds the file withholds too. What leaves is made
from the cells that were checked, in the order of the data: not even the order of the rows is the file's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from boldlink.errors import BadInput
from boldlink.outputs.checks import Check, check_history, run_checks
from boldlink.outputs.files import Finding
from boldlink.outputs.protect import base_rows, notes_of
from boldlink.outputs.rules import SUPPRESSED, Rules
from boldlink.outputs.statistics import Statistic
from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.structure import checks_of_file, decimals_of
from boldlink.values import StatTable

Keys = tuple[str, ...]
SAID = 8  # findings that a refusal repeats; `--json` and `output check` give all
# What a check of this name says counts people exactly; checks are written down, and published with a release.
EXACT = ("unit",)
COUNTED = Check("unit", "pass", "Different people are counted, each once in a group, and never rows.")
LEGIBLE = re.compile("[A-Za-z0-9]")


@dataclass(frozen=True)
class Judged:
    """raw: as the data give it. shown: what may be asked for. checks: all that was found, none of which failed."""

    raw: StatTable
    shown: StatTable
    checks: tuple[Check, ...]


def judged(
    table: StatTable,
    again: Statistic,
    declared: TableDocument,
    rules: Rules,
    history: Sequence[StatTable] = (),
    counts_rows: Callable[[StatTable], bool] = lambda table: False,
) -> Judged:
    """A file's table, held to what was worked out again. Raises BadInput with the code of the first check that fails.

    history: tables of the same kind released before. counts_rows: whether figures that are not the data's are its rows'.
    """
    refuse([check for check in again.checks if check.outcome == "fail"] if again.shown is None else [])
    assert again.shown is not None  # refused just now
    raw, may = (_as_in_a_file(one, declared, rules) for one in (again.raw, again.shown))
    refuse(_groups(table, raw))
    shown = _anew(table, raw, rules)
    checks = run_checks(shown, raw, rules, history)
    wrong = [check for check in checks if check.outcome == "fail"]
    if any(check.name == "worked out again" for check in wrong) and counts_rows(shown):
        refuse([_fail("people", "Its figures count rows, and some people have several.", "count each person once")])
    refuse([*wrong, *_withheld(shown, may)])
    kept = [check for check in again.checks if check.outcome != "fail" and check.name not in EXACT]
    return Judged(raw, shown, (COUNTED, *kept, _held_back(again), *_labels(declared), *checks))


def unverified(table: StatTable, declared: TableDocument, rules: Rules, history: Sequence[StatTable] = ()) -> Judged:
    """A file's table that nobody can work out again: as far as a table by itself can be checked. Raises BadInput."""
    illegible = [row for row in table.rows if not all(LEGIBLE.search(str(row[key])) for key in table.keys)]
    if illegible:
        refuse([_fail("labels", f"{len(illegible)} row(s) have a label without letter or digit.", "name the groups")])
    shown = replace(table, notes=notes_of(rules))
    checks = [*checks_of_file(shown, rules), check_history(shown, history, rules)]
    refuse([check for check in checks if check.outcome == "fail"])
    said = (
        "It was not worked out again from the data: its structure was declared as one that the place does not make. "
        f"Declared method: {declared.method} Each of two reviewers must give reasons why it may leave."
    )
    return Judged(shown, shown, (Check("unverified", "review", said), *checks))


def refuse(failed: Sequence[Check | Finding]) -> None:
    """Raises BadInput if something failed: the code of the first, and all in words."""
    if not failed:
        return
    said = [_said(one) for one in failed]
    more = f" And {len(said) - SAID} more." if len(said) > SAID else ""
    first = failed[0]
    code = first.code if isinstance(first, Finding) else "CHECK-" + first.name.upper().replace(" ", "-")
    raise BadInput(
        code,
        f"The table is refused: {len(said)} of the airlock's checks found something.",
        " ".join(said[:SAID]) + more,
        "mend what is named and submit it again; `boldlink output check` says more of the file alone",
        "an output checker of the use case",
    )


def _said(one: Check | Finding) -> str:
    if isinstance(one, Check):
        return f"{one.name}: {one.explanation}"
    return f"{one.where}: {one.reason}{f' What would pass: {one.fix}.' if one.fix else ''}"


def _as_in_a_file(table: StatTable, declared: TableDocument, rules: Rules) -> StatTable:
    """Labels as words, estimates with the declared decimals, the declared title."""
    most = decimals_of(declared, rules)
    rows = tuple({**row, **{key: str(row[key]) for key in table.keys}} for row in table.rows)
    estimates = {name: min(places, most) for name, places in table.estimates.items()}
    return replace(table, title=declared.title, rows=rows, estimates=estimates)


def _groups(table: StatTable, raw: StatTable) -> list[Check]:
    """Groups that only one of the two has. A label that the data do not have could say anything of anybody."""
    there, given = ({_keys(row, raw) for row in base_rows(one)} for one in (raw, table))
    found = []
    if strange := len(given - there):
        found.append(
            _fail("groups", f"{strange} row(s) name a group that the data do not have.", "use the data's labels")
        )
    if missing := len(there - given):
        said = (
            f"{missing} group(s) of the data are not in the file: a row that is left out is a count that is withheld."
        )
        found.append(_fail("groups", said, f"give every group a row, with {SUPPRESSED} where nothing may show"))
    if any(not LEGIBLE.search(label) for keys in there for label in keys):
        found.append(_fail("labels", "A group's label has neither letter nor digit.", "band or filter that column"))
    return found


def _anew(table: StatTable, raw: StatTable, rules: Rules) -> StatTable:
    """The file's cells in the order of the data, totals last; everything beside them from the data's table."""
    place = {_keys(row, raw): number for number, row in enumerate(base_rows(raw))}
    rows = sorted(table.rows, key=lambda row: place.get(_keys(row, raw), len(place)))
    columns = (*raw.keys, *raw.counts, *raw.rates, *raw.estimates)
    made = tuple({name: row[name] for name in columns} for row in rows)
    return replace(raw, rows=made, notes=(*raw.notes, *notes_of(rules)))


def _withheld(shown: StatTable, may: StatTable) -> list[Check]:
    """Cells that show although the statistic withholds them: small groups, whole groups, sums that few people dominate."""
    allowed = {_keys(row, may): row for row in base_rows(may)}
    names = (*shown.counts, *shown.estimates)
    found = sum(
        allowed[_keys(row, shown)][name] == SUPPRESSED != row[name] for row in base_rows(shown) for name in names
    )
    said = f"{found} cell(s) show what the statistic withholds: too few people, or all of a group, or figures of one or two."
    return [_fail("withheld", said, f"show {SUPPRESSED} there, or take broader groups")] if found else []


def _held_back(again: Statistic) -> Check:
    """What the statistic found that must not show, and that the file does not show."""
    names = ", ".join(again.failed())
    said = f"What must be withheld is ({names})." if names else "Nothing had to be withheld."
    return Check("withheld", "pass", said)


def _labels(declared: TableDocument) -> list[Check]:
    """A category that the researcher declared may be of nobody, and then only its words are there."""
    if not declared.categories:
        return []
    said = f"What {', '.join(declared.categories)} may hold was declared by whoever asks. A reviewer reads the labels."
    return [Check("labels", "review", said)]


def _keys(row: Mapping[str, Any], table: StatTable) -> Keys:
    return tuple(str(row[key]) for key in table.keys)


def _fail(name: str, found: str, fix: str) -> Check:
    return Check(name, "fail", f"{found} What would pass: {fix}.")
