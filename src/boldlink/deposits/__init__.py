"""A department's extract arrives: data contract, derivation, validation, standardisation, quarantine."""

from boldlink.deposits.agreed import require_keepable
from boldlink.deposits.extracts import find_extracts
from boldlink.deposits.quality import QualityReport, written
from boldlink.deposits.receive import Intake, Sink, SinkFactory, receive

__all__ = ["Intake", "QualityReport", "Sink", "SinkFactory", "find_extracts", "receive", "require_keepable", "written"]
