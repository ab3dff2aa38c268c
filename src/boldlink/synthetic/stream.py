"""From blocks to files in bounded memory: every row goes to a bucket by chance, and buckets are shuffled one after another.

Two passes: while blocks are made, their rows fall into bucket files; then each file is written from its buckets. The order of
rows says nothing of who stands where in another file. The bytes depend on seed and people, not on the number of processes.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from boldlink.synthetic.blocks import Block

BUCKET_PEOPLE = 50_000  # a dataset's rows of so many people are in memory at once
ONE_PROCESS_PEOPLE = 40_000  # below it a second process costs more than it brings
Deliver = Callable[[Block], Iterator[tuple[str, Iterable[list[str]]]]]
Map = Callable[..., Iterator[Any]]  # `map`, in this process or in several
Pages = dict[tuple[str, int], bytes]  # text by sheet and bucket
Say = Callable[[str], None]


@dataclass(frozen=True)
class File:
    """A file to write: where, and its header. Files with `last` are put in place when all others are."""

    path: Path
    header: Sequence[str]
    last: bool = False


def write_files(
    blocks: Sequence[Block], deliver: Deliver, files: Mapping[str, File], processes: int | None, say: Say
) -> dict[str, int]:
    """Write each sheet that `deliver` gives of each block into its file. Rows by sheet.

    Folders must be there. Atomic file by file. `deliver` is a function of a module: other processes import it.
    """
    people = sum(block.people for block in blocks)
    buckets, seed = -(-people // BUCKET_PEOPLE), blocks[0].seed
    folder = next(iter(files.values())).path.parents[1]
    with TemporaryDirectory(prefix=".buckets-", dir=folder) as scratch, _workers(people, processes) as each:
        done = 0
        for block, pages in zip(blocks, each(partial(_fill, deliver, buckets), blocks), strict=True):
            _keep(Path(scratch), pages)
            done += block.people
            say(f"Made {done:,} of {people:,} synthetic people")
        say("Shuffling rows and writing files")
        return _finish(each, Path(scratch), files, buckets, seed)


@contextmanager
def _workers(people: int, processes: int | None) -> Iterator[Map]:
    count = processes or (1 if people < ONE_PROCESS_PEOPLE else min(2, os.cpu_count() or 1))
    if count == 1:
        yield map
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _fill(deliver: Deliver, buckets: int, block: Block) -> Pages:
    """A block's rows as text, by sheet and bucket."""
    draw = block.chance("buckets")
    pages: Pages = {}
    for sheet, rows in deliver(block):
        texts = [io.StringIO() for _ in range(buckets)]
        writers = [csv.writer(text, lineterminator="\n").writerow for text in texts]
        for row in rows:
            writers[draw.randrange(buckets)](row)
        pages |= {(sheet, bucket): text.getvalue().encode() for bucket, text in enumerate(texts)}
    return pages


def _keep(scratch: Path, pages: Pages) -> None:
    for (sheet, bucket), text in pages.items():
        with _bucket(scratch, sheet, bucket).open("ab") as file:
            file.write(text)


def _bucket(scratch: Path, sheet: str, bucket: int) -> Path:
    return scratch / f"{sheet.replace('/', '~')}~{bucket}"


def _finish(each: Map, scratch: Path, files: Mapping[str, File], buckets: int, seed: int) -> dict[str, int]:
    """Last files last: whoever finds them finds everything."""
    write = partial(_write, scratch, buckets, seed)
    rows: dict[str, int] = {}
    for last in (False, True):
        now = {sheet: file for sheet, file in files.items() if file.last == last}
        rows |= dict(zip(now, each(write, now.keys(), now.values()), strict=True))
    return rows


def _write(scratch: Path, buckets: int, seed: int, sheet: str, file: File) -> int:
    """One file from its buckets, each shuffled. Number of rows."""
    temporary = file.path.with_name(f".{file.path.name}.part")
    write = _write_parquet if file.path.suffix == ".parquet" else _write_csv
    rows = write(temporary, file.header, (_shuffled(scratch, sheet, bucket, seed) for bucket in range(buckets)))
    temporary.replace(file.path)
    return rows


def _shuffled(scratch: Path, sheet: str, bucket: int, seed: int) -> list[bytes]:
    path = _bucket(scratch, sheet, bucket)
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    path.unlink(missing_ok=True)
    Random(f"{seed}/{sheet}/{bucket}").shuffle(lines)
    return lines


def _write_csv(path: Path, header: Sequence[str], buckets: Iterable[list[bytes]]) -> int:
    rows = 0
    with path.open("wb") as file:
        file.write((",".join(header) + "\n").encode())
        for lines in buckets:
            rows += len(lines)
            file.writelines(lines)
    return rows


def _write_parquet(path: Path, header: Sequence[str], buckets: Iterable[list[bytes]]) -> int:
    """Text columns, one row group for each bucket; empty is null."""
    schema, rows = pa.schema([(name, pa.string()) for name in header]), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for lines in buckets:
            rows += len(lines)
            if lines:
                writer.write_table(_table(lines, schema))
    return rows


def _table(lines: list[bytes], schema: pa.Schema) -> pa.Table:
    return pacsv.read_csv(
        pa.py_buffer(b"".join(lines)),
        pacsv.ReadOptions(column_names=schema.names, use_threads=False),
        convert_options=pacsv.ConvertOptions(column_types=schema, strings_can_be_null=True, null_values=[""]),
    )
