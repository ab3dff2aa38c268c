"""A table made elsewhere is believed in nothing: it is worked out again, and leaves only as what the data give."""

import json
from dataclasses import replace

import pytest
from made_files import content_xml, ods, sheet_xml, xlsx
from research import BACK, PEOPLE, SHARES, TRUE, as_csv, made, research, submit

from boldlink.errors import BadInput
from boldlink.outputs import RULES, SUPPRESSED, Rules
from boldlink.outputs.submitted import recompute
from boldlink.outputs.submitted.declaration import TableDocument

FIRST = {**PEOPLE, "rows": "first"}
STATISTICS = {
    "people": PEOPLE,
    "first releases": FIRST,
    "shares of who is found elsewhere": SHARES,
    "bands": {**PEOPLE, "columns": {"long": {"of": "sentence_length_days", "bands": [120, 320]}}, "keys": ["long"]},
    "months": {**PEOPLE, "columns": {"month": {"of": "release_date", "as": "month"}}, "keys": ["month"]},
    "filtered": {**PEOPLE, "where": [{"column": "sex_recorded", "is": ["Male"]}]},
    "sums": {**PEOPLE, "statistic": "pivot", "value": "sentence_length_days", "how": "sum"},
    "means": {**PEOPLE, "statistic": "pivot", "value": "sentence_length_days", "how": "mean"},
    "summaries": {**FIRST, "statistic": "summary", "value": "sentence_length_days", "statistics": ["mean", "median", 25]},
    "survival": {
        **FIRST, "statistic": "survival", "keys": [],
        "time": {"after": "release_date", "found_in": "pnc", "on": "offence_date", "until": "2022-12-31"},
    },
    "odds": {
        **{name: value for name, value in FIRST.items() if name != "keys"}, "statistic": "ratio", "how": "odds",
        "columns": BACK, "exposure": {"column": "sex_recorded", "is": "Male"}, "with_outcome": {"column": "back", "is": "yes"},
    },
    "linear": {
        **{name: value for name, value in FIRST.items() if name != "keys"}, "statistic": "linear",
        "outcome": "sentence_length_days", "covariates": ["release_region", "sex_recorded"],
    },
    "logistic": {
        **{name: value for name, value in FIRST.items() if name != "keys"}, "statistic": "logistic", "columns": BACK,
        "outcome": "back", "covariates": ["sex_recorded"], "decimals": 2,
    },
}  # fmt: skip


def refusal(folder, content, file, **more):
    with pytest.raises(BadInput) as caught:
        submit(folder, content, file, **more)
    assert caught.value.why and caught.value.do and caught.value.ask
    return caught.value


def rounded(row, raw, places):
    """A row as its researcher writes it, with fewer decimals than it might have."""
    return {
        name: round(raw[name], places) if places and isinstance(cell, float) else cell for name, cell in row.items()
    }


@pytest.mark.parametrize("name", STATISTICS)
def test_what_the_statistics_made_and_a_file_carried_is_what_may_be_asked_for(name, tmp_path):
    wanted = STATISTICS[name]
    again = made(tmp_path, wanted)
    rows = [
        rounded(row, raw, wanted.get("decimals")) for row, raw in zip(again.shown.rows, again.raw.rows, strict=False)
    ]
    rows += again.shown.rows[len(again.raw.rows) :]  # the total
    found = submit(tmp_path, wanted, as_csv(replace(again.shown, rows=tuple(rows))))
    assert [[*map(str, row.values())] for row in found.shown.rows] == [[*map(str, row.values())] for row in rows]
    assert all(check.outcome != "fail" for check in found.checks) and found.shown.title == wanted["title"]


ROWS = [tuple(int(cell) if cell.isdigit() else cell for cell in line.split(",")) for line in TRUE.splitlines()]
KINDS = {
    "table.json": json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]),
    "table.xlsx": xlsx(**{"xl/worksheets/sheet1.xml": sheet_xml(ROWS)}),
    "table.ods": ods(content_xml(ROWS)),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_table_is_the_same_whatever_kind_of_file_brought_it(name, tmp_path):
    assert submit(tmp_path, PEOPLE, KINDS[name], name=name).shown == submit(tmp_path, PEOPLE, TRUE).shown


