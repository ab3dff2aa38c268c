"""An output that is asked for by hand is held to today's agreement as one that stands in the programme's folder."""

from __future__ import annotations

from datetime import date

import pytest

from boldlink.errors import BadInput
from boldlink.journey.answerable import agreement_of, problems, problems_of, require_agreed, require_table_agreed
from boldlink.outputs.submitted import TableDocument
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import OutputDocument, UseCaseDocument
from small import PROGRAMME

CASE = "reducing-reoffending"
ASKED = {
    "measure": "proven-reoffending",
    "from": date(2022, 6, 1),
    "to": date(2022, 11, 30),
    "context": "For the reviewers.",
}


@pytest.fixture(scope="module")
def bold():
    return read_programme(PROGRAMME)


def told(bold, **changed):
    wanted = OutputDocument.model_validate({**ASKED, **changed})
    return [*problems(wanted, agreement_of(CASE, bold))]


def test_every_output_of_the_pilots_may_be_asked(bold):
    documents = [one for one in bold.instruments.values() if isinstance(one, UseCaseDocument)]
    assert len([output for one in documents for output in one.outputs]) > 40
    for one in documents:
        for output in one.outputs:
            require_agreed(output, agreement_of(one.id, bold))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"to": date(2024, 5, 31)}, ("to",), "not mature: pnc is complete until"),
        ({"to": date(2022, 5, 31)}, ("to",), "ends before it begins"),
        ({"from": date(2015, 1, 1)}, ("from",), "prison is shared from 1 January 2022 and no sooner"),
        ({"by": ["establishment"]}, (), "needs establishment of prison, which the agreement does not share"),
        ({"measure": "continuity-of-care"}, (), "needs ndtms, which the agreement does not share"),
    ],
)
def test_what_the_agreement_does_not_let_be_answered_is_said_with_its_field(bold, changed, field, words):
    assert [(where, text) for where, text in told(bold, **changed) if where == field and words in text]
    with pytest.raises(BadInput, match="OUTPUT-NOT-AGREED"):
        require_agreed(OutputDocument.model_validate({**ASKED, **changed}), agreement_of(CASE, bold))


def test_without_an_agreement_nothing_may_be_asked(bold):
    assert [text for _, text in problems(OutputDocument.model_validate(ASKED), None) if "does not share" in text]


def test_a_request_as_the_ledger_keeps_it_reads_as_it_was_asked(bold):
    wanted = OutputDocument.model_validate({**ASKED, "by": ["sex_recorded"]})
    assert OutputDocument.model_validate(wanted.content) == wanted and not told(bold, by=["sex_recorded"])


# ---- tables that researchers declare

TABLE = {
    "title": "People released, by region", "statistic": "crosstab", "dataset": "prison", "keys": ["release_region", "again"],
    "period": {"column": "release_date", "from": "2022-01-01", "to": "2022-11-30"},
    "columns": {"again": {"found_in": "pnc", "on": "offence_date", "after": "release_date", "within_days": 365}},
}  # fmt: skip


def test_a_declared_table_that_reads_what_is_shared_while_it_is_complete_may_be_asked_for(bold):
    require_table_agreed(TableDocument.model_validate(TABLE), agreement_of(CASE, bold))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"keys": ["establishment"]}, "needs establishment of prison, which the agreement does not share"),
        ({"where": [{"column": "surname", "is": ["x"]}]}, "needs surname of prison"),
        ({"where": [{"column": "unit", "is": ["x"]}]}, "needs unit of prison"),
        ({"columns": {"again": {"found_in": "ndtms"}}}, "needs ndtms, which the agreement does not share"),
        ({"columns": {"again": {**TABLE["columns"]["again"], "on": "disposal_text"}}}, "needs disposal_text of pnc"),
        ({"columns": {"again": {**TABLE["columns"]["again"], "within_days": 3650}}}, "pnc is complete until"),
        ({"period": {**TABLE["period"], "from": "2015-01-01"}}, "prison is shared from 1 January 2022 and no sooner"),
        ({"period": {**TABLE["period"], "to": "2030-01-01"}}, "prison is complete until 31 May 2024"),
    ],
)
def test_a_declared_table_is_held_to_columns_datasets_and_days(bold, changed, words):
    table = TableDocument.model_validate({**TABLE, **changed})
    with pytest.raises(BadInput, match="OUTPUT-NOT-AGREED") as caught:
        require_table_agreed(table, agreement_of(CASE, bold))
    assert words in caught.value.why


def test_a_request_that_waits_is_held_to_the_agreement_whether_measure_or_table(bold):
    agreement = agreement_of(CASE, bold)
    table = {"measure": "table-1", "declared": TableDocument.model_validate(TABLE).content}
    measure = OutputDocument.model_validate(ASKED).content
    assert [*problems_of(table, agreement)] == [*problems_of(measure, agreement)] == []
    assert all("does not share" in text for asked in (table, measure) for text in problems_of(asked, None))
    assert [*problems_of(table, None)] and [*problems_of(measure, None)]
