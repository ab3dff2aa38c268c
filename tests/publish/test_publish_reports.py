"""A pilot's report: its order, its answer in words from released figures, and what it says of figures that are not there."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from invented_reports import effect, export, outcome, register, release, table

from boldlink.analysis import MEASURES, compute
from boldlink.analysis.measures import EXAMPLES
from boldlink.errors import BadInput, Waiting
from boldlink.publish.register import read_register
from boldlink.publish.reports import Outstanding, contents, html_page, write_report
from boldlink.publish.reports.answer import Sentence, answer, linking, sentences
from boldlink.publish.reports.governance import followed, limitations, questions
from boldlink.publish.reports.wilson import with_intervals

PILOTS = ("reducing-homelessness", "supporting-victims", "substance-misuse", "reducing-reoffending")
BOLD = Path(__file__).parents[2] / "programmes" / "bold"
WAITING = Outstanding("Housed on release", "outcomes", "awaiting_review", 1)
REFUSED = Outstanding("Deaths", "outcomes", "refused", 2, ("3 cell(s) are of fewer than 10 people.",))


def page(*outstanding: Outstanding, **tables: Any) -> str:
    return html_page(contents(register(**tables), "reducing-reoffending", outstanding))


def said(**tables: Any) -> list[str]:
    return [one.text for one in answer(contents(register(**tables), "reducing-reoffending"))]


def test_how_much_depends_on_the_linking_comes_before_everything_it_bears_on() -> None:
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", page())
    assert headings == [
        "The answer", "Contents", "How much the answer depends on the linking", "Who was linked and who was not",
        "Outcomes", "Journeys", "Effects", "Sensitivity", "Limitations", "Governance", "What the answers changed",
    ]  # fmt: skip


def test_tables_are_numbered_in_reading_order_whatever_order_they_left_in() -> None:
    found = contents(register(), "reducing-reoffending").exhibits
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6]
    assert [one.section for one in found] == ["linkage", "linked", "outcomes", "journeys", "effects", "sensitivity"]
    assert found[0].grid.caption == "Table 1: Prison leavers found in treatment"


def test_the_answer_is_in_plain_words_from_the_data_and_says_that_nobody_exists() -> None:
    assert (
        "Of 1,000 people who left prison or began a sentence in the community, each counted once a quarter, 310 were"
        " proven to reoffend within a year (31.0%, 95% interval 28.2 to 33.9)."
    ) in said()
    assert "This answer is about synthetic people" in page()


def regional(**more: str) -> list[str]:
    rows = [{"region": name, "people": 100, "events": n, "late": 2 * n, "events_percent": float(n), "late_percent": 2.0 * n}
            for name, n in (("North", 20), ("South", 40))]  # fmt: skip
    shown = table("T", ["region"], rows, counts=["people", "events", "late"],
                  rates={"events_percent": ["events", "people"], "late_percent": ["late", "people"]})  # fmt: skip
    sentence = Sentence("x", "m", say="{whole}", range="{high} {high_value}, {low} {low_value}", **more)
    report = contents(register(one=("m", "outcomes", shown)), "reducing-reoffending")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boldlink.publish.reports.answer.sentences", lambda use_case, part="": (sentence,))
        return [one.text for one in answer(report)]


def test_of_several_rows_the_sentence_names_the_highest_and_the_lowest() -> None:
    assert regional() == ["South 40.0%, 95% interval 30.9 to 49.8, North 20.0%, 95% interval 13.3 to 28.9"]
    assert regional(figure="late_percent")[0].startswith("South 80.0%")
    with pytest.raises(BadInput, match="nowhere"):
        regional(figure="nowhere")


def test_a_withheld_figure_makes_its_sentence_say_so() -> None:
    hidden = outcome()
    hidden["rows"] = [{**row, "events": "[c]", "events_percent": "[c]"} for row in hidden["rows"]]
    assert (
        "No figure on proven reoffending can be shown: there are too few people behind it, or nearly everybody is."
        in said(one=("proven-reoffending", "outcomes", hidden))
    )


def test_a_figure_that_nobody_released_is_named_as_missing() -> None:
    assert said(one=("x", "outcomes", outcome())) == [
        f"No figure has been released yet on {one.about}." for one in sentences("reducing-reoffending")
    ]


def test_how_much_depends_on_the_linking_stands_right_after_the_answer() -> None:
    text = page(one=("sensitivity-reoffending", "sensitivity", effect("Risk difference per 100 people")))
    assert text.index("No figure has been released yet on employment support") < text.index(
        "Depending on how the links are taken"
    )


def test_a_pilot_without_words_on_linking_shows_the_finding_of_its_first_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boldlink.publish.reports.answer.sentences", lambda use_case, part="": ())
    first = linking(contents(register(), "reducing-reoffending"))
    assert first[0].text.endswith(
        "highest for Low (43.0%, 95% interval 40.0 to 46.1) and lowest for Deterministic (26.0%, 95% interval 23.4 to 28.8)."
    )
    assert linking(contents(register(one=("x", "outcomes", outcome())), "reducing-reoffending")) == ()


def test_a_sentence_that_asks_for_a_column_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = (Sentence("x", "proven-reoffending", {"confidence": "Low"}, say="{nothing}"),)
    monkeypatch.setattr("boldlink.publish.reports.answer.sentences", lambda use_case, part="": bad)
    with pytest.raises(BadInput, match="nothing") as caught:
        said()
    assert caught.value.code == "REPORT-ANSWER"


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_pilot_answers_without_a_typed_figure(pilot: str) -> None:
    raw = files("boldlink.publish.reports").joinpath("answers", f"{pilot}.toml").read_text("utf-8")
    parts = tomllib.loads(raw)
    assert len(parts["sentence"]) >= 4 and len(sentences(pilot)) == len(parts["sentence"])
    for one in (*parts["sentence"], *parts["linking"]):
        forms = one.keys() & {"say", "range", "lower", "higher", "unclear", "least"}
        assert forms in ({"say", "range"}, {"range"}, {"lower", "higher", "unclear"}, {"least"})
        words = "".join(one[form] for form in forms)
        assert not re.search(r"\d", re.sub(r"{\w+}|100", "", words))  # "of 100 people" is no figure


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_sentence_is_about_a_measure_that_its_use_case_asks_for(pilot: str) -> None:
    document = (BOLD / "use-cases" / pilot / "use-case.yaml").read_text("utf-8")
    asked = {one["measure"] for one in yaml.safe_load(document)["outputs"]}
    told = {one.measure for part in ("sentence", "linking") for one in sentences(pilot, part)}
    assert told <= asked and told <= MEASURES.keys()


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_sentence_asks_for_rows_that_its_measures_table_has(pilot: str) -> None:
    counted = [one for part in ("sentence", "linking") for one in sentences(pilot, part) if one.measure in EXAMPLES]
    assert counted
    for one in counted:
        example = EXAMPLES[one.measure]
        shown = compute(one.measure, example.research(), example.starts, example.ends)[1]
        assert one.rows.keys() <= set(shown.keys), one.measure
        assert not one.figure or one.figure in {*shown.counts, *shown.rates, *shown.estimates}, one.measure
        for key, value in one.rows.items():
            wanted = {value} if isinstance(value, str) else set(value)
            assert wanted <= {row[key] for row in shown.rows}, one.measure


def test_a_section_without_tables_says_so_and_whose_turn_it_is() -> None:
    text = page(WAITING, REFUSED, one=("linkage-x", "linkage", outcome("Linked")))
    assert text.count("Not released yet: no table of this section has left a secure place.") == 5
    assert (
        "Housed on release. It waits for review. Turn of the use case&#39;s checkers: approvals still needed: 1."
        in text
    )
    assert (
        "Deaths. The machine&#39;s checks refused it. 3 cell(s) are of fewer than 10 people. Turn of the researchers"
        in text
    )


@pytest.mark.parametrize("state", ["awaiting_review", "returned", "approved", "refused", "rejected"])
def test_every_state_of_a_request_has_words_and_a_turn(state: str) -> None:
    one = Outstanding("T", "outcomes", state, 2)
    assert one.words.endswith(".") and one.turn.startswith("Turn of the ")


def test_with_nothing_released_there_is_no_report_and_nothing_is_written(tmp_path: Path) -> None:
    empty = export()
    empty["releases"] = []
    with pytest.raises(Waiting, match="Nothing has been released") as caught:
        write_report(read_register([empty]), "reducing-reoffending", tmp_path / "out", [WAITING])
    assert "checkers" in caught.value.do and not (tmp_path / "out").exists()


def test_a_use_case_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadInput) as caught:
        contents(register(), "reducing-speed")
    assert caught.value.do == "use one of: reducing-reoffending"


def test_of_two_releases_of_one_table_the_later_is_shown() -> None:
    found = export(one=("proven-reoffending", "outcomes", outcome("Earlier")))
    found["releases"].append(release(9, "proven-reoffending", "outcomes", outcome("Later"), "reducing-reoffending"))
    exhibits = contents(read_register([found]), "reducing-reoffending").exhibits
    assert [one.release.title for one in exhibits] == ["Later"]


def test_each_answer_is_followed_to_what_it_changed() -> None:
    report = contents(register(), "reducing-reoffending")
    rows = followed(report).rows
    assert rows[0][1:5] == (("Table 3",), "Fewer than half start within three weeks.", "A change of service",
                            "Appointments are made before the day of release.")  # fmt: skip
    assert rows[1][1:3] == (("Not released",), "No finding has been recorded yet")
    assert [row[-1] for row in questions(report).rows] == [("Table 3",), ("Not released",)]


def test_a_finding_beyond_the_questions_is_not_lost() -> None:
    found = export()
    found["use_cases"][0]["questions"] = []
    rows = followed(contents(read_register([found]), "reducing-reoffending")).rows
    assert [row[:2] for row in rows] == [("Found beyond the questions asked", ("Table 3",))]


def test_limitations_come_from_the_measures_the_links_and_what_is_missing() -> None:
    text = " ".join(limitations(contents(register(), "reducing-reoffending", [WAITING])))
    for part in (
        "not to be compared with official figures: Table 1, Table 3 and Table 4.",
        "Left out of Table 1, Table 2, Table 3, Table 4, Table 5 and Table 6: breach offences.",
        "Table 5 and Table 6 breaks and must not be read across: 2024-05-01: probation reset.",
        "could change the reading: 1",
        "A cause that no dataset",
    ):
        assert part in text


def test_a_chart_over_periods_has_a_gap_where_its_measure_breaks() -> None:
    rows = [{"quarter": f"2024 Q{q}", "people": 100 + q} for q in (1, 2, 3, 4)]
    report = contents(register(one=("x", "journeys", table("T", ["quarter"], rows))), "reducing-reoffending")
    assert report.exhibits[0].release.measure.breaks == ("2024-05-01: probation reset",)
    assert any("The line is broken" in remark for remark in report.exhibits[0].chart.remarks)


def test_every_limitation_stands_once_on_the_page() -> None:
    text = page()
    listed = text.partition('id="limitations"')[2].partition("</ul>")[0]
    limits = re.findall(r"<li>(.+?)</li>", listed)
    assert limits and len(limits) == len(set(limits))
    assert listed.count("breach offences") == 1 and text.count("were made up to show how it works") == 1


def dated(**periods: str) -> Any:
    """The report of invented tables, each of a measure's tables being of its own period, "2022-01-01/2022-11-30"."""
    found = export()
    for one in found["releases"]:
        starts, _, ends = periods.get(one["measure"]["id"].replace("-", "_"), "2022-01-01/2022-11-30").partition("/")
        one["period"] = {"starts": starts, "ends": ends}
    return contents(read_register([found]), "reducing-reoffending")


