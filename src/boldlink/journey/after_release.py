"""After a release: it is corrected or withdrawn in public, with reasons, and its package is written out.

What was released stays in the history that later requests are checked against, whatever the register says of it since.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from boldlink.errors import BadInput
from boldlink.journey.home import Home, today
from boldlink.journey.release import FOLDER
from boldlink.journey.review import resource_of
from boldlink.ledger import Event
from boldlink.outputs import PUBLIC, OutputState, find
from boldlink.outputs.package import require_sound
from boldlink.places import Place, bound_files


def correct_release(home: Home, release: str, person: str, reasons: str, replaced_by: str) -> Event:
    """Say in public that a release was wrong, why, and which release stands in its stead (its id, or its request's).

    Raises BadInput without reasons, for a release that is not public any more, or a replacement that is not;
    Refused for whoever is not the place's releaser.
    """
    other_place, other, instead = _released(home, replaced_by)
    _require_public(other_place, other, instead)
    if instead == _released(home, release)[2]:
        raise BadInput(
            "RELEASE-REPLACED",
            f"The release {instead} cannot stand in its own stead.",
            "a correction names what readers should use now.",
            "release the corrected table first, and name it; or recall this one",
        )
    return _tell(home, release, person, "output.corrected", reasons, {"replaced_by": instead})


def recall_release(home: Home, release: str, person: str, reasons: str) -> Event:
    """Withdraw a release in public, with reasons. Raises as `correct_release` does."""
    return _tell(home, release, person, "output.withdrawn", reasons, {})


def write_package(home: Home, release: str, folder: Path) -> Path:
    """Write a release's package, checked against the ledger, into a new folder below this one. Returns its path.

    Raises BadInput if it is there already, Tampered if a byte is not what the ledger bound.
    """
    place, _, id = _released(home, release)
    target = folder / id
    if target.exists():
        raise BadInput("PACKAGE-THERE", f"There is a {target} already.", do="name another folder, or take it away")
    below = f"{FOLDER}/{id}/"
    files = {
        path: place.store.checked(path).read_bytes() for path in bound_files(place.ledger) if path.startswith(below)
    }
    for path, content in files.items():
        (target / path.removeprefix(below)).parent.mkdir(parents=True, exist_ok=True)
        (target / path.removeprefix(below)).write_bytes(content)
    require_sound(target)
    return target


def _tell(home: Home, release: str, person: str, kind: str, reasons: str, more: dict[str, Any]) -> Event:
    place, output, id = _released(home, release)
    if len(reasons.strip()) < 3:
        raise BadInput(
            "RELEASE-REASONS",
            f"Nothing is said of {id}: no reasons are given.",
            "readers who used the table must know what was wrong with it.",
            "use --reasons; they are published as they are written",
        )
    _require_public(place, output, id)
    decision = home.require(place, person, "amend", resource_of(output))
    body = {
        "release": id,
        "use_case": output.use_case,
        "reasons": reasons.strip(),
        "on": today().isoformat(),
        "by": _post(home, place, person),
        "decision": decision.hash,
        **more,
    }
    return place.ledger.append(kind, person, body)


def _released(home: Home, named: str) -> tuple[Place, OutputState, str]:
    """Place, request and id of a release, by its own id or its request's. Raises BadInput if nothing of it was released."""
    for place in home.places.values():
        for event in place.ledger.events("output.released"):
            if named in (event.body["release"], event.body["request"]):
                return place, find(place.ledger, event.body["request"]), event.body["release"]
    raise BadInput(
        "RELEASE-UNKNOWN",
        f"Nothing was released as {named}.",
        "only what is public can be corrected, withdrawn or packed.",
        "`boldlink output list` shows every request; the register shows every release",
    )


def _require_public(place: Place, output: OutputState, release: str) -> None:
    if output.state not in PUBLIC:
        raise BadInput(
            "RELEASE-GONE",
            f"The release {release} of {place.name} is {output.state.words} already.",
            "what was withdrawn in public is neither corrected nor withdrawn again, and stands in nothing's stead.",
            "release another table",
        )


def _post(home: Home, place: Place, person: str) -> str:
    """The post by which somebody speaks for a place's releases."""
    posts = home.facts(place).posts_of(person)
    return next((post.id for post in posts if post.role == "releaser" and post.place in (None, place.name)), "")
