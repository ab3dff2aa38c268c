"""A table made elsewhere is the same value from every kind of file, and each wrong figure in it has a finding."""

import json

import odfdo
import pytest
import vl_convert
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from made_files import ROWS, content_xml, ods, png, sheet_xml, svg, xlsx

from boldlink.errors import BadInput
from boldlink.outputs import RULES, protect
from boldlink.outputs.files import Structure, read_output
from boldlink.outputs.files.personal import header_says, shape_of
from boldlink.outputs.files.png import _size
from boldlink.outputs.files.sheet import Sheet

REGIONS = Structure("People", ("region",), ("people",), categories={"region": ["North", "South", "East"]})
RATES = Structure(
    "Back",
    ("region",),
    ("released", "back"),
    {"percent": ("back", "released")},
    categories={"region": ["North", "South"]},
)
EXPECTED = ({"region": "North", "people": 125}, {"region": "South", "people": "[c]"}, {"region": "East", "people": 60})


@pytest.fixture
def read(tmp_path):
    """Write bytes or text under a name, and read them as an output."""

    def reading(name, content, structure=REGIONS, **more):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_output(path, structure, **more)

    return reading


def codes(found):
    return {one.code for one in found.findings if one.outcome == "fail"}


def by_xlsxwriter(path):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("People")
    for number, row in enumerate(ROWS):
        sheet.write_row(number, 0, row)
    sheet.add_table(0, 0, 3, 1, {"columns": [{"header": "region"}, {"header": "people"}]})
    book.close()
    return path.read_bytes()


def by_odfdo(path):
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    table = odfdo.Table("People")
    document.body.append(table)
    for number, row in enumerate(ROWS):
        table.set_row_values(number, list(row))
    document.save(path)
    return path.read_bytes()


CSV = "region,people\nNorth,125\nSouth,[c]\nEast,60\n"
KINDS = {
    "table.csv": lambda _: CSV,
    "marked.csv": lambda _: "\ufeff" + CSV.replace("\n", "\r\n"),
    "table.json": lambda _: json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]),
    "table.xlsx": lambda _: xlsx(),
    "table.ods": lambda _: ods(),
    "written.xlsx": by_xlsxwriter,
    "written.ods": by_odfdo,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_gives_the_same_table(name, read, tmp_path):
    found = read(name, KINDS[name](tmp_path / f"made-{name}"))
    assert found.table.rows == EXPECTED and not codes(found)
    assert {one.code for one in found.findings} <= {"FILE-UNVERIFIED", "FILE-PROPERTIES"} and found.outcome == "review"


def test_a_category_named_after_its_column_is_a_label_as_models_write_it(read):
    found = read(
        "t.csv", CSV.replace("North", "region: North of the river"), Structure("People", ("region",), ("people",))
    )
    assert found.table.rows[0]["region"] == "region: North of the river" and not codes(found)


def test_a_count_is_withheld_or_shown_and_never_not_applicable(read):
    with pytest.raises(BadInput) as caught:
        read("t.csv", CSV.replace("[c]", "[z]"))
    assert caught.value.code == "FILE-NUMBER" and "people can always be counted" in caught.value.why


def test_a_table_that_the_data_give_passes_every_check(read):
    raw = REGIONS.table(
        [{"region": "North", "people": 123}, {"region": "South", "people": 4}, {"region": "East", "people": 62}]
    )
    found = read("t.csv", CSV, raw=raw)
    assert found.outcome == "pass" and not found.findings
    assert read("t.csv", CSV.replace("125", "130"), raw=raw).outcome == "fail"


def test_what_protect_made_passes_from_a_file(read):
    raw = RATES.table(
        [{"region": "North", "released": 123, "back": 47}, {"region": "South", "released": 62, "back": 31}]
    )
    shown = protect(raw, RULES)
    lines = [
        "region,released,back,percent",
        *(",".join(str(row[name]) for name in RATES.columns) for row in shown.rows),
    ]
    assert read("t.csv", "\n".join(lines), RATES, raw=raw).outcome == "pass"