def test_a_person_of_two_releases_is_counted_once(tmp_path):
    found = submit(tmp_path, PEOPLE, TRUE)
    assert {row["release_region"]: row["people"] for row in found.raw.rows} == {"East": 30, "North": 123, "South": 62}
    assert [row["people"] for row in found.shown.rows] == [30, 125, 60, 215]


def test_what_is_written_down_of_a_table_counts_nobody_exactly(tmp_path):
    said = " ".join(check.explanation for check in submit(tmp_path, PEOPLE, TRUE).checks)
    assert "255" not in said and "215" not in said  # rows and people of the made-up data
    assert "255 rows of 215 people" in made(tmp_path, PEOPLE).checks[0].explanation


def test_who_is_found_elsewhere_within_the_days_is_found(tmp_path):
    late = {**SHARES, "columns": {"back": {**BACK["back"], "within_days": 29}}}
    found = made(tmp_path, SHARES).raw
    north = {row["back"]: row["people"] for row in found.rows if row["release_region"] == "North"}
    assert north["yes"] == 47 and north["no"] == 123 - 47 + 40  # forty have a second release, and no offence after it
    assert {row["people"] for row in made(tmp_path, late).raw.rows if row["back"] == "yes"} == {0}


def test_labels_that_a_researcher_declared_are_read_by_a_reviewer(tmp_path):
    nobody = {**PEOPLE, "categories": {"release_region": ["North", "South", "East", "Zebedee"]}}
    found = submit(tmp_path, nobody, TRUE.replace("All", "Zebedee,[c]\nAll"))
    assert ("labels", "review") in {(check.name, check.outcome) for check in found.checks}
    assert "labels" not in {check.name for check in submit(tmp_path, PEOPLE, TRUE).checks}


def test_a_number_that_is_not_the_datas_is_refused(tmp_path):
    told = refusal(tmp_path, PEOPLE, TRUE.replace("125", "130").replace("215", "220"))
    assert told.code == "CHECK-WORKED-OUT-AGAIN" and "1 count(s) are not what the data gives" in told.why


def test_a_table_by_rows_is_told_that_it_counts_rows(tmp_path):
    told = refusal(tmp_path, PEOPLE, TRUE.replace("125", "165").replace("215", "255"))
    assert told.code == "CHECK-PEOPLE" and "count rows" in told.why


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("125", "123", "CELL-NOT-ROUNDED"),
        ("All,215", "All,220", "CELL-TOTAL"),
        ("East,30", "East,[c]", "CELL-TOTAL-TELLS"),
        ("East,30\nAll,215", "All,185", "CHECK-GROUPS"),
        ("East,30", "East,30\nZebedee,[c]", "CHECK-GROUPS"),
        ("East", "Zebedee", "CHECK-GROUPS"),
        ("North,125", "North,[z]", "FILE-NUMBER"),
    ],
    ids=["raw", "total", "total tells", "row left out", "row added", "another label", "mark of no count"],
)
def test_a_file_that_says_more_or_less_than_the_data_is_refused(was, becomes, code, tmp_path):
    told = refusal(tmp_path, PEOPLE, TRUE.replace(was, becomes))
    assert told.code == code and "Zebedee" not in str(told)


def test_a_small_group_that_shows_is_refused_although_its_number_is_true(tmp_path):
    back = as_csv(made(tmp_path, SHARES).shown)
    assert f"East,yes,{SUPPRESSED}" in back
    assert refusal(tmp_path, SHARES, back.replace("East,yes,[c],30,[c]", "East,yes,5,30,16.7")).code == "CELL-SMALL"
    assert refusal(tmp_path, SHARES, back.replace("East,yes,[c],30,[c]", "East,yes,10,30,33.3")).code.startswith(
        "CHECK-"
    )


def test_what_the_statistic_withholds_the_file_withholds(tmp_path):
    """All of the East are in one band: the cell is large, and tells of every one of them."""
    bands = {"long": {"of": "sentence_length_days", "bands": [120, 320]}}
    wanted = {**PEOPLE, "columns": bands, "keys": ["release_region", "long"]}
    file = as_csv(made(tmp_path, wanted).shown)
    assert "East,320 or more,[c]" in file
    told = refusal(tmp_path, wanted, file.replace("East,320 or more,[c]", "East,320 or more,30"))
    assert told.code == "CHECK-WITHHELD"


