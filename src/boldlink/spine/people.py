"""Source people: the rows of a dataset gathered by the owner's reference, as the engine compares them.

A source person may stand under several spellings; each different set of identifiers becomes one node, and the best of
their weights is the weight between two source people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from boldlink.linkage import Source
from boldlink.values import Contract, Role
from boldlink.vault import Sealed
from boldlink.vault.identifiers import read_identifiers

RECORD_KEY, SOURCE_PERSON, GRADE = "record_key", "source_person", "link_grade"


@dataclass(frozen=True)
class People:
    """One dataset's records for one use case: rows (record key, source person), and nodes (person, identifiers)."""

    dataset: str
    rows: pa.Table  # record_key, source_person: 16-byte binary; link_grade: int8, where the owner gives one
    source: Source  # unique_id = position of the node
    node_person: pa.Array  # source person of each node, 16-byte binary


def gather(identifiers: Sequence[Sealed], contract: Contract, scope: pa.Array | None, columns: Sequence[str]) -> People:
    """Read the in-scope records of one dataset, linkage columns that the agreement shares only."""
    wanted = [c for c in contract.with_role(Role.LINKAGE) if c.name in columns]
    kept = [RECORD_KEY, SOURCE_PERSON, *([GRADE] if contract.grade_column else [])]
    names = [SOURCE_PERSON, *(column.name for column in wanted)]
    tables = [read_identifiers(sealed, [*kept, *names[1:]]) for sealed in identifiers]
    table = pa.concat_tables(tables)
    if scope is not None:
        table = table.filter(pc.is_in(table.column(RECORD_KEY), scope))
    nodes = table.select(names).group_by(names, use_threads=False).aggregate([])
    nodes = nodes.sort_by([(name, "ascending") for name in (*names[1:], SOURCE_PERSON)])
    ids = pa.array([str(number) for number in range(nodes.num_rows)])
    records = nodes.drop_columns([SOURCE_PERSON]).append_column("unique_id", ids)
    meanings = {column.name: column.meaning or "" for column in wanted}
    people = nodes.column(SOURCE_PERSON).combine_chunks()
    source = Source(contract.dataset, records, meanings, contract.distinct_people)
    return People(contract.dataset, table.select(kept), source, pa.array(people))
