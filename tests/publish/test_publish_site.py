"""The register is swapped in whole or not at all, is the same for the same exports, and harms no folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from boldlink.errors import BadInput
from boldlink.publish import publish, site

Tree = Callable[[Path], Mapping[str, bytes]]
Export = dict[str, Any]


class PowerCut(BaseException):
    """What no handler of errors catches."""


def test_it_returns_what_was_published(dhsc: Export, tmp_path: Path) -> None:
    published = publish([dhsc], tmp_path / "site")
    assert published.index == tmp_path / "site" / "index.html"
    assert published.index.is_file()
    assert published.pages == 26
    assert {"releases/r-2024-001.xlsx", "releases/r-2024-001.ods"} <= set(published.files)
    assert all((tmp_path / "site" / path).is_file() for path in published.files)


def test_the_same_exports_give_the_same_bytes_in_any_order(
    dhsc: Export, moj: Export, tmp_path: Path, tree: Tree
) -> None:
    publish([dhsc, moj], tmp_path / "one")
    publish([moj, dhsc], tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_publishing_the_same_again_changes_nothing(alone: Export, tmp_path: Path) -> None:
    first = publish([alone], tmp_path / "site")
    before = (tmp_path / "site" / "index.html").stat()
    second = publish([alone], tmp_path / "site")
    after = (tmp_path / "site" / "index.html").stat()
    assert (first.changed, second.changed) == (True, False)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert first.files == second.files


def test_a_new_export_replaces_the_register_and_leaves_nothing_of_the_old(
    dhsc: Export, alone: Export, tmp_path: Path
) -> None:
    publish([dhsc], tmp_path / "site")
    published = publish([alone], tmp_path / "site")
    assert published.changed
    assert not (tmp_path / "site" / "releases").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_page_changed_by_hand_is_put_right(alone: Export, tmp_path: Path) -> None:
    publish([alone], tmp_path / "site")
    (tmp_path / "site" / "index.html").write_text("something else")
    assert publish([alone], tmp_path / "site").changed
    assert "something else" not in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_checksums_name_every_other_file(alone: Export, tmp_path: Path, tree: Tree) -> None:
    publish([alone], tmp_path / "site")
    files = dict(tree(tmp_path / "site"))
    lines = files.pop("checksums.txt").decode().splitlines()
    assert lines == [f"{hashlib.sha256(content).hexdigest()}  {path}" for path, content in files.items()]


@pytest.mark.parametrize("failure", [RuntimeError, PowerCut, OSError])
def test_when_a_page_fails_the_old_register_stays_whole(
    alone: Export, moj: Export, tmp_path: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch, failure: type
) -> None:
    publish([alone], tmp_path / "site")
    before = tree(tmp_path / "site")
    write_page = site.write_page

    def fail_late(folder: Path, register: Any, page: Any) -> None:
        if page.path == "refusals":
            raise failure
        write_page(folder, register, page)

    monkeypatch.setattr(site, "write_page", fail_late)
    with pytest.raises(failure):
        publish([alone, moj], tmp_path / "site")
    assert tree(tmp_path / "site") == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_when_the_swap_fails_the_old_register_comes_back(
    alone: Export, moj: Export, tmp_path: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish([alone], tmp_path / "site")
    before = tree(tmp_path / "site")
    rename = Path.rename

    def fail_second(path: Path, target: Path) -> Path:
        if path.name.endswith(".building"):
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_second)
    with pytest.raises(OSError, match="no space"):
        publish([alone, moj], tmp_path / "site")
    assert tree(tmp_path / "site") == before


def test_half_a_build_left_by_a_killed_run_is_cleaned(alone: Export, tmp_path: Path) -> None:
    (tmp_path / ".site.building" / "releases").mkdir(parents=True)
    (tmp_path / ".site.building" / "releases" / "half.html").write_text("half")
    publish([alone], tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert not (tmp_path / "site" / "releases" / "half.html").exists()


def test_a_register_moved_aside_by_a_killed_run_returns(alone: Export, tmp_path: Path) -> None:
    publish([alone], tmp_path / "site")
    shutil.move(tmp_path / "site", tmp_path / ".site.former")
    assert not publish([alone], tmp_path / "site").changed
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_bad_exports_publish_nothing(dhsc: Export, tmp_path: Path) -> None:
    del dhsc["programme"]
    with pytest.raises(BadInput):
        publish([dhsc], tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["thesis.docx", "sub/deep/notes.txt", "index.html"])
def test_a_folder_with_somebody_elses_files_is_left_alone(alone: Export, tmp_path: Path, name: str) -> None:
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True)
    path.write_text("work of years")
    with pytest.raises(BadInput, match="PUBLISH-FOLDER"):
        publish([alone], tmp_path / "site")
    assert path.read_text() == "work of years"


def test_a_stray_file_in_a_published_register_is_left_alone(alone: Export, tmp_path: Path) -> None:
    publish([alone], tmp_path / "site")
    (tmp_path / "site" / "CNAME").write_text("register.example")
    with pytest.raises(BadInput, match="1 files that are not part of a register"):
        publish([alone], tmp_path / "site")


def test_a_file_where_the_folder_should_be_is_left_alone(alone: Export, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(BadInput, match="not a folder"):
        publish([alone], tmp_path / "site")
    assert (tmp_path / "site").read_text() == "a file"


def test_an_empty_folder_is_taken(alone: Export, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert publish([alone], tmp_path / "site").changed


def test_folders_above_are_made(alone: Export, tmp_path: Path) -> None:
    assert publish([alone], tmp_path / "a" / "b" / "site").index.is_file()
