"""What the programme answers for: each account tells what the exports recorded, and says so where nothing is recorded."""

from __future__ import annotations

import copy
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from boldlink.errors import BadInput
from boldlink.publish import publish
from boldlink.publish.data_use import RECOMMENDED, terms, terms_grid
from boldlink.publish.export import read_export
from boldlink.publish.register import Register, merge
from boldlink.publish.reports import contents

Export = dict[str, Any]


def merged(*exports: Export) -> Register:
    return merge([read_export(export) for export in exports])


def elsewhere(export: Export) -> Export:
    """The same export as another place would send it."""
    other = copy.deepcopy(export)
    other["place"].update(id="sail", name="SAIL Databank")
    return other


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("legal-bases", "National Health Service Act 2006, section 251"),
        ("assessments", "dpia-substance-misuse"),
        ("assessments/dpia-substance-misuse", "A flag that a person matched goes back to probation."),
        ("assessments/dpia-substance-misuse", "rule:place_is_allowed"),
        ("assessments/dpia-substance-misuse", "The Data Protection Officers&#39; advice was followed."),
        ("ethics/ethics-substance-misuse", "Tell treatment services before results come out."),
        ("decisions", "Landlords would learn who was in prison."),
        ("decisions", "The privacy notice had not been published in Welsh."),
        ("decisions", "6 members, 2 of them from outside government"),
        ("engagement", "The privacy notice now says so in its first paragraph."),
        ("findings", "Appointments are made before the day of release."),
        ("linkage-quality", "releases/r-2024-001.html"),
        ("corrections", "A region was labelled wrongly; its figures are unchanged."),
        ("destruction", "Dataset: outreach-notes"),
        ("refusals", "Reviewers&#39; own words stay in the secure place."),
        ("how-to-check", "3c" * 32),
        ("how-to-check", "— dhsc AAAAAGludmVudGVkIHNpZ25hdHVyZQ=="),
        ("datasets/outreach-notes", "stopped using this dataset on 30 September 2024"),
        ("use-cases/lettings", "gave this use case up on 5 April 2024"),
        ("releases/r-2024-002", "This table was corrected"),
    ],
)
def test_each_page_tells_what_the_exports_recorded(site: Path, page: str, told: str) -> None:
    assert told in (site / f"{page}.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("assessments", "No assessment has been recorded yet."),
        ("ethics", "No ethics review has been recorded yet."),
        ("decisions", "No decision has been recorded yet."),
        ("findings", "No finding has been recorded yet."),
        ("corrections", "No released table has been corrected or withdrawn."),
        ("destruction", "Nothing has been destroyed yet."),
        ("linkage-quality", "No table about linking has been released yet."),
        ("data-use-register", "No use of data has been registered yet."),
    ],
)
def test_an_account_with_nothing_in_it_says_so(alone: Export, tmp_path: Path, page: str, told: str) -> None:
    publish([alone], tmp_path / "site")
    assert told in (tmp_path / "site" / f"{page}.html").read_text("utf-8")


def test_decisions_stand_newest_first_with_what_was_given_up(site: Path) -> None:
    table = rows(site / "decisions.csv")
    days = [row[table[0].index("on")] for row in table[1:]]
    assert days == sorted(days, reverse=True)
    assert ["Withdrawn", "Use case", "Lettings after prison"] in [row[:3] for row in table]
    assert ["Refused", "Panel decision (panel-decision-lettings, 1.0.0)", "lettings"] in [row[:3] for row in table]


def test_a_decision_without_reasons_says_that_none_are_recorded(site: Path) -> None:
    table = rows(site / "decisions.csv")
    advice = next(row for row in table if row[1].startswith("Independent advice"))
    assert advice[table[0].index("reasons")] == "Not recorded"


def test_json_of_an_account_holds_what_the_export_said(site: Path, dhsc: Export) -> None:
    def content(page: str) -> Any:
        return json.loads((site / f"{page}.json").read_text("utf-8"))["content"]

    assert content("assessments/dpia-substance-misuse") == dhsc["assessments"][0]
    assert content("ethics") == dhsc["ethics"]
    assert content("destruction") == [{**dhsc["certificates"][0], "place": "dhsc"}]
    assert content("corrections") == [{"release": "r-2024-002", **dhsc["releases"][1]["corrections"][0]}]
    assert content("findings") == [{"use_case": "substance-misuse", **dhsc["use_cases"][0]["findings"][0]}]


def test_a_withdrawn_table_keeps_its_page_and_leaves_the_reports(dhsc: Export, tmp_path: Path) -> None:
    gone = {"kind": "withdrawn", "on": "2024-11-19", "reasons": "A month was counted twice.", "replaced_by": None}
    dhsc["releases"][0]["corrections"] = [gone]
    publish([dhsc], tmp_path / "site")
    page = (tmp_path / "site" / "releases" / "r-2024-001.html").read_text("utf-8")
    assert "This table was withdrawn" in page and "A month was counted twice." in page
    assert "North East" in page
    assert "Withdrawn" in [row[-1] for row in rows(tmp_path / "site" / "releases.csv")]
    told = contents(merged(dhsc), "substance-misuse")
    assert "r-2024-001" not in [exhibit.release.id for exhibit in told.exhibits]


