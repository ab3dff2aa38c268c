"""A PostgreSQL of our own: made from the machine's programs, on a socket nobody else knows, gone with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
ACCOUNT = "postgres"  # PostgreSQL does not run as root


@pytest.fixture(scope="session")
def cluster():
    """The folder of a running server's socket."""
    if not PROGRAMS:
        if os.environ.get("BOLDLINK_REQUIRE_ALL") == "1":
            pytest.fail("PostgreSQL is not installed, and BOLDLINK_REQUIRE_ALL asks for every part")
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    server = f"-k {folder} -c listen_addresses='' -c max_connections=60"
    try:
        run("initdb", "-D", folder / "data", "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-instructions")
        run("pg_ctl", "-D", folder / "data", "-o", server, "-l", folder / "log", "-w", "start")
        yield folder
    finally:
        run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(cluster):
    """The URL of an empty database; its password is never asked for, and must never be shown."""
    name = f"d{os.urandom(6).hex()}"
    run("createdb", "-h", cluster, "-U", ACCOUNT, name)
    return f"postgresql://{ACCOUNT}:hushhush@/{name}?host={cluster}"


def run(program, *arguments, check=True):
    command = [PROGRAMS[-1].parent / program, *arguments]
    if os.getuid() == 0:
        command = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups", *command]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd="/")
    assert not check or done.returncode == 0, done.stderr
