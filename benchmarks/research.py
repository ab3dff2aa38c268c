"""How long, and in how much memory, a research dataset is built: `python benchmarks/research.py --rows 5000000`.

One wide contract of twenty attributes (texts, dates, integers, booleans) and two substituted identifiers. Sealed attributes
and spine are written first, by another process, so that what is measured is surveying and building alone. Prints rows,
seconds and the largest resident memory.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from boldlink.datasets import Part, build, schema_of, survey
from boldlink.spine import SPINE_SCHEMA
from boldlink.values import Column, Contract, DataClass, RiskBounds, Role
from boldlink.vault import Lease, Sealed, SealedWriter, row_count

KEY, BATCH_ROWS = pa.binary(16), 500_000
PERSONAL = frozenset({DataClass.PERSONAL})
TEXTS = tuple(
    Column(f"code_{n}", "string", Role.ATTRIBUTE, classes=PERSONAL if n < 3 else frozenset()) for n in range(8)
)
DATES = tuple(Column(f"day_{n}", "date", Role.ATTRIBUTE) for n in range(6))
NUMBERS = (
    Column("birth_year", "integer", Role.ATTRIBUTE, classes=PERSONAL),
    Column("score", "integer", Role.ATTRIBUTE),
)
FLAGS = tuple(Column(f"flag_{n}", "boolean", Role.ATTRIBUTE) for n in range(4))
NUMBERED = tuple(Column(name, "string", Role.IDENTIFIER, identifier_type=name) for name in ("case", "booking"))
CONTRACT = Contract("wide", "Wide", "1", "owner", "moj", False, (*TEXTS, *DATES, *NUMBERS, *FLAGS, *NUMBERED))
BOUNDS = RiskBounds(100, 100.0, 100.0, 1, {"wide": ("code_0", "code_1", "code_2", "birth_year")}, {"wide": ("code_5",)})


def lease(name: str) -> Lease:
    return Lease(f"{name}/benchmark", "decision", True, b"k" * 32)


def ids(numbers: np.ndarray) -> pa.Array:
    """Numbers as 16-byte ids, spread as random ones are."""
    words = np.stack([numbers.astype("<u8") * np.uint64(0x9E3779B97F4A7C15), numbers.astype("<u8")], axis=1)
    return pa.Array.from_buffers(KEY, len(numbers), [None, pa.py_buffer(words.tobytes())])


def attributes(numbers: np.ndarray, people: int, draw: np.random.Generator) -> pa.Table:
    rows = len(numbers)
    made: dict[str, pa.Array] = {"record_key": ids(numbers), "unit": ids(numbers % people + 2**40)}
    for n, column in enumerate(TEXTS):
        words = pa.array([f"{column.name} says {one}" for one in range(4 + 12 * n)])
        made[column.name] = words.take(pa.array(draw.integers(0, len(words), rows)))
    for column in DATES:
        made[column.name] = pa.array(draw.integers(18_000, 19_800, rows).astype(np.int32)).cast(pa.date32())
    made["birth_year"] = pa.array(1930 + draw.integers(0, 75, rows))
    made["score"] = pa.array(draw.integers(0, 100, rows))
    made |= {column.name: pa.array(draw.random(rows) < 0.3) for column in FLAGS}
    made |= {column.name: ids(numbers + (n + 2) * 2**41) for n, column in enumerate(NUMBERED)}
    return pa.table(made)


def spine(numbers: np.ndarray, people: int, draw: np.random.Generator) -> pa.Table:
    person = numbers % people
    made = {"dataset": pa.repeat(pa.scalar("wide"), len(numbers)), "record_key": ids(numbers)}
    made["source_person"] = ids(person + 2**42)
    made |= {f"person_{method}": ids(person + n * 2**43) for n, method in enumerate(("high", "medium", "low", "exact"))}
    made |= {
        "link_weight": pa.array(draw.normal(12, 5, len(numbers))),
        "link_probability": pa.array(draw.random(len(numbers))),
    }
    made["link_grade"] = pa.array(draw.choice([1, 4, 35, 39, 99], len(numbers)).astype(np.int8))
    return pa.table(made)


def prepare(folder: Path, rows: int) -> None:
    """Sealed attributes and spine, in different orders."""
    draw, people = np.random.default_rng(1), max(rows // 3, 1)
    first = attributes(np.arange(1), people, draw).schema
    writers = {
        "attributes": SealedWriter(folder / "attributes", first, lease("attributes")),
        "spine": SealedWriter(folder / "spine", SPINE_SCHEMA, lease("spine")),
    }
    for start in range(0, rows, BATCH_ROWS):
        numbers = np.arange(start, min(start + BATCH_ROWS, rows))
        writers["attributes"].write(attributes(draw.permutation(numbers), people, draw))
        writers["spine"].write(spine(draw.permutation(numbers), people, draw))
    for writer in writers.values():
        writer.close()


def measure(folder: Path) -> None:
    columns = {column.name: column.role for column in CONTRACT.columns}
    coarse = {"birth_year": "band5", "day_0": "month"}
    part = Part(CONTRACT, [Sealed(folder / "attributes", lease("attributes"))], None, columns, coarse, "day_1")
    links = Sealed(folder / "spine", lease("spine"))
    started = time.perf_counter()
    found = survey(part, links, BOUNDS)
    surveyed = time.perf_counter()
    looked = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    writer = SealedWriter(folder / "research", schema_of(part), lease("research"))
    build(part, links, lease("pseudonyms"), 1, writer, found.place)
    writer.close()
    built = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows = row_count(Sealed(folder / "research", lease("research")))
    print(f"rows {rows:,}; people {found.risk.people:,}; columns {len(schema_of(part))}")
    print(
        f"surveyed in {surveyed - started:.1f} s (peak {looked:.2f} GiB); built in {built - surveyed:.1f} s; peak resident {peak:.2f} GiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        context = multiprocessing.get_context("spawn")
        for step, arguments in ((prepare, (Path(name), rows)), (measure, (Path(name),))):
            process = context.Process(target=step, args=arguments)
            process.start()
            process.join()


if __name__ == "__main__":
    main()
