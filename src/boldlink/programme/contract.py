"""Data contracts: Open Data Contract Standard v3 YAML in, a frozen `Contract` out.

The standard has words for most things (properties, logicalType, primaryKey, required, transformLogic). What it has no
word for stands in its `customProperties`: owner, heldBy, place, pinned, health, lanes, distinctPeople, gradeColumn,
consentColumn, optOutColumn for the dataset;
role, meaning, identifierType, classes, validValues, dateFormat for a column.
Source: Open Data Contract Standard v3.1.0 (bitol.io).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from boldlink.programme.document import content_hash
from boldlink.programme.faults import bad_programme, read_yaml
from boldlink.values import Column, Contract, DataClass, Role

LOGICAL_TYPES = ("string", "date", "integer", "number", "boolean")
# Every custom property that a dataset or a column may have, and what its value is; a list holds words or numbers.
OF_A_DATASET: Mapping[str, type] = {
    "owner": str, "heldBy": str, "place": str, "pinned": bool, "health": bool, "lanes": list, "distinctPeople": bool,
    "gradeColumn": str, "consentColumn": str, "optOutColumn": str, "optOutsAppliedByOwner": bool,
}  # fmt: skip
OF_A_COLUMN: Mapping[str, type] = {
    "role": str, "classes": list, "meaning": str, "identifierType": str, "validValues": list, "dateFormat": str,
}  # fmt: skip


class CustomProperty(BaseModel):
    """ODCS customProperties entry: a name and a value."""

    model_config = ConfigDict(extra="forbid")
    property: str
    value: Any


class _WithCustom(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    known: ClassVar[Mapping[str, type]] = {}
    custom: list[CustomProperty] = Field(default_factory=list, alias="customProperties")

    @field_validator("custom")
    @classmethod
    def _known_once_and_of_its_type(cls, custom: list[CustomProperty]) -> list[CustomProperty]:
        """A misspelt `pinned` would let data out of its place, and of two the first would count."""
        names = [entry.property for entry in custom]
        for entry in custom:
            wanted = cls.known.get(entry.property)
            if wanted is None:
                raise ValueError(f"the only properties are {', '.join(cls.known)}")
            if names.count(entry.property) > 1:
                raise ValueError(f"{entry.property} stands twice")
            plain = not isinstance(entry.value, list) or all(type(one) in (str, int) for one in entry.value)
            if not isinstance(entry.value, wanted) or not plain:
                raise ValueError(f"{entry.property} must be a {wanted.__name__}")
        return custom

    def extra(self, name: str, default: Any = None) -> Any:
        """The value of a custom property, or the default."""
        return next((entry.value for entry in self.custom if entry.property == name), default)


class ContractProperty(_WithCustom):
    """ODCS schema property: one column."""

    known = OF_A_COLUMN
    name: str
    logical_type: str = Field("string", alias="logicalType")
    description: str = ""
    required: bool = False
    primary_key: bool = Field(False, alias="primaryKey")
    transform_sources: list[str] = Field(default_factory=list, alias="transformSourceObjects")
    transform_logic: str | None = Field(None, alias="transformLogic")

    @field_validator("logical_type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        if value not in LOGICAL_TYPES:
            raise ValueError(f"logicalType must be one of {', '.join(LOGICAL_TYPES)}")
        return value

    def column(self) -> Column:
        """The frozen column; ValueError names a missing or unknown role or class."""
        role = self.extra("role")
        if role is None:
            raise ValueError(f"column {self.name}: customProperties must give its role")
        return Column(
            name=self.name,
            logical_type=self.logical_type,
            role=Role(role),
            description=self.description,
            classes=frozenset(DataClass(name) for name in self.extra("classes", [])),
            required=self.required,
            primary_key=self.primary_key,
            meaning=self.extra("meaning"),
            identifier_type=self.extra("identifierType"),
            valid_values=tuple(str(value) for value in self.extra("validValues", [])),
            date_format=self.extra("dateFormat"),
            derived_from=tuple(self.transform_sources),
            derivation=self.transform_logic,
        )


class ContractSchema(BaseModel):
    """ODCS schema object: the one table of an extract."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    name: str
    physical_type: str = Field("csv", alias="physicalType")
    description: str = ""
    properties: list[ContractProperty]


class ContractDescription(BaseModel):
    """ODCS description block."""

    model_config = ConfigDict(extra="forbid")
    purpose: str
    limitations: str = ""
    usage: str = ""


