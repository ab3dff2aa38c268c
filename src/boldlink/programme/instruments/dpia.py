"""The data protection impact assessment, in the ICO's seven steps, with a review by every department.

Source: ICO, "How do we do a DPIA?" and its template; UK GDPR Articles 35 and 36. The scales of likelihood, severity and
risk are the template's as remembered: unverified.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory

Level = Literal["low", "medium", "high"]


class Need(Document):
    """Step 1: why an assessment is needed."""

    aims: Text
    processing_type: Text
    why: Text


class Nature(Document):
    """Step 2: what is done with the data."""

    collect_use_store_delete: Text
    source: Text
    sharing: Text
    high_risk_types: Text
    flow: Text


class DataScope(Document):
    """Step 2: how much, of whom, how often, for how long."""

    data: Text
    special_or_criminal: Text
    volume: Text
    frequency: Text
    retention: Text
    people: Text
    area: Text


class Context(Document):
    """Step 2: what people would expect, and what worries them."""

    relationship: Text
    control: Text
    expectation: Text
    children_or_vulnerable: Text
    prior_concerns: Text
    technology: Text
    public_concern: Text
    codes: Text


class Purposes(Document):
    """Step 2: what it is for."""

    aims: Text
    effect_on_people: Text
    benefits: Text


class Consultation(Document):
    """Step 3: whose views were sought, when and how, or why not."""

    views: Text
    when_or_why_not: Text
    internal: Text
    processors: Text
    security_experts: Text


class Necessity(Document):
    """Step 4: necessity and proportionality."""

    lawful_basis: Text
    achieves_purpose: Text
    another_way: Text
    function_creep: Text
    quality: Text
    minimisation: Text
    information_to_people: Text
    rights: Text
    processors: Text
    transfers: Text


class Risk(Document):
    """Step 5: one risk, where it comes from and whom it would hurt."""

    id: Slug
    source: Text
    impact: Text
    likelihood: Literal["remote", "possible", "probable"]
    severity: Literal["minimal", "significant", "severe"]
    overall: Level


class Measure(Document):
    """Step 6: what lowers a risk. `control` names a rule or part that the software enforces, or an operator's duty."""

    risk: Slug
    control: str = Field(pattern=r"^(rule|part|operator):[a-z0-9_.-]+$")
    option: Text
    effect: Literal["eliminated", "reduced", "accepted"]
    residual: Level
    approved: bool


class SignOff(Document):
    """Step 7: who approved what, and why where advice was not followed."""

    measures_approved_by: Text
    residual_risk_approved_by: Text
    ico_consulted_on: date | None = None  # before a residual high risk is taken: UK GDPR Article 36
    dpo_advice: Text
    dpo_advice_followed: bool
    overruled_because: str = ""
    consultation_reviewed_by: Text
    departed_because: str = ""
    review_by: Text
    next_review: date

    @model_validator(mode="after")
    def _reasons_if_overruled(self) -> SignOff:
        if not self.dpo_advice_followed and len(self.overruled_because) < 3:
            raise ValueError("the DPO's advice was not followed: overruled_because must say why")
        return self


class DepartmentReview(Document):
    """What a department's data protection specialist found (P11)."""

    organisation: str
    reviewer: Text
    on: date
    finding: Text


class DpiaDocument(Instrument):
    """A data protection impact assessment: seven steps, each risk lowered by a control that can be tested (P11)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("dpo", "controllers"),)
    title_of_kind: ClassVar[str] = "Data protection impact assessment"
    promises: ClassVar[tuple[str, ...]] = ("P11", "P12")

    kind: Literal["dpia"] = "dpia"
    use_case: str
    controller: str
    dpo: Text
    need: Need
    nature: Nature
    scope: DataScope
    context: Context
    purposes: Purposes
    consultation: Consultation
    necessity: Necessity
    risks: list[Risk] = Field(min_length=1)
    measures: list[Measure] = Field(min_length=1)
    sign_off: SignOff
    reviews: list[DepartmentReview] = Field(min_length=1)

    @property
    def ends_on(self) -> date | None:
        """An assessment that is not reviewed in time stands no longer."""
        return self.sign_off.next_review

    @property
    def residual(self) -> dict[str, str]:
        """Risk → what is left of it after the approved measure that lowers it most; without one, all of it."""
        order = ("low", "medium", "high")
        return {
            risk.id: min(
                (m.residual for m in self.measures if m.risk == risk.id and m.approved),
                key=order.index,
                default=risk.overall,
            )
            for risk in self.risks
        }

    @model_validator(mode="after")
    def _every_risk_has_a_measure(self) -> DpiaDocument:
        risks, measured = {risk.id for risk in self.risks}, {measure.risk for measure in self.measures}
        if risks != measured:
            raise ValueError(f"risks and measures do not meet: {', '.join(sorted(risks ^ measured))}")
        return self