def test_more_may_be_withheld_than_must_be(tmp_path):
    found = submit(tmp_path, PEOPLE, TRUE.replace("East,30\nAll,215", "East,[c]\nAll,185"))
    assert found.shown.rows[0] == {"release_region": "East", "people": SUPPRESSED}


def test_not_even_the_order_of_rows_and_columns_is_the_files(tmp_path):
    turned = "people,release_region\n215,All\n30,East\n60,South\n125,North\n"
    assert submit(tmp_path, PEOPLE, turned).shown == submit(tmp_path, PEOPLE, TRUE).shown


def test_a_coefficient_that_is_not_the_datas_is_refused(tmp_path):
    wanted = STATISTICS["linear"]
    shown = made(tmp_path, wanted).shown
    value = shown.rows[0]["value"]
    file = as_csv(shown)
    assert (
        refusal(tmp_path, wanted, file.replace(str(value), str(round(value + 0.001, 3)), 1)).code == "CHECK-ESTIMATES"
    )


def test_a_model_that_leans_on_few_people_is_refused_with_its_evidence(tmp_path):
    few = {**STATISTICS["logistic"], "covariates": ["release_region"]}  # four of the East offended
    again = made(tmp_path, few)
    assert again.shown is None and "groups behind dummies" in again.failed()
    hidden = [{**row, **dict.fromkeys((*again.raw.counts, *again.raw.estimates), SUPPRESSED)} for row in again.raw.rows]
    told = refusal(tmp_path, few, as_csv(replace(again.raw, rows=tuple(hidden))))
    assert told.code == "CHECK-GROUPS-BEHIND-DUMMIES" and "What would pass" in told.why


def test_a_cell_moves_between_releases_by_nothing_or_by_many(tmp_path):
    before = submit(tmp_path, PEOPLE, TRUE).shown
    (tmp_path / "later").mkdir()
    shorter = {**PEOPLE, "period": {**PEOPLE["period"], "to": "2022-03-29"}}
    later = made(tmp_path, shorter).shown
    told = refusal(tmp_path / "later", shorter, as_csv(later), history=[before])
    assert told.code == "CHECK-EARLIER-RELEASES"


def test_the_rules_in_force_are_those_that_are_held_to(tmp_path):
    strict = Rules("strict", minimum=40, base=20)
    assert refusal(tmp_path, PEOPLE, TRUE, rules=strict).code in ("CELL-SMALL", "CELL-NOT-ROUNDED")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"keys": ["release_date"]}, "DECLARED-DAY"),
        ({"keys": ["person_medium"]}, "DECLARED-PSEUDONYM"),
        ({"where": [{"column": "person_medium", "is": ["x"]}]}, "DECLARED-PSEUDONYM"),
        ({"keys": ["shoe_size"]}, "DECLARED-NO-COLUMN"),
        ({"keys": ['x" from prison; --']}, None),
        ({"period": {"column": "release_region", "from": "2022-01-01", "to": "2022-12-31"}}, "DECLARED-KIND"),
        ({"period": {"column": "release_date", "from": "2012-01-01", "to": "2012-12-31"}}, "DECLARED-NOBODY"),
        ({"where": [{"column": "sex_recorded", "at_least": 3}]}, "DECLARED-KIND"),
        ({"categories": {"release_region": ["North", "South"]}}, "STATISTICS-CATEGORIES"),
    ],
    ids=["days", "pseudonyms", "picked people", "no column", "no name", "kind", "nobody", "bound", "categories"],
)
def test_a_declaration_that_no_table_of_groups_can_be_made_from_is_refused(change, code):
    content = {**PEOPLE, **change}
    if code is None:
        with pytest.raises(ValueError, match="keys"):
            TableDocument.model_validate(content)
        return
    with pytest.raises(BadInput) as caught:
        recompute(TableDocument.model_validate(content), research(), RULES)
    assert caught.value.code == code
