"""Is it right, and is it safe: the ethics review and the record of the anonymisation decision.

Sources: Data Ethics Framework (2020); Data and AI Ethics Framework (December 2025), which replaces it; UK Anonymisation
Network, Anonymisation Decision-Making Framework, 2nd edition (names of its ten components as remembered: unverified).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Text
from boldlink.programme.instruments.instrument import Instrument, Signatory

PRINCIPLES_2020 = ("transparency", "accountability", "fairness")
ACTIONS_2020 = (
    "define_benefit_and_user_need",
    "involve_diverse_expertise",
    "comply_with_law",
    "review_data_quality_and_limits",
    "evaluate_policy_implications",
)
PRINCIPLES_2025 = (*PRINCIPLES_2020, "privacy", "safety", "societal_impact", "environmental_sustainability")
FRAMEWORKS = {
    "data-ethics-framework-2020": (*PRINCIPLES_2020, *ACTIONS_2020),
    "data-and-ai-ethics-framework-2025": PRINCIPLES_2025,
}


class EthicsScore(Document):
    """One principle or action of the framework: 0 (nothing done) to 5 (done well), and why."""

    on: str
    score: int = Field(ge=0, le=5)
    reasons: Text


class EthicsGroup(Document):
    """A department's ethics group that was asked, and what it advised (P25)."""

    organisation: str
    group: Text
    met_on: date
    advice: Text


class EthicsDocument(Instrument):
    """An ethics review under the framework of its day, with the departments' ethics groups (P25)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("ethics_lead", "one"),)
    title_of_kind: ClassVar[str] = "Ethics review"
    promises: ClassVar[tuple[str, ...]] = ("P25",)

    kind: Literal["ethics"] = "ethics"
    use_case: str
    framework: Literal["data-ethics-framework-2020", "data-and-ai-ethics-framework-2025"]
    reviewed_on: date
    next_review: date
    scores: list[EthicsScore]
    trade_offs: str = ""  # the 2025 framework asks for them
    groups: list[EthicsGroup] = Field(min_length=1)
    conclusion: Text

    @model_validator(mode="after")
    def _as_the_framework_asks(self) -> EthicsDocument:
        expected = sorted(FRAMEWORKS[self.framework])
        if sorted(score.on for score in self.scores) != expected:
            raise ValueError(f"{self.framework} is scored on: {', '.join(expected)}")
        if self.framework == "data-and-ai-ethics-framework-2025" and len(self.trade_offs) < 3:
            raise ValueError(f"{self.framework} asks for trade_offs")
        return self

    @property
    def starts_on(self) -> date | None:
        return self.reviewed_on

    @property
    def ends_on(self) -> date | None:
        """Assessed regularly: a review that is overdue stands no longer."""
        return self.next_review


class Environment(Document):
    """Where data would be: who is there, what other data, what holds it, who rules it."""

    name: Text
    agents: Text
    other_data: Text
    infrastructure: Text
    governance: Text


class AnonymisationDocument(Instrument):
    """The record of an anonymisation decision: UKAN's ten components (P16). Pseudonymised data is personal data (P38)."""

    signatories: ClassVar[tuple[Signatory, ...]] = (Signatory("information_asset_owner", "one"),)
    title_of_kind: ClassVar[str] = "Anonymisation decision record"
    promises: ClassVar[tuple[str, ...]] = ("P16", "P38")

    kind: Literal["anonymisation"] = "anonymisation"
    use_case: str
    problem: Text  # 1
    flows: list[Text] = Field(min_length=1)  # 2
    responsibilities: list[Text] = Field(min_length=1)  # 2
    environments: list[Environment] = Field(min_length=1)  # 3
    data: Text  # 4
    stakeholders: list[Text] = Field(min_length=1)  # 5
    evaluation: Text  # 6
    controls: list[Text] = Field(min_length=1)  # 7
    trust_plan: Text  # 8
    crisis_plan: Text  # 9
    monitoring: Text  # 10
    status_of_data: Literal["pseudonymised_personal_data", "anonymous_aggregate"]
    next_review: date

    @property
    def ends_on(self) -> date | None:
        return self.next_review
