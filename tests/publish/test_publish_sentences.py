"""Effects and links in words: a ratio as a simple share, a difference in the Ministry's own sentences, whom links miss."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_reports import effect, matched, register, table

from boldlink.errors import BadInput
from boldlink.publish.reports import contents
from boldlink.publish.reports.answer import Sentence, answer, sentences
from boldlink.publish.reports.ratios import in_words

RATIOS = Sentence(
    "x", "m", {"confidence": "Medium"}, lower="{group} {change} likely {than} others ({figure}).",
    higher="{group} {change} likely {than} others.", unclear="for {group}, nothing ({figure}).",
    names={"Escort": "people escorted", "Employment support": "people supported"},
)  # fmt: skip


def told(monkeypatch: pytest.MonkeyPatch, sentence: Sentence, shown: dict[str, Any]) -> str:
    monkeypatch.setattr("boldlink.publish.reports.answer.sentences", lambda use_case, part="": (sentence,))
    report = contents(register(one=("m", "effects", shown)), "reducing-reoffending")
    return answer(report)[0].text


def of_support(**rows: tuple[str, dict[str, Any]]) -> list[str]:
    shown = [("effect-employment-support", "effects", matched()), ("effect-accredited-programme", "effects", matched())]
    found = contents(register(**{f"n{at}": one for at, one in enumerate(shown)} | rows), "reducing-reoffending")
    return [one.text for one in answer(found)]


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.64, "about a third less"),
        (0.51, "about half as"),
        (0.98, "slightly less"),
        (1.22, "about a fifth more"),
        (1.59, "about one and a half times as"),
        (1.91, "about twice as"),
        (7.2, "about 7 times as"),
    ],
)
def test_a_ratio_is_said_as_the_nearest_simple_share(ratio: float, words: str) -> None:
    assert in_words(ratio) == words


@given(st.floats(0.001, 100))
def test_less_is_said_below_one_and_more_or_times_above(ratio: float) -> None:
    words = in_words(ratio)
    assert (
        words.endswith(" less") or words == "about half as"
        if ratio < 1
        else words.endswith((" more", "times as", "twice as"))
    )


def test_an_effects_direction_is_decided_by_its_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, RATIOS, effect()) == (
        "People supported about a quarter less likely than others (0.74, 95% interval 0.66 to 0.83). "
        "People escorted about two fifths more likely than others. "
        "For Housing advice, nothing (1.02, 95% interval 0.90 to 1.16)."
    )


def test_effects_that_cannot_be_told_from_chance_share_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = effect()
    shown["rows"] = [{**row, "low": 0.5, "high": 2.0} for row in shown["rows"] if row["value"] != "[c]"]
    assert told(monkeypatch, RATIOS, shown).startswith(
        "For people supported, Housing advice and people escorted, nothing (0.74"
    )


def test_a_ratio_of_rates_says_how_many_times_the_rate_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    words = "{group} left at {times} times the rate (hazard ratio {figure})."
    rates = Sentence("x", "m", {"confidence": "Medium", "what": ["Escort"]}, lower="-", higher=words, unclear="-")
    assert told(monkeypatch, rates, effect()) == (
        "Escort left at 1.40 times the rate (hazard ratio 1.40, 95% interval 1.10 to 1.80)."
    )


def test_a_sentence_may_take_some_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    some = Sentence(
        "x", "m", {"confidence": "Medium", "what": ["Escort", "Mentoring"]}, lower="-", higher="{group}.", unclear="-"
    )
    assert told(monkeypatch, some, effect()) == "Escort."


def test_a_difference_is_told_in_the_ministrys_own_words() -> None:
    assert of_support()[0] == (
        "Of 100 people who had employment support in prison, 8 fewer reoffended within a year than of 100 people alike in"
        " what was recorded who had none. The number could be lower by between 1 and 15 people. This is a statistically"
        " significant result."
    )


def test_a_difference_that_is_not_settled_says_how_many_people_would_be_needed() -> None:
    unsettled = ("effect-employment-support", "effects", matched((-2.0, -9.4, 5.6), 12_000))
    text = of_support(n0=unsettled)[0]
    assert "could be lower by as many as 9, or higher by as many as 6. More people would need to be available" in text
    assert text.endswith("it is estimated that 12,000 people would be needed.")


def test_whatever_matching_finds_of_programmes_is_called_no_evidence() -> None:
    for found in ((-8.0, -15.2, -0.9), (8.0, 1.0, 15.0), (1.0, -5.0, 7.0)):
        text = of_support(n1=("effect-accredited-programme", "effects", matched(found)))[1]
        assert text.endswith(
            "What makes people take a programme is in no dataset, so this is not evidence of an effect."
        )


def test_a_sentence_of_a_difference_about_a_ratio_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Sentence("x", "m", lower="{size}", higher="{size}", unclear="{size}")
    with pytest.raises(BadInput, match="size"):
        told(monkeypatch, wrong, effect())


def characteristics(*differences: Any) -> dict[str, Any]:
    rows = [{"characteristic": "Sex", "group": f"G{at}", "people": 100, "linked": 40, "linked_percent": 40.0,
             "standardised_difference": one} for at, one in enumerate(differences)]  # fmt: skip
    return table("T", ["characteristic", "group"], rows, counts=["people", "linked"],
                 rates={"linked_percent": ["linked", "people"]}, estimates={"standardised_difference": 1})  # fmt: skip


def test_the_groups_that_linking_finds_least_are_named_worst_first(monkeypatch: pytest.MonkeyPatch) -> None:
    least = Sentence("groups", "m", least="Least: {groups}.")
    assert (
        told(monkeypatch, least, characteristics(-12.0, "[c]", 30.0, -40.0, -9.9))
        == "Least: Sex: G3 (40.0%); Sex: G0 (40.0%)."
    )
    assert told(monkeypatch, least, characteristics(3.0, -3.0)).startswith(
        "No group that can be shown is found clearly less"
    )
    assert told(monkeypatch, least, characteristics("[c]")).startswith("No figure on groups can be shown")


FILLED = {"part", "whole", "rate", "interval", "high", "high_value", "high_figure", "low", "low_value", "low_figure",
          "group", "groups", "figure", "change", "times", "size"}  # fmt: skip
PILOTS = ("reducing-homelessness", "reducing-reoffending", "substance-misuse", "supporting-victims")


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_sentence_names_only_columns_that_its_measure_gives(pilot: str) -> None:
    from boldlink.analysis.measures import EXAMPLES

    asked = [one for part in ("sentence", "linking") for one in sentences(pilot, part)]
    assert asked
    for one in asked:
        if one.measure in EXAMPLES:
            columns = {name.strip() for name in EXAMPLES[one.measure].answer.strip().splitlines()[0].split("|")}
            rates = {f"{name}_percent" for name in columns}
            texts = " ".join((one.say, one.range, one.lower, one.higher, one.unclear, one.least))
            named = set(re.findall(r"\{(\w+)", texts))
            assert named <= FILLED | columns | rates, f"{one.measure}: {sorted(named - FILLED - columns - rates)}"
