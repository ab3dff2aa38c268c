"""Time to first reoffence: of those who were proven to offend again within a year, how many days went by?"""

from __future__ import annotations

from boldlink.analysis.ask import Computable
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.analysis.measures.reoffending import EXCLUSIONS, NEEDS, PROOFS
from boldlink.analysis.proven import PROVEN_DAYS, REOFFENDERS_AT_LEAST
from boldlink.values import Measure

MEASURE = Measure(
    id="time-to-reoffence",
    title="Days to the first proven reoffence within 12 months",
    definition=(
        "Of reoffenders (as proven reoffending counts them), the median and quartiles of days from the index event to the "
        "first reoffence. Withheld where fewer than 30 people reoffended."
    ),
    formula="median of (first offence date − index date), over reoffenders",
    exclusions=(*EXCLUSIONS, "people who were not proven to reoffend"),
    source="Ministry of Justice, Justice Data Lab: time to first reoffence, and its rule of 30 reoffenders",
    official=True,
    linked=True,
    follow_up_days={"pnc": PROVEN_DAYS},
)


def _quantile(share: float) -> str:
    return f"case when count(distinct person) >= {REOFFENDERS_AT_LEAST} then quantile_cont(days, {share}) end"


QUERY = Query(
    MEASURE,
    f"{PROOFS}, counted as (select * from cohort join proofs using (person, quarter) where reoffences > 0)",
    counts={"people": "count(distinct person)", "reoffenders": "count(*)"},
    by={"by": "prison", "by_probation": "probation"},
    estimates={
        "lower_quartile_days": (_quantile(0.25), 0),
        "median_days": (_quantile(0.5), 0),
        "upper_quartile_days": (_quantile(0.75), 0),
    },
    labels={
        "reoffenders": "Reoffenders (once a quarter)",
        "lower_quartile_days": "Lower quartile, days",
        "median_days": "Median, days",
        "upper_quartile_days": "Upper quartile, days",
    },
    notes=("Days are withheld under 30 reoffenders.",),
)


def _many(head: str, row: str) -> str:
    return "\n".join([head, *(row.format(n=n, day=n % 10 + 1) for n in range(REOFFENDERS_AT_LEAST))])


EXAMPLE = Example(
    tables={
        "prison": _many("person | release_date", "P{n} | 2023-01-31"),
        "probation": "person | event_date | disposal_type\nZed | 2023-01-31 | CO",
        "pnc": _many(
            "person | offence_date | proven_date | recordable | breach",
            "P{n} | 2023-02-{day:02} | 2023-05-01 | yes | no",
        ),
    },
    answer="people | reoffenders | lower_quartile_days | median_days | upper_quartile_days\n30 | 30 | 3 | 5.5 | 8",
)
COMPUTABLES = (Computable(MEASURE, QUERY, NEEDS, "prison", method="median", beside=("probation",)),)
EXAMPLES = {MEASURE.id: EXAMPLE}
