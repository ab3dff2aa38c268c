"""Names in one form, whatever a system left around them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.standardise.names import fold, read_full_name, read_initial, read_name, without_junk

PARTS = st.text(string.ascii_letters + "éüñłøß", min_size=4, max_size=12)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Winifred ", "winifred"),
        ("Zoë", "zoe"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Weiß", "weiss"),
        ("Nguyễn", "nguyen"),
        ("O'Neill", "oneill"),
        ("O’Neill", "oneill"),
        ("SMITH-JONES", "smith jones"),
        ("Anne  Marie", "anne marie"),
        ("Иван", "иван"),
    ],
)
def test_a_name_is_lower_case_without_accents_or_marks(written, read):
    assert read_name(written) == (read, None)


@pytest.mark.parametrize("written", ["MC DONALD", "Mc-Donald", "McDonald", "M'cDonald"])
def test_every_way_to_write_a_prefixed_surname_reads_alike(written):
    assert read_name(written)[0] == "mcdonald"


def test_a_joined_prefix_is_counted_and_an_initial_is_not_a_prefix():
    assert read_name("O BRIEN") == ("obrien", "prefix_joined")
    assert read_name("O") == ("o", None)


@pytest.mark.parametrize("prefix", ["MIG_ERROR_", "NO_SHOW_", "DUPLICATE_", "mig_error_", "DUPLICATE_MIG_ERROR_"])
def test_what_a_system_put_before_a_name_is_taken_off(prefix):
    assert read_name(f"{prefix}APPLEGARTH") == ("applegarth", "junk_prefix")


@pytest.mark.parametrize(
    "written",
    ["NOT ENTERED", "Not_Entered", "not-entered", "N/A", "unknown", "DUPLICATE_NOT ENTERED", "-", "'", "1234"],
)
def test_text_that_says_there_is_no_name_is_no_name(written):
    assert read_name(written) == (None, "no_name")


def test_a_short_name_that_looks_like_an_abbreviation_stays_a_name():
    assert read_name("Na") == ("na", None)


@given(st.lists(PARTS, min_size=1, max_size=3).map(" ".join))
def test_reading_a_read_name_changes_nothing(written):
    read, _ = read_name(written)
    assert read is None or read_name(read) == (read, None)


@given(st.text(max_size=30))
def test_any_text_reads_as_a_name_with_single_spaces_or_as_none(written):
    read, rule = read_name(written)
    assert (read is None) == (rule == "no_name")
    assert read is None or (read == " ".join(read.split()) and "_" not in read)


@given(st.text(string.ascii_letters, max_size=12))
def test_folding_plain_letters_only_lowers_their_case(written):
    assert fold(written) == written.lower()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("APPLEGARTH, Winifred Jane", ("winifred jane applegarth", "turned_round")),
        ("Dr Osbert Lancaster", ("osbert lancaster", None)),
        ("Mrs. Osbert Lancaster", ("osbert lancaster", None)),
        ("Lancaster,", ("lancaster", None)),
        ("Mr NOT ENTERED", (None, "no_name")),
        (",", (None, "no_name")),
    ],
)
def test_a_whole_name_loses_its_title_and_stands_in_speaking_order(written, read):
    assert read_full_name(written) == read


def test_an_initial_is_the_first_letter_of_what_is_a_name():
    assert read_initial("Élodie") == ("e", None)
    assert read_initial("NOT ENTERED") == (None, "no_name")


def test_a_prefix_inside_a_name_is_left_alone():
    assert without_junk("SMITH_NO_SHOW_") == ("SMITH_NO_SHOW_", None)
