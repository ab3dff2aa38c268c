"""Three accounts of one machine: the vault's, a linker's, and one that nobody named. Real processes, real sockets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

import boldlink
from accounts import reachable

VAULT, LINKER, STRANGER, GROUP = 61001, 61002, 61003, 61000
USE_CASE = "reducing-reoffending"

# The interpreter may lie where only this test's account can read: everything is imported before the account changes.
BECOME = """
import json, os, sys
import pyarrow.parquet.encryption, yaml, pwd, boldlink.cli.serve, boldlink.journey.guarding, boldlink.journey.home
import sqlalchemy.dialects.sqlite.pysqlite
import boldlink.places, boldlink.vault.server, boldlink.vault.client, boldlink.vault.kms
from pathlib import Path
from boldlink.errors import BoldError
os.setgroups([]); os.setgid({group}); os.setuid({uid}); os.umask(0o027)
base = Path({base!r})
"""

LINKING = """
from boldlink.journey.home import open_home
from boldlink.vault import read_table
told = {}

def refused(name, act):
    try:
        act()
        told[name] = "done"
    except (BoldError, OSError) as problem:
        told[name] = getattr(problem, "code", type(problem).__name__)

with open_home(base / "home", base / "no-keys") as home:
    place = home.places["moj"]
    linker = home.member(place, "reducing-reoffending", "linker")
    decision = home.require(place, linker, "link", "spine:reducing-reoffending", "reducing-reoffending")
"""


@pytest.fixture(scope="module")
def base(made):
    if os.geteuid() != 0:
        if os.environ.get("BOLDLINK_REQUIRE_ALL") == "1":
            pytest.fail("this test changes accounts: run it as root")
        pytest.skip("this test changes accounts: run it as root")
    folder = Path(tempfile.mkdtemp(prefix="boldlink-accounts-"))
    folder.chmod(0o755)
    shutil.copytree(made.root, folder / "home")
    shutil.copytree(made.keys, folder / "keys")
    (folder / "run").mkdir()
    own(folder / "home", LINKER, 0o750, 0o640)
    own(folder / "keys", VAULT, 0o700, 0o600)
    own(folder / "run", VAULT, 0o750, 0o640)
    with reachable():
        yield folder
    shutil.rmtree(folder)


def own(folder, uid, folders, files):
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, GROUP)
        path.chmod(folders if path.is_dir() else files)


def process(base, uid, code, **variables):
    script = BECOME.format(group=GROUP, uid=uid, base=str(base)) + textwrap.dedent(code)
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(boldlink.__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **variables},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def vault(base, made):
    person = linker_of(made)
    (base / "keys" / "accounts.yaml").write_text(f"{{{LINKER}: {person}}}")
    os.chown(base / "keys" / "accounts.yaml", VAULT, GROUP)
    code = """
    boldlink.cli.serve.serve_vault(base / "home", base / "run" / "vault.sock", False, False)
    """
    given = {"BOLDLINK_KEYS": str(base / "keys"), "BOLDLINK_PASSPHRASE": os.environ["BOLDLINK_PASSPHRASE"]}
    served = process(base, VAULT, code, **given)
    for _ in range(200):
        if (base / "run" / "vault.sock").exists() or served.poll() is not None:
            break
        time.sleep(0.1)
    assert served.poll() is None, served.communicate()[1]
    yield served
    served.terminate()
    served.communicate(timeout=20)


def linker_of(made):
    from boldlink.journey import open_home

    with open_home(made.root, made.keys) as home:
        return home.member(home.places["moj"], USE_CASE, "linker")


def told(base, uid, code):
    out, problem = process(base, uid, code, BOLDLINK_VAULT=f"unix:{base / 'run' / 'vault.sock'}").communicate(
        timeout=120
    )
    assert out.strip(), problem[-2000:]
    return json.loads(out.strip().splitlines()[-1])


def test_a_linkers_process_reads_identifiers_through_the_vault_and_holds_no_key(base, vault):
    answer = told(
        base,
        LINKER,
        LINKING
        + """
    sealed = home.opened(place, decision, "identifiers/prison")
    told["rows"] = sum(read_table(one).num_rows for one in sealed)
    told["key"] = len(sealed[0].lease._key)
    refused("key", lambda: sealed[0].lease.key)
    lease = home.writing(place, decision, "spine/reducing-reoffending")
    told["wrote"] = lease.unwrap_file_key(lease.wrap_file_key(b"k" * 16)) == b"k" * 16
