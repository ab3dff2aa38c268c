"""What lies in an inbox and should not: set aside, written down, told, and in nobody's way."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from boldlink.journey import open_home
from boldlink.journey.peers import carry_out
from boldlink.ledger import Ledger, canonical
from boldlink.places.transport import outside, packages_in
from boldlink.vault import Identity
from small import SMALL

pytestmark = pytest.mark.slow
CASE = "substance-misuse"


@dataclass
class Homes:
    """One programme in two homes: `here` holds moj, `there` holds dhsc and sail. They share nothing but a courier."""

    here: Path
    there: Path
    invoke: object
    keys: Path

    def run(self, home, *places):
        options = [word for place in places for word in ("--place", place)]
        result = self.invoke("run", SMALL, "--home", home, *options, "--json", keys=self.keys)
        assert result.exit_code in (0, 4), result.output
        return json.loads(result.stdout)

    def deliver(self, version, first, last):
        """A delivery to moj, and with it one package for dhsc and the use case here: returns its name."""
        lines = (self.here / "extracts/prison/2024-06.full.csv").read_text().splitlines(keepends=True)
        (self.here / f"extracts/prison/{version}.delta.csv").write_text(lines[0] + "".join(lines[first:last]))
        before = set(packages_in(self.outbox))
        self.run(self.here, "moj")
        sent = [(package.name, outside(package)) for package in set(packages_in(self.outbox)) - before]
        (new,) = [name for name, facts in sent if (facts["to"], facts["use_case"]) == ("dhsc", CASE)]
        return new

    @property
    def outbox(self):
        return self.here / "places/moj/outbox"

    @property
    def inbox(self):
        return self.there / "inbox/dhsc"

    def events(self, *kinds):
        return list(Ledger(self.there / "places/dhsc/ledger").events(*kinds))


@pytest.fixture
def homes(copy, tmp_path, invoke):
    there = tmp_path / "there"
    (there / "places").mkdir(parents=True)
    (there / "extracts").mkdir()
    for place in ("dhsc", "sail"):
        (copy.root / "places" / place).rename(there / "places" / place)
    return Homes(copy.root, there, invoke, copy.keys)


def resigned(package, into, name, identity, **facts):
    """A copy of a package under another name, its facts changed and signed by whoever's identity it is."""
    shutil.copytree(package, into / name)
    raw = json.loads((package / "manifest.json").read_bytes())
    told = {"facts": {**raw["facts"], **facts}, "sealed": raw["sealed"]}
    (into / name / "manifest.json").write_bytes(canonical({**told, "signature": identity.sign(canonical(told))}))


def test_bad_packages_are_set_aside_written_down_and_told_and_a_replayed_one_changes_nothing(homes):
    first, second = homes.deliver("2024-12", 1, 20), homes.deliver("2025-01", 20, 40)
    kept = homes.outbox.parent / "kept"
    shutil.copytree(homes.outbox, kept)
    homes.inbox.mkdir(parents=True, exist_ok=True)
    with open_home(homes.here, homes.keys) as home:
        moj = home.places["moj"].keys.identity
        elsewhere, foreign, unreadable, stranger = "a" * 24, "b" * 24, "c" * 24, "d" * 24
        resigned(kept / second, homes.inbox, elsewhere, moj, to="sail")
        resigned(kept / second, homes.inbox, foreign, Identity.from_seed(b"mallory".ljust(32, b".")))
        resigned(kept / second, homes.inbox, stranger, moj, **{"from": "nowhere"})
    shutil.copytree(kept / second, homes.inbox / second)
    damaged = homes.inbox / second / "identifiers.parquet"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(bytes(data))
    (homes.inbox / unreadable).mkdir()
    (homes.inbox / unreadable / "manifest.json").write_text("{")
    shutil.copytree(kept / first, homes.inbox / first)

    before = len(homes.events("package.received"))
    homes.run(homes.there, "dhsc", "sail")
    refused = {event.body["package"]: event.body["code"] for event in homes.events("package.refused")}
    assert refused == {
        second: "PACKAGE-DAMAGED",
        foreign: "PACKAGE-DAMAGED",
        elsewhere: "PACKAGE-NOT-OURS",
        unreadable: "PACKAGE-UNREADABLE",
    }
    assert [event.body["package"] for event in homes.events("package.received")[before:]] == [first]
    assert {path.name for path in homes.inbox.iterdir()} == {*(f"{one}.refused" for one in refused), stranger}

    told = json.loads(homes.invoke("status", "--home", homes.there, "--json").stdout)["places"]["dhsc"]
    assert {one["package"]: one["code"] for one in told["packages_refused"]} == refused
    words = homes.invoke("status", "--home", homes.there).stdout
    assert words.count("package refused") == len(refused) and "PACKAGE-NOT-OURS" in words

    # The whole one is carried again, and is taken in although its damaged copy was refused.
    carried = json.loads(homes.invoke("place", "carry", "--home", homes.here, "--to", homes.there, "--json").stdout)
    assert second in carried["carried"] and carried["unreadable"] == []
    homes.run(homes.there, "dhsc", "sail")
    assert second in [event.body["package"] for event in homes.events("package.received")]

    # The one before it lies there once more: it is let go, and nothing of what was made changes.
    shutil.rmtree(homes.inbox / first, ignore_errors=True)
    shutil.copytree(kept / first, homes.inbox / first)
    kinds = ("package.received", "package.refused", "spine.linked", "research.built")
    made = [event.hash for event in homes.events(*kinds)]
    homes.run(homes.there, "dhsc", "sail")
    assert [event.hash for event in homes.events(*kinds)] == made and not (homes.inbox / first).exists()
    # The home was parted in two under one folder of keys, which remembers moj: that alone is missed.
    audited = homes.invoke("audit", "verify", "--home", homes.there).output
    assert "2 problem(s)" in audited and audited.count("PLACE-MISSING") == 2, audited


def laid(folder, name, to):
    (folder / name).mkdir(parents=True)
    (folder / name / "manifest.json").write_text(json.dumps({"facts": {"to": to}}) if to is not None else "{")


def test_carrying_leaves_what_cannot_be_read_and_carries_the_rest_and_nothing_out_of_inboxes(tmp_path, invoke):
    one, other = tmp_path / "one", tmp_path / "other"
    outbox = one / "places/moj/outbox"
    (other / "places/dhsc").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    for letter, to in {"a": None, "b": "dhsc", "c": "sail", "d": "../../../outside", "e": "", "f": "."}.items():
        laid(outbox, letter * 24, to)
    result = invoke("place", "carry", "--home", one, "--to", other)
    assert result.exit_code == 0 and f"Left {'a' * 24}" in result.stderr and "Carried 1" in result.stderr
    assert [path.relative_to(other).as_posix() for path in other.rglob("manifest.json")] == [f"inbox/dhsc/{'b' * 24}/manifest.json"]  # fmt: skip
    assert list((tmp_path / "outside").iterdir()) == []
    assert carry_out(one, other) == ([], ["a" * 24])
