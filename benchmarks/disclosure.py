"""What readers can bound: how fast a new table is asked against a long history, and whether what passes withstands attack.

    python benchmarks/disclosure.py speed [--people 20000] [--releases 50] [--rounds 3]
    python benchmarks/disclosure.py attack [--families 200]

speed: a history of releases over 3,200 combinations of keys, protected as one family, then a new table of 200 cells beside
it; everything small among numbers, differences and people whom no number tells apart is protected. attack: random families
of overlapping releases (tests/outputs/control/overlapping_families.py), protected beside each other, by rounding alone and by
cell suppression alone, and attacked by code that shares nothing with the check. Both print Markdown tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "outputs" / "control"))

from boldlink.outputs import RULES, SUPPRESSED, Asked, Earlier, Numbers, protect_together
from boldlink.values import StatTable

SIZES = (8, 5, 5, 4, 4)  # 3,200 combinations
CELLS_OF_A_TABLE = 200
Codes = tuple[np.ndarray, ...]  # of each key, (people,)


def population(people: int, draw: np.random.Generator) -> Codes:
    """People over five keys that go together somewhat, so that some combinations are rare."""
    shares = np.ones(1)
    for size in SIZES:
        shares = np.outer(shares, draw.dirichlet(np.full(size, 2.0))).ravel()
    shares *= np.exp(draw.normal(0, 1, len(shares)))
    drawn = draw.choice(len(shares), people, p=shares / shares.sum())
    return np.unravel_index(drawn, SIZES)


def table(name: str, keys: Codes, draw: np.random.Generator, fewest: int = 0) -> Asked:
    """A table by two or three keys, some regrouped, some of a part of the population."""
    while True:
        chosen = [int(place) for place in draw.choice(len(SIZES), draw.integers(2, 4), replace=False)]
        regrouped = [_regrouped(SIZES[place], draw, fewest) for place in chosen]
        groups = int(np.prod([codes.max() + 1 for codes in regrouped]))
        if fewest <= groups <= CELLS_OF_A_TABLE:
            break
    given = np.zeros(len(keys[0]), dtype=np.int64)
    for place, codes in zip(chosen, regrouped, strict=True):
        given = given * (codes.max() + 1) + codes[keys[place]]
    if not fewest and draw.random() < 0.3:
        part = next(place for place in range(len(SIZES)) if place not in chosen)
        given = np.where(keys[part] == draw.integers(SIZES[part]), given, -1)
    members = tuple(np.flatnonzero(given == group) for group in range(groups))
    rows = tuple({"group": str(place), "people": len(one)} for place, one in enumerate(members))
    raw = StatTable("A table", ("group",), ("people",), rows, overlapping=("group",))
    return Asked(name, raw, Numbers(tuple((place, "people") for place in range(groups)), members), RULES)


def _regrouped(size: int, draw: np.random.Generator, fewest: int) -> np.ndarray:
    if fewest or size == 2 or draw.random() < 0.6:
        return np.arange(size)
    cuts = np.sort(draw.choice(np.arange(1, size), draw.integers(1, size - 1), replace=False))
    return np.searchsorted(cuts, np.arange(size), side="right")


def speed(people: int, releases: int, rounds: int) -> None:
    """What leaves in practice: the history as one family, then a new table beside it; of each, the first is that long."""
    print(
        "| round | numbers of the history | of these withheld | processor s | numbers asked | shown | processor s | clock s |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for number in range(rounds):
        draw = np.random.default_rng(number)
        keys = population(people, draw)
        asked = [table(str(place), keys, draw) for place in range(releases)]
        new = table("new", keys, draw, fewest=CELLS_OF_A_TABLE)
        begun = time.process_time()
        found = protect_together(asked, [])
        first = time.process_time() - begun
        history = [
            Earlier(one.id, ("",) * len(one.numbers.cells), one.numbers.members, found[one.id].low, found[one.id].high)
            for one in asked
        ]
        clock, begun = time.perf_counter(), time.process_time()
        last = protect_together([new], history)[new.id]
        spent, waited = time.process_time() - begun, time.perf_counter() - clock
        numbers = sum(len(one.numbers.cells) for one in asked)
        hidden = sum(one.withheld for one in found.values())
        shown = sum(row["people"] != SUPPRESSED for row in last.shown.rows)
        print(
            f"| {number} | {numbers:,} | {hidden:,} | {first:.1f} | {len(last.shown.rows)} | {shown} | {spent:.1f} | {waited:.1f} |",
            flush=True,
        )


def attack(families: int) -> None:
    from overlapping_families import family
    from released_families import (
        Broken,
        beside_each_other,
        broken,
        by_rounding_alone,
        by_suppression_alone,
    )

    ways = (beside_each_other, by_rounding_alone, by_suppression_alone)
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
    options.add_argument("what", choices=("speed", "attack"))
    for name, value in (("people", 20_000), ("releases", 50), ("rounds", 3), ("families", 200)):
        options.add_argument(f"--{name}", type=int, default=value)
    asked = options.parse_args()
    if asked.what == "speed":
        speed(asked.people, asked.releases, asked.rounds)
    else:
        attack(asked.families)


if __name__ == "__main__":
    main()
