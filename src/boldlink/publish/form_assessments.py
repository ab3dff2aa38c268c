"""Assessments as the public reads them: the data protection impact assessment and the ethics review, in summary.

Sources: ICO, "How do we do a DPIA?" (seven steps); Data Ethics Framework (2020) and Data and AI Ethics Framework (2025).
Posts and organisations are named, people never.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from boldlink.publish.form import FormPart, Id
from boldlink.publish.released import Name, Text


class RiskMeasure(FormPart):
    """What lowers a risk: the measure, the rule, part or operator's duty that carries it out, and what is left."""

    measure: Text
    control: Text
    effect: Text
    residual: Text
    approved: bool


class Risk(FormPart):
    """One risk to people: where it comes from, whom it would hurt, how large it is before and after its measures."""

    id: Id
    source: Text
    impact: Text
    likelihood: Text
    severity: Text
    overall: Text
    residual: Text
    measures: tuple[RiskMeasure, ...]


class DepartmentReview(FormPart):
    """What a department's specialist found."""

    organisation: Name
    on: date
    finding: Text


class Assessment(FormPart):
    """A data protection impact assessment in summary. `advice` is the Data Protection Officers'."""

    id: Id
    use_case: Id
    version: Text
    aims: Text
    why_needed: Text
    data: Text
    people: Text
    area: Text
    volume: Text
    retention: Text
    effect_on_people: Text
    consultation: Text
    consulted: Text
    another_way: Text
    minimisation: Text
    rights: Text
    risks: tuple[Risk, ...]
    advice: Text
    advice_followed: bool
    overruled_because: Text
    ico_consulted_on: date | None
    reviews: tuple[DepartmentReview, ...]
    next_review: date
    signed_by: tuple[Text, ...]


class EthicsScore(FormPart):
    """One principle or action of the framework, 0 (nothing done) to 5 (done well), and why."""

    on: Text
    score: int = Field(ge=0, le=5)
    reasons: Text


class EthicsAdvice(FormPart):
    """What a department's ethics group advised."""

    organisation: Name
    group: Text
    met_on: date
    advice: Text


class EthicsReview(FormPart):
    """An ethics review under the framework of its day."""

    id: Id
    use_case: Id
    version: Text
    framework: Text
    reviewed_on: date
    next_review: date
    scores: tuple[EthicsScore, ...]
    trade_offs: Text
    groups: tuple[EthicsAdvice, ...]
    conclusion: Text
    signed_by: tuple[Text, ...]
