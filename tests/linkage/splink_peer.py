"""Splink itself, as the other side of a comparison: the same records and the same model."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

Pair = tuple[str, Any, str, Any]


def splink_pairs(tables: Mapping[str, pa.Table], settings: Mapping[str, Any], threshold: float | None) -> pa.Table:
    """What Splink predicts, with gammas. threshold: match weight, or None for all pairs."""
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    wanted = {**settings, "retain_intermediate_calculation_columns": False, "retain_matching_columns": True}
    with duckdb.connect(config={"threads": 2}) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")  # models of Splink 4 need it under DuckDB 2
        api = DuckDBAPI(connection=connection)
        frames = []
        for n, (name, table) in enumerate(tables.items()):
            connection.register(f"input_{n}", table)
            connection.execute(f"CREATE TABLE table_{n} AS SELECT * FROM input_{n}")
            frames.append(api.register(f"table_{n}", dataset_display_name=name))
        linker = Linker(frames if len(frames) > 1 else frames[0], wanted)
        limits = {} if threshold is None else {"threshold_match_weight": threshold}
        found = linker.inference.predict(**limits)
        return connection.sql(f"SELECT * FROM {found.physical_name}").to_arrow_table()