def test_the_opening_names_the_period_that_its_figures_are_of() -> None:
    texts = [one.text for one in answer(dated())]
    assert texts[0] == (
        "These figures are of 1 January 2022 to 30 November 2022, and of what followed, where no other period is named."
    )
    assert not any("From 1 January" in text for text in texts)
    assert texts[0] in html_page(dated())


def test_a_figure_of_another_period_names_it_wherever_it_stands() -> None:
    report = dated(proven_reoffending="2023-01-01/2023-03-31", sensitivity_reoffending="2021-01-01/2021-12-31")
    told = [one.text for one in answer(report) if "proven to reoffend" in one.text]
    assert [text.endswith(" From 1 January 2023 to 31 March 2023.") for text in told] == [True]
    assert linking(report)[0].text.endswith(" From 1 January 2021 to 31 December 2021.")


def test_the_reoffending_report_quotes_the_links_that_its_answer_is_made_with() -> None:
    """Its first sentence compares people who left prison by what the PNC holds of them."""
    headline = MEASURES[sentences("reducing-reoffending")[0].measure]
    quoted = {one.measure for one in sentences("reducing-reoffending", "linking")}
    assert {"prison", "pnc"} <= set(headline.datasets) and "linkage-prison-pnc" in quoted


@pytest.mark.parametrize("pilot", PILOTS)
def test_a_hazard_ratio_is_told_as_a_rate_and_never_as_how_likely_something_is(pilot: str) -> None:
    for one in sentences(pilot):
        for words in (one.lower, one.higher):
            assert ("{times} times the rate" in words) == ("hazard ratio" in words)
            assert not ("likely" in words and "hazard ratio" in words)


def test_the_page_needs_nothing_but_itself() -> None:
    text = page()
    assert not re.findall(r"<script|<link|src=|url\(|href=\"(?!#)|style=", text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_the_same_exports_give_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(register(), "reducing-reoffending", tmp_path / name)
    for one in (tmp_path / "a").iterdir():
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes(), one.name


def test_hostile_text_stays_text() -> None:
    bad = outcome("<script>alert(1)</script> & more")
    text = page(one=("proven-reoffending", "outcomes", bad))
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text


def test_a_withheld_rate_has_a_withheld_interval_and_a_table_with_its_own_keeps_it() -> None:
    rows = [{"a": "x", "n": 100, "m": "[c]", "m_percent": "[c]"}, {"a": "y", "n": 10, "m": 20, "m_percent": 200.0}]
    raw = table("T", ["a"], rows, counts=["n", "m"], rates={"m_percent": ["m", "n"]})
    shown = with_intervals(register(one=("x", "outcomes", raw)).releases[0].release.table)
    assert [[row["m_percent_low"], row["m_percent_high"]] for row in shown.rows] == [["[c]", "[c]"], ["[z]", "[z]"]]
    own = register(one=("x", "effects", effect())).releases[0].release.table
    assert with_intervals(own) is own
