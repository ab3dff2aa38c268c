"""Effects: does it help? One question a file, with the method that its cohort and its exposure ask for.

Cohorts (`releases`, `applications`, `crimes`, `journeys`) turn research tables into frames; each question takes one and a
method of `methods`; `sensitivity` asks the headline questions again under other links. Methods are imported when they are
asked: a command that computes nothing does not wait for them.
"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.effects import (
    housing,
    rehabilitation,
    reoffending,
    repeat_homelessness,
    sensitivity,
    withdrawal,
)

EFFECTS: tuple[Computable, ...] = tuple(
    computable
    for module in (reoffending, housing, repeat_homelessness, withdrawal, rehabilitation, sensitivity)
    for computable in module.COMPUTABLES
)
