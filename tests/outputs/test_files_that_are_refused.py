"""Promises about bad input: refused in words with a stable code, quickly, and without repeating what stands in the file."""

import io
import json
import os
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import chunk, content_xml, ods, packed, png, sheet_xml, svg, workbook_xml, xlsx, xlsx_parts

from boldlink.errors import BadInput
from boldlink.outputs.files import LIMITS, Limits, Structure, read_output
from boldlink.outputs.files.names import ending_of

REGIONS = Structure("People", ("region",), ("people",))
DATA = REGIONS.table([{"region": "North", "people": 125}])
SECRET = "Zebedee"  # a personal value that no message may repeat
HEAD = "region,people\n"


@pytest.fixture
def refusal(tmp_path):
    """Write bytes or text under a name; give the refusal of reading it, which names nothing that stands in the file."""

    def refusing(name, content, structure=REGIONS, **more):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(BadInput) as caught:
            read_output(path, structure, **({"data": DATA} | more))
        told = str(caught.value)
        assert SECRET not in told and caught.value.why and caught.value.do and caught.value.ask
        assert sorted(tmp_path.rglob("*")) == before
        return caught.value.code

    return refusing


# ---- people


@pytest.mark.parametrize(
    "header",
    ["forename", "NHS number", "postcode", "dob", "person_id"],
)
def test_a_column_that_is_called_after_a_person_is_refused_even_if_declared(header, refusal):
    declared = Structure("T", (header,), ("people",))
    assert refusal("t.csv", f"{header},people\n{SECRET},125\n", declared) == "FILE-PERSONAL"


@pytest.mark.parametrize(
    "value",
    ["943 476 5919", "SW1A 1AA", "1961-02-03", "AB123456C", "A1234AA", f"{SECRET}@home.example", f"Mr {SECRET}", "0f" * 16],
    ids=["NHS number", "postcode", "date of birth", "NINO", "prison number", "mail", "name", "pseudonym"],
)  # fmt: skip
def test_a_column_of_personal_values_is_refused_whatever_it_is_called(value, refusal):
    assert refusal("t.csv", f"{HEAD}{value},125\n") == "FILE-PERSONAL"
    assert refusal("t.json", json.dumps([{"region": value, "people": 125}])) == "FILE-PERSONAL"
    assert (
        refusal("t.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": sheet_xml((("region", "people"), (value, 125)))}))
        == "FILE-PERSONAL"
    )
    assert refusal("t.ods", ods(content_xml((("region", "people"), (value, 125))))) == "FILE-PERSONAL"


def test_numbers_of_people_in_a_column_of_numbers_are_refused(refusal):
    assert refusal("t.csv", f"{HEAD}North,9434765919\n") == "FILE-PERSONAL"
    scores = Structure("T", ("region",), ("people",), estimates={"value": 0})
    assert refusal("t.csv", "region,people,value\nNorth,125,9434765919\n", scores) == "FILE-PERSONAL"


def test_a_hundred_thousand_rows_are_refused_as_soon_as_there_are_too_many(refusal):
    rows = [("region", "people"), *((f"group {number}", 20) for number in range(100_000))]
    assert refusal("t.csv", "\n".join(f"{one},{other}" for one, other in rows)) == "FILE-ROWS"
    assert refusal("t.json", json.dumps([{"region": one, "people": other} for one, other in rows[1:]])) == "FILE-ROWS"
    assert refusal("t.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": sheet_xml(rows)})) == "FILE-ROWS"
    assert refusal("t.ods", ods(content_xml(rows))) == "FILE-ROWS"


def test_reading_stops_at_the_first_row_too_many():
    from boldlink.outputs.files.table import read_table
    from boldlink.outputs.rules import RULES

    taken = []

    def endless():
        yield ("region", "people")
        while True:
            taken.append(1)
            yield (f"group {len(taken)}", 20)

    with pytest.raises(BadInput, match="FILE-ROWS"):
        read_table(endless(), REGIONS, RULES, LIMITS)
    assert len(taken) == RULES.rows_at_most + 1


