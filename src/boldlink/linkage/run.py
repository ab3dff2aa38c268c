"""What `boldlink link` does: files in, pairs, clusters, model and report out; with a model or without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldlink.linkage.automatic.link import score
from boldlink.linkage.clusters import Clustered, cluster, cluster_rows, without_doubles
from boldlink.linkage.clusters.graph import as_graph
from boldlink.linkage.clusters.group import Rules
from boldlink.linkage.engine import Linkage
from boldlink.linkage.files import check_out, staged, write_results
from boldlink.linkage.inputs import LEAST_BITS, Options, Say, under_model, understood_sources
from boldlink.linkage.model import as_splink
from boldlink.linkage.pairs.score import in_words, probability
from boldlink.linkage.pairs.write import Written, write_pairs
from boldlink.linkage.report.page import render
from boldlink.linkage.report.quality import describe
from boldlink.linkage.report.unlinkable import unlinkable
from boldlink.linkage.training.train import by_content, columns_of

Told = dict[str, Any]


def link_files(paths: Sequence[Path], out: Path, model: Path | None, options: Options, say: Say) -> Told:
    """Link the people of files, and write pairs.parquet, clusters.parquet, model.json, report.html. Raises BadRecords."""
    check_out(out)
    return _with_model(paths, out, model, options, say) if model else _automatically(paths, out, options, say)


def _automatically(paths: Sequence[Path], out: Path, options: Options, say: Say) -> Told:
    sources, understood = understood_sources(paths, options)
    linked = score(
        sources, threshold_probability=float(probability(np.array(options.least_bits))), seed=options.seed,
        threads=options.threads, memory_bytes=options.memory_bytes, max_pairs=options.max_pairs, progress=say,
    )  # fmt: skip
    say("Putting pairs together")
    once = (
        without_doubles(linked.pairs) if options.distinct is None else frozenset(understood if options.distinct else ())
    )
    clusters = cluster(linked.records, linked.pairs, distinct=once, rank=np.arange(linked.records.num_rows))
    quality = {**linked.quality, **clusters.quality()}
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


def _with_model(paths: Sequence[Path], out: Path, model: Path, options: Options, say: Say) -> Told:
    with (
        under_model(paths, model, options, say) as linkage,
        staged(out, ("pairs.parquet", "clusters.parquet", "model.json", "report.html")) as files,
    ):
        most, examined = sum(linkage.most_pairs), Counter[int]()
        found = linkage.score_named(options.least_bits, sources=True)
        written = write_pairs(
            files["pairs.parquet"], linkage.schema(sources=True), in_words(found, lambda one: one[0].examined, most, say),
            linked_bits=max(options.least_bits, LEAST_BITS), examined=examined,
        )  # fmt: skip
        say("Putting pairs together")
        clusters, once = _clusters(linkage, written, options.distinct)
        quality = {**_quality(linkage, written, examined), **clusters.quality()}
        report = render(quality, {})
        write_results(
            files, {"clusters.parquet": clusters.table, "model.json": as_splink(linkage.model), "report.html": report}
        )
    return _told(quality, once, out, files) | {"understood": {}}


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


def _quality(linkage: Linkage, written: Written, examined: Mapping[int, int]) -> dict[str, Any]:
    compiled = linkage.compiled
    known = {name.lower(): name for name in compiled.records.table.schema.names}
    used = {name for one in linkage.model.comparisons for name in columns_of(compiled, one)}
    columns = sorted(known[name] for name in used if name in known)
    return describe(
        linkage.model, compiled.records, examined, written.spread,
        columns=columns, unlinkable=unlinkable(linkage.stream),
    )  # fmt: skip


def _told(quality: Mapping[str, Any], once: frozenset[str], out: Path, files: Mapping[str, Any]) -> Told:
    return {
        "records": quality["records"],
        "candidate_pairs": quality["candidate_pairs"],
        "expected_reach": quality.get("expected_reach"),
        "pairs": quality["scored_pairs"],
        "people": quality["people"],
        "best_threshold": quality["best_threshold"],
        "thresholds": quality["thresholds"],
        "one_to_one": sorted(once),
        "status": quality["status"],
        "out": str(out),
        "files": sorted(files),
    }
