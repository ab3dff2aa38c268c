"""What departments lay down, and what becomes of it: one bad file stops no other and leaves nothing half made."""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from boldlink.journey import open_home
from boldlink.journey.audit import audit
from small import SMALL

pytestmark = pytest.mark.slow


@pytest.fixture
def run(copy, invoke):
    """Run the programme on the copy and get what it told."""

    def go(code=None):
        result = invoke("run", SMALL, "--home", copy.root, "--json", keys=copy.keys)
        assert code is None or result.exit_code == code, result.output
        return json.loads(result.stdout)

    return go


def refusals(told, path):
    return [one["code"] for one in told["refused"] if path in one["what"]]


def test_a_second_different_file_under_the_same_version_is_refused_and_the_first_stays(copy, run):
    path = copy.root / "extracts/prison/2024-06.full.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:50]))
    told = run()
    assert refusals(told, "prison/2024-06.full.csv") == ["DEPOSIT-VERSION-CONFLICT"]
    assert told["received"] == [] and audit(copy.root, copy.keys).intact


def test_a_version_before_one_that_was_received_is_refused(copy, run):
    shutil.copy(copy.root / "extracts/prison/2024-06.full.csv", copy.root / "extracts/prison/2023-01.full.csv")
    assert refusals(run(), "prison/2023-01.full.csv") == ["DEPOSIT-STALE"]


def test_a_refusal_is_written_down_once_and_told_every_time(copy, run):
    first, second = run(), run()
    assert refusals(first, "hclic/2024-05") == refusals(second, "hclic/2024-05") == ["DEPOSIT-COLUMNS-MISSING"]
    with open_home(copy.root, copy.keys) as home:
        assert len(list(home.places["moj"].ledger.events("deposit.refused"))) == 1


def test_a_good_file_beside_bad_ones_is_taken_in_and_nothing_half_made_is_left(copy, run):
    magistrates = copy.root / "extracts/magistrates"
    (magistrates / "2024-07.delta.csv").write_text("case_urn\n1\n")
    (magistrates / "2024-08.full.parquet").write_bytes(b"PAR1 but no more")
    (magistrates / "2024-09.full.csv").write_bytes((magistrates / "2024-06.full.csv").read_text().encode("utf-16"))
    good = "".join((magistrates / "2024-06.full.csv").read_text().splitlines(keepends=True)[:5])
    (magistrates / "2024-10.delta.csv").write_text(good)
    (copy.root / "extracts/tax").mkdir()
    (copy.root / "extracts/tax/2024-06.full.csv").write_text("a\n1\n")
    told = run()
    assert [(one["dataset"], one["version"], one["rows_accepted"]) for one in told["received"]] == [
        ("magistrates", "2024-10", 4)
    ]
    assert refusals(told, "2024-07") == ["DEPOSIT-COLUMNS-MISSING"]
    assert refusals(told, "2024-08") == ["DEPOSIT-UNREADABLE"]
    assert refusals(told, "2024-09") == ["DEPOSIT-ENCODING"]
    assert refusals(told, "tax") == ["DEPOSIT-NOT-AN-EXTRACT"]
    assert not list((copy.root / "places/moj/staging").iterdir())
    found = audit(copy.root, copy.keys)
    assert found.intact, found.problems


def test_a_parquet_file_with_typed_columns_is_as_good_as_csv(copy, run):
    path = copy.root / "extracts/police-crimes/2024-06.full.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    table = pc.read_csv(pa.py_buffer(b"".join(lines[:21])))  # further down stand dates that are none, and all are text
    assert pa.types.is_date(table.schema.field("recorded_date").type)
    keep = [value is not None for value in table.column("recorded_date").to_pylist()]
    pq.write_table(table.filter(pa.array(keep)), path.with_name("2024-11.delta.parquet"))
    told = run()
    assert [(one["version"], one["rows_accepted"]) for one in told["received"]] == [("2024-11", sum(keep))]


def test_withdrawn_people_leave_every_file_of_every_place_and_every_request_that_waits(copy, run):
    with open_home(copy.root, copy.keys) as home:
        before = {name: len(home.files(home.places["moj"], f"{name}/prison")) for name in ("identifiers", "attributes")}
    lines = (copy.root / "extracts/prison/2024-06.full.csv").read_text().splitlines()
    keys = sorted({line.split(",")[1] for line in lines[1:40] if line.split(",")[1]})
    (copy.root / "extracts/prison/2024-12.withdrawal.csv").write_text("noms_number\n" + "\n".join(keys) + "\n")
    told = run()
    assert [one["kind"] for one in told["received"]] == ["withdrawal"]
    with open_home(copy.root, copy.keys) as home:
        moj, dhsc = home.places["moj"], home.places["dhsc"]
        separated = moj.ledger.last("deposit.separated", dataset="prison", kind="withdrawal")
        assert separated.body["retired_rows"] >= len(keys) and separated.body["rows"] == 0
        assert {name: len(home.files(moj, f"{name}/prison")) for name in before} == before
        received = [event for event in dhsc.ledger.events("package.received") if event.body["dataset"] == "prison"]
        times = Counter(event.body["use_case"] for event in received)
        # Two deliveries, and the one without the people who withdrew.
        assert times == {"reducing-homelessness": 3, "substance-misuse": 3}
        tokens = withdrawn_tokens(home, keys)
        for place, use_case in ((moj, "reducing-reoffending"), (dhsc, "substance-misuse")):
            assert not tokens & tokens_in_spine(home, place, use_case)
    assert audit(copy.root, copy.keys).intact


