"""Pages that are made from the software: they are up to date, and what they say has been looked at."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml

from boldlink.decide import ACTIONS, RULES, Lane
from boldlink.decide.table import ROLES, decision_table
from boldlink.outputs import MOVES, State
from boldlink.programme.facts import facts_if_signed
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import INSTRUMENTS

ROOT = Path(__file__).parents[2]
PROMISES = yaml.safe_load((ROOT / "docs" / "promises.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bold():
    return facts_if_signed(read_programme(ROOT / "programmes" / "bold"))


def test_every_made_page_is_what_the_software_would_write_today(builder):
    stale = [path.name for path, text in builder.pages() if not path.is_file() or path.read_text("utf-8") != text]
    assert not stale, "run `make docs`"


# Reviewed by hand: the only cells that say yes, by lane. Another yes is a decision, not an accident.
YES = {
    Lane.RESEARCH: {
        ("deposit", "dataset", "data_supplier"),
        ("report", "dataset", "data_supplier"),
        ("separate", "dataset", "custodian"),
        ("select", "dataset", "custodian"),
        ("send", "dataset", "custodian"),
        ("receive", "dataset", "custodian"),
        ("build", "research", "custodian"),
        ("compare", "output", "custodian"),
        ("erase", "use_case", "custodian"),
        ("dispose", "dataset", "custodian"),
        ("unlink", "edges", "custodian"),
        ("link", "spine", "linker"),
        ("link", "edges", "linker"),
        ("read", "identifiers", "linker"),
        ("read", "spine", "linker"),
        ("read", "edges", "linker"),
        ("analyse", "research", "researcher"),
        ("read", "research", "researcher"),
        ("review", "output", "checker"),
        ("release", "output", "releaser"),
        ("amend", "output", "releaser"),
    },
    Lane.OPERATIONAL: {
        ("deposit", "dataset", "data_supplier"),
        ("report", "dataset", "data_supplier"),
        ("separate", "dataset", "custodian"),
        ("select", "dataset", "custodian"),
        ("send", "dataset", "custodian"),
        ("receive", "dataset", "custodian"),
        ("erase", "use_case", "custodian"),
        ("dispose", "dataset", "custodian"),
        ("unlink", "edges", "custodian"),
        ("link", "spine", "linker"),
        ("read", "identifiers", "linker"),
        ("read", "spine", "linker"),
        ("see_caseload", "caseload", "probation_officer"),
        ("amend", "output", "releaser"),  # asked without a use case: what was published is put right in any lane
    },
}


@pytest.mark.parametrize("lane", list(Lane))
def test_the_decision_table_says_yes_where_it_was_reviewed_to_and_nowhere_else(bold, lane):
    found = {
        (row.action, row.kind, role)
        for row in decision_table(bold, lane)
        for role, cell in zip(ROLES, row.cells, strict=True)
        if not cell
    }
    assert found == YES[lane]
    assert {(row.action, row.kind) for row in decision_table(bold, lane)} == {
        (action.name, kind) for action in ACTIONS.values() for kind in action.kinds
    }


def test_forty_promises_each_with_a_rule_a_test_or_evidence(builder):
    assert [one["id"] for one in PROMISES] == [f"P{number:02d}" for number in range(1, 41)]
    tests = builder._tests()
    for one in PROMISES:
        rules = [rule for rule in RULES if one["id"] in rule.words.promises]
        evidence = [model for model in INSTRUMENTS.values() if one["id"] in model.promises]
        assert rules or evidence or tests.get(one["id"]), one["id"]
        if one["kept"] == "code":
            assert tests.get(one["id"]), f"{one['id']} is kept by code, and no promise test attacks it"


def test_every_rule_keeps_a_promise_that_is_there():
    known = {one["id"] for one in PROMISES}
    for rule in RULES:
        assert rule.words.promises and set(rule.words.promises) <= known, rule.__name__


@pytest.mark.parametrize("kind", sorted(INSTRUMENTS))
def test_every_instrument_has_a_schema_that_refuses_what_it_does_not_know(kind):
    schema = json.loads((ROOT / "docs" / "schemas" / f"{kind}.schema.json").read_text("utf-8"))
    assert schema["additionalProperties"] is False and schema["required"]


def test_the_airlocks_drawing_shows_every_legal_move_and_no_other():
    page = (ROOT / "docs" / "airlock.md").read_text("utf-8")
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", page, re.MULTILINE)
    legal = [(state, to, move) for state, moves in MOVES.items() for move, to in moves.items()]
    assert [tuple(map(str, one)) for one in legal] == drawn
    assert all(one.words in page for one in State)


def test_the_diagrams_show_every_legal_move_and_no_other(builder):
    page = (ROOT / "docs" / "instruments.md").read_text("utf-8")
    for model in INSTRUMENTS.values():
        assert builder._diagram(model) in page
        for state, moves in model.life.items():
            assert all(f"{state} --> {to}: {move}" in builder._diagram(model) for move, to in moves.items())
