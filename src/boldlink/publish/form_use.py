"""What a data use register asks about a use case beyond its purpose: law, confidentiality, linkage, keeping, access.

Source: Health Data Research UK, "Specification for data use register fields", version 2 (19 January 2022). A field that a
place does not know is left empty, and the register says "Not recorded".
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from boldlink.publish.form import FormPart, Id
from boldlink.publish.released import Text

LAY_SUMMARY_WORDS = 300  # the standard's own limit


def _lay(summary: str) -> str:
    if len(summary.split()) > LAY_SUMMARY_WORDS:
        raise ValueError(f"a lay summary has at most {LAY_SUMMARY_WORDS} words")
    return summary


LaySummary = Annotated[Text, AfterValidator(_lay)]


class Confidentiality(FormPart):
    """How confidential patient information of one dataset may be used, and what opt-outs do."""

    dataset: Id
    route: Text
    authority: Text
    opt_out: Text
    opt_out_reason: Text


class DataUse(FormPart):
    """The terms on which data is used, from the signed agreement.

    `linkage`: pairs of datasets whose people are compared. `article_6` and `article_9` are citations.
    """

    agreement: Id
    sectors: tuple[Text, ...] = ()
    onward_sharing: Text = ""
    article_6: Text = ""
    article_9: Text = ""
    confidentiality: tuple[Confidentiality, ...] = ()
    linkage: tuple[tuple[Id, Id], ...] = ()
    frequency: Text = ""
    transfer: Text = ""
    first_transfer: date | None = None
    kept_until: date | None = None
    disposal: Text = ""
    coming_in: Text = ""
    going_out: Text = ""
    pseudonyms: Text = ""
    disclosure_control: Text = ""
    privacy_notice: Text = ""
    security_class: Text = ""
