"""What readers can bound: how fast a new table is asked against a long history, and whether what passes withstands attack.

    python benchmarks/disclosure.py speed [--people 20000] [--releases 50] [--rounds 3] [--base 5]
    python benchmarks/disclosure.py beside [--people 20000] [--releases 50] [--rounds 3]
    python benchmarks/disclosure.py attack [--families 200]

speed: a new table of 200 cells against a history of releases over 3,200 shared cells, with everything small among cells,
numbers and differences protected; seconds of processor time and of the clock, programmes and witnesses. beside: the same
as outputs leave in practice, protected with their family, people compared as sets. attack: random
families of overlapping releases (tests/outputs/control/overlapping_families.py) released in four ways and attacked by code
that shares nothing with the check. All print Markdown tables.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "outputs" / "control"))

from boldlink.outputs import RULES, SUPPRESSED, Asked, Earlier, Numbers, protect_together
from boldlink.outputs.control.changes import change_that_passes, withhold_few
from boldlink.outputs.control.history import Candidate, Past, Released, what_it_adds
from boldlink.outputs.control.protected import HOUSE, protect
from boldlink.outputs.control.shared_cells import Grouping, Key, SharedCells, shared_cells
from boldlink.outputs.control.shown import Shown
from boldlink.values import StatTable

SIZES = (8, 5, 5, 4, 4)  # 3,200 combinations
CELLS_OF_A_TABLE = 200


def population(people: int, draw: np.random.Generator) -> dict[str, Key]:
    """People over five keys that go together somewhat, so that some combinations are rare."""
    shares = np.ones(1)
    for size in SIZES:
        shares = np.outer(shares, draw.dirichlet(np.full(size, 2.0))).ravel()
    shares *= np.exp(draw.normal(0, 1, len(shares)))
    drawn = draw.choice(len(shares), people, p=shares / shares.sum())
    codes = np.unravel_index(drawn, SIZES)
    return {f"key {place}": Key(size, code) for place, (size, code) in enumerate(zip(SIZES, codes, strict=True))}


def table(keys: dict[str, Key], draw: np.random.Generator, fewest: int = 0) -> tuple[Grouping, dict[str, np.ndarray]]:
    """A table by two or three keys, some regrouped, some of a part of the population; and each group's key values."""
    while True:
        chosen = [int(place) for place in draw.choice(len(SIZES), draw.integers(2, 4), replace=False)]
        regrouped = [_regrouped(SIZES[place], draw, fewest) for place in chosen]
        groups = int(np.prod([codes.max() + 1 for codes in regrouped]))
        if fewest <= groups <= CELLS_OF_A_TABLE:
            break
    whole = np.indices(SIZES).reshape(len(SIZES), -1)
    given = np.zeros(whole.shape[1], dtype=np.int64)
    for place, codes in zip(chosen, regrouped, strict=True):
        given = given * (codes.max() + 1) + codes[whole[place]]
    if not fewest and draw.random() < 0.3:
        part = next(place for place in range(len(SIZES)) if place not in chosen)
        given = np.where(whole[part] == draw.integers(SIZES[part]), given, -1)
    person = np.ravel_multi_index([key.of for key in keys.values()], SIZES)
    values = np.unravel_index(np.arange(groups), [codes.max() + 1 for codes in regrouped])
    named = {f"key {place}": one for place, one in zip(chosen, values, strict=True)}
    return Grouping(given[person], groups, tuple(keys), given, np.ones(len(person), dtype=bool)), named


def _regrouped(size: int, draw: np.random.Generator, fewest: int) -> np.ndarray:
    if fewest or size == 2 or draw.random() < 0.6:
        return np.arange(size)
    cuts = np.sort(draw.choice(np.arange(1, size), draw.integers(1, size - 1), replace=False))
    return np.searchsorted(cuts, np.arange(size), side="right")


@dataclass(frozen=True)
class Question:
    """A history that is safe, and a table that asks to leave."""

    cells: SharedCells
    history: list[Released]
    asked: Candidate
    withheld: int


def question(people: int, releases: int, base: int, seed: int) -> Question:
    """All releases of the history are asked about at once, as one table, and lose what gives small numbers away."""
    draw = np.random.default_rng(seed)
    keys = population(people, draw)
    made = [table(keys, draw) for _ in range(releases)]
    made.append(table(keys, draw, fewest=CELLS_OF_A_TABLE))
    cells = shared_cells(keys, [grouping for grouping, _ in made])
    shown = Shown(base, HOUSE.minimum)
    numbers = sp.csr_array(sp.vstack(cells.groups[:-1]))
    protected = protect(cells.people, HOUSE, cells.groups)
    everything = Candidate("history", numbers, np.zeros(numbers.shape[0], bool), shown, {})
    change = withhold_few(Past([], protected, cells.people), everything)
    assert change is not None
    each = np.split(change.candidate.hidden, np.cumsum([one.shape[0] for one in cells.groups[:-1]])[:-1])
    history = [
        Candidate(str(place), matrix, hidden, shown, {}).released(cells.people)
        for place, (matrix, hidden) in enumerate(zip(cells.groups[:-1], each, strict=True))
    ]
    last = cells.groups[-1]
    asked = Candidate("asked", last, np.zeros(last.shape[0], bool), shown, made[-1][1])
    return Question(cells, history, asked, len(change.numbers))


