"""What is wrong in a programme folder, and where: file, line and field.

YAML knows the line of everything in it until it is read into values; `Source` keeps that knowledge beside a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from boldlink.errors import BadProgramme

Where = tuple[str | int, ...]
SHOWN = 8


class ProgrammeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as people write it today: only true and false are booleans, so that `on:` is a field and `no` is a word."""


ProgrammeLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:bool"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
ProgrammeLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, and what it is, in words. Holds no personal value."""

    file: str
    line: int | None
    field: str
    what: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field + ': ' if self.field else ''}{self.what}"

    def as_dict(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "field": self.field, "what": self.what}


@dataclass(frozen=True)
class Source:
    """Where a document came from: its file, and the line of each of its fields."""

    file: str
    lines: Mapping[Where, int] = field(default_factory=dict)
    below: Where = ()  # the document's own place in a file that holds several

    def fault(self, what: str, *where: str | int) -> Fault:
        """A fault at a field of the document; where the field is missing, at what it should stand in."""
        names = ".".join(str(part) for part in where)
        return Fault(self.file, self._line((*self.below, *where)), names, what)

    def faults_of(self, problem: ValidationError) -> list[Fault]:
        """Everything that a model refused. Values stay out of the words."""
        return [self.fault(_words(one["msg"]), *one["loc"]) for one in problem.errors(include_input=False)]

    def inside(self, number: int) -> Source:
        """The source of an entry of this file's list."""
        return Source(self.file, self.lines, (number,))

    def _line(self, where: Where) -> int | None:
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where)


def read_yaml(path: Path, file: str) -> tuple[Any, Source]:
    """A YAML file's value, and the line of everything in it. Raises BadProgramme if it is missing or no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        loader = ProgrammeLoader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node is not None else None
    except FileNotFoundError:
        raise bad_programme([Fault(file, None, "", "the file is missing.")]) from None
    except UnicodeDecodeError:
        raise bad_programme([Fault(file, None, "", "it is not UTF-8 text.")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise bad_programme([Fault(file, mark.line + 1 if mark else None, "", "it is not YAML.")]) from problem
    return value, Source(file, dict(_lines(node, ())) if node else {})


def bad_programme(faults: Iterable[Fault]) -> BadProgramme:
    """All faults as one error; its words name the first few, `faults` holds them all."""
    found = list(faults)
    more = f" And {len(found) - SHOWN} more." if len(found) > SHOWN else ""
    problem = BadProgramme(
        "PROGRAMME-REFUSED",
        f"The programme folder cannot be used: {len(found)} fault(s).",
        " ".join(str(fault) for fault in found[:SHOWN]) + more,
        "correct the files and lines named; `boldlink programme check` lists every fault; programmes/bold is complete",
        "the programme manager",
    )
    problem.faults = tuple(found)
    return problem


def _lines(node: yaml.Node, where: Where) -> Iterable[tuple[Where, int]]:
    yield where, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*where, str(key.value)))
            yield (*where, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*where, number))


def _words(message: str) -> str:
    return message.removeprefix("Value error, ") + "."
