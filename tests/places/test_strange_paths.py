"""What an event says of files is followed only below its place: nothing else is written, moved or removed."""

from __future__ import annotations

import hashlib

import pytest

from boldlink.places import Place, audit_place

STRANGE = [
    "../../../victim",
    "/etc/victim",
    "a/../../victim",
    "ledger/000001.jsonl",
    "staging/x",
    "a//b",
    "./a",
    "a/.",
    "",
    "a\nb",
]


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "home" / "places" / "moj", tmp_path / "keys"


def told(roots, **body):
    place = Place.open(*roots)
    place.ledger.append("note", "mallory", body)
    place.close()


@pytest.mark.parametrize("path", STRANGE)
def test_no_file_outside_a_place_is_removed_and_an_audit_says_who_tried(roots, path, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    before = set(roots[0].rglob("*.jsonl")) if roots[0].exists() else set()
    told(roots, erased=[path])
    Place.open(*roots).close()
    assert victim.read_text() == "mine" and before <= set(roots[0].rglob("*.jsonl"))
    assert "STORE-STRANGE" in {problem.code for problem in audit_place(*roots).problems}


@pytest.mark.parametrize("path", STRANGE)
def test_no_file_is_put_outside_a_place(roots, path, tmp_path):
    Place.open(*roots).close()
    planted = roots[0] / "staging" / path.replace("/", "+").replace("\n", "n")
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"planted")
    told(roots, files=[{"path": path, "sha256": hashlib.sha256(b"planted").hexdigest(), "rows": 0, "compartment": ""}])
    Place.open(*roots).close()
    assert not (tmp_path / "victim").exists()
    assert "STORE-STRANGE" in {problem.code for problem in audit_place(*roots).problems}


@pytest.mark.parametrize("body", [{"files": 3}, {"files": [3]}, {"files": [{}]}, {"erased": "x"}, {"erased": [None]}])
def test_what_is_no_list_of_files_counts_for_nothing_and_is_found(roots, body):
    told(roots, **body)
    Place.open(*roots).close()
    assert [problem.code for problem in audit_place(*roots).problems] == ["STORE-STRANGE"]
