"""Reference numbers: shape, check letter or digit, dummies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.standardise.references import (
    CHECK_LETTERS,
    check_letter,
    read_code,
    read_cro,
    read_nhs_number,
    read_nino,
    read_pnc,
    read_prison_number,
)

YEARS = st.integers(1950, 2049)
OTHER_LETTERS = st.integers(1, len(CHECK_LETTERS) - 1)


def wrong(letter, step):
    return CHECK_LETTERS[(CHECK_LETTERS.index(letter) + step) % len(CHECK_LETTERS)]


@pytest.mark.parametrize("written", ["2012/0052494Q", "2012/52494Q", "20120052494q", " 2012 / 0052494Q"])
def test_a_pnc_id_is_read_in_its_long_form(written):
    assert read_pnc(written) == ("2012/0052494Q", None)


@given(YEARS, st.integers(0, 9_999_999))
def test_short_and_long_forms_of_a_pnc_id_read_alike(year, serial):
    letter = check_letter(year, serial)
    long = f"{year}/{serial:07d}{letter}"
    assert read_pnc(long) == (long, None)
    assert read_pnc(f"{year % 100:02d}/{serial}{letter}") == (long, "long_form")


@given(YEARS, st.integers(0, 9_999_999), OTHER_LETTERS)
def test_any_other_check_letter_makes_a_pnc_id_unusable(year, serial, step):
    assert read_pnc(f"{year}/{serial:07d}{wrong(check_letter(year, serial), step)}") == (None, "check_letter")


@pytest.mark.parametrize("written", ["2012/0052494", "A2012/0052494Q", "nothing", "201/0052494Q", "２０１２/0052494Q"])
def test_what_has_no_shape_of_a_pnc_id_is_none(written):
    assert read_pnc(written) == (None, "no_pnc")


@pytest.mark.parametrize("written", ["265416/21G", "SF05/482703J", "sf05/482703j"])
def test_a_cro_number_keeps_the_form_it_was_issued_in(written):
    assert read_cro(written) == (written.upper(), None)


@given(st.integers(1, 999_999), st.integers(0, 99), OTHER_LETTERS)
def test_a_cro_number_needs_its_check_letter_in_both_forms(serial, year, step):
    letter = check_letter(year, serial, 6)
    assert read_cro(f"{serial}/{year:02d}{letter}") == (f"{serial:06d}/{year:02d}{letter}", None)
    assert read_cro(f"SF{year:02d}/{serial}{letter}") == (f"SF{year:02d}/{serial:06d}{letter}", None)
    assert read_cro(f"{serial}/{year:02d}{wrong(letter, step)}") == (None, "check_letter")


def test_a_dummy_cro_number_is_counted_as_one():
    assert read_cro("000000/00Z") == (None, "dummy_cro")
    assert read_cro("Z") == (None, "no_cro")


def test_a_national_insurance_number_loses_spaces_and_suffix():
    assert read_nino("ab 12 34 56 c") == read_nino("AB123456") == ("AB123456", None)


@pytest.mark.parametrize("written", ["QQ123456C", "BG123456A", "AO123456A", "AB12345", "AB123456E"])
def test_letters_never_issued_make_no_national_insurance_number(written):
    assert read_nino(written) == (None, "no_nino")


def test_an_nhs_number_must_agree_with_its_last_digit():
    assert read_nhs_number("943 476 5919") == ("9434765919", None)
    assert all(read_nhs_number(f"943476591{last}") == (None, "check_digit") for last in "012345678")


@given(st.integers(100_000_000, 999_999_999))
def test_at_most_one_last_digit_makes_an_nhs_number(first_nine):
    assert sum(read_nhs_number(f"{first_nine}{last}")[0] is not None for last in range(10)) <= 1


@pytest.mark.parametrize("written", ["0000000000", "4444444444", "6666666666"])
def test_ten_times_the_same_digit_is_a_dummy_nhs_number(written):
    assert read_nhs_number(written) == (None, "dummy_nhs_number")


@pytest.mark.parametrize("written", ["943476591", "94347659190", "٩٤٣٤٧٦٥٩١٩", "abc"])
def test_an_nhs_number_has_ten_plain_digits(written):
    assert read_nhs_number(written) == (None, "no_nhs_number")


def test_a_prison_number_has_a_letter_four_digits_and_two_letters():
    assert read_prison_number("a1234 aa") == ("A1234AA", None)
    assert read_prison_number("A1234A") == (None, "no_prison_number")


def test_any_other_code_keeps_its_letters_and_digits():
    assert read_code("ab-12/x") == ("AB12X", None)
    assert read_code("000") == (None, "empty_code")
