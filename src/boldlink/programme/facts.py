"""From a ledger to what decisions are made of: the programme, what was signed, and what was stopped, on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from boldlink import decide
from boldlink.ledger import Ledger
from boldlink.programme.folder import Key, Programme
from boldlink.programme.instruments import (
    AccreditationDocument,
    AdviceDocument,
    AgreementDocument,
    CaldicottDocument,
    DisclosureRisk,
    DpiaDocument,
    EngagementDocument,
    EthicsDocument,
    Instrument,
    PanelDecisionDocument,
    ProgrammeEndDocument,
    RenewalDocument,
    Section251Document,
    SharedDataset,
    UseCaseDocument,
)
from boldlink.programme.moving import stopped
from boldlink.programme.record import programme_at
from boldlink.programme.signatories import holder_of, required_posts
from boldlink.programme.signing import Signed, signatures_on, signed_at
from boldlink.values import RiskBounds

NOTHING = decide.Facts(None, {}, {}, {}, {}, {}, {})
# What somebody approves a use case by: whoever signs one of these does no work on it.
APPROVAL = (
    "use_case", "panel_decision", "dpia", "agreement", "caldicott", "advice", "section_251", "ethics", "anonymisation",
)  # fmt: skip


def facts_at(ledger: Ledger, until: date | None = None) -> decide.Facts:
    """What was known and signed at the end of that day. Before the first document: nothing at all."""
    programme = programme_at(ledger, until)
    return facts_of(programme, signed_at(ledger, until), until) if programme else NOTHING


def facts_of(programme: Programme, signed: Signed, until: date | None = None) -> decide.Facts:
    """Facts from typed documents and what was signed."""
    held = {key: _instrument(document, programme, signed) for key, document in programme.instruments.items()}
    return _facts(programme, held, until)


def facts_if_signed(programme: Programme) -> decide.Facts:
    """Facts as if every post had signed everything today: what a programme would still lack then, it lacks itself."""
    bare = {key: _instrument(document, programme, Signed()) for key, document in programme.instruments.items()}
    today = datetime.now(UTC).date()
    return _facts(programme, {key: _as_if_signed(one, programme, today) for key, one in bare.items()}, today)


def _as_if_signed(one: decide.Instrument, programme: Programme, on: date) -> decide.Instrument:
    signatures = (decide.Signature(post, holder_of(post, programme) or "nobody", on) for post in one.required_posts)
    return replace(one, signatures=tuple(signatures))


def _facts(programme: Programme, held: dict[Key, decide.Instrument], until: date | None) -> decide.Facts:
    document = programme.programme
    return decide.Facts(
        programme_ends=_programme_ends(programme, held, until or datetime.now(UTC).date()),
        organisations={
            o.id: decide.Organisation(o.id, o.name, o.kind == "commercial", o.kind)
            for o in programme.organisations.values()
        },
        people=_people(programme, held),
        posts={p.id: decide.Post(**p.model_dump()) for p in programme.posts.values()},
        places={p.id: decide.PlaceFacts(p.id, p.name, p.operator) for p in programme.places.values()},
        contracts=programme.contracts,
        use_cases={
            one.id: _use_case(one, programme, held)
            for one in programme.instruments.values()
            if isinstance(one, UseCaseDocument)
        },
        quorum=(document.panel.members, document.panel.external),
        advisory_bodies=tuple(decide.AdvisoryBody(b.body, b.from_, b.until) for b in document.advisory_bodies),
    )


def _instrument(document: Instrument, programme: Programme, signed: Signed) -> decide.Instrument:
    return decide.Instrument(
        kind=document.kind,
        id=document.id,
        version=document.version,
        content_hash=document.content_hash,
        required_posts=required_posts(document, programme),
        signatures=tuple(signatures_on(document, signed)),
        starts=document.starts_on,
        ends=document.ends_on,
        stopped=stopped(document, programme, signed),
    )


def _programme_ends(programme: Programme, held: dict[Key, decide.Instrument], at: date) -> date:
    """The programme's own last day, moved by renewals that stand, cut short by an end that stands (P36)."""
    ends = programme.programme.ends
    for key, document in programme.instruments.items():
        if isinstance(document, RenewalDocument) and held[key].stands(at) and _enough(document, programme):
            ends = max(ends, document.until)
    for key, document in programme.instruments.items():
        if isinstance(document, ProgrammeEndDocument) and held[key].stands(at):
            ends = min(ends, document.last_day)
    return ends


def _enough(renewal: RenewalDocument, programme: Programme) -> bool:
    external = len({member.name for member in renewal.members if member.external})
    quorum = programme.programme.panel
    return len({member.name for member in renewal.members}) >= quorum.members and external >= quorum.external


def _people(programme: Programme, held: dict[Key, decide.Instrument]) -> dict[str, decide.Person]:
    """People with what their accreditation says, signed or not: the rules ask whether it is."""
    found = {p.id: decide.Person(p.id, p.name, p.organisation) for p in programme.people.values()}
    for key, one in programme.instruments.items():
        if isinstance(one, AccreditationDocument) and one.person in found:
            known = found[one.person]
            found[one.person] = decide.Person(
                id=known.id,
                name=known.name,
                organisation=one.organisation,  # as the security lead signed it
                clearance=one.clearance.level,
                clearance_until=one.clearance.until,
                training_until=one.training.until,
                undertaking_until=one.undertaking.until,
                accreditation=held[key],
                roles=frozenset(one.roles),
            )
    return found


