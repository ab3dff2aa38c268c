"""Consent and opt-outs count before anything is linked; above its agreement's bounds of risk a research dataset is not built."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from boldlink.cli.demo import _act
from boldlink.journey import open_home, run
from boldlink.journey.make import linkage_report
from boldlink.journey.owners import quality_report
from boldlink.journey.status import status
from boldlink.journey.truth import _tokens
from boldlink.synthetic import write_extracts
from boldlink.vault import read_table
from small import SMALL

sys.path.insert(0, str(Path(__file__).parents[1] / "programme"))
from documents import change, read, write

pytestmark = pytest.mark.slow
ANSWERS = ("consent", "national_opt_out")
TREATMENT, REOFFENDING = "substance-misuse", "reducing-reoffending"


@dataclass(frozen=True)
class World:
    """A home whose treatment data says who consented, the programme it ran under, and who said what."""

    root: Path
    programme: Path
    refused: frozenset[str]
    opted_out: frozenset[str]
    consented: frozenset[str]

    def agreement(self, use_case: str) -> Path:
        return self.programme / "use-cases" / use_case / "agreement.yaml"

    def go(self):
        """Run, let everybody sign whose turn it is, and run again."""
        _act(self.root, run(self.programme, self.root, self.root / "extracts"), "sign")
        return run(self.programme, self.root, self.root / "extracts")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root, programme = tmp_path_factory.mktemp("consent") / "home", tmp_path_factory.mktemp("programme") / "bold"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOLDLINK_KEYS", str(tmp_path_factory.mktemp("keys")))
        shutil.copytree(SMALL, programme)
        change(programme / "contracts" / "ndtms.yaml", asks_for_answers)
        write_extracts(root / "extracts", root / "truth", people=600, seed=4)
        said = give_answers(next((root / "extracts" / "ndtms").glob("*.csv")))
        made = World(root, programme, *said)
        change(made.agreement(TREATMENT), opt_outs_apply)
        bound(made, REOFFENDING, unique_percent_at_most=100.0)
        made.go()
        yield made


def asks_for_answers(contract):
    """The treatment contract with a column each for consent and for the national opt-out."""
    others = [one for one in contract["customProperties"] if not one["property"].startswith(("consent", "optOut"))]
    contract["customProperties"] = [
        *others, {"property": "consentColumn", "value": "consent"}, {"property": "optOutColumn", "value": "national_opt_out"},
    ]  # fmt: skip
    columns = contract["schema"][0]["properties"]
    roles = [{"property": "role", "value": "attribute"}, {"property": "classes", "value": ["confidential_patient"]}]
    answers = [
        {"name": name, "description": name, "logicalType": "boolean", "customProperties": roles} for name in ANSWERS
    ]
    contract["schema"][0]["properties"] = [one for one in columns if one["name"] not in ANSWERS] + answers


def give_answers(path):
    """Every seventh client refuses, every eleventh opted out. Returns who refused, who opted out, and everybody else."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if k not in ANSWERS} for row in csv.DictReader(file)]
    clients = sorted({row["client_ref"] for row in rows})
    refused, out = frozenset(clients[::7]), frozenset(clients[3::11])
    for row in rows:
        row["consent"] = "false" if row["client_ref"] in refused else "true"
        row["national_opt_out"] = "true" if row["client_ref"] in out else "false"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return refused, out, frozenset(clients) - refused - out


def opt_outs_apply(agreement):
    share = next(one for one in agreement["datasets"] if one["dataset"] == "ndtms")
    share["confidentiality"] |= {"route": "consent", "opt_out": "applied"}


def bound(world, use_case, version="1.4.0", **bounds):
    """The agreement's bounds of risk, over one dataset's keys."""
    path = world.agreement(use_case)
    agreement = read(path)
    share = next(one for one in agreement["datasets"] if one["dataset"] == "prison")
    keys = [one["name"] for one in share["columns"] if one["name"] in ("birth_year", "ethnicity", "release_region")]
    agreement["version"] = version
    agreement["disclosure_risk"] = {
        "smallest_cohort": 10, "unique_percent_at_most": 100.0, "special_unique_percent_at_most": 100.0,
        "distinct_values_at_least": 1, "keys": [{"dataset": "prison", "columns": keys, "sensitive": []}],
    } | bounds  # fmt: skip
    write(path, agreement)


def spine_of(home, use_case, place):
    held = home.places[place]
    decision = home.require(held, home.member(held, use_case, "linker"), "link", f"spine:{use_case}", use_case)
    return read_table(home.opened(held, decision, f"spine/{use_case}")[0])


def test_who_did_not_consent_or_opted_out_is_in_no_spine(world):
    with open_home(world.root) as home:
        linked = spine_of(home, TREATMENT, "dhsc").to_pylist()
        people = {row["source_person"] for row in linked if row["dataset"] == "ndtms"}
        assert people and people <= set(_tokens(home, "ndtms", sorted(world.consented)))
        assert not people & set(_tokens(home, "ndtms", sorted(world.refused | world.opted_out)))


