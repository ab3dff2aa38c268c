"""A release as a package: payload, Five Safes RO-Crate, BagIt manifests."""

from __future__ import annotations

import json
from pathlib import Path

from boldlink.errors import BadInput, Tampered
from boldlink.outputs.package.bag import bag, bag_problems
from boldlink.outputs.package.crate import (
    MEASURE,
    RECORD,
    TABLE_CSV,
    TABLE_JSON,
    WORKFLOW,
    measure_crate,
    release_crate,
)
from boldlink.outputs.package.leaving import Leaving
from boldlink.outputs.package.profile import crate_problems
from boldlink.outputs.package.record import disclosure_record
from boldlink.outputs.package.tables import csv_bytes, json_bytes, table_json

METADATA = "ro-crate-metadata.json"


def package(leaving: Leaving) -> dict[str, bytes]:
    """Path -> bytes of every file of a release's package.

    Raises BadInput if its crate would not conform to the profile: it says of itself that it was validated.
    """
    measure = {**leaving.measure, "asked": leaving.output.body["asked"]}
    payload = {
        TABLE_CSV: csv_bytes(leaving.table),
        TABLE_JSON: table_json(leaving.table),
        RECORD: json_bytes(disclosure_record(leaving)),
        MEASURE: json_bytes(measure),
        f"{WORKFLOW}{METADATA}": json_bytes(measure_crate(leaving)),
    }
    crate = release_crate(leaving)
    if problems := crate_problems(crate, payload):
        raise BadInput(
            "PACKAGE-PROFILE",
            f"The package of {leaving.release} would not be a Five Safes RO-Crate: {'; '.join(problems)}.",
            "it would say that it was validated when it was not.",
            "nothing was released; report this as a fault of the software",
        )
    sender = f"{leaving.place['name']} ({leaving.operator})"
    return bag({METADATA: json_bytes(crate), **payload}, f"urn:uuid:{leaving.urn()}", leaving.at.date(), sender)


def package_problems(folder: Path) -> list[str]:
    """What is wrong with a package that was received: its bytes against its manifests, its crate against the profile."""
    if problems := bag_problems(folder):
        return problems
    inside = {path.relative_to(folder / "data").as_posix() for path in (folder / "data").rglob("*") if path.is_file()}
    try:
        crate = json.loads((folder / "data" / METADATA).read_bytes())
        return crate_problems(crate, inside)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [f"data/{METADATA} is missing, or no metadata document of a release"]


def require_sound(folder: Path) -> None:
    """Raises Tampered, naming what is wrong, unless a package is whole and keeps the profile that it claims to keep."""
    if problems := package_problems(folder):
        raise Tampered(
            "PACKAGE-CHANGED",
            f"The package is not sound: {'; '.join(problems)}.",
            "something was changed, lost or added since it was made.",
            "get it again from the place; `boldlink output package` writes it out",
            "the place's releaser",
        )
