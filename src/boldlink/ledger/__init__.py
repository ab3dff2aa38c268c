"""What happened in a place: one append-only history, every byte chained."""

from boldlink.ledger.event import GENESIS, Event, Head, canonical
from boldlink.ledger.ledger import Ledger
from boldlink.ledger.verify import Problem, check_chain, check_head

__all__ = ["GENESIS", "Event", "Head", "Ledger", "Problem", "canonical", "check_chain", "check_head"]
