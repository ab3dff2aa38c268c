"""A department's rules of disclosure control as it gives them: each parameter with its source, and whether that was seen.

A department says only what it has a rule for; of the rest the house's own word holds. Where several departments' data
meet, the strictest of each parameter does (`boldlink.outputs.rules`). A rule that is known from hearsay is better kept
than dropped, so it stands here with `verified: false`, which every release repeats.
"""

from __future__ import annotations

from datetime import date
from typing import Generic, TypeVar

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug, Text

T = TypeVar("T")


class Parameter(Document, Generic[T]):
    """One parameter: its value, where it comes from, and whether somebody has seen that source."""

    value: T
    source: Text
    verified: bool


class DominancePair(Document):
    """The `largest` contributors together have at most the share `share_at_most` of a sum."""

    largest: int = Field(ge=1, le=10)
    share_at_most: float = Field(gt=0, le=1)


class CountParameter(Parameter[int]):
    """A number of people, or of events."""

    value: int = Field(ge=1, le=1_000)


class ShareParameter(Parameter[float]):
    """A share, 0 to 1."""

    value: float = Field(gt=0, le=1)


class PercentParameter(Parameter[float]):
    """A percentage."""

    value: float = Field(ge=0, le=100)


class RowsParameter(Parameter[int]):
    """How many rows a file may have."""

    value: int = Field(ge=1, le=100_000)


class DecimalsParameter(Parameter[int]):
    """How many decimals an estimate may have."""

    value: int = Field(ge=0, le=10)


class ParametersDocument(Document):
    """The parameters that a department has a rule for; what each means stands with `boldlink.outputs.rules.Rules`."""

    minimum: CountParameter | None = None
    base: CountParameter | None = None
    width: CountParameter | None = None
    rows_at_most: RowsParameter | None = None
    decimals_at_most: DecimalsParameter | None = None
    zeros_disclosive: Parameter[bool] | None = None
    class_disclosure: Parameter[bool] | None = None
    dominance: Parameter[list[DominancePair]] | None = None
    p_percent: PercentParameter | None = None
    percentile_contributors: CountParameter | None = None
    residual_degrees_of_freedom: CountParameter | None = None
    events_per_parameter: CountParameter | None = None
    leverage_at_most: ShareParameter | None = None
    km_step: CountParameter | None = None


class RulesDocument(Document):
    """rules/ORGANISATION.yaml: from when a department's rules hold, their version, and what could not be found out."""

    organisation: Slug
    version: Text
    from_: date = Field(alias="from")
    note: str = ""
    parameters: ParametersDocument

    @property
    def id(self) -> str:
        """One document for each organisation."""
        return self.organisation

    @model_validator(mode="after")
    def _width_fits_the_minimum(self) -> RulesDocument:
        """A count below the minimum has one value less than the minimum: nobody can be left more."""
        minimum, width = self.parameters.minimum, self.parameters.width
        if minimum and width and width.value > minimum.value:
            raise ValueError("width cannot be more than the minimum: there are not so many values below it")
        return self
