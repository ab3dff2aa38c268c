"""What one instrument says of the rest of the programme: columns, places, powers, controls, groups.

Whether what it says is enough (a quorum, a review, a legal basis) is not asked here: that is decided, with reasons, when
somebody asks for something (boldlink.decide).
"""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.decide import ACTIONS, RULES
from boldlink.decide.law import ARTICLE_6, ARTICLE_9, ARTICLE_10, GATEWAYS, SCHEDULE_1
from boldlink.programme.controls import PARTS
from boldlink.programme.faults import Fault, Source
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import (
    AccreditationDocument,
    AgreementDocument,
    DpiaDocument,
    EngagementDocument,
    Instrument,
    SharedDataset,
    UseCaseDocument,
)
from boldlink.values import Contract, Role


def instrument_faults(document: Instrument, programme: Programme) -> Iterator[Fault]:
    """Everything in one instrument that does not hold together with the rest."""
    source = programme.source(document.kind, document.id)
    if isinstance(document, AgreementDocument):
        yield from _agreement(document, programme, source)
        yield from _law(document, programme, source)
        for number, share in enumerate(document.datasets):
            yield from _share(share, programme, source, number)
        yield from _risk(document, source)
        yield from _reviewers(document, programme, source)
    if isinstance(document, DpiaDocument):
        yield from _dpia(document, programme, source)
    if isinstance(document, EngagementDocument):
        yield from _engagement(document, programme, source)


def _agreement(document: AgreementDocument, programme: Programme, source: Source) -> Iterator[Fault]:
    for number, place in enumerate(document.places):
        if place not in programme.places:
            yield source.fault(f"{place} is no place.", "places", number)
    for number, party in enumerate(document.organisations):
        if party not in programme.organisations:
            yield source.fault(f"{party} is no organisation.", "parties", number, "organisation")
    for number, action in enumerate(document.permitted_actions):
        if action not in ACTIONS:
            yield source.fault(f"there is no action {action}.", "permitted_actions", number)
    shared = {share.dataset for share in document.datasets}
    for number, pair in enumerate(document.compare):
        for name in sorted(set(pair) - shared):
            yield source.fault(f"it compares {name}, which it does not share.", "compare", number)
        pins = [f"{name} to {one.place}" for name in pair if (one := programme.contracts.get(name)) and one.pinned]
        if len({pin.rpartition(" ")[2] for pin in pins}) > 1:
            what = f"their rows never meet: {' and '.join(pins)} are pinned; compare checked aggregates instead."
            yield source.fault(what, "compare", number)


def _law(document: AgreementDocument, programme: Programme, source: Source) -> Iterator[Fault]:
    """Every basis and power must be one that the tables of decide.law know."""
    basis = document.legal_basis
    known = (
        ("article_6", basis.article_6, ARTICLE_6),
        ("article_9", basis.article_9, ARTICLE_9),
        ("article_10", basis.article_10, ARTICLE_10),
    )
    for name, value, table in known:
        if value is not None and value not in table:
            yield source.fault(f"there is no {value}: use one of {', '.join(sorted(table))}.", "legal_basis", name)
    for number, paragraph in enumerate(basis.schedule_1):
        if paragraph not in SCHEDULE_1:
            yield source.fault(f"the table has no paragraph {paragraph}.", "legal_basis", "schedule_1", number)
    for number, power in enumerate(document.legal_powers):
        if power.gateway not in GATEWAYS:
            known_ones = ", ".join(sorted(GATEWAYS))
            yield source.fault(f"there is no {power.gateway}: use one of {known_ones}.", "legal_powers", number)
        post = programme.posts.get(power.reviewed_by)
        if post is None or post.role != "lawyer":
            yield source.fault("it must be a lawyer's post.", "legal_powers", number, "reviewed_by")


def _share(share: SharedDataset, programme: Programme, source: Source, number: int) -> Iterator[Fault]:
    contract = programme.contracts.get(share.dataset)
    if contract is None:
        yield source.fault(f"there is no data contract for {share.dataset}.", "datasets", number, "dataset")
        return
    yield from _columns(share, contract, source, number)
    if share.cohort and share.cohort.column not in {column.name for column in contract.with_role(Role.ATTRIBUTE)}:
        what = f"{share.cohort.column} is no attribute of the contract."
        yield source.fault(what, "datasets", number, "cohort", "column")


