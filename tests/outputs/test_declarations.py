"""A declaration says what a table is; what it leaves open, or says wrongly, is refused with its line before anything is read."""

from datetime import date

import pytest
from research import PEOPLE, SHARES, TRUE, made, submit, written

from boldlink.errors import BadInput
from boldlink.outputs import RULES, Rules
from boldlink.outputs.files import read_output
from boldlink.outputs.submitted import from_itself, read_declaration, structure_of
from boldlink.outputs.submitted.declaration import FIELDS, TableDocument
from boldlink.outputs.submitted.describe import OF, definition_of, source_of
from boldlink.outputs.submitted.recompute import STATISTICS, categories_of
from boldlink.outputs.submitted.structure import COLUMNS

OTHER = {
    "title": "Releases for each place in approved premises", "statistic": "other", "dataset": "prison",
    "period": PEOPLE["period"], "keys": ["region"], "counts": ["people", "places"], "rates": {"percent": ["people", "places"]},
    "estimates": {"ratio": 2}, "reads": {"prison": ["release_region"]}, "method": "Counted by hand from two tables.",
}  # fmt: skip


def declared(**changes):
    return TableDocument.model_validate({**PEOPLE, **changes})


def refused(tmp_path, content):
    with pytest.raises(BadInput) as caught:
        read_declaration(written(tmp_path / "d.yaml", content))
    assert caught.value.code == "DECLARED-REFUSED" and caught.value.do and caught.value.ask
    return caught.value.why


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"keys": []}, "the statistic crosstab needs keys"),
        ({"statistic": "pivot"}, "the statistic pivot needs value, how"),
        ({"value": "sentence_length_days"}, "the statistic crosstab takes no value"),
        ({"statistic": "boxplot"}, "statistic: Input should be"),
        ({"outcome": "back"}, "the outcome of a crosstab is one of its keys"),
        ({"keys": ["people"]}, "a column that the statistic makes"),
        ({"keys": ["release_region", "Release_Region"]}, "names that readers take for one"),
        ({"categories": {"sex": ["Male"]}}, "categories and overlapping are of keys"),
        ({"keys": ["release region"]}, "keys.1"),
        ({"title": "\u0007 bell"}, "title"),
        ({"person": "certain"}, "person"),
        ({"pseudonym": "x"}, "pseudonym"),
        ({"period": {"column": "release_date", "from": "2022-02-01", "to": "2022-01-01"}}, "ends before it begins"),
        ({"where": [{"column": "sex_recorded"}]}, "a filter has either"),
        ({"columns": {"x": {"of": "a", "found_in": "pnc"}}}, "either `of` another"),
        ({"columns": {"x": {"of": "a", "as": "year", "bands": [1]}}}, "either `as` or `bands`"),
        ({"columns": {"x": {"found_in": "pnc", "bands": [1]}}}, "go with `of`"),
        ({"columns": {"x": {"found_in": "pnc", "on": "offence_date"}}}, "go together"),
        ({"columns": {"x": {"of": "a", "bands": [3, 1]}}}, "smallest bound"),
    ],
)
def test_what_is_missing_strange_or_contradictory_is_refused_in_words(change, said, tmp_path):
    assert said in refused(tmp_path, {**PEOPLE, **change})


def test_a_fault_names_its_line_and_never_what_stands_there(tmp_path):
    told = refused(tmp_path, {**PEOPLE, "person": "Zebedee"})
    line = next(
        number for number, text in enumerate((tmp_path / "d.yaml").read_text().splitlines(), 1) if "Zebedee" in text
    )
    assert f"the declaration:{line}: person" in told and "Zebedee" not in told


@pytest.mark.parametrize(
    "text", ["- a list", "", "title: [", "x: &a 1\ny: *a", "title: a\ntitle: b", "x: !!python/object:os.system {}"]
)
def test_what_is_no_plain_mapping_is_refused(text, tmp_path):
    (tmp_path / "d.yaml").write_text(text)
    with pytest.raises(BadInput) as caught:
        read_declaration(tmp_path / "d.yaml")
    assert caught.value.code == "DECLARED-REFUSED"


def test_every_statistic_can_be_declared_made_described_and_read():
    assert set(FIELDS) == set(OF) == {*STATISTICS, "other"} == {*COLUMNS, "other"}


def test_a_file_has_the_columns_that_its_statistic_makes(tmp_path):
    shape = structure_of(TableDocument.model_validate(SHARES), RULES)
    raw = made(tmp_path, SHARES).raw
    assert (shape.keys, shape.counts, dict(shape.rates)) == (raw.keys, raw.counts, dict(raw.rates))


@pytest.mark.parametrize(("asked", "allowed", "has"), [(None, 3, 3), (2, 3, 2), (6, 3, 3), (None, 1, 1)])
def test_decimals_are_the_declared_ones_and_never_more_than_the_rules(asked, allowed, has):
    some = {} if asked is None else {"decimals": asked}
    mean = declared(statistic="pivot", value="sentence_length_days", how="mean", **some)
    rules = Rules("r", 10, 5, decimals_at_most=allowed)
    assert structure_of(mean, rules).estimates == {"mean": has}


