"""When a use case is over: run out, withdrawn, or gone from the record. Waiting to be signed again is not over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from boldlink.decide.facts import Facts


def has_ended(use_case: str, facts: Facts, at: date) -> bool:
    """Is the use case gone from the record, or has it, its agreement or the programme run out or been withdrawn?

    A document that waits to be signed again has not ended: nothing is erased because somebody edited a file.
    """
    known = facts.use_cases.get(use_case)
    if known is None:
        return bool(facts.use_cases)
    if facts.programme_ends is not None and facts.programme_ends < at:
        return True
    signed = [known.instrument, *([known.agreement.instrument] if known.agreement else [])]
    return any(
        (one.ends is not None and one.ends < at and not one.missing_posts) or one.stopped.startswith("withdrawn")
        for one in signed
    )


@dataclass(frozen=True)
class Ending:
    """Something that ends soon: what, whose, its last day, and how many days are left."""

    what: str
    of: str
    last_day: date
    days_left: int

    def as_dict(self) -> dict[str, object]:
        return {**self.__dict__, "last_day": self.last_day.isoformat()}


def ending_soon(facts: Facts, at: date, within_days: int = 90) -> list[Ending]:
    """What ends within so many days, soonest first: the programme, instruments of use cases, people's accreditation.

    A reminder, so that an agreement is renewed or let go on purpose, and nobody is surprised on the day.
    """
    found = [("the programme", "", facts.programme_ends)]
    for case in facts.use_cases.values():
        if not has_ended(case.id, facts, at):
            found += [(f"{one.kind.replace('_', ' ')} {one.id}", case.id, one.ends) for one in case.instruments]
    for person in facts.people.values():
        if person.accreditation is not None:
            lapses = (
                person.clearance_until,
                person.training_until,
                person.undertaking_until,
                person.accreditation.ends,
            )
            names = ("clearance", "training", "undertaking", "accreditation")
            found += [(name, person.id, day) for name, day in zip(names, lapses, strict=True)]
    days = [Ending(what, of, day, (day - at).days) for what, of, day in found if day is not None and day >= at]
    return sorted(
        (one for one in days if one.days_left <= within_days), key=lambda one: (one.days_left, one.what, one.of)
    )


def last_day(use_case: str, facts: Facts) -> date | None:
    """The last day on which anything may be done for a use case; None if nothing says so."""
    known = facts.use_cases.get(use_case)
    if known is None:
        return None
    days = [known.instrument.ends, facts.programme_ends, known.agreement.instrument.ends if known.agreement else None]
    return min((day for day in days if day is not None), default=None)
