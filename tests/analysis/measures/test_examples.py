"""Every measure on its own worked example: what the documentation prints is what the software answers."""

import pytest

from boldlink.analysis import compute
from boldlink.analysis.measures import EXAMPLES, LIBRARY
from boldlink.analysis.measures.example import cells


def answered(example, table, columns):
    """The computed rows as the example writes them, at medium confidence unless it names one."""
    rows = (
        table.rows if "confidence" in columns else [r for r in table.rows if r.get("confidence", "Medium") == "Medium"]
    )
    return [{column: text(row[column]) for column in columns} for row in rows]


def text(value):
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@pytest.mark.parametrize("name", [one.measure.id for one in LIBRARY])
def test_a_measure_gives_the_answer_of_its_worked_example(name):
    example = EXAMPLES[name]
    _, table = compute(name, example.research(), example.starts, example.ends, example.by)
    expected = cells(example.answer)
    assert answered(example, table, list(expected[0])) == expected
