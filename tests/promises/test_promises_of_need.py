"""Only what a use case needs: every attribute that an agreement shares is read by something that its use case asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from boldlink.analysis import find
from boldlink.analysis.reading import columns_read
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import AgreementDocument, UseCaseDocument
from boldlink.values import Role

BOLD = Path(__file__).parents[2] / "programmes" / "bold"
PILOTS = ("reducing-homelessness", "supporting-victims", "substance-misuse", "reducing-reoffending")


@pytest.fixture(scope="module")
def bold():
    return read_programme(BOLD)


def of_kind(bold, kind, use_case):
    return next(one for one in bold.instruments.values() if isinstance(one, kind) and one.use_case == use_case)


def read_by(document, broken_down=True):
    """(dataset, column) of everything that the outputs of a use case read."""
    return {
        (dataset, column)
        for output in document.outputs
        for dataset, columns in columns_read(find(output.measure), tuple(output.by) if broken_down else ()).items()
        for column in columns
    }


def unread(agreement, read):
    """(dataset, column) of attributes that are shared and read by nothing; the day that cuts the cohort has its use."""
    return {
        (share.dataset, column.name)
        for share in agreement.datasets
        for column in share.columns
        if column.role is Role.ATTRIBUTE and column.name != share.cohort.column
    } - read


@pytest.mark.parametrize("use_case", PILOTS)
def test_p05_every_attribute_that_is_shared_is_read_by_something_that_is_asked(bold, use_case):
    read = read_by(of_kind(bold, UseCaseDocument, use_case))
    assert unread(of_kind(bold, AgreementDocument, use_case), read) == set()


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
    document = of_kind(bold, UseCaseDocument, use_case)
    without = document.model_copy(update={"outputs": [one for one in document.outputs if one.measure != measure]})
    assert unread(of_kind(bold, AgreementDocument, use_case), read_by(without)) == columns


def test_p05_a_column_that_is_shared_for_a_breakdown_is_unread_without_it(bold):
    read = read_by(of_kind(bold, UseCaseDocument, "supporting-victims"), broken_down=False)
    agreement = of_kind(bold, AgreementDocument, "supporting-victims")
    assert unread(agreement, read) == {("cps", "offence_group")}
