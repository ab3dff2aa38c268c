"""When a use case is over: run out, withdrawn, or gone from the record. Waiting to be signed again is not over."""

from __future__ import annotations

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


def last_day(use_case: str, facts: Facts) -> date | None:
    """The last day on which anything may be done for a use case; None if nothing says so."""
    known = facts.use_cases.get(use_case)
    if known is None:
        return None
    days = [known.instrument.ends, facts.programme_ends, known.agreement.instrument.ends if known.agreement else None]
    return min((day for day in days if day is not None), default=None)
