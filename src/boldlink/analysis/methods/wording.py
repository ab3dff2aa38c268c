"""The Ministry of Justice's own sentences about a matched comparison, per 100 people.

The templates are those of the Justice Data Lab's published report code. A result whose interval lies on one side of zero
is said with "between", one that crosses it with "as many as" and the call for more people.
"""

from __future__ import annotations

from dataclasses import dataclass

from boldlink.analysis.methods.estimate import Estimate, Scale
from boldlink.analysis.methods.matching import Effect


@dataclass(frozen=True)
class Unit:
    """What is counted, and the words for more and less of it."""

    one: str
    many: str
    less: str = "lower"
    more: str = "higher"
    per: float = 100.0  # a share or a frequency times this: people, or offences, per 100 people

    def counted(self, number: float) -> str:
        """A whole number with its noun."""
        whole = round(abs(number) * self.per)
        return f"{whole:,} {self.one if whole == 1 else self.many}"


PEOPLE = Unit("person", "people")
OFFENCES = Unit("offence", "offences")
DAYS = Unit("day", "days", "shorter", "longer", per=1.0)
UNITS = {Scale.RISK_DIFFERENCE: PEOPLE, Scale.COUNT_DIFFERENCE: OFFENCES, Scale.DAYS_DIFFERENCE: DAYS}

SUBJECTS = {
    Scale.RISK_DIFFERENCE: "The number of people who commit a proven reoffence within one year after release",
    Scale.COUNT_DIFFERENCE: "The number of proven reoffences committed during the year",
    Scale.DAYS_DIFFERENCE: "On average, the time before an offender committed their first proven reoffence",
}
WITHHELD = (
    "Time to first reoffence has not been included as a headline result due to low numbers of reoffenders, which could "
    "give misleading results."
)


def sentence(effect: Effect, subject: str = "") -> str:
    """What the intervention could do, for 100 typical people. subject: the outcome in words; the Data Lab's own if empty."""
    found = effect.estimate
    if found.value is None:
        return WITHHELD if found.scale is Scale.DAYS_DIFFERENCE else found.note
    parts = [f"{subject or SUBJECTS[found.scale]} could be {direction(found)}"]
    if not found.settled and effect.needed_people is not None:
        parts.append(
            f"Based on the current measurements, it is estimated that {effect.needed_people:,} people would be needed."
        )
    return " ".join(parts)


def direction(found: Estimate) -> str:
    """The interval in the Ministry's words, from "lower by" to the full stop."""
    unit = UNITS[found.scale]
    low, high = float(found.low or 0.0), float(found.high or 0.0)
    if found.settled:
        near, far = sorted((abs(low), abs(high)))
        word = unit.more if low > 0 else unit.less
        span = f"{round(near * unit.per):,} and {round(far * unit.per):,} {unit.many}"
        return f"{word} by between {span}. This is a statistically significant result."
    return (
        f"{unit.less} by as many as {unit.counted(low)}, or {unit.more} by as many as {unit.counted(high)}. More people "
        "would need to be available for analysis in order to determine the direction of this difference."
    )


def groups(effect: Effect, happened: str = "committed a proven reoffence within a one-year period") -> tuple[str, str]:
    """Both groups' rates: for 100 typical people in the treatment group, and in the comparison group."""
    treated, comparison = round(100 * effect.treated), round(100 * effect.comparison)
    apart = treated - comparison
    more = f"{PEOPLE.counted(abs(apart) / 100)} {'more' if apart > 0 else 'fewer'} than in the comparison group"
    compared = more if apart else "similar to the comparison group"
    return (
        f"For 100 typical people in the treatment group, the equivalent of: {treated} of the 100 people {happened} (a rate "
        f"of {treated}%), {compared}.",
        f"For 100 typical people in the comparison group, the equivalent of: {comparison} of the 100 people {happened} (a "
        f"rate of {comparison}%).",
    )
