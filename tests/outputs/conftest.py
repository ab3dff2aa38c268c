"""A signed home with one place, made once; each test has a copy."""

from __future__ import annotations

import shutil

import pytest
from frozen_requests import make_signed, opened


@pytest.fixture(scope="session")
def signed_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signed-home")
    make_signed(folder / "home", folder / "keys")
    return folder


@pytest.fixture
def folder(signed_home, tmp_path):
    """Where a copy lies: `home` and `keys`."""
    for name in ("home", "keys"):
        shutil.copytree(signed_home / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def home(folder):
    with opened(folder / "home", folder / "keys") as found:
        yield found
