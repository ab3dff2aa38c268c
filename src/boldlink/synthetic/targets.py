"""The published figures that lives are drawn towards, and how each is counted. No life is fitted to any person.

How far a figure may be from its target is about three standard errors of a population of 30,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from boldlink.synthetic.calibration import Got, Row, Target, calibrate, percent
from boldlink.synthetic.chance import later
from boldlink.synthetic.effects import EFFECTS
from boldlink.synthetic.events import ENDS, Crime, Life
from boldlink.synthetic.lives.risks import NOT_HOUSED, SETTLED, SHORT_DAYS, Index, early_death_risk, indexes
from boldlink.synthetic.lives.wales import BEFORE_ASSESSMENT, PLANNED

LAST_MATURE = date(2022, 11, 30)  # 12 months to offend and 6 to be proven, by ENDS
YEAR_DAYS, YEAR_AND_HALF_DAYS = 365, 548
PROVEN_RATE = "Proven reoffending statistics, April to June 2023"
PATHWAYS = "Pathways between probation and addiction treatment in England, 2023"
ACCOMMODATION = "Offender accommodation outcomes"


def calibrate_lives(lives: Sequence[Life]) -> list[Row]:
    """What came out of lives for every target, in order."""
    return calibrate(TARGETS, lives)


def _mature(lives: Sequence[Life]) -> Iterator[tuple[Life, Index]]:
    return ((life, index) for life in lives for index in indexes(life) if index.on <= LAST_MATURE)


def reoffences(life: Life, index: Index) -> int:
    """Proven reoffences: within 12 months of the index, proven within 18; recordable, no breach."""
    year, half = later(index.on, YEAR_DAYS), later(index.on, YEAR_AND_HALF_DAYS)
    return sum(
        index.on <= one.committed < year and one.proven < half and one.recordable and not one.breach
        for one in life.offences
    )


def _overall(lives: Sequence[Life]) -> Got:
    return percent(reoffences(life, index) > 0 for life, index in _mature(lives))


def _supervised(lives: Sequence[Life]) -> Got:
    return percent(reoffences(life, index) > 0 for life, index in _mature(lives) if index.supervision)


def _short_custody(lives: Sequence[Life]) -> Got:
    return percent(
        reoffences(life, index) > 0
        for life, index in _mature(lives)
        if index.spell and index.spell.sentence_days < SHORT_DAYS
    )


def _frequency(lives: Sequence[Life]) -> Got:
    found = [count for life, index in _mature(lives) if (count := reoffences(life, index))]
    return Got(Fraction(sum(found), max(1, len(found))), len(found))


def _housed(lives: Sequence[Life]) -> Got:
    return percent(spell.first_night not in NOT_HOUSED for life in lives for spell in life.spells if spell.release)


def _settled(lives: Sequence[Life]) -> Got:
    return percent(
        one.three_months in SETTLED
        for life in lives
        for one in life.supervised
        if one.disposal == "LIC" and one.three_months
    )


def _homeless_receptions(lives: Sequence[Life]) -> Got:
    return percent(spell.homeless_before for life in lives for spell in life.spells)


def _left_to_homelessness(lives: Sequence[Life]) -> Got:
    """Of those released without a fixed abode in England, the share with an application on leaving."""
    return percent(
        any(one.applied == spell.release and one.lived.startswith("homeless on departure") for one in life.applications)
        for life in lives
        if not life.person.in_wales
        for spell in life.spells
        if spell.release and spell.homeless_before
    )


def _continuity(lives: Sequence[Life]) -> Got:
    return percent(
        any(
            one.setting == "community" and journey.ended <= one.triaged <= later(journey.ended, 21)
            for one in life.journeys
        )
        for life in lives
        for journey in life.journeys
        if journey.setting == "prison"
        and journey.ended
        and journey.reason == "transferred - not in custody"
        and later(journey.ended, 21) <= ENDS
    )


def _engaged(*requirements: str) -> Callable[[Sequence[Life]], Got]:
    """In treatment in the community at sentence, or a journey that starts after it."""

    def got(lives: Sequence[Life]) -> Got:
        return percent(
            any(
                journey.setting == "community"
                and (journey.triaged >= one.started or not journey.ended or journey.ended >= one.started)
                for journey in life.journeys
            )
            for life in lives
            if not life.person.in_wales
            for one in life.supervised
            if one.requirement in requirements
        )

    return got


def _crimes(lives: Sequence[Life]) -> Iterator[Crime]:
    return (crime for life in lives for crime in life.crimes)


def _withdrawn_by_outcome(lives: Sequence[Life]) -> Got:
    return percent(crime.outcome in ("14", "16") for crime in _crimes(lives) if crime.outcome)


def _withdrawn_at_prosecutors(lives: Sequence[Life]) -> Got:
    return percent(crime.withdrew_on == crime.decided_on for crime in _crimes(lives) if crime.decided_on)


def _withdrawn_at_court(lives: Sequence[Life]) -> Got:
    return percent(crime.withdrew_on is not None for crime in _crimes(lives) if crime.prosecution_ended)


def _consent(lives: Sequence[Life]) -> Got:
    return percent(life.consents for life in lives if life.journeys)


def _closed(*reasons: str) -> Callable[[Sequence[Life]], Got]:
    def got(lives: Sequence[Life]) -> Got:
        return percent(referral.reason in reasons for life in lives for referral in life.referrals if referral.closed)

    return got


def _early_deaths(treated: bool) -> Callable[[Sequence[Life]], Got]:
    """The mean risk of the releases, as deaths per 100 person-years: deaths themselves are too few to count."""

    def got(lives: Sequence[Life]) -> Got:
        risks = [
            early_death_risk(index, EFFECTS)
            for life in lives
            if life.needs.drug == "Opiates"
            for index in indexes(life)
            if index.spell and index.spell.opioid_substitution == treated
        ]
        return Got(Fraction(sum(risks) * 36_525, max(1, len(risks)) * 28 * 10_000), len(risks))

    return got


def _target(
    id: str,
    what: str,
    target: str,
    within: str,
    source: str,
    got: Callable[[Sequence[Life]], Got],
    unit: str = "per cent",
) -> Target[Life]:
    return Target(id, what, Fraction(target), Fraction(within), source, got, unit)


YEARS = "deaths per 100 person-years"
OST_STUDY = "Marsden and others, opioid substitution at release from prison"
TARGETS: Sequence[Target[Life]] = (
    _target("reoffending", "Proven reoffending, all index events", "27.5", "1.5", PROVEN_RATE, _overall),
    _target("reoffending-supervised", "Proven reoffending after custody or court order", "35.2", "2.5", PROVEN_RATE, _supervised),
    _target("reoffending-short-custody", "Proven reoffending after custody under 12 months", "59.2", "3", PROVEN_RATE, _short_custody),
    _target("reoffences", "Reoffences for each reoffender", "2.9", "0.3", "Proven reoffending statistics, July 2011 to June 2012", _frequency, "reoffences"),
    _target("housed", "Housed on the night after release", "84", "1.5", f"{ACCOMMODATION}, 2024/25", _housed),
    _target("settled", "Settled three months after release", "73.5", "2", f"{ACCOMMODATION}, 2023/24", _settled),
    _target("homeless-receptions", "Received into custody without a fixed abode", "25.5", "1.5", "Basic custody screening, 2016 to 2018 (24 to 27)", _homeless_receptions),
    _target("left-to-homelessness", "Applied as homeless on leaving custody, of those released without a home", "20", "3", "chosen: about a fifth", _left_to_homelessness),
    _target("continuity", "In community treatment within 21 days of release", "40.7", "2.5", "Continuity of care, Public Health Outcomes Framework C20", _continuity),
    _target("atr", "ATR with a treatment journey", "45.9", "4.5", PATHWAYS, _engaged("ATR")),
    _target("drr", "DRR with a treatment journey", "33.1", "4.5", PATHWAYS, _engaged("DRR")),
    _target("atr-drr", "ATR or DRR with a treatment journey", "38.9", "3.3", PATHWAYS, _engaged("ATR", "DRR")),
    _target("attrition-police", "Outcomes 14 and 16 of police outcomes", "29", "1.5", "Criminal justice scorecards, April to June 2021", _withdrawn_by_outcome),
    _target("attrition-cps", "Withdrawn between referral and charge", "16", "2.5", "Criminal justice scorecards, April to June 2021", _withdrawn_at_prosecutors),
    _target("attrition-court", "Withdrawn after charge", "1.2", "1.2", "Criminal justice scorecards, April to June 2021", _withdrawn_at_court),
    _target("consent", "People in treatment who consent", "98", "0.7", "NDTMS consent rate (unverified)", _consent),
    _target("wales-planned", "Planned closures in Wales", "50.3", "3", "Substance misuse in Wales, January to March 2018", _closed(*PLANNED)),
    _target("wales-dna", "Closed because they did not attend before assessment", "10.0", "3", "Substance misuse in Wales, January to March 2018", _closed(BEFORE_ASSESSMENT)),
    _target("early-deaths", "Risk of death in 28 days after release, opiates, no substitution", "3.67", "0.2", OST_STUDY, _early_deaths(False), YEARS),
    _target("early-deaths-treated", "Risk of death in 28 days after release, opiates, with substitution", "0.93", "0.1", OST_STUDY, _early_deaths(True), YEARS),
)  # fmt: skip
