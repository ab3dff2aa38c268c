"""Does what prisons offer change what comes after? Matched people compared, as the Justice Data Lab does it.

What people who choose a programme bring with them, and no record holds, no matching can take away: the accredited
programme is the example that the study of recovery shows as plainly as the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.effects.frames import NOT_KNOWN, beside
from boldlink.analysis.effects.releases import (
    COVARIATES,
    OASYS_COLUMNS,
    PNC_COLUMNS,
    PRISON_COLUMNS,
    SCORES,
    reoffending,
)
from boldlink.analysis.effects.table import (
    LINK,
    Row,
    effect_table,
    nothing,
    of_people,
    row_of_effect,
    rows_by_confidence,
    told,
    tried,
)
from boldlink.analysis.measures.limits import DEATHS_OF_THE_YEAR, INSIDE, PROVEN_BEFORE
from boldlink.analysis.proven import PROVEN_DAYS
from boldlink.values import Confidence, Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

METHOD = "propensity score matching"
ADJUSTED = (*COVARIATES, "priors_band")
SOURCE = "boldlink; after the Justice Data Lab's methodology (Ministry of Justice), matching and variance as documented"
DAYS_NOTE = (
    "Days are those of people who reoffended: support may change who these are, so days alone show no effect of it."
)
SCORES_NOTE = (
    "People are matched on OASys scores of risk and need as well. The table of the same comparison by how links are taken "
    "does without them, so at the same link confidence its figures differ a little from these."
)
PER_HUNDRED, IN_DAYS = "Difference per 100 people", "Difference in days"


def _measure(exposure: str, words: str) -> Measure:
    return _compared(
        id=f"effect-{exposure}",
        title=f"Reoffending and {words}: people who had it and matched people who had not",
        definition=(
            f"Among people at their first release in the period whom linkage finds on the PNC: the difference in proven "
            f"reoffending within 12 months between those who had {words} and people of the same propensity to have it."
        ),
        formula="mean outcome of the treated minus mean outcome of their matched comparison people, per 100 people",
    )


def _time_measure(exposure: str, words: str) -> Measure:
    return _compared(
        id=f"effect-{exposure}-time",
        title=f"Days to the first reoffence and {words}: people who had it and matched people who had not",
        definition=(
            f"Among those matched who reoffended within 12 months: the difference in days from release to the first "
            f"reoffence between those who had {words} and people of the same propensity to have it. Withheld where fewer "
            "than 30 people of a group reoffended."
        ),
        formula="mean days of the treated minus mean days of their matched comparison people",
    )


def _compared(id: str, title: str, definition: str, formula: str) -> Measure:
    return Measure(
        id=id,
        title=title,
        definition=definition,
        formula=formula,
        source=SOURCE,
        official=False,
        linked=True,
        exclusions=(
            "people whom linkage does not find on the PNC", PROVEN_BEFORE, "breach offences and offences that are not recordable",
            INSIDE, DEATHS_OF_THE_YEAR,
        ),
        follow_up_days={"pnc": PROVEN_DAYS},
    )  # fmt: skip


EMPLOYMENT = _measure("employment-support", "employment support in prison")
PROGRAMME = _measure("accredited-programme", "an accredited programme")
EMPLOYMENT_TIME = _time_measure("employment-support", "employment support in prison")
PROGRAMME_TIME = _time_measure("accredited-programme", "an accredited programme")


def employment_support(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Effect of employment support on the treated, at three link confidences."""
    return _table(connection, ask, EMPLOYMENT, "employment_support", matched_outcomes, notes=(SCORES_NOTE,))


