"""Processes under accounts of their own, as a test's own root account can start them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def require_root() -> None:
    """Skip where accounts cannot be changed; under BOLDLINK_REQUIRE_ALL that is a failure."""
    if os.geteuid() != 0:
        if os.environ.get("BOLDLINK_REQUIRE_ALL"):
            pytest.fail("these tests start processes under other accounts, which needs root")
        pytest.skip("needs root, to start processes under other accounts")


@contextlib.contextmanager
def reachable() -> Iterator[None]:
    """Let other accounts pass through (not look into) the folders above the project and its Python.

    One run of the tests at a time: another that ended first would close the folders again.
    """
    with (Path(tempfile.gettempdir()) / "boldlink-tests-accounts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield from _opened()


def _opened() -> Iterator[None]:
    changed: dict[Path, int] = {}
    for path in (ROOT, Path(sys.executable), Path(sys.executable).resolve(), Path(sys.base_prefix)):
        for folder in path.parents:
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                changed.setdefault(folder, mode)
                folder.chmod(mode | stat.S_IXOTH)
    try:
        yield
    finally:
        for folder, mode in changed.items():
            folder.chmod(mode)


def start(account: int, code: str, *arguments: object, folder: Path, keys: Path) -> subprocess.Popen[str]:
    """Start Python code under an account, with its own home and keys and nothing else of ours."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "BOLDLINK_KEYS": str(keys),
        "BOLDLINK_PASSPHRASE": "a passphrase for tests alone",
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        user=account,
        group=account,
        extra_groups=[],
        env=environment,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finished(process: subprocess.Popen[str]) -> str:
    """What a process said, once it has ended well."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, f"exit {process.returncode}: {err[-3000:]}"
    return out


def give(path: Path, account: int) -> None:
    """Make a folder and everything in it an account's own, closed to all others."""
    for one in [path, *path.rglob("*")]:
        os.chown(one, account, account)
        one.chmod(0o700 if one.is_dir() else 0o600)
