"""What is not in the form of a public export is refused, and the refusal names the field, never its value."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from boldlink.errors import BadInput
from boldlink.publish.export import read_export
from boldlink.values import Role


def refused(export: dict[str, Any]) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_export(export)
    return caught.value


def test_a_sound_export_reads_into_documents(dhsc: dict[str, Any]) -> None:
    export = read_export(dhsc)
    assert export.place.name == "DHSC environment"
    assert export.datasets[0].columns[1].role is Role.LINKAGE
    assert export.use_cases[0].legal_basis[0].purpose == "a task carried out in the public interest"
    assert export.releases[0].released_on.isoformat() == "2024-11-04"
    assert export.releases[0].table.rows[0]["released"] == 240


@pytest.mark.parametrize("format", [None, "boldlink-public-export/2", "", 1])
def test_an_export_of_another_format_is_refused(dhsc: dict[str, Any], format: object) -> None:
    assert refused({**dhsc, "format": format}).code == "PUBLISH-FORMAT"


@pytest.mark.parametrize("key", ["made_on", "place", "programme", "ledger", "datasets", "releases", "refusals"])
def test_an_export_without_one_of_its_parts_is_refused(dhsc: dict[str, Any], key: str) -> None:
    del dhsc[key]
    problem = refused(dhsc)
    assert problem.code == "PUBLISH-EXPORT"
    assert key in problem.what


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("place",),
        ("datasets", 0),
        ("datasets", 0, "columns", 0),
        ("use_cases", 0),
        ("releases", 0, "table"),
    ],
    ids=str,
)
def test_a_field_that_is_not_in_the_form_is_refused(dhsc: dict[str, Any], path: tuple[Any, ...]) -> None:
    part: Any = dhsc
    for step in path:
        part = part[step]
    part["nhs_number"] = "943 476 5919"
    problem = refused(dhsc)
    assert "nhs_number" in problem.what
    assert "943" not in str(problem.as_dict())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("made_on",), "4 November 2024"),
        (("place", "id"), "../secrets"),
        (("place", "id"), "Upper"),
        (("place", "name"), " "),
        (("programme", "synthetic"), "yes"),
        (("ledger", "head"), "abc"),
        (("ledger", "events"), -1),
        (("ledger", "events"), "412"),
        (("datasets", 0, "classes"), ["secret"]),
        (("datasets", 0, "columns", 0, "role"), "everything"),
        (("releases", 0, "id"), "a/b"),
        (("releases", 0, "title"), "bell \x07"),
        (("releases", 0, "linkage", "confidences", "high"), "forty"),
        (("releases", 0, "table", "notes"), ["\x00"]),
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_refused(dhsc: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    part: Any = dhsc
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert refused(dhsc).code == "PUBLISH-EXPORT"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()], ids=["nan", "inf", "set", "object"])
def test_what_json_cannot_say_is_refused(dhsc: dict[str, Any], value: object) -> None:
    dhsc["ledger"]["events"] = value
    assert refused(dhsc).code == "PUBLISH-EXPORT"


def change_row(export: dict[str, Any], **cells: Any) -> dict[str, Any]:
    changed = copy.deepcopy(export)
    changed["releases"][0]["table"]["rows"][0].update(cells)
    return changed


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"engaged": None}, "rows"),
        ({"engaged": ""}, "column engaged: 1 cells"),
        ({"engaged": "few"}, "column engaged: 1 cells"),
        ({"engaged": "96"}, "column engaged: 1 cells"),
        ({"region": ""}, "column region: 1 key cells"),
        ({"region": "London"}, "same keys"),
        ({"postcode": "ZZ99 3VZ"}, "1 rows do not have exactly"),
    ],
    ids=str,
)
def test_a_cell_is_a_figure_or_a_marker_and_never_blank(dhsc: dict[str, Any], cells: dict[str, Any], word: str) -> None:
    problem = refused(change_row(dhsc, **cells))
    assert word in problem.what + problem.why
    assert "ZZ99" not in str(problem)


@pytest.mark.parametrize("column", ["released", "engaged"])
def test_a_rate_beside_a_withheld_count_is_refused_because_it_gives_the_count_away(
    dhsc: dict[str, Any], column: str
) -> None:
    problem = refused(change_row(dhsc, **{column: "[c]"}))
    assert "engaged_percent: 1 rates are shown although a count behind them is withheld" in problem.why


def test_a_withheld_rate_beside_counts_is_taken(dhsc: dict[str, Any]) -> None:
    assert read_export(change_row(dhsc, engaged_percent="[c]")).releases[0].id == "r-2024-001"


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("keys", [], "at least one key column"),
        ("counts", [], "at least one key column"),
        ("keys", ["region", "released"], "same name"),
        ("labels", {"released": "People", "engaged": "PEOPLE"}, "same label"),
        ("rates", {"engaged_percent": ["engaged", "region"]}, "not a count"),
        ("rows", [], "at least 1 item"),
    ],
)
def test_a_table_whose_columns_do_not_hold_together_is_refused(
    dhsc: dict[str, Any], field: str, value: Any, word: str
) -> None:
    dhsc["releases"][0]["table"][field] = value
    assert word in refused(dhsc).why


def test_a_release_may_have_no_measure_and_say_nothing_about_linking(dhsc: dict[str, Any]) -> None:
    dhsc["releases"][0].update(measure=None, linkage=None)
    assert read_export(dhsc).releases[0].linkage is None


def estimated(export: dict[str, Any], **cells: Any) -> dict[str, Any]:
    """The export with an estimate beside its counts, some cells of the first row replaced."""
    table = export["releases"][0]["table"]
    table["estimates"] = {"value": 2}
    table["rows"] = [{**row, "value": 0.5} for row in table["rows"] if "[c]" not in row.values()]
    table["rows"][0] |= cells
    return export


def test_an_estimate_stands_in_a_table_after_its_counts_and_rates(dhsc: dict[str, Any]) -> None:
    table = read_export(estimated(dhsc)).releases[0].table
    assert table.figures == ("released", "engaged", "engaged_percent", "value")
    assert read_export(estimated(dhsc, value="[z]")).releases[0].table.rows[0]["value"] == "[z]"


def test_an_estimate_beside_a_withheld_count_is_refused(dhsc: dict[str, Any]) -> None:
    problem = refused(estimated(dhsc, engaged="[c]", engaged_percent="[c]"))
    assert "value: 1 estimates are shown although a count behind them is withheld" in problem.why


def test_questions_and_findings_are_read_and_an_older_export_has_none(dhsc: dict[str, Any]) -> None:
    use_case = read_export(dhsc).use_cases[0]
    assert [one.measure for one in use_case.questions] == ["continuity-of-care", "effect-home-completion"]
    assert use_case.findings[0].led_to == "service"
    for name in ("questions", "findings"):
        del dhsc["use_cases"][0][name]
    assert read_export(dhsc).use_cases[0].findings == ()
