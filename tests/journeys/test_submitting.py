"""A researcher's own file asks to leave, by the command line: what is refused leaves no trace, what passes is not the file."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from boldlink.journey import open_home
from boldlink.journey.family import rules_for
from boldlink.journey.home import today
from boldlink.journey.release import release_approved
from boldlink.outputs.submitted import read_declaration, recompute
from boldlink.places.public import public_content, sign_export
from boldlink.publish.register import read_register
from boldlink.vault import read_table

sys.path.insert(0, str(Path(__file__).parents[1] / "outputs"))
from made_files import ods, packed, png, sheet_xml, svg, xlsx, xlsx_parts
from research import as_csv, written

pytestmark = pytest.mark.slow
USE_CASE, RESEARCHER, CHECKERS = "reducing-reoffending", "ada-wyndlesham", ("bram-fernsby", "tamsin-larkspur")
PERIOD = {"column": "event_date", "from": "2022-01-01", "to": "2022-12-31"}
PEOPLE = {
    "title": "People under supervision, by disposal", "statistic": "crosstab", "dataset": "probation", "period": PERIOD,
    "rows": "first", "keys": ["disposal_type"],
}  # fmt: skip
BACK = {"found_in": "pnc", "on": "offence_date", "after": "event_date", "within_days": 365}
MODEL = {
    **{name: value for name, value in PEOPLE.items() if name != "keys"}, "title": "Who offends again, by kind of disposal",
    "statistic": "logistic", "columns": {"back": BACK}, "outcome": "back", "covariates": ["disposal_type"],
}  # fmt: skip
OFFENCES = {
    **PEOPLE, "title": "People with offences, by breach", "dataset": "pnc", "rows": "every", "keys": ["breach"],
    "period": {**PERIOD, "column": "offence_date"},
}  # fmt: skip
OTHER = {
    "title": "Places for people under supervision", "statistic": "other", "dataset": "probation", "period": PERIOD,
    "keys": ["area"], "counts": ["people"], "reads": {"probation": ["probation_region"]}, "method": "Counted by hand.",
    "categories": {"area": ["North", "South"]},
}  # fmt: skip
PLACES = "area,people\nNorth,125\nSouth,60\n"


@dataclass(frozen=True)
class World:
    """A copy of the made home, whose people in moj are counted once for all tests of this file."""

    root: Path
    keys: Path
    folder: Path
    true: str  # the file that the data give for PEOPLE, and its raw table
    raw: object
    offences: list  # rows of pnc

    def told(self):
        """What is in the place of requests: events, and files of outputs."""
        history = (self.root / "places/moj/ledger").glob("*.jsonl")
        requests = sum(path.read_text(encoding="utf-8").count('"output.requested"') for path in history)
        return requests, sorted(path.name for path in (self.root / "places/moj/outputs").rglob("*"))


@pytest.fixture(scope="module")
def world(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("submitting")
    shutil.copytree(made.root, folder / "home")
    shutil.copytree(made.keys, folder / "keys")
    again = made_again(folder, PEOPLE)
    offences = tables(folder, ("pnc",))["pnc"].select(["breach", "offence_date"]).to_pylist()
    return World(folder / "home", folder / "keys", folder, as_csv(again.shown), again.raw, offences)


def tables(folder, datasets):
    """Research tables, as their researcher sees them."""
    with open_home(folder / "home", folder / "keys") as home:
        place = home.places["moj"]
        decision = home.require(place, RESEARCHER, "analyse", f"research:{USE_CASE}", USE_CASE)
        opened = home.opened(place, decision, f"research/{USE_CASE}")
        return {one.path.stem: read_table(one) for one in opened if one.path.stem in datasets}


def made_again(folder, content):
    """The statistic as its researcher makes it, in the place."""
    declared = read_declaration(written(folder / "d.yaml", content))
    found = tables(folder, declared.columns_read())
    with open_home(folder / "home", folder / "keys") as home:
        valid = {column.name: column.valid_values for column in home.contract(declared.dataset).columns}
        return recompute(declared, found, rules_for(home, home.places["moj"], tuple(found)), valid)


@pytest.fixture
def submit(world, invoke, tmp_path):
    """`boldlink output submit` of bytes under a name."""

    def submitting(content, name="table.csv", declared=PEOPLE, person=RESEARCHER, context="How many people are under each kind of supervision.", drawing=None):  # fmt: skip
        path = tmp_path / name
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        drawings = ("--drawing", drawing) if drawing else ()
        return invoke(
            "output", "submit", "--home", world.root, "--as", person, "--use-case", USE_CASE, "--file", path, *drawings,
            "--declared", written(tmp_path / "d.yaml", declared), "--context", context, "--json", keys=world.keys,
        )  # fmt: skip

    return submitting


@pytest.fixture
def refused(world, submit):
    """A submission that is refused with this code and four parts, and leaves nothing behind."""

    def refusing(code, *arguments, **more):
        before = world.told()
        result = submit(*arguments, **more)
        told = json.loads(result.stdout)["error"]
        assert told["code"] == code, told
        assert result.exit_code in (2, 3) and told["what"] and told["why"] and told["do"]
        assert "Zebedee" not in result.output and world.told() == before
        return told

    return refusing


def sheet(rows):
    return xlsx(**{"xl/worksheets/sheet1.xml": sheet_xml(rows)})


MANY = "disposal_type,people\n" + "".join(f"group {number},20\n" for number in range(100_000))
BOMB = packed({**xlsx_parts(), "xl/worksheets/sheet1.xml": sheet_xml(after=" " * 20_000_000)})
MACRO = xlsx(**{"xl/vbaProject.bin": b"Sub Auto_Open()"})
FILES = {
    "personal columns": ("FILE-PERSONAL", "forename,people\nZebedee,20\n", "t.csv"),
    "personal values": ("FILE-PERSONAL", "disposal_type,people\n943 476 5919,20\n", "t.csv"),
    "100,000 rows": ("FILE-ROWS", MANY, "t.csv"),
    "macros": ("FILE-MACRO", MACRO, "t.xlsx"),
    "a spreadsheet for macros": ("FILE-MACRO", MACRO, "t.xlsm"),
    "a zip bomb": ("FILE-BOMB", BOMB, "t.xlsx"),
    "a script of OpenDocument": ("FILE-MACRO", ods(**{"Basic/Standard/Module1.xml": "<x/>"}), "t.ods"),
    "a drawing with a script": ("FILE-SCRIPT", svg("<script>alert(1)</script>"), "t.svg"),
    "a drawing alone": ("FILE-NO-DATA", svg(), "t.svg"),
    "a picture alone": ("FILE-NO-DATA", png(), "t.png"),
    "a model": ("FILE-MODEL", b"\x80\x04pickled", "t.pkl"),
    "a model called a table": ("FILE-MODEL", b"\x80\x04pickled by Zebedee", "t.csv"),
    "rows of people": ("FILE-PEOPLE", b"PAR1", "t.parquet"),
    "free text": ("FILE-TEXT", "Zebedee was seen.", "t.txt"),
    "a name with parts of a path": ("FILE-NAME", "x", "..%2ftable.csv"),
    "a name with two endings": ("FILE-NAME", "x", "table.csv.exe"),
    "a folder": ("FILE-PLAIN", None, "table.csv"),
    "scores of people": ("FILE-COLUMNS", "disposal_type,people,score\nCO,20,0.7\n", "t.csv"),
    "something else called json": ("FILE-JSON", "{", "t.json"),
    "a sheet of other columns": ("FILE-COLUMNS", sheet((("region", "people"), ("North", 125))), "t.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_table_of_groups_is_refused_and_nothing_is_begun(name, refused):
    code, content, called = FILES[name]
    refused(code, content, called)


def test_the_file_as_the_data_give_it_is_a_request_and_is_one_however_often_it_comes(world, submit):
    first = json.loads(submit(world.true).stdout)
    before = world.told()
    again = json.loads(submit(world.true).stdout)
    assert first == again and first["state"] == "awaiting_review" and world.told() == before
    assert first["submitted"]["sha256"] == hashlib.sha256(world.true.encode()).hexdigest()
    assert f"{first['request']}.parquet" in before[1]


def counts(world):
    return {row["disposal_type"]: row["people"] for row in world.raw.rows}


def lines(rows):
    return "disposal_type,people\n" + "".join(f"{name},{people}\n" for name, people in rows.items())


def test_a_raw_file_is_refused_for_every_count_that_is_not_rounded(world, refused):
    told = refused("CELL-NOT-ROUNDED", lines(counts(world)))
    assert "not rounded to 5" in told["why"]


def test_totals_that_do_not_add_up_and_totals_that_tell_are_refused(world, refused):
    rows = {row["disposal_type"]: row["people"] for row in shown_rows(world)}
    refused("CELL-TOTAL", lines({**rows, "All": 15}))
    hidden = dict.fromkeys(list(rows)[:1], "[c]")
    refused("CELL-TOTAL-TELLS", lines({**rows, **hidden, "All": 5_000}))


def shown_rows(world):
    names, *rows = (line.split(",") for line in world.true.splitlines())
    base = [dict(zip(names, row, strict=True)) for row in rows]
    return [row for row in base if row["disposal_type"] != "All"]


def test_a_file_whose_numbers_are_not_the_datas_is_refused(world, refused):
    rows = {row["disposal_type"]: row["people"] for row in shown_rows(world)}
    largest = max((name for name in rows if rows[name] != "[c]"), key=lambda name: int(rows[name]))
    told = refused("CHECK-WORKED-OUT-AGAIN", lines({**rows, largest: int(rows[largest]) + 25}))
    assert "1 count(s) are not what the data gives" in told["why"]


def test_a_table_by_rows_is_refused_because_people_are_counted(world, refused):
    inside = [row["breach"] for row in world.offences if row["offence_date"].year == 2022]
    rows = {"false": (2 * inside.count(False) + 5) // 10 * 5, "true": "[c]"}
    told = refused(
        "CHECK-PEOPLE", "breach,people\n" + "".join(f"{name},{n}\n" for name, n in rows.items()), declared=OFFENCES
    )
    assert "count rows, and some people have several" in told["why"]


def test_a_drawing_leaves_as_its_table_and_is_known_by_its_hash(world, submit, refused, tmp_path):
    bad, good = tmp_path / "bad.svg", tmp_path / "good.svg"
    bad.write_bytes(svg("<script>alert(1)</script>"))
    good.write_bytes(svg('<rect width="4" height="4"/>'))
    drawn = {**PEOPLE, "title": "People under supervision, drawn"}
    refused("FILE-SCRIPT", world.true, declared=drawn, drawing=bad)
    told = json.loads(submit(world.true, declared=drawn, drawing=good).stdout)
    assert told["submitted"]["drawings"] == [{"kind": "svg", "sha256": hashlib.sha256(good.read_bytes()).hexdigest()}]
    assert "file drawing" in {check["name"] for check in told["checks"] if check["outcome"] == "review"}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({**PEOPLE, "keys": ["establishment"]}, "establishment of probation"),
        ({**PEOPLE, "where": [{"column": "unit", "is": ["x"]}]}, "unit of probation"),
        ({**PEOPLE, "where": [{"column": "pnc", "is": ["x"]}]}, "pnc of probation"),
        ({**PEOPLE, "period": {**PERIOD, "from": "2021-01-01"}}, "shared from 1 January 2022"),
        ({**PEOPLE, "period": {**PERIOD, "to": "2025-12-31"}}, "probation is complete until 31 May 2024"),
        ({**MODEL, "columns": {"back": {**BACK, "within_days": 3000}}}, "pnc is complete until"),
        ({**OTHER, "reads": {"probation": ["surname"]}}, "surname of probation"),
    ],
    ids=["column", "sealed unit", "linkage column", "too early", "too late", "follow-up", "what another reads"],
)
def test_what_the_agreement_does_not_share_is_not_asked_for(declared, said, refused):
    assert said in refused("OUTPUT-NOT-AGREED", "x", declared=declared)["why"]


def test_only_a_researcher_of_the_use_case_submits(refused, world):
    told = refused("DECIDE-PERSON-IS-ACCREDITED", world.true + "\n", person=CHECKERS[0])
    assert "found: checker" in told["why"]


def test_a_dataset_that_no_place_has_built_is_refused(world, submit):
    result = submit(world.true, declared={**PEOPLE, "dataset": "hclic"})
    assert json.loads(result.stdout)["error"]["code"] == "OUTPUT-NO-DATA"


def test_a_context_that_says_nothing_is_refused(world, refused):
    refused("OUTPUT-CONTEXT", world.true, context="x")


def test_a_regression_passes_with_its_evidence_and_is_refused_without(world, submit, refused):
    file = as_csv(made_again(world.folder, MODEL).shown)
    told = json.loads(submit(file, declared=MODEL).stdout)
    evidence = {"groups behind dummies", "events for each parameter", "leverage", "saturated groups"}
    assert evidence <= {one["name"] for one in told["checks"] if one["outcome"] == "pass"}
    number = file.splitlines()[1].split(",")[5]
    other = {**MODEL, "title": "A coefficient that is not the data's"}
    refused("CHECK-ESTIMATES", file.replace(number, f"{float(number) + 0.01:.3f}"), declared=other)
    few = {**MODEL, "covariates": ["gender_recorded"]}  # too few of one sex offended: there is no answer
    told = refused("CHECK-AN-ANSWER", file, declared=few)
    assert "groups behind dummies" in told["why"]


def review(invoke, world, request, person, *reasons):
    return invoke("output", "review", request, "--home", world.root, "--as", person, *reasons, keys=world.keys)


def test_what_cannot_be_worked_out_again_needs_two_peoples_reasons(world, submit, invoke):
    told = json.loads(submit(PLACES, declared=OTHER).stdout)
    assert told["unverified"] and "unverified" in {check["name"] for check in told["checks"]}
    for person, reasons in zip(CHECKERS, ((), ("--reasons", "ok")), strict=True):
        refusal = review(invoke, world, told["request"], person, *reasons)
        assert refusal.exit_code == 3 and "OUTPUT-UNVERIFIED" in refusal.output
    for person in CHECKERS:
        reasons = ("--reasons", "Compared with the housing team's list.")
        assert review(invoke, world, told["request"], person, *reasons).exit_code == 0
    shown = invoke("output", "list", "--home", world.root, "--json", keys=world.keys)
    states = {one["id"]: one["state"] for one in json.loads(shown.stdout)["outputs"]}
    assert states[told["request"]] == "approved"


def test_what_leaves_is_written_anew_and_the_register_reads_it(world, submit, invoke):
    turned = "people,disposal_type\r\n" + "".join(
        f"{r['people']},{r['disposal_type']}\r\n" for r in reversed(shown_rows(world))
    )
    wanted = {**PEOPLE, "title": "People under supervision, as they left"}
    told = json.loads(submit(turned, declared=wanted).stdout)
    for person in CHECKERS:
        assert review(invoke, world, told["request"], person).exit_code == 0
    with open_home(world.root, world.keys) as home:
        assert release_approved(home) >= 1
        place = home.places["moj"]
        event = place.ledger.last("output.released", request=told["request"])
        requested = place.ledger.last("output.requested", id=told["request"])
        signed = sign_export(place, public_content(place, today()), today().isoformat())
    register = read_register([json.loads(signed)["export"]])
    assert [row["disposal_type"] for row in event.body["table"]["rows"]] == [
        row["disposal_type"] for row in world.raw.rows
    ]
    released = next(one.release for one in register.releases if one.release.title == wanted["title"])
    assert released.measure.definition.startswith("Different people in each group, by disposal_type.")
    assert "ministry-of-justice" in requested.body["rules"]["version"] and requested.body["reads"] == ["probation"]
    assert requested.body["submitted"]["kind"] == "csv" and "table.csv" not in json.dumps(dict(requested.body))
    assert invoke("audit", "verify", "--home", world.root, keys=world.keys).exit_code == 0