def test_a_declaration_says_what_is_read_and_until_when():
    table = TableDocument.model_validate({**SHARES, "where": [{"column": "sex_recorded", "is": ["Male"]}]})
    assert table.columns_read() == {
        "prison": ("release_date", "sex_recorded", "release_region"),
        "pnc": ("offence_date",),
    }
    assert table.needed_until() == {"prison": date(2022, 12, 31), "pnc": date(2023, 12, 31)}
    in_it = declared(columns={"known": {"found_in": "ndtms"}}, keys=["known"])
    assert in_it.columns_read()["ndtms"] == ("person_medium",)


def test_a_key_holds_what_is_declared_else_filtered_else_what_the_contract_allows():
    valid = {"release_region": ("North", "South"), "release_date": ("2022",)}
    assert categories_of(declared(), valid) == {"release_region": ["North", "South"]}
    filtered = declared(where=[{"column": "release_region", "is": ["South"]}])
    assert categories_of(filtered, valid) == {"release_region": ["South"]}
    assert categories_of(declared(categories={"release_region": ["East"]}), valid) == {"release_region": ["East"]}
    assert categories_of(declared(columns={"y": {"of": "release_date", "as": "year"}}, keys=["y"]), valid) == {}
    assert categories_of(TableDocument.model_validate(SHARES), {}) == {"back": ["no", "yes"]}


def test_a_definition_names_rows_groups_and_link_in_words():
    said = definition_of(TableDocument.model_validate({**SHARES, "rows": "first"}))
    assert said == (
        "Different people in each group, by release_region and back. Rows of prison with release_date from 1 January 2022 "
        "to 31 December 2022. Each person's first row counts. back: whether the person is found in pnc within 365 days "
        "after release_date, by offence_date. People by links at medium confidence."
    )
    alone = declared(person="exact", where=[{"column": "sentence_length_days", "at_least": 30}])
    assert "; sentence_length_days at least 30. People by exact links alone." in definition_of(alone)
    assert "worked out again" in source_of(declared())


# ---- from the file alone


def looked_at(tmp_path, content, file):
    path = tmp_path / "t.csv"
    path.write_text(file)
    table = read_declaration(written(tmp_path / "d.yaml", content))
    return from_itself(read_output(path, structure_of(table, RULES), RULES), table, RULES)


def test_a_file_in_which_nothing_is_wrong_has_no_findings(tmp_path):
    assert looked_at(tmp_path, PEOPLE, TRUE) == ()


def test_every_wrong_cell_of_a_file_is_found_before_anybody_is_asked(tmp_path):
    found = looked_at(tmp_path, PEOPLE, TRUE.replace("125", "123").replace("East,30", "East,4"))
    places = {(one.code, one.where) for one in found if one.fix}
    assert {("CELL-NOT-ROUNDED", "row 1, column people"), ("CELL-SMALL", "row 3, column people")} <= places


def test_totals_over_two_keys_are_refused_as_the_airlock_would(tmp_path):
    two = {**PEOPLE, "keys": ["release_region", "sex_recorded"]}
    lines = ["release_region,sex_recorded,people", "North,Male,60", "North,Female,65", "North,All,125"]
    assert "CHECK-TOTALS" in {one.code for one in looked_at(tmp_path, two, "\n".join(lines))}


# ---- tables that nobody can work out again


def test_another_structure_is_marked_and_says_its_method(tmp_path):
    found = submit(tmp_path, OTHER, "region,people,places,percent,ratio\nNorth,50,100,50.0,0.52\n")
    first = found.checks[0]
    assert (first.name, first.outcome) == ("unverified", "review")
    assert "Counted by hand from two tables." in first.explanation and "Each of two reviewers" in first.explanation
    assert found.raw == found.shown
    assert "not worked out again" in source_of(TableDocument.model_validate(OTHER))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("North,4,100,4.0,0.5", "CELL-SMALL"),
        ("North,51,100,51.0,0.5", "CELL-NOT-ROUNDED"),
        ("North,50,100,51.0,0.5", "CELL-RATE"),
        ("North,50,100,50.0,0.523", "CELL-DECIMALS"),
        ("North,95,100,95.0,0.5", "CELL-NEARLY-ALL"),
        ("--- ,50,100,50.0,0.5", "FILE-FORMULA"),
        ("(?),50,100,50.0,0.5", "CHECK-LABELS"),
    ],
)
def test_what_a_table_itself_gives_away_is_refused_there_too(row, code, tmp_path):
    with pytest.raises(BadInput) as caught:
        submit(tmp_path, OTHER, f"region,people,places,percent,ratio\n{row}\n")
    assert caught.value.code == code


def test_another_structure_must_say_what_it_reads_and_how_it_was_made(tmp_path):
    less = {name: value for name, value in OTHER.items() if name not in ("reads", "method")}
    assert "the statistic other needs reads, method" in refused(tmp_path, less)
