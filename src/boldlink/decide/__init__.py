"""May this person do this, to this, for this use case, now? Pure types and functions; no input, no output."""

from boldlink.decide.actions import ACTIONS, Action
from boldlink.decide.data import datasets_at, runs_in
from boldlink.decide.decide import RULES, RULES_VERSION, decide
from boldlink.decide.decision import Decision, Finding, Request
from boldlink.decide.facts import (
    Agreement,
    Facts,
    Instrument,
    Lane,
    Organisation,
    Person,
    PlaceFacts,
    Post,
    Share,
    Signature,
    UseCase,
)
from boldlink.decide.purpose import everything_stands, has_ended
from boldlink.decide.words import explain

__all__ = [
    "ACTIONS",
    "RULES",
    "RULES_VERSION",
    "Action",
    "Agreement",
    "Decision",
    "Facts",
    "Finding",
    "Instrument",
    "Lane",
    "Organisation",
    "Person",
    "PlaceFacts",
    "Post",
    "Request",
    "Share",
    "Signature",
    "UseCase",
    "datasets_at",
    "decide",
    "everything_stands",
    "explain",
    "has_ended",
    "runs_in",
]