print(json.dumps(told))
""",
    )
    assert answer["rows"] > 0 and answer["key"] == "VAULT-KEY-STAYS" and answer["wrote"] is True


def test_a_linkers_account_opens_neither_the_key_folder_nor_the_vaults_memory(base, vault):
    answer = told(
        base,
        LINKER,
        LINKING
        + f"""
    refused("folder", lambda: os.listdir(base / "keys"))
    refused("lock", lambda: (base / "keys" / "lock.json").read_bytes())
    refused("memory", lambda: open("/proc/{vault.pid}/mem", "rb").read(1))
    refused("environment", lambda: open("/proc/{vault.pid}/environ", "rb").read(1))
    refused("socket", lambda: (base / "run" / "vault.sock").unlink())
    refused("signal", lambda: os.kill({vault.pid}, 9))
print(json.dumps(told))
""",
    )
    assert set(answer.values()) == {"PermissionError"}


def test_a_linker_gets_no_attributes_whatever_they_write_into_the_ledger(base, vault):
    answer = told(
        base,
        LINKER,
        LINKING
        + """
    refused("asked", lambda: home.require(place, linker, "select", "dataset:prison", "reducing-reoffending"))
    refused("leased", lambda: place.vault.lease(decision, "attributes/prison"))
    line = {**decision.body, "opens": ["attributes/prison:read", "record-key/prison:write"]}
    claimed = place.ledger.append("decision", linker, line)
    refused("claimed", lambda: place.vault.lease(claimed, "attributes/prison"))
    custodian = home.holder(place, "custodian", at="moj")
    line = {**line, "action": "select", "resource": "dataset:prison"}
    forged = place.ledger.append("decision", linker, line)
    refused("forged", lambda: place.vault.lease(forged, "attributes/prison"))
    posed = place.ledger.append("decision", custodian, {**line, "person": custodian})
    refused("posed", lambda: place.vault.lease(posed, "attributes/prison"))
print(json.dumps(told))
""",
    )
    assert answer.pop("asked").startswith("DECIDE-")
    assert answer == dict.fromkeys(("leased", "claimed", "forged", "posed"), "VAULT-NO-KEY")


@pytest.mark.parametrize("uid", [STRANGER])
def test_an_account_that_nobody_named_is_refused_before_anything_is_read(base, vault, uid):
    code = """
    from boldlink.vault.client import Connection
    told = {}
    try:
        Connection(base / "run" / "vault.sock").ask("known_head", place="moj")
        told["code"] = "done"
    except BoldError as problem:
        told["code"] = problem.code
    print(json.dumps(told))
    """
    assert told(base, uid, code) == {"code": "VAULT-ACCOUNT"}


def test_a_linker_who_makes_themself_custodian_in_the_ledger_gets_nothing_at_all(base, vault):
    answer = told(
        base,
        LINKER,
        LINKING
        + """
    posts = [e for e in place.ledger.events("document.recorded") if e.body["kind"] == "post"]
    post = next(e.body for e in posts if e.body["content"]["role"] == "custodian")
    content = {**post["content"], "holder": linker}
    place.ledger.append("document.recorded", linker, {**post, "content": content, "hash": "0" * 64})
    line = {**decision.body, "action": "separate", "resource": "dataset:prison", "opens": ["attributes/prison:read"]}
    made = place.ledger.append("decision", linker, line)
    refused("custodian", lambda: place.vault.lease(made, "attributes/prison"))
    refused("linker", lambda: place.vault.lease(decision, "identifiers/prison"))
print(json.dumps(told))
""",
    )
    assert answer == {"custodian": "VAULT-FACTS-CHANGED", "linker": "VAULT-FACTS-CHANGED"}