# ---- names and kinds


@pytest.mark.parametrize(
    "name",
    ["../t.csv", "a/t.csv", "a\\t.csv", "C:t.csv", "..csv", ".csv", "t", "t.csv.exe", "con.csv", "COM1.csv", "t\u202evsc.csv", "t\u00a0.csv",
     "tаble.csv", " t.csv", "-t.csv", "t .csv.", "t\n.csv", "t\x00.csv", "a" * 200 + ".csv", "~t.csv", "t;rm.csv", "$(t).csv"],
)  # fmt: skip
def test_a_name_that_does_not_mean_the_same_everywhere_is_refused(name):
    with pytest.raises(BadInput, match="FILE-NAME"):
        ending_of(name)


@pytest.mark.parametrize("name", ["table-1.csv", "Table 1.XLSX", "t.svg", "a_b.json"])
def test_plain_names_are_taken(name):
    assert ending_of(name) == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("model.pkl", b"\x80\x04\x95", "FILE-MODEL"),
        ("model.joblib", b"x", "FILE-MODEL"),
        ("fit.rds", b"\x1f\x8b\x08", "FILE-MODEL"),
        ("net.onnx", b"\x08\x07", "FILE-MODEL"),
        ("net.pt", b"PK\x03\x04", "FILE-MODEL"),
        ("table.csv", b"\x80\x04\x95\x10", "FILE-MODEL"),
        ("table.csv", b"RDX3\nX\n", "FILE-MODEL"),
        ("table.csv", b"PAR1\x15", "FILE-PEOPLE"),
        ("rows.parquet", b"PAR1", "FILE-PEOPLE"),
        ("notes.txt", b"He said that", "FILE-TEXT"),
        ("report.docx", b"PK\x03\x04", "FILE-TEXT"),
        ("report.csv", b"%PDF-1.7", "FILE-TEXT"),
        ("all.zip", b"PK\x03\x04", "FILE-ARCHIVE"),
        ("table.csv", b"\x1f\x8b\x08", "FILE-ARCHIVE"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "FILE-MACRO"),
        ("book.xlsm", b"PK\x03\x04", "FILE-MACRO"),
        ("table.xlsx", b"\xd0\xcf\x11\xe0", "FILE-MACRO"),
        ("run.csv", b"#!/bin/sh", "FILE-KIND"),
        ("table.csv", packed({"a": "b"}), "FILE-KIND"),
        ("chart.svg", png(), "FILE-KIND"),
        ("table.xlsx", b"region,people", "FILE-KIND"),
        ("thing.xyz", b"x", "FILE-KIND"),
        ("table.csv", b"", "FILE-EMPTY"),
        ("table.csv", HEAD.encode(), "FILE-EMPTY"),
    ],
)
def test_what_is_no_table_or_drawing_is_refused_by_its_kind(name, content, code, refusal):
    assert refusal(name, content) == code