def speed(people: int, releases: int, rounds: int, base: int) -> None:
    print(
        "| round | small counts | numbers, distinct | withheld in history | programmes | witnesses | narrowed "
        "| processor s | clock s | what would pass | processor s |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|")
    taken, programmes = [], []
    for number in range(rounds):
        made = question(people, releases, base, number)
        clock, begun = time.perf_counter(), time.process_time()
        told = [*(one.system.matrix for one in made.history), made.asked.matrix]
        protected = protect(made.cells.people, HOUSE, told)
        added = what_it_adds(made.history, made.asked.released(made.cells.people), protected, made.cells.people)
        spent, waited = time.process_time() - begun, time.perf_counter() - clock
        begun, passes = time.process_time(), "passes"
        if not added.passes:
            past = Past(made.history, protected, made.cells.people)
            change = change_that_passes(past, made.asked, HOUSE)
            passes = f"{change.kind} {len(change.numbers) or change.base or change.key}" if change else "none"
        changed = time.process_time() - begun
        taken.append(spent)
        programmes.append(added.reach.programmes)
        rows = sp.csr_array(sp.vstack(told))
        distinct = len({rows[[row]].indices.tobytes() for row in range(rows.shape[0])})
        print(
            f"| {number} | {len(protected):,} | {rows.shape[0]:,}, {distinct:,} | {made.withheld} | "
            f"{added.reach.programmes} | {len(added.reach.witnesses)} | {len(added.narrowed)} | {spent:.1f} | "
            f"{waited:.1f} | {passes} | {changed:.1f} |",
            flush=True,
        )
    print(f"\nmedian {statistics.median(taken):.1f} s of one processor, {statistics.median(programmes):.0f} programmes")


def beside(people: int, releases: int, rounds: int) -> None:
    """What leaves in practice: the history as one family, then a new table beside it; of each, the first is that long."""
    print(
        "| round | numbers of the history | of these withheld | processor s | numbers asked | shown | processor s | clock s |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for number in range(rounds):
        draw = np.random.default_rng(number)
        keys = population(people, draw)
        made = [table(keys, draw)[0] for _ in range(releases)] + [table(keys, draw, fewest=CELLS_OF_A_TABLE)[0]]
        asked = [_as_asked(str(place), one) for place, one in enumerate(made)]
        begun = time.process_time()
        found = protect_together(asked[:-1], [])
        first = time.process_time() - begun
        history = [
            Earlier(one.id, ("",) * len(one.numbers.cells), one.numbers.members, found[one.id].low, found[one.id].high)
            for one in asked[:-1]
        ]
        clock, begun = time.perf_counter(), time.process_time()
        last = protect_together(asked[-1:], history)[asked[-1].id]
        spent, waited = time.process_time() - begun, time.perf_counter() - clock
        numbers = sum(len(one.numbers.cells) for one in asked[:-1])
        hidden = sum(one.withheld for one in found.values())
        shown = sum(row["people"] != SUPPRESSED for row in last.shown.rows)
        print(
            f"| {number} | {numbers:,} | {hidden:,} | {first:.1f} | {len(last.shown.rows)} | {shown} | {spent:.1f} | {waited:.1f} |",
            flush=True,
        )


def _as_asked(name: str, grouping: Grouping) -> Asked:
    members = tuple(np.flatnonzero(grouping.labels == group) for group in range(grouping.groups))
    rows = tuple({"group": str(place), "people": len(one)} for place, one in enumerate(members))
    raw = StatTable("A table", ("group",), ("people",), rows, overlapping=("group",))
    return Asked(name, raw, Numbers(tuple((place, "people") for place in range(len(members))), members), RULES)


def attack(families: int) -> None:
    from overlapping_families import family
    from released_families import (
        Broken,
        against_history,
        beside_each_other,
        broken,
        by_rounding_alone,
        by_suppression_alone,
    )

    ways = (beside_each_other, against_history, by_rounding_alone, by_suppression_alone)
    seen: dict[str, Counter[str]] = {way.__name__: Counter() for way in ways}
    for seed in range(families):
        made = family(seed)
        for way in ways:
            published = way(made)
            found: Broken = broken(made, published)
            count = seen[way.__name__]
            count += published.ways
            count.update(
                withheld_broken=found.withheld > 0, broken=found.any > 0, narrow=found.any, exactly=int(found.exactly),
                asked=found.asked, cells=published.cells, large=published.large, shown=published.shown,
                millibits=round(1000 * published.bits), millibits_asked=round(1000 * published.bits_asked),
            )  # fmt: skip
        print(f"\r{seed + 1} of {families} families", end="", file=sys.stderr, flush=True)
    print("\n| | " + " | ".join(name.replace("_", " ") for name in seen) + " |")
    print("|---" * (len(ways) + 1) + "|")
    lines = {
        "families broken": "broken",
        "families in which a withheld number was bounded too narrowly": "withheld_broken",
        "small counts bounded too narrowly": "narrow",
        "of these known exactly": "exactly",
        "small counts attacked": "asked",
        "tables released as asked": "as asked",
        "with few numbers withheld": "withhold",
        "rounded more coarsely": "coarser",
        "without a key": "drop",
        "refused": "refused",
        "numbers asked for": "cells",
        "of at least the minimum": "large",
        "shown": "shown",
    }
    for said, name in lines.items():
        print(f"| {said} | " + " | ".join(f"{count[name]:,}" for count in seen.values()) + " |")
    shares = (f"{count['millibits'] / count['millibits_asked']:.1%}" for count in seen.values())
    print("| information shown, share of exact numbers' bits | " + " | ".join(shares) + " |")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("what", choices=("speed", "beside", "attack"))
    for name, value in (("people", 20_000), ("releases", 50), ("rounds", 3), ("base", 5), ("families", 200)):
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    if asked.what == "speed":
        speed(asked.people, asked.releases, asked.rounds, asked.base)
    elif asked.what == "beside":
        beside(asked.people, asked.releases, asked.rounds)
    else:
        attack(asked.families)


if __name__ == "__main__":
    main()
