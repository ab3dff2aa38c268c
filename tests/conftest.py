"""A home that the demo made, once for each process of a test run; tests that change it work on a copy.

Tests of the group "home" share one process and its home, those of "second home" another: each takes about half the time.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from small import SMALL

# Shared machines are slow at times, and a law does not hold less for that.
settings.register_profile("boldlink", deadline=None)
settings.load_profile("boldlink")

os.environ["BOLDLINK_PASSPHRASE"] = "three invented words"

PEOPLE = 900


@pytest.fixture(autouse=True, scope="session")
def cheap_passphrases() -> Iterator[None]:
    """New key folders are locked with a cost that tests can pay; a deployer has no such switch."""
    from boldlink.vault import passphrase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passphrase, "COST", 2**4)
        yield


@dataclass(frozen=True)
class Made:
    """A demo's home, the folder of its keys, and what the demo told at its end."""

    root: Path
    keys: Path
    shown: object

    @property
    def people(self) -> list[dict[str, str]]:
        with (self.root / "truth" / "people.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The whole journey on a few people: two deliveries, signatures, reviews, register."""
    from boldlink.cli.demo import play

    root, keys = tmp_path_factory.mktemp("demo") / "home", tmp_path_factory.mktemp("keys")
    before = os.environ.get("BOLDLINK_KEYS")
    os.environ["BOLDLINK_KEYS"] = str(keys)
    yield Made(root, keys, play(PEOPLE, root, 3, SMALL, lambda text: None))
    if before is None:
        del os.environ["BOLDLINK_KEYS"]
    else:
        os.environ["BOLDLINK_KEYS"] = before


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Made:
    """A copy to attack: the home and its keys."""
    shutil.copytree(made.root, tmp_path / "home")
    shutil.copytree(made.keys, tmp_path / "keys")
    return Made(tmp_path / "home", tmp_path / "keys", made.shown)


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Run the `boldlink` command as a person would, and get its exit code and output."""
    from typer.testing import CliRunner

    from boldlink.cli import app

    def run(*arguments: str, keys: Path | None = None) -> object:
        if keys is not None:
            monkeypatch.setenv("BOLDLINK_KEYS", str(keys))
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run