class ContractDocument(_WithCustom):
    """ODCS data contract as it stands in a file."""

    known = OF_A_DATASET
    api_version: str = Field(alias="apiVersion", pattern=r"^v3\.")
    kind: str = Field(pattern="^DataContract$")
    id: str = Field(pattern="^[a-z][a-z0-9-]*$")
    name: str
    version: str
    status: str
    description: ContractDescription
    tables: list[ContractSchema] = Field(alias="schema", min_length=1, max_length=1)

    def contract(self, content_hash: str = "") -> Contract:
        """The frozen contract; ValueError if a column or the dataset breaks a rule of the house."""
        columns = tuple(column.column() for column in self.tables[0].properties)
        contract = Contract(
            dataset=self.id,
            name=self.name,
            version=self.version,
            owner=self.extra("owner", ""),
            place=self.extra("place", ""),
            pinned=bool(self.extra("pinned", False)),
            columns=columns,
            description=self.description.purpose.strip(),
            distinct_people=bool(self.extra("distinctPeople", False)),
            health=bool(self.extra("health", False)),
            grade_column=self.extra("gradeColumn"),
            held_by=self.extra("heldBy", ""),
            lanes=tuple(self.extra("lanes", ["research"])),
            consent_column=self.extra("consentColumn"),
            opt_out_column=self.extra("optOutColumn"),
            opt_outs_applied_by_owner=bool(self.extra("optOutsAppliedByOwner", False)),
            content_hash=content_hash,
        )
        for problem in problems(contract):
            raise ValueError(problem)
        return contract


def problems(contract: Contract) -> list[str]:
    """What is wrong with a contract as a whole, in words; empty when it is sound."""
    names = [column.name for column in contract.columns]
    delivered = {column.name for column in contract.delivered}
    found = [f"column {name} is named twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if not contract.owner or not contract.place:
        found.append("customProperties must give owner and place")
    if not contract.primary_key:
        found.append("no column is primaryKey: a record needs a name")
    if len(contract.with_role(Role.SOURCE_KEY)) + len(contract.with_role(Role.PERSON_KEY)) != 1:
        found.append("exactly one column must be source_key or person_key")
    if unknown := sorted(set(contract.lanes) - {"research", "operational"}):
        found.append(f"lanes knows no {', '.join(unknown)}")
    if "operational" in contract.lanes and contract.health:
        found.append("health and social care data is never agreed for the operational lane (P30)")
    for name in filter(None, (contract.consent_column, contract.opt_out_column)):
        if name not in names or contract.column(name).logical_type != "boolean":
            found.append(f"{name}, which says who consented or opted out, is no boolean column")
    if contract.grade_column and not _holds_grades(contract):
        found.append(
            f"{contract.grade_column}, the gradeColumn, is no attribute whose validValues are numbers below 128"
        )
    for column in contract.columns:
        found.extend(f"column {column.name}: {fault}" for fault in _column_faults(column, delivered))
    return found


def _holds_grades(contract: Contract) -> bool:
    found = [column for column in contract.with_role(Role.ATTRIBUTE) if column.name == contract.grade_column]
    values = [value for column in found for value in column.valid_values]
    return bool(values) and all(value.isdecimal() and int(value) < 128 for value in values)


def _column_faults(column: Column, delivered: set[str]) -> list[str]:
    faults = []
    if column.role is Role.LINKAGE and not column.meaning:
        faults.append("a linkage column must give its meaning")
    if column.role is Role.IDENTIFIER and not column.identifier_type:
        faults.append("an identifier column must give its identifierType")
    if column.role is Role.PERSON_KEY and not column.identifier_type:
        faults.append("a person key must give its identifierType: datasets of one numbering join on it")
    if missing := sorted(set(column.derived_from) - delivered):
        faults.append(f"is derived from {', '.join(missing)}, which the extract does not have")
    if column.derivation and not column.derived_from:
        faults.append("has transformLogic but no transformSourceObjects")
    return faults


def read_contract(path: Path) -> Contract:
    """Read one data contract file. Raises BadProgramme naming file, line and field."""
    content, source = read_yaml(path, f"{path.parent.name}/{path.name}")
    try:
        return ContractDocument.model_validate(content).contract(content_hash(content))
    except ValidationError as problem:
        raise bad_programme(source.faults_of(problem)) from problem
    except ValueError as problem:
        raise bad_programme([source.fault(f"{problem}.")]) from problem
