"""What `boldlink link` does: files in, pairs, clusters, model and report out; with a model or without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.link import score
from boldlink.linkage.automatic.understand import Understood, understand
from boldlink.linkage.clusters import Clustered, cluster, cluster_rows, without_doubles
from boldlink.linkage.clusters.graph import as_graph
from boldlink.linkage.clusters.group import Rules
from boldlink.linkage.engine import Linkage, prepared
from boldlink.linkage.files import as_source, names_of_files, read_table, read_typed, staged, write_results
from boldlink.linkage.model import Model, as_splink, bits_of_probability, read_model, trained_already
from boldlink.linkage.pairs.score import probability
from boldlink.linkage.pairs.write import Written, write_pairs
from boldlink.linkage.report.page import render
from boldlink.linkage.report.quality import describe
from boldlink.linkage.report.unlinkable import unlinkable
from boldlink.linkage.training.train import by_content, columns_of, rules_to_train_by

Say = Callable[[str], None]
Told = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What a person may say of a run. columns: column -> meaning. least_bits: of pairs that are written."""

    columns: Mapping[str, str]
    id_column: str | None
    ignored: Sequence[str]
    least_bits: float
    distinct: bool | None
    seed: int
    threads: int | None
    memory_bytes: int | None
    max_pairs: int | None


def link_files(paths: Sequence[Path], out: Path, model: Path | None, options: Options, say: Say) -> Told:
    """Link the people of files, and write pairs.parquet, clusters.parquet, model.json, report.html. Raises BadRecords."""
    if out.exists() and not out.is_dir():
        raise BadRecords("LINK-OUT", f"{out.name} is a file, and results need a folder.", do="give --out a folder")
    return _with_model(paths, out, model, options, say) if model else _automatically(paths, out, options, say)


def _automatically(paths: Sequence[Path], out: Path, options: Options, say: Say) -> Told:
    tables = {name: read_table(path) for name, path in names_of_files(paths).items()}
    _require_columns(tables, {*options.columns, *options.ignored, *filter(None, [options.id_column])})
    understood = {name: _understood(name, table, options) for name, table in tables.items()}
    sources = [
        replace(as_source(name, table, understood[name]), distinct_people=bool(options.distinct))
        for name, table in tables.items()
    ]
    linked = score(
        sources, threshold_probability=float(probability(np.array(options.least_bits))), seed=options.seed,
        threads=options.threads, memory_bytes=options.memory_bytes, max_pairs=options.max_pairs, progress=say,
    )  # fmt: skip
    say("Putting pairs together")
    once = without_doubles(linked.pairs) if options.distinct is None else frozenset(tables if options.distinct else ())
    clusters = cluster(linked.records, linked.pairs, distinct=once, rank=np.arange(linked.records.num_rows))
    quality = {**linked.quality, "people": clusters.expected}
    columns = {name: one.as_dict() for name, one in understood.items()}
    report = render(quality, columns)
    files = {
        "pairs.parquet": linked.pairs,
        "clusters.parquet": clusters.table,
        "model.json": linked.model,
        "report.html": report,
    }
    write_results(out, files)
    return _told(quality, once, out, files) | {"understood": columns}


def _understood(name: str, table: pa.Table, options: Options) -> Understood:
    own_id = options.id_column if options.id_column in table.schema.names else None
    said = {column: meaning for column, meaning in options.columns.items() if column in table.schema.names}
    return understand(table, said, options.ignored, own_id, name)


def _require_columns(tables: Mapping[str, pa.Table], named: set[str]) -> None:
    known = {name for table in tables.values() for name in table.schema.names}
    if unknown := sorted(named - known):
        raise BadRecords(
            "LINK-UNKNOWN-COLUMN",
            f"No file has a column {', '.join(unknown)}.",
            do="check --column, --ignore and --id",
        )


