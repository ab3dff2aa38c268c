"""What a life holds: events in continuous time (whole days), before any department writes them down.

One person's events, all of them true. What a department knows of them, in which words and with which faults, is
`departments`. `resolve` is the confounder that no dataset records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from boldlink.synthetic.population import Person

STARTS, ENDS = date(2021, 10, 1), date(2024, 5, 31)


@dataclass
class Needs:
    """What somebody lives with. `drug` is empty where there is no dependence."""

    drug: str = ""
    mental: bool = False
    physical: bool = False
    resolve: bool = False  # no department records it


@dataclass
class Spell:
    """Time in custody, what was offered in it, and where the first night after it was spent (an nDelius code)."""

    reception: date
    release: date | None
    offence: str
    sentence_days: int
    homeless_before: bool = False
    service: str = "None"  # None, CAS3, CRS accommodation, Housing advice
    employment_support: bool = False
    accredited_programme: bool = False
    first_night: str = ""
    opioid_substitution: bool = False


@dataclass
class Supervision:
    """A sentence in the community or a licence."""

    started: date
    ended: date | None
    disposal: str  # CO, SSO, LIC
    requirement: str  # NONE, ATR, DRR, MHTR
    first_night: str
    three_months: str  # an nDelius code; empty before three months have passed
    employed_6_weeks: str
    employed_6_months: str


@dataclass
class Offence:
    """An offence that was proven: conviction or caution."""

    committed: date
    proven: date
    disposal: str
    custody_days: int | None
    group: str
    breach: bool
    recordable: bool
    priors: int


@dataclass
class Case:
    """A defendant's case before a court."""

    charged: date
    first_hearing: date
    completed: date | None
    court: str  # magistrates, crown
    group: str
    plea: str
    result: str
    urn: str = ""


@dataclass
class Journey:
    """A treatment journey at one agency."""

    setting: str  # prison, community
    referred: date
    triaged: date
    ended: date | None
    reason: str
    drug: str
    source: str
    opioid_substitution: bool = False
    settled_home: bool = False  # at triage
    employed: bool = False  # at triage


@dataclass
class Admission:
    """A hospital episode."""

    admitted: date
    discharged: date
    method: str
    group: str


@dataclass
class Application:
    """A household's application to a council, as its main applicant made it."""

    applied: date
    lived: str
    assessment: str
    duty: str
    ended: date | None
    reason: str
    main_duty: str
    referred_by: str
    area: int  # the council: position in AREAS


@dataclass
class Contact:
    """A night on which outreach met somebody sleeping rough."""

    day: date
    area: int
    referred_to_treatment: bool


@dataclass
class Award:
    """Child benefit in payment."""

    starts: date
    ends: date | None
    children: int


@dataclass
class Support:
    """What a victims' service gave: never started where `started` is None."""

    referred: date
    contacted: date | None
    kind: str  # Advocate, Counselling, Information only
    started: date | None
    ended: date | None
    sessions: int
    wellbeing_start: int | None
    wellbeing_end: int | None
    closure: str


@dataclass
class Crime:
    """A crime somebody was the victim of, and its way through police, prosecution and support."""

    recorded: date
    group: str
    suspect: bool
    outcome: str = ""  # police outcome code; empty while open
    outcome_on: date | None = None
    withdrew_on: date | None = None  # at whatever stage it had reached
    referred_to_cps: date | None = None
    decision: str = ""
    decided_on: date | None = None
    prosecution: str = ""  # convicted, acquitted, stopped, pending; empty without a charge
    prosecution_ended: date | None = None
    support: Support | None = None
    urn: str = ""


@dataclass
class Assessment:
    """An OASys assessment: scores of its sections."""

    day: date
    no_fixed_abode: str
    settled: str
    accommodation: int
    finance: int
    drug_problem: int
    drugs: int
    wellbeing: int
    ogrs3: int


@dataclass
class Referral:
    """A referral to a Welsh substance misuse agency."""

    referred: date
    assessed: date | None
    started: date | None
    closed: date | None
    reason: str
    substance: str
    source: str


@dataclass
class Life:
    """One person's events, each list in order of time."""

    person: Person
    needs: Needs = field(default_factory=Needs)
    consents: bool = True
    opted_out: bool = False
    died: date | None = None
    cause: str = ""
    spells: list[Spell] = field(default_factory=list)
    supervised: list[Supervision] = field(default_factory=list)
    offences: list[Offence] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    admissions: list[Admission] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    rough_sleeping: list[Contact] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    crimes: list[Crime] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
