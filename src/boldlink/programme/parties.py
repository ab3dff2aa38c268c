"""Who takes part: the programme, its organisations, places, people and posts."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug, Text


class AdvisoryBody(Document):
    """Who advises on data that NHS England holds, and from when until when (P14)."""

    body: str
    from_: date = Field(alias="from")
    until: date | None = None


class Quorum(Document):
    """How many of the panel must have decided, and how many of them from outside the departments (P34)."""

    members: int = Field(ge=1)
    external: int = Field(ge=1)


class ProgrammeDocument(Document):
    """The programme: what it is for and not for, and when it ends unless it is renewed on record (P36)."""

    id: Slug
    title: str
    summary: str
    contact: str
    starts: date
    ends: date
    synthetic: bool = False
    not_for: list[str] = Field(default_factory=list)
    licence: str | None = Field(default=None, pattern=r"^https?://")  # under which released tables may be used again
    panel: Quorum
    advisory_bodies: list[AdvisoryBody] = Field(default_factory=list)

    @model_validator(mode="after")
    def _bodies_follow_each_other(self) -> ProgrammeDocument:
        bodies = sorted(self.advisory_bodies, key=lambda one: one.from_)
        for one, following in itertools.pairwise(bodies):
            if one.until is None or one.until >= following.from_:
                raise ValueError(f"advisory bodies overlap: {one.body} and {following.body}")
        return self


class OrganisationDocument(Document):
    """A department or body; a commercial one is refused everything (P29)."""

    id: Slug
    name: str
    kind: Literal["department", "devolved", "public_body", "nhs", "police", "probation", "third_sector", "commercial"]


class PlaceDocument(Document):
    """A secure place."""

    id: Slug
    name: str
    operator: str
    description: str = ""


class PersonDocument(Document):
    """A named person. What lets them see data, and lapses, stands in their accreditation."""

    id: Slug
    name: str
    organisation: str


class PostDocument(Document):
    """A named post and who holds it. A post with a place counts in that place alone."""

    id: Slug
    title: Text
    organisation: str
    role: Literal[
        "panel_chair", "external_member", "siro", "dpo", "caldicott_guardian", "lawyer", "ethics_lead",
        "engagement_lead", "information_asset_owner", "data_supplier", "custodian", "key_custodian", "releaser",
        "programme_manager", "security_lead", "probation_officer",
    ]  # fmt: skip
    holder: str
    place: str | None = None
