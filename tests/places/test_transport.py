"""Carrying packages: resumable, idempotent, and believed by nobody until they are checked."""

from __future__ import annotations

import json

import pytest

from boldlink.errors import BadInput
from boldlink.places.transport import addressee, carry, discard, outside, packages_in, set_aside

NAME = "0123456789abcdef01234567"


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "outbox" / NAME
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"facts": {"to": "dhsc", "from": "moj"}}))
    (folder / "identifiers.parquet").write_bytes(b"i" * 3000)
    (folder / "attributes.parquet").write_bytes(b"a" * 3000)
    return folder


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_package_arrives_byte_for_byte_and_arrives_once(package, tmp_path):
    inbox = tmp_path / "inbox"
    assert carry(package, inbox) and not carry(package, inbox)
    assert [one.name for one in packages_in(inbox)] == [NAME]
    assert content(inbox / NAME) == content(package)
    assert addressee(inbox / NAME) == "dhsc" and outside(inbox / NAME)["from"] == "moj"


def test_carrying_that_was_stopped_half_way_is_finished_and_nothing_half_is_a_package(package, tmp_path):
    inbox = tmp_path / "inbox"
    half = inbox / f"{NAME}.part"
    half.mkdir(parents=True)
    (half / "attributes.parquet").write_bytes(b"a" * 100)
    (half / "identifiers.parquet").write_bytes(b"i" * 3000)
    assert not list(packages_in(inbox))
    before = (half / "identifiers.parquet").stat().st_ino
    assert carry(package, inbox)
    assert content(inbox / NAME) == content(package)
    assert (inbox / NAME / "identifiers.parquet").stat().st_ino == before, "what had arrived is not carried again"


def test_nothing_but_a_packages_own_parts_is_carried(package, tmp_path):
    (package / "notes.txt").write_text("a name")
    (package / "link").symlink_to(tmp_path)
    (package.parent / "not-a-package").mkdir()
    (package.parent / "emptied0000000000000000").mkdir()
    assert [one.name for one in packages_in(package.parent)] == [NAME]
    carry(package, tmp_path / "inbox")
    assert set(content(tmp_path / "inbox" / NAME)) == {"manifest.json", "identifiers.parquet", "attributes.parquet"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"facts": 3}', "\x00"])
def test_a_folder_without_a_manifest_that_can_be_read_is_refused_in_words(package, text):
    (package / "manifest.json").write_text(text)
    with pytest.raises(BadInput, match="carry it again"):
        outside(package)


def test_what_is_set_aside_is_looked_at_no_more_and_what_is_discarded_is_gone(package, tmp_path):
    inbox = tmp_path / "inbox"
    for _ in range(2):
        carry(package, inbox)
        set_aside(inbox / NAME)
        assert not list(packages_in(inbox)) and (inbox / f"{NAME}.refused").is_dir()
    carry(package, inbox)
    discard(inbox / NAME)
    assert not (inbox / NAME).exists()
