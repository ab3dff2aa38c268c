"""What is asked of every made-up world, by which method, and what the truth is.

A method gives one figure with an interval for each thing it estimates; the truth of each is set in the table of effects,
or worked out exactly from the risks behind the draws. `carried` names how linkage error enters; "ignored" takes links as
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from boldlink.analysis.ask import Ask
from boldlink.analysis.effects import (
    applications,
    crimes,
    housing,
    journeys,
    rehabilitation,
    releases,
    reoffending,
    repeat_homelessness,
    sensitivity,
    withdrawal,
)
from boldlink.analysis.effects.frames import ask_for
from boldlink.synthetic.effects import EFFECTS
from boldlink.synthetic.events import Life
from boldlink.synthetic.lives.risks import indexes, reoffending_risk
from recovery.links import FAULTS, NONE, Fault

Connection = duckdb.DuckDBPyConnection
Figures = tuple[float, float, float]  # value, low, high
Found = Iterator[tuple[str, Figures]]  # what it is about, figures
AT = "medium"
STARTS, MATURE, LATER = date(2022, 1, 1), date(2022, 11, 30), date(2023, 11, 30)
DRAWS = 10


@dataclass(frozen=True)
class Question:
    """One question: the dataset whose links are broken, and each way to answer it."""

    id: str
    pilot: str
    linked: str
    ways: Mapping[tuple[str, str], Callable[[Connection, Fault], Found]]  # (method, carried) -> figures
    fails: str = ""  # why the truth is not to be had, where it is not
    faults: tuple[Fault, ...] = FAULTS


def _figures(row: Mapping[str, object]) -> Figures:
    value, low, high = (row[name] for name in ("value", "low", "high"))
    return float(value), float(low), float(high)  # type: ignore[arg-type]


def _matched(exposure: str) -> Callable[[Connection, Fault], Found]:
    def ask(connection: Connection, fault: Fault) -> Found:
        frame = releases.reoffending(connection, Ask(STARTS, MATURE), AT, (exposure,))
        yield exposure.replace("_", "-"), _figures(next(iter(reoffending.matched_outcomes(frame, exposure))))

    return ask


def _weighted(connection: Connection, fault: Fault) -> Found:
    frame = releases.leavers(connection, Ask(STARTS, MATURE), AT, ("employment_support",))
    yield "employment-support", _figures(sensitivity.weighted_difference_of(frame))


def _imputed(connection: Connection, fault: Fault) -> Found:
    frame = releases.leavers(connection, Ask(STARTS, MATURE), AT, ("employment_support",))
    yield "employment-support", _figures(sensitivity.imputed_difference_of(frame, draws=DRAWS))


SERVICE_IDS = {"CAS3": "cas3", "CRS accommodation": "crs-accommodation", "Housing advice": "housing-advice"}


def _services(connection: Connection, fault: Fault) -> Found:
    frame = releases.homelessness(connection, Ask(STARTS, LATER), AT)
    for row in housing.service_ratios(frame, "homeless"):
        yield SERVICE_IDS[row["exposure"]], _figures(row)


def _services_corrected(connection: Connection, fault: Fault) -> Found:
    """Each stratum's shares turned round by the sensitivity and specificity of linking, then compared."""
    from boldlink.analysis.linkage_error import Accuracy, Seen, Stratum, risk_ratio

    frame = releases.homelessness(connection, Ask(STARTS, LATER), AT)
    frame = frame[frame["region"] != "Wales"]
    share = float(frame["homeless"].mean())
    right = Accuracy(1 - fault.missed_percent / 100 - fault.false_share)
    silent = Accuracy(1 - fault.false_share * share)
    keys = [frame["no_fixed_abode"], frame["sentence_band"] == "12 months or more", frame["sex"]]
    for service, name in SERVICE_IDS.items():
        strata = {}
        for key, group in frame.groupby(keys):
            held, none = (group[group[releases.SERVICE] == one]["homeless"] for one in (service, "None"))
            if len(held) and len(none):
                seen = [Seen(int(one.sum()), len(one), right, silent) for one in (held, none)]
                strata[str(key)] = Stratum(*seen)
        found = risk_ratio(strata)
        if found.value is not None and found.low is not None and found.high is not None:
            yield name, (found.value, found.low, found.high)