def _with_model(paths: Sequence[Path], out: Path, path: Path | None, options: Options, say: Say) -> Told:
    assert path is not None
    if options.columns or options.ignored:
        raise BadRecords(
            "LINK-MODEL-COLUMNS",
            "A model names its columns itself, so --column and --ignore have nothing to say.",
            do="leave them out, or leave out --model",
        )
    model = read_model(path)
    model = replace(model, unique_id=options.id_column or model.unique_id)
    tables = {name: read_typed(one) for name, one in names_of_files(paths).items()}
    say("Making the model ready")
    with (
        prepared(
            tables, model, threads=options.threads, memory_bytes=options.memory_bytes, max_pairs=options.max_pairs
        ) as linkage,
        staged(out, ("pairs.parquet", "clusters.parquet", "model.json", "report.html")) as files,
    ):
        linkage = _trained(linkage, options.seed, say)
        say(f"Weighing up to {sum(linkage.most_pairs):,} pairs")
        examined = Counter[int]()
        written = write_pairs(
            files["pairs.parquet"], linkage.score_named(options.least_bits, sources=True),
            linked_bits=max(options.least_bits, LEAST_LINKED), examined=examined,
        )  # fmt: skip
        say("Putting pairs together")
        clusters, once = _clusters(linkage, written, options.distinct)
        quality = {**_quality(linkage, written, examined), "people": clusters.expected}
        report = render(quality, {})
        write_results(
            files, {"clusters.parquet": clusters.table, "model.json": as_splink(linkage.model), "report.html": report}
        )
    return _told(quality, once, out, files) | {"understood": {}}


def _trained(linkage: Linkage, seed: int, say: Say) -> Linkage:
    """A model that is not trained is trained, by those of its rules that teach something."""
    if trained_already(linkage.model):
        return linkage
    rules = rules_to_train_by(linkage.compiled, range(linkage.rules))
    say(f"Training by {len(rules)} of its rules")
    return linkage.trained(rules, seed=seed)


def _clusters(linkage: Linkage, written: Written, distinct: bool | None) -> tuple[Clustered, frozenset[str]]:
    records = linkage.compiled.records
    nodes = linkage.nodes
    graph = as_graph(records.names, records.source.astype(np.int64), written.left, written.right, written.weight)
    chances = probability(written.weight)
    if distinct is None:
        sure = chances >= SURE
        once = without_doubles(linkage.ends(written.left[sure], written.right[sure], chances[sure]))
    else:
        once = frozenset(records.names if distinct else ())
    rules = Rules(frozenset(n for n, name in enumerate(records.names) if name in once))
    rank = np.empty(records.rows, np.int64)
    rank[by_content(linkage.compiled)] = np.arange(records.rows)
    return cluster_rows(nodes, graph, rules, rank), once


SURE = 0.95
LEAST_LINKED = bits_of_probability(0.01)  # pairs that weigh less say nothing of who belongs together


def _quality(linkage: Linkage, written: Written, examined: Mapping[int, int]) -> dict[str, Any]:
    compiled = linkage.compiled
    known = {name.lower(): name for name in compiled.records.table.schema.names}
    used = {name for one in linkage.model.comparisons for name in columns_of(compiled, one)}
    columns = sorted(known[name] for name in used if name in known)
    return describe(
        linkage.model, compiled.records, examined, probability(written.weight), written.weight,
        columns=columns, unlinkable=unlinkable(linkage.stream),
    )  # fmt: skip


def _told(quality: Mapping[str, Any], once: frozenset[str], out: Path, files: Mapping[str, Any]) -> Told:
    return {
        "records": quality["records"],
        "candidate_pairs": quality["candidate_pairs"],
        "pairs": quality["scored_pairs"],
        "people": quality["people"],
        "thresholds": quality["thresholds"],
        "one_to_one": sorted(once),
        "status": quality["status"],
        "out": str(out),
        "files": sorted(files),
    }


__all__ = ["Model", "Options", "link_files"]
