"""A declaration in words, for reviewers and for whoever reads the table once it is public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boldlink.outputs.submitted.declaration import TableDocument
from boldlink.outputs.submitted.parts import ColumnDocument, FilterDocument

OF: Mapping[str, str] = {
    "crosstab": "Different people in each group",
    "pivot": "The {how} of {value}, of different people in each group",
    "summary": "What {value} is like in each group, one value for each person",
    "survival": "People without the event at the end of each step of {step_days} days, by Kaplan and Meier",
    "linear": "Linear regression of {outcome}, ordinary least squares, 95 % intervals",
    "logistic": "Logistic regression of {outcome}: odds ratios with 95 % intervals",
    "ratio": "The {how} ratio of two groups of people, with its 95 % interval",
    "other": "A table of another structure than the place makes. {method}",
}
ROWS = {"every": "", "first": " Each person's first row counts.", "last": " Each person's last row counts."}


def definition_of(declared: TableDocument) -> str:
    """Who and what is counted: statistic, rows, groups, confidence of the link."""
    said = OF[declared.statistic].format_map(declared.model_dump())
    of = declared.covariates or declared.keys
    by = f", by {' and '.join(declared.keys)}" if declared.keys else ""
    by = f", on {', '.join(declared.covariates)}" if declared.covariates else by
    period = f"{declared.period.column} from {declared.period.starts:%-d %B %Y} to {declared.period.ends:%-d %B %Y}"
    filters = "".join(f"; {_filter(one)}" for one in declared.where)
    made = "".join(f" {name}: {_made(declared.columns[name])}." for name in of if name in declared.columns)
    followed = f" {_followed(declared)}" if declared.time else ""
    link = "exact links alone" if declared.person == "exact" else f"links at {declared.person} confidence"
    who = f" Rows of {declared.dataset} with {period}{filters}.{ROWS[declared.rows]}"
    return f"{said.rstrip('.')}{by}.{who}{made}{followed} People by {link}."


def source_of(declared: TableDocument) -> str:
    """By whom the table was made, and who made it again."""
    if declared.can_be_recomputed:
        return "Declared by the researcher, and worked out again from the research dataset before it was reviewed"
    return "Made by the researcher, and not worked out again; two reviewers gave reasons"


def _filter(one: FilterDocument) -> str:
    if one.is_ is not None:
        return f"{one.column} is {' or '.join(one.is_)}"
    bounds = [("at least", one.at_least), ("at most", one.at_most)]
    return f"{one.column} {' and '.join(f'{word} {bound}' for word, bound in bounds if bound is not None)}"


def _made(one: ColumnDocument) -> str:
    if one.found_in:
        within = f" within {one.within_days} days after {one.after}, by {one.on}" if one.on else ""
        return f"whether the person is found in {one.found_in}{within}"
    return f"{one.of} by {one.as_}" if one.as_ else f"{one.of}, in bands" if one.bands else str(one.of)


def _followed(declared: TableDocument) -> str:
    return " ".join(_parts_of_time(declared))


def _parts_of_time(declared: TableDocument) -> Iterator[str]:
    if declared.time:
        time = declared.time
        yield f"Followed from {time.after} until {time.on} of {time.found_in}, or until {time.until:%-d %B %Y}."