def test_who_was_left_out_is_counted_by_reason_for_everybody_to_see(world, invoke):
    with open_home(world.root) as home:
        told = status(home)["places"]["dhsc"]
        linked = spine_of(home, TREATMENT, "dhsc").column("dataset").to_pylist().count("ndtms")
    cohort = next(one for one in told["cohorts"] if (one["use_case"], one["dataset"]) == (TREATMENT, "ndtms"))
    assert cohort["without_consent"] > 0 < cohort["opted_out"] and cohort["records"] == linked
    deposited = next(one for one in told["deposits"] if one["dataset"] == "ndtms")["rows_accepted"]
    reasons = ("records", "outside_cohort", "without_consent", "opted_out")
    assert sum(cohort[reason] for reason in reasons) == deposited
    shown = json.loads(invoke("status", "--home", world.root, "--json").stdout)
    assert cohort in shown["places"]["dhsc"]["cohorts"]


def test_an_owner_is_told_how_many_records_each_use_case_left_out(world, invoke):
    with open_home(world.root) as home:
        place = home.places["dhsc"]
        supplier = home.holder(place, "data_supplier", organisation="dhsc")
        text, counts = quality_report(home, "ndtms", supplier)
        cohorts = [one for one in status(home)["places"]["dhsc"]["cohorts"] if one["dataset"] == "ndtms"]
        other = home.holder(home.places["moj"], "data_supplier", organisation="ministry-of-justice")
        assert quality_report(home, "prison", other)[1]["left_out"] == {}
    assert counts["left_out"] == {
        one["use_case"]: {reason: one[reason] for reason in ("without_consent", "opted_out")} for one in cohorts
    }
    left = counts["left_out"][TREATMENT]["without_consent"]
    assert f"- {TREATMENT}, without consent: {left:,}" in text and left > 0


def test_no_research_dataset_holds_more_than_its_spine(world):
    with open_home(world.root) as home:
        place = home.places["dhsc"]
        linked = spine_of(home, TREATMENT, "dhsc").column("dataset").to_pylist().count("ndtms")
        files = {file.path.split("/")[-1]: file.rows for file in home.files(place, f"research/{TREATMENT}")}
        assert files["ndtms.parquet"] == linked


def test_researchers_get_a_linkage_quality_report_and_the_ledger_holds_none_of_it(world):
    with open_home(world.root) as home:
        place = home.places["dhsc"]
        report = linkage_report(home, place, TREATMENT, home.member(place, TREATMENT, "researcher"))
        built = place.ledger.last("research.built", use_case=TREATMENT)
    pairs = {(one["of"], one["to"]): one for one in report["pairs"]}
    assert pairs["ndtms", "prison"]["people"] > pairs["ndtms", "prison"]["linked"] > 0
    assert report["status"].endswith("not yet reviewed by people")
    assert "standardised_difference" not in str(built.body)
    assert any(file["path"].endswith("_quality.parquet") for file in built.body["files"])


def test_a_refused_build_keeps_the_old_release_stops_nobody_else_and_waits_with_its_reason(world, invoke):
    with open_home(world.root) as home:
        before = home.places["moj"].ledger.last("research.built", use_case=REOFFENDING)
    bound(world, REOFFENDING, "1.5.0", unique_percent_at_most=0.0)
    done = world.go()
    told = [turn for turn in done.turns if turn.act == "change"]
    assert [turn.use_case for turn in told] == [REOFFENDING] and "allowed 0." in told[0].what
    with open_home(world.root) as home:
        moj = home.places["moj"]
        assert moj.ledger.last("research.built", use_case=REOFFENDING) == before
        kept = {file.path for file in home.files(moj, f"research/{REOFFENDING}")}
        assert kept == {file["path"] for file in before.body["files"]}
        assert all((moj.store.root / path).is_file() for path in kept)
        refusal = status(home)["places"]["moj"]["research_refused"]
        assert [one["code"] for one in refusal] == ["RESEARCH-RISK"] and "prison" in refusal[0]["why"]
    assert "RESEARCH-RISK" in invoke("status", "--home", world.root).output
    again = run(world.programme, world.root, world.root / "extracts")
    assert [turn.act for turn in again.turns if turn.act != "review"] == ["change"]
    with open_home(world.root) as home:
        assert len(list(home.places["moj"].ledger.events("research.refused"))) == 1


def test_a_cohort_under_the_minimum_is_refused_before_any_key_is_made_and_a_wider_bound_lets_it_go_on(world):
    def key_events(home):
        return len([one for one in home.places["moj"].ledger.events() if one.kind.startswith("key.")])

    bound(world, REOFFENDING, "1.6.0", smallest_cohort=1_000_000)
    run(world.programme, world.root, world.root / "extracts")
    with open_home(world.root) as home:
        before = key_events(home)
    world.go()
    with open_home(world.root) as home:
        assert status(home)["places"]["moj"]["research_refused"][0]["code"] == "RESEARCH-COHORT-SMALL"
        assert key_events(home) == before
    (told,) = run(world.programme, world.root, world.root / "extracts").not_built
    assert (told["use_case"], told["place"], told["code"]) == (REOFFENDING, "moj", "RESEARCH-COHORT-SMALL")
    assert told["do"].startswith("widen the cohort") and told["ask"]
    bound(world, REOFFENDING, "1.7.0")
    done = world.go()
    assert "change" not in {turn.act for turn in done.turns} and not done.not_built
    with open_home(world.root) as home:
        assert home.places["moj"].ledger.last("research.built", use_case=REOFFENDING).body["release"] == 2
        assert status(home)["places"]["moj"]["research_refused"] == []
