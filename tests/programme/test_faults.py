"""Every fault names its file, line and field; nothing that stands in a file breaks the reading of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from documents import BOLD, FILES, became, change, dropped

from boldlink.errors import BadProgramme
from boldlink.outputs import RULES
from boldlink.programme.check import check_programme
from boldlink.programme.contract import read_contract
from boldlink.programme.faults import SHOWN, read_yaml
from boldlink.programme.folder import read_programme
from boldlink.values import SMALLEST_COUNT

CASE = "use-cases/substance-misuse"
OTHER = "use-cases/reducing-reoffending"
A_NAME = "Zebedee Marlowe-Finch 1961-02-03"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(BOLD, tmp_path / "bold")
    return tmp_path / "bold"


def refused(folder):
    with pytest.raises(BadProgramme) as caught:
        check_programme(read_programme(folder))
    return caught.value


# One thing wrong in each kind of file, and the field that must be named.
ONE_OF_EACH = [
    ("programme.yaml", became("soon", "ends"), "ends"),
    ("organisations.yaml", became("guild", 1, "kind"), "kind"),
    ("places.yaml", dropped(0, "operator"), "operator"),
    ("people.yaml", became(7, 3, "name"), "name"),
    ("posts.yaml", became("x", 2, "title"), "title"),
    ("accreditations.yaml", became("TOP", 1, "clearance", "level"), "clearance.level"),
    ("decisions/renewal-2024.yaml", became("maybe", "members", 1, "external"), "members.2.external"),
    ("contracts/prison.yaml", became("blob", "schema", 0, "properties", 1, "logicalType"), "schema.1.properties.2"),
    ("rules/ons.yaml", became("few", "parameters", "minimum", "value"), "parameters.minimum.value"),
    (f"{CASE}/use-case.yaml", dropped("question"), "question"),
    (f"{CASE}/engagement.yaml", became("", "asked", 0, "heard"), "asked.1.heard"),
    (f"{CASE}/panel-decision.yaml", became("perhaps", "decision"), "decision"),
    (f"{CASE}/dpia.yaml", became("dire", "risks", 1, "overall"), "risks.2.overall"),
    (f"{CASE}/agreement.yaml", became(900, "breach", "hours"), "breach.hours"),
    (f"{CASE}/caldicott.yaml", became(9, "principles", 0, "principle"), "principles.1.principle"),
    (f"{CASE}/advice.yaml", became("http://plain", "minutes"), "minutes"),
    (f"{CASE}/section-251.yaml", became("curiosity", "medical_purpose"), "medical_purpose"),
    (f"{CASE}/ethics.yaml", became(6, "scores", 0, "score"), "scores.1.score"),
    (f"{CASE}/anonymisation.yaml", became([], "controls"), "controls"),
    (f"{CASE}/findings.yaml", became("riches", "findings", 0, "led_to"), "findings.1.led_to"),
]


@pytest.mark.parametrize(("file", "edit", "field"), ONE_OF_EACH, ids=[file for file, *_ in ONE_OF_EACH])
def test_a_fault_in_any_kind_of_file_names_file_line_and_field(folder, file, edit, field):
    change(folder / file, edit)
    (fault,) = refused(folder).faults
    assert (fault.file, fault.field.startswith(field)) == (file, True), str(fault)
    lines = (folder / file).read_text("utf-8").splitlines()
    last = [part for part in fault.field.split(".") if not part.isdigit()][-1]
    assert 1 <= fault.line <= len(lines)
    missing = "required" in fault.what
    assert missing or last in "".join(lines[fault.line - 1 : fault.line + 1]), (fault, lines[fault.line - 1])


def kind_of(file):
    """Folders of documents of one kind count once; other files are each a kind."""
    path = Path(file)
    return path.parent if path.parts[0] in ("contracts", "decisions", "rules") else path.name


def test_every_kind_of_file_of_the_programme_is_among_them():
    assert {kind_of(file) for file, *_ in ONE_OF_EACH} == {kind_of(file) for file in FILES}


def test_all_faults_are_told_at_once_and_the_first_few_in_words(folder):
    for file, edit, _ in ONE_OF_EACH:
        change(folder / file, edit)
    problem = refused(folder)
    assert {fault.file for fault in problem.faults} == {file for file, *_ in ONE_OF_EACH}
    assert f"{len(problem.faults)} fault(s)" in problem.what
    assert problem.why.endswith(f"And {len(problem.faults) - SHOWN} more.")
    assert [fault.as_dict()["line"] for fault in problem.faults if fault.line is None] == []


REPEATED = [
    ("programme.yaml", "ends: 2099-01-01\n", "ends"),
    ("contracts/ndtms.yaml", "customProperties: []\n", "customProperties"),
    (f"{CASE}/agreement.yaml", "linkers_at_most: 5\n", "linkers_at_most"),
    ("people.yaml", "- {id: x-y, name: X, name: Y, organisation: dhsc}\n", "63.name"),
]


@pytest.mark.parametrize(("file", "added", "field"), REPEATED, ids=[field for *_, field in REPEATED])
def test_a_field_that_stands_twice_is_refused_and_both_lines_are_named(folder, file, added, field):
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(text + added, "utf-8")
    found = [fault for fault in refused(folder).faults if "stands twice: first in line" in fault.what]
    (fault,) = found
    assert fault.file == file and fault.line == len(text.splitlines()) + 1
    assert fault.field.split(".")[-1] == field.split(".")[-1]


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in zip("abcdefghi", "bcdefghij", strict=True)
)
STRANGE = {
    "a billion laughs": (LAUGHS, 1, "anchor"),
    "an alias of itself": ("a: 1\nb: &b [*b]\n", 2, "anchor"),
    "a merge": ("a: &a {x: 1}\nb:\n  <<: *a\n", 1, "anchor"),
    "a tag of Python": ("a: 1\nb: !!python/object/apply:os.system [true]\n", 2, "tag"),
    "a tag of YAML": ("a: 1\nb: !!timestamp soon\n", 2, "tag"),
    "a binary value": ("a: !!binary aGVsbG8=\n", 1, "tag"),
    "a depth that memory does not have": ("[" * 200_000, 1, "nested"),
    "a date that no calendar has": ("a: 1\nb: 2021-13-45\n", 2, "not YAML"),
    "a number of six thousand digits": (f"a: 1\nb: {'1' * 6000}\n", 2, "not YAML"),
    "a NUL": ("a: 1\nb: x\0y\n", 2, "not YAML"),
    "a tab for a space": ("a:\n\tb: 1\n", 2, "not YAML"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "not YAML"),
    "a list for a name": ("a: 1\n? [a]\n: 1\n", 2, "not YAML"),
    "an unfinished list": ("a: [1, 2\n", 2, "not YAML"),
    "half a surrogate": ('a: "\\ud800"\n', 1, "not YAML"),
}


@pytest.mark.parametrize(("text", "line", "word"), STRANGE.values(), ids=STRANGE.keys())
def test_what_plain_yaml_does_not_have_is_refused_at_its_line(tmp_path, text, line, word):
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    with pytest.raises(BadProgramme) as caught:
        read_yaml(tmp_path / "x.yaml", "x.yaml")
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("x.yaml", line) and word in fault.what, str(fault)


def test_what_stands_where_a_file_should_is_named_even_if_it_is_no_text(folder):
    (folder / "places.yaml").unlink()
    (folder / "places.yaml").mkdir()
    (folder / "people.yaml").write_bytes(b"\xff\xfe\x00a")
    (folder / "contracts" / "crown-court.yaml").unlink()
    (folder / "contracts" / "crown-court.yaml").symlink_to("nowhere")
    assert {(fault.file, fault.what) for fault in refused(folder).faults} == {
        ("places.yaml", "it is no file that can be read."),
        ("people.yaml", "it is not UTF-8 text."),
        ("contracts/crown-court.yaml", "the file is missing."),
    }


@pytest.mark.parametrize("word", ["merge", "<<", "=", "yes", "on", "~x"])
def test_words_that_yaml_once_gave_a_meaning_are_words(tmp_path, word):
    (tmp_path / "x.yaml").write_text(f"{word}: {word}\n")
    assert read_yaml(tmp_path / "x.yaml", "x.yaml")[0] == {word: word}


CUSTOM = [
    ({"property": "pined", "value": True}, "the only properties are owner"),
    ({"property": "pinned", "value": False}, "pinned stands twice"),
    ({"property": "optOutColumn", "value": ["a"]}, "optOutColumn must be a str"),
    ({"property": "lanes", "value": "research"}, "lanes must be a list"),
    ({"property": "lanes", "value": [["research"]]}, "lanes must be a list"),
    ({"property": "health", "value": "no"}, "stands twice"),
]


@pytest.mark.parametrize(("added", "word"), CUSTOM, ids=[word for _, word in CUSTOM])
def test_a_custom_property_that_is_unknown_repeated_or_of_another_type_is_refused(folder, added, word):
    path = folder / "contracts" / "deaths.yaml"
    change(path, lambda d: d["customProperties"].append(added))
    with pytest.raises(BadProgramme, match=word) as caught:
        read_contract(path)
    assert caught.value.faults[0].line


def test_a_word_where_pinned_must_be_true_or_false_does_not_count_as_true(folder):
    path = folder / "contracts" / "prison.yaml"
    change(path, lambda d: next(p for p in d["customProperties"] if p["property"] == "pinned").update(value="no"))
    assert "pinned must be a bool" in str(refused(folder))


def test_a_data_contract_is_named_like_its_file(folder):
    (folder / "contracts" / "prison.yaml").rename(folder / "contracts" / "jail.yaml")
    (fault,) = refused(folder).faults
    assert (fault.file, fault.field, fault.line) == ("contracts/jail.yaml", "id", 3), str(fault)


@pytest.mark.parametrize("kind", [{}, [], 5, None, "destruction", "use_case"])
def test_a_decision_of_no_kind_at_all_is_refused_at_its_line(folder, kind):
    change(folder / "decisions/renewal-2024.yaml", became(kind, "kind"))
    (fault,) = refused(folder).faults
    assert (fault.file, fault.line, fault.field) == ("decisions/renewal-2024.yaml", 1, "kind")


PERSONAL = [
    ("people.yaml", (3, "name"), (3, "organisation")),
    ("posts.yaml", (4, "title"), (4, "role")),
    ("decisions/renewal-2024.yaml", ("members", 0, "name"), ("members", 0, "external")),
    (f"{CASE}/panel-decision.yaml", ("members", 2, "name"), ("members", 2, "external")),
    (f"{CASE}/agreement.yaml", ("parties", 0, "contact"), ("parties", 0, "role")),
    (f"{CASE}/dpia.yaml", ("reviews", 0, "reviewer"), ("reviews", 0, "on")),
    ("accreditations.yaml", (0, "undertaking", "text"), (0, "undertaking", "until")),
]


@pytest.mark.parametrize(("file", "personal", "wrong"), PERSONAL, ids=[file for file, *_ in PERSONAL])
def test_no_message_holds_a_value_of_a_person_even_where_the_value_is_what_is_wrong(folder, file, personal, wrong):
    change(folder / file, became(A_NAME, *personal))
    change(folder / file, became(None, *wrong))
    assert A_NAME not in str(refused(folder))
    change(folder / file, became({"said": A_NAME}, *personal))
    problem = refused(folder)
    assert "Zebedee" not in str(problem) and "Zebedee" not in str([fault.as_dict() for fault in problem.faults])


def shared_column(name):
    def edit(agreement):
        agreement["datasets"][0]["columns"][1]["name"] = name

    return edit


def risk_keys(**keys):
    def edit(agreement):
        first = agreement["datasets"][0]["dataset"]
        agreement["disclosure_risk"] = {
            "smallest_cohort": 10, "unique_percent_at_most": 5.0, "special_unique_percent_at_most": 5.0,
            "distinct_values_at_least": 2, "keys": [{"dataset": first, "columns": [], "sensitive": []} | keys],
        }  # fmt: skip

    return edit


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (shared_column("no_such_column"), "datasets.1.columns.2.name"),
        (risk_keys(columns=["no_such_column"]), "disclosure_risk.keys.1.columns.1"),
        (risk_keys(sensitive=["no_such_column"]), "disclosure_risk.keys.1.sensitive.1"),
        (risk_keys(dataset="no-such-dataset"), "disclosure_risk.keys.1.dataset"),
    ],
)
def test_an_agreement_that_names_a_column_which_does_not_exist_is_refused_with_file_line_and_field(folder, edit, field):
    change(folder / f"{CASE}/agreement.yaml", edit)
    faults = [one for one in refused(folder).faults if one.field == field]
    assert len(faults) == 1 and faults[0].file == f"{CASE}/agreement.yaml"
    line = (folder / faults[0].file).read_text("utf-8").splitlines()[faults[0].line - 1]
    named = re.search(r"no[-_]such[-_]\w+", line)
    assert named and named[0] in str(faults[0])


def test_a_column_that_research_never_sees_is_no_key_of_risk(folder):
    change(folder / f"{CASE}/agreement.yaml", risk_keys(columns=["surname"]))
    assert "disclosure_risk.keys.1.columns.1" in {one.field for one in refused(folder).faults}


def test_datasets_pinned_to_two_places_are_never_compared_and_that_is_said_before_any_work(folder):
    pair = ["ndtms", "wales-substance-misuse"]
    change(folder / f"{CASE}/agreement.yaml", lambda agreement: agreement["compare"].append(pair))
    (fault,) = [one for one in refused(folder).faults if one.field.startswith("compare")]
    assert "ndtms to dhsc and wales-substance-misuse to sail are pinned" in str(fault) and fault.line


def bounds(**changed):
    return lambda agreement: agreement["disclosure_risk"].update(changed)


@pytest.mark.parametrize("people", [0, 1, SMALLEST_COUNT - 1])
def test_a_cohort_smaller_than_the_smallest_count_that_may_show_is_refused_where_it_stands(folder, people):
    change(folder / f"{CASE}/agreement.yaml", bounds(smallest_cohort=people))
    (fault,) = refused(folder).faults
    assert fault.field == "disclosure_risk.smallest_cohort" and f"equal to {SMALLEST_COUNT}" in fault.what
    line = (folder / fault.file).read_text("utf-8").splitlines()[fault.line - 1]
    assert line.split() == ["smallest_cohort:", str(people)]


def test_the_smallest_cohort_is_the_smallest_count_that_may_show_and_is_allowed(folder):
    assert RULES.minimum == SMALLEST_COUNT
    change(folder / f"{CASE}/agreement.yaml", bounds(smallest_cohort=SMALLEST_COUNT))
    check_programme(read_programme(folder))


@pytest.mark.parametrize(
    ("name", "value"),
    [("unique_percent_at_most", 100.1), ("special_unique_percent_at_most", -1), ("distinct_values_at_least", 0)],
)
def test_a_bound_of_risk_that_bounds_nothing_is_refused(folder, name, value):
    change(folder / f"{CASE}/agreement.yaml", bounds(**{name: value}))
    assert [one.field for one in refused(folder).faults] == [f"disclosure_risk.{name}"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["hmrc"], "hmrc must review outputs and is no party."),
        (
            ["ministry-of-justice"],
            "ministry-of-justice must review outputs, and no checker of the use case is accredited",
        ),
        (True, "must review outputs, and no checker of the use case is accredited"),
    ],
)
def test_a_reviewer_that_nobody_could_be_is_a_fault(folder, asked, said):
    change(folder / f"{CASE}/agreement.yaml", became(asked, "review_by_controllers"))
    faults = [one for one in refused(folder).faults if one.field.startswith("review_by_controllers")]
    assert faults and said in str(faults[0]) and faults[0].line


@pytest.mark.parametrize("asked", [False, ["dhsc"]])
def test_reviewers_that_the_team_has_are_no_fault(folder, asked):
    change(folder / f"{CASE}/agreement.yaml", became(asked, "review_by_controllers"))
    check_programme(read_programme(folder))