def test_a_dataset_that_everybody_left_stays_empty_through_every_place_and_a_later_withdrawal_changes_nothing(
    copy, run
):
    folder = copy.root / "extracts/prison"
    header, first, second = (folder / "2024-06.full.csv").read_text().splitlines()[:3]
    unreadable = ",".join("never" if cell[:2] == "20" and cell[4:5] == "-" else cell for cell in second.split(","))
    (folder / "2024-11.delta.csv").write_text(f"{header}\n{first}\n{unreadable}\n")
    assert [one["rows_accepted"] for one in run()["received"]] == [1]
    everybody = {row["noms_number"] for path in folder.glob("*.csv") for row in pc.read_csv(path).to_pylist()} - {None}
    for version in ("2024-12", "2025-01"):
        (folder / f"{version}.withdrawal.csv").write_text("noms_number\n" + "\n".join(sorted(everybody)) + "\n")
        assert [one["version"] for one in run()["received"]] == [version]
    with open_home(copy.root, copy.keys) as home:
        moj, dhsc = home.places["moj"], home.places["dhsc"]
        compartments = [
            (moj, "attributes/prison"),
            (moj, "quarantine/prison"),
            (dhsc, "attributes/prison.substance-misuse"),
        ]
        assert [sum(one.rows for one in home.files(*where)) for where in compartments] == [0, 0, 0]
        assert all(home.files(*where) for where in compartments)
    assert audit(copy.root, copy.keys).intact


def withdrawn_tokens(home, keys):
    from boldlink.journey.truth import _tokens

    return set(_tokens(home, "prison", keys))


def tokens_in_spine(home, place, use_case):
    from boldlink.vault import read_table

    linker = home.member(place, use_case, "linker")
    decision = home.require(place, linker, "link", f"spine:{use_case}", use_case)
    table = read_table(home.opened(place, decision, f"spine/{use_case}")[0])
    return {
        t
        for t, d in zip(table.column("source_person").to_pylist(), table.column("dataset").to_pylist(), strict=True)
        if d == "prison"
    }


def test_two_processes_are_never_at_work_in_one_home(copy, invoke):
    with open_home(copy.root, copy.keys):
        result = invoke("run", SMALL, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code == 8
    assert json.loads(result.stdout)["error"]["code"] == "LEDGER-BUSY"


def test_keys_inside_the_home_and_keys_elsewhere_are_said_in_words(copy, invoke, tmp_path):
    inside = invoke("status", "--home", copy.root, "--json", keys=copy.root / "keys")
    assert json.loads(inside.stdout)["error"]["code"] == "KEYS-INSIDE-HOME"
    elsewhere = invoke("output", "list", "--home", copy.root, "--json", keys=tmp_path / "nothing")
    assert json.loads(elsewhere.stdout)["error"]["code"] == "VAULT-NO-ROOT"


def test_a_changed_ledger_stops_every_command_that_would_work_on_it(copy, invoke):
    segment = copy.root / "places/moj/ledger/000001.jsonl"
    data = bytearray(segment.read_bytes())
    data[len(data) // 3] ^= 4
    segment.write_bytes(bytes(data))
    for command in (("run", SMALL), ("status",), ("output", "list")):
        result = invoke(*command, "--home", copy.root, "--json", keys=copy.keys)
        assert result.exit_code == 5, command
        assert json.loads(result.stdout)["error"]["code"] == "LEDGER-TAMPERED"


def test_a_changed_stored_file_stops_the_stage_that_would_read_it(copy, run, invoke):
    for path in (copy.root / "places/moj/attributes/prison").iterdir():
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(bytes(data))
    lines = (copy.root / "extracts/prison/2024-06.full.csv").read_text().splitlines(keepends=True)
    (copy.root / "extracts/prison/2024-12.delta.csv").write_text("".join(lines[:3]))
    result = invoke("run", SMALL, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code == 5
    assert json.loads(result.stdout)["error"]["code"] == "STORE-CHANGED"
