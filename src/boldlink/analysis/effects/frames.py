"""From research tables to the frames that methods read: one row a person or a stretch of time, inside the room.

A frame holds rows of people. It never leaves this room: what a Computable returns is counts and estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask
from boldlink.analysis.engine import keys_of
from boldlink.values import Confidence

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NOT_KNOWN = "not known"
SENTENCE_BANDS = ((0, "under 3 months"), (90, "3 to 6 months"), (180, "6 to 12 months"), (365, "12 months or more"))
PRIOR_BANDS = ((0, "none"), (1, "1 to 2"), (3, "3 to 6"), (7, "7 to 10"), (11, "11 or more"))
FEWEST = 30  # rows behind a covariate's value: rarer values stand together
RARE = "any rarer value"


def ask_for(connection: duckdb.DuckDBPyConnection, sql: str, confidence: Confidence | str, ask: Ask) -> pd.DataFrame:
    """Rows of a query whose `person` becomes a number; `{person}` in it becomes the person column of a confidence.

    Rows of nobody (no person id) are left out. Rows stand in the order of their columns, the first of which says nothing of
    what became of a person: the same data gives the same frame, however it was laid out.
    """
    rows = f"select * from ({sql.replace('{person}', f'person_{confidence}')}) where person is not null"
    connection.execute(f"create or replace temp table asked as {rows}", ask.period)
    connection.execute("create or replace temp table numbered as select distinct person from asked order by person")
    if ask.people is not None:
        numbers = connection.sql("select person from numbered order by rowid").to_arrow_table()
        ask.people.know(f"person_{confidence}", keys_of(numbers.column("person")))
    found = "select asked.* replace (numbered.rowid as person) from asked join numbered using (person) order by all"
    return connection.sql(found).df()


def banded(column: str, bands: Sequence[tuple[int, str]]) -> str:
    """SQL that puts an integer column into bands that start at the given values; empty stays its own band."""
    whens = " ".join(f"when {column} >= {start} then '{label}'" for start, label in reversed(bands))
    return f"case when {column} is null then '{NOT_KNOWN}' {whens} else '{NOT_KNOWN}' end"


def decade(column: str) -> str:
    """SQL that makes a year of birth, or a band of years (1990-1994), its decade: 1990s."""
    return f"substr({column}, 1, 3) || '0s'"


def beside(frame: pd.DataFrame, categories: Sequence[str], flags: Sequence[str] = ()) -> pd.DataFrame:
    """A design without a constant: flags, and a column for each value of a category but its commonest. (rows, columns).

    Rare values stand together, or with the commonest where together they are rare still, so that no column stands for a
    handful of people; what is the same for all is left out.
    """
    from boldlink.analysis.methods import indicators

    made = indicators(frame[list(flags)].assign(**{name: _gathered(frame[name]) for name in categories}), *categories)
    shown = made[[name for name in made.columns if name in flags or made[name].sum() >= FEWEST]]
    return shown.loc[:, shown.nunique() > 1]


def _gathered(values: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """A category's values as text, the rare ones under one name."""
    import numpy as np

    from boldlink.analysis.methods import coded

    codes, words = coded(values, NOT_KNOWN)
    counts = np.bincount(codes, minlength=len(words))
    shown = [word if count >= FEWEST else RARE for word, count in zip(words, counts, strict=True)]
    return np.array(shown, dtype=object)[codes]
