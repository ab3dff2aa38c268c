"""From a ledger to what decisions are made of: the programme and the signatures that stood on a day."""

from __future__ import annotations

from datetime import date

from boldlink import decide
from boldlink.ledger import Ledger
from boldlink.programme.documents import AgreementDocument, Instrument, SharedDataset, UseCaseDocument
from boldlink.programme.folder import Programme
from boldlink.programme.record import programme_at
from boldlink.programme.signatories import required_posts
from boldlink.programme.signing import signatures_on

NOTHING = decide.Facts(None, {}, {}, {}, {}, {}, {})


def facts_at(ledger: Ledger, until: date | None = None) -> decide.Facts:
    """What was known and signed at the end of that day. Before the first document: nothing at all."""
    programme = programme_at(ledger, until)
    if programme is None:
        return NOTHING
    instruments = {
        key: _instrument(document, programme, ledger, until) for key, document in programme.instruments.items()
    }
    return decide.Facts(
        programme_ends=programme.programme.ends,
        organisations={
            o.id: decide.Organisation(o.id, o.name, o.kind == "commercial") for o in programme.organisations.values()
        },
        people={p.id: decide.Person(**p.model_dump()) for p in programme.people.values()},
        posts={p.id: decide.Post(**p.model_dump()) for p in programme.posts.values()},
        places={p.id: decide.PlaceFacts(p.id, p.name, p.operator) for p in programme.places.values()},
        contracts=programme.contracts,
        use_cases={
            document.id: _use_case(document, programme, instruments)
            for document in programme.instruments.values()
            if isinstance(document, UseCaseDocument)
        },
    )


def _instrument(document: Instrument, programme: Programme, ledger: Ledger, until: date | None) -> decide.Instrument:
    return decide.Instrument(
        kind=document.kind,
        id=document.id,
        version=document.version,
        content_hash=document.content_hash,
        required_posts=required_posts(document, programme),
        signatures=tuple(signatures_on(document, ledger, until)),
        starts=document.starts_on,
        ends=document.ends_on,
    )


def _use_case(
    document: UseCaseDocument, programme: Programme, instruments: dict[tuple[str, str], decide.Instrument]
) -> decide.UseCase:
    own = {key[0]: (doc, instruments[key]) for key, doc in programme.instruments.items() if doc.use_case == document.id}
    agreement = own.get("agreement")
    return decide.UseCase(
        id=document.id,
        title=document.title,
        lane=decide.Lane(document.lane),
        datasets=tuple(document.datasets),
        organisations=tuple(document.organisations),
        team={role: tuple(people) for role, people in document.team.items()},
        instrument=instruments["use_case", document.id],
        dpia=own["dpia"][1] if "dpia" in own else None,
        agreement=_agreement(agreement[0], agreement[1]) if agreement else None,
        caldicott=own["caldicott"][1] if "caldicott" in own else None,
    )


def _agreement(document: Instrument, instrument: decide.Instrument) -> decide.Agreement:
    assert isinstance(document, AgreementDocument)
    return decide.Agreement(
        instrument=instrument,
        use_case=document.use_case,
        parties=tuple(document.parties),
        shares={share.dataset: _share(share) for share in document.datasets},
        places=tuple(document.places),
        linkers_at_most=document.linkers_at_most,
        compare=tuple((min(pair), max(pair)) for pair in document.compare),
    )


def _share(share: SharedDataset) -> decide.Share:
    return decide.Share(
        dataset=share.dataset,
        columns={column.name: column.role for column in share.columns},
        justifications={column.name: column.justification for column in share.columns},
        generalise={column.name: column.generalise for column in share.columns if column.generalise},
        cohort_column=share.cohort.column if share.cohort else None,
        cohort_from=share.cohort.starts if share.cohort else None,
        cohort_to=share.cohort.ends if share.cohort else None,
    )
