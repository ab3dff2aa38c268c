"""What columns mean is found by name and content; what would give the truth away is never used."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.understand import Understood, understand

DATES = ["1980-02-03", "1975-11-30", "1990-06-15", "2001-01-02", "1966-09-09"]
EXAMPLES = {
    "dob": DATES, "email": [f"p{n}@example.org" for n in range(5)], "postcode": ["LS1 4AP", "M1 1AE", "B33 8TH", "CR2 6XH", "EC1A 1BB"],
}  # fmt: skip


def table(*columns: str, **values: Sequence[str | None]) -> pa.Table:
    plain: dict[str, Sequence[str | None]] = {
        name: EXAMPLES.get(name, ["ada", "ben", "cy", "dee", "eve"]) for name in columns
    }
    return pa.table({name: pa.array(rows, pa.string()) for name, rows in (plain | values).items()})


def understood(found: pa.Table, said: dict[str, str] | None = None, ignored: Sequence[str] = ()) -> Understood:
    return understand(found, said or {}, ignored, None, "a file")


@pytest.mark.parametrize(
    ("column", "meaning"),
    [
        ("given_name", "forename"),
        ("First Name", "forename"),
        ("SURNAME_STD", "surname"),
        ("lastName", "surname"),
        ("middle_initial", "middle_name"),
        ("gndr", "sex"),
        ("zipcode", "postcode"),
        ("suburb", "town"),
        ("street_number", "house_number"),
        ("address_1", "address"),
        ("mailing_address_city", "town"),
        ("mailing_address_street_name", "address"),
        ("home_postcode", "postcode"),
        ("soc_sec_id", "national_id"),
        ("ssn", "national_id"),
        ("pncId", "pnc"),
        ("nhs_number", "nhs_number"),
    ],
)
def test_a_column_is_known_by_its_name(column: str, meaning: str) -> None:
    assert understood(table("sex", column)).meanings[column] == meaning


@pytest.mark.parametrize(
    "column",
    [
        "true_cluster",
        "cluster",
        "simulant_id",
        "household_id",
        "employer_id",
        "rec_id",
        "employer_city",
        "mother_surname",
    ],
)
def test_truth_ids_and_other_peoples_details_are_not_matched_on(column: str) -> None:
    assert column not in understood(table("surname", column)).meanings


@pytest.mark.parametrize(("column", "meaning"), [("contact", "email"), ("pc", "postcode")])
def test_a_column_is_known_by_what_it_holds(column: str, meaning: str) -> None:
    assert understood(table("surname", **{column: EXAMPLES[meaning]})).meanings[column] == meaning


def test_a_name_that_its_content_contradicts_is_not_believed() -> None:
    assert "dob" not in understood(table("surname", dob=["yes", "no", "yes", "no", "no"])).meanings


def test_a_national_number_is_never_taken_for_the_id_of_a_record() -> None:
    found = understood(table("surname", soc_sec_id=["1", "2", "3", "4", "5"]))
    assert found.id_column is None
    assert found.meanings["soc_sec_id"] == "national_id"


def test_an_id_names_every_record_once() -> None:
    assert understood(table("rec_id", "surname")).id_column == "rec_id"
    assert understood(table("surname", ref=["1", "1", "2", "3", "4"])).id_column is None


def test_a_column_that_promises_to_name_every_record_once_is_refused_if_it_does_not() -> None:
    with pytest.raises(BadRecords) as refused:
        understood(table("surname", rec_id=["1", "1", "2", "3", "4"]))
    assert refused.value.code == "LINK-DUPLICATE-IDS"
    assert refused.value.what.startswith("1 id(s) in rec_id")
    assert understood(table("surname", rec_id=["1", "1", "2", "3", "4"]), ignored=["rec_id"]).id_column is None


def test_a_birth_date_in_three_columns_is_one() -> None:
    found = understood(table("surname", birth_day=["1"] * 5, birth_month=["2"] * 5, birth_year=["1980"] * 5))
    assert found.birth_parts == {"day": "birth_day", "month": "birth_month", "year": "birth_year"}


def test_what_the_user_says_comes_first() -> None:
    found = understood(table("surname", "x", "town"), {"x": "forename", "town": "area"}, ignored=["surname"])
    assert found.meanings == {"x": "forename", "town": "area"}
    assert "surname" in found.unused


def test_an_unknown_meaning_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadRecords) as refused:
        understood(table("surname"), {"surname": "shoe_size"})
    assert refused.value.code == "LINK-MEANING"
    assert "date_of_birth" in refused.value.do


def test_a_file_in_which_nothing_is_understood_is_refused_without_a_value() -> None:
    with pytest.raises(BadRecords) as refused:
        understood(table("wages", "colour"))
    assert refused.value.code == "LINK-NOTHING-UNDERSTOOD"
    assert "ada" not in str(refused.value)
