"""Wales in SAIL: four datasets that arrive linked and nameless join on person in a research dataset, and in no two alike."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from boldlink.journey import open_home, run
from boldlink.journey.govern import sign_document
from boldlink.journey.make import linkage_report
from boldlink.journey.truth import _tokens
from boldlink.spine import METHODS
from boldlink.synthetic import write_extracts
from boldlink.vault import read_table
from small import SMALL

pytestmark = pytest.mark.slow
SETS = ("wales-admissions", "wales-deaths", "wales-population", "wales-substance-misuse")
FIRST, SECOND = "substance-misuse", "second-look"
SAIL = frozenset({"sail"})


@dataclass(frozen=True)
class World:
    """A home of SAIL alone, in which two use cases ask the same of the same four datasets."""

    root: Path
    programme: Path

    def go(self):
        """Run, let everybody sign whose turn it is, and run again."""
        asked = run(self.programme, self.root, self.root / "extracts", only=SAIL)
        with open_home(self.root, only=SAIL) as home:
            for turn in asked.turns:
                if turn.act == "sign":
                    sign_document(home, turn.what, turn.person)
        run(self.programme, self.root, self.root / "extracts", only=SAIL)

    def extract(self, dataset):
        rows = []
        for path in sorted((self.root / "extracts" / dataset).glob("*.full.csv")):
            with path.open(newline="", encoding="utf-8") as file:
                rows += csv.DictReader(file)
        return rows

    def alfs(self, dataset):
        return {row["alf"] for row in self.extract(dataset)}


def second_look(programme):
    """The use case once more under another name, with documents of its own."""
    folder = programme / "use-cases" / SECOND
    shutil.copytree(programme / "use-cases" / FIRST, folder)
    for path in folder.glob("*.yaml"):
        path.write_text(re.sub(rf"(?<!wales-){FIRST}", SECOND, path.read_text()))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root, programme = tmp_path_factory.mktemp("wales") / "home", tmp_path_factory.mktemp("programme") / "bold"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOLDLINK_KEYS", str(tmp_path_factory.mktemp("keys")))
        shutil.copytree(SMALL, programme)
        second_look(programme)
        write_extracts(root / "all", root / "truth", people=900, seed=4)
        for dataset in SETS:
            shutil.copytree(root / "all" / dataset, root / "extracts" / dataset)
        shutil.rmtree(root / "all")
        made = World(root, programme)
        made.go()
        yield made


def research(home, use_case):
    """The research dataset of a use case in SAIL: dataset -> rows."""
    place = home.places["sail"]
    person = home.member(place, use_case, "researcher")
    decision = home.require(place, person, "analyse", f"research:{use_case}", use_case)
    opened = home.opened(place, decision, f"research/{use_case}")
    return {one.path.stem: read_table(one).to_pylist() for one in opened if one.path.stem in SETS}


def people(rows, method="medium"):
    return {row[f"person_{method}"] for row in rows}


def in_scope(home, world, dataset):
    """ALFs of a dataset that are in the first use case's spine, told by the tokens that ALFs get."""
    place = home.places["sail"]
    decision = home.require(place, home.member(place, FIRST, "linker"), "link", f"spine:{FIRST}", FIRST)
    rows = read_table(home.opened(place, decision, f"spine/{FIRST}")[0]).to_pylist()
    there = {row["source_person"] for row in rows if row["dataset"] == dataset}
    alfs = sorted(world.alfs(dataset))
    return {alf for alf, token in zip(alfs, _tokens(home, dataset, alfs), strict=True) if token in there}


@pytest.mark.parametrize("method", METHODS)
def test_the_four_sets_join_on_person_by_every_method_as_their_linking_fields_do(world, method):
    with open_home(world.root, only=SAIL) as home:
        made = research(home, FIRST)
        alfs = {dataset: in_scope(home, world, dataset) for dataset in SETS}
    assert set(made) == set(SETS)
    for dataset in SETS:
        assert len(people(made[dataset], method)) == len(alfs[dataset]) > 0
    for one, other in combinations(SETS, 2):
        assert len(people(made[one], method) & people(made[other], method)) == len(alfs[one] & alfs[other])
    assert people(made["wales-admissions"], method) & people(made["wales-population"], method)


def test_every_row_carries_the_grade_of_its_own_linking_field(world):
    with open_home(world.root, only=SAIL) as home:
        rows = research(home, FIRST)["wales-substance-misuse"]
        share = home.facts(home.places["sail"]).use_cases[FIRST].agreement.shares["wales-substance-misuse"]
    written = Counter(
        (row["referral_date"], row["health_board"], row["alf_sts_cd"])
        for row in world.extract("wales-substance-misuse")
        if str(share.cohort_from) <= row["referral_date"] <= str(share.cohort_to)
    )
    assert Counter((str(row["referral_date"]), row["health_board"], str(row["link_grade"])) for row in rows) == written
    assert len({grade for *_, grade in written}) > 1
    assert "alf_sts_cd" not in rows[0]  # the grade goes with the row whether or not an agreement shares the column


def test_in_another_use_case_nobody_has_the_same_pseudonym(world):
    with open_home(world.root, only=SAIL) as home:
        one, other = (research(home, use_case) for use_case in (FIRST, SECOND))
    for dataset in SETS:
        assert len(people(one[dataset])) == len(people(other[dataset]))
    assert not set().union(*map(people, one.values())) & set().union(*map(people, other.values()))


def test_links_that_the_owner_made_have_no_estimate_of_false_ones(world):
    with open_home(world.root, only=SAIL) as home:
        place = home.places["sail"]
        report = linkage_report(home, place, FIRST, home.member(place, FIRST, "researcher"))
    pair = next(one for one in report["pairs"] if (one["of"], one["to"]) == SETS[:3:2])
    assert pair["linked"] > 0 and pair["false_links"] is None and pair["missed_links"] is None


def test_somebody_who_is_withdrawn_by_linking_field_leaves_that_dataset(world):
    gone = min(world.alfs("wales-admissions") & world.alfs("wales-population"))
    (world.root / "extracts" / "wales-admissions" / "9999-01.withdrawal.csv").write_text(f"alf\n{gone}\n")
    world.go()
    with open_home(world.root, only=SAIL) as home:
        assert gone not in in_scope(home, world, "wales-admissions")
        assert gone in in_scope(home, world, "wales-population")
