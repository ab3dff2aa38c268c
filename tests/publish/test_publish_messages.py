"""Everything the register says stands in the file of messages, and everything in that file is said."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import boldlink.publish
from boldlink.errors import MissingPart
from boldlink.publish.messages import say, say_all, word
from boldlink.publish.page import ACCOUNTS
from boldlink.publish.parts import part

ROOM = Path(str(files(boldlink.publish)))
CHOSEN_BY_NAME = (
    "columns.",
    "markers.",
    "words.",
    "overview.glance_",
    "report.section_",
    "report.lede_",
    "report.state_",
    "report.turn_",
    "ratio.less_",
    "ratio.more_",
    "ratio.times_",
    "refusals.by_",
    "retired.",
    "release.state_",
    "feed.corrected",
    "feed.withdrawn",
)  # keys made from a column or a code
LABELS = ("data_use", "assessments", "ethics")  # sections whose messages label a page's facts, by the facts' names


def keys() -> set[str]:
    messages = tomllib.loads((ROOM / "messages" / "en.toml").read_text("utf-8"))
    return {f"{section}.{name}" for section, entries in messages.items() for name in entries}


def source() -> str:
    paths = [*ROOM.rglob("*.py"), *(ROOM / "templates").glob("*.html")]
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_every_message_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"say(?:_all)?\(\s*[\"']([a-z_]+\.[a-z_]+)[\"'][,)]", source()))
    assert asked
    assert asked <= keys()


def test_every_message_is_asked_for() -> None:
    text = source()
    sections = ("use_cases", "datasets", "releases", "refusals", "accountability", *ACCOUNTS.values())
    lists = {f"{section}.{name}" for section in sections for name in ("title", "lede", "empty")}
    rest = {key for key in keys() - lists if not key.startswith(CHOSEN_BY_NAME) and key not in text}
    unused = {key for key in rest if not (key.startswith(LABELS) and labels_a_fact(key, text))}
    assert unused == set()


def labels_a_fact(key: str, text: str) -> bool:
    name = key.split(".")[1]
    return f'"{name}": ' in text or f'"{name.removeprefix("group_")}": ' in text


def test_every_column_has_a_label() -> None:
    named = re.findall(r"headings\(([^)]*?)heads_row", source(), re.DOTALL)
    names = {name for call in named for name in re.findall(r'"([a-z_]+)"', call)}
    assert {f"columns.{name}" for name in names} == {key for key in keys() if key.startswith("columns.")}


def test_templates_hold_no_words_of_their_own() -> None:
    for path in (ROOM / "templates").glob("*.html"):
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"[A-Za-z]{2,}", bare.replace("checksums.txt", "")) == [], path.name


def test_a_message_takes_its_values_and_an_unknown_one_is_an_error() -> None:
    assert say("site.made_on", date="today").endswith("today.")
    assert len(say_all("site.months")) == 12
    with pytest.raises(KeyError):
        say("site.nothing")


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert "{0} {x}" in say("site.contact", contact="{0} {x}")


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert word("confidential_patient") == "Confidential patient information"
    assert word("advice_from_board") == "Advice from board"


def test_a_missing_package_is_named_with_the_extra_that_brings_it() -> None:
    with pytest.raises(MissingPart, match="boldlink_no_such_package") as caught:
        part("boldlink_no_such_package")
    assert caught.value.do == "install boldlink[platform]"