def _columns(share: SharedDataset, contract: Contract, source: Source, number: int) -> Iterator[Fault]:
    roles = {column.name: column.role for column in contract.columns}
    for place, column in enumerate(share.columns):
        where = ("datasets", number, "columns", place)
        if column.name not in roles:
            yield source.fault(f"the contract of {share.dataset} has no column {column.name}.", *where, "name")
        elif column.role not in (roles[column.name], Role.EXCLUDED):
            # An agreement may narrow a role, never widen it.
            what = f"{column.name} is {roles[column.name].value} in the contract and cannot become {column.role.value}."
            yield source.fault(what, *where, "role")


def _risk(document: AgreementDocument, source: Source) -> Iterator[Fault]:
    """Keys of disclosure risk are columns that the agreement shares as attributes."""
    shared = {one.dataset: {c.name for c in one.columns if c.role is Role.ATTRIBUTE} for one in document.datasets}
    for number, keys in enumerate(document.disclosure_risk.keys if document.disclosure_risk else ()):
        where = ("disclosure_risk", "keys", number)
        if keys.dataset not in shared:
            yield source.fault(f"the agreement does not share {keys.dataset}.", *where, "dataset")
            continue
        for field in ("columns", "sensitive"):
            for place, name in enumerate(getattr(keys, field)):
                if name not in shared[keys.dataset]:
                    what = f"the agreement shares no attribute {name} of {keys.dataset}."
                    yield source.fault(what, *where, field, place)


def _reviewers(document: AgreementDocument, programme: Programme, source: Source) -> Iterator[Fault]:
    """Whoever must review outputs has a checker on the team, or nothing would ever be approved."""
    asked, use_case = document.review_by_controllers, programme.instruments.get(("use_case", document.use_case))
    if not asked or not isinstance(use_case, UseCaseDocument):
        return
    owners = sorted({programme.contracts[name].owner for name in use_case.datasets if name in programme.contracts})
    checkers = {_organisation(person, programme) for person in use_case.team.get("checker", ())}
    for name in asked if isinstance(asked, list) else owners:
        if name not in document.organisations:
            yield source.fault(f"{name} must review outputs and is no party.", "review_by_controllers")
        elif name not in checkers:
            what = f"{name} must review outputs, and no checker of the use case is accredited for it."
            yield source.fault(what, "review_by_controllers")


def _organisation(person: str, programme: Programme) -> str:
    """Of which organisation a person is: as accredited, as decisions see it."""
    accredited = (one for one in programme.instruments.values() if isinstance(one, AccreditationDocument))
    return next((one.organisation for one in accredited if one.person == person), "")


def _dpia(document: DpiaDocument, programme: Programme, source: Source) -> Iterator[Fault]:
    rules = {rule.__name__ for rule in RULES}
    for number, measure in enumerate(document.measures):
        kind, _, name = measure.control.partition(":")
        if (kind == "rule" and name not in rules) or (kind == "part" and name not in PARTS):
            yield source.fault(f"there is no control {measure.control}.", "measures", number, "control")
    use_case = programme.instruments.get(("use_case", document.use_case))
    needed = set(use_case.organisations) if isinstance(use_case, UseCaseDocument) else set()
    for missing in sorted(needed - {review.organisation for review in document.reviews}):
        yield source.fault(f"no review by the data protection specialist of {missing}.", "reviews")


def _engagement(document: EngagementDocument, programme: Programme, source: Source) -> Iterator[Fault]:
    use_case = programme.instruments.get(("use_case", document.use_case))
    groups = set(use_case.affected_groups) if isinstance(use_case, UseCaseDocument) else set()
    for stranger in sorted(set(document.groups) - groups):
        yield source.fault(f"{stranger} is no affected group of the use case.")
    for missing in sorted(groups - set(document.groups)):
        yield source.fault(f"nobody asked {missing}, and nobody has said publicly why not.", "asked")