NEED_IDS = {"mental": "mental", "drugs": "drug-dependence", "custody": "custody-history", "physical": "physical"}


def _repeat(*names: str, expected: bool = False) -> Callable[[Connection, Fault], Found]:
    ids = {repeat_homelessness.WORDS[k]: v for k, v in {**NEED_IDS, "in_treatment": "treatment-homelessness"}.items()}

    def ask(connection: Connection, fault: Fault) -> Found:
        frame = applications.time_at_risk(connection, Ask(STARTS, LATER), AT)
        frame = repeat_homelessness.expected_exposure(frame) if expected else frame
        for row in repeat_homelessness.needs_ratios(frame):
            if ids[row["exposure"]] in names:
                yield ids[row["exposure"]], _figures(row)

    return ask


SUPPORT_IDS = {"advocate": "advocate", "counselling": "counselling", "information": "information-only"}


def _support(lag_days: int = crimes.LAG_DAYS, *, expected: bool = False) -> Callable[[Connection, Fault], Found]:
    ids = {withdrawal.WORDS[name]: effect for name, effect in SUPPORT_IDS.items()}

    def ask(connection: Connection, fault: Fault) -> Found:
        frame = crimes.victims(connection, Ask(STARTS, LATER), AT)
        for row in withdrawal.support_ratios(frame, lag_days=lag_days, expected=expected):
            yield ids[row["exposure"]], _figures(row)

    return ask


def _ever_supported(connection: Connection, fault: Fault) -> Found:
    """What the software refuses to do: whoever was ever supported against whoever never was."""
    from boldlink.analysis.effects.frames import beside
    from boldlink.analysis.methods import followed, hazard_ratios

    frame = crimes.victims(connection, Ask(STARTS, LATER), AT)
    started = frame["support_starts"].notna() & (frame["support_starts"] < frame["days"])
    flags = pd.DataFrame({n: (started & (frame["kind"] == k)).astype(float) for k, n in crimes.KINDS.items()})
    design = pd.concat([flags, beside(frame, withdrawal.COVARIATES)], axis=1)
    found = hazard_ratios(followed(frame["days"], frame["withdrew"]), design, strata=frame["group"])
    for name, effect in SUPPORT_IDS.items():
        one = found[name]
        yield effect, (one.value, one.low, one.high)  # type: ignore[misc]


def _substitution(connection: Connection, fault: Fault) -> Found:
    frame = rehabilitation.engagement(connection, Ask(STARTS, LATER), AT)
    yield "opioid-substitution", _figures(rehabilitation.substitution_ratio(frame)[0])


def _endings(exposure: str, ids: Sequence[str]) -> Callable[[Connection, Fault], Found]:
    def ask(connection: Connection, fault: Fault) -> Found:
        frame = journeys.treatment(connection, Ask(STARTS, LATER), AT)
        for name, cause in zip(ids, rehabilitation.ENDS, strict=False):
            yield name, _figures(rehabilitation.ending_ratio(frame, exposure, cause)[0])

    return ask


def _seen_share(connection: Connection, fault: Fault) -> Found:
    from boldlink.analysis.methods import share

    found = share(_sentenced(connection)["treated"])
    yield "treatment-record", _percent(found.value, found.low, found.high)


def _weighted_share(connection: Connection, fault: Fault) -> Found:
    row = sensitivity._weighted_share(_sentenced(connection), lambda: None)  # type: ignore[arg-type,return-value]
    yield "treatment-record", _figures(row)


def _corrected_share(connection: Connection, fault: Fault) -> Found:
    from boldlink.analysis.linkage_error import Accuracy, Seen, corrected

    frame = _sentenced(connection)
    positive, people = int(frame["treated"].sum()), len(frame)
    right = Accuracy(1 - fault.missed_percent / 100 - fault.false_share)
    false = positive * fault.false_share  # a false link puts somebody else's journey where there may be none
    silent = Accuracy(1 - false / max(people - positive / right.share * (1 - fault.false_share), 1))
    found = corrected(Seen(positive, people, right, silent))
    yield "treatment-record", _percent(found.value, found.low, found.high)


def _sentenced(connection: Connection) -> pd.DataFrame:
    return ask_for(connection, sensitivity._SENTENCED, AT, Ask(STARTS, LATER))


