"""The law that decisions rest on, as tables with days: what was in force on a day answers for that day.

Each provision holds a citation and our own short words for it, never its text. What could not be confirmed against
legislation.gov.uk is marked unverified. This is not legal advice; the lawyer's post of each agreement reviews its powers.
Sources: UK GDPR; Data Protection Act 2018; Data (Use and Access) Act 2025 and the commencement regulations (SI 2026/82);
Digital Economy Act 2017; Offender Management Act 2007; National Health Service Act 2006; Health and Social Care Act 2012;
Statistics and Registration Service Act 2007; Prosecution of Offences Act 1985; Charities Act 2011.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

UK_GDPR_FROM = date(2018, 5, 25)
DUAA_FROM = date(2026, 2, 5)  # Data (Use and Access) Act 2025, research provisions: SI 2026/82, regulation 2
COMPLAINTS_FROM = date(2026, 6, 19)  # Data Protection Act 2018 section 164A


@dataclass(frozen=True)
class Provision:
    """One rule of law or of a framework over the days it was in force; `until` None: still."""

    citation: str
    says: str
    from_: date
    until: date | None = None
    verified: bool = True

    def in_force(self, at: date) -> bool:
        return self.from_ <= at and (self.until is None or at <= self.until)


@dataclass(frozen=True)
class Basis(Provision):
    """A basis of processing. `public_task`: open to a public authority doing its public task."""

    public_task: bool = True


@dataclass(frozen=True)
class Condition(Provision):
    """A condition of Schedule 1. `policy_document`: needs an appropriate policy document. `serves`: Article 9 letters."""

    policy_document: bool = False
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gateway(Provision):
    """A power to disclose. `health`: may carry health and social care data. `holders`: kinds of organisation, if limited.

    `accredited`: needs an accredited processor, researcher and project.
    """

    health: bool = True
    holders: tuple[str, ...] = ()
    accredited: bool = False


ARTICLE_6: Mapping[str, Basis] = {
    "a": Basis("UK GDPR Article 6(1)(a)", "consent", UK_GDPR_FROM),
    "b": Basis("UK GDPR Article 6(1)(b)", "a contract with the person", UK_GDPR_FROM, public_task=False),
    "c": Basis("UK GDPR Article 6(1)(c)", "a legal obligation", UK_GDPR_FROM),
    "d": Basis("UK GDPR Article 6(1)(d)", "vital interests", UK_GDPR_FROM),
    "e": Basis("UK GDPR Article 6(1)(e)", "a task in the public interest", UK_GDPR_FROM),
    "ea": Basis("UK GDPR Article 6(1)(ea)", "a recognised legitimate interest", DUAA_FROM, public_task=False),
    "f": Basis(
        "UK GDPR Article 6(1)(f)",
        "legitimate interests, which public authorities may not use for their tasks",
        UK_GDPR_FROM,
        verified=False,
        public_task=False,
    ),
}
ARTICLE_9: Mapping[str, Provision] = {
    "a": Provision("UK GDPR Article 9(2)(a)", "explicit consent", UK_GDPR_FROM),
    "b": Provision("UK GDPR Article 9(2)(b)", "employment, social security and social protection", UK_GDPR_FROM),
    "c": Provision("UK GDPR Article 9(2)(c)", "vital interests of somebody who cannot consent", UK_GDPR_FROM),
    "d": Provision("UK GDPR Article 9(2)(d)", "not-for-profit bodies and their members", UK_GDPR_FROM),
    "e": Provision("UK GDPR Article 9(2)(e)", "made public by the person", UK_GDPR_FROM),
    "f": Provision("UK GDPR Article 9(2)(f)", "legal claims and courts", UK_GDPR_FROM),
    "g": Provision("UK GDPR Article 9(2)(g)", "substantial public interest", UK_GDPR_FROM),
    "h": Provision("UK GDPR Article 9(2)(h)", "health or social care", UK_GDPR_FROM),
    "i": Provision("UK GDPR Article 9(2)(i)", "public health", UK_GDPR_FROM),
    "j": Provision("UK GDPR Article 9(2)(j)", "archiving, research and statistics", UK_GDPR_FROM),
}
# Letters of Article 9(2) that need a condition of Schedule 1 beside them: Data Protection Act 2018 section 10.
NEEDS_SCHEDULE_1 = ("b", "g", "h", "i", "j")
_SCHEDULE = "Data Protection Act 2018 Schedule 1 paragraph"
SCHEDULE_1: Mapping[str, Condition] = {
    "1": Condition(f"{_SCHEDULE} 1", "employment and social security", UK_GDPR_FROM, None, True, True, ("b",)),
    "2": Condition(f"{_SCHEDULE} 2", "health or social care purposes", UK_GDPR_FROM, serves=("h",)),
    "3": Condition(f"{_SCHEDULE} 3", "public health", UK_GDPR_FROM, serves=("i",)),
    "4": Condition(f"{_SCHEDULE} 4", "research, in the public interest", UK_GDPR_FROM, serves=("j",)),
    "6": Condition(f"{_SCHEDULE} 6", "statutory and government purposes", UK_GDPR_FROM, None, False, True, ("g",)),
    "7": Condition(f"{_SCHEDULE} 7", "administration of justice", UK_GDPR_FROM, None, False, True, ("g",)),
    "10": Condition(f"{_SCHEDULE} 10", "preventing unlawful acts", UK_GDPR_FROM, None, False, True, ("g",)),
    "18": Condition(f"{_SCHEDULE} 18", "safeguarding", UK_GDPR_FROM, None, False, True, ("g",)),
    "36": Condition(
        f"{_SCHEDULE} 36",
        "criminal data under a condition of Part 2, without the test of substantial public interest",
        UK_GDPR_FROM,
        None,
        True,
        True,
    ),
}
ARTICLE_10: Mapping[str, Provision] = {
    "official_authority": Provision(
        "UK GDPR Article 10(1), Data Protection Act 2018 section 10(5)", "under official authority", UK_GDPR_FROM
    ),
    "schedule_1": Provision(
        "UK GDPR Article 10(1), Data Protection Act 2018 section 10(5) and Schedule 1",
        "a condition of Schedule 1, of which research is one",
        UK_GDPR_FROM,
    ),
}
GATEWAYS: Mapping[str, Gateway] = {
    "common-law-powers": Gateway(
        "common law powers of a Minister's department",
        "a department may share what its functions need, unless a law or a duty of confidence forbids it",
        date(1945, 1, 1),
        verified=False,
        holders=("department", "devolved"),
    ),
    "offender-management-act-2007-s14": Gateway(
        "Offender Management Act 2007 section 14",
        "disclosure among the bodies it lists, for managing offenders and research about it",
        date(2007, 11, 1),
        verified=False,
        health=False,
        holders=("department", "police", "probation"),
    ),
    "digital-economy-act-2017-s64": Gateway(
        "Digital Economy Act 2017 section 64 (Part 5 Chapter 5)",
        "disclosure by public authorities for accredited research; health and social care bodies are excluded",
        date(2018, 5, 1),
        verified=False,
        health=False,
        accredited=True,
    ),
    "health-and-social-care-act-2012-s261": Gateway(
        "Health and Social Care Act 2012 section 261",
        "dissemination by NHS England of what it holds",
        date(2013, 4, 1),
        holders=("nhs", "department"),
    ),
    "nhs-act-2006-s251": Gateway(
        "National Health Service Act 2006 section 251; SI 2002/1438 regulations 2 and 5",
        "confidential patient information for medical purposes, with support",
        date(2007, 3, 1),
        verified=False,
    ),
    "crime-and-disorder-act-1998-s115": Gateway(
        "Crime and Disorder Act 1998 section 115",
        "disclosure to a relevant authority where the Act's purposes need it",
        date(1998, 9, 30),
        verified=False,
        health=False,
        holders=("police", "department", "probation", "public_body"),
    ),
    "government-of-wales-act-2006": Gateway(
        "Government of Wales Act 2006, powers of the Welsh Ministers and bodies under them",
        "Welsh public bodies may share what their functions need",
        date(2007, 5, 25),
        verified=False,
        holders=("devolved", "public_body", "nhs"),
    ),
    "statistics-and-registration-service-act-2007-s42": Gateway(
        "Statistics and Registration Service Act 2007 section 42",
        "the Statistics Board may disclose information on births and deaths to assist the health service",
        date(2008, 4, 1),
        verified=False,
        holders=("public_body",),
    ),
    "prosecution-of-offences-act-1985-s3": Gateway(
        "Prosecution of Offences Act 1985 section 3, and what is implied in it",
        "the Director of Public Prosecutions may share what the service's functions need",
        date(1986, 10, 1),
        verified=False,
        health=False,
        holders=("department",),
    ),
    "charitable-objects": Gateway(
        "a charity's own objects; Charities Act 2011",
        "a charity may share what furthers its objects, within the confidence in which it was told",
        date(2012, 3, 14),
        verified=False,
        health=False,
        holders=("third_sector",),
    ),
}
# The four routes for confidential patient information (the programme's own page, P10).
ROUTES: Mapping[str, Provision] = {
    "consent": Provision("common law duty of confidentiality", "the patient consents", date(1974, 1, 1)),
    "public_interest": Provision(
        "common law duty of confidentiality", "an overriding public interest", date(1974, 1, 1)
    ),
    "legal_requirement": Provision(
        "common law duty of confidentiality", "a legal requirement to disclose", date(1974, 1, 1)
    ),
    "legal_power": Provision(
        "National Health Service Act 2006 section 251; SI 2002/1438",
        "a legal power that sets the duty of confidentiality aside; section 251 for medical purposes",
        date(2007, 3, 1),
        verified=False,
    ),
}

# Provisions that changed under one name: the version in force on a day is what a decision of that day cites.
VERSIONED: Mapping[str, tuple[Provision, ...]] = {
    "research_safeguards": (
        Provision(
            "UK GDPR Article 89(1); Data Protection Act 2018 section 19",
            "research needs safeguards, and may not serve measures or decisions about a particular person",
            UK_GDPR_FROM,
            date(2026, 2, 4),
        ),
        Provision(
            "UK GDPR Articles 84A to 84D (inserted by the Data (Use and Access) Act 2025 section 87)",
            "research, archiving and statistics only where other means would not do, with minimisation; safeguards fail "
            "where processing serves decisions about a particular person, approved medical research excepted",
            DUAA_FROM,
        ),
    ),
    "complaints": (
        Provision(
            "UK GDPR Article 12; Data Protection Act 2018 section 165", "complaints go to the Commissioner", UK_GDPR_FROM,
            date(2026, 6, 18),
        ),
        Provision(
            "Data Protection Act 2018 section 164A",
            "a controller must make it easy to complain to it, and answer",
            COMPLAINTS_FROM,
        ),
    ),
    "solely_automated_decisions": (
        Provision("UK GDPR Article 22", "no solely automated decisions with serious effects", UK_GDPR_FROM, date(2026, 2, 4)),
        Provision("UK GDPR Articles 22A to 22D", "safeguards for solely automated decisions", DUAA_FROM),
    ),
    "transparency": (
        Provision("UK GDPR Articles 12 to 14", "people are told, and requests are answered in time", UK_GDPR_FROM, date(2026, 2, 4)),
        Provision("UK GDPR Articles 12, 12A, 13 and 14", "people are told; time runs as Article 12A says", DUAA_FROM),
    ),
    "law_enforcement": (
        Provision(
            "Data Protection Act 2018 Part 3, sections 35 and 36(4)",
            "data held for law enforcement is used for another purpose only where the law authorises it",
            UK_GDPR_FROM,
            verified=False,
        ),
    ),
    "section_62": (
        Provision(
            "Data Protection Act 2018 section 62",
            "collection, alteration, consultation, disclosure, combination and erasure are logged",
            UK_GDPR_FROM,
        ),
    ),
    "ethics_framework": (
        Provision("Data Ethics Framework 2020", "transparency, accountability, fairness", date(2020, 9, 16), date(2025, 12, 31)),
        Provision("Data and AI Ethics Framework (December 2025)", "seven principles and their trade-offs", date(2025, 12, 1)),
    ),
}  # fmt: skip


def version_at(name: str, at: date) -> Provision | None:
    """The version of a provision that was in force on a day; the latest where two overlap; None before the first."""
    found = [provision for provision in VERSIONED[name] if provision.in_force(at)]
    return found[-1] if found else None


def cite(text: str, at: date) -> str:
    """A citation as it reads on a day: `@name` stands for the version of a provision in force then."""
    if not text.startswith("@"):
        return text
    found = version_at(text[1:], at)
    return found.citation if found else f"nothing in force on {at.isoformat()}"
