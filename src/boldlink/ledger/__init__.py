"""What happened in a place: one append-only history, every byte chained."""

from boldlink.ledger.event import GENESIS, Event, Head, canonical
from boldlink.ledger.ledger import Ledger
from boldlink.ledger.segments import SEGMENT_EVENTS
from boldlink.ledger.verify import History, Problem, check_head, check_history, check_segments, place_of

__all__ = [
    "GENESIS",
    "SEGMENT_EVENTS",
    "Event",
    "Head",
    "History",
    "Ledger",
    "Problem",
    "canonical",
    "check_head",
    "check_history",
    "check_segments",
    "place_of",
]
