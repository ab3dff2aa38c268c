"""What is wrong in a programme folder, and where: file, line and field.

YAML knows the line of everything in it until it is read into values; `Source` keeps that knowledge beside a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from boldlink.errors import BadProgramme

Where = tuple[str | int, ...]
SHOWN = 8
DEEPEST = 30  # lists and mappings in each other; the deepest document of a programme has six
YAML_TAG = "tag:yaml.org,2002:"
# Of YAML 1.1 only what people mean: `on:` is a field, `no` is a word, and nothing is merged in from elsewhere.
NOT_RESOLVED = {f"{YAML_TAG}{name}" for name in ("bool", "merge", "value")}


class ProgrammeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as people write it today: only true and false are booleans; a wrong date or number names its line."""


ProgrammeLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag not in NOT_RESOLVED]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
ProgrammeLoader.add_implicit_resolver(f"{YAML_TAG}bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _marked(construct: Callable[[Any, yaml.Node], Any]) -> Callable[[Any, yaml.Node], Any]:
    """A constructor whose errors know where they are."""

    def made(loader: Any, node: yaml.Node) -> Any:
        try:
            return construct(loader, node)
        except ValueError as problem:
            raise yaml.constructor.ConstructorError(problem_mark=node.start_mark) from problem

    return made


for _kind in ("timestamp", "int", "float"):
    ProgrammeLoader.add_constructor(
        f"{YAML_TAG}{_kind}", _marked(getattr(yaml.constructor.SafeConstructor, f"construct_yaml_{_kind}"))
    )


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
        return Fault(self.file, self._line((*self.below, *where)), field_name(where), what)

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


def field_name(where: Where) -> str:
    """A field as a reader names it, such as `parties.1.role`: the items of a list are counted from 1."""
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in where)


def read_yaml(path: Path, file: str) -> tuple[Any, Source]:
    """A YAML file's value, and the line of everything in it. Raises BadProgramme if it is missing or no plain YAML."""
    text = _text(path, file)
    try:
        if unplain := _unplain(text, file):
            raise bad_programme([unplain])
        loader = ProgrammeLoader(text)
        node = loader.get_single_node()
        source = Source(file, dict(_lines(node, ())) if node else {})
        if repeated := list(_repeated(node, (), file)):
            raise bad_programme(repeated)
        value = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as problem:
        raise bad_programme([Fault(file, _line_of(problem, text), "", "it is not YAML.")]) from problem
    return value, source


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise bad_programme([Fault(file, None, "", "the file is missing.")]) from None
    except OSError:
        raise bad_programme([Fault(file, None, "", "it is no file that can be read.")]) from None
    except UnicodeDecodeError:
        raise bad_programme([Fault(file, None, "", "it is not UTF-8 text.")]) from None


def _unplain(text: str, file: str) -> Fault | None:
    """Whatever lets a short text stand for a long or a strange one: what is signed must stand there as it is read.

    Looked for in the stream of events, before anything is built: a text may be nested deeper than memory goes.
    """
    depth = 0
    for event in yaml.parse(text, Loader=ProgrammeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return Fault(file, line, "", "it has an anchor or an alias: write what is meant where it is meant.")
        if getattr(event, "tag", None):
            return Fault(file, line, "", "it has a tag: write the value without one.")
        if depth > DEEPEST:
            return Fault(file, line, "", f"it is nested more than {DEEPEST} deep.")
    return None


def _repeated(node: yaml.Node | None, where: Where, file: str) -> Iterator[Fault]:
    """Fields that stand twice in one mapping: a reader sees the first, YAML would take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                yield Fault(file, line, field_name((*where, name)), f"it stands twice: first in line {seen[name]}.")
            seen.setdefault(name, line)
            yield from _repeated(value, (*where, name), file)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*where, number), file)


def _line_of(problem: Exception, text: str) -> int | None:
    mark, position = getattr(problem, "problem_mark", None), getattr(problem, "position", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else None


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