def _use_case(document: UseCaseDocument, programme: Programme, held: dict[Key, decide.Instrument]) -> decide.UseCase:
    own = {key[0]: (one, held[key]) for key, one in programme.instruments.items() if one.use_case == document.id}
    approvals = [own[kind][0] for kind in APPROVAL if kind in own]
    posts = {post for one in approvals for post in required_posts(one, programme)}
    return decide.UseCase(
        id=document.id,
        title=document.title,
        lane=decide.Lane(document.lane),
        datasets=tuple(document.datasets),
        organisations=tuple(document.organisations),
        team={role: tuple(people) for role, people in document.team.items()},
        instrument=held["use_case", document.id],
        affected_groups=tuple(document.affected_groups),
        anonymisation=own["anonymisation"][1] if "anonymisation" in own else None,
        findings=own["findings"][1] if "findings" in own else None,
        approvers=frozenset(holder for post in posts if (holder := holder_of(post, programme)))
        | {signature.person for kind in APPROVAL if kind in own for signature in own[kind][1].signatures},
        **_parts(own),
    )


def _parts(own: dict[str, tuple[Instrument, decide.Instrument]]) -> dict[str, Any]:
    """What the rules read of each instrument that is on record."""
    makers: dict[str, Any] = {
        "agreement": _agreement,
        "dpia": _assessment,
        "caldicott": _attestation,
        "advice": _advice,
        "section_251": _support,
        "engagement": _engagement,
        "panel_decision": _panel,
        "ethics": _ethics,
    }
    return {kind: make(*own[kind]) for kind, make in makers.items() if kind in own}


def _agreement(document: AgreementDocument, instrument: decide.Instrument) -> decide.Agreement:
    basis, reviewers = document.legal_basis, document.review_by_controllers
    return decide.Agreement(
        instrument=instrument,
        use_case=document.use_case,
        parties=tuple(document.organisations),
        shares={share.dataset: _share(share) for share in document.datasets},
        places=tuple(document.places),
        linkers_at_most=document.linkers_at_most,
        compare=tuple((min(pair), max(pair)) for pair in document.compare),
        actions=frozenset(document.permitted_actions),
        roles=frozenset(document.permitted_roles),
        basis=decide.LegalBasis(
            regime=basis.regime,
            article_6=basis.article_6,
            article_9=basis.article_9,
            schedule_1=tuple(basis.schedule_1),
            article_10=basis.article_10,
            policy_document=bool(basis.policy_document),
            research_safeguards=bool(basis.research_safeguards),
        ),
        powers=tuple(decide.Power(power.gateway, tuple(power.datasets)) for power in document.legal_powers),
        complaints=bool(document.rights.complaints),
        risk=_risk(document.disclosure_risk) if document.disclosure_risk else None,
        review_by_controllers=tuple(reviewers) if isinstance(reviewers, list) else reviewers,
    )


def _risk(risk: DisclosureRisk) -> RiskBounds:
    return RiskBounds(
        smallest_cohort=risk.smallest_cohort,
        unique_percent_at_most=risk.unique_percent_at_most,
        special_unique_percent_at_most=risk.special_unique_percent_at_most,
        distinct_values_at_least=risk.distinct_values_at_least,
        keys={one.dataset: tuple(one.columns) for one in risk.keys},
        sensitive={one.dataset: tuple(one.sensitive) for one in risk.keys},
    )


def _share(share: SharedDataset) -> decide.Share:
    route = share.confidentiality
    return decide.Share(
        dataset=share.dataset,
        columns={column.name: column.role for column in share.columns},
        justifications={column.name: column.justification for column in share.columns},
        generalise={column.name: column.generalise for column in share.columns if column.generalise},
        safeguards={column.name: column.safeguard for column in share.columns if column.safeguard},
        cohort_column=share.cohort.column if share.cohort else None,
        cohort_from=share.cohort.starts if share.cohort else None,
        cohort_to=share.cohort.ends if share.cohort else None,
        confidentiality=decide.Confidentiality(route.route, route.medical_purpose, route.opt_out) if route else None,
    )


def _assessment(document: DpiaDocument, instrument: decide.Instrument) -> decide.Assessment:
    reviewed = tuple(review.organisation for review in document.reviews)
    return decide.Assessment(instrument, document.residual, reviewed, document.sign_off.ico_consulted_on)


def _attestation(document: CaldicottDocument, instrument: decide.Instrument) -> decide.Attestation:
    return decide.Attestation(instrument, document.unmet)


def _advice(document: AdviceDocument, instrument: decide.Instrument) -> decide.Advice:
    still_open = sum(condition.met_on is None for condition in document.conditions)
    return decide.Advice(
        instrument, document.body, document.given_on, document.outcome, tuple(document.datasets), still_open
    )


def _support(document: Section251Document, instrument: decide.Instrument) -> decide.Support:
    still_open = sum(condition.met_on is None for condition in document.conditions)
    datasets = tuple(document.datasets)
    return decide.Support(instrument, document.medical_purpose, datasets, document.opt_out_exempt, still_open)


def _engagement(document: EngagementDocument, instrument: decide.Instrument) -> decide.Engagement:
    return decide.Engagement(instrument, document.groups)


def _panel(document: PanelDecisionDocument, instrument: decide.Instrument) -> decide.Panel:
    everybody = {member.name for member in document.members}
    external = {member.name for member in document.members if member.external}
    return decide.Panel(instrument, document.decision, len(everybody), len(external))


def _ethics(document: EthicsDocument, instrument: decide.Instrument) -> decide.Ethics:
    return decide.Ethics(instrument, document.framework, document.reviewed_on)
