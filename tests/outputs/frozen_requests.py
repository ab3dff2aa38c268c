"""A place of the BOLD programme in which everything is signed, and requests frozen in it, without an extract or a link.

What the analysis would give is written down here; everything from the freezing on is the software's own.
"""

from __future__ import annotations

from pathlib import Path

from boldlink.journey import open_home
from boldlink.journey.govern import record, sign_document, whose_turn
from boldlink.journey.home import Home
from boldlink.outputs import FROZEN_SCHEMA, RULES, OutputState, find, freeze, protect, run_checks
from boldlink.programme.folder import read_programme
from boldlink.programme.new import new_programme
from boldlink.values import StatTable

CASE, PLACE = "substance-misuse", "dhsc"
AUTHOR, FIRST, SECOND = "ptolemy-larkspur", "idwal-wyndlesham", "ada-brackenridge"
RELEASER, STRANGER = "isolde-mossgrave", "bram-fernsby"
BOLD = Path(__file__).parents[2] / "programmes" / "bold"
ASKED = {"measure": "continuity-of-care", "from": "2022-06-01", "to": "2024-01-31", "by": ["sex"], "context": "By sex."}
TABLE = StatTable(
    title="Continuity of care",
    keys=("sex",),
    counts=("released", "engaged"),
    rows=(
        {"sex": "Female", "released": 412, "engaged": 133},
        {"sex": "Male", "released": 1967, "engaged": 801},
        {"sex": "=Unknown", "released": 31, "engaged": 4},
    ),
    rates={"engaged_percent": ("engaged", "released")},
)


def make_signed(root: Path, keys: Path) -> None:
    """Record one use case of BOLD in a home that holds one place, and let every post sign."""
    new_programme(root / "programme", BOLD, "bold", [CASE])
    read_programme(root / "programme")
    with opened(root, keys) as home:
        record(home, root / "programme")
        while turns := [turn for turn in whose_turn(home) if turn.act == "sign"]:
            for turn in turns:
                sign_document(home, turn.what, turn.person)


def opened(root: Path, keys: Path):
    """The home, to work in."""
    return open_home(root, keys, only=frozenset({PLACE}))


def ask(
    home: Home, name: str = "first", table: StatTable = TABLE, measure: str = "continuity-of-care", **more: object
) -> OutputState:
    """Freeze a table and ask for it to be let out, as the journey does; `more` is said of it besides."""
    place = home.places[PLACE]
    decision = home.require(place, AUTHOR, "analyse", f"research:{CASE}", CASE)
    shown = protect(table, RULES)
    checks = run_checks(shown, table, RULES)
    body = {
        "id": name,
        "use_case": CASE,
        "title": table.title,
        "context": ASKED["context"],
        "asked": {**ASKED, "measure": measure},
        "measure": {"id": measure, "title": table.title, "definition": "As published.", "source": "OHID", "linked": False, "official": True},
        "made_from": "0" * 32,
        "rules": RULES.as_dict(),
        "decision": decision.hash,
        "checks": [check.as_dict() for check in checks],
        "passed": all(check.outcome != "fail" for check in checks),
        **more,
    }  # fmt: skip
    with place.store.step() as step:
        lease = home.writing(place, decision, f"outputs/{CASE}")
        freeze(step.writer(lease, f"outputs/{CASE}/{name}.parquet", FROZEN_SCHEMA), table, shown)
        step.commit("output.requested", AUTHOR, body)
    return find(place.ledger, name)
