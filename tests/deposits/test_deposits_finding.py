"""Extracts as they lie in a folder, and what lies there and is none."""

import hashlib
import os

import pytest
from invented_extracts import rows

from boldlink.values import DeliveryKind


def whys(desk):
    return [problem.why for problem in desk.find()[1]]


def test_dataset_version_and_kind_stand_in_the_path(desk):
    path = desk.lay(rows(), "2024-q1.delta.csv")
    [extract], strange = desk.find()
    assert (extract.dataset, extract.version, extract.kind) == ("courts", "2024-q1", DeliveryKind.DELTA)
    assert extract.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert strange == []


def test_extracts_come_in_the_order_of_their_versions(desk):
    for name in ("2024-03.delta.csv", "2024-01.full.parquet", "2024-02.withdrawal.csv"):
        desk.lay(rows(), name)
    assert [extract.version for extract in desk.find()[0]] == ["2024-01", "2024-02", "2024-03"]


@pytest.mark.parametrize(
    "name",
    [
        "full.csv",
        "2024.csv",
        "2024.full.xlsx",
        "2024.FULL.csv",
        "2024.full.CSV",
        "2024.full.csv.gz",
        "2024.full.csv~",
    ],
)
def test_a_file_of_an_odd_name_is_told_and_stops_no_other(desk, name):
    desk.lay(rows())
    desk.lay(rows(), name)
    found, [problem] = desk.find()
    assert [extract.path.name for extract in found] == ["2024.full.csv"]
    assert problem.code == "DEPOSIT-NOT-AN-EXTRACT" and f"courts/{name}" in problem.what


def test_a_folder_without_a_data_contract_is_told(desk):
    desk.lay(rows(), dataset="cuorts")
    found, [problem] = desk.find()
    assert found == [] and "cuorts/2024.full.csv" in problem.what and "no data contract" in problem.why


def test_a_file_beside_the_folders_is_told(desk):
    (desk.folder / "2024.full.csv").write_text(rows())
    assert whys(desk) == ["it lies in no dataset's folder."]


def test_a_folder_under_the_name_of_a_file_is_no_extract(desk):
    (desk.folder / "courts" / "2024.full.csv").mkdir(parents=True)
    assert "a link or a folder" in whys(desk)[0]


def test_a_link_to_a_file_elsewhere_is_no_extract(desk):
    real = desk.lay(rows(), "2024.full.csv")
    real.rename(desk.folder / ".elsewhere")
    real.symlink_to(desk.folder / ".elsewhere")
    assert "a link or a folder" in whys(desk)[0]


def test_a_link_to_a_folder_elsewhere_holds_no_extracts(desk):
    desk.lay(rows())
    (desk.folder / "courts").rename(desk.folder / ".elsewhere")
    (desk.folder / "courts").symlink_to(desk.folder / ".elsewhere")
    assert "a link or a folder" in whys(desk)[0]


def test_a_file_that_may_not_be_read_is_told(desk, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    desk.lay(rows())
    monkeypatch.setattr("boldlink.deposits.extracts.sha256_of_extract", refuse)
    assert "may not be read" in whys(desk)[0]


def test_hidden_files_are_passed_over(desk):
    desk.lay(rows(), ".2024.full.csv.part")
    (desk.folder / ".DS_Store").write_text("x")
    assert desk.find() == ([], [])


def test_a_file_name_that_does_not_print_is_shown_by_its_escapes(desk):
    desk.lay(rows())
    (desk.folder / "courts" / os.fsdecode(b"r\xff\x1b[2J.csv")).write_text("x")
    [problem] = desk.find()[1]
    assert problem.what.isprintable() and problem.what.encode()
