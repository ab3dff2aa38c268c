"""Files in, whole or refused in words; results out, all or none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.understand import Understood
from boldlink.linkage.files import as_source, read_table, write_results

SECRET = "zebulon"


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def cut_parquet(folder: Path) -> Path:
    whole = folder / "whole.parquet"
    pq.write_table(pa.table({"surname": [SECRET] * 100}), whole)
    return written(folder, "cut.parquet", whole.read_bytes()[:-40])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_reads_with_the_usual_separators(tmp_path: Path, separator: str) -> None:
    lines = [["surname", "dob"], ["okoro", "1980-02-03"], ["", "1990-01-01"]]
    text = "\n".join(separator.join(line) for line in lines)
    assert read_table(written(tmp_path, "a.csv", text.encode())).to_pydict() == {
        "surname": ["okoro", None],
        "dob": ["1980-02-03", "1990-01-01"],
    }


def test_text_stays_text_and_loses_only_its_outer_spaces(tmp_path: Path) -> None:
    found = read_table(written(tmp_path, "a.csv", "﻿id,zip\n 007 ,01234\n".encode()))
    assert found.to_pydict() == {"id": ["007"], "zip": ["01234"]}


def test_parquet_dates_and_whole_numbers_become_the_text_one_would_write(tmp_path: Path) -> None:
    table = pa.table(
        {"dob": pa.array([3_650], pa.date32()), "zip": [1234.0], "sex": pa.array(["F"]).dictionary_encode()}
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet").to_pydict() == {"dob": ["1979-12-30"], "zip": ["1234"], "sex": ["F"]}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "LINK-EMPTY"),
        ("header.csv", b"surname,dob\n", "LINK-EMPTY"),
        ("latin.csv", f"surname\n{SECRET}\n".encode() + b"Zo\xeb\n", "LINK-ENCODING"),
        ("nul.csv", f"surname\n{SECRET}\x00\n".encode(), "LINK-UNREADABLE"),
        ("ragged.csv", f"surname,dob\n{SECRET},1,2,3\n".encode(), "LINK-UNREADABLE"),
        ("twice.csv", f"surname,surname\n{SECRET},b\n".encode(), "LINK-COLUMNS-TWICE"),
        ("text.parquet", f"{SECRET}\n".encode(), "LINK-UNREADABLE"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_without_its_values(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(BadRecords) as refused:
        read_table(written(tmp_path, name, content))
    assert refused.value.code == code
    assert name in refused.value.what
    assert SECRET not in str(refused.value)


def test_a_parquet_file_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRecords) as refused:
        read_table(cut_parquet(tmp_path))
    assert refused.value.code == "LINK-UNREADABLE"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRecords) as refused:
        read_table(tmp_path / "nowhere.csv")
    assert refused.value.code == "LINK-NO-FILE"


def test_rows_without_an_id_column_are_numbered() -> None:
    found = as_source("a", pa.table({"s": ["okoro", "marsh"]}), Understood({"s": "surname"}, None, {}, ()))
    assert found.records.column("unique_id").to_pylist() == ["0", "1"]


def test_a_record_without_an_id_is_refused_with_its_count() -> None:
    table = pa.table({"rec": ["1", None], "s": ["okoro", "marsh"]})
    with pytest.raises(BadRecords) as refused:
        as_source("a", table, Understood({"s": "surname"}, "rec", {}, ()))
    assert refused.value.code == "LINK-MISSING-IDS"
    assert refused.value.what.startswith("1 ")


def test_day_month_and_year_are_put_together() -> None:
    table = pa.table({"s": ["okoro"], "d": ["3"], "m": ["2"], "y": ["1980"]})
    found = as_source("a", table, Understood({"s": "surname"}, None, {"day": "d", "month": "m", "year": "y"}, ()))
    column = next(name for name, meaning in found.meanings.items() if meaning == "date_of_birth")
    assert found.records.column(column).to_pylist() == ["1980-02-03"]


def test_results_replace_earlier_ones_file_by_file(tmp_path: Path) -> None:
    written(tmp_path, "old.txt", b"mine")
    write_results(tmp_path, {"report.html": b"one", "model.json": {"a": 1}})
    write_results(tmp_path, {"report.html": b"two", "pairs.parquet": pa.table({"a": [1]})})
    assert (tmp_path / "report.html").read_bytes() == b"two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.json", "old.txt", "pairs.parquet", "report.html"]


def test_a_failed_write_leaves_earlier_results_and_nothing_half_made(tmp_path: Path) -> None:
    write_results(tmp_path, {"report.html": b"one"})
    with pytest.raises(TypeError):
        write_results(tmp_path, {"report.html": b"two", "model.json": {"a": object()}})
    assert (tmp_path / "report.html").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
