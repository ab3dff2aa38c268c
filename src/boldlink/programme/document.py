"""What every document of a programme is: typed, strict, and named by the hash of its content.

Models refuse fields they do not know: a misspelt safeguard is an error, not a silence.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$", max_length=100)]
Text = Annotated[str, Field(min_length=3)]  # a field that says nothing was not filled in


class Document(BaseModel):
    """A document as it stands in a file, a ledger, or a form: frozen once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)

    @property
    def content(self) -> dict[str, Any]:
        """The document as JSON values, keys as they stand in its file."""
        return self.model_dump(mode="json", exclude_unset=True)

    @property
    def content_hash(self) -> str:
        """What a signature is over: SHA-256 of the content."""
        return content_hash(self.content)


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()
