"""A home that the demo made, once for a test run; each process has a copy, and tests that change it work on one of their own.

A file's tests share one process. The run begins with a file that needs the home; what needs none keeps the other process
busy while it is made.
"""

from __future__ import annotations

import csv
import fcntl
import os
import pickle
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What makes the home goes first."""
    items.sort(key=lambda item: item.path.name != "test_journey.py")


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
    base = tmp_path_factory.getbasetemp()
    shared = _made_once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made-once")
    own = tmp_path_factory.mktemp("demo")
    for folder in ("home", "keys"):
        shutil.copytree(shared / folder, own / folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOLDLINK_KEYS", str(own / "keys"))
        yield Made(own / "home", own / "keys", pickle.loads((shared / "shown").read_bytes()))


def _made_once(folder: Path) -> Path:
    """The folder with the demo's home, its keys and what it told: of two processes one makes it and the other waits."""
    from boldlink.cli.demo import play

    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "shown").exists():
            patch.setenv("BOLDLINK_KEYS", str(folder / "keys"))
            (folder / "keys").mkdir()
            told = play(PEOPLE, folder / "home", 3, SMALL, lambda text: None)
            (folder / "shown").write_bytes(pickle.dumps(told))
    return folder


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