@pytest.mark.parametrize(
    ("was", "becomes", "code", "where"),
    [
        ("North,125", "North,5", "CELL-SMALL", "row 1, column people"),
        ("North,125", "North,0", "CELL-SMALL", "row 1, column people"),
        ("North,125", "North,123", "CELL-NOT-ROUNDED", "row 1, column people"),
        ("East,60", "East,60\nAll,195", "CELL-TOTAL-TELLS", "row 4, column people"),
        ("East,60", "East,60\nAll,180", "CELL-TOTAL", "row 4, column people"),
    ],
)
def test_a_wrong_count_is_a_finding_on_its_cell_with_a_fix(was, becomes, code, where, read):
    found = read("t.csv", CSV.replace(was, becomes))
    (one,) = [one for one in found.findings if one.outcome == "fail"]
    assert (one.code, one.where) == (code, where) and one.fix and one.as_dict()["code"] == code


def test_a_total_of_what_shows_is_right(read):
    assert not codes(read("t.csv", CSV + "All,185\n"))


def test_totals_of_two_keys_add_up_along_each(read):
    two = Structure("T", ("area", "sex"), ("people",), categories={"area": ["A", "B"], "sex": ["f", "m"]})
    rows = "area,sex,people\nA,f,20\nA,m,30\nB,f,40\nB,m,50\nA,All,50\nB,All,90\nAll,f,60\nAll,m,80\nAll,All,140\n"
    assert not codes(read("t.csv", rows, two))
    assert codes(read("t.csv", rows.replace("B,All,90", "B,All,95"), two)) == {"CELL-TOTAL"}
    shared = Structure("T", ("area", "sex"), ("people",), overlapping=("area",))
    assert codes(read("t.csv", rows, shared)) == {"CELL-TOTAL"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("North,125,45,36.0", None),
        ("North,125,45,35.9", "CELL-RATE"),
        ("North,125,[c],12.0", "CELL-RATE"),
        ("North,50,45,90.0", "CELL-NEARLY-ALL"),
    ],
)
def test_rates_divide_the_counts_that_show(line, code, read):
    assert codes(read("t.csv", f"region,released,back,percent\n{line}\n", RATES)) == ({code} if code else set())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("North,125,1.25", None),
        ("North,[c],1.25", "CELL-ESTIMATE"),
        ("North,[c],[c]", None),
        ("North,125,1.2534", "CELL-DECIMALS"),
    ],
)
def test_estimates_show_beside_people_and_with_few_decimals(line, code, read):
    effect = Structure("E", ("region",), ("people",), estimates={"ratio": 2}, categories={"region": ["North"]})
    assert codes(read("t.csv", f"region,people,ratio\n{line}\n", effect)) == ({code} if code else set())


def test_estimates_without_anybody_behind_them_are_scores(read):
    scores = Structure("Scores", ("group",), (), estimates={"score": 2})
    assert codes(read("t.csv", "group,score\na,0.25\nb,0.75\n", scores)) == {"CELL-ESTIMATE"}


def test_labels_that_nobody_declared_are_for_a_reviewer(read):
    found = read("t.csv", CSV, Structure("People", ("region",), ("people",)))
    assert ("FILE-LABELS", "review") in {(one.code, one.outcome) for one in found.findings}


# ---- drawings and pictures

SHOWN = REGIONS.table(EXPECTED)


def test_a_chart_of_the_houses_own_making_is_for_a_reviewer_and_nothing_worse(read):
    bars = {"data": {"values": [{"region": "North", "people": 125}]}, "mark": "bar"}
    spec = {**bars, "encoding": {"x": {"field": "region"}, "y": {"field": "people", "type": "quantitative"}}}
    found = read("chart.svg", vl_convert.vegalite_to_svg(spec), data=SHOWN)
    assert found.outcome == "review" and "FILE-WORDS" not in {one.code for one in found.findings}
    assert read("chart.png", vl_convert.vegalite_to_png(spec), data=SHOWN).outcome == "review"


def test_a_drawing_without_its_data_is_said_to_be_one(read):
    assert "FILE-NO-DATA" in {one.code for one in read("c.svg", svg()).findings}


def test_labels_that_the_data_do_not_have_are_for_a_reviewer(read):
    assert "FILE-WORDS" in {one.code for one in read("c.svg", svg("<text>Elsewhere</text>"), data=SHOWN).findings}
    assert "FILE-WORDS" not in {one.code for one in read("c.svg", svg("<text>North 125</text>"), data=SHOWN).findings}


