"""How long do decisions take? A programme of many agreements and people, asked about at random, every rule evaluated.

    python benchmarks/decisions.py [--agreements 200] [--people 2000] [--decisions 100000] [--rounds 5]

Requests are drawn over actions, people, use cases, places and a year of days, allowed and refused; a share of them comes
from people who may. Prints the median of several rounds, decisions a second, and how many were allowed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "decide"))

from invented_programme import START, accredited, agreement, facts, signed, use_case

from boldlink.decide import ACTIONS, Facts, Request, decide

TEAM = ("linker", "researcher", "checker")


def programme(agreements: int, people: int) -> Facts:
    """A programme of so many use cases, each with an agreement and a team of its own."""
    known = facts()
    names = [f"person-{number}" for number in range(people)]
    cases = {}
    for number in range(agreements):
        team = {role: (names[(number * len(TEAM) + place) % people],) for place, role in enumerate(TEAM)}
        own = replace(agreement(), use_case=f"use-{number}", instrument=signed("agreement", "moj-siro", "dhsc-siro"))
        cases[f"use-{number}"] = replace(use_case(), id=f"use-{number}", team=team, agreement=own)
    everybody = {**known.people, **{name: accredited(name) for name in names}}
    return replace(known, use_cases=cases, people=everybody)


def requests(known: Facts, count: int, seed: int) -> list[tuple[Request, date]]:
    """Requests with the day they are asked about."""
    draw = random.Random(seed)
    people, cases, actions = sorted(known.people), sorted(known.use_cases), sorted(ACTIONS)
    found = []
    for _ in range(count):
        case, action = draw.choice(cases), draw.choice(actions)
        kind = draw.choice(ACTIONS[action].kinds)
        name = "prison" if kind in ("dataset", "identifiers", "attributes") else case
        role = ACTIONS[action].role
        able = known.use_cases[case].team.get(role)
        person = able[0] if able and draw.random() < 0.5 else draw.choice(people)
        place = draw.choice(("dhsc-place", "moj-place"))
        named = case if ACTIONS[action].needs_use_case else None
        found.append((Request(person, action, f"{kind}:{name}", named, place), START + timedelta(draw.randrange(365))))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, value in (("agreements", 200), ("people", 2000), ("decisions", 100_000), ("rounds", 5)):
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    taken, allowed, findings = [], 0, 0
    for number in range(asked.rounds):
        known = programme(asked.agreements, asked.people)
        questions = requests(known, asked.decisions, number)
        allowed = findings = 0
        begun = time.perf_counter()
        for request, at in questions:
            answer = decide(request, known, at)
            allowed += answer.allowed
            findings += len(answer.findings)
        taken.append(time.perf_counter() - begun)
    middle = statistics.median(taken)
    print(
        f"{asked.decisions:,} decisions, {asked.agreements} agreements, {asked.people:,} people, {asked.rounds} rounds"
    )
    print(
        f"median {middle:.2f} s (from {min(taken):.2f} to {max(taken):.2f}), {asked.decisions / middle:,.0f} a second"
    )
    print(f"last round: {allowed:,} allowed, {findings / asked.decisions:.1f} findings each")


if __name__ == "__main__":
    main()
