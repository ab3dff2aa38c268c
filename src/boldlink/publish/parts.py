"""Packages that take a second to load: loaded when a release first needs them, named when missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from boldlink.errors import MissingPart


def part(name: str) -> ModuleType:
    """The package of that name. Raises MissingPart naming the extra that brings it."""
    try:
        return import_module(name)
    except ImportError as problem:
        raise MissingPart(
            "PUBLISH-PART",
            f"The package {name} is not installed, so the register cannot be written.",
            "Charts and spreadsheets need the extra named platform.",
            "install boldlink[platform]",
            "whoever looks after this installation",
        ) from problem