def accredited_programme(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """What matching says of the accredited programme, at three link confidences."""
    return _table(connection, ask, PROGRAMME, "accredited_programme", matched_outcomes)


def employment_support_time(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Days to the first reoffence with employment support, at three link confidences."""
    return _table(connection, ask, EMPLOYMENT_TIME, "employment_support", matched_days, IN_DAYS, (DAYS_NOTE,))


def accredited_programme_time(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Days to the first reoffence with the accredited programme, at three link confidences."""
    return _table(connection, ask, PROGRAMME_TIME, "accredited_programme", matched_days, IN_DAYS, (DAYS_NOTE,))


def _table(
    connection: duckdb.DuckDBPyConnection,
    ask: Ask,
    measure: Measure,
    exposure: str,
    compare: Callable[[pd.DataFrame, str], Iterable[Row]],
    value: str = PER_HUNDRED,
    notes: tuple[str, ...] = (),
) -> StatTable:
    read = partial(reoffending, connection, ask, exposures=(exposure,), scores=True)
    rows, said = rows_by_confidence(read, lambda frame: compare(frame, exposure))
    return effect_table(
        measure, ask, rows, value=value, events="People or events with the outcome", decimals=1, notes=(*notes, *said)
    )  # fmt: skip


def matched_outcomes(frame: pd.DataFrame, exposure: str) -> Iterator[Row]:
    """Rate and frequency of reoffending of one matching. Raises BadInput where nobody can be matched."""
    from boldlink.analysis.methods import frequency_effect, match, risk_effect

    matched = match(frame[exposure], _design(frame))
    used = frame[matched.weights > 0]
    rate = row_of_effect(risk_effect(matched, frame["reoffended"]), outcome="Reoffended within a year")
    yield of_people(rate, people=used["person"], events=used["person"][used["reoffended"]])
    frequency = row_of_effect(frequency_effect(matched, frame["reoffences"]), outcome="Reoffences within a year")
    yield of_people(frequency, people=used["person"])  # its events are offences


def matched_days(frame: pd.DataFrame, exposure: str) -> Iterator[Row]:
    """Time to the first reoffence; empty under 30 reoffenders. Raises BadInput where nobody can be matched."""
    from boldlink.analysis.methods import match, time_effect

    matched = match(frame[exposure], _design(frame))
    found = time_effect(matched, frame["days_to_reoffence"].fillna(0), frame["reoffended"])
    counted = frame["person"][(matched.weights > 0) & frame["reoffended"]]
    yield of_people(row_of_effect(found, outcome="Days to the first reoffence"), people=counted, events=counted)


def _design(frame: pd.DataFrame) -> pd.DataFrame:
    """What people are matched on; scores of risk and need where the frame has them.

    Whoever was not assessed has no score at all: the first says so, and the others would only say it again.
    """
    scored = [name for name in SCORES if name in frame]
    told = {name: frame[name].where(frame[name] != NOT_KNOWN, _commonest(frame[name])) for name in scored[1:]}
    return beside(frame.assign(**told), (*ADJUSTED, *scored), ("no_fixed_abode",))


def _commonest(values: pd.Series) -> str:
    known = values[values != NOT_KNOWN].value_counts()
    return min(known[known == known.max()].index, default=NOT_KNOWN)


def balance(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """How alike people with employment support and their comparison are, before and after matching."""
    from boldlink.analysis.methods import match

    frame = reoffending(connection, ask, Confidence.MEDIUM, ("employment_support",), scores=True)
    design = _design(frame)
    matched, _ = tried(lambda: match(frame["employment_support"], design))
    if matched is None:
        raise nothing(BALANCE)
    supported = frame["person"][frame["employment_support"]]
    rows = [
        {
            "covariate": _in_words(one.covariate),
            "people": len(frame),
            "events": len(supported),
            "after_percent": one.after_percent,
            "before_percent": one.before_percent,
            LINK: Confidence.MEDIUM,
        }
        for one in matched.balance
    ]
    rows = [of_people(row, people=frame["person"], events=supported) for row in rows]
    return StatTable(
        BALANCE.title,
        ("covariate",),
        ("people", "events"),
        told(rows, ask),
        labels={"covariate": "Covariate", "people": "People", "events": "With employment support",
                "after_percent": "Standardised difference after matching, per cent",
                "before_percent": "Standardised difference before, per cent"},
        notes=("Up to 5 % is good, 5 % to 10 % acceptable, above 10 % poor (bands unverified).",),
        overlapping=("covariate",),
        estimates={"after_percent": 1, "before_percent": 1},
    )  # fmt: skip


def _in_words(covariate: str) -> str:
    """A column of the design as a reader sees it: "Age band: 1980s"."""
    words = covariate.replace("_", " ")
    return words[:1].upper() + words[1:]


BALANCE = Measure(
    id="balance-employment-support",
    title="How alike matched people are: employment support in prison",
    definition="Standardised mean difference of each covariate between people with support and without, before and after.",
    formula="difference of means divided by the pooled standard deviation, in per cent",
    source=SOURCE,
    official=False,
    linked=True,
    follow_up_days={"pnc": PROVEN_DAYS},
)

_NEEDS = {"pnc": PNC_COLUMNS, "oasys": OASYS_COLUMNS}
COMPUTABLES = (
    Computable(EMPLOYMENT, employment_support, {"prison": (*PRISON_COLUMNS, "employment_support"), **_NEEDS}, "prison", Section.EFFECTS, METHOD),
    Computable(PROGRAMME, accredited_programme, {"prison": (*PRISON_COLUMNS, "accredited_programme"), **_NEEDS}, "prison", Section.EFFECTS, METHOD),
    Computable(EMPLOYMENT_TIME, employment_support_time, {"prison": (*PRISON_COLUMNS, "employment_support"), **_NEEDS}, "prison", Section.EFFECTS, METHOD),
    Computable(PROGRAMME_TIME, accredited_programme_time, {"prison": (*PRISON_COLUMNS, "accredited_programme"), **_NEEDS}, "prison", Section.EFFECTS, METHOD),
    Computable(BALANCE, balance, {"prison": (*PRISON_COLUMNS, "employment_support"), **_NEEDS}, "prison", Section.EFFECTS, METHOD),
)  # fmt: skip
