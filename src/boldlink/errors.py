"""The family of errors: one tree, four parts each (what was refused, why, what to do, whom to ask), a stable code.

    BoldError                 exit 1
    ├── BadInput              exit 2   a file, a folder or an option that cannot be used as it is
    │   ├── BadExtract                 a department's extract (deposits)
    │   ├── BadProgramme               a programme folder (programme)
    │   └── BadRecords                 files given to the engine (linkage)
    ├── Refused               exit 3   a decision that was "no" (decide)
    ├── Waiting               exit 4   a person must act first (journey)
    ├── Tampered              exit 5   history or stored data is not what the ledger says (ledger, vault, places)
    ├── KeyUnavailable        exit 6   a key that is not there, or may not be leased (vault)
    ├── MissingPart           exit 7   an extra that is not installed
    └── Busy                  exit 8   another process is at work in the same home

A message never holds a personal value: it names file, column and count.
"""

from __future__ import annotations


class BoldError(Exception):
    """What was refused, why, what to do and whom to ask; `code` is stable and documented, `exit_code` is the shell's."""

    exit_code = 1

    def __init__(self, code: str, what: str, why: str = "", do: str = "", ask: str = "") -> None:
        super().__init__(what)
        self.code, self.what, self.why, self.do, self.ask = code, what, why, do, ask

    def __str__(self) -> str:
        parts = [
            self.what,
            self.why,
            self.do and f"What to do: {self.do}",
            self.ask and f"Whom to ask: {self.ask}",
        ]
        return f"[{self.code}] " + " ".join(part for part in parts if part)

    def as_dict(self) -> dict[str, str]:
        """The four parts and the code, for `--json`."""
        return {"code": self.code, "what": self.what, "why": self.why, "do": self.do, "ask": self.ask}


class BadInput(BoldError):
    """A file, a folder or an option that cannot be used as it is."""

    exit_code = 2


class BadExtract(BadInput):
    """A department's extract that does not keep its data contract."""


class BadProgramme(BadInput):
    """A programme folder that does not read into typed documents. `faults` names every file, line and field."""

    faults: tuple[object, ...] = ()


class BadRecords(BadInput):
    """Files or columns that the linkage engine cannot use."""


class Refused(BoldError):
    """A decision that was no."""

    exit_code = 3


class Waiting(BoldError):
    """Nothing is wrong, but a person must act before the journey can go on."""

    exit_code = 4


class Tampered(BoldError):
    """History or stored data is not what the ledger says it is."""

    exit_code = 5


class KeyUnavailable(BoldError):
    """A key that does not exist here, was destroyed, or may not be leased."""

    exit_code = 6


class MissingPart(BoldError):
    """A part of boldlink that this installation does not have."""

    exit_code = 7


class Busy(BoldError):
    """Another process is at work in the same home."""

    exit_code = 8
