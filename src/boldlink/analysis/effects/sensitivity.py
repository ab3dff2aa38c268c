"""The same answers under other links: how much of a figure is the linking, and what is left when its errors are carried.

The Ministry's own figure for probation and treatment went from 26 % to 38.9 % with the method of linking, and to 90 % with
another source. So each of the two headline answers stands here under every method, and corrected for what is known of the
links' errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from boldlink.analysis.ask import QUALITY, Ask, Computable, Section
from boldlink.analysis.effects.frames import ask_for, beside
from boldlink.analysis.effects.quality import Linking, linking
from boldlink.analysis.effects.releases import PNC_COLUMNS, PRISON_COLUMNS, leavers
from boldlink.analysis.effects.reoffending import ADJUSTED
from boldlink.analysis.effects.table import LINK, Row, effect_table, of_people, row_of, tried
from boldlink.analysis.measures.limits import DEATHS_OF_THE_YEAR, INSIDE, PROVEN_BEFORE, TREATED_BEFORE
from boldlink.analysis.proven import PROVEN_DAYS
from boldlink.values import Confidence, Measure, StatTable

if TYPE_CHECKING:
    import pandas as pd

EXACT = "exact"
SEED = 20  # of the draws of imputation: the same data gives the same answer
DRAWS = 20
METHODS: Mapping[str, str] = {
    EXACT: "Deterministic links",
    **{str(c): f"{c.capitalize()} confidence" for c in Confidence},
}
WEIGHTED, CORRECTED = "Each link counts for its probability", "Corrected for missed and false links (Rogan-Gladen)"
BOUNDS, IMPUTED = "Bounds: the worst and the best links that are plausible", "Multiple imputation over links"

ENGAGEMENT = Measure(
    id="sensitivity-engagement",
    title="Treatment records of people sentenced to drug or alcohol treatment, by method of linking",
    definition=(
        "Of people with an alcohol or drug treatment requirement in the period, the share with a community treatment "
        "journey open at sentence or begun after it: under each method of linking, and corrected for its errors."
    ),
    formula="100 * people with a journey / people with a requirement; Rogan-Gladen: (share + specificity - 1) / (sensitivity + specificity - 1)",
    source="boldlink; Rogan and Gladen (1978); Lang and Reiczigel (2014); compare Pathways between probation and addiction treatment (2023)",
    official=False,
    linked=True,
    exclusions=(TREATED_BEFORE,),
    follow_up_days={"ndtms": 91},
)
REOFFENDING = Measure(
    id="sensitivity-reoffending",
    title="Employment support in prison and reoffending, by how links are taken",
    definition=(
        "The difference in proven reoffending between people with employment support and matched people without, under "
        "each link confidence, with links counting for their probability, and with links imputed."
    ),
    formula="risk difference per 100 people; imputations are pooled by Rubin's rules",
    source="boldlink; Goldstein, Harron and Wade (2012); Rubin (1987)",
    official=False,
    linked=True,
    exclusions=(PROVEN_BEFORE, INSIDE, DEATHS_OF_THE_YEAR),
    follow_up_days={"pnc": PROVEN_DAYS},
)
# Scores come by a link of their own (probation and OASys), whose errors would stand in every row beside those that are varied.
UNSCORED_NOTE = (
    "People are matched without OASys scores of risk and need, so that only the links with the PNC differ between the rows. "
    "The effect of employment support is estimated with them, so at the same link confidence it differs a little from these."
)

_SENTENCED = """
with sentenced as (
    select distinct on (person) {person} as person, event_date as sentenced, link_probability from probation
    where requirement in ('ATR', 'DRR') and event_date between $starts and $ends order by all
), treated as (
    select distinct s.person from sentenced s join ndtms n on n.{person} = s.person
    where n.setting = 'community' and (n.disd_jy is null or n.disd_jy >= s.sentenced)
)
select s.*, t.person is not null as treated from sentenced s left join treated t on t.person = s.person
"""


def engagement(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """The share with a treatment record under each method, in per cent."""
    from boldlink.analysis.methods import share

    frames = {name: ask_for(connection, _SENTENCED, name, ask) for name in METHODS}
    rows = [
        _of_sentenced(frames[name], row_of(share(frames[name]["treated"]), method=words), name)
        for name, words in METHODS.items()
        if len(frames[name])
    ]
    notes = []
    medium = frames[Confidence.MEDIUM]
    for estimate in (_weighted_share, _corrected_share, _bounds_of_share):
        found, said = tried(partial(estimate, medium, partial(linking, connection, "probation", "ndtms")))
        rows += [_of_sentenced(medium, found, Confidence.MEDIUM)] if found else []
        notes.append(said)
    return effect_table(
        ENGAGEMENT, ask, rows, value="Per cent", people="People sentenced", events="With a treatment record", decimals=1,
        overlapping=("method",), notes=(*notes, "Errors of linking are estimated by the model, not yet reviewed by people."),
    )  # fmt: skip


def _of_sentenced(frame: pd.DataFrame, row: Row, link: str) -> Row:
    """The row, its counts being of everybody sentenced and of those of them with a record."""
    told = of_people(row, people=frame["person"], events=frame["person"][frame["treated"]])
    return {**told, LINK: link}


def _weighted_share(frame: pd.DataFrame, known: Callable[[], Linking]) -> Row:
    from boldlink.analysis.linkage_error import expected_linked_share

    chances = frame.loc[frame["treated"], "link_probability"].fillna(0.0)
    return row_of(expected_linked_share(len(frame), chances), method=WEIGHTED)


def _corrected_share(frame: pd.DataFrame, known: Callable[[], Linking]) -> Row:
    from boldlink.analysis.linkage_error import Accuracy, Seen, corrected, specificity_of

    found, positive = known(), int(frame["treated"].sum())
    specificity = specificity_of(positive, len(frame), found.precision, found.recall)
    seen = Seen(positive, len(frame), Accuracy(found.recall), Accuracy(specificity))
    return row_of(corrected(seen), method=CORRECTED)


def _bounds_of_share(frame: pd.DataFrame, known: Callable[[], Linking]) -> Row:
    from boldlink.analysis.linkage_error import bounds, specificity_of

    found, positive, people = known(), int(frame["treated"].sum()), len(frame)
    specificities = [specificity_of(positive, people, precision, found.recall) for precision in found.precisions]
    low, high = bounds(positive, people, found.recalls, (min(specificities), max(specificities)))
    return {"method": BOUNDS, "people": people, "events": positive, "value": None, "low": 100 * low, "high": 100 * high}


def support_and_reoffending(connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """The difference per 100 people under each way to take links."""
    rows: list[Row] = []
    notes = []
    for estimate in _ways(connection, ask):
        found, said = tried(estimate)
        rows += [found] if found else []
        notes.append(said)
    return effect_table(
        REOFFENDING, ask, rows, value="Difference per 100 people", events="Reoffended within a year", decimals=1,
        overlapping=("method",), notes=(UNSCORED_NOTE, *notes),
    )  # fmt: skip


def _ways(connection: duckdb.DuckDBPyConnection, ask: Ask) -> Iterator[Callable[[], Row]]:
    frames = {name: leavers(connection, ask, name, ("employment_support",)) for name in METHODS}
    for name, words in METHODS.items():
        yield partial(_under, name, partial(_as_linked, frames[name], words))
    yield partial(_under, Confidence.MEDIUM, partial(weighted_difference_of, frames[Confidence.MEDIUM]))
    yield partial(_under, Confidence.LOW, partial(imputed_difference_of, frames[Confidence.LOW]))


def _under(link: str, estimate: Callable[[], Row]) -> Row:
    return {**estimate(), LINK: link}


def _as_linked(frame: pd.DataFrame, words: str) -> Row:
    from boldlink.analysis.methods import match, risk_effect

    found = frame[frame["linked"]].reset_index(drop=True)
    matched = match(found["employment_support"], beside(found, ADJUSTED, ("no_fixed_abode",)))
    row = row_of(risk_effect(matched, found["reoffended"]).estimate, method=words)
    return _of_matched(found[matched.weights > 0], row)


def _of_matched(used: pd.DataFrame, row: Row) -> Row:
    return of_people(row, people=used["person"], events=used["person"][used["reoffended"]])


def weighted_difference_of(frame: pd.DataFrame, exposure: str = "employment_support") -> Row:
    """Matched people, each counting for the probability of their link. Raises BadInput where nobody can be matched."""
    from boldlink.analysis.linkage_error import weighted_difference
    from boldlink.analysis.methods import match

    found = frame[frame["linked"]].reset_index(drop=True)
    matched = match(found[exposure], beside(found, ADJUSTED, ("no_fixed_abode",)))
    used = matched.weights > 0
    weights = matched.weights / matched.weights.max() * found["link_probability"].fillna(0.0).to_numpy()
    estimate = weighted_difference(found["reoffended"][used], found[exposure][used], weights[used])
    return _of_matched(found[used], row_of(estimate, method=WEIGHTED))


def imputed_difference_of(frame: pd.DataFrame, exposure: str = "employment_support", draws: int = DRAWS) -> Row:
    """Links drawn by their probability; whoever has none in a draw is on the PNC all the same, and is imputed."""
    import pandas as pd

    from boldlink.analysis.linkage_error import Candidates, impute
    from boldlink.analysis.methods import match, risk_effect

    known = [name for name in ADJUSTED if name != "priors_band"]  # a doubtful link's priors may be somebody else's
    design = beside(frame, known, ("no_fixed_abode",))
    matched = match(frame[exposure], design)
    held = np.flatnonzero(frame["linked"].to_numpy())
    chances = frame["link_probability"].fillna(0.0).to_numpy()[held]
    candidates = Candidates.of(len(frame), held, chances, frame["reoffended"].to_numpy(dtype=float)[held], missed=1.0)
    found = impute(
        candidates, lambda drawn: risk_effect(matched, drawn.outcome).estimate, np.random.default_rng(SEED),
        pd.concat([design, frame[[exposure]].astype(float)], axis=1), draws=draws,
    )  # fmt: skip
    used = frame["person"][matched.weights > 0]
    return of_people(row_of(found, method=IMPUTED), people=used)  # its events are a mean over draws


COMPUTABLES = (
    Computable(
        ENGAGEMENT, engagement,
        {"probation": ("event_date", "requirement"), "ndtms": ("setting", "disd_jy"), QUALITY: ("report",)}, "probation",
        Section.SENSITIVITY, "several links; match-probability weighting; Rogan-Gladen with bounds",
    ),
    Computable(
        REOFFENDING, support_and_reoffending,
        {"prison": (*PRISON_COLUMNS, "employment_support"), "pnc": PNC_COLUMNS}, "prison",
        Section.SENSITIVITY, "matching under several links; match-probability weighting; multiple imputation over links",
    ),
)  # fmt: skip
