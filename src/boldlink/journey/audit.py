"""Is the whole history intact? Every place's chain, heads, signatures and files, the register, and nothing else there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.journey.home import require_home
from boldlink.journey.register import check_register
from boldlink.ledger import Head, Ledger, Problem
from boldlink.ledger.postgresql import check_database
from boldlink.ledger.section62 import OPERATIONS, LogEntry, section_62_log
from boldlink.ledger.witness import Exported
from boldlink.places import audit_place
from boldlink.places.audit import Told

# Where a record may stand in clear: the owner's own files, and the demo's truth.
CLEAR_FOLDERS = ("extracts", "truth")
# What others carry here and what is carried away: sealed and signed, believed only when it is taken in.
CARRIED_FOLDERS = ("inbox", "receipts")
# What is made again at will from released tables: a page and its spreadsheets for each use case.
REPORTS, REPORT_ENDINGS = "reports", (".html", ".xlsx", ".ods")


@dataclass(frozen=True)
class Audit:
    """What was checked and what was found, by place."""

    exported: Mapping[str, Exported]
    problems: tuple[tuple[str, Problem], ...]

    @property
    def heads(self) -> dict[str, Head]:
        """How far each place's history goes."""
        return {name: one.head for name, one in self.exported.items()}

    @property
    def intact(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        return {
            "intact": self.intact,
            "heads": {name: head.as_dict() for name, head in self.heads.items()},
            "problems": [{"place": place, **problem.as_dict()} for place, problem in self.problems],
        }


def audit(root: Path, key_root: Path, heads: Mapping[str, Head] | None = None, database: str | None = None) -> Audit:
    """Check a home without changing anything in it. `heads` are heads exported before, by place.

    database: where its ledgers are written by several processes; what it holds is compared with the files.
    """
    require_home(root)
    heads = heads or {}
    found: list[tuple[str, Problem]] = []
    exported: dict[str, Exported] = {}
    told: dict[str, Told] = {}
    names = sorted({path.name for path in (root / "places").iterdir()} | set(heads))
    for name in names:
        one = audit_place(root / "places" / name, key_root, heads.get(name))
        found += [(name, problem) for problem in one.problems]
        if database and (root / "places" / name).is_dir():
            found += [(name, problem) for problem in check_database(database, root / "places" / name / "ledger")]
        if one.told is not None:
            exported[name] = one.exported
            told[name] = one.told
            found += [(name, problem) for problem in _missing_peers(one.told, names)]
    found += [(name, problem) for name, one in told.items() for problem in _other_keys(name, one, told)]
    pages = [one.pages for one in told.values()]
    found += [("register", problem) for problem in check_register(root, pages[0] if pages else None)]
    found += [("home", problem) for problem in _strangers(root, told.values())]
    if any(one != pages[0] for one in pages):
        found.append(
            (
                "register",
                Problem("REGISTER-DISPUTED", "register", "the places do not agree on its pages; run again"),
            )
        )
    return Audit(exported, tuple(found))


def write_heads(exported: Mapping[str, Exported], path: Path) -> None:
    """Export heads and checkpoints, to be kept elsewhere: only they show that the end of a history was cut off.

    Beside FILE.json, each place's checkpoint is written as FILE.PLACE.note, for whoever checks a proof against it.
    """
    path.write_text(json.dumps({name: one.as_dict() for name, one in exported.items()}, indent=2) + "\n")
    for name, one in exported.items():
        if one.note:
            path.with_suffix(f".{name}.note").write_text(one.note)


def read_exported(path: Path) -> dict[str, Exported]:
    """Heads and checkpoints that were exported before, by place. Raises BadInput if the file holds none."""
    try:
        return {name: Exported.from_dict(one) for name, one in json.loads(path.read_text()).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(
            "AUDIT-HEADS",
            f"{path.name} holds no exported heads.",
            do="give a file that `boldlink audit head` wrote",
        ) from None


def read_heads(path: Path) -> dict[str, Head]:
    """The heads of that file alone."""
    return {name: one.head for name, one in read_exported(path).items()}


def section_62(root: Path, place: str) -> list[LogEntry]:
    """The section 62 log of a place. Raises BadInput if there is no such place, Tampered if its chain does not hold."""
    require_home(root)
    if place not in {path.name for path in (root / "places").iterdir()}:
        raise BadInput("AUDIT-PLACE", f"There is no place {place} in this home.", do="`boldlink status` shows them")
    return list(section_62_log(Ledger(root / "places" / place / "ledger").events(*OPERATIONS)))


def _missing_peers(told: Told, names: Iterable[str]) -> list[Problem]:
    return [
        Problem("PLACE-MISSING", f"places/{name}", "this place is gone from the home")
        for name in sorted(told.peers.keys() - set(names))
    ]


def _other_keys(name: str, one: Told, told: Mapping[str, Told]) -> list[Problem]:
    """A place whose whole history was replaced has other keys than its peers know it by."""
    return [
        Problem("PLACE-IDENTITY", f"places/{peer}", f"{name} knows it by other keys than it shows")
        for peer, identity in sorted(one.peers.items())
        if peer in told and told[peer].identity != identity
    ]


def _strangers(root: Path, told: Iterable[Told]) -> list[Problem]:
    use_cases = {name for one in told for name in one.use_cases}
    allowed = {"places", "register", REPORTS, *CLEAR_FOLDERS, *CARRIED_FOLDERS}
    there = [path for path in root.iterdir() if path.name not in allowed]
    there += [path for path in (root / REPORTS).rglob("*") if not _is_report(path, root / REPORTS, use_cases)]
    names = sorted(str(path.relative_to(root)) for path in there)
    return [Problem("HOME-ADDED", name, "nothing of boldlink's put this into the home") for name in names]


def _is_report(path: Path, folder: Path, use_cases: Collection[str]) -> bool:
    named = path.stem in use_cases and path.suffix in REPORT_ENDINGS
    return named and path.parent == folder and path.is_file() and not path.is_symlink()
