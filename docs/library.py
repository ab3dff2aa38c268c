"""The page of the measures library: every definition, formula, exclusion, maturity, break and source, and an example.

What is printed is read from the measures themselves; each example is also a test.
"""

from __future__ import annotations

from collections.abc import Callable

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures import EXAMPLES, LIBRARY
from boldlink.analysis.measures.example import Example, cells
from boldlink.values import Measure

Table = Callable[[list[str], list[list[str]]], str]


def measures(made: str, table: Table) -> str:
    """docs/measures.md. made: the note that the page is made. table: writes heads and rows as Markdown."""
    rows = [
        [
            f"[`{one.measure.id}`](#{one.measure.id})",
            one.measure.title,
            "official" if one.measure.official else "ours",
            "yes" if one.measure.linked else "",
            ", ".join(one.datasets),
        ]
        for one in LIBRARY
    ]
    parts = [
        f"{made}\n# Measures\n",
        "What can be counted in a research dataset, by its official definition or one plainly named as ours. "
        "*Unverified* marks what could not be confirmed against the official text. A measure whose answer depends on links "
        "is given at three link confidences. Counts are raw until disclosure control has seen them; the examples show raw "
        "answers, at medium confidence unless they name one, so that each can be checked by hand.\n",
        table(["id", "measure", "definition", "depends on links", "datasets"], rows),
        "",
        *(_section(one, table) for one in LIBRARY),
    ]
    return "\n".join(parts)


def _section(one: Computable, table: Table) -> str:
    measure = one.measure
    said = [(name, text) for name, text in _facts(measure).items() if text]
    facts = "\n".join(f"- **{name}:** {text}" for name, text in said)
    return f"## {measure.id}\n\n{measure.title}.\n\n{measure.definition}\n\n{facts}\n\n{_worked(EXAMPLES[measure.id], table)}"


def _facts(measure: Measure) -> dict[str, str]:
    mature = "; ".join(f"{name} complete {days} days after the period" for name, days in measure.follow_up_days.items())
    return {
        "Formula": measure.formula,
        "Excluded": "; ".join(measure.exclusions),
        "Mature when": mature,
        "Series breaks": "; ".join(measure.breaks),
        "Source": measure.source,
    }


def _worked(example: Example, table: Table) -> str:
    period = f"{example.starts:%-d %B %Y} to {example.ends:%-d %B %Y}"
    parts = [_text(f"`{name}`:", text, table) for name, text in example.tables.items()]
    return "\n".join([f"Example, {period}.\n", *parts, _text("Answer:", example.answer, table)])


def _text(head: str, text: str, table: Table) -> str:
    rows = cells(text)
    return f"{head}\n\n{table(list(rows[0]), [list(row.values()) for row in rows])}\n"
