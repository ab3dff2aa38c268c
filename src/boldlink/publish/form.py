"""What every part of a public export is: frozen, strict, and closed to fields that are not in the form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]  # ids become file names and web addresses
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FormPart(BaseModel):
    """One part of the form."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
