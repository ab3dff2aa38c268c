"""An extract is taken in: typed, derived, standardised; rows that do not keep the contract are set aside."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_extracts import GOOD, HEADER, Desk, columns, contract, row, rows

from boldlink.deposits.receive import accepted_schema
from boldlink.deposits.validate import check_batch
from boldlink.values import ARROW_TYPES, Column, Role

TAKEN = {
    "case_id": "C1",
    "ref": "P1",
    "forename": "winifred",
    "pnc": "2012/0052494Q",
    "dob": "1980-02-28",
    "postcode": "SW1A 1AA",
    "days": 90,
    "score": 0.5,
    "licence": True,
    "heard": date(2020, 3, 1),
    "plea": "guilty",
    "birth_year": 1980,
    "area": "SW1A",
    "nfa": False,
    "_ordinal": 0,
}


def first_of(desk, **changes):
    """The first row as it is stored, when it is delivered with changes."""
    desk.receive("\n".join([HEADER, row(**changes)]) + "\n")
    return desk.accepted.rows[0]


def test_a_row_is_typed_derived_and_standardised(desk):
    intake = desk.receive(f"{HEADER}\n{row()}\n")
    assert desk.accepted.rows == [TAKEN]
    assert (intake.rows_accepted, intake.rows_quarantined, intake.quarantine_reasons) == (1, 0, {})


def test_every_column_but_the_excluded_is_stored_in_the_contracts_order(desk):
    desk.receive(rows())
    assert desk.accepted.schema.names == list(TAKEN)
    assert desk.accepted.schema.field("dob").type == pa.string()
    assert desk.accepted.schema.field("heard").type == pa.date32()


def test_nothing_is_quarantined_where_nothing_is_wrong(desk):
    desk.receive(rows())
    assert desk.quarantined is None


def test_columns_may_come_in_any_order(desk):
    names = sorted(GOOD, reverse=True)
    desk.receive(",".join(names) + "\n" + ",".join(GOOD[name] for name in names) + "\n")
    assert desk.accepted.rows == [TAKEN]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(desk, line_end, start):
    desk.receive(start + line_end.join([HEADER, row(), "", ""]))
    assert desk.accepted.rows == [TAKEN]


def test_a_quoted_field_may_hold_commas_quotes_and_line_ends(desk):
    desk.receive(f"{HEADER}\n{row(forename=chr(34) + 'Anne,' + chr(10) + 'Marie' + chr(34))}\n")
    assert desk.accepted.rows[0]["forename"] == "anne marie"


@pytest.mark.parametrize("block_bytes", range(230, 330, 7))
def test_a_line_end_inside_a_field_is_no_end_of_a_row_wherever_reading_pauses(desk, monkeypatch, block_bytes):
    monkeypatch.setattr("boldlink.deposits.reading.BLOCK_BYTES", block_bytes)
    desk.receive(rows(*[{"notes": '"one\ntwo\nthree\nfour\nfive"'}] * 12))
    assert [taken["_ordinal"] for taken in desk.accepted.rows] == list(range(16))


def test_spaces_around_values_are_no_part_of_them_and_spaces_alone_are_nothing(desk):
    taken = first_of(desk, days=" 90 ", plea="\tguilty ", licence="   ")
    assert (taken["days"], taken["plea"], taken["licence"]) == (90, "guilty", None)


@pytest.mark.parametrize(("text", "number"), [("+5", 5), ("-0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_whole_numbers_are_read(desk, text, number):
    assert first_of(desk, days=text)["days"] == number


@pytest.mark.parametrize(("text", "number"), [("+1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("-2e3", -2000.0)])
def test_numbers_are_read(desk, text, number):
    assert first_of(desk, score=text)["score"] == number


@pytest.mark.parametrize(("text", "truth"), [("TRUE", True), ("y", True), ("1", True), ("No", False), ("0", False)])
def test_yes_and_no_are_read_in_the_words_of_systems(desk, text, truth):
    assert first_of(desk, licence=text)["licence"] is truth


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"heard": ""}, "missing:heard"),
        ({"case_id": ""}, "missing:case_id"),
        ({"ref": "  "}, "missing:ref"),
        ({"days": "1.0"}, "type:days"),
        ({"days": "١٢"}, "type:days"),
        ({"days": "9" * 19}, "type:days"),
        ({"score": "1,5".replace(",", ";")}, "type:score"),
        ({"score": "٣.٥"}, "type:score"),
        ({"score": "1e400"}, "type:score"),
        ({"score": "NaN"}, "type:score"),
        ({"licence": "maybe"}, "type:licence"),
        ({"heard": "01/03/2020"}, "type:heard"),
        ({"heard": "2020-02-30"}, "type:heard"),
        ({"plea": "Guilty"}, "value:plea"),
        ({"forename": "NOT ENTERED"}, "unusable:forename"),
    ],
)
def test_a_row_that_does_not_keep_the_contract_is_set_aside_with_its_reason(desk, change, reason):
    intake = desk.receive(rows(change))
    assert (intake.rows_accepted, intake.rows_quarantined) == (4, 1)
    assert intake.quarantine_reasons == {reason: 1}
    [aside] = desk.quarantined.rows
    assert aside["_reason"] == reason and aside["_ordinal"] == 4


def test_the_first_fault_of_a_row_in_the_contracts_order_is_its_reason(desk):
    intake = desk.receive(rows({"days": "x", "heard": "", "forename": ""}))
    assert intake.quarantine_reasons == {"missing:forename": 1}


def test_what_is_set_aside_is_kept_as_delivered_without_excluded_columns(desk):
    desk.receive(rows({"days": "ninety", "forename": "WINIFRED"}))
    [aside] = desk.quarantined.rows
    assert (aside["days"], aside["forename"], aside["dob"]) == ("ninety", "WINIFRED", "28/02/1980")
    assert "notes" not in aside and "birth_year" not in aside


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"pnc": "2012/0052494A"}, "pnc", "check_letter"),
        ({"dob": "01/01/1900"}, "dob", "placeholder_date"),
        ({"dob": "1980-02-28"}, "dob", "no_date"),
        ({"postcode": "NF1 1NF"}, "postcode", "no_fixed_abode"),
        ({"postcode": "ZZ99 3WZ"}, "postcode", "pseudo_postcode"),
    ],
)
def test_a_linkage_value_that_cannot_be_used_is_null_and_counted_and_its_row_stays(desk, change, column, rule):
    intake = desk.receive(rows(change))
    assert intake.rows_quarantined == 0
    assert desk.accepted.rows[-1][column] is None
    assert intake.quality.as_dict()["standardised"][column] == {rule: 1}


def test_a_placeholder_date_of_birth_gives_no_year_of_birth(desk):
    assert first_of(desk, dob="01/01/1970")["birth_year"] is None


def test_no_fixed_abode_is_derived_from_the_postcode_before_it_is_lost(desk):
    taken = first_of(desk, postcode="NF1 1FA")
    assert (taken["nfa"], taken["area"], taken["postcode"]) == (True, None, None)
    assert first_of(desk, postcode="")["nfa"] is None


def test_a_batch_of_no_rows_is_read_like_any_other():
    nothing = pa.record_batch([pa.nulls(0, pa.string()) for _ in GOOD], names=list(GOOD))
    checked = check_batch(nothing, contract())
    assert len(checked.reasons) == 0 and set(checked.columns) | {"_ordinal"} == set(TAKEN)


def test_positions_count_every_row_of_the_extract_across_batches(desk, monkeypatch):
    monkeypatch.setattr("boldlink.deposits.reading.BLOCK_BYTES", 300)
    desk.receive(rows({"days": "x"}, {}, {"days": "y"}, {}, good=6))
    assert [aside["_ordinal"] for aside in desk.quarantined.rows] == [6, 8]
    assert [taken["_ordinal"] for taken in desk.accepted.rows] == [0, 1, 2, 3, 4, 5, 7, 9]
    assert len(desk.accepted.batches) > 1


def test_record_keys_of_rows_set_aside_may_stand_again(desk):
    assert desk.receive(rows({"case_id": "G0", "days": "x"})).rows_accepted == 4


def test_record_keys_of_several_columns_are_not_run_together(desk):
    two = contract(
        Column("a", "string", Role.IDENTIFIER, primary_key=True, identifier_type="x"),
        Column("b", "string", Role.SOURCE_KEY, primary_key=True),
    )
    text = "a,b\nx\x1fy,z\nx,y\x1fz\n"
    assert desk.receive(text, agreed=two).rows_accepted == 2


def test_half_of_the_rows_may_be_set_aside_and_no_more(desk):
    assert desk.receive(rows(*[{"days": "x"}] * 4, good=4)).rows_quarantined == 4


def test_parquet_of_typed_columns_is_taken_in_like_csv(desk):
    typed = {
        "dob": [date(1980, 2, 28)],
        "days": [90],
        "score": [0.5],
        "licence": [True],
        "heard": [datetime(2020, 3, 1, 9, 30)],
        "forename": pa.array(["Winifred"]).dictionary_encode(),
    }
    desk.receive(pa.table(columns(1) | typed | {"case_id": ["C1"]}), "2024.full.parquet")
    assert desk.accepted.rows == [TAKEN]


@pytest.mark.parametrize(
    ("name", "values", "taken"),
    [
        ("days", pa.array([90.0]), 90),
        ("days", pa.array([Decimal(90)], pa.decimal128(5, 0)), 90),
        ("days", pa.nulls(1), None),
        ("days", pa.array([90]).dictionary_encode(), 90),
        ("plea", pa.array(["guilty"], pa.large_string()), "guilty"),
        ("heard", pa.array([1583020800_000000001], pa.timestamp("ns")), date(2020, 3, 1)),
        ("heard", pa.array([18322 * 86_400_000], pa.date64()), date(2020, 3, 1)),
        ("heard", pa.array([1593558000], pa.timestamp("s", "Europe/London")), date(2020, 7, 1)),
    ],
)
def test_parquet_values_of_every_plain_type_are_read(desk, name, values, taken):
    desk.receive(pa.table(columns(1) | {name: values}), "2024.full.parquet")
    assert desk.accepted.rows[0][name] == taken


def test_parquet_of_text_columns_is_taken_in_like_csv(desk):
    desk.receive(pa.table(columns(1) | {"case_id": ["C1"]}), "2024.full.parquet")
    assert desk.accepted.rows == [TAKEN]


def test_a_withdrawal_names_people_and_nothing_else(desk):
    intake = desk.receive("ref\nP1\n P2 \n\n", "2025.withdrawal.csv")
    assert desk.accepted.rows == [{"ref": "P1"}, {"ref": "P2"}]
    assert (intake.rows_accepted, desk.quarantined) == (2, None)


def test_a_withdrawal_writes_a_reference_as_the_deposits_stored_it(desk):
    numbered = contract(
        Column("case_id", "string", Role.IDENTIFIER, primary_key=True, identifier_type="case"),
        Column("ref", "integer", Role.SOURCE_KEY, required=True),
    )
    desk.receive("ref\n007\n", "2025.withdrawal.csv", numbered)
    assert desk.accepted.rows == [{"ref": "7"}]


CELLS = st.sampled_from(["", " ", "90", "x", "01/01/1900", "2020-03-01", "guilty", "NF1 1NF", "é", "-", "1e9"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({name: CELLS for name in GOOD if name != "case_id"}), max_size=6))
def test_every_row_is_either_accepted_or_set_aside_for_one_reason(tmp_path_factory, changes):
    desk = Desk(tmp_path_factory.mktemp("rows"))
    intake = desk.receive(rows(*changes, good=len(changes) + 1))
    assert intake.rows_accepted + intake.rows_quarantined == 2 * len(changes) + 1
    assert sum(intake.quarantine_reasons.values()) == intake.rows_quarantined
    kept = desk.accepted.rows + (desk.quarantined.rows if desk.quarantined else [])
    assert sorted(one["_ordinal"] for one in kept) == list(range(2 * len(changes) + 1))


@pytest.mark.parametrize("kind", sorted(ARROW_TYPES))
def test_a_derived_column_is_stored_as_its_role_and_type_say(desk, kind):
    made = Column("made", kind, Role.LINKAGE, meaning="forename", derived_from=("ref",), derivation="copy")
    assert accepted_schema(contract(made)).field("made").type == pa.string()
    plain = Column("made", kind, Role.ATTRIBUTE, derived_from=("ref",), derivation="copy")
    assert accepted_schema(contract(plain)).field("made").type == ARROW_TYPES[kind]


def test_a_column_may_be_derived_from_one_that_is_dropped(desk):
    agreed = contract(
        Column("case_id", "string", Role.IDENTIFIER, primary_key=True, identifier_type="case"),
        Column("ref", "string", Role.SOURCE_KEY),
        Column("postcode", "string", Role.EXCLUDED),
        Column("nfa", "boolean", Role.ATTRIBUTE, derived_from=("postcode",), derivation="no_fixed_abode"),
    )
    desk.receive("case_id,ref,postcode\nC1,P1,ZZ99 3VZ\n", agreed=agreed)
    assert desk.accepted.rows == [{"case_id": "C1", "ref": "P1", "nfa": True, "_ordinal": 0}]
