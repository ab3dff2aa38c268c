"""The form of a place's public export: `boldlink-public-export/1` in, frozen documents out.

Everything that is not in the form is refused, so that a field added by mistake cannot slip into public view.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationError

from boldlink.errors import BadInput
from boldlink.publish.form import FormPart, Hash, Id
from boldlink.publish.form_assessments import Assessment, EthicsReview
from boldlink.publish.form_decisions import Certificate, Correction, Decision, Retired
from boldlink.publish.form_use import DataUse, LaySummary
from boldlink.publish.released import Marker, Name, ReleasedTable, Text
from boldlink.values import DataClass, Role

FORMAT = "boldlink-public-export/1"

Figure = int | float | Marker


class Place(FormPart):
    """A secure place and who runs it."""

    id: Id
    name: Name
    operator: Text


class Programme(FormPart):
    """What the programme is, what it is not for, and whether its people exist."""

    id: Id
    title: Name
    summary: Text
    contact: Text
    ends: date
    synthetic: bool
    not_for: tuple[Text, ...]
    licence: Text = ""  # under which released tables may be used again: an address


class LedgerHead(FormPart):
    """Where a place's history stood when it exported: events, head hash (hex), public key as the place gives it.

    `root` is the root of the Merkle tree over all events (hex); `note` is the checkpoint that the place signed over it.
    """

    events: int = Field(ge=0)
    head: Hash
    public_key: Text
    root: Hash | None = None
    note: Text = ""


class DatasetColumn(FormPart):
    """One column of a data contract, as the public may know it."""

    name: Name
    role: Role
    classes: tuple[DataClass, ...]
    description: Text


class Agreement(FormPart):
    """A data sharing agreement and the day it ends."""

    id: Name
    ends: date


class Dataset(FormPart):
    """A dataset deposited in a place. `version` and `received_on` are of its latest delivery."""

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
    version: Text = ""
    received_on: date | None = None


class LegalBasis(FormPart):
    """A law, and what it is relied on for."""

    law: Text
    purpose: Text = Field(alias="for")


class Organisation(FormPart):
    """An organisation's part in a use case."""

    id: Name
    name: Name
    role: Text


class Engagement(FormPart):
    """Who was asked, when, what they said, and what changed because of it."""

    group: Text
    through: Text = Field(alias="with")
    on: date
    heard: Text
    changed: Text


class Instrument(FormPart):
    """A signed document: assessment, agreement, attestation, advice."""

    kind: Text
    id: Name
    version: Text
    signed_by: tuple[Text, ...]
    hash: Text


class Question(FormPart):
    """One question of a use case, and how it is answered: `measure` is the id that releases carry."""

    id: Id
    question: Text
    estimand: Text
    measure: Name
    method: Text
    datasets: tuple[Text, ...]
    place: Text


class Finding(FormPart):
    """What was found, under which measures it was published, and what it changed."""

    finding: Text
    published_as: tuple[Name, ...]
    led_to: Text
    what_changed: Text
    owner: Text
    on: date


class UseCase(FormPart):
    """One purpose for which data is linked.

    `approved_on`: the day of the last signature under its agreement. `accessed_on`: the day on which its research
    dataset was first built.
    """

    id: Id
    title: Name
    summary: LaySummary
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
    data_use: DataUse | None = None
    approved_on: date | None = None
    accessed_on: date | None = None


class Measure(FormPart):
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


class Check(FormPart):
    """One machine check of a release: pass, fail or review, with its explanation."""

    name: Name
    outcome: Text
    explanation: Text


class LinkageNote(FormPart):
    """How linkage error bears on a release: a note, and one figure or several for each confidence."""

    note: Text
    confidences: Mapping[Name, Figure | Mapping[Name, Figure]]


class Period(FormPart):
    """The days a table is about, both included."""

    starts: date
    ends: date


class Release(FormPart):
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
    corrections: tuple[Correction, ...] = ()

    @property
    def state(self) -> str:
        """released, corrected or withdrawn: what happened to it last."""
        return self.corrections[-1].kind if self.corrections else "released"


class Refusal(FormPart):
    """A request that was not let out, and why. `kind`: refused by the machine's checks, or rejected by a reviewer."""

    use_case: Id
    title: Name
    on: date
    reasons: tuple[Text, ...]
    kind: Literal["refused", "rejected"] = "refused"


class PublicExport(FormPart):
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
    decisions: tuple[Decision, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    ethics: tuple[EthicsReview, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    retired: tuple[Retired, ...] = ()


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
