"""What the owner gets back: counts and percentages in plain words, never a value (P39)."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from invented_extracts import rows

from boldlink.deposits.quality import REASONS, WORDS, QualityReport
from boldlink.deposits.receive import FAULTS
from boldlink.standardise import MEANINGS, standardise

DELIVERED = rows(
    {"dob": "01/01/1970"}, {"postcode": "NF1 1NF"}, {"forename": "MIG_ERROR_Ada"}, {"days": "x"}, {"pnc": ""}, good=5
)


def test_every_column_tells_how_complete_it_is(desk):
    told = desk.receive(DELIVERED).quality.as_dict()
    assert told["rows"] == 10
    assert told["complete_percent"]["pnc"] == 90.0 and told["complete_percent"]["ref"] == 100.0
    assert "notes" not in told["complete_percent"]


def test_placeholders_no_fixed_abode_and_junk_are_counted(desk):
    told = desk.receive(DELIVERED).quality.as_dict()
    assert told["standardised"] == {
        "forename": {"junk_prefix": 1},
        "dob": {"placeholder_date": 1},
        "postcode": {"no_fixed_abode": 1},
    }
    assert told["quarantined"] == {"type:days": 1}


def test_the_report_is_written_for_a_reader(desk):
    text = desk.receive(DELIVERED).quality.as_text("courts 2024")
    assert text.startswith("# Data quality of courts 2024\n\n10 rows; 1 set aside.\n")
    assert "- days: it does not read as the contract's type: 1\n" in text
    assert "- dob, a placeholder instead of a date of birth: 1\n" in text
    assert "- postcode, a postcode that says no fixed abode: 1\n" in text


def test_the_report_holds_no_value_of_any_row(desk):
    quality = desk.receive(DELIVERED).quality
    told = json.dumps(quality.as_dict()) + quality.as_text("courts 2024")
    assert not [value for value in ("Winifred", "winifred", "Ada", "0052494Q", "1980", "SW1A", "P1") if value in told]


def test_a_good_delivery_has_nothing_set_aside_and_no_empty_headings(desk):
    text = desk.receive(rows()).quality.as_text("courts 2024")
    assert "Rows set aside" not in text and "What standardisation met" not in text


def test_a_report_on_nothing_can_be_read():
    assert QualityReport().as_text("nothing") == "# Data quality of nothing\n\n0 rows; 0 set aside.\n"


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_only_a_column_that_lacks_nothing_is_a_hundred_percent_complete(rows_read, lacking):
    report = QualityReport(rows=rows_read)
    report.present["pnc"] = max(rows_read - lacking, 0)
    percent = report.as_dict()["complete_percent"]["pnc"]
    assert 0 <= percent <= 100 and (percent == 100) == (lacking == 0)


def test_every_fault_that_quarantines_is_told_in_words():
    assert set(REASONS) == set(FAULTS)


@given(st.sampled_from(MEANINGS), st.text("MC D0-9/AZNF1, QZ", max_size=12))
def test_every_rule_of_standardisation_is_told_in_words(meaning, text):
    assert set(standardise(pa.array([text]), meaning).counts) <= set(WORDS)
