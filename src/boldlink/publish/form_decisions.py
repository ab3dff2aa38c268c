"""What was decided, given up, put right and destroyed: decisions, corrections, certificates, in public.

A decision names who took it by body or post. A certificate of destruction is redacted: it tells what was destroyed, how,
and what survives, and no person, path or key.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from boldlink.publish.form import FormPart, Hash, Id
from boldlink.publish.released import Name, Text


class Decision(FormPart):
    """A decision about a use case, or about the whole programme where `use_case` is empty.

    `kind` is of the document decided on or by; `outcome` says what was decided: approved, refused, suspended, withdrawn ...
    `members` and `external` count who decided, where a panel did. Empty reasons mean that none were recorded.
    """

    kind: Text
    document: Id
    version: Text
    use_case: Text = ""
    outcome: Text
    on: date
    by: Text
    reasons: Text = ""
    conditions: tuple[Text, ...] = ()
    members: int | None = Field(default=None, ge=0)
    external: int | None = Field(default=None, ge=0)


class Retired(FormPart):
    """A use case or dataset that the register once had and the programme no longer has. Its address stays."""

    kind: Literal["use_case", "dataset"]
    id: Id
    title: Name
    on: date


class Correction(FormPart):
    """What happened to a release after it left: corrected or withdrawn, with the reasons, and what stands in its stead."""

    kind: Literal["corrected", "withdrawn"]
    on: date
    reasons: Text
    by: Text = ""
    replaced_by: Id | None = None


class Certificate(FormPart):
    """That data was destroyed when what it was held for had ended; redacted.

    `about` is a use case, a dataset, or a pair of datasets whose links were erased. `evidence` are hashes of the ledger's
    events. Without a signature by somebody who did not operate the destruction it is only a claim.
    """

    id: Id
    kind: Literal["use_case", "dataset", "edges"]
    about: Name
    agreements: tuple[Name, ...]
    started: date
    finished: date
    method: Text
    standard: Text
    keys_destroyed: int = Field(ge=0)
    files_removed: int = Field(ge=0)
    surviving: tuple[Text, ...]
    evidence: tuple[Hash, ...]
    signed_by: tuple[Text, ...]
