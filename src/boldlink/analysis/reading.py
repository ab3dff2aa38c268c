"""What a measure reads of a research dataset: the columns that it declares, and no column more.

Every column of an agreement must serve something that its use case asks for (UK GDPR Article 5(1)(c)). That can be checked
only if a measure's declaration is all that it sees: `compute` hands it these columns of each table and no others.
"""

from __future__ import annotations

from collections.abc import Mapping

from boldlink.analysis.ask import QUALITY, Computable

# What one department calls a characteristic that another keeps under another name, so that both can be broken down by it.
ALIKE = {("probation", "sex_recorded"): "gender_recorded", ("probation", "release_region"): "probation_region"}
# What linking puts beside every row of a research table: who it is of, and how sure that is. No agreement names it.
LINKED = (
    *("person_exact", "person_high", "person_medium", "person_low"),
    *("link_weight", "link_probability", "link_grade"),
)


def columns_read(one: Computable, by: tuple[str, ...] = ()) -> Mapping[str, tuple[str, ...]]:
    """Dataset -> the columns that the measure reads of it when broken down by `by`, what linking adds left out.

    Those of `where_shared` and those of the datasets beside the index are read only where they are there.
    """
    return {
        name: tuple(dict.fromkeys((*needed, *one.where_shared.get(name, ()), *_broken_down(one, name, by))))
        for name, needed in one.needs.items()
        if name != QUALITY
    }


def handed(one: Computable, by: tuple[str, ...] = ()) -> Mapping[str, tuple[str, ...]]:
    """Dataset -> the columns that a measure is handed: those that it reads, and those that linking adds."""
    return {name: tuple(dict.fromkeys((*columns, *LINKED))) for name, columns in columns_read(one, by).items()}


def _broken_down(one: Computable, dataset: str, by: tuple[str, ...]) -> tuple[str, ...]:
    """A dataset's columns of a breakdown, each by its own name or by the one under which the dataset keeps it."""
    if dataset == one.index:
        return by
    if dataset not in one.beside:
        return ()
    return tuple(name for column in by for name in (column, ALIKE.get((dataset, column), column)))
