"""Only what a use case needs: every attribute that an agreement shares is read by something that its use case asks for."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from boldlink.analysis import find
from boldlink.errors import BadProgramme
from boldlink.journey.answerable import needless, require_answerable, unread
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import AgreementDocument, UseCaseDocument

BOLD = Path(__file__).parents[2] / "programmes" / "bold"
PILOTS = ("reducing-homelessness", "supporting-victims", "substance-misuse", "reducing-reoffending")


@pytest.fixture(scope="module")
def bold():
    return read_programme(BOLD)


def of_kind(bold, kind, use_case):
    return next(one for one in bold.instruments.values() if isinstance(one, kind) and one.use_case == use_case)


def found_unread(agreement, outputs):
    """(dataset, column) of attributes that are shared and read by nothing that is asked."""
    return {(dataset, column) for _, dataset, column in unread(agreement, outputs)}


@pytest.mark.parametrize("use_case", PILOTS)
def test_p05_every_attribute_that_is_shared_is_read_by_something_that_is_asked(bold, use_case):
    asked = of_kind(bold, UseCaseDocument, use_case).outputs
    assert asked and found_unread(of_kind(bold, AgreementDocument, use_case), asked) == set()


@pytest.mark.parametrize("use_case", PILOTS)
def test_p05_every_dataset_that_is_shared_is_read_by_something_that_is_asked(bold, use_case):
    read = {
        dataset
        for output in of_kind(bold, UseCaseDocument, use_case).outputs
        if not output.measure.startswith("cohort-flow")  # it counts whatever there is
        for dataset in find(output.measure).datasets
    }
    assert {share.dataset for share in of_kind(bold, AgreementDocument, use_case).datasets} == read


@pytest.mark.parametrize(
    ("use_case", "measure", "columns"),
    [
        (
            "reducing-homelessness",
            "needs-at-application",
            {
                ("hospital-episodes", "diagnosis_group"),
                ("hclic", "support_offending_history"),
                ("hclic", "support_rough_sleeping"),
                ("rough-sleeping", "support_drugs"),
                ("rough-sleeping", "support_mental_health"),
            },
        ),
        ("substance-misuse", "deaths-after-release-by-cause", {("deaths", "cause_group")}),
        ("supporting-victims", "support-offered", {("police-crimes", "support_referred")}),
    ],
)
def test_p05_columns_are_found_unread_once_nothing_that_is_asked_reads_them(bold, use_case, measure, columns):
    asked = [one for one in of_kind(bold, UseCaseDocument, use_case).outputs if one.measure != measure]
    assert found_unread(of_kind(bold, AgreementDocument, use_case), asked) == columns


def test_p05_a_column_that_is_shared_for_a_breakdown_is_unread_without_it(bold):
    asked = of_kind(bold, UseCaseDocument, "supporting-victims").outputs
    whole = [one.model_copy(update={"by": []}) for one in asked]
    assert found_unread(of_kind(bold, AgreementDocument, "supporting-victims"), whole) == {("cps", "offence_group")}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(BOLD, tmp_path / "bold")


AGREEMENT = "use-cases/reducing-reoffending/agreement.yaml"
SHARED = "      - name: main_offence\n"  # a column of prison; the new one comes before it
WIDER = "      - {name: establishment, role: attribute, justification: it might be of use one day}\n"


def widen(folder):
    """The agreement shares one column more, which the contract has and nothing reads. Returns the line it stands in."""
    path = folder / AGREEMENT
    before, after = path.read_text("utf-8").split(SHARED, 1)
    path.write_text(before + WIDER + SHARED + after, "utf-8")
    return before.count("\n") + 1


def test_p05_a_column_that_nothing_reads_is_a_fault_of_any_programme(folder, invoke):
    line = widen(folder)
    done = invoke("programme", "check", folder, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 2 and not told["sound"]
    (fault,) = told["faults"]
    assert (fault["file"], fault["line"]) == (AGREEMENT, line)
    assert fault["field"].startswith("datasets.") and ".columns." in fault["field"]
    assert "dsa-reducing-reoffending shares establishment of prison, which no output" in fault["what"]
    assert "drop the column, or ask" in fault["what"]


def test_p05_a_programme_that_shares_what_nothing_reads_is_not_recorded(folder):
    widen(folder)
    with pytest.raises(BadProgramme, match="shares establishment of prison"):
        require_answerable(read_programme(folder))


def test_p05_a_use_case_that_lists_no_outputs_is_not_told_what_it_reads(folder):
    widen(folder)
    path = folder / "use-cases" / "reducing-reoffending" / "use-case.yaml"
    text, found = re.subn(r"(?ms)^outputs:\n.*?(?=^\w)", "outputs: []\n", path.read_text("utf-8"))
    assert found == 1
    path.write_text(text, "utf-8")
    assert not [*needless(read_programme(folder))]
