"""Files that are refused whole: which code, and never a word of what stood in them."""

import gzip
import traceback

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_extracts import GOOD, HEADER, Desk, columns, contract, row, rows

from boldlink.errors import BadExtract
from boldlink.values import DeliveryKind

SECRET = "Gormenghast"


def refused(desk, content, name="2024.full.csv", agreed=None):
    with pytest.raises(BadExtract) as problem:
        desk.receive(content, name, agreed)
    told = problem.value
    assert f"courts/{name}" in told.what and told.why and told.do and told.ask
    assert SECRET not in "".join(traceback.format_exception(told))
    return told


def parquet_bytes(table):
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def test_a_missing_column_is_named(desk):
    told = refused(desk, rows().replace("forename", "first name"))
    assert told.code == "DEPOSIT-COLUMNS-MISSING" and "1 column(s) are missing: forename." in told.why


def test_columns_that_only_look_like_the_contracts_are_pointed_out(desk):
    told = refused(desk, rows().replace(HEADER, HEADER.replace("case_id", "Case ID").replace("dob", " DOB ")))
    assert "Names that differ only in case, spaces or marks: case_id, dob." in told.why


def test_a_column_too_many_is_counted_and_not_repeated(desk):
    text = rows().replace("\n", f",{SECRET}\n")
    told = refused(desk, text)
    assert told.code == "DEPOSIT-COLUMNS-UNKNOWN" and "1 column(s)" in told.why


def test_a_file_without_a_header_does_not_have_its_first_row_repeated(desk):
    told = refused(desk, row() + "\n")
    assert told.code == "DEPOSIT-COLUMNS-MISSING" and "Winifred" not in str(told)


def test_a_column_named_twice_is_refused(desk):
    told = refused(desk, rows().replace("pnc,", "ref,", 1))
    assert told.code == "DEPOSIT-COLUMNS-TWICE" and "ref" in told.why


def test_columns_twice_that_are_not_the_contracts_are_only_counted(desk):
    told = refused(desk, f"{HEADER},{SECRET},{SECRET}\n")
    assert told.code == "DEPOSIT-COLUMNS-TWICE" and "1 column name(s) stand twice." in told.why


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_guessed_at(desk, separator):
    assert "is the separator a comma?" in refused(desk, rows().replace(",", separator)).why


@pytest.mark.parametrize("text", ["", HEADER, HEADER + "\n", HEADER + "\r\n\r\n", "\ufeff" + HEADER + "\n"])
def test_a_file_of_no_rows_is_empty(desk, text):
    assert refused(desk, text).code == "DEPOSIT-EMPTY"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_text_that_is_not_utf_8_is_refused(desk, encoding):
    assert refused(desk, rows({"forename": "Zoë"}).encode(encoding)).code == "DEPOSIT-ENCODING"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_even_where_every_letter_is_plain_and_no_mark_stands_first(desk, encoding):
    told = refused(desk, rows().encode(encoding))
    assert told.code == "DEPOSIT-ENCODING" and "UTF-16" in told.why


def test_a_letter_cut_in_two_at_the_end_is_no_utf_8(desk):
    assert refused(desk, rows().encode() + "ë".encode()[:1]).code == "DEPOSIT-ENCODING"


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", gzip.compress(b"x")[:4]])
def test_another_kind_of_file_under_the_name_of_csv_is_refused(desk, start):
    told = refused(desk, start + rows().encode())
    assert told.code == "DEPOSIT-UNREADABLE" and "under the name of a csv file" in told.why


def test_nul_bytes_are_no_text(desk):
    assert refused(desk, rows({"plea": "gui\x00lty"})).code == "DEPOSIT-UNREADABLE"


@pytest.mark.parametrize("bad", [f"C9,P9,{SECRET}", row(notes=f"{SECRET},{SECRET}"), "   ", f'C9,"{SECRET}'])
def test_rows_of_too_few_or_too_many_fields_are_counted(desk, bad):
    told = refused(desk, rows() + bad + "\n")
    assert told.code == "DEPOSIT-RAGGED" and f"1 row(s) do not have {len(GOOD)} fields" in told.why


def test_a_quote_that_never_closes_swallows_no_rows_unseen(desk):
    text = rows() + 'C9,"' + "\n".join(row(case_id=f"D{number}") for number in range(500)) + "\n"
    assert refused(desk, text).code == "DEPOSIT-RAGGED"


def test_a_field_longer_than_what_is_read_at_once_is_refused(desk, monkeypatch):
    monkeypatch.setattr("boldlink.deposits.reading.BLOCK_BYTES", 1024)
    assert refused(desk, rows({"notes": SECRET * 1000})).code == "DEPOSIT-UNREADABLE"


def test_a_record_delivered_twice_is_counted(desk):
    told = refused(desk, rows({"case_id": "G0"}, {"case_id": "G1"}))
    assert told.code == "DEPOSIT-DUPLICATE-KEYS"
    assert "2 row(s) repeat the record key (case_id)" in told.why


