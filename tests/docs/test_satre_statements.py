"""docs/satre.yaml holds every statement of SATRE once, and names only what is there."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from boldlink.cli import app

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "boldlink"
FILE = ROOT / "docs" / "satre.yaml"
STATEMENTS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))

PILLARS = {
    "1": "Information Governance",
    "2": "Computing Technology and Information Security",
    "3": "Data Management",
    "4": "Supporting Capabilities",
    "5": "Federation",
}
REQUIRED = {"id", "pillar", "capability", "grade", "statement", "met", "by"}
each_statement = pytest.mark.parametrize("entry", STATEMENTS, ids=lambda entry: entry["id"])


def numbers(entry: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in entry["id"].split("."))


def commands(command, path=()):
    """Every command and every group of commands, as it is typed."""
    if path:
        yield " ".join(path)
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))


@cache
def known_commands() -> frozenset[str]:
    return frozenset(commands(typer.main.get_command(app)))


@cache
def sources() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py")))


def defines(source: str, name: str) -> bool:
    return re.search(rf"^\s*(def|class) {name}\b|^{name}(:| =)", source, re.MULTILINE) is not None


def is_there(named: str) -> bool:
    """A command, a target of make, a path (from the root or from src/boldlink), or a name that code defines."""
    first, _, rest = named.partition(" ")
    if first == "boldlink":
        return rest in known_commands()
    if first == "make":
        return re.search(rf"^{rest}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE) is not None
    if (ROOT / named).exists() or (SOURCE / named).exists():
        return True
    parts = named.split(".")
    return any(all(defines(source, part) for part in parts) for source in sources())


def test_every_statement_stands_once_and_in_order():
    ids = [entry["id"] for entry in STATEMENTS]
    assert len(set(ids)) == len(ids)
    assert sorted(STATEMENTS, key=numbers) == STATEMENTS
    assert all(re.fullmatch(r"[1-5]\.[1-9]\.\d\d", one) for one in ids)


def test_no_number_is_left_out():
    capabilities = [entry["id"].rpartition(".")[0] for entry in STATEMENTS]
    for capability, count in Counter(capabilities).items():
        last = [int(e["id"].rpartition(".")[2]) for e in STATEMENTS if e["id"].rpartition(".")[0] == capability]
        assert last == list(range(1, count + 1)), capability


def test_there_are_as_many_as_in_the_specification():
    assert len(STATEMENTS) == 185
    assert Counter(entry["grade"] for entry in STATEMENTS) == {"mandatory": 95, "recommended": 67, "optional": 23}
    assert Counter(entry["pillar"] for entry in STATEMENTS) == dict(
        zip(PILLARS.values(), (46, 62, 39, 17, 21), strict=True)
    )


def test_six_mandatory_statements_hold_on_a_condition():
    conditional = [entry["id"] for entry in STATEMENTS if "condition" in entry]
    assert conditional == ["1.2.08", "1.4.07", "1.7.01", "1.7.02", "1.7.03", "5.1.10"]
    assert all(entry["grade"] == "mandatory" for entry in STATEMENTS if "condition" in entry)


def test_a_capability_has_one_name_and_one_pillar():
    by_number = {entry["id"].rpartition(".")[0]: (entry["pillar"], entry["capability"]) for entry in STATEMENTS}
    for entry in STATEMENTS:
        assert by_number[entry["id"].rpartition(".")[0]] == (entry["pillar"], entry["capability"])


def test_source_version_commit_and_licence_are_named():
    head = FILE.read_text(encoding="utf-8").partition("- id:")[0]
    assert "sa-tre/satre-specification" in head
    assert re.search(r"Version: +2\.0", head)
    assert re.search(r"Commit: +[0-9a-f]{40}\b", head)
    assert "Creative Commons Attribution 4.0" in head


@each_statement
def test_an_entry_has_its_fields_and_no_others(entry):
    assert set(entry) - {"test", "condition"} == REQUIRED
    assert entry["pillar"] == PILLARS[entry["id"][0]]
    assert entry["met"] in {"software", "evidence", "operator", "not_yet"}
    assert all(isinstance(value, str) and value.strip() for value in entry.values())


@each_statement
def test_a_paraphrase_is_short(entry):
    assert 3 <= len(entry["statement"].split()) <= 25
    assert not re.match(r"(You|Your TRE|TREs?) (must|should|could)", entry["statement"])


@each_statement
def test_whatever_is_named_is_there(entry):
    named = re.findall(r"`([^`]+)`", entry["by"])
    assert entry["by"].count("`") == 2 * len(named)
    missing = [one for one in named if not is_there(one)]
    assert not missing, f"{entry['id']} names what is not there: {missing}"
    if entry["met"] in {"software", "evidence"}:
        assert named, f"{entry['id']} is met by something and names nothing"


@each_statement
def test_a_test_that_is_named_is_there(entry):
    if "test" in entry:
        assert entry["met"] in {"software", "evidence"}, "a test shows what the software does"
        assert entry["test"].startswith("tests/")
        assert (ROOT / entry["test"]).is_file()


def test_what_is_not_there_is_seen_not_to_be_there():
    absent = (
        "boldlink fly",
        "boldlink",
        "make coffee",
        "outputs/wings.py",
        "docs/nothing.md",
        "no_such_rule",
        "Vault.fly",
    )
    assert not any(is_there(one) for one in absent)
    assert all(
        is_there(one) for one in ("boldlink audit verify", "make test", "vault/vault.py", "Vault.lease", "RULES")
    )
