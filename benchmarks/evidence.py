"""How long from departments' extracts to linked spines, and from linked spines to four reports?

    python benchmarks/evidence.py [--people 1000000] [--home FOLDER] [--seed 1] [--spines]

Makes synthetic extracts, plays the people who sign and review as the demonstration does, and prints of each stage
the seconds of the clock and of the processors, and the largest resident memory by its end. The bar is on what follows the
linked spines: building research datasets, measures and effects, output checks, release, and the reports. With --spines it
ends before that; given the same home again, it goes on from there.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from boldlink.cli.demo import bold, unlock_alone
from boldlink.journey import Home, open_home
from boldlink.journey.arrive import receive_extracts, separate_deposits
from boldlink.journey.govern import live_use_cases, record, sign_document, whose_turn
from boldlink.journey.link import link_people
from boldlink.journey.make import build_research
from boldlink.journey.move import exchange, move_rows, select_cohorts
from boldlink.journey.register import export_places, publish_register
from boldlink.journey.release import release_approved
from boldlink.journey.report import make_reports
from boldlink.journey.request import ask_for_outputs
from boldlink.journey.review import review_output, where_asked
from boldlink.synthetic import write_extracts

Stage = tuple[str, float]


class Clock:
    """Seconds of stages, printed as they end."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work and write down how long it took."""
        began, busy = time.perf_counter(), _processor_seconds()
        done = work()
        seconds = time.perf_counter() - began
        self.stages.append((name, seconds))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(f"{name:<48} {seconds:9.1f} s {_processor_seconds() - busy:9.1f} s   {peak:6.2f} GB", flush=True)
        return done

    def since(self, name: str) -> float:
        """Seconds of all stages from the one of that name on."""
        names = [stage for stage, _ in self.stages]
        return sum(seconds for _, seconds in self.stages[names.index(name) :])


def _processor_seconds() -> float:
    """Of all threads and of processes that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def sign_everything(home: Home) -> None:
    """Play every signatory."""
    for turn in whose_turn(home):
        if turn.act == "sign":
            sign_document(home, turn.what, turn.person)


def review_everything(home: Home) -> None:
    """Play every checker."""
    for turn in whose_turn(home):
        if turn.act == "review":
            review_output(home, where_asked(home, turn.what), turn.what, turn.person, "approve", "Read.")


def to_spines(clock: Clock, people: int, root: Path, seed: int) -> None:
    """From nothing to linked spines, stage by stage."""
    extracts, programme = root / "extracts", bold()
    clock.time(
        f"synthetic extracts of {people:,} people",
        lambda: write_extracts(extracts, root / "truth", people=people, seed=seed),
    )
    with open_home(root) as home:
        documents = record(home, programme)
        clock.time("signatures", lambda: sign_everything(home))
        clock.time("receiving", lambda: receive_extracts(home, extracts, documents.contracts))
        clock.time("separating", lambda: separate_deposits(home))
        live = live_use_cases(home)
        clock.time("cohorts and moving", lambda: [(select_cohorts(home, one), move_rows(home, one)) for one in live])
        clock.time("exchange", lambda: exchange(home))
        for one in live:
            clock.time(f"linking for {one.id}", lambda one=one: link_people(home, one))


def to_reports(clock: Clock, root: Path) -> None:
    """From linked spines to reports, stage by stage."""
    with open_home(root) as home:
        live = live_use_cases(home)
        for one in live:
            clock.time(f"research dataset of {one.id}", lambda one=one: build_research(home, one))
        for one in live:
            clock.time(f"measures and effects of {one.id}", lambda one=one: ask_for_outputs(home, one))
        clock.time("reviews, as fast as nobody reads", lambda: review_everything(home))
        clock.time("release", lambda: release_approved(home))
        clock.time("public exports and register", lambda: (export_places(home), publish_register(home)))
        written = clock.time("reports", lambda: make_reports(home))
        seconds = clock.since(f"research dataset of {live[0].id}")
        print(f"\nfrom linked spines to {len(written)} reports: {seconds:.1f} s")


def main() -> None:
    """Read the options and go."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--spines", action="store_true")
    given = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder:
        root, clock = given.home or Path(folder) / "home", Clock()
        unlock_alone(bold())
        if not (root / "extracts").exists():
            to_spines(clock, given.people, root, given.seed)
        if not given.spines:
            to_reports(clock, root)


if __name__ == "__main__":
    main()