def test_the_data_use_register_always_fills_the_recommended_minimum(dhsc: Export, moj: Export) -> None:
    register = merged(dhsc, moj)
    for use_case in register.use_cases:
        flat = {name: value for group in terms(register, use_case).values() for name, value in group.items()}
        missing = [name for name in RECOMMENDED if flat[name] in ("", None, ())]
        assert missing == ([] if use_case.approved_on else ["latest_approval"])
        assert all(cell for row in terms_grid(register, use_case).rows for cell in row)


def test_what_is_not_known_of_a_use_is_not_recorded_and_nothing_is_invented(dhsc: Export, moj: Export) -> None:
    register = merged(dhsc, moj)
    use_case = register.use_case("reoffending")
    assert use_case is not None
    told = {row[0]: row[2] for row in terms_grid(register, use_case).rows}
    for label in ("Applicant names", "Funders or sponsors", "Latest approval date", "Legal basis under Article 6"):
        assert told[label] == "Not recorded"
    assert told["Access type"] == "Trusted research environment (TRE): MoJ Analytical Platform"


def test_a_use_is_told_in_the_standards_groups_and_fields(site: Path) -> None:
    one = json.loads((site / "data-use-register.json").read_text("utf-8"))["content"][0]
    assert list(one) == ["standard", "people", "projects", "data", "setting", "outputs"]
    assert [len(one[group]) for group in list(one)[1:]] == [8, 10, 11, 2, 1]
    assert one["data"]["opt_out"] == ["National Drug Treatment Monitoring System: Applied"]
    assert one["projects"]["latest_approval"] == "2024-05-20"
    assert one["data"]["confidential_fields"] == "Not recorded"
    assert one["outputs"]["outputs"][0]["page"] == "releases/r-2024-002"


def test_a_lay_summary_of_more_than_300_words_is_refused(dhsc: Export) -> None:
    dhsc["use_cases"][0]["summary"] = "word " * 300
    assert read_export(dhsc)
    dhsc["use_cases"][0]["summary"] = "word " * 301
    with pytest.raises(BadInput, match="at most 300 words"):
        read_export(dhsc)


def test_days_of_several_places_are_the_last_approval_and_the_first_access(dhsc: Export) -> None:
    other = elsewhere(dhsc)
    other["use_cases"][0].update(approved_on="2024-05-25", accessed_on="2024-06-01")
    use_case = merged(dhsc, other).use_cases[0]
    assert (str(use_case.approved_on), str(use_case.accessed_on)) == ("2024-05-25", "2024-06-01")


def test_one_decision_told_by_two_places_stands_once_and_one_assessment_gathers_its_signatures(dhsc: Export) -> None:
    other = elsewhere(dhsc)
    other["assessments"][0]["signed_by"] = ["Data Protection Officer, Public Health Wales"]
    register = merged(dhsc, other)
    assert len(register.decisions) == len(dhsc["decisions"])
    assert len(register.assessments) == 1 and len(register.assessments[0].signed_by) == 3
    other["assessments"][0]["aims"] = "Something else."
    with pytest.raises(BadInput, match="PUBLISH-CONFLICT"):
        merged(dhsc, other)


def test_what_one_place_still_uses_is_not_retired(dhsc: Export, moj: Export) -> None:
    moj["retired"] = [{"kind": "dataset", "id": "ndtms", "title": "NDTMS", "on": "2024-10-01"}]
    assert [one.id for one in merged(dhsc, moj).retired] == ["outreach-notes", "lettings"]


def test_an_export_of_before_these_records_still_makes_a_register(dhsc: Export) -> None:
    for name in ("decisions", "assessments", "ethics", "certificates", "retired"):
        del dhsc[name]
    for name in ("data_use", "approved_on", "accessed_on"):
        del dhsc["use_cases"][0][name]
    for name in ("root", "note"):
        del dhsc["ledger"][name]
    register = merged(dhsc)
    assert register.decisions == register.assessments == register.certificates == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("releases", 1, "corrections", 0, "kind"), "deleted"),
        (("releases", 1, "corrections", 0, "reviewer"), "a name"),
        (("certificates", 0, "operator"), "a name"),
        (("certificates", 0, "evidence"), ["not a hash"]),
        (("decisions", 0, "members"), -1),
        (("ethics", 0, "scores", 0, "score"), 6),
        (("assessments", 0, "id"), "../dpia"),
        (("retired", 0, "kind"), "person"),
        (("refusals", 0, "kind"), "lost"),
        (("ledger", "root"), "short"),
        (("use_cases", 0, "data_use", "contact"), "a name"),
    ],
    ids=str,
)
def test_a_record_that_is_not_in_the_form_is_refused(dhsc: Export, path: tuple[Any, ...], value: Any) -> None:
    part: Any = dhsc
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(BadInput, match="PUBLISH-EXPORT"):
        read_export(dhsc)
