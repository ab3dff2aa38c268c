"""Assessments as a place tells them to the public: what was assessed, what was found, which posts signed. No names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boldlink.decide import Facts, Signature
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import DpiaDocument, EthicsDocument


def titles_of_signatories(programme: Programme, signatures: Sequence[Signature]) -> list[str]:
    """Titles of the posts that signed, in the order in which they signed."""
    return [programme.posts[one.post].title for one in signatures if one.post in programme.posts]


def assessments(programme: Programme, facts: Facts, use_cases: Sequence[str]) -> list[dict[str, Any]]:
    """Data protection impact assessments of these use cases."""
    return [
        _assessment(programme, facts, document)
        for document in programme.instruments.values()
        if isinstance(document, DpiaDocument) and document.use_case in use_cases
    ]


def _assessment(programme: Programme, facts: Facts, document: DpiaDocument) -> dict[str, Any]:
    held, scope, consulted = facts.use_cases[document.use_case].dpia, document.scope, document.consultation
    asked = document.sign_off.ico_consulted_on
    return {
        "id": document.id,
        "use_case": document.use_case,
        "version": document.version,
        "aims": document.need.aims,
        "why_needed": document.need.why,
        "data": scope.data,
        "people": scope.people,
        "area": scope.area,
        "volume": scope.volume,
        "retention": scope.retention,
        "effect_on_people": document.purposes.effect_on_people,
        "consultation": consulted.views,
        "consulted": consulted.when_or_why_not,
        "another_way": document.necessity.another_way,
        "minimisation": document.necessity.minimisation,
        "rights": document.necessity.rights,
        "risks": _risks(document),
        "advice": document.sign_off.dpo_advice,
        "advice_followed": document.sign_off.dpo_advice_followed,
        "overruled_because": document.sign_off.overruled_because,
        "ico_consulted_on": asked.isoformat() if asked else None,
        "reviews": [
            {
                "organisation": _organisation(programme, review.organisation),
                "on": review.on.isoformat(),
                "finding": review.finding,
            }
            for review in document.reviews
        ],
        "next_review": document.sign_off.next_review.isoformat(),
        "signed_by": titles_of_signatories(programme, held.instrument.signatures) if held else [],
    }


def _risks(document: DpiaDocument) -> list[dict[str, Any]]:
    return [
        {
            **risk.model_dump(mode="json"),
            "residual": document.residual[risk.id],
            "measures": [
                {
                    "measure": one.option,
                    "control": one.control,
                    "effect": one.effect,
                    "residual": one.residual,
                    "approved": one.approved,
                }
                for one in document.measures
                if one.risk == risk.id
            ],
        }
        for risk in document.risks
    ]


def ethics(programme: Programme, facts: Facts, use_cases: Sequence[str]) -> list[dict[str, Any]]:
    """Ethics reviews of these use cases."""
    return [
        _review(programme, facts, document)
        for document in programme.instruments.values()
        if isinstance(document, EthicsDocument) and document.use_case in use_cases
    ]


def _review(programme: Programme, facts: Facts, document: EthicsDocument) -> dict[str, Any]:
    held = facts.use_cases[document.use_case].ethics
    return {
        "id": document.id,
        "use_case": document.use_case,
        "version": document.version,
        "framework": document.framework,
        "reviewed_on": document.reviewed_on.isoformat(),
        "next_review": document.next_review.isoformat(),
        "scores": [score.model_dump(mode="json") for score in document.scores],
        "trade_offs": document.trade_offs,
        "groups": [
            {**group.model_dump(mode="json"), "organisation": _organisation(programme, group.organisation)}
            for group in document.groups
        ],
        "conclusion": document.conclusion,
        "signed_by": titles_of_signatories(programme, held.instrument.signatures) if held else [],
    }


def _organisation(programme: Programme, id: str) -> str:
    found = programme.organisations.get(id)
    return found.name if found else id