def test_more_points_than_the_data_have_cells_is_a_picture_of_people(read):
    found = read("c.svg", svg('<circle r="1"/>' * 400), data=SHOWN)
    assert codes(found) == {"FILE-POINTS"}


@pytest.mark.parametrize("interlace", [0, 1])
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 8, 24, 64]))
def test_the_size_of_pixel_data_is_what_a_loop_over_pixels_counts(interlace, width, height, bits):
    passes = [(0, 0, 1, 1)] if not interlace else [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
    ]  # fmt: skip
    size = 0
    for left, top, right, down in passes:
        columns = len(range(left, width, right))
        size += sum(1 + -(-columns * bits // 8) for _ in range(top, height, down)) if columns else 0
    assert _size(width, height, bits, interlace) == size


def test_pixel_data_of_another_size_than_the_picture_are_refused(read):
    assert read("p.png", png(), data=SHOWN).outcome == "review"
    for pixels in (b"\x00" * 14, b"\x00" * 16, b""):
        with pytest.raises(BadInput, match="FILE-EMBEDDED"):
            read("p.png", png(pixels=pixels), data=SHOWN)


# ---- what a column is about


@pytest.mark.parametrize(
    "header",
    ["forename", "Surname", "first_name", "NHSNumber", "nhs no", "DOB", "dateOfBirth", "Date of birth", "postcode", "home address",
     "e-mail", "PNC_ID", "prison number", "case_ref", "person_id", "alf", "name", "patient name", "mobile"],
)  # fmt: skip
def test_headers_that_speak_of_single_people(header):
    assert header_says(header)


@pytest.mark.parametrize(
    "header",
    ["region", "people", "local authority", "offence group", "year", "released", "area_name", "no_fixed_address", "percent",
     "at_risk", "local authority name", "births", "mobility", "months since release", "proven"],
)  # fmt: skip
def test_headers_that_speak_of_groups(header):
    assert not header_says(header)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("943 476 5919", "NHS numbers"),
        ("SW1A 1AA", "postcodes"),
        ("1961-02-03", "days, as dates of birth are"),
        ("03/02/1961", "days, as dates of birth are"),
        ("QQ123456C", ""),
        ("AB123456C", "National Insurance numbers"),
        ("A1234AA", "prison numbers"),
        ("a@b.example", "addresses of electronic mail"),
        ("07700 900123", "telephone numbers"),
        ("0f" * 16, "pseudonyms or keys of people"),
        ("Mr Marlowe", "names of people"),
        ("MARLOWE, Zeb", "names of people"),
        ("North West", ""),
        ("2023-04-01", ""),
        ("E06000001", ""),
        ("2019/20", ""),
        ("18 to 24", ""),
        ("Not recorded", ""),
    ],
)
def test_values_are_known_by_their_shape(value, what):
    assert shape_of([value])[0] == what


@given(st.lists(st.lists(st.sampled_from(["x", None, 7]), min_size=0, max_size=4), max_size=8))
def test_a_sheet_gives_its_rows_back_with_nothing_cut_off(rows):
    sheet = Sheet(20, 100)
    for row in rows:
        sheet.begin_row()
        for column, cell in enumerate(row):
            sheet.put(column, cell)
    found = [[cell for cell in row if cell is not None] for row in sheet.rows()]
    assert [row for row in found if row] == [row for row in ([c for c in one if c is not None] for one in rows) if row]


def test_repeated_rows_of_an_ods_are_rows(read):
    twice = content_xml((("region", "people"), ("North", 60)), row='table:number-rows-repeated="2"')
    with pytest.raises(BadInput, match="FILE-"):
        read("t.ods", ods(twice))


def test_a_shown_number_does_not_hide_a_longer_one(read):
    effect = Structure("E", ("region",), ("people",), estimates={"ratio": 2}, categories={"region": ["North"]})
    rows = (("region", "people", "ratio"), ("North", 125, 1.23456))
    for name, content in (
        ("t.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": sheet_xml(rows)})),
        ("t.ods", ods(content_xml(rows))),
    ):
        assert codes(read(name, content, effect)) == {"CELL-DECIMALS"}
