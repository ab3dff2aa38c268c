"""Reading XML that may have been written to harm its reader.

The standard library's expat, with everything off that reaches beyond the text: no entities of the file's own (a billion
laughs), no external ones, no document types but the one that plotting software writes, no processing instructions. Depth
and the number of elements are bounded, and the walk stops at the first thing that is not allowed.
Source: defusedxml's list of attacks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from boldlink.errors import BadInput
from boldlink.outputs.files.declared import refused
from boldlink.outputs.files.limits import Limits

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]
SVG_TYPE = ("-//W3C//DTD SVG 1.1//EN", "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd")
CHUNK = 1 << 16


def _nothing(*_: object) -> None:
    return None


def walk(
    content: bytes,
    limits: Limits,
    start: Start = _nothing,
    end: End = _nothing,
    text: Text = _nothing,
    comment: Text = _nothing,
    *,
    svg: bool = False,
) -> None:
    """Walk through XML: names without their namespaces, attributes likewise. Raises BadInput FILE-MARKUP.

    What start, end, text or comment raise comes through. svg: the public document type of SVG 1.1 may stand there.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    state = _State(limits)

    def begin(name: str, attributes: dict[str, str]) -> None:
        state.enter()
        start(_local(name), {_local(one): value for one, value in attributes.items()})

    def finish(name: str) -> None:
        state.leave()
        end(_local(name))

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.CharacterDataHandler, parser.CommentHandler = text, comment
    parser.ProcessingInstructionHandler = _refuse("it has instructions for other programs")
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = _refuse("it defines entities")
    parser.ExternalEntityRefHandler = _outside
    parser.SkippedEntityHandler = _refuse("it uses entities")
    parser.StartDoctypeDeclHandler = _svg_type if svg else _refuse("it has a document type")
    try:
        for place in range(0, len(content), CHUNK):
            parser.Parse(content[place : place + CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise _bad("it is not well formed") from None
    except (UnicodeError, LookupError, ValueError):
        raise _bad("its characters cannot be read") from None


class _State:
    def __init__(self, limits: Limits) -> None:
        self._limits, self._depth, self._seen = limits, 0, 0

    def enter(self) -> None:
        self._depth, self._seen = self._depth + 1, self._seen + 1
        if self._depth > self._limits.depth or self._seen > self._limits.elements:
            raise _bad("it is nested too deeply, or has too many elements")

    def leave(self) -> None:
        self._depth -= 1


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _svg_type(name: str, system: str | None, public: str | None, internal: int) -> None:
    if (public, system) != SVG_TYPE or internal or name != "svg":
        raise _bad("it has a document type")


def _outside(*_: object) -> int:
    raise _bad("it refers to something outside")


def _refuse(why: str) -> Callable[..., None]:
    def handler(*_: object) -> None:
        raise _bad(why)

    return handler


def _bad(why: str) -> BadInput:
    return refused("FILE-MARKUP", "The file's markup is not plain:", f"{why}.", "write the file again without it")
