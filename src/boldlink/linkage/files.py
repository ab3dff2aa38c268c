"""Files of records for the engine: csv or Parquet in, a source with meanings out; results written whole or not at all."""

from __future__ import annotations

import codecs
import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.sources import Source
from boldlink.linkage.automatic.understand import Understood
from boldlink.linkage.pairs.read import read_parquet
from boldlink.standardise import read_date, read_postcode


def read_table(path: Path) -> pa.Table:
    """A file as text columns, trimmed, empty as null. Raises BadRecords; never quotes a row."""
    if not path.is_file():
        why = "it is a folder." if path.is_dir() else "there is no such file."
        raise _bad(path, "LINK-NO-FILE", why, "give a csv or Parquet file")
    if path.stat().st_size == 0:
        raise _bad(path, "LINK-EMPTY", "it has no bytes.", "give a file with a header and rows")
    with path.open("rb") as file:
        start = file.read(4)
    table = _parquet(path) if start == b"PAR1" or path.suffix == ".parquet" else _csv(path)
    if table.num_rows == 0:
        raise _bad(path, "LINK-EMPTY", "it has a header and no rows.", "give a file with rows")
    return pa.table({name: _text(path, name, table.column(name)) for name in table.schema.names})


def as_source(name: str, table: pa.Table, understood: Understood) -> Source:
    """The records of a file as the engine takes them. Raises BadRecords for ids that are missing or stand twice."""
    if understood.id_column:
        ids = table.column(understood.id_column)
        if ids.null_count:
            raise BadRecords(
                "LINK-MISSING-IDS",
                f"{ids.null_count} row(s) of {name} have no {understood.id_column}.",
                do="choose another column with --id, or none to have the rows numbered",
            )
    else:
        ids = pa.chunked_array([pa.array([str(number) for number in range(table.num_rows)])])
    columns = {column: table.column(column) for column in understood.meanings}
    meanings = dict(understood.meanings)
    if understood.birth_parts:
        columns["date of birth (three columns)"] = _birth(table, understood.birth_parts)
        meanings["date of birth (three columns)"] = "date_of_birth"
    renamed = {f"c{n}": values for n, values in enumerate(columns.values())}
    return Source(name, pa.table({"unique_id": ids, **renamed}), {f"c{n}": meanings[c] for n, c in enumerate(columns)})


def names_of_files(paths: Sequence[Path]) -> dict[str, Path]:
    """A name per file: its stem, numbered where two are the same."""
    names: dict[str, Path] = {}
    for path in paths:
        name, number = path.stem, 2
        while name in names:
            name, number = f"{path.stem}_{number}", number + 1
        names[name] = path
    return names


def read_typed(path: Path) -> pa.Table:
    """A file's columns as a model takes them: as Parquet has them, or text, where csv knows nothing else."""
    if path.is_file() and path.stat().st_size and path.suffix == ".parquet":
        try:
            return read_parquet(path)
        except (pa.ArrowException, OSError):
            raise _damaged(path) from None
    return read_table(path)


def check_out(folder: Path) -> None:
    """Raises BadRecords (LINK-OUT) where no results could be put; makes nothing."""
    nearest = folder
    try:
        while not nearest.exists():
            nearest = nearest.parent
    except OSError:
        raise BadRecords(
            "LINK-OUT", "The folder for results cannot be named so.", do="give --out another name"
        ) from None
    if not nearest.is_dir():
        raise BadRecords("LINK-OUT", f"{nearest.name} is a file, and results need a folder.", do="give --out a folder")
    if not os.access(nearest, os.W_OK):
        raise BadRecords("LINK-OUT", "The folder for results may not be written to.", do="give --out another folder")


