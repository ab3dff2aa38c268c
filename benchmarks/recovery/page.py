"""The study's results as a page: every row that came out, in the order of the questions. Nothing is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recovery.questions import QUESTIONS
from recovery.study import Key, Tally

HEAD = """# Are the true effects recovered?

Made by `python benchmarks/recovery`; do not edit. {worlds} made-up worlds of {people:,} people, the seeds 1 to {worlds};
every question asked by every method, with links that are right and links broken on purpose at three rates. "Random": every
person is as likely to be missed; "informative": people without a home or with a dependence three times as likely. For each
four links that are missed one is false. What carries linkage error is told the true rates, or the probabilities of links,
which are honest.

- **truth**: set in `synthetic/effects.py`, or worked out in a world of {large:,} people from the risks behind the draws;
- **mean**: of all estimates (geometric for ratios), ± its Monte Carlo standard error;
- **coverage**: share of nominal 95 % intervals that hold the truth, ± its Monte Carlo standard error. With {worlds} worlds a
  method that is exactly right shows between {low:.1f} and {high:.1f} in 95 of 100 cases;
- **refused**: worlds in which the method said that there was too little to answer from.

Hazard ratios are worked out in the grouped form (piecewise exponential), which the software takes where there are many
people; tests hold it to Cox's partial likelihood.

A coverage under 93 % or over 97 % is marked with an asterisk. Null effects have the truth 1, or 0 for differences.
"""


def page(found: Mapping[Key, Tally], worlds: int, people: int, large: int) -> str:
    """The whole page as Markdown."""
    error = 1.96 * (95 * 5 / worlds) ** 0.5
    head = HEAD.format(worlds=worlds, people=people, large=large, low=95 - error, high=95 + error)
    return "\n".join([head, *(line for question in QUESTIONS for line in _section(question.id, found))])


def _section(question: str, found: Mapping[Key, Tally]) -> Iterator[str]:
    whole = next(one for one in QUESTIONS if one.id == question)
    yield f"\n## {question}\n"
    if whole.fails:
        yield f"**Expected to fail: {whole.fails}.**\n"
    yield f"Use case {whole.pilot}; the links that are broken are those to `{whole.linked}`.\n"
    yield "| effect | method | linkage error | carried | truth | mean | coverage % | worlds | refused |"
    yield "|---|---|---|---|---:|---:|---:|---:|---:|"
    for (id, method, carried, fault, about), one in found.items():
        if id == question and one.worlds:
            yield _row(about, method, fault, carried, one)


def _row(about: str, method: str, fault: str, carried: str, one: Tally) -> str:
    off = "" if 93 <= one.coverage_percent <= 97 else " *"
    mean = f"{one.mean:.2f} ± {one.mean_error:.2f}"
    coverage = f"{one.coverage_percent:.1f} ± {one.coverage_error:.1f}{off}"
    return f"| {about} | {method} | {fault} | {carried} | {one.truth:.2f} | {mean} | {coverage} | {one.worlds} | {one.refused} |"
