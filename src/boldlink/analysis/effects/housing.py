"""Which services keep people who leave prison from becoming homeless, and from offending again? Compared by name.

Services are compared with "no service recorded" among people released in England. An application that linkage does not
find counts as none: the same table at three link confidences shows how much that matters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.effects.frames import FEWEST, beside
from boldlink.analysis.effects.releases import (
    PNC_COLUMNS,
    SERVED_BY,
    SERVED_COLUMNS,
    SERVICE,
    homelessness,
    reoffending,
)
from boldlink.analysis.effects.table import Row, effect_table, of_people, row_of, rows_by_confidence
from boldlink.analysis.measures.limits import DEATHS, DEATHS_OF_THE_YEAR, INSIDE, PROVEN_BEFORE
from boldlink.analysis.proven import PROVEN_DAYS
from boldlink.values import Confidence, Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

METHOD = "Poisson regression with robust errors: adjusted risk ratios, regions as fixed effects"
SERVICES = ("CAS3", "CRS accommodation", "Housing advice")
SOURCE = "boldlink; covariates are those by which services are offered"

HOMELESSNESS = Measure(
    id="effect-housing-services",
    title="Homelessness applications within six months of release, by housing service compared with none",
    definition="Risk of an application to any council within 182 days of a first release, each service against none.",
    formula="adjusted risk ratio",
    source=SOURCE,
    official=False,
    linked=True,
    exclusions=("people released in Wales, whose councils are not in H-CLIC", INSIDE, DEATHS),
    follow_up_days={"hclic": 182},
)
REOFFENDING = Measure(
    id="effect-housing-services-reoffending",
    title="Proven reoffending within a year of release, by housing service compared with none",
    definition="Risk of a proven reoffence (12 + 6 months) after a first release, each service against none.",
    formula="adjusted risk ratio",
    source=SOURCE,
    official=False,
    linked=True,
    exclusions=("people whom linkage does not find on the PNC", PROVEN_BEFORE, INSIDE, DEATHS_OF_THE_YEAR),
    follow_up_days={"pnc": PROVEN_DAYS},
)


def housing_services(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Risk ratios of a homelessness application, by service, at three link confidences."""
    return _table(HOMELESSNESS, ask, partial(homelessness, connection, ask), "homeless", SERVED_BY)


def housing_services_reoffending(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Risk ratios of a proven reoffence, by service, at three link confidences."""
    read = partial(reoffending, connection, ask, exposures=(SERVICE,), covariates=SERVED_BY)
    return _table(REOFFENDING, ask, read, "reoffended", (*SERVED_BY, "priors_band"))


def _table(
    measure: Measure,
    ask: Ask,
    read: Callable[[Confidence], pd.DataFrame],
    outcome: str,
    covariates: tuple[str, ...],
) -> StatTable:
    rows, notes = rows_by_confidence(read, lambda frame: service_ratios(frame, outcome, covariates))
    return effect_table(measure, ask, rows, value="Risk ratio", events="People with the outcome", notes=notes)


def service_ratios(frame: pd.DataFrame, outcome: str, covariates: tuple[str, ...] = SERVED_BY) -> list[Row]:
    """A row for each service. `people` and `events` are those of the service. Raises BadInput where none can be compared.

    A service of fewer people than a covariate's value needs leaves the comparison with its people.
    """
    import pandas as pd

    from boldlink.analysis.methods import risk_ratios

    england = frame[frame["region"] != "Wales"]
    given = [name for name in SERVICES if (england[SERVICE] == name).sum() >= FEWEST]
    england = england[england[SERVICE].isin(given) | ~england[SERVICE].isin(SERVICES)]
    design = beside(england, covariates, ("no_fixed_abode",))
    flags = pd.DataFrame({name: (england[SERVICE] == name).astype(float) for name in given}, index=england.index)
    found = risk_ratios(pd.concat([flags, design], axis=1), england[outcome])
    rows = []
    for name in given:
        held = england[england[SERVICE] == name]
        counts = {"people": len(held), "events": int(held[outcome].sum())}
        row = {**row_of(found[name], exposure=name), **counts}
        rows.append(of_people(row, people=held["person"], events=held["person"][held[outcome]]))
    return rows


COMPUTABLES = (
    Computable(
        HOMELESSNESS, housing_services, {"prison": (*SERVED_COLUMNS, SERVICE), "hclic": ("application_date",)}, "prison",
        Section.EFFECTS, METHOD,
    ),
    Computable(
        REOFFENDING, housing_services_reoffending, {"prison": (*SERVED_COLUMNS, SERVICE), "pnc": PNC_COLUMNS}, "prison",
        Section.EFFECTS, METHOD,
    ),
)  # fmt: skip
