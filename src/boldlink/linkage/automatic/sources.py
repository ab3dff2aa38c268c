"""Records as the engine compares them: sources brought to common meanings, in one form each, in one canonical order.

    Source (raw text columns with meanings)  ->  Frame (one table of all sources, columns named by meaning)

Rows are ordered by their content, so that nothing that follows depends on ids or on the order of the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.standardise import (
    PLACEHOLDER_DATES,
    apply,
    month_first,
    outcode,
    read_code,
    read_date,
    standardise,
)
from boldlink.standardise.names import Result
from boldlink.standardise.nicknames import full_names

MANY = frozenset({"forename", "surname"})  # meanings that a person may have several of: aliases
READABLE = 0.8  # share of a column that must read under a UK rule before it is treated as UK data
SAMPLE = 20_000


@dataclass(frozen=True)
class Source:
    """One file or dataset of records about people.

    records: a table with a string column `unique_id` and one column of raw text per entry of `meanings`.
    meanings: column -> meaning (boldlink.standardise.MEANINGS); a second forename or surname column holds aliases.
    distinct_people: nobody stands in it twice.
    """

    name: str
    records: pa.Table
    meanings: Mapping[str, str]
    distinct_people: bool = False


@dataclass(frozen=True)
class Frame:
    """All sources in one table: source_dataset, unique_id, then a column per common meaning."""

    table: pa.Table
    names: tuple[str, ...]  # of the sources
    columns: tuple[str, ...]  # common meanings, as column names
    uk_postcodes: bool
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)  # source, column, rule -> rows

    @property
    def sparse(self) -> bool:
        """No names on one side: only initials, date of birth, sex and area."""
        return "surname" not in self.columns and "forename" not in self.columns


def frame(sources: Sequence[Source]) -> Frame:
    """Bring sources to their common meanings. Raises BadRecords if they share too little to compare people by."""
    _check(sources)
    uk = _mostly_uk(sources)
    several = {meaning for source in sources for meaning, n in Counter(source.meanings.values()).items() if n > 1}
    read = [_standardised(source, uk, several & MANY) for source in sources]
    common = _common([set(columns) for columns, _ in read])
    if len(common & IDENTIFYING) < 1 or len(common) < 2:
        raise BadRecords(
            "LINK-NOTHING-COMMON",
            f"The files share {len(common)} column(s) by which people could be compared, which is too few.",
            f"shared meanings: {', '.join(sorted(common)) or 'none'}.",
            "say what columns mean with --column COLUMN=MEANING",
        )
    tables = [_named(source, columns, common) for source, (columns, _) in zip(sources, read, strict=True)]
    whole = _ordered(pa.concat_tables(tables))
    counts = {source.name: found for source, (_, found) in zip(sources, read, strict=True)}
    return Frame(whole, tuple(source.name for source in sources), tuple(sorted(common)), uk, counts)


IDENTIFYING = frozenset(
    {"surname", "surname_initial", "forename", "date_of_birth", "pnc", "cro", "nino", "nhs_number", "national_id", "prison_number", "email", "phone"}
)  # fmt: skip


def _check(sources: Sequence[Source]) -> None:
    names = [source.name for source in sources]
    if len(set(names)) < len(names):
        raise BadRecords("LINK-SAME-NAME", "Two sources have the same name.", do="give every source its own name")
    for source in sources:
        ids = source.records.column("unique_id")
        repeated = len(ids) - pc.count_distinct(ids).as_py()
        if repeated:
            raise BadRecords(
                "LINK-DUPLICATE-IDS",
                f"{repeated} id(s) of {source.name} stand more than once.",
                "an id must name one record.",
                "choose another column with --id, or none to have the rows numbered",
            )


def _mostly_uk(sources: Sequence[Source]) -> bool:
    """Do postcode columns read as UK postcodes?"""
    seen, readable = 0, 0
    for source in sources:
        for column in (c for c, meaning in source.meanings.items() if meaning == "postcode"):
            values = source.records.column(column).drop_null().slice(0, SAMPLE)
            done = standardise(values, "postcode")
            pseudo = sum(count for rule, count in done.counts.items() if rule in ("no_fixed_abode", "pseudo_postcode"))
            seen += len(values) - done.counts.get("empty", 0)
            readable += len(values) - done.values.null_count + pseudo
    return seen == 0 or readable >= READABLE * seen


Columns = dict[str, pa.Array]


def _standardised(source: Source, uk: bool, several: set[str]) -> tuple[Columns, dict[str, Mapping[str, int]]]:
    found: dict[str, list[pa.Array]] = {}
    counts: dict[str, Mapping[str, int]] = {}
    for column, meaning in source.meanings.items():
        text = source.records.column(column).combine_chunks().cast(pa.string())
        if meaning == "postcode" and not uk:
            done = apply(text, _plain_code)
        elif meaning == "date_of_birth":
            done = apply(text, _birth_date("%m/%d/%Y" if _american(text) else None))
        else:
            done = standardise(text, meaning)
        counts[column] = done.counts
        found.setdefault(meaning, []).append(done.values)
    return _derived(found, uk, several), counts


def _american(text: pa.Array) -> bool:
    return month_first(text.drop_null().slice(0, SAMPLE).to_pylist())


def _birth_date(layout: str | None) -> Callable[[str], Result]:
    """Dates of any century: the engine compares whoever it is given, and only placeholders say nothing of a person."""

    def rule(text: str) -> Result:
        value, why = read_date(text, layout)
        return (None, "placeholder_date") if value in PLACEHOLDER_DATES else (value, why)

    return rule


def _plain_code(text: str) -> Result:
    code, rule = read_code(text)
    return (code.lower() if code else None), rule


def _derived(found: Mapping[str, list[pa.Array]], uk: bool, several: set[str]) -> Columns:
    """One column per meaning, with what can be made from it for a side that holds less.

    several: meanings of which some source has more than one column; every source then lists its values.
    """
    columns: Columns = {meaning: values[0] for meaning, values in found.items()}
    if "full_name" in columns and "surname" not in columns:
        columns |= _parts(columns["full_name"])
    for meaning in MANY & set(columns):
        if several:
            columns[f"{meaning}_all"] = _together(found.get(meaning) or [columns[meaning]])
        columns.setdefault(f"{meaning}_initial", _first_letter(columns[meaning]))
    if "forename" in columns:
        columns["forename_full"] = _full_names(columns["forename"])
    if "postcode" in columns and uk:
        columns.setdefault("outcode", apply(columns["postcode"], lambda text: (outcode(text), None)).values)
    columns.pop("full_name", None)
    return columns


def of_values(columns: Iterable[str]) -> list[str]:
    """Columns that hold one value each: not lists of aliases, nor of what a name may be short for."""
    return [name for name in columns if not name.endswith(("_all", "_full"))]


def _full_names(forenames: pa.Array) -> pa.Array:
    """What each forename is, or is short for; missing where that is not known."""
    encoded = forenames.dictionary_encode()
    full = pa.array([list(full_names(name)) or None for name in encoded.dictionary.to_pylist()], pa.list_(pa.string()))
    return full.take(encoded.indices)


def _parts(full: pa.Array) -> Columns:
    words = [value.split() if value else [] for value in full.to_pylist()]
    return {
        "forename": pa.array([w[0] if len(w) > 1 else None for w in words], pa.string()),
        "middle_name": pa.array([" ".join(w[1:-1]) or None if len(w) > 2 else None for w in words], pa.string()),
        "surname": pa.array([w[-1] if w else None for w in words], pa.string()),
    }


def _together(columns: list[pa.Array]) -> pa.Array:
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([sorted({value for value in row if value}) or None for row in rows], pa.list_(pa.string()))


def _first_letter(values: pa.Array) -> pa.Array:
    return pc.utf8_slice_codeunits(values, 0, 1)


def _common(sides: Sequence[set[str]]) -> set[str]:
    """Meanings that every side has; the coarser of two that say the same, only where the finer is not common."""
    common = set.intersection(*sides)
    for finer, coarser in (
        ("postcode", "outcode"),
        ("forename", "forename_initial"),
        ("surname", "surname_initial"),
    ):
        if finer in common:
            common.discard(coarser)
    if not {"forename", "surname", "forename_all", "surname_all"} <= common:
        common -= {"forename_all", "surname_all"}
    if {"forename", "surname"} & common:
        common.discard("sex")  # sex enters the score only where there is little else
    return common


def _named(source: Source, columns: Columns, common: set[str]) -> pa.Table:
    rows = source.records.num_rows
    made = {
        "source_dataset": pa.array([source.name] * rows, pa.string()),
        "unique_id": source.records.column("unique_id").cast(pa.string()),
    }
    return pa.table({**made, **{name: columns[name] for name in sorted(common)}})


def _ordered(table: pa.Table) -> pa.Table:
    """Rows by content, so that samples and ties fall the same way whatever the ids are."""
    plain = [
        name for name in table.schema.names if pa.types.is_string(table.schema.field(name).type) and name != "unique_id"
    ]
    keys = [(name, "ascending") for name in [*plain, "unique_id"]]
    return table.take(pc.sort_indices(table, sort_keys=keys))
