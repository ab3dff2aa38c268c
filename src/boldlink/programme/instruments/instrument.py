"""What every instrument is: a document that named posts sign, with a life of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from boldlink.programme.document import Document, Slug
from boldlink.programme.life import STANDING, Life

Scope = Literal["one", "parties", "controllers", "health_owners", "own_organisation", "place_operator", "person"]


@dataclass(frozen=True)
class Signatory:
    """Who must sign: the role of a post, and how many of them.

    one: the programme's post. parties: one of each party to the agreement. controllers: one of each organisation that
    takes part in the use case. health_owners: one of each owner of health data. own_organisation: the person's.
    place_operator: one of who operates the place, else of the programme; never held by the operator of what is certified.
    person: the person whom it is about, without a post.
    """

    role: str
    scope: Scope


class Instrument(Document):
    """A document that posts must sign. Its kind, its life and its signatories are data of its class."""

    life: ClassVar[Life] = STANDING
    signatories: ClassVar[tuple[Signatory, ...]] = ()
    title_of_kind: ClassVar[str] = ""
    promises: ClassVar[tuple[str, ...]] = ()

    kind: str
    id: Slug
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    supersedes: str | None = None  # the version before, if there was one
    use_case: str | None = None

    @property
    def starts_on(self) -> date | None:
        """First day; None: since ever."""
        return getattr(self, "starts", None)

    @property
    def ends_on(self) -> date | None:
        """Last day; None: no end."""
        return getattr(self, "ends", None)
