"""What a table is for, in its asker's words: enough for reviewers and the public, and nothing that names a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boldlink.errors import BadInput
from boldlink.outputs.files.personal import SHAPES

WORDS_AT_LEAST = 3
NOT_LOOKED_FOR = ("days, as dates of birth are",)  # a context may say of which days its table is
LONGEST = 5  # words of a number: AB 12 34 56 C
_ALIKE = re.compile(r"[A-Z]{2}\d{6}[A-D]", re.IGNORECASE)  # like a National Insurance number, with any letters


def require_context(context: str) -> None:
    """Raises BadInput OUTPUT-CONTEXT for one that says too little, or has what looks like a number or address of a person."""
    if len(context.split()) < WORDS_AT_LEAST or any(ord(one) < 32 or ord(one) == 127 for one in context):
        raise _refused(
            "The context says too little, or has characters that do not show.",
            "reviewers, and later the public, must know what the table is for.",
            "give --context a sentence or two",
        )
    if found := sorted({what for text in _parts(context) for what in _of_a_person(text)}):
        raise _refused(
            f"The context holds what looks like {' and '.join(found)}.",
            "it is published with the table, and nothing about single people leaves.",
            "say what the table is for without naming anybody",
        )


def _parts(context: str) -> Iterator[str]:
    """Each word, and each two to five that follow each other: numbers of people are written with and without spaces."""
    words = [word.strip(".,;:!?()[]\"'") for word in context.split()]
    for length in range(1, LONGEST + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _of_a_person(text: str) -> Iterator[str]:
    if _ALIKE.fullmatch(text.replace(" ", "")):
        yield "National Insurance numbers"
    for what, has_shape in SHAPES.items():
        if what not in NOT_LOOKED_FOR and has_shape(text):
            yield what


def _refused(what: str, why: str, do: str) -> BadInput:
    return BadInput("OUTPUT-CONTEXT", what, why, do, "an output checker of the use case")