def _percent(*shares: float | None) -> Figures:
    value, low, high = (100 * float(one) if one is not None else float("nan") for one in shares)
    return value, low, high


PSM, PHREG, RATIOS = "propensity score matching", "Cox regression", "modified Poisson"
IGNORED = "ignored"
QUESTIONS: tuple[Question, ...] = (
    Question("Employment support and reoffending", "reducing-reoffending", "pnc", {
        (PSM, IGNORED): _matched("employment_support"),
        (PSM, "weighted by link probability"): _weighted,
        (PSM, "multiple imputation over links"): _imputed,
    }),
    Question("Accredited programme and reoffending", "reducing-reoffending", "pnc", {
        (PSM, IGNORED): _matched("accredited_programme"),
    }, fails="take-up depends on a resolve that no dataset records", faults=(NONE,)),
    Question("Housing services and homelessness", "reducing-homelessness", "hclic", {
        (RATIOS, IGNORED): _services,
        ("stratified risk ratio", "matrix method"): _services_corrected,
    }),
    Question("Needs and repeat homelessness", "reducing-homelessness", "prison", {
        ("Andersen-Gill", IGNORED): _repeat(*NEED_IDS.values()),
        ("Andersen-Gill", "expected exposure"): _repeat(*NEED_IDS.values(), expected=True),
    }),
    Question("Treatment and repeat homelessness", "reducing-homelessness", "ndtms", {
        ("time-varying exposure", IGNORED): _repeat("treatment-homelessness"),
        ("time-varying exposure", "expected exposure"): _repeat("treatment-homelessness", expected=True),
    }),
    Question("Support and victims' withdrawal", "supporting-victims", "victim-service", {
        ("time-varying exposure", IGNORED): _support(),
        ("time-varying exposure", "expected exposure"): _support(expected=True),
    }),
    Question("Support and victims' withdrawal, without the lag", "supporting-victims", "victim-service", {
        ("time-varying exposure from the first day", IGNORED): _support(0),
    }, fails="police write a withdrawal down days later, and who withdrew is given no support between", faults=(NONE,)),
    Question("Support and victims' withdrawal, ever supported", "supporting-victims", "victim-service", {
        ("ever exposed (refused by the software)", IGNORED): _ever_supported,
    }, fails="time before support is counted as supported (immortal time)", faults=(NONE,)),
    Question("Opioid substitution and engagement", "substance-misuse", "ndtms", {
        (RATIOS, IGNORED): _substitution,
    }),
    Question("Home and the end of treatment", "substance-misuse", "probation", {
        ("cause-specific Cox", IGNORED): _endings("settled", ("settled-home", "settled-home-drop-out")),
    }, faults=(NONE,)),
    Question("Work and the end of treatment", "substance-misuse", "probation", {
        ("cause-specific Cox", IGNORED): _endings("employed", ("employment",)),
    }),
    Question("Treatment records of people sentenced", "substance-misuse", "ndtms", {
        ("share", IGNORED): _seen_share,
        ("share", "weighted by link probability"): _weighted_share,
        ("share", "Rogan-Gladen"): _corrected_share,
    }),
)  # fmt: skip


def truths(lives: Sequence[Life], connection: Connection) -> dict[str, float]:
    """The true value of everything estimated: ratios from the table of effects, the rest from a large world.

    lives: a large world; connection: its research tables without a fault.
    """
    ratios = {effect.id: effect.hundredths / 100 for effect in EFFECTS.values()}
    gained = [*_support_effects(lives)]
    return {
        **ratios,
        "employment-support": 100 * float(np.mean(gained)),
        "accredited-programme": 0.0,
        "treatment-record": 100 * float(_sentenced(connection)["treated"].mean()),
    }


def _support_effects(lives: Sequence[Life]) -> Iterator[float]:
    """For everybody with support at a first release in the period: the risk with it less the risk without it."""
    for life in lives:
        first = next((one for one in indexes(life) if one.spell and STARTS <= one.on <= MATURE), None)
        if first and first.spell and first.spell.employment_support:
            with_it, without = (reoffending_risk(first, EFFECTS, employment_support=given) for given in (True, False))
            yield (with_it - without) / 10_000
