"""Parts of a declaration: which rows, which columns made from others, how long somebody was followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from boldlink.programme.document import Document, Slug

Number = int | float
TO_BE_IN_IT = "person_medium"  # every row of a research table has it, and no agreement names it


class PeriodDocument(Document):
    """The rows whose date lies in a period, both ends included."""

    column: str
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("the period ends before it begins")
        return self


class FilterDocument(Document):
    """The rows whose column is one of some values, or lies between two bounds, both included."""

    column: str
    is_: list[str] | None = Field(default=None, alias="is", min_length=1)
    at_least: Number | date | None = None
    at_most: Number | date | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if (self.is_ is None) == (self.at_least is None and self.at_most is None):
            raise ValueError("a filter has either `is`, or `at_least` and `at_most`")
        return self


class ColumnDocument(Document):
    """A column made from the research dataset's.

    of: a column, as it is, by `as` (the year, quarter or month of a date) or in `bands`: [90, 365] makes "under 90",
    "90 to under 365", "365 or more". found_in: yes or no, whether the person has a row in another dataset; `on`, its
    date, is then after the column `after` and by `within_days` at the most.
    """

    of: str | None = None
    as_: Literal["year", "quarter", "month"] | None = Field(default=None, alias="as")
    bands: list[Number] | None = Field(default=None, min_length=1, max_length=50)
    found_in: Slug | None = None
    on: str | None = None
    after: str | None = None
    within_days: int | None = Field(default=None, ge=1, le=36_525)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.of is None) == (self.found_in is None):
            raise ValueError("a column is made either `of` another or by being `found_in` a dataset")
        if self.of is None and (self.as_ or self.bands):
            raise ValueError("`as` and `bands` go with `of`")
        if self.as_ and self.bands:
            raise ValueError("a column has either `as` or `bands`")
        timed = (self.on, self.after, self.within_days)
        if any(timed) and not (self.found_in and all(timed)):
            raise ValueError("`on`, `after` and `within_days` go together, with `found_in`")
        if self.bands and self.bands != sorted(set(self.bands)):
            raise ValueError("bands begin with the smallest bound, each bound once")
        return self

    def reads(self, dataset: str) -> Iterator[tuple[str, str]]:
        """(dataset, column) of everything that is read for it; of a dataset without a date, that somebody is in it."""
        if self.of:
            yield dataset, self.of
        if self.found_in:
            yield self.found_in, self.on or TO_BE_IN_IT
        if self.after:
            yield dataset, self.after

    def last_day(self, period_ends: date) -> date:
        """The last day that is looked at, for somebody counted on the last day of the period."""
        return period_ends + timedelta(days=self.within_days or 0)


class TimeDocument(Document):
    """Days from a row's date until the person's first row in another dataset, or until a day after which nobody was seen."""

    after: str
    found_in: Slug
    on: str
    until: date

    def reads(self, dataset: str) -> Iterator[tuple[str, str]]:
        """(dataset, column) of everything that is read for it."""
        yield dataset, self.after
        yield self.found_in, self.on


class SideDocument(Document):
    """One side of a two-by-two table: a column, and the value that counts."""

    column: str
    is_: str = Field(alias="is")
