#!/usr/bin/env python3
"""Write the pages that are made from the software itself: law, decisions, instruments, promises, measures, the airlock, schemas.

    python docs/build.py            writes them
    python docs/build.py --check    exit 1 if a page is not what would be written

A rule, a citation or a legal move stands in one place, in code; what is printed here is read from it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from boldlink.decide import ACTIONS, RULES
from boldlink.decide.law import ARTICLE_6, ARTICLE_9, ARTICLE_10, GATEWAYS, ROUTES, SCHEDULE_1, VERSIONED, Provision
from boldlink.decide.table import LANES, ROLES, decision_table
from boldlink.programme.controls import PARTS
from boldlink.programme.facts import facts_if_signed
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import INSTRUMENTS, MADE_HERE, OF_A_USE_CASE, Instrument
from boldlink.programme.life import MOVERS

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))  # pages that are too long for this file stand beside it
MADE = "<!-- Made by docs/build.py from the software itself: change the code, then `make docs`. -->\n"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines
    )


def law() -> str:
    """docs/law.md"""
    parts = [
        f"{MADE}\n# Law, as the rules read it\n",
        "What each rule rests on, and the tables it looks into, each provision with the days it was in force. A question "
        "about a day past is answered under the law of that day. What could not be confirmed against the legislation is "
        "marked unverified. The words are ours, not the law's, and this is not legal advice.\n",
        "## Rules\n",
        table(
            ["rule", "asks", "promises", "rests on"],
            [[f"`{r.__name__}`", r.words.asks, " ".join(r.words.promises), _citation(r.words.citation)] for r in RULES],
        ),
        "\n## Provisions that changed\n",
        table(
            ["name", "from", "until", "citation", "says"],
            [
                [f"`{name}`", *_days(one), _cited(one), one.says]
                for name, versions in VERSIONED.items()
                for one in versions
            ],
        ),
    ]
    tables: dict[str, Any] = {
        "Article 6 bases": ARTICLE_6,
        "Article 9 conditions": ARTICLE_9,
        "Article 10": ARTICLE_10,
        "Schedule 1 conditions": SCHEDULE_1,
        "Powers to disclose": GATEWAYS,
        "Routes for confidential patient information": ROUTES,
    }
    for title, known in tables.items():
        rows = [[f"`{key}`", *_days(one), _cited(one), one.says, _limits(one)] for key, one in known.items()]
        parts += [f"\n## {title}\n", table(["key", "from", "until", "citation", "says", "limits"], rows)]
    return "\n".join(parts) + "\n"


def _citation(text: str) -> str:
    return f"the version of [`{text[1:]}`](#provisions-that-changed) of the day" if text.startswith("@") else text


def _days(one: Provision) -> list[str]:
    return [one.from_.isoformat(), one.until.isoformat() if one.until else ""]


def _cited(one: Provision) -> str:
    return one.citation if one.verified else f"{one.citation} (unverified)"


def _limits(one: Provision) -> str:
    said = []
    if getattr(one, "public_task", True) is False:
        said.append("not for a public authority's task")
    if getattr(one, "policy_document", False):
        said.append("needs an appropriate policy document")
    if getattr(one, "serves", ()):
        said.append(f"with Article 9(2) {', '.join(one.serves)}")  # type: ignore[attr-defined]
    if getattr(one, "health", True) is False:
        said.append("not for health data")
    if getattr(one, "holders", ()):
        said.append(f"held by: {', '.join(one.holders)}")  # type: ignore[attr-defined]
    if getattr(one, "accredited", False):
        said.append("accredited processor, researcher and project")
    return "; ".join(said)


def decisions() -> str:
    """docs/decisions.md"""
    facts = facts_if_signed(read_programme(ROOT / "programmes" / "bold"))
    parts = [
        f"{MADE}\n# Who may do what\n",
        "Every role × action × resource × lane, asked of the rules themselves, on the BOLD programme with every document "
        "signed. The operational lane is asked about a use case that stands as the others do, on probation's data alone. "
        "**yes**: somebody in that role, for a use case where everything holds. Otherwise the rules that say no whatever "
        "is signed.\n",
    ]
    for lane in LANES:
        rows = [
            [
                f"{row.action} {row.kind}",
                *(("**yes**" if not cell else ", ".join(f"`{one}`" for one in cell)) for cell in row.cells),
            ]
            for row in decision_table(facts, lane)
        ]
        parts += [
            f"## {lane.value.capitalize()} lane\n",
            table(["", *(role.replace("_", " ") for role in ROLES)], rows),
            "",
        ]
    actions = [
        [
            f"`{a.name}`",
            a.meaning,
            a.role.replace("_", " ") or "by what is read",
            ", ".join(a.lanes),
            a.sees or "by what is read",
            "<br>".join(f"`{c}`: {m}" for c, m in a.opens),
        ]
        for a in ACTIONS.values()
    ]
    parts += [
        "## What each action opens\n",
        table(["action", "meaning", "role", "lanes", "sees", "compartments"], actions),
        "",
    ]
    return "\n".join(parts)


def instruments() -> str:
    """docs/instruments.md"""
    parts = [
        f"{MADE}\n# Instruments\n",
        "Typed, versioned documents: YAML in a programme folder, kept by the hash of their content in every place's "
        "ledger, signed there by named posts (Ed25519 over the content's hash). Any change voids every signature. The "
        "JSON Schemas stand in [schemas](schemas).\n",
        table(
            ["instrument", "stands in", "signed by", "promises", "schema"],
            [
                [
                    model.title_of_kind,
                    _stands_in(kind),
                    _signed_by(model),
                    " ".join(model.promises),
                    f"[{kind}](schemas/{kind}.schema.json)",
                ]
                for kind, model in INSTRUMENTS.items()
            ],
        ),
        "\nScopes of signatories: one of the programme; one for each party, organisation, or owner of health data; the "
        "person themself.\n",
        "## Lives\n",
        "`complete` happens when the last signature is in, `lapse` when the last day is over; nobody makes them. "
        f"Besides the posts that sign it, these roles may suspend any: {', '.join(role.replace('_', ' ') for role in MOVERS[next(iter(MOVERS))])}.\n",
    ]
    lives: dict[int, list[type[Instrument]]] = {}
    for model in INSTRUMENTS.values():
        lives.setdefault(id(model.life), []).append(model)
    for models in lives.values():
        parts += [f"### {', '.join(model.title_of_kind for model in models)}\n", _diagram(models[0])]
    return "\n".join(parts)


def _stands_in(kind: str) -> str:
    if kind in OF_A_USE_CASE:
        return f"`use-cases/USE-CASE/{kind.replace('_', '-')}.yaml`"
    if kind in MADE_HERE:
        return "made by the software"
    return "`accreditations.yaml`" if kind == "accreditation" else "`decisions/*.yaml`"


def _signed_by(model: type[Instrument]) -> str:
    return "; ".join(f"{one.role.replace('_', ' ')} ({one.scope.replace('_', ' ')})" for one in model.signatories)


def _diagram(model: type[Instrument]) -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> awaiting"]
    lines += [f"    {state} --> {to}: {move}" for state, moves in model.life.items() for move, to in moves.items()]
    return "\n".join([*lines, "```", ""])


def promises() -> str:
    """docs/promises.md"""
    known = yaml.safe_load((DOCS / "promises.yaml").read_text(encoding="utf-8"))
    tests = _tests()
    rows = []
    for one in known:
        rules = [f"`{rule.__name__}`" for rule in RULES if one["id"] in rule.words.promises]
        signed = [model.title_of_kind for model in INSTRUMENTS.values() if one["id"] in model.promises]
        evidence = f"evidence: {', '.join(signed)}" if signed and one["kept"] == "evidence" else ""
        shown = [f"`{name}`" for name in tests.get(one["id"], [])]
        rows.append(
            [
                one["id"],
                one["promise"],
                one["kept"],
                "<br>".join(rules),
                one["also"],
                "<br>".join(filter(None, [evidence, *shown])),
            ]
        )
    return (
        "\n".join(
            [
                f"{MADE}\n# Promises\n",
                "What the programme promises, what keeps it, and the tests that try to break it.\n",
                table(["id", "promise", "kept by", "rules", "and", "tests, evidence"], rows),
            ]
        )
        + "\n"
    )


def _tests() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, number in re.findall(r"def (test_p(\d\d)_\w+)", path.read_text(encoding="utf-8")):
            found.setdefault(f"P{number}", []).append(name)
    return found


def satre() -> str:
    """docs/satre.md"""
    statements = yaml.safe_load((DOCS / "satre.yaml").read_text(encoding="utf-8"))
    words = {
        "software": "met by the software",
        "evidence": "evidence kept",
        "operator": "the operator's duty",
        "not_yet": "not met yet",
    }
    counts = [
        [
            words[kind],
            str(sum(s["met"] == kind for s in statements)),
            str(sum(s["met"] == kind and s["grade"] == "mandatory" for s in statements)),
        ]
        for kind in words
    ]
    parts = [
        f"{MADE}\n# SATRE: what the software meets, and what it does not\n",
        "The statements of the Standard Architecture for Trusted Research Environments 2.0 (CC BY 4.0), paraphrased; their "
        "text stands in the specification. Data: [satre.yaml](satre.yaml).\n",
        table(["", "statements", "of them mandatory"], counts),
    ]
    for pillar in dict.fromkeys(one["pillar"] for one in statements):
        rows = [
            [
                s["id"],
                s["grade"],
                s["statement"],
                words[s["met"]],
                s.get("by", ""),
                f"`{s['test']}`" if "test" in s else "",
            ]
            for s in statements
            if s["pillar"] == pillar
        ]
        parts += [f"\n## {pillar}\n", table(["id", "grade", "statement", "met", "by", "test"], rows)]
    return "\n".join(parts) + "\n"


def controls() -> str:
    """docs/controls.md"""
    rows = [[f"`part:{name}`", one.does, f"`{one.test}`"] for name, one in PARTS.items()]
    rows += [[f"`rule:{rule.__name__}`", rule.words.asks, "`tests/decide`"] for rule in RULES]
    return (
        f"{MADE}\n# Controls that a DPIA may name\n\n" + table(["control", "what it does", "attacked in"], rows) + "\n"
    )


def measures() -> str:
    """docs/measures.md"""
    from library import measures as page

    return page(MADE, table)


def calibration() -> str:
    """docs/calibration.md"""
    from worlds import calibration as page

    return page(MADE, table)


def airlock() -> str:
    """docs/airlock.md"""
    from way_out import airlock as page

    return page(MADE, table)


def pages() -> Iterator[tuple[Path, str]]:
    """Every page and schema that is made, with its path."""
    for name, make in (
        ("law", law),
        ("decisions", decisions),
        ("instruments", instruments),
        ("promises", promises),
        ("satre", satre),
        ("controls", controls),
        ("measures", measures),
        ("calibration", calibration),
        ("airlock", airlock),
    ):
        yield DOCS / f"{name}.md", make()
    for kind, model in INSTRUMENTS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)}
        yield DOCS / "schemas" / f"{kind}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    stale = [path for path, text in pages() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        print("\n".join(f"not up to date: {path.relative_to(ROOT)}" for path in stale) or "up to date")
        return 1 if stale else 0
    for path, text in pages():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"wrote {len(stale)} page(s)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