@contextmanager
def staged(folder: Path, names: Sequence[str]) -> Iterator[dict[str, Path]]:
    """Where to write results: beside their places, into which they are put together when all went well."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        in_the_way = [name for name in names if (folder / name).is_dir()]
    except OSError:
        raise BadRecords(
            "LINK-OUT", "The folder for results cannot be made.", do="give --out a folder that you may write to"
        ) from None
    if in_the_way:
        raise BadRecords(
            "LINK-OUT", f"In the folder for results, {in_the_way[0]} is a folder.", do="give --out another folder"
        )
    paths = {name: folder / f".{name}.part" for name in names}
    try:
        yield paths
        for name, path in paths.items():
            path.replace(folder / name)
    finally:
        for path in paths.values():
            path.unlink(missing_ok=True)


def write_results(folder: Path | Mapping[str, Path], files: Mapping[str, bytes | pa.Table | Mapping[str, Any]]) -> None:
    """Write results into a folder, all or none: a run that fails leaves earlier results as they were.

    Into staged places, each is written where it is told.
    """
    if isinstance(folder, Path):
        with staged(folder, list(files)) as places:
            write_results(places, files)
        return
    for name, content in files.items():
        _write(folder[name], content)


def _write(path: Path, content: bytes | pa.Table | Mapping[str, Any]) -> None:
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _csv(path: Path) -> pa.Table:
    _check_text(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(1 << 16)
    header = next(csv.reader(sample.splitlines()), [])
    separator = next((mark for mark in ",;\t|" if len(sample.splitlines()[0].split(mark)) > 1), ",")
    if separator != ",":
        header = next(csv.reader(sample.splitlines(), delimiter=separator), [])
    if any(_looks_like_data(one) for one in header):
        raise _bad(
            path,
            "LINK-NO-HEADER",
            "its first row looks like a record, and not like names of columns.",
            "put a row of names before the records",
        )
    if len(set(header)) < len(header):
        raise _bad(
            path,
            "LINK-COLUMNS-TWICE",
            f"{len(header) - len(set(header))} column name(s) stand twice.",
            "name every column once",
        )
    try:
        return pcsv.read_csv(
            path,
            parse_options=pcsv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowException, OSError):
        raise _bad(path, "LINK-UNREADABLE", "its rows do not read as csv.", "check separators and quotes") from None


def _looks_like_data(name: str) -> bool:
    """Whether what should name a column is an e-mail address, a date, a postcode or a number."""
    text = name.strip()
    postcode = len(text) > 4 and any(letter.isdigit() for letter in text) and read_postcode(text)[1] is None
    return "@" in text or text.isdigit() or read_date(text)[0] is not None or postcode


def _check_text(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                decoder.decode(piece)
                if b"\x00" in piece:
                    raise _bad(
                        path,
                        "LINK-UNREADABLE",
                        "it holds NUL bytes, which text does not.",
                        "export it as csv in UTF-8",
                    )
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise _bad(path, "LINK-ENCODING", "it is not written in UTF-8.", "write it in UTF-8") from None


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError):
        raise _damaged(path) from None


def _damaged(path: Path) -> BadRecords:
    why = "it does not read as Parquet: it is damaged or cut short."
    return _bad(path, "LINK-UNREADABLE", why, "give a whole file")


def _text(path: Path, name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return pa.chunked_array([pa.nulls(len(values), pa.string())])  # nothing that a person is compared by
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        values = pc.strftime(values.cast(pa.timestamp("s")), format="%Y-%m-%d")
    elif pa.types.is_floating(kind):
        whole = pc.all(pc.equal(values, pc.floor(values))).as_py()
        values = values.cast(pa.int64()) if whole else values
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _birth(table: pa.Table, parts: Mapping[str, str]) -> pa.ChunkedArray:
    columns = [table.column(parts["year"])]
    columns += [pc.utf8_lpad(table.column(parts[part]), 2, "0") for part in ("month", "day")]
    return pc.binary_join_element_wise(*columns, "-", null_handling="emit_null")


def _bad(path: Path, code: str, why: str, do: str) -> BadRecords:
    return BadRecords(code, f"{path.name} cannot be used:", why, do)
