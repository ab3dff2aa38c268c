"""What the documents say is there: commands, options, links, and files that hold what safety rests on."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import typer

from boldlink.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def commands(command, path=()):
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    else:
        yield " ".join(path)


@pytest.mark.parametrize("name", sorted(commands(typer.main.get_command(app))))
def test_every_command_is_in_the_readme(name):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first, _, last = name.partition(" ")
    assert f"boldlink {first}" in text
    assert not last or re.search(rf"\b{last}\b", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_where_safety_lives_names_functions_that_are_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("## Where safety lives") : text.index("## Walls")]
    found = 0
    for file, names in re.findall(r"`([a-z/]+\.py)`: (`[^|]+`)", table):
        source = (ROOT / "src" / "boldlink" / file).read_text(encoding="utf-8")
        for name in re.findall(r"`([A-Za-z_.]+)`", names):
            assert re.search(rf"(def|class) {name.split('.')[-1]}\b|^{name}\b", source, re.MULTILINE), (
                f"{name} in {file}"
            )
            found += 1
    assert found >= 10


def test_every_wall_of_the_architecture_is_a_contract_of_the_build():
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8").count("[[tool.importlinter.contracts]]")
    assert contracts >= 8


def test_the_project_speaks_of_itself_alone():
    words = re.compile(r"/work/|/tmp/|index-url|pypi\.org|files\.pythonhosted", re.IGNORECASE)
    for path in [
        *PAGES,
        ROOT / "Makefile",
        ROOT / "constraints.txt",
        ROOT / "pyproject.toml",
        *(ROOT / "src").rglob("*.py"),
    ]:
        assert not words.search(path.read_text(encoding="utf-8")), path.name


def test_the_examples_of_the_engine_run_and_its_table_names_what_is_public(capsys):
    from boldlink import linkage

    text = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 3
    space = {}
    for block in blocks:
        exec(compile(block, "docs/engine.md", "exec"), space)
    shown = capsys.readouterr().out
    assert "match_weight" in shown
    assert "more likely of one person" in shown
    named = set(re.findall(r"`(\w+)`", text[text.rindex("| name |") :]))
    assert set(linkage.__all__) <= named | {"Explanation"}


def of_analysts(language):
    text = (ROOT / "docs" / "outputs-for-analysts.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL), text


def test_the_examples_for_analysts_run(capsys):
    blocks, _ = of_analysts("python")
    space = {}
    for block in blocks:
        exec(compile(block, "docs/outputs-for-analysts.md", "exec"), space)
    shown = capsys.readouterr().out
    assert "fail ('minimum count',)" in shown and "'region': 'North', 'back': 'no', 'people': 60" in shown
    assert "pass ['age', 'support: no']" in shown or "pass ['age', 'support: yes']" in shown
    assert "OUTPUT-PER-PERSON" in shown and len(blocks) >= 2


def test_every_declaration_for_analysts_reads_and_every_statistic_has_one(tmp_path):
    from boldlink.outputs.submitted import read_declaration
    from boldlink.outputs.submitted.declaration import FIELDS

    blocks, _ = of_analysts("yaml")
    path, found = tmp_path / "declared.yaml", set()
    for block in blocks:
        path.write_text(block, encoding="utf-8")
        found.add(read_declaration(path).statistic)
    assert found | {"pivot", "linear"} == set(FIELDS)  # these two are named beside summary and logistic


def test_every_code_that_analysts_are_told_of_is_one_that_is_given():
    _, text = of_analysts("yaml")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/boldlink").rglob("*.py"))
    codes = re.findall(r"`((?:CELL|FILE|DECLARED|OUTPUT)-[A-Z-]+)`", text)
    assert len(codes) > 20 and [code for code in codes if f'"{code}"' not in sources] == []
    checks = re.findall(r"`CHECK-([A-Z-]+)`", text)
    assert [name for name in checks if f'"{name.lower().replace("-", " ")}"' not in sources] == []
