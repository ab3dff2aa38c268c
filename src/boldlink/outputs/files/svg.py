"""A drawing: shapes and labels, and nothing that runs, loads, hides or speaks of more than its data.

Elements and attributes are those that plotting software writes; whatever else SVG can do (scripts, pages inside, pictures,
animation, styles from elsewhere) is refused. Labels are read like cells: words that the data do not have are for a
reviewer, free text is refused. A drawing's coordinates are as exact as whoever drew it, so it must be drawn from the
rounded table; with more points than the data has cells it is a picture of people.
Source: SVG 1.1; OWASP's list of SVG attacks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from boldlink.errors import BadInput
from boldlink.outputs.files.declared import Finding, fail, refused, review
from boldlink.outputs.files.limits import Limits
from boldlink.outputs.files.markup import walk
from boldlink.outputs.files.personal import shape_of
from boldlink.outputs.files.words import decoded, is_free_text, is_odd
from boldlink.values import StatTable

ELEMENTS = frozenset((
    "svg", "g", "defs", "title", "desc", "path", "rect", "line", "polyline", "polygon", "circle", "ellipse", "text", "tspan",
    "use", "symbol", "clipPath", "linearGradient", "radialGradient", "stop", "marker", "style", "pattern", "mask",
))  # fmt: skip
SCRIPTS = frozenset(("script", "foreignObject", "handler", "listener", "iframe", "object", "embed", "a"))
PICTURES = frozenset(("image", "feImage", "video", "audio", "canvas", "filter"))
SPOKEN = ("aria-label", "aria-description", "aria-roledescription")
SPOKEN_CHARACTERS, NAME_CHARACTERS = 300, 100
POINTS = ("circle", "ellipse", "use")
NUMBER = re.compile(r"[-\u2212+]?[\d.,]+ ?%?k?", re.ASCII)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:|data:|https?:|file:|//", re.IGNORECASE)
HIDING = re.compile(
    r"(?:^|;)\s*(?:visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?|font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|rem|%)?|display\s*:\s*none)(?:;|$|\s)"
)
SPARE = 100  # shapes that may be beyond the data's cells: ticks, letters drawn as shapes


def check_svg(content: bytes, data: StatTable | None, limits: Limits) -> list[Finding]:
    """What was found in a drawing. data: the table that it shows. Raises BadInput for what no drawing may have."""
    seen = _Drawing(limits)
    decoded(content)
    walk(content, limits, seen.start, seen.end, seen.text, seen.text, svg=True)
    if not seen.is_svg:
        raise refused(
            "FILE-KIND", "The file ends with .svg and is no drawing:", "its first element is another.", "save it again"
        )
    _require_plain_names(seen.names)
    found = [*_words(seen.words, data, limits), *_spoken(seen.spoken)]
    drawing = "A drawing is as exact as whoever drew it: a reviewer compares it with the rounded table."
    return [*found, *_points(seen.points, data), review("FILE-DRAWING", "file", drawing)]


class _Drawing:
    """The walk: what was drawn how often, and every word in it, comments and hidden descriptions among them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._inside: list[str] = []
        self._drawn = 0
        self.is_svg = False
        self.words: list[str] = []  # labels, and comments
        self.spoken: list[str] = []  # titles and descriptions, which are sentences
        self.names: list[str] = []  # ids and classes, which nobody sees
        self.points: Counter[str] = Counter()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Raises BadInput for one that draws nothing, or reaches outside."""
        self._drawn += 1
        if self._drawn > self._limits.drawn:
            raise refused(
                "FILE-SIZE", "The drawing has too many elements:", "so many shapes are nearly people.", "draw fewer"
            )
        self.is_svg = self.is_svg or (name == "svg" and not self._inside)
        _element(name)
        for attribute, value in attributes.items():
            _attribute(name, attribute, value)
        self._inside.append(name)
        self.spoken += [value for attribute, value in attributes.items() if attribute in SPOKEN]
        self.names += [value for attribute, value in attributes.items() if attribute in ("id", "class")]
        if name in POINTS:
            self.points[attributes.get("href", name)] += 1
        if name in ("text", "tspan") and self._is_hidden(attributes):
            raise refused(
                "FILE-HIDDEN", "The drawing has words that do not show:", "a checker would not see them.", "remove them"
            )

    def end(self, name: str) -> None:
        """An element ends."""
        self._inside.pop()

    def text(self, words: str) -> None:
        """Words: of labels, titles, comments. A style's must not reach outside."""
        if self._inside and self._inside[-1] == "style":
            _style(words)
        elif words.strip():
            spoken = self._inside and self._inside[-1] in ("title", "desc")
            (self.spoken if spoken else self.words).append(" ".join(words.split()))

    def _is_hidden(self, attributes: Mapping[str, str]) -> bool:
        plain = ";".join(f"{name}:{value}" for name, value in attributes.items() if name != "style")
        return bool(HIDING.search(plain) or HIDING.search(attributes.get("style", "")))


