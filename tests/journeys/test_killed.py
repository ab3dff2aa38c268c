"""A run that is killed resumes, and ends where a run that was left alone ends."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from boldlink.cli.demo import _act
from boldlink.journey import open_home, run
from boldlink.journey.audit import audit
from boldlink.synthetic import write_extracts
from boldlink.vault import read_table
from small import SMALL

pytestmark = pytest.mark.slow
POINTS = 10


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A home with extracts and every signature, and nothing deposited."""
    root, keys = tmp_path_factory.mktemp("signed") / "home", tmp_path_factory.mktemp("signed-keys")
    before = os.environ.get("BOLDLINK_KEYS")
    os.environ["BOLDLINK_KEYS"] = str(keys)
    write_extracts(root / "extracts", root / "truth", people=600, seed=5)
    (root / "waiting").mkdir()
    _act(root, run(programme(), root, root / "waiting"), "sign")
    (root / "waiting").rmdir()
    yield root, keys
    if before is None:
        del os.environ["BOLDLINK_KEYS"]
    else:
        os.environ["BOLDLINK_KEYS"] = before


def programme():
    return SMALL


def copied(signed, folder):
    shutil.copytree(signed[0], folder / "home")
    shutil.copytree(signed[1], folder / "keys")
    return folder / "home", folder / "keys"


def command(root):
    return [
        sys.executable,
        "-c",
        "from boldlink.cli import main; main()",
        "run",
        str(programme()),
        "--home",
        str(root),
    ]


def events(root):
    return sum(path.read_bytes().count(b"\n") for path in root.glob("places/*/ledger/*.jsonl"))


def state(root, keys):
    """What a home holds, by value: rows of research datasets without keys, links, requests. Not bytes, not decisions."""
    found = {}
    with open_home(root, keys) as home:
        for name, place in home.places.items():
            for use_case in home.facts(place).use_cases:
                if home.files(place, f"research/{use_case}"):
                    found[name, use_case] = _research(home, place, use_case)
            found[name, "deposits"] = [
                (e.body["dataset"], e.body["rows_accepted"]) for e in place.ledger.events("deposit.received")
            ]
            found[name, "links"] = {
                e.body["use_case"]: e.body["manifest"]["people"] for e in place.ledger.events("spine.linked")
            }
            # Not in what words: of a person joined from several source people one unit stands for all, which one is
            # the place's own key's choice (each copy has another), and tables are rounded by whom numbers share.
            found[name, "asked"] = [
                (e.body["title"], [(check["name"], check["outcome"]) for check in e.body["checks"]])
                for e in place.ledger.events("output.requested")
            ]
    return found


def _research(home, place, use_case):
    decision = home.require(
        place, home.member(place, use_case, "researcher"), "analyse", f"research:{use_case}", use_case
    )
    held = {}
    for sealed in home.opened(place, decision, f"research/{use_case}"):
        table = read_table(sealed)
        plain = table.select([f.name for f in table.schema if str(f.type) != "fixed_size_binary[16]"])
        rows = sorted(map(repr, plain.to_pylist()))
        held[sealed.path.stem] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return held


def test_a_run_killed_at_ten_points_resumes_and_ends_in_the_same_state(signed, tmp_path):
    root, keys = copied(signed, tmp_path / "whole")
    begun = events(root)
    subprocess.run(command(root), env={**os.environ, "BOLDLINK_KEYS": str(keys)}, capture_output=True, check=False)
    expected, total = state(root, keys), events(root) - begun
    assert expected["dhsc", "substance-misuse"] and expected["moj", "deposits"]
    for point in range(POINTS):
        root, keys = copied(signed, tmp_path / str(point))
        _kill_after(root, keys, begun + 1 + total * point // POINTS)
        again = subprocess.run(
            command(root), env={**os.environ, "BOLDLINK_KEYS": str(keys)}, capture_output=True, check=False
        )
        assert again.returncode == 4, again.stderr.decode()
        assert state(root, keys) == expected, f"killed at point {point}"
        found = audit(root, keys)
        assert found.intact, [problem.as_dict() for _, problem in found.problems]


def _kill_after(root, keys, count):
    """Kill -9 as soon as the ledgers hold that many events."""
    process = subprocess.Popen(
        command(root),
        env={**os.environ, "BOLDLINK_KEYS": str(keys)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and events(root) < count:
        time.sleep(0.002)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
