"""Every instrument by its kind: the model, and with it its life, who signs it, and the promises it keeps."""

from __future__ import annotations

from boldlink.programme.instruments.agreement import AgreementDocument, DisclosureRisk, SharedDataset
from boldlink.programme.instruments.dpia import DpiaDocument
from boldlink.programme.instruments.ethics import AnonymisationDocument, EthicsDocument
from boldlink.programme.instruments.health import AdviceDocument, CaldicottDocument, Section251Document
from boldlink.programme.instruments.instrument import Instrument, Signatory
from boldlink.programme.instruments.people import AccreditationDocument
from boldlink.programme.instruments.programme_wide import (
    DestructionDocument,
    FindingsDocument,
    ProgrammeEndDocument,
    RenewalDocument,
)
from boldlink.programme.instruments.use_case import (
    EngagementDocument,
    OutputDocument,
    PanelDecisionDocument,
    QuestionDocument,
    UseCaseDocument,
)

# Kinds that stand in a use case's folder, by file: use-case.yaml, panel-decision.yaml ...
OF_A_USE_CASE: dict[str, type[Instrument]] = {
    "use_case": UseCaseDocument,
    "engagement": EngagementDocument,
    "panel_decision": PanelDecisionDocument,
    "dpia": DpiaDocument,
    "agreement": AgreementDocument,
    "caldicott": CaldicottDocument,
    "advice": AdviceDocument,
    "section_251": Section251Document,
    "ethics": EthicsDocument,
    "anonymisation": AnonymisationDocument,
    "findings": FindingsDocument,
}
# Kinds of the whole programme: accreditations.yaml is a list; decisions/*.yaml each hold one.
OF_THE_PROGRAMME: dict[str, type[Instrument]] = {
    "accreditation": AccreditationDocument,
    "renewal": RenewalDocument,
    "programme_end": ProgrammeEndDocument,
}
# Made by the software itself, and signed by people.
MADE_HERE: dict[str, type[Instrument]] = {"destruction": DestructionDocument}
INSTRUMENTS: dict[str, type[Instrument]] = {**OF_A_USE_CASE, **OF_THE_PROGRAMME, **MADE_HERE}

__all__ = [
    "INSTRUMENTS",
    "MADE_HERE",
    "OF_A_USE_CASE",
    "OF_THE_PROGRAMME",
    "AccreditationDocument",
    "AdviceDocument",
    "AgreementDocument",
    "AnonymisationDocument",
    "CaldicottDocument",
    "DestructionDocument",
    "DisclosureRisk",
    "DpiaDocument",
    "EngagementDocument",
    "EthicsDocument",
    "FindingsDocument",
    "Instrument",
    "OutputDocument",
    "PanelDecisionDocument",
    "ProgrammeEndDocument",
    "QuestionDocument",
    "RenewalDocument",
    "Section251Document",
    "SharedDataset",
    "Signatory",
    "UseCaseDocument",
]
