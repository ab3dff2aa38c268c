"""What drives rehabilitation: substitution in prison and engagement outside it, home and work and how treatment ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.effects.frames import SENTENCE_BANDS, ask_for, banded, beside, decade
from boldlink.analysis.effects.journeys import COMPLETED, COVARIATES, DROPPED, NDTMS_COLUMNS, treatment
from boldlink.analysis.effects.table import Row, effect_table, of_people, row_of, rows_by_confidence
from boldlink.analysis.measures.continuity import DAYS, NEAR_DAYS
from boldlink.analysis.measures.limits import INSIDE, TREATED_BEFORE
from boldlink.values import Confidence, Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

    from boldlink.analysis.methods import Estimate

ENGAGED_BY = ("sex", "age_band", "region", "sentence_band")
ENDS: Mapping[int, str] = {COMPLETED: "Completed treatment", DROPPED: "Dropped out"}
EXPOSURES: Mapping[str, str] = {"settled": "Settled home", "employed": "Employed (where probation records it)"}

SUBSTITUTION = Measure(
    id="effect-opioid-substitution-engagement",
    title="Community treatment within 21 days of release, by opioid substitution in prison",
    definition=(
        "Among people released from prison whom linkage finds in prison treatment for opiates that ended 'transferred - "
        "not in custody', the risk of community treatment within 21 days, with substitution in prison against without. "
        "Whether substitution makes that transfer likelier is not part of it."
    ),
    formula="adjusted risk ratio; the odds ratio with area effects stands beside it",
    source="boldlink; compare Marsden et al. on opioid substitution at prison release",
    official=False,
    linked=True,
    exclusions=("people released in Wales, whose treatment is not in NDTMS", INSIDE, TREATED_BEFORE),
    follow_up_days={"ndtms": DAYS},
)
COMPLETION = Measure(
    id="effect-home-completion",
    title="How community treatment ends, by settled home and by work",
    definition=(
        "Among people who started community treatment in the period, the cause-specific hazards of completing it and of "
        "dropping out, with a settled home against without; and with work against without, home being equal, where "
        "probation records work six weeks after a sentence or release, from that day."
    ),
    formula="cause-specific hazard ratio; completing, dropping out and other ends compete",
    source="boldlink; competing risks: Prentice et al. (1978)",
    official=False,
    linked=True,
    follow_up_days={"ndtms": 91},
)

_ENGAGEMENT = f"""
with prison_treatment as (
    select {{person}} as person, disd_jy as ended, coalesce(bool_or(opioid_substitution), false) as substitution
    from ndtms where setting = 'prison' and drug1 = 'Opiates' and disrsn_jy = 'transferred - not in custody' group by all
), leavers as (
    select distinct on (person) p.{{person}} as person, p.release_date as released, t.ended, t.substitution,
        p.sex_recorded as sex, {decade("p.birth_year")} as age_band, p.release_region as region,
        {banded("p.sentence_length_days", SENTENCE_BANDS)} as sentence_band
    from prison p join prison_treatment t on t.person = p.{{person}}
    where p.release_date between $starts and $ends and abs(date_diff('day', p.release_date, t.ended)) <= {NEAR_DAYS}
        and p.release_region is distinct from 'Wales'
    order by all
), engaged as (
    select distinct l.person from leavers l join ndtms c on c.{{person}} = l.person
    where c.setting = 'community' and c.triaged_jy between l.released and l.released + {DAYS}
)
select l.*, e.person is not null as engaged from leavers l left join engaged e on e.person = l.person
"""


def engagement(connection: duckdb.DuckDBPyConnection, ask: Ask, confidence: Confidence | str) -> pd.DataFrame:
    """One row a person released from opiate treatment: covariates, substitution, engaged within 21 days."""
    return ask_for(connection, _ENGAGEMENT, confidence, ask)


def substitution(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Risk ratio and odds ratio of engagement with substitution in prison, at three link confidences."""
    rows, notes = rows_by_confidence(partial(engagement, connection, ask), substitution_ratio, substitution_odds)
    return effect_table(
        SUBSTITUTION, ask, rows, value="Ratio, with substitution against without", people="People released",
        events="In community treatment within 21 days", overlapping=("method", "confidence"), notes=notes,
    )  # fmt: skip


