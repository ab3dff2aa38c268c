"""On which terms a use case's data is used, as a place tells it to the public: from the agreement, and from what was built."""

from __future__ import annotations

from datetime import date
from typing import Any

from boldlink.decide import UseCase
from boldlink.decide.law import ARTICLE_6, ARTICLE_9
from boldlink.ledger import Ledger
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import AgreementDocument


def data_use(programme: Programme, agreement: AgreementDocument) -> dict[str, Any]:
    """The fields of a data use register that stand in the agreement; contacts and persons' names stay out."""
    basis, sharing = agreement.legal_basis, agreement.datasets
    article_6, article_9 = ARTICLE_6.get(basis.article_6), ARTICLE_9.get(basis.article_9 or "")
    return {
        "agreement": agreement.id,
        "sectors": sorted({programme.organisations[party].kind for party in agreement.organisations}),
        "onward_sharing": agreement.onward_sharing,
        "article_6": article_6.citation if article_6 else "",
        "article_9": article_9.citation if article_9 else "",
        "confidentiality": [
            {
                "dataset": one.dataset,
                "route": one.confidentiality.route,
                "authority": one.confidentiality.authority,
                "opt_out": one.confidentiality.opt_out,
                "opt_out_reason": one.confidentiality.opt_out_reason,
            }
            for one in sharing
            if one.confidentiality
        ],
        "linkage": [list(pair) for pair in agreement.compare],
        "frequency": agreement.transfer.frequency,
        "transfer": agreement.transfer.method,
        "first_transfer": agreement.transfer.first_on.isoformat(),
        "kept_until": agreement.retention.until.isoformat(),
        "disposal": agreement.retention.disposal,
        "coming_in": agreement.identifiability.coming_in,
        "going_out": agreement.identifiability.going_out,
        "pseudonyms": agreement.identifiability.pseudonym_domain,
        "disclosure_control": agreement.disclosure_control,
        "privacy_notice": agreement.rights.privacy_notice,
        "security_class": agreement.transfer.security_class,
    }


def approved_on(use_case: UseCase) -> date | None:
    """The day of the last signature under the agreement; None until every post that must has signed."""
    if use_case.agreement is None:
        return None
    instrument = use_case.agreement.instrument
    signed = {signature.post: signature.on for signature in instrument.signatures}
    return max(signed.values()) if signed and set(instrument.required_posts) <= set(signed) else None


def accessed_on(ledger: Ledger, use_case: str) -> date | None:
    """The day on which researchers first had data: the first research dataset of the use case in this place."""
    built = (event for event in ledger.events("research.built") if event.body["use_case"] == use_case)
    return min((event.effective_on for event in built), default=None)
