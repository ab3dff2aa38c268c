"""Postcodes by shape, slips of letter and digit, and the codes that say there is no address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.standardise.postcodes import is_no_fixed_abode, outcode, read_outcode, read_postcode, sector

POSTCODES = st.from_regex(r"[A-Y]{1,2}[1-9][0-9]? [0-9][A-Z]{2}", fullmatch=True).filter(
    lambda p: not p.startswith("NF")
)


@pytest.mark.parametrize("written", ["sw1a1aa", "SW1A 1AA", " Sw1a  1aA ", "SW1A-1AA"])
def test_case_and_spaces_do_not_matter(written):
    assert read_postcode(written) == ("SW1A 1AA", None)


@given(POSTCODES, st.booleans(), st.booleans())
def test_a_postcode_reads_back_however_it_is_spaced(written, lower, joined):
    text = written.replace(" ", "") if joined else written
    assert read_postcode(text.lower() if lower else text) == (written, None)


@pytest.mark.parametrize("written", ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "GIR 0AA"])
def test_every_shape_in_use_is_a_postcode(written):
    assert read_postcode(written) == (written, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("SWIA 1AA", "SW1A 1AA"),
        ("M1 IAE", "M1 1AE"),
        ("0X1 2JD", "OX1 2JD"),
        ("S012 3AB", "SO12 3AB"),
        ("MI 1AE", "M1 1AE"),
    ],
)
def test_a_letter_where_only_a_digit_can_stand_is_read_as_the_digit(written, read):
    assert read_postcode(written) == (read, "letter_for_digit")


@pytest.mark.parametrize("written", ["NF1 1NF", "nf11fa", "NF1 1FA", "ZZ99 3VZ", "zz993vz"])
def test_no_fixed_abode_is_no_postcode_and_is_counted(written):
    assert read_postcode(written) == (None, "no_fixed_abode")
    assert is_no_fixed_abode(written)


@pytest.mark.parametrize("written", ["ZZ99 3WZ", "ZZ99 3CZ", "ZZ99"])
def test_other_codes_for_no_address_are_counted_apart(written):
    assert read_postcode(written) == (None, "pseudo_postcode")
    assert not is_no_fixed_abode(written)


@pytest.mark.parametrize("written", ["AAA", "BFPO 12", "12345", "SW1A 1AA 1AA", "unknown", "ＳＷ1A 1AA"])
def test_what_has_no_shape_of_a_postcode_is_none(written):
    assert read_postcode(written) == (None, "no_postcode")


def test_nobody_is_of_no_fixed_abode_for_want_of_a_postcode():
    assert not is_no_fixed_abode(None)
    assert not is_no_fixed_abode("SW1A 1AA")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sw1a", ("SW1A", None)),
        ("SW1A 1AA", ("SW1A", None)),
        ("M1", ("M1", None)),
        ("NF1", (None, "no_fixed_abode")),
        ("ZZ99 3VZ", (None, "no_fixed_abode")),
        ("ZZ99", (None, "pseudo_postcode")),
        ("X", (None, "no_postcode")),
    ],
)
def test_an_outcode_is_read_from_itself_or_from_the_whole(written, read):
    assert read_outcode(written) == read


@given(POSTCODES)
def test_outcode_and_sector_are_the_beginnings_of_a_postcode(postcode):
    assert postcode.startswith(f"{outcode(postcode)} ")
    assert sector(postcode) == f"{outcode(postcode)} {postcode[-3]}"
