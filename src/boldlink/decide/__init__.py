"""May this person do this, to this, for this use case, now? Pure types and functions; no input, no output."""

from boldlink.decide.actions import ACTIONS, Action, compartments
from boldlink.decide.decide import RULES, RULES_VERSION, decide, who_can
from boldlink.decide.decision import Decision, Finding, Request
from boldlink.decide.ending import Ending, ending_soon, has_ended, last_day
from boldlink.decide.facts import (
    AdvisoryBody,
    Facts,
    Lane,
    Organisation,
    Person,
    PlaceFacts,
    Post,
    UseCase,
)
from boldlink.decide.instruments import (
    Advice,
    Agreement,
    Assessment,
    Attestation,
    Confidentiality,
    Engagement,
    Ethics,
    Instrument,
    LegalBasis,
    Panel,
    Power,
    Share,
    Signature,
    Support,
)
from boldlink.decide.live import everything_stands, unmet_of
from boldlink.decide.whereabouts import Site, Whereabouts, datasets_at, runs_in, whereabouts
from boldlink.decide.words import explain

__all__ = [
    "ACTIONS",
    "RULES",
    "RULES_VERSION",
    "Action",
    "Advice",
    "AdvisoryBody",
    "Agreement",
    "Assessment",
    "Attestation",
    "Confidentiality",
    "Decision",
    "Ending",
    "Engagement",
    "Ethics",
    "Facts",
    "Finding",
    "Instrument",
    "Lane",
    "LegalBasis",
    "Organisation",
    "Panel",
    "Person",
    "PlaceFacts",
    "Post",
    "Power",
    "Request",
    "Share",
    "Signature",
    "Site",
    "Support",
    "UseCase",
    "Whereabouts",
    "compartments",
    "datasets_at",
    "decide",
    "ending_soon",
    "everything_stands",
    "explain",
    "has_ended",
    "last_day",
    "runs_in",
    "unmet_of",
    "whereabouts",
    "who_can",
]
