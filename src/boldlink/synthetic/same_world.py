"""One folder, one world: what made it stands beside the truth, and another world is never written among its files.

Files of two worlds in one folder would be delivered together, and people of the one be linked with people of the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from boldlink.errors import BadInput

WORLD = "world.json"  # in the folder of the truth: how many people, and which seed


def keep_world(folder: Path, truth: Path, people: int, seed: int, suffix: str) -> None:
    """Write down which world a folder of extracts holds. Both folders must be there.

    Raises BadInput SYNTHETIC-WORLD where another world, another form of the same, or anything else lies there already.
    """
    kept, world = truth / WORLD, {"people": people, "seed": seed}
    if not kept.is_file():
        if any(folder.iterdir()) or any(truth.iterdir()):
            raise _refused(folder, "it holds files, and nothing says which people they are of.")
    elif (held := _read(kept)) != world:
        raise _refused(folder, f"it holds the world of {_words(held)}; this would be that of {_words(world)}.")
    if any(path.suffix not in (f".{suffix}", ".part") for path in folder.glob("*/*")):
        raise _refused(folder, "it holds the same deliveries in another format.")
    kept.write_text(json.dumps(world, sort_keys=True) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, object]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except ValueError:
        return {}


def _words(world: Mapping[str, object]) -> str:
    return f"{world.get('people', 'unknown')} people and seed {world.get('seed', 'unknown')}"


def _refused(folder: Path, why: str) -> BadInput:
    what = f"Nothing was written to {folder}: two worlds would be mixed."
    return BadInput(
        "SYNTHETIC-WORLD", what, why, "name an empty folder, or give the people and seed that it was made with"
    )
