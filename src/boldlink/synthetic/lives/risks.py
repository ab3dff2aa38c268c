"""The risks behind the draws, as pure functions: with an exposure set otherwise they tell what would have happened.

    for index in indexes(life):
        treated = reoffending_risk(index, EFFECTS, employment_support=True)
        untreated = reoffending_risk(index, EFFECTS, employment_support=False)

Their mean difference over those who were treated is the true average effect on the treated, without sampling error.
`instead` takes the names of `Spell`'s exposures (service, employment_support, accredited_programme,
opioid_substitution), and resolve, settled, employed. Risks are ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from boldlink.synthetic.effects import Effects, as_risk
from boldlink.synthetic.events import Life, Needs, Offence, Spell, Supervision
from boldlink.synthetic.population import Person

# nDelius codes: settled as the offender accommodation statistics count it (unverified); not housed on the first night.
SETTLED = frozenset({"A01A", "A01C", "A01D", "A04", "A07B"})
NOT_HOUSED = frozenset({"A08", "A08A", "A08C"})
SHORT_DAYS = 365  # a sentence below it is "under 12 months"
EMPLOYED = "Employed"
BASES = {"long": 3_850, "community": 4_200, "Fine": 3_200, "Discharge": 2_900, "Caution": 2_200}
SHORT_BASE = 9_700
NONE = 100  # hundredths: no effect
SERVICE_EFFECT = {"CAS3": "cas3", "CRS accommodation": "crs-accommodation", "Housing advice": "housing-advice"}


@dataclass(frozen=True)
class Index:
    """What a year of reoffending is counted from: a release, or a sentence or caution without custody."""

    on: date
    disposal: str
    priors: int
    person: Person
    needs: Needs
    spell: Spell | None = None
    supervision: Supervision | None = None


def indexes(life: Life) -> Iterator[Index]:
    """Every index event of a life, in order of conviction. Breaches and offences sentenced together are none."""
    proven = {offence.proven: offence for offence in life.offences if not offence.breach and offence.recordable}
    spells = {spell.reception: spell for spell in life.spells}
    supervised = {one.started: one for one in life.supervised}
    for day, offence in proven.items():
        spell = spells.get(day)
        if spell and spell.release and spell.release in supervised:
            yield _index(life, offence, spell.release, spell, supervised[spell.release])
        elif spell is None:
            yield _index(life, offence, day, None, supervised.get(day))


def _index(life: Life, offence: Offence, on: date, spell: Spell | None, supervision: Supervision | None) -> Index:
    return Index(on, offence.disposal, offence.priors, life.person, life.needs, spell, supervision)


def release_of(life: Life, spell: Spell) -> Index:
    """The index event that a spell ended in."""
    return next(index for index in indexes(life) if index.spell is spell)


def reoffending_risk(index: Index, effects: Effects, **instead: Any) -> int:
    """Of an offence committed within 12 months of the index and proven within 18."""
    needs, spell, after = index.needs, index.spell, index.supervision
    ratios = [_priors(index.priors), _age(index), 90 if index.person.sex == "F" else NONE, NONE if needs.drug else 94]
    if instead.get("resolve", needs.resolve):
        ratios.append(effects["resolve-reoffending"].hundredths)
    if after:
        if instead.get("settled", after.three_months in SETTLED):
            ratios.append(effects["settled-home-reoffending"].hundredths)
        if instead.get("employed", after.employed_6_weeks == EMPLOYED):
            ratios.append(effects["employment-reoffending"].hundredths)
    if spell:
        ratios += _in_custody(spell, effects, instead)
    return as_risk(_base(index), *ratios)


def _in_custody(spell: Spell, effects: Effects, instead: dict[str, Any]) -> list[int]:
    ratios = []
    if instead.get("employment_support", spell.employment_support):
        ratios.append(effects["employment-support"].hundredths)
    if instead.get("accredited_programme", spell.accredited_programme):
        ratios.append(effects["accredited-programme"].hundredths)
    if instead.get("service", spell.service) == "CAS3":
        ratios.append(effects["cas3-reoffending"].hundredths)
    return ratios


def _base(index: Index) -> int:
    if index.spell:
        return SHORT_BASE if index.spell.sentence_days < SHORT_DAYS else BASES["long"]
    return BASES["community"] if index.supervision else BASES[index.disposal]


def _priors(priors: int) -> int:
    return 62 if priors == 0 else 84 if priors < 3 else 98 if priors < 11 else 100


def _age(index: Index) -> int:
    age = index.on.year - index.person.born.year
    return 100 if age < 30 else 96 if age < 50 else 80


def application_risk(index: Index, effects: Effects, **instead: Any) -> int:
    """Of a homelessness application within 6 months of release."""
    spell, needs = index.spell, index.needs
    assert spell is not None and index.supervision is not None
    settled = instead.get("settled", index.supervision.three_months in SETTLED)
    ratios = [
        115 if needs.drug else NONE, 110 if needs.mental else NONE, 70 if settled else NONE,
        110 if index.person.region == "London" else NONE, 90 if index.person.sex == "F" else NONE,
        110 if spell.sentence_days < SHORT_DAYS else NONE,
    ]  # fmt: skip
    service = instead.get("service", spell.service)
    if service in SERVICE_EFFECT:
        ratios.append(effects[SERVICE_EFFECT[service]].hundredths)
    return as_risk(5_200 if spell.homeless_before else 1_600, *ratios)


def engagement_risk(index: Index, effects: Effects, **instead: Any) -> int:
    """Of a community treatment journey that starts within 21 days of release, for those transferred to one."""
    spell = index.spell
    assert spell is not None
    ratios = [_age_engagement(index), 110 if index.person.sex == "F" else NONE, 112 if spell.sentence_days >= SHORT_DAYS else NONE]  # fmt: skip
    if instead.get("opioid_substitution", spell.opioid_substitution):
        ratios.append(effects["opioid-substitution"].hundredths)
    return as_risk(3_180, *ratios)


def _age_engagement(index: Index) -> int:
    return 112 if index.on.year - index.person.born.year >= 35 else NONE


def early_death_risk(index: Index, effects: Effects, **instead: Any) -> int:
    """Of death within 28 days of release: 3.67 per 100 person-years for dependence on opiates (domain literature)."""
    spell = index.spell
    assert spell is not None
    if index.needs.drug != "Opiates":
        return 6 if index.needs.drug else 3
    treated = instead.get("opioid_substitution", spell.opioid_substitution)
    return as_risk(28, effects["opioid-substitution-death"].hundredths if treated else NONE)


def employment_risk(index: Index, effects: Effects, **instead: Any) -> int:
    """Of being employed six months after release or sentence, for those who can work."""
    base = 1_900 if index.needs.drug or index.needs.mental else 3_000
    supported = instead.get("employment_support", index.spell is not None and index.spell.employment_support)
    age = index.on.year - index.person.born.year
    ratios = [80 if age >= 50 else NONE, 85 if index.person.sex == "F" else NONE]
    if supported:
        ratios.append(effects["employment-support-employment"].hundredths)
    return as_risk(base, *ratios)
