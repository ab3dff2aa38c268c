"""What is asked for in words: a context that says something and names nobody, and requests that could be none."""

from __future__ import annotations

import pytest

from boldlink.errors import BadInput
from boldlink.journey.request import wanted_output
from boldlink.outputs.context import require_context

ASKED = {"measure": "continuity-of-care", "from": "2023-01-01", "to": "2023-12-31", "context": "A first look at it."}


@pytest.mark.parametrize(
    "context",
    [
        "Engagement after release, by region, for the quarterly note.",
        "Releases from 2022-01-02 to 30 April 2024, in the Midlands, Wales and London.",
        "Compared with the MI015 measure of 2023, 12 months and 6 months.",
    ],
)
def test_a_context_may_say_what_a_table_is_for_and_of_when(context: str) -> None:
    require_context(context)


@pytest.mark.parametrize(
    ("context", "what"),
    [
        ("Ask Smith QQ123456C born 1990-01-02", "National Insurance numbers"),
        ("As for AB 12 34 56 C we asked before.", "National Insurance numbers"),
        ("For the patient 943 476 5919, please.", "NHS numbers"),
        ("Look at prisoner (A1234BC) again", "prison numbers"),
        ("Those who live at SW1A 2AA only", "postcodes"),
        ("Write to someone@example.org about it.", "addresses of electronic mail"),
        ("About 0123456789abcdef0123456789abcdef there.", "pseudonyms or keys of people"),
    ],
)
def test_a_context_that_tells_of_a_person_is_refused_without_saying_it_again(context: str, what: str) -> None:
    with pytest.raises(BadInput) as refusal:
        require_context(context)
    assert refusal.value.code == "OUTPUT-CONTEXT" and what in refusal.value.what
    told = " ".join(refusal.value.as_dict().values())
    assert not any(word in told for word in context.split() if any(char.isdigit() for char in word))


@pytest.mark.parametrize("context", ["", "x", "Trying it", "A bell\x07 rings here"])
def test_a_context_that_says_too_little_is_refused(context: str) -> None:
    with pytest.raises(BadInput, match="OUTPUT-CONTEXT"):
        wanted_output({**ASKED, "context": context})


@pytest.mark.parametrize("changed", [{"measure": "Not an id!"}, {"from": "yesterday"}, {"rounding": "up"}])
def test_what_cannot_be_asked_for_is_refused_by_the_field_it_is_in(changed: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refusal:
        wanted_output({**ASKED, **changed})
    assert refusal.value.code == "OUTPUT-ASKED" and next(iter(changed)) in refusal.value.what
    assert next(iter(changed.values())) not in str(refusal.value)


def test_what_can_be_asked_for_is_an_output_document() -> None:
    found = wanted_output(ASKED)
    assert (found.measure, found.starts.year, found.by) == ("continuity-of-care", 2023, [])
