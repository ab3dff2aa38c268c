"""The model opens in Splink, and Splink gives the same weights: an oracle that nobody here wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from invented_records import people, source, with_errors

from boldlink.linkage import Linked, score
from boldlink.linkage.automatic.sources import frame

splink = pytest.importorskip("splink")
SIDES = ("source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r")


def by_records(pairs: pa.Table) -> dict[frozenset[tuple[str, str]], float]:
    columns = (pairs.column(name).to_pylist() for name in (*SIDES, "match_weight"))
    return {frozenset({(dl, il), (dr, ir)}): weight for dl, il, dr, ir, weight in zip(*columns, strict=True)}


@pytest.fixture(scope="module")
def both() -> tuple[Linked, pa.Table]:
    rows = people(150)
    sources = [source("courts", rows), source("prisons", with_errors(rows))]
    linked, common = score(sources, threads=1), frame(sources).table
    database = splink.DuckDBAPI()
    tables = []
    for name in ("courts", "prisons"):
        side = common.filter(pa.compute.equal(common.column("source_dataset"), name))
        tables.append(database.register(side, dataset_display_name=name))
    linker = splink.Linker(tables, dict(linked.model), log_level=40)
    return linked, linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table()


def test_splink_finds_the_same_pairs_with_the_same_weights(both: tuple[Linked, pa.Table]) -> None:
    ours, theirs = by_records(both[0].pairs), by_records(both[1])
    assert len(ours) >= 140
    assert set(ours) == set(theirs)
    for pair, weight in ours.items():
        assert weight == pytest.approx(theirs[pair], abs=1e-6)


def test_a_model_survives_the_way_through_json(both: tuple[Linked, pa.Table], tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(both[0].model), encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == both[0].model