def test_a_record_delivered_twice_is_found_across_batches(desk, monkeypatch):
    monkeypatch.setattr("boldlink.deposits.reading.BLOCK_BYTES", 256)
    assert refused(desk, rows({"case_id": "G0"}, good=40)).code == "DEPOSIT-DUPLICATE-KEYS"


def test_a_column_of_the_wrong_type_throughout_refuses_the_file(desk):
    told = refused(desk, rows(*[{"days": SECRET}] * 5, good=4))
    assert told.code == "DEPOSIT-TYPE"
    assert "5 of 9 rows" in told.why and "5 values of days are not of the contract's type" in told.why


def test_many_different_faults_together_refuse_the_file_as_well(desk):
    told = refused(desk, rows({"days": "x"}, {"score": "x"}, {"heard": ""}, {"plea": "x"}, {"days": "y"}, good=4))
    assert told.code == "DEPOSIT-TYPE" and "5 of 9 rows" in told.why and "2 values of days" in told.why


def test_a_file_that_changed_after_it_was_found_is_refused(desk):
    path = desk.lay(rows())
    [extract], _ = desk.find()
    path.write_text(rows({}))
    with pytest.raises(BadExtract) as problem:
        list(_read(extract))
    assert problem.value.code == "DEPOSIT-CHANGED"


@pytest.mark.parametrize("change", [lambda path: path.write_text("x"), lambda path: path.unlink()])
def test_a_file_that_changes_or_goes_while_it_is_read_is_refused(desk, change):
    path = desk.lay(rows())
    [extract], _ = desk.find()
    reading = _read(extract)
    next(reading)
    change(path)
    with pytest.raises(BadExtract) as problem:
        list(reading)
    assert problem.value.code == "DEPOSIT-CHANGED"


def _read(extract):
    from boldlink.deposits.reading import read_batches

    assert extract.kind is DeliveryKind.FULL
    return read_batches(extract, contract())


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (pa.array([[1], [2]]), "DEPOSIT-TYPE"),
        (pa.array([{"a": 1}, {"a": 2}]), "DEPOSIT-TYPE"),
        (pa.array([b"1", b"2"]), "DEPOSIT-TYPE"),
        (pa.array([b"1", b"2"]).dictionary_encode(), "DEPOSIT-TYPE"),
        (pa.array([1, 2], pa.time32("s")), "DEPOSIT-TYPE"),
    ],
)
def test_parquet_columns_without_plain_values_are_named(desk, values, code):
    told = refused(desk, pa.table(columns() | {"days": values}), "2024.full.parquet")
    assert told.code == code and "days" in told.why


def test_parquet_text_that_is_not_utf_8_is_refused(desk):
    offsets, letters = pa.py_buffer(b"\0\0\0\0\2\0\0\0\4\0\0\0"), pa.py_buffer(b"\xff\xfeab")
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, letters])
    told = refused(desk, pa.table(columns() | {"forename": broken}), "2024.full.parquet")
    assert told.code == "DEPOSIT-ENCODING" and "forename" in told.why


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_parquet_cut_short_is_refused(desk, share):
    whole = parquet_bytes(pa.table(columns()))
    assert refused(desk, whole[: int(len(whole) * share)], "2024.full.parquet").code == "DEPOSIT-UNREADABLE"


def test_csv_under_the_name_of_parquet_is_refused(desk):
    assert refused(desk, rows(), "2024.full.parquet").code == "DEPOSIT-UNREADABLE"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (pa.table({}), "DEPOSIT-COLUMNS-MISSING"),
        (pa.table(columns()).slice(0, 0), "DEPOSIT-EMPTY"),
        (pa.table(columns() | {"extra": ["", ""]}), "DEPOSIT-COLUMNS-UNKNOWN"),
        (pa.table(columns()).append_column("ref", pa.array(["a", "b"])), "DEPOSIT-COLUMNS-TWICE"),
    ],
)
def test_parquet_keeps_the_same_rules_for_columns_and_rows(desk, table, code):
    assert refused(desk, table, "2024.full.parquet").code == code


WHOLE = parquet_bytes(pa.table(columns()))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 1), flip=st.integers(1, 255))
def test_damage_anywhere_in_parquet_never_shows_as_anything_but_a_refusal(tmp_path_factory, at, flip):
    broken = bytearray(WHOLE)
    broken[at] ^= flip
    try:
        Desk(tmp_path_factory.mktemp("damage")).receive(bytes(broken), "2024.full.parquet")
    except BadExtract as told:
        assert SECRET not in "".join(traceback.format_exception(told))


@settings(max_examples=60, deadline=None)
@given(tail=st.text(st.sampled_from('",\r\n\tab \ufeff\u2028;'), max_size=40))
def test_no_text_after_good_rows_shows_as_anything_but_rows_or_a_refusal(tmp_path_factory, tail):
    try:
        intake = Desk(tmp_path_factory.mktemp("tail")).receive(rows() + tail)
    except BadExtract:
        return
    assert intake.rows_accepted >= 4
