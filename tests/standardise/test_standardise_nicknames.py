"""Short forms of forenames lead to the names they are short for, and nothing else does."""

from __future__ import annotations

import pytest

from boldlink.standardise import read_name
from boldlink.standardise.nicknames import ROOTS, full_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bill", "william"), ("liz", "elizabeth"), ("beth", "elizabeth"), ("beth", "bethany"), ("peggy", "margaret"),
        ("bob", "rob"), ("jack", "john"), ("kate", "cathy"), ("mohammed", "muhammad"), ("steven", "stephen"),
    ],
)  # fmt: skip
def test_two_forms_of_one_name_share_what_they_are_short_for(one: str, other: str) -> None:
    assert set(full_names(one)) & set(full_names(other))


@pytest.mark.parametrize(("one", "other"), [("bill", "robert"), ("mary", "anne"), ("jack", "jacob"), ("peter", "paul")])
def test_forms_of_different_names_share_nothing(one: str, other: str) -> None:
    assert not set(full_names(one)) & set(full_names(other))


def test_a_name_may_be_short_for_several() -> None:
    assert full_names("pat") == ("patricia", "patrick")


def test_a_name_that_is_not_listed_is_short_for_nothing() -> None:
    assert full_names("xqzv") == ()


def test_every_name_is_written_as_standardising_writes_names() -> None:
    for name, roots in ROOTS.items():
        assert read_name(name)[0] == name
        assert all(root in full_names(root) for root in roots)
