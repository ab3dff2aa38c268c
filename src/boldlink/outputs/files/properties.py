"""What a file says of who wrote it. It is not part of the table, and the table leaves without it; the asker is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from boldlink.outputs.files.declared import Finding, review
from boldlink.outputs.files.limits import Limits
from boldlink.outputs.files.markup import walk

WRITERS = (
    "creator", "lastModifiedBy", "title", "subject", "description", "keywords", "keyword", "category", "contentStatus",
    "initial-creator", "printed-by", "user-defined", "template",
)  # fmt: skip


def properties(content: bytes, limits: Limits, names: Collection[str] = WRITERS) -> list[Finding]:
    """A finding if any of those elements of a part holds text."""
    told: set[str] = set()
    inside: list[str] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        inside.append(name)

    def end(name: str) -> None:
        inside.pop()

    def text(words: str) -> None:
        if words.strip() and inside and inside[-1] in names:
            told.add(inside[-1])

    walk(content, limits, start, end, text)
    said = f"The file's properties hold {len(told)} text(s), such as who wrote it; the table leaves without them."
    return [review("FILE-PROPERTIES", "file", said)] if told else []
