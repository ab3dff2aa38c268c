"""Stage eight: places speak in public, and the register is made from what they say and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from boldlink import __version__
from boldlink.journey.home import Home, made_from, today
from boldlink.ledger import Problem
from boldlink.places import Place, sha256_of
from boldlink.places.public import public_content, read_export, sign_export
from boldlink.publish import publish


def export_places(home: Home) -> None:
    """Have every place sign a new public export if what it would say has changed."""
    for place in list(home.places.values()):
        content = public_content(place, today())
        source = made_from(content)
        known = place.ledger.last("export.signed")
        if known is None or known.body["made_from"] != source:
            old = [file["path"] for file in known.body["files"]] if known else []
            path = f"public/export-{place.ledger.head.events}.json"
            with place.store.step() as step:
                step.write_bytes(path, sign_export(place, content, today().isoformat()))
                releaser = home.holder(place, "releaser", at=place.name)
                step.commit("export.signed", releaser, {"made_from": source}, old)


def publish_register(home: Home) -> Path:
    """Build HOME/register from the places' exports, and bind its pages to every place's ledger. Returns its index."""
    exports = [public_export(place) for place in home.places.values()]
    folder, source = home.root / "register", made_from(exports, __version__)
    if _is_published(home, source):
        return folder / "index.html"
    home.say("Publishing the register")
    published = publish(exports, folder)
    pages = {path: sha256_of(folder / path) for path in sorted(published.files)}
    for place in home.places.values():
        known = place.ledger.last("register.published")
        if known is None or known.body != {"pages": pages, "made_from": source}:
            place.ledger.append("register.published", "boldlink", {"pages": pages, "made_from": source})
    return published.index


def _is_published(home: Home, source: str) -> bool:
    """Whether every place knows a register made from the same exports, and it lies there as it was published."""
    known = [place.ledger.last("register.published") for place in home.places.values()]
    told = [event.body for event in known if event is not None and event.body.get("made_from") == source]
    agreed = bool(told) and len(told) == len(known) and all(body == told[0] for body in told)
    return agreed and not check_register(home.root, told[0]["pages"])  # every page is read, so once for all places


def check_register(root: Path, pages: Mapping[str, str] | None) -> list[Problem]:
    """Compare HOME/register with the pages that the ledgers bind."""
    folder = root / "register"
    there = (
        {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()}
        if folder.is_dir()
        else {}
    )
    expected = pages or {}
    problems = [
        Problem("REGISTER-MISSING", f"register/{path}", "this page was published, and it is not there")
        for path in sorted(expected.keys() - there.keys())
    ]
    for path, file in sorted(there.items()):
        if path not in expected:
            problems.append(
                Problem("REGISTER-ADDED", f"register/{path}", "no ledger says that this page was published")
            )
        elif file.is_symlink() or sha256_of(file) != expected[path]:
            problems.append(Problem("REGISTER-CHANGED", f"register/{path}", "it is not the page that was published"))
    return problems


def public_export(place: Place) -> dict[str, object]:
    """What a place last signed for the public, its signature checked. Raises Tampered."""
    known = place.ledger.last("export.signed")
    assert known is not None  # exports are signed just before
    raw = place.store.checked(known.body["files"][0]["path"]).read_bytes()
    return read_export(raw, place.identity["signing"])
