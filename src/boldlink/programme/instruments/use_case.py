"""The use case: the only reason for which data is used. Identified, prioritised, scored; asked about; decided."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory
from boldlink.programme.life import DECIDED, RECORDED, Life
from boldlink.values import Rounding

CRITERIA = ("public_benefit", "need_for_linking", "feasibility", "privacy_intrusion", "delivery")


class Identified(Document):
    """Who saw the need, when, and why (P07)."""

    by: Text
    on: date
    reasons: Text


class Score(Document):
    """One criterion of prioritisation, 0 (worst) to 5 (best), and why."""

    criterion: Literal["public_benefit", "need_for_linking", "feasibility", "privacy_intrusion", "delivery"]
    score: int = Field(ge=0, le=5)
    reasons: Text


class Prioritised(Document):
    """How it compared with others: every criterion scored once, with reasons kept (P07)."""

    by: Text
    on: date
    scores: list[Score]
    reasons: Text

    @model_validator(mode="after")
    def _every_criterion_once(self) -> Prioritised:
        if sorted(score.criterion for score in self.scores) != sorted(CRITERIA):
            raise ValueError(f"every criterion is scored once: {', '.join(CRITERIA)}")
        return self


class QuestionDocument(Document):
    """One question of a pilot and how it is answered: what is estimated, by which measure and method, on what, where."""

    id: Slug
    question: Text
    estimand: Text
    measure: Slug
    method: Text
    datasets: list[str] = Field(min_length=1)
    place: str


class OutputDocument(Document):
    """An output that a use case asks for: a measure, over a period, broken down by declared columns.

    rounding: how its counts show (docs/disclosure-control.md): nearest, midpoint, or controlled, which keeps true totals.
    """

    measure: Slug
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")
    by: list[str] = Field(default_factory=list)
    rounding: Rounding = Rounding.NEAREST
    context: Text


class UseCaseDocument(Instrument):
    """A piece of research or evidence that could help public services (P05 to P07)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("panel_chair", "one"),)
    title_of_kind: ClassVar[str] = "Use case"
    promises: ClassVar[tuple[str, ...]] = ("P05", "P06", "P07")

    kind: Literal["use_case"] = "use_case"
    use_case: str
    title: Text
    summary: Text
    question: Text
    public_benefit: Text
    lane: Literal["research", "operational"]
    starts: date
    ends: date
    organisations: list[str] = Field(min_length=1)
    datasets: list[str] = Field(min_length=1)
    questions: list[QuestionDocument] = Field(default_factory=list)
    outputs: list[OutputDocument] = Field(default_factory=list)
    team: dict[Literal["linker", "researcher", "checker", "probation_officer"], list[str]]
    identification: Identified
    prioritisation: Prioritised
    affected_groups: list[str] = Field(min_length=1)


class Asked(Document):
    """One affected group that was asked: through whom, when, what was heard, what changed."""

    group: str
    with_: Text = Field(alias="with")
    asked_on: date
    heard: Text
    changed: Text


class NotAsked(Document):
    """A group that was not asked, and why: said in public by the panel, on a day."""

    group: str
    reason: Text
    said_publicly_on: date
    where: Text


class EngagementDocument(Instrument):
    """The public engagement record: each affected group was asked, or the panel has said publicly why not (P32)."""

    life: ClassVar[Life] = RECORDED
    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("engagement_lead", "one"),)
    title_of_kind: ClassVar[str] = "Public engagement record"
    promises: ClassVar[tuple[str, ...]] = ("P32",)

    kind: Literal["engagement"] = "engagement"
    use_case: str
    asked: list[Asked] = Field(default_factory=list)
    not_asked: list[NotAsked] = Field(default_factory=list)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups that were asked, or of whom it was said publicly why not."""
        return (*(entry.group for entry in self.asked), *(entry.group for entry in self.not_asked))


class Member(Document):
    """Somebody who decided: from inside the departments, or from outside."""

    name: Text
    organisation: Text
    external: bool


class PanelDecisionDocument(Instrument):
    """The panel's decision on a use case: who decided, what, and why. Internal and external experts (P34)."""

    life: ClassVar[Life] = DECIDED
    signatories: ClassVar[tuple[Signatory, ...]] = (
        Signatory("panel_chair", "one"),
        Signatory("external_member", "one"),
    )
    title_of_kind: ClassVar[str] = "Panel decision"
    promises: ClassVar[tuple[str, ...]] = ("P34",)

    kind: Literal["panel_decision"] = "panel_decision"
    use_case: str
    met_on: date
    members: list[Member] = Field(min_length=1)
    decision: Literal["approved", "approved_with_conditions", "refused"]
    conditions: list[str] = Field(default_factory=list)
    reasons: Text
    ends: date | None = None

    @property
    def starts_on(self) -> date | None:
        return self.met_on
