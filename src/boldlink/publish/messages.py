"""What the register says, read from one file of messages, so that another language is another file."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGE = "en"
LOCALE = "en-GB"  # the language of the messages, as documents name it


@lru_cache
def _messages(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("messages", f"{language}.toml").read_text("utf-8"))


def _find(key: str) -> Any:
    section, name = key.split(".")
    return _messages(LANGUAGE)[section][name]


def say(key: str, **values: object) -> str:
    """The message of a key "section.name" with its values filled in. KeyError when there is none."""
    return str(_find(key)).format_map(values) if values else str(_find(key))


def say_all(key: str) -> tuple[str, ...]:
    """The paragraphs of a key that holds several."""
    return tuple(_find(key))


def word(code: str) -> str:
    """A code from an export as a reader's word; one without a word of its own is shown as it is."""
    known = _messages(LANGUAGE)["words"]
    plain = code.replace("_", " ")
    return str(known.get(code, plain[:1].upper() + plain[1:]))
