"""Two places' public exports, and the register made from them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from boldlink.publish import publish
from boldlink.publish.released import ReleasedTable

EXPORTS = Path(__file__).parent / "exports"


def load(name: str) -> dict[str, Any]:
    return json.loads((EXPORTS / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def dhsc() -> dict[str, Any]:
    return load("dhsc")


@pytest.fixture
def moj() -> dict[str, Any]:
    return load("moj")


@pytest.fixture
def alone(dhsc: dict[str, Any]) -> dict[str, Any]:
    """An export with no dataset, use case, release, refusal or record."""
    records = ("decisions", "assessments", "ethics", "certificates", "retired")
    return {**dhsc, "datasets": [], "use_cases": [], "releases": [], "refusals": [], **{name: [] for name in records}}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The register of both places. Tests read it and never write to it."""
    folder = tmp_path_factory.mktemp("register") / "site"
    publish([load("dhsc"), load("moj")], folder)
    yield folder


@pytest.fixture
def table() -> Callable[..., ReleasedTable]:
    """A table of four regions with a withheld one and a total; keyword arguments replace its fields."""
    base = {
        "title": "Starts",
        "keys": ["region"],
        "counts": ["released", "engaged"],
        "rates": {"engaged_percent": ["engaged", "released"]},
        "total_label": "All",
        "labels": {"region": "Region"},
        "rows": [
            {"region": "London", "released": 200, "engaged": 50, "engaged_percent": 25.0},
            {"region": "North", "released": 100, "engaged": 40, "engaged_percent": 40.5},
            {"region": "Wales", "released": "[c]", "engaged": "[c]", "engaged_percent": "[c]"},
            {"region": "All", "released": 310, "engaged": 95, "engaged_percent": 30.6},
        ],
        "notes": [],
    }

    def make(**changes: Any) -> ReleasedTable:
        return ReleasedTable.model_validate_json(json.dumps({**copy.deepcopy(base), **changes}))

    return make


@pytest.fixture
def tree() -> Callable[[Path], Mapping[str, bytes]]:
    """Every file under a folder by its path."""

    def read(folder: Path) -> Mapping[str, bytes]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    return read
