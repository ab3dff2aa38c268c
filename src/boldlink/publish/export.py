"""The form of a place's public export: `boldlink-public-export/1` in, frozen documents out.

Everything that is not in the form is refused, so that a field added by mistake cannot slip into public view.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from boldlink.errors import BadInput
from boldlink.publish.released import Marker, Name, ReleasedTable, Text
from boldlink.values import DataClass, Role

FORMAT = "boldlink-public-export/1"

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]  # ids become file names and web addresses
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Figure = int | float | Marker


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Place(_Part):
    """A secure place and who runs it."""

    id: Id
    name: Name
    operator: Text


class Programme(_Part):
    """What the programme is, what it is not for, and whether its people exist."""

    id: Id
    title: Name
    summary: Text
    contact: Text
    ends: date
    synthetic: bool
    not_for: tuple[Text, ...]


class LedgerHead(_Part):
    """Where a place's history stood when it exported: events, head hash (hex), public key (base64)."""

    events: int = Field(ge=0)
    head: Hash
    public_key: Text


class DatasetColumn(_Part):
    """One column of a data contract, as the public may know it."""

    name: Name
    role: Role
    classes: tuple[DataClass, ...]
    description: Text


class Agreement(_Part):
    """A data sharing agreement and the day it ends."""

    id: Name
    ends: date


class Dataset(_Part):
    """A dataset deposited in a place."""

    id: Id
    name: Name
    owner: Id
    owner_name: Text
    place: Id
    place_name: Text
    pinned: bool
    description: Text
    classes: tuple[DataClass, ...]
    columns: tuple[DatasetColumn, ...]
    use_cases: tuple[Id, ...]
    agreements: tuple[Agreement, ...]


class LegalBasis(_Part):
    """A law, and what it is relied on for."""

    law: Text
    purpose: Text = Field(alias="for")


class Organisation(_Part):
    """An organisation's part in a use case."""

    id: Name
    name: Name
    role: Text


class Engagement(_Part):
    """Who was asked, when, what they said, and what changed because of it."""

    group: Text
    through: Text = Field(alias="with")
    on: date
    heard: Text
    changed: Text


class Instrument(_Part):
    """A signed document: assessment, agreement, attestation, advice."""

    kind: Text
    id: Name
    version: Text
    signed_by: tuple[Text, ...]
    hash: Text


class Question(_Part):
    """One question of a use case, and how it is answered: `measure` is the id that releases carry."""

    id: Id
    question: Text
    estimand: Text
    measure: Name
    method: Text
    datasets: tuple[Text, ...]
    place: Text


class Finding(_Part):
    """What was found, under which measures it was published, and what it changed."""

    finding: Text
    published_as: tuple[Name, ...]
    led_to: Text
    what_changed: Text
    owner: Text
    on: date


class UseCase(_Part):
    """One purpose for which data is linked."""

    id: Id
    title: Name
    summary: Text
    question: Text
    public_benefit: Text
    lane: Text
    status: Text
    places: tuple[Id, ...]
    legal_basis: tuple[LegalBasis, ...]
    datasets: tuple[Id, ...]
    organisations: tuple[Organisation, ...]
    starts: date
    ends: date
    engagement: tuple[Engagement, ...]
    instruments: tuple[Instrument, ...]
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()


class Measure(_Part):
    """What a released figure measures; official means the definition is an official statistic's.

    `section` is where it stands in its use case's report; `breaks` are days across which its series must not be read.
    """

    id: str = ""
    section: str = ""
    method: Text = ""
    formula: Text = ""
    exclusions: tuple[Text, ...] = ()
    breaks: tuple[Text, ...] = ()
    title: Name
    definition: Text
    source: Text
    official: bool


class Check(_Part):
    """One machine check of a release: pass, fail or review, with its explanation."""

    name: Name
    outcome: Text
    explanation: Text


class LinkageNote(_Part):
    """How linkage error bears on a release: a note, and one figure or several for each confidence."""

    note: Text
    confidences: Mapping[Name, Figure | Mapping[Name, Figure]]


class Period(_Part):
    """The days a table is about, both included."""

    starts: date
    ends: date


class Release(_Part):
    """A table that left a place after checks and reviews. `sha256` is of the file that the reviewers saw."""

    id: Id
    use_case: Id
    title: Name
    context: Text
    released_on: date
    sha256: Hash
    reviews: int = Field(ge=0)
    measure: Measure | None
    checks: tuple[Check, ...]
    table: ReleasedTable
    linkage: LinkageNote | None
    period: Period | None = None


class Refusal(_Part):
    """A request that was not let out, and why."""

    use_case: Id
    title: Name
    on: date
    reasons: tuple[Text, ...]


class PublicExport(_Part):
    """All that one place tells the public."""

    format: Literal["boldlink-public-export/1"]
    made_on: date
    place: Place
    programme: Programme
    ledger: LedgerHead
    datasets: tuple[Dataset, ...]
    use_cases: tuple[UseCase, ...]
    releases: tuple[Release, ...]
    refusals: tuple[Refusal, ...]


def read_export(export: Mapping[str, Any]) -> PublicExport:
    """Read one public export. Raises BadInput naming the field, never its value."""
    if export.get("format") != FORMAT:
        raise _refusal("PUBLISH-FORMAT", "format", f"the format must be {FORMAT}.")
    try:
        # JSON mode reads dates and lists as JSON writes them, yet takes neither "5" for 5 nor true for 1.
        return PublicExport.model_validate_json(json.dumps(export, allow_nan=False))
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise _refusal("PUBLISH-EXPORT", field, f"{first['msg']}.") from None
    except (TypeError, ValueError):
        raise _refusal("PUBLISH-EXPORT", "(whole document)", "it cannot be written as JSON.") from None


def _refusal(code: str, field: str, why: str) -> BadInput:
    return BadInput(
        code,
        f"A public export cannot be published: field {field}.",
        why,
        "export again from the place; nothing has been published",
        "the place's operator",
    )
