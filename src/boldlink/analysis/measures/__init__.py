"""Measures: what is counted, by its official definition or one plainly named as not official. One file each."""

from __future__ import annotations

from collections.abc import Mapping

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures import (
    attrition,
    cohort_flow,
    continuity,
    coping,
    deaths,
    duties,
    employment,
    engagement,
    family,
    first_night,
    leaving_custody,
    linkage_method,
    linked_unlinked,
    needs_at_application,
    needs_missed,
    reoffending,
    repeat_homelessness,
    representation,
    settled,
    support_offered,
    time_to_reoffence,
    timeliness,
    treatment_journey,
    wales,
    wales_after,
)
from boldlink.analysis.measures.example import Example

_FILES = (  # in the order in which reports are read
    cohort_flow,
    linkage_method,
    linked_unlinked,
    reoffending,
    time_to_reoffence,
    employment,
    deaths,
    family,
    first_night,
    settled,
    leaving_custody,
    duties,
    repeat_homelessness,
    needs_at_application,
    continuity,
    engagement,
    treatment_journey,
    representation,
    needs_missed,
    wales,
    wales_after,
    attrition,
    timeliness,
    support_offered,
    coping,
)
LIBRARY: tuple[Computable, ...] = tuple(one for file in _FILES for one in file.COMPUTABLES)
EXAMPLES: Mapping[str, Example] = {name: one for file in _FILES for name, one in file.EXAMPLES.items()}
