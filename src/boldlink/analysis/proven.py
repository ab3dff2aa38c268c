"""Proven reoffending, said once: which offences count, when a proof is in time, and how many reoffenders days need.

Measures count by it and effects compare by it, so that no two tables of a report can mean two things by the same word.
Source: Ministry of Justice, Guide to Proven Reoffending Statistics (October 2017); Justice Data Lab.
"""

from __future__ import annotations

OFFENCE_MONTHS, PROOF_MONTHS = 12, 18  # from the index event: until the offence, and until its proof
PROVEN_DAYS = 548  # 18 months
REOFFENDERS_AT_LEAST = 30  # the Justice Data Lab withholds the time to reoffence under 30 reoffenders


def committed(offence: str, day: str) -> str:
    """SQL for whether a row of PNC counts as an offence after `day`: recordable, and not said to be a breach."""
    return (
        f"({offence}.offence_date >= {day} and {offence}.offence_date < {day} + interval {OFFENCE_MONTHS} month "
        f"and {offence}.recordable and {offence}.breach is not true)"
    )


def in_time(offence: str, day: str) -> str:
    """SQL for whether a row of PNC was proven soon enough after `day` to be counted."""
    return f"({offence}.proven_date < {day} + interval {PROOF_MONTHS} month)"