def substitution_ratio(frame: pd.DataFrame) -> list[Row]:
    """The adjusted risk ratio, one row. Raises BadInput where there are too few."""
    from boldlink.analysis.methods import risk_ratios

    found = risk_ratios(beside(frame, ENGAGED_BY, ("substitution",)), frame["engaged"]).get("substitution")
    return [] if found is None else [_of_frame(frame, found, "Risk ratio (modified Poisson, regions as fixed effects)")]


def substitution_odds(frame: pd.DataFrame) -> list[Row]:
    """The odds ratio with area effects, one row."""
    from boldlink.analysis.methods import compared_within_areas, odds_ratios

    others = tuple(name for name in ENGAGED_BY if name != "region")
    found = odds_ratios(beside(frame, others, ("substitution",)), frame["engaged"], frame["region"]).get("substitution")
    if found is None:
        return []
    whole = found.people == len(frame)
    kept = frame if whole else frame[compared_within_areas(frame["engaged"], frame["region"])]
    return [_of_frame(kept, found, f"Odds ratio ({found.method})")]


def _of_frame(frame: pd.DataFrame, found: Estimate, method: str) -> Row:
    """A row whose counts are of everybody in a frame, and of those of them who engaged."""
    return of_people(row_of(found, method=method), people=frame["person"], events=frame["person"][frame["engaged"]])


def completion(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Cause-specific hazard ratios of home and work, at three link confidences."""
    ways = [partial(_ending_of, exposure=exposure, cause=cause) for exposure, cause in product(EXPOSURES, ENDS)]
    rows, notes = rows_by_confidence(partial(treatment, connection, ask), *ways)
    return effect_table(COMPLETION, ask, rows, value="Hazard ratio", people="People in treatment", events="Ended so", notes=notes)  # fmt: skip


def _ending_of(frame: pd.DataFrame, exposure: str, cause: int) -> list[Row]:
    named = {"exposure": EXPOSURES[exposure], "outcome": ENDS[cause]}
    return [{**named, **one} for one in ending_ratio(frame, exposure, cause)]


def ending_ratio(frame: pd.DataFrame, exposure: str, cause: int) -> list[Row]:
    """One row for a way of ending, among people whose exposure is known, from the day it is known.

    None where everybody's exposure is the same. Raises BadInput where there are too few.
    """
    from boldlink.analysis.methods import followed, hazard_ratios

    flags, entry = (("settled",), 0.0) if exposure == "settled" else (("employed", "settled"), frame["known_day"])
    known = frame.assign(entry=entry)
    known = known[known[[*flags]].notna().all(axis=1) & (known["days"] > known["entry"])]
    whole = followed(known["days"], np.asarray(known["ended_as"] == cause, dtype=float))
    spans = replace(whole, entry_days=known["entry"].to_numpy(dtype=float))
    found = hazard_ratios(spans, beside(known, COVARIATES, flags)).get(exposure)
    ended = known["person"][known["ended_as"] == cause]
    return [] if found is None else [of_people(row_of(found), people=known["person"], events=ended)]


_LEAVERS = ("release_date", "sex_recorded", "birth_year", "release_region", "sentence_length_days")
_PRISON_TREATMENT = ("setting", "triaged_jy", "disd_jy", "disrsn_jy", "drug1", "opioid_substitution")
COMPUTABLES = (
    Computable(
        SUBSTITUTION, substitution, {"prison": _LEAVERS, "ndtms": _PRISON_TREATMENT}, "prison",
        Section.EFFECTS, "adjusted risk ratio, and logistic regression with area effects",
    ),
    Computable(
        COMPLETION, completion, {"ndtms": NDTMS_COLUMNS, "probation": ("event_date", "employment_6_weeks")}, "ndtms",
        Section.EFFECTS, "competing risks (cause-specific Cox regression)",
    ),
)  # fmt: skip
