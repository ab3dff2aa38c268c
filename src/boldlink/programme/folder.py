"""A programme folder read whole: either every file holds together, or nothing is taken from it.

programme.yaml organisations.yaml places.yaml people.yaml posts.yaml accreditations.yaml
contracts/DATASET.yaml
rules/ORGANISATION.yaml            a department's rules of disclosure control
decisions/*.yaml                   the programme's own: renewals, its end
use-cases/USE-CASE/KIND.yaml       use-case, engagement, panel-decision, dpia, agreement, caldicott ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from boldlink.errors import BadProgramme
from boldlink.programme.contract import ContractDocument
from boldlink.programme.disclosure import RulesDocument
from boldlink.programme.document import Document, content_hash
from boldlink.programme.faults import Fault, Source, bad_programme, read_yaml
from boldlink.programme.instruments import OF_A_USE_CASE, OF_THE_PROGRAMME, AccreditationDocument, Instrument
from boldlink.programme.parties import (
    OrganisationDocument,
    PersonDocument,
    PlaceDocument,
    PostDocument,
    ProgrammeDocument,
)
from boldlink.values import Contract

D = TypeVar("D", bound=Document)
M = TypeVar("M", bound=BaseModel)
Key = tuple[str, str]
NOWHERE = Source("the ledger")


@dataclass(frozen=True)
class Programme:
    """A programme as typed documents, keyed by id; instruments by (kind, id). `sources` is known for a folder alone."""

    programme: ProgrammeDocument
    organisations: Mapping[str, OrganisationDocument]
    places: Mapping[str, PlaceDocument]
    people: Mapping[str, PersonDocument]
    posts: Mapping[str, PostDocument]
    contracts: Mapping[str, Contract]
    contract_content: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[Key, Instrument]
    sources: Mapping[Key, Source] = field(default_factory=dict)
    rules: Mapping[str, RulesDocument] = field(default_factory=dict)

    def of_use_case(self, use_case: str) -> list[Instrument]:
        """The instruments of one use case."""
        return [document for document in self.instruments.values() if document.use_case == use_case]

    def source(self, kind: str, name: str) -> Source:
        """Where a document came from."""
        return self.sources.get((kind, name), NOWHERE)


def read_programme(folder: Path) -> Programme:
    """Read a programme folder. Raises BadProgramme naming every file, line and field that cannot be read."""
    if not folder.is_dir():
        raise bad_programme([Fault(str(folder.name), None, "", "there is no such folder.")])
    return _Reader(folder).programme()


class _Reader:
    """Reads file after file and gathers what is wrong, so that everything is told at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: list[Fault] = []
        self._sources: dict[Key, Source] = {}

    def programme(self) -> Programme:
        programme = self._one(self._folder / "programme.yaml", ProgrammeDocument, "programme")
        organisations = self._many("organisations.yaml", OrganisationDocument, "organisation")
        places = self._many("places.yaml", PlaceDocument, "place")
        people = self._many("people.yaml", PersonDocument, "person")
        posts = self._many("posts.yaml", PostDocument, "post")
        contracts, content = self._contracts()
        rules = self._rules()
        instruments = {**self._accreditations(), **self._decisions(), **self._use_cases()}
        if self._faults or programme is None:
            raise bad_programme(self._faults)
        return Programme(
            programme, organisations, places, people, posts, contracts, content, instruments, self._sources, rules
        )

    def _contracts(self) -> tuple[dict[str, Contract], dict[str, Mapping[str, Any]]]:
        contracts: dict[str, Contract] = {}
        contents: dict[str, Mapping[str, Any]] = {}
        for path in sorted((self._folder / "contracts").glob("*.yaml")):
            content, source = self._yaml(path)
            document = self._validated(ContractDocument, content, source)
            try:
                if document is not None and document.id != path.stem:
                    self._faults.append(source.fault(f"it must be the name of its file, {path.stem}.", "id"))
                elif document is not None:
                    contracts[path.stem] = document.contract(content_hash(content))
                    contents[path.stem] = content
                    self._sources["contract", path.stem] = source
            except ValueError as problem:
                self._faults.append(source.fault(f"{problem}."))
        return contracts, contents

    def _rules(self) -> dict[str, RulesDocument]:
        found: dict[str, RulesDocument] = {}
        for path in sorted((self._folder / "rules").glob("*.yaml")):
            content, source = self._yaml(path)
            document = self._validated(RulesDocument, content, source)
            if document is not None and document.id != path.stem:
                self._faults.append(source.fault(f"it must be the name of its file, {path.stem}.", "organisation"))
            elif document is not None:
                found[path.stem] = document
                self._sources["rules", path.stem] = source
        return found

    def _accreditations(self) -> dict[Key, Instrument]:
        found = self._many("accreditations.yaml", AccreditationDocument, "accreditation")
        return {("accreditation", name): document for name, document in found.items()}

    def _decisions(self) -> dict[Key, Instrument]:
        found: dict[Key, Instrument] = {}
        for path in sorted((self._folder / "decisions").glob("*.yaml")):
            content, source = self._yaml(path)
            kind = str(content.get("kind")) if isinstance(content, dict) else ""
            if kind not in OF_THE_PROGRAMME:
                self._faults.append(source.fault(f"its kind must be one of {', '.join(OF_THE_PROGRAMME)}.", "kind"))
                continue
            self._add(found, kind, self._validated(OF_THE_PROGRAMME[kind], content, source), source)
        return found

    def _use_cases(self) -> dict[Key, Instrument]:
        found: dict[Key, Instrument] = {}
        for path in sorted((self._folder / "use-cases").glob("*/*.yaml")):
            kind = path.stem.replace("-", "_")
            source = Source(self._name(path))
            if kind not in OF_A_USE_CASE:
                names = ", ".join(name.replace("_", "-") for name in OF_A_USE_CASE)
                self._faults.append(source.fault(f"a use case's folder holds only {names}."))
                continue
            content, source = self._yaml(path)
            document = self._validated(OF_A_USE_CASE[kind], content, source)
            if document is not None and document.use_case != path.parent.name:
                what = f"it must be the name of its folder, {path.parent.name}."
                self._faults.append(source.fault(what, "use_case"))
            self._add(found, kind, document, source)
        return found

    def _add(self, found: dict[Key, Instrument], kind: str, document: Instrument | None, source: Source) -> None:
        if document is None:
            return
        if (kind, document.id) in found:
            self._faults.append(source.fault(f"{document.id} is used twice.", "id"))
        found[kind, document.id] = document
        self._sources[kind, document.id] = source

    def _one(self, path: Path, model: type[D], kind: str) -> D | None:
        content, source = self._yaml(path)
        document = self._validated(model, content, source)
        if document is not None:
            self._sources[kind, str(document.id)] = source  # type: ignore[attr-defined]
        return document

    def _many(self, name: str, model: type[D], kind: str) -> dict[str, D]:
        content, source = self._yaml(self._folder / name)
        if content is not None and not isinstance(content, list):
            self._faults.append(source.fault("it must be a list."))
            return {}
        found: dict[str, D] = {}
        for number, entry in enumerate(content or []):
            document = self._validated(model, entry, source.inside(number))
            if document is None:
                continue
            one = str(document.id)  # type: ignore[attr-defined]
            if one in found:
                self._faults.append(source.inside(number).fault(f"{one} is used twice.", "id"))
            found[one] = document
            self._sources[kind, one] = source.inside(number)
        return found

    def _validated(self, model: type[M], content: Any, source: Source) -> M | None:
        if content is None and source.file in {fault.file for fault in self._faults}:
            return None
        try:
            return model.model_validate(content)
        except ValidationError as problem:
            self._faults += source.faults_of(problem)
            return None

    def _yaml(self, path: Path) -> tuple[Any, Source]:
        try:
            return read_yaml(path, self._name(path))
        except BadProgramme as problem:
            self._faults += [fault for fault in problem.faults if isinstance(fault, Fault)]
            return None, Source(self._name(path))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()
