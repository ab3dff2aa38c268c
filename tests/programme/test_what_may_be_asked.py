"""An output that is asked for by hand is held to today's agreement as one that stands in the programme's folder."""

from __future__ import annotations

from datetime import date

import pytest

from boldlink.errors import BadInput
from boldlink.journey.answerable import agreement_of, problems, require_agreed
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