def test_a_link_a_folder_and_a_pipe_are_no_plain_files(tmp_path):
    (tmp_path / "real.csv").write_text(HEAD + "North,125\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("link.csv", "folder.csv", "pipe.csv", "missing.csv"):
        with pytest.raises(BadInput, match="FILE-PLAIN"):
            read_output(tmp_path / name, REGIONS)


def test_a_file_too_large_is_refused_before_it_is_read_further(refusal):
    assert refusal("t.csv", HEAD + "North,125\n" * 9, limits=Limits(file_bytes=64)) == "FILE-SIZE"


def test_a_table_without_a_declared_structure_is_refused(refusal):
    assert refusal("t.csv", HEAD + "North,125\n", None) == "FILE-STRUCTURE"


# ---- texts


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfer\x00", "FILE-ENCODING"),
        (HEAD.encode() + b"N\x00rth,125\n", "FILE-ENCODING"),
        (HEAD.encode() + b"N\xe9,125\n", "FILE-ENCODING"),
        (HEAD + "\ufeffNorth,125\n", "FILE-ENCODING"),
        (HEAD + 'North","125\n', "FILE-CSV"),
        (HEAD + '"North,125\n', "FILE-CSV"),
        (HEAD + "North\n", "FILE-SHAPE"),
        (HEAD + "North,125,7\n", "FILE-SHAPE"),
        (HEAD + "North,125\nNorth,130\n", "FILE-TWICE"),
        (HEAD + ",125\n", "FILE-EMPTY-CELL"),
        ("region,people,age\nNorth,125,30\n", "FILE-COLUMNS"),
        ("region\nNorth\n", "FILE-COLUMNS"),
        ("region,people,people\nNorth,125,125\n", "FILE-COLUMNS"),
        (HEAD + "=cmd|' /C calc'!A0,125\n", "FILE-FORMULA"),
        (HEAD + "+1,125\n", "FILE-FORMULA"),
        (HEAD + "-North,125\n", "FILE-FORMULA"),
        (HEAD + "@SUM(A1),125\n", "FILE-FORMULA"),
        (HEAD + "\uff1dA1,125\n", "FILE-FORMULA"),
        (HEAD + ' =A1,125\n', "FILE-FORMULA"),
        (HEAD + "\tNorth,125\n", "FILE-FORMULA"),
        (HEAD + "No\u200brth,125\n", "FILE-CHARACTERS"),
        (HEAD + "\u202eNorth,125\n", "FILE-CHARACTERS"),
        (HEAD + f"{SECRET} came back. He was seen,125\n", "FILE-TEXT"),
        (HEAD + f'"North\n{SECRET}",125\n', "FILE-CHARACTERS"),
        (HEAD + f"said: {SECRET}. He was seen,125\n", "FILE-TEXT"),
        (HEAD + f"Note: {SECRET} came back,125\n", "FILE-TEXT"),
        (HEAD + f"a: b: {SECRET} came back,125\n", "FILE-TEXT"),
        (HEAD + "x" * 200 + ",125\n", "FILE-TEXT"),
        (HEAD + "North,12.5\n", "FILE-NUMBER"),
        (HEAD + "North,-5\n", "FILE-NUMBER"),
        (HEAD + "North,1e3\n", "FILE-NUMBER"),
        (HEAD + "North,nan\n", "FILE-NUMBER"),
        (HEAD + "North,\u0661\u0662\n", "FILE-NUMBER"),
        (HEAD + "North,1_000\n", "FILE-NUMBER"),
        (HEAD + "North,=1+1\n", "FILE-NUMBER"),
        (HEAD + f"North,{SECRET}\n", "FILE-NUMBER"),
        (HEAD + "North,007\n", "FILE-NUMBER"),
    ],
)  # fmt: skip
def test_a_csv_that_is_not_plainly_what_was_declared_is_refused(content, code, refusal):
    assert refusal("t.csv", content) == code


def test_categories_that_were_not_declared_are_refused(refusal):
    declared = Structure("T", ("region",), ("people",), categories={"region": ["North"]})
    assert refusal("t.csv", f"{HEAD}{SECRET},125\n", declared) == "FILE-CATEGORIES"


@pytest.mark.parametrize(
    "content",
    ["{", "[" * 100_000, '{"region": "North"}', "[1]", '[{"region": "N", "people": 1, "people": 2}]', '[{"region": "N", "people": NaN}]',
     '[{"region": "N", "people": ' + "9" * 5_000 + "}]", '[{"region": "N", "people": [1]}]', '[{"region": "N", "people": true}]',
     '[{"region": "N", "people": 20}, {"region": "S"}]', '[{"region": {"a": 1}, "people": 20}]'],
)  # fmt: skip
def test_a_json_file_that_is_no_table_is_refused(content, refusal):
    assert refusal("t.json", content) == "FILE-JSON"


# ---- spreadsheets


def part(name, content):
    return xlsx(**{name: content})


SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/worksheets/_rels/sheet1.xml.rels"
LINK = '<Relationships><Relationship Id="r" TargetMode="External" Target="http://away.example"/></Relationships>'
FORMULA = '<worksheet><sheetData><row r="1"><c r="A1"><f>{}</f><v>1</v></c></row></sheetData></worksheet>'
BAD_XLSX = {
    "a program": (part("xl/vbaProject.bin", b"\xd0\xcf"), "FILE-MACRO"),
    "a kind with programs": (part("[Content_Types].xml", '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'), "FILE-MACRO"),
    "an old macro sheet": (part("xl/macrosheets/sheet1.xml", "<x/>"), "FILE-MACRO"),
    "a control": (part("xl/activeX/activeX1.xml", "<x/>"), "FILE-MACRO"),
    "another workbook": (part("xl/externalLinks/externalLink1.xml", "<x/>"), "FILE-LINK"),
    "a connection": (part("xl/connections.xml", "<x/>"), "FILE-LINK"),
    "a target outside": (part(RELS, LINK), "FILE-LINK"),
    "an external reference": (part("xl/workbook.xml", workbook_xml(after="<externalReferences><externalReference/></externalReferences>")), "FILE-LINK"),
    "rows behind a pivot": (part("xl/pivotCache/pivotCacheRecords1.xml", "<x/>"), "FILE-PEOPLE"),
    "comments": (part("xl/comments1.xml", f"<x>{SECRET}</x>"), "FILE-TEXT"),
    "people who comment": (part("xl/persons/person.xml", f"<x>{SECRET}</x>"), "FILE-TEXT"),
    "a picture": (part("xl/media/image1.png", b"x"), "FILE-EMBEDDED"),
    "another file": (part("xl/embeddings/oleObject1.docx", b"x"), "FILE-EMBEDDED"),
    "something unknown": (part("xl/new.xml", "<x/>"), "FILE-EMBEDDED"),
    "a formula": (part(SHEET, FORMULA.format("A2+1")), "FILE-FORMULA"),
    "a formula that fetches": (part(SHEET, FORMULA.format('WEBSERVICE("http://x")')), "FILE-CALLS-OUT"),
    "a formula that runs": (part(SHEET, FORMULA.format("cmd|'/c calc'!A1")), "FILE-CALLS-OUT"),
    "a formula of another file": (part(SHEET, FORMULA.format("[1]Sheet1!A1")), "FILE-CALLS-OUT"),
    "a formula of a table": (part("xl/tables/table1.xml", "<table><calculatedColumnFormula>1</calculatedColumnFormula></table>"), "FILE-FORMULA"),
    "an order of formulas": (part("xl/calcChain.xml", "<x/>"), "FILE-FORMULA"),
    "a hidden sheet": (part("xl/workbook.xml", workbook_xml(' state="hidden"')), "FILE-HIDDEN"),
    "a very hidden sheet": (part("xl/workbook.xml", workbook_xml(' state="veryHidden"')), "FILE-HIDDEN"),
    "a second sheet": (part("xl/workbook.xml", workbook_xml(more='<sheet name="B" sheetId="2" r:id="rId2"/>')), "FILE-SHEETS"),
    "a sheet that no workbook names": (part("xl/worksheets/sheet2.xml", sheet_xml()), "FILE-SHEETS"),
    "a hidden row": (part(SHEET, sheet_xml().replace('<row r="2"', '<row hidden="1" r="2"')), "FILE-HIDDEN"),
    "a row of no height": (part(SHEET, sheet_xml().replace('<row r="2"', '<row ht="0" r="2"')), "FILE-HIDDEN"),
    "a hidden column": (part(SHEET, sheet_xml(inside='<cols><col min="1" hidden="true"/></cols>')), "FILE-HIDDEN"),
    "merged cells": (part(SHEET, sheet_xml(after="<mergeCells/>")), "FILE-EMBEDDED"),
    "a footer": (part(SHEET, sheet_xml(after=f"<headerFooter><oddFooter>{SECRET}</oddFooter></headerFooter>")), "FILE-EMBEDDED"),
    "a name": (part("xl/workbook.xml", workbook_xml(after=f"<definedNames><definedName name='x'>{SECRET}</definedName></definedNames>")), "FILE-EMBEDDED"),
    "a cell outside the table": (part(SHEET, sheet_xml((("region", "people"), ("North", 125, SECRET)))), "FILE-SHAPE"),
    "a second table below": (part(SHEET, sheet_xml().replace('<row r="4"', '<row r="9"').replace('"A4"', '"A9"').replace('"B4"', '"B9"')), "FILE-EMPTY-CELL"),
    "a string that is not there": (part(SHEET, sheet_xml().replace('t="inlineStr"><is><t>North</t></is>', 't="s"><v>7</v>')), "FILE-NUMBER"),
    "a number that only some programs read": (part(SHEET, sheet_xml().replace("<v>125</v>", "<v>1_25</v>")), "FILE-NUMBER"),
    "laughs": (part(SHEET, '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'), "FILE-MARKUP"),
    "an entity from outside": (part("xl/styles.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'), "FILE-MARKUP"),
    "markup that does not close": (part(SHEET, "<worksheet>"), "FILE-MARKUP"),
    "markup without end": (part("xl/theme/theme1.xml", "<a>" * 500), "FILE-MARKUP"),
    "no workbook": (packed({"[Content_Types].xml": "<Types/>"}), "FILE-KIND"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_XLSX)
def test_a_spreadsheet_that_is_more_than_a_table_is_refused(what, refusal):
    content, code = BAD_XLSX[what]
    assert refusal("t.xlsx", content) == code


def test_what_was_deleted_and_is_still_in_the_file_is_found(tmp_path):
    strings = f"<sst><si><t>North</t></si><si><t>{SECRET}</t></si></sst>"
    shown = sheet_xml((("region", "people"), ("North", 125))).replace(
        't="inlineStr"><is><t>North</t></is>', 't="s"><v>0</v>'
    )
    path = tmp_path / "t.xlsx"
    path.write_bytes(xlsx(**{"xl/sharedStrings.xml": strings, SHEET: shown}))
    found = [one for one in read_output(path, REGIONS).findings if one.outcome == "fail"]
    assert [one.code for one in found] == ["FILE-LEFTOVERS"] and SECRET not in str(found)


HIDING = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
BAD_ODS = {
    "a program": (ods(**{"Basic/Standard/Module1.xml": "<x/>"}), "FILE-MACRO"),
    "a script": (ods(**{"Scripts/python/a.py": "x"}), "FILE-MACRO"),
    "something that runs on opening": (ods(content_xml().replace("<office:body>", "<office:scripts><script:event-listener/></office:scripts><office:body>")), "FILE-MACRO"),
    "another file": (ods(**{"Object 1/content.xml": "<x/>"}), "FILE-EMBEDDED"),
    "a picture": (ods(**{"Pictures/a.png": b"x"}), "FILE-EMBEDDED"),
    "settings that hold something": (ods(**{"Configurations2/accelerator/current.xml": "<x/>"}), "FILE-EMBEDDED"),
    "a formula": (ods(content_xml(cells='table:formula="of:=[.A1]+1"')), "FILE-CALLS-OUT"),
    "a plain formula": (ods(content_xml(cells='table:formula="of:=1+1"')), "FILE-FORMULA"),
    "a formula that fetches": (ods(content_xml(cells='table:formula="of:=WEBSERVICE(1)"')), "FILE-CALLS-OUT"),
    "a link": (ods(content_xml().replace("<text:p>North</text:p>", '<text:p><text:a xlink:href="http://x">North</text:a></text:p>')), "FILE-LINK"),
    "a live link": (ods(content_xml(more="<table:dde-links/>")), "FILE-LINK"),
    "a hidden sheet": (ods(content_xml(styles=HIDING, table='table:style-name="ta1"')), "FILE-HIDDEN"),
    "a hidden row": (ods(content_xml(row='table:visibility="collapse"')), "FILE-HIDDEN"),
    "a filtered row": (ods(content_xml(row='table:visibility="filter"')), "FILE-HIDDEN"),
    "what was deleted": (ods(content_xml(more="<table:tracked-changes/>")), "FILE-HIDDEN"),
    "other words than it shows": (ods(content_xml(cells=f'office:string-value="{SECRET}"')), "FILE-HIDDEN"),
    "a comment": (ods(content_xml().replace("<text:p>North</text:p>", f"<office:annotation><text:p>{SECRET}</text:p></office:annotation>")), "FILE-TEXT"),
    "a pivot": (ods(content_xml(more="<table:data-pilot-tables/>")), "FILE-PEOPLE"),
    "a second sheet": (ods(content_xml(more='<table:table table:name="B"/>')), "FILE-SHEETS"),
    "a merged cell": (ods(content_xml().replace("<table:table-cell office:value-type=\"float\" office:value=\"125\" ><text:p>125</text:p></table:table-cell>", "<table:covered-table-cell/>")), "FILE-SHAPE"),
    "a row repeated a million times": (ods(content_xml(row='table:number-rows-repeated="1048576"')), "FILE-ROWS"),
    "a cell repeated a million times": (ods(content_xml(cells='table:number-columns-repeated="1048576"')), "FILE-SHAPE"),
    "a repeat that is no number": (ods(content_xml(row='table:number-rows-repeated="-1"')), "FILE-SHAPE"),
    "a number that only some programs read": (ods(content_xml().replace('value="125"', 'value="1_25"')), "FILE-NUMBER"),
    "encryption": (ods(**{"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}), "FILE-ARCHIVE"),
    "another kind": (packed({"mimetype": "application/zip", "content.xml": content_xml()}), "FILE-KIND"),
    "laughs": (ods('<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'), "FILE-MARKUP"),
    "instructions": (ods("<?xml-stylesheet href='x'?><x/>"), "FILE-MARKUP"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_ODS)
def test_an_opendocument_sheet_that_is_more_than_a_table_is_refused(what, refusal):
    content, code = BAD_ODS[what]
    assert refusal("t.ods", content) == code


# ---- archives


def patched(content, name, **fields):
    """An archive whose directory says something else of a part: the lie that bombs are made of."""
    made = bytearray(content)
    place = made.rindex(name.encode()) - 46
    for field, value in fields.items():
        offset, form = {"size": (24, "<I"), "flags": (8, "<H"), "method": (10, "<H"), "offset": (42, "<I")}[field]
        struct.pack_into(form, made, place + offset, value)
    return bytes(made)


def linked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("xl/workbook.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def twice():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/workbook.xml", "<b/>")
    return file.getvalue()


THEME = "xl/theme/theme1.xml"
BOMBS = {
    "zeros": (part(THEME, b"\x00" * 60_000_000), "FILE-BOMB"),
    "more than it may hold": (part(THEME, os.urandom(1000) * 70_000), "FILE-BOMB"),
    "too many parts": (packed({f"xl/tables/table{n}.xml": "<x/>" for n in range(500)}), "FILE-BOMB"),
    "a size that is a lie": (patched(part(THEME, b"<x>" + b" " * 500_000 + b"</x>"), THEME, size=10), "FILE-ARCHIVE"),
    "a size that is too much": (patched(part(THEME, "<x/>"), THEME, size=40), "FILE-BOMB"),
    "parts over each other": (patched(xlsx(), SHEET, offset=0), "FILE-BOMB"),
    "another archive inside": (part(THEME, packed({"a": "b"})), "FILE-ARCHIVE"),
    "something gzipped inside": (part("xl/styles.xml", b"\x1f\x8b\x08" + b"x" * 50), "FILE-ARCHIVE"),
    "a password": (patched(xlsx(), SHEET, flags=1), "FILE-ARCHIVE"),
    "an odd way of packing": (patched(xlsx(), SHEET, method=12), "FILE-ARCHIVE"),
    "a part with a path upwards": (packed({**xlsx_parts(), "xl/../../etc/x.xml": "x"}), "FILE-ARCHIVE"),
    "a part from the root": (packed({**xlsx_parts(), "/etc/x.xml": "x"}), "FILE-ARCHIVE"),
    "a part with a backslash": (packed({**xlsx_parts(), "xl\\x.xml": "x"}), "FILE-ARCHIVE"),
    "a part in other letters": (packed({**xlsx_parts(), "xl/tаble.xml": "x"}), "FILE-ARCHIVE"),
    "a link": (linked(), "FILE-ARCHIVE"),
    "one name twice": (twice(), "FILE-ARCHIVE"),
    "one name in two cases": (packed({**xlsx_parts(), "XL/workbook.xml": "<x/>"}), "FILE-ARCHIVE"),
    "something after its end": (xlsx() + SECRET.encode(), "FILE-ARCHIVE"),
    "its end cut off": (xlsx()[:-30], "FILE-ARCHIVE"),
    "a damaged part": (xlsx().replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:60] + b"\xff" * 40 + xlsx()[100:], "FILE-ARCHIVE"),
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_an_archive_is_not_believed(what, refusal):
    content, code = BOMBS[what]
    assert refusal("t.xlsx", content) == code


WHOLE = {
    "t.csv": (HEAD + "North,125\nSouth,[c]\n").encode(),
    "t.json": b'[{"region": "North", "people": 125}, {"region": "South", "people": "[c]"}]',
    "t.xlsx": xlsx(),
    "t.ods": ods(),
    "c.svg": svg(),
    "p.png": png(),
}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=60)
@given(st.data())
def test_a_file_with_anything_put_in_or_cut_out_is_read_or_refused_in_words(name, tmp_path_factory, data):
    content = WHOLE[name]
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(content)), st.integers(0, len(content)))))
    put = data.draw(
        st.binary(max_size=6) | st.sampled_from([b"\x00", b'"', b"<", b"&x;", b"[[[", b"1e999", b"\xff\xfe", b"9" * 40])
    )
    cut = data.draw(st.sampled_from([begin, end]))
    path = tmp_path_factory.mktemp("changed") / name
    path.write_bytes(content[:begin] + put + content[cut:])
    try:
        found = read_output(path, REGIONS, data=DATA)
    except BadInput as refused:
        assert refused.code.startswith("FILE-")
    else:
        assert found.kind == name.rpartition(".")[2] and (found.table is None) == (found.kind in ("svg", "png"))


# ---- drawings and pictures

PIXEL = "data:image/png;base64,iVBORw0KGgo="
BAD_SVG = {
    "a script": (svg("<script>alert(1)</script>"), "FILE-SCRIPT"),
    "a page inside": (svg("<foreignObject><p>x</p></foreignObject>"), "FILE-SCRIPT"),
    "a handler": (svg('<rect onload="alert(1)"/>'), "FILE-SCRIPT"),
    "a handler of its own": (svg(attributes='OnClick="x"'), "FILE-SCRIPT"),
    "a link": (svg('<a href="javascript:x"><text>North</text></a>'), "FILE-SCRIPT"),
    "a picture": (svg(f'<image href="{PIXEL}"/>'), "FILE-IMAGE"),
    "a filter that loads": (svg(f'<filter><feImage href="{PIXEL}"/></filter>'), "FILE-IMAGE"),
    "a shape from elsewhere": (svg('<use xlink:href="http://x/y.svg#a"/>'), "FILE-LINK"),
    "a shape made of data": (svg(f'<use href="{PIXEL}"/>'), "FILE-LINK"),
    "a style from elsewhere": (svg("<style>@import url(http://x);</style>"), "FILE-LINK"),
    "a fill from elsewhere": (svg('<rect fill="url(http://x)"/>'), "FILE-LINK"),
    "a style in escapes": (svg("<style>a{fill:\\75rl(x)}</style>"), "FILE-LINK"),
    "a comment in its style": (svg(f"<style>a{{fill:red}}/* {SECRET} */</style>"), "FILE-TEXT"),
    "a shape called by a number of a person": (svg('<rect id="943 476 5919"/>'), "FILE-PERSONAL"),
    "a shape of a long name": (svg(f'<rect class="{SECRET * 40}"/>'), "FILE-PERSONAL"),
    "animation": (svg('<set attributeName="href" to="javascript:x"/>'), "FILE-MARKUP"),
    "metadata": (svg(f"<metadata>{SECRET}</metadata>"), "FILE-MARKUP"),
    "data that do not show": (svg(f'<rect data-name="{SECRET}"/>'), "FILE-EMBEDDED"),
    "hidden words": (svg(f'<text visibility="hidden">{SECRET}</text>'), "FILE-HIDDEN"),
    "words of no size": (svg(f'<text style="fill:red;font-size:0px">{SECRET}</text>'), "FILE-HIDDEN"),
    "free text": (svg(f"<text>{SECRET} came back. He was seen.</text>"), "FILE-TEXT"),
    "a long comment": (svg(f"<!-- {SECRET} {'x ' * 40}-->"), "FILE-TEXT"),
    "a long description": (svg(f"<desc>{SECRET} {'x ' * 200}</desc>"), "FILE-TEXT"),
    "a label about a person": (svg("<text>943 476 5919</text>"), "FILE-PERSONAL"),
    "invisible characters": (svg("<text>No\u200brth</text>"), "FILE-CHARACTERS"),
    "entities": (svg(before='<!DOCTYPE svg [<!ENTITY a "x">]>'), "FILE-MARKUP"),
    "a document type of its own": (svg(before='<!DOCTYPE svg SYSTEM "http://x/y.dtd">'), "FILE-MARKUP"),
    "a style sheet outside": (svg(before='<?xml-stylesheet href="http://x"?>'), "FILE-MARKUP"),
    "too many shapes": (svg("<path/>" * 60_000), "FILE-SIZE"),
    "no drawing": (b"<html/>", "FILE-MARKUP"),
    "a drawing inside another thing": (b"<g><svg/></g>", "FILE-KIND"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_SVG)
def test_a_drawing_that_is_more_than_shapes_is_refused(what, refusal):
    content, code = BAD_SVG[what]
    assert refusal("c.svg", content) == code


BAD_PNG = {
    "a text": (png(more=chunk(b"tEXt", b"Comment\x00" + SECRET.encode())), "FILE-TEXT"),
    "a packed text": (png(more=chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(SECRET.encode()))), "FILE-TEXT"),
    "a camera's words": (png(more=chunk(b"eXIf", b"MM")), "FILE-TEXT"),
    "a profile": (png(more=chunk(b"iCCP", b"x\x00\x00")), "FILE-EMBEDDED"),
    "a second picture": (png(more=chunk(b"fdAT", b"x")), "FILE-EMBEDDED"),
    "a chunk of its own": (png(more=chunk(b"zzZz", SECRET.encode())), "FILE-EMBEDDED"),
    "a chunk longer than its kind": (png(more=chunk(b"pHYs", SECRET.encode() * 9)), "FILE-EMBEDDED"),
    "something after its end": (png(after=SECRET.encode()), "FILE-EMBEDDED"),
    "something after its pixels": (png(pixels=(b"\x00" + b"\x7f" * 4) * 3 + SECRET.encode()), "FILE-EMBEDDED"),
    "a checksum that is wrong": (png()[:-14] + b"\x00\x00" + png()[-12:], "FILE-IMAGE"),
    "an end that is missing": (png()[:-12], "FILE-IMAGE"),
    "a size beyond all bounds": (png(width=2**30, height=2**30, pixels=b""), "FILE-SIZE"),
    "half a chunk": (png()[:20], "FILE-IMAGE"),
    "two palettes": (png(more=chunk(b"gAMA", b"\0\0\0\1") * 2), "FILE-IMAGE"),
}


@pytest.mark.parametrize("what", BAD_PNG)
def test_a_picture_that_is_more_than_its_pixels_is_refused(what, refusal):
    content, code = BAD_PNG[what]
    assert refusal("p.png", content) == code


def test_a_picture_without_its_data_is_refused(refusal):
    assert refusal("p.png", png(), data=None) == "FILE-NO-DATA"
