"""What happened in a place: one append-only history, every byte chained."""

from boldlink.ledger.event import GENESIS, Event, Head, canonical
from boldlink.ledger.ledger import SEGMENT_EVENTS, Ledger
from boldlink.ledger.verify import Problem, check_chain, check_head, check_segments

__all__ = [
    "GENESIS",
    "SEGMENT_EVENTS",
    "Event",
    "Head",
    "Ledger",
    "Problem",
    "canonical",
    "check_chain",
    "check_head",
    "check_segments",
]
