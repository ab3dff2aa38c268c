"""Columns of millions: one rule, once per distinct value, every row counted."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import BadInput
from boldlink.standardise import MEANINGS, apply, standardise
from boldlink.standardise.contact import read_address, read_email, read_phone, read_sex

ASKED_FOR = [
    "forename",
    "middle_name",
    "surname",
    "full_name",
    "forename_initial",
    "surname_initial",
    "date_of_birth",
    "sex",
    "postcode",
    "outcode",
    "area",
    "address",
    "email",
    "phone",
    "pnc",
    "cro",
    "nino",
    "nhs_number",
    "national_id",
    "prison_number",
]


def test_every_meaning_that_contracts_may_name_has_a_rule():
    assert set(ASKED_FOR) <= set(MEANINGS)


def test_a_meaning_without_a_rule_is_refused_by_its_name():
    with pytest.raises(BadInput, match="shoe_size") as refused:
        standardise(pa.array(["9"]), "shoe_size")
    assert refused.value.code == "STANDARDISE-MEANING"


def test_rows_are_counted_and_not_distinct_values():
    done = standardise(pa.array(["M", "N", None, "N", "", "zz"]), "sex")
    assert done.values.to_pylist() == ["M", None, None, None, None, None]
    assert done.counts == {"empty": 1, "no_sex": 1, "sex_not_known": 2}


def test_a_declared_layout_of_dates_of_birth_is_honoured():
    done = standardise(pa.array(["02/28/1980", "28/02/1980"]), "date_of_birth", date_format="%m/%d/%Y")
    assert done.values.to_pylist() == ["1980-02-28", None]
    assert done.counts == {"no_date": 1}


def test_a_layout_says_nothing_about_columns_that_are_no_dates():
    assert standardise(pa.array(["Ada"]), "forename", date_format="%d/%m/%Y").values.to_pylist() == ["ada"]


def test_a_rule_is_asked_once_for_each_spelling():
    asked = []
    apply(pa.array(["a", "b", "a"] * 1000), lambda text: (asked.append(text) or text, None))
    assert sorted(asked) == ["a", "b"]


@given(st.lists(st.none() | st.text(max_size=20), max_size=20), st.sampled_from(MEANINGS), st.integers(0, 20))
def test_a_column_keeps_its_length_and_its_rows_do_not_depend_on_each_other(texts, meaning, cut):
    whole = standardise(pa.array(texts, pa.string()), meaning).values
    halves = pa.chunked_array([pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())])
    alone = [standardise(pa.array([text], pa.string()), meaning).values[0].as_py() for text in texts]
    assert whole.to_pylist() == standardise(halves, meaning).values.to_pylist() == alone


@given(st.lists(st.none() | st.text(max_size=20), max_size=20), st.sampled_from(MEANINGS))
def test_every_value_that_is_lost_is_counted(texts, meaning):
    done = standardise(pa.array(texts, pa.string()), meaning)
    lost = sum(text is not None and value is None for text, value in zip(texts, done.values.to_pylist(), strict=True))
    assert lost <= sum(done.counts.values()) <= len(texts)


@pytest.mark.parametrize(
    ("written", "read"),
    [("M", "M"), ("F", "F"), ("MALE", "M"), ("FEMALE", "F"), ("Male", "M"), ("Female", "F"), ("1", "M"), ("2", "F")],
)
def test_sex_is_read_in_the_words_of_every_system(written, read):
    assert read_sex(written) == (read, None)


@pytest.mark.parametrize(
    "written",
    ["N", "NS", "NOT SPECIFIED", "Not  Specified", "Not Known / Not Recorded", "Not Specified (Indeterminate)", "9"],
)
def test_sex_that_a_system_says_is_not_known_is_counted_as_such(written):
    assert read_sex(written) == (None, "sex_not_known")


def test_addresses_compare_without_accents_and_marks():
    assert read_address("12-14, Brontë  Road") == ("12 14 bronte road", None)
    assert read_address("--") == (None, "no_address")


def test_email_addresses_are_lower_case():
    assert read_email(" Ada@Example.org ") == ("ada@example.org", None)
    assert read_email("ada at example") == (None, "no_email")


def test_telephone_numbers_start_with_a_nought():
    assert read_phone("+44 7700 900123") == read_phone("0044 7700900123") == read_phone("07700-900123")
    assert read_phone("07700 900123") == ("07700900123", None)
    assert read_phone("123") == (None, "no_phone")