def _element(name: str) -> None:
    if name in SCRIPTS:
        raise _more("FILE-SCRIPT", "it holds a script, a page or a link")
    if name in PICTURES:
        raise _more("FILE-IMAGE", "it holds a picture, which nobody can read")
    if name not in ELEMENTS:
        raise _more("FILE-MARKUP", "it holds an element that a drawing does not need, such as metadata or animation")


def _attribute(element: str, name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise _more("FILE-SCRIPT", "it runs something when somebody touches it")
    if name in ("href", "src") and not re.fullmatch(r"#[\w.-]+", value):
        raise _more("FILE-LINK", "it loads something from outside")
    if name == "style" or "(" in value:
        _style(value)
    if name.startswith("data-"):
        raise _more("FILE-EMBEDDED", "it carries data that do not show")


def _style(text: str) -> None:
    if "/*" in text:
        raise _more("FILE-TEXT", "its style has comments")
    if OUTSIDE.search(text) or "\\" in text:
        raise _more("FILE-LINK", "its style loads something from outside")


def _more(code: str, why: str) -> BadInput:
    do = "export it as a plain drawing; from matplotlib with savefig(metadata={'Date': None, 'Creator': None, 'Format': None, 'Type': None})"
    return refused(code, "The drawing is more than shapes and labels:", f"{why}.", do)


def _words(words: list[str], data: StatTable | None, limits: Limits) -> list[Finding]:
    if any(is_odd(one) for one in words):
        raise refused(
            "FILE-CHARACTERS",
            "The drawing has characters that do not show:",
            "labels could look alike.",
            "use plain letters",
        )
    if sum(is_free_text(one, limits) for one in words):
        raise refused(
            "FILE-TEXT",
            "The drawing holds free text:",
            "no machine can check it.",
            "use short labels; say the rest in the context",
        )
    what, count = shape_of(words)
    if what:
        raise refused(
            "FILE-PERSONAL",
            f"{count} label(s) have the shape of {what}:",
            "nothing about single people leaves.",
            "label groups",
        )
    if data is None:
        return [review("FILE-NO-DATA", "file", "The drawing came without its data: nobody can say what it shows.")]
    known = _vocabulary(data)
    strange = [one for one in words if not NUMBER.fullmatch(one) and not _known(one, known)]
    said = f"{len(strange)} label(s) have words that neither the data nor its title have."
    return [review("FILE-WORDS", "file", said)] if strange else []


def _spoken(texts: list[str]) -> list[Finding]:
    """Sentences for those who do not see the drawing: short enough to be read, and read by a reviewer."""
    if any(is_odd(one) or len(one) > SPOKEN_CHARACTERS for one in texts):
        raise refused(
            "FILE-TEXT",
            "A description in the drawing is too long, or holds characters that do not show:",
            "no machine can check it.",
            "say what the drawing shows in a sentence",
        )
    what, count = shape_of(texts)
    if what:
        raise refused(
            "FILE-PERSONAL",
            f"{count} description(s) have the shape of {what}:",
            "nothing about single people leaves.",
            "describe groups",
        )
    said = f"{len(texts)} description(s) for readers who do not see the drawing: a reviewer reads them."
    return [review("FILE-DESCRIPTIONS", "file", said)] if texts else []


def _require_plain_names(names: list[str]) -> None:
    what, count = shape_of(names)
    if what or any(len(one) > NAME_CHARACTERS for one in names):
        said = f"{count} of its shapes are called by {what}." if what else "the names of its shapes are too long."
        raise refused(
            "FILE-PERSONAL", "The names of the drawing's shapes say too much:", said, "draw it again without them"
        )


def _vocabulary(data: StatTable) -> set[str]:
    texts = [data.title, *data.labels.values(), *(str(value) for row in data.rows for value in row.values())]
    texts += [name for row in data.rows for name in row]
    return {word for text in texts for word in re.findall(r"\w+", text.lower().replace("_", " "))}


def _known(label: str, known: set[str]) -> bool:
    return all(word in known or word.isdecimal() for word in re.findall(r"\w+", label.lower()))


def _points(points: Counter[str], data: StatTable | None) -> list[Finding]:
    most = max(points.values(), default=0)
    cells = 0 if data is None else len(data.rows) * max(len(data.counts) + len(data.estimates), 1)
    if data is not None and most > cells + SPARE:
        said = f"One shape is drawn {most} times, and its data have {cells} cells: it may show people."
        return [fail("FILE-POINTS", "file", said, "draw groups, such as bars or a line of rounded values")]
    return []
