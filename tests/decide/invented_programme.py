"""One programme where everything holds, to break one thing of at a time. Nobody in it exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from boldlink.decide import (
    ACTIONS,
    Advice,
    AdvisoryBody,
    Agreement,
    Assessment,
    Attestation,
    Confidentiality,
    Engagement,
    Ethics,
    Facts,
    Instrument,
    Lane,
    LegalBasis,
    Organisation,
    Panel,
    Person,
    PlaceFacts,
    Post,
    Power,
    Request,
    Share,
    Signature,
    Support,
    UseCase,
    decide,
)
from boldlink.values import Column, Contract, DataClass, Role

TODAY = date(2026, 7, 1)
EARLIER = date(2026, 6, 30)
START = date(2026, 1, 1)
LATER = date(2027, 1, 1)
ROLES = frozenset({"linker", "researcher", "checker", "custodian", "data_supplier", "releaser", "probation_officer"})


def contract(dataset, owner, place, **changes):
    sensitive = DataClass.CONFIDENTIAL_PATIENT if changes.get("health") else DataClass.CRIMINAL
    columns = (
        Column("ref", "string", Role.IDENTIFIER, primary_key=True, identifier_type="t"),
        Column("person", "string", Role.SOURCE_KEY),
        Column("surname", "string", Role.LINKAGE, meaning="surname", classes=frozenset({DataClass.PERSONAL})),
        Column("offence", "string", Role.ATTRIBUTE, classes=frozenset({sensitive})),
        Column("notes", "string", Role.EXCLUDED),
    )
    made = Contract(dataset, dataset, "1", owner, place, False, columns, opt_outs_applied_by_owner=True)
    return replace(made, **changes)


def signed(kind, *posts, **changes):
    signatures = tuple(Signature(post, f"holder-of-{post}", START) for post in posts)
    return replace(Instrument(kind, f"{kind}-1", "1.0.0", "h", posts, signatures, START, LATER), **changes)


def unsigned(kind, *posts):
    return signed(kind, *posts, signatures=())


def share(dataset, *, health=False):
    columns = {"ref": Role.IDENTIFIER, "surname": Role.LINKAGE, "offence": Role.ATTRIBUTE}
    made = Share(dataset, columns, dict.fromkeys(columns, "needed"), safeguards={"offence": "pseudonymised"})
    return replace(made, confidentiality=Confidentiality("consent", None, "applied") if health else None)


def agreement(**changes):
    made = Agreement(
        signed("agreement", "moj-siro", "dhsc-siro"),
        "misuse",
        ("moj", "dhsc"),
        {"prison": share("prison"), "ndtms": share("ndtms", health=True)},
        ("dhsc-place",),
        2,
        (("ndtms", "prison"),),
        frozenset(ACTIONS) - {"see_caseload"},
        ROLES,
        LegalBasis("uk_gdpr", "e", "j", ("4",), "schedule_1", False, True),
        (Power("common-law-powers", ("prison", "ndtms")),),
        True,
    )
    return replace(made, **changes)


def use_case(**changes):
    made = UseCase(
        id="misuse",
        title="Misuse",
        lane=Lane.RESEARCH,
        datasets=("prison", "ndtms"),
        organisations=("moj", "dhsc"),
        team={"linker": ("lin",), "researcher": ("rita",), "checker": ("chloe", "carl")},
        instrument=signed("use_case", "chair"),
        affected_groups=("people in treatment",),
        agreement=agreement(),
        dpia=Assessment(signed("dpia", "moj-dpo", "dhsc-dpo"), {"r1": "low"}, ("moj", "dhsc")),
        caldicott=Attestation(signed("caldicott", "guardian")),
        advice=Advice(signed("advice", "iao"), "AGD", date(2026, 3, 1), "supported", ("ndtms",)),
        section_251=Support(signed("section_251", "guardian"), "medical_research", ("ndtms",)),
        engagement=Engagement(signed("engagement", "engager"), ("people in treatment",)),
        panel_decision=Panel(signed("panel_decision", "chair", "outsider"), "approved", 5, 2),
        ethics=Ethics(signed("ethics", "ethicist"), "data-and-ai-ethics-framework-2025", date(2026, 2, 1)),
        anonymisation=signed("anonymisation", "iao"),
        findings=signed("findings", "manager"),
        approvers=frozenset({"sid", "dot"}),
    )
    return replace(made, **changes)


def accredited(name, **changes):
    sworn = signed("accreditation", "security", f"undertaking:{name}")
    return replace(Person(name, name.title(), "moj", "SC", LATER, LATER, LATER, sworn, ROLES), **changes)


PEOPLE = ("lin", "rita", "chloe", "carl", "cus", "sup", "rel", "sid", "dot", "off")


def facts(case=None, **changes):
    made = Facts(
        programme_ends=LATER,
        organisations={
            "moj": Organisation("moj", "MoJ"),
            "dhsc": Organisation("dhsc", "DHSC"),
            "acme": Organisation("acme", "Acme", True, "commercial"),
        },
        people={name: accredited(name) for name in PEOPLE},
        posts={
            "dhsc-custodian": Post("dhsc-custodian", "Custodian", "dhsc", "custodian", "cus", "dhsc-place"),
            "moj-supplier": Post("moj-supplier", "Supplier", "moj", "data_supplier", "sup"),
            "dhsc-releaser": Post("dhsc-releaser", "Releaser", "dhsc", "releaser", "rel", "dhsc-place"),
            "moj-siro": Post("moj-siro", "SIRO", "moj", "siro", "sid"),
            "moj-dpo": Post("moj-dpo", "DPO", "moj", "dpo", "dot"),
        },
        places={name: PlaceFacts(name, name, "moj") for name in ("moj-place", "dhsc-place")},
        contracts={
            "prison": contract("prison", "moj", "moj-place"),
            "ndtms": contract("ndtms", "dhsc", "dhsc-place", pinned=True, health=True),
        },
        use_cases={"misuse": case or use_case()},
        quorum=(5, 2),
        advisory_bodies=(
            AdvisoryBody("IGARD", date(2017, 2, 1), date(2023, 1, 31)),
            AdvisoryBody("AGD", date(2023, 2, 1)),
        ),
    )
    return replace(made, **changes)


def with_contract(case=None, **contracts):
    known = facts(case)
    return replace(known, contracts={**known.contracts, **contracts})


def with_person(name, **changes):
    known = facts()
    return replace(known, people={**known.people, name: replace(known.people[name], **changes)})


def with_agreement(**changes):
    return facts(use_case(agreement=agreement(**changes)))


def with_basis(**changes):
    return with_agreement(basis=replace(agreement().basis, **changes))


LINK = Request("lin", "link", "spine:misuse", "misuse", "dhsc-place")
ANALYSE = Request("rita", "analyse", "research:misuse", "misuse", "dhsc-place")
BUILD = Request("cus", "build", "research:misuse", "misuse", "dhsc-place")
RELEASE = Request("rel", "release", "output:misuse~1", "misuse", "dhsc-place")
DEPOSIT = Request("sup", "deposit", "dataset:prison", None, "moj-place")
ERASE = Request("cus", "erase", "use_case:misuse", None, "dhsc-place")
DISPOSE = Request("cus", "dispose", "dataset:ndtms", None, "dhsc-place")


def unmet(request, known=None, at=TODAY):
    return {finding.rule for finding in decide(request, known or facts(), at).unmet}
