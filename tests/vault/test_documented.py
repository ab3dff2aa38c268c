"""docs/keys.md says what is there: every refusal of the vault, every variable, every kind of root."""

import re
from pathlib import Path

import pytest

from boldlink.vault.root import KINDS, FileRoot, Root

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "src" / "boldlink" / "vault").glob("*.py"), ROOT / "src" / "boldlink" / "cli" / "keys.py"]
TEXT = "".join(path.read_text(encoding="utf-8") for path in SOURCES)


@pytest.mark.parametrize("code", sorted(set(re.findall(r'"((?:VAULT|KEYS)-[A-Z-]+)"', TEXT))))
def test_every_refusal_is_documented(code):
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("variable", sorted(set(re.findall(r"BOLDLINK_[A-Z_]+", TEXT))))
def test_every_variable_is_documented(variable):
    assert variable in PAGE


def test_every_kind_of_root_is_documented_and_so_is_every_member_of_the_interface():
    members = [name for name in vars(Root) if not name.startswith("_")]
    assert set(members) == {"id", "wrap", "unwrap", "replacement", "destroy", "describe"}
    assert all(f"`{name}`" in PAGE for name in members)
    assert all(kind in PAGE for kind in KINDS) and FileRoot.kind in KINDS
