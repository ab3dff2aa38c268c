"""A programme folder read whole and checked whole: either every file holds together, or nothing is taken from it.

programme.yaml organisations.yaml places.yaml people.yaml posts.yaml
contracts/DATASET.yaml
use-cases/USE-CASE/use-case.yaml dpia.yaml agreement.yaml caldicott.yaml
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from boldlink.errors import BadProgramme
from boldlink.programme.contract import read_contract
from boldlink.programme.documents import (
    INSTRUMENTS,
    Document,
    Instrument,
    OrganisationDocument,
    PersonDocument,
    PlaceDocument,
    PostDocument,
    ProgrammeDocument,
)
from boldlink.values import Contract

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Programme:
    """A programme folder as typed documents, keyed by id; instruments by (kind, id)."""

    programme: ProgrammeDocument
    organisations: Mapping[str, OrganisationDocument]
    places: Mapping[str, PlaceDocument]
    people: Mapping[str, PersonDocument]
    posts: Mapping[str, PostDocument]
    contracts: Mapping[str, Contract]
    contract_content: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[tuple[str, str], Instrument]

    def of_use_case(self, use_case: str) -> list[Instrument]:
        """The instruments of one use case."""
        return [document for document in self.instruments.values() if document.use_case == use_case]


def read_programme(folder: Path) -> Programme:
    """Read a programme folder. Raises BadProgramme naming file and field; a folder is taken whole or not at all."""
    if not folder.is_dir():
        raise _bad(folder, "there is no such folder.")
    contracts = {path.stem: read_contract(path) for path in sorted((folder / "contracts").glob("*.yaml"))}
    return Programme(
        programme=_one(folder / "programme.yaml", ProgrammeDocument),
        organisations=_many(folder / "organisations.yaml", OrganisationDocument),
        places=_many(folder / "places.yaml", PlaceDocument),
        people=_many(folder / "people.yaml", PersonDocument),
        posts=_many(folder / "posts.yaml", PostDocument),
        contracts=contracts,
        contract_content={name: _yaml(folder / "contracts" / f"{name}.yaml") for name in contracts},
        instruments=_instruments(folder / "use-cases"),
    )


def _instruments(folder: Path) -> dict[tuple[str, str], Instrument]:
    found: dict[tuple[str, str], Instrument] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        kind = path.stem.replace("-", "_")
        if kind not in INSTRUMENTS:
            raise _bad(path, f"a use case folder holds {', '.join(k.replace('_', '-') for k in INSTRUMENTS)} only.")
        document = _one(path, INSTRUMENTS[kind])
        if document.use_case != path.parent.name:
            raise _bad(path, f"its use_case must be the name of its folder, {path.parent.name}.")
        if (kind, document.id) in found:
            raise _bad(path, f"the id {document.id} is used twice.")
        found[kind, document.id] = document
    return found


def _one(path: Path, model: type[D]) -> D:
    return _validated(path, model, _yaml(path), "")


def _many(path: Path, model: type[D]) -> dict[str, D]:
    raw = _yaml(path)
    if not isinstance(raw, list):
        raise _bad(path, "it must be a list.")
    documents = [_validated(path, model, entry, f"entry {number}: ") for number, entry in enumerate(raw, start=1)]
    ids = [str(document.id) for document in documents]  # type: ignore[attr-defined]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise _bad(path, f"ids used twice: {', '.join(twice)}.")
    return dict(zip(ids, documents, strict=True))


def _validated(path: Path, model: type[D], raw: Any, where: str) -> D:
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        first = problem.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the document"
        raise _bad(path, f"{where}{field}: {first['msg']}.") from problem


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _bad(path, "the file is missing.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise _bad(path, f"it is not YAML{f' at line {mark.line + 1}' if mark else ''}.") from problem


def _bad(path: Path, why: str) -> BadProgramme:
    return BadProgramme(
        "PROGRAMME-FILE",
        f"The programme file {path.parent.name}/{path.name} cannot be used:",
        why,
        "correct the file; programmes/bold is a complete example",
        "the programme manager",
    )
