"""Three places as three processes, under three accounts, in three homes: only packages pass between them."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts import finished, give, reachable, require_root, start
from boldlink.ledger import Ledger
from boldlink.places.transport import addressee, carry, packages_in
from boldlink.programme.folder import read_programme
from boldlink.synthetic import write_extracts
from small import SMALL

pytestmark = pytest.mark.slow
LENT = {"prison", "probation", "pnc", "hclic", "rough-sleeping", "deaths"}  # by moj, to the use cases that run at dhsc
ACCOUNTS = {"moj": 61_011, "dhsc": 61_012, "sail": 61_013}

TRAVEL = """
import sys
from pathlib import Path
from boldlink.cli.demo import _act
from boldlink.journey import open_home, run
from boldlink.journey.govern import sign_document
place, programme, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
only = frozenset({place})
done = run(programme, home, home / "extracts", only=only)
while any(turn.act == "sign" for turn in done.turns):
    with open_home(home, only=only) as opened:
        for turn in done.turns:
            if turn.act == "sign":
                sign_document(opened, turn.what, turn.person)
    if len(sys.argv) > 4:
        break
    done = run(programme, home, home / "extracts", only=only)
"""
CARD = """
import sys
from boldlink.cli import main
sys.argv = ["boldlink", *sys.argv[1:]]
main()
"""


@dataclass(frozen=True)
class Site:
    name: str
    folder: Path

    @property
    def home(self):
        return self.folder / "home"

    @property
    def keys(self):
        return self.folder / "keys"

    @property
    def account(self):
        return ACCOUNTS[self.name]

    def start(self, code, *arguments):
        return start(self.account, code, *arguments, folder=self.folder, keys=self.keys)

    def events(self, *kinds):
        return list(Ledger(self.home / "places" / self.name / "ledger").events(*kinds))


@pytest.fixture(scope="module")
def sites():
    require_root()
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    write_extracts(root / "all", root / "truth", people=600, seed=5)
    contracts = read_programme(SMALL).contracts
    found = {}
    for name in ACCOUNTS:
        site = Site(name, root / name)
        (site.home / "extracts").mkdir(parents=True)
        site.keys.mkdir()
        for folder in (root / "all").iterdir():
            if folder.name in contracts and contracts[folder.name].place == name:
                shutil.copytree(folder, site.home / "extracts" / folder.name)
        give(site.folder, site.account)
        found[name] = site
    with reachable():
        yield found
    shutil.rmtree(root)


def together(sites, code, *arguments):
    """All three at the same time."""
    started = [site.start(code, site.name, SMALL, site.home, *arguments) for site in sites.values()]
    return [finished(process) for process in started]


def couriered(sites):
    """What a courier copies between homes: every package and receipt that lies ready, and nothing else."""
    carried = []
    for site in sites.values():
        for folder in (site.home / "places" / site.name / "outbox", site.home / "receipts" / site.name):
            for package in packages_in(folder):
                target = sites[addressee(package)]
                inbox = target.home / "inbox" / target.name
                if carry(package, inbox):
                    carried.append((site.name, target.name, package.name))
                give(target.home / "inbox", target.account)
    return carried


def introduced(sites):
    custodians = {"moj": "oriel-ravensgill", "dhsc": "tamsin-oxenstone", "sail": "bram-marrowby"}
    for site in sites.values():
        finished(
            site.start(CARD, "place", "card", "--home", site.home, "--place", site.name, "--out", site.folder / "card")
        )
        for other in sites.values():
            if other is not site:
                copy = other.folder / f"{site.name}.card"
                shutil.copy(site.folder / "card", copy)
                give(copy, other.account)
    for site in sites.values():
        for other in sites.values():
            if other is not site:
                card = site.folder / f"{other.name}.card"
                asked = (
                    "place",
                    "meet",
                    card,
                    "--home",
                    site.home,
                    "--place",
                    site.name,
                    "--as",
                    custodians[site.name],
                )
                finished(site.start(CARD, *asked))


@pytest.fixture(scope="module")
def travelled(sites):
    """The whole way: sign, come to know each other, seal, carry, take in, carry receipts, clear outboxes."""
    together(sites, TRAVEL, "only sign")
    introduced(sites)
    together(sites, TRAVEL)
    sent = sites["moj"].events("package.sent")
    assert {(event.body["dataset"], event.body["to"]) for event in sent} == {(dataset, "dhsc") for dataset in LENT}
    assert not sites["dhsc"].events("package.received")
    carried = couriered(sites)
    assert {(one, other) for one, other, _ in carried} == {("moj", "dhsc")} and len(carried) == len(sent)
    together(sites, TRAVEL)
    # A carrier remembers nothing: what still lies in the outbox goes again beside the receipts, and changes nothing.
    receipts = {name for *_, name in couriered(sites) if name.endswith(".receipt")}
    assert receipts == {f"{name}.receipt" for *_, name in carried}
    together(sites, TRAVEL)
    return sites, {name for *_, name in carried}


def test_three_processes_with_accounts_of_their_own_link_across_places_by_packages_alone(travelled):
    sites, carried = travelled
    assert {event.body["dataset"] for event in sites["dhsc"].events("package.received")} == LENT
    linked = sites["dhsc"].events("spine.linked")[-1].body["manifest"]
    assert linked["people"]["medium"] > 0
    assert {"prison", "ndtms"} <= set(sites["dhsc"].events("research.built")[-1].body["columns"])
    assert {event.body["id"] for event in sites["moj"].events("package.delivered")} == carried
    outbox = sites["moj"].home / "places" / "moj" / "outbox"
    assert not [path for path in outbox.rglob("*") if path.is_file()]


def test_carrying_everything_once_more_changes_nothing(travelled):
    sites, _ = travelled
    before = {name: site.events()[-1].number for name, site in sites.items()}
    couriered(sites)
    together(sites, TRAVEL)
    kinds = {"package.sent", "package.received", "spine.linked", "research.built", "deposit.received"}
    for name, site in sites.items():
        new = [event.kind for event in site.events() if event.number > before[name]]
        assert not kinds & set(new), (name, new)


def test_no_account_can_look_into_another_places_folder(travelled):
    sites, _ = travelled
    look = "import os, sys; os.listdir(sys.argv[1])"
    for site in sites.values():
        for other in sites.values():
            if other is not site:
                process = site.start(look, other.home)
                _, err = process.communicate(timeout=60)
                assert process.returncode != 0 and "Permission denied" in err


def test_each_place_has_its_own_ledger_and_knows_its_own_events_only(travelled):
    sites, _ = travelled
    deposits = {
        name: {event.body["dataset"] for event in site.events("deposit.received")} for name, site in sites.items()
    }
    contracts = read_programme(SMALL).contracts
    for name, found in deposits.items():
        assert found and found <= {dataset for dataset, contract in contracts.items() if contract.place == name}
