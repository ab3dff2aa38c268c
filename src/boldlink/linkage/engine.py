"""Records in, weighted pairs out: the whole of a linkage run, one step after another."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.linkage.blocking import Rule, choose_rules, count_pairs
from boldlink.linkage.comparisons import Comparison, comparisons
from boldlink.linkage.household import PLACE, Household, dwelling, estimate_household
from boldlink.linkage.quality import describe
from boldlink.linkage.scoring import (
    as_splink_model,
    candidate_patterns,
    make_pairs,
    opened,
    random_patterns,
    session_patterns,
    weigh,
)
from boldlink.linkage.sources import Frame, Source, frame
from boldlink.linkage.oldtraining import Patterns, Trained, estimate_u, train

Say = Callable[[str], None]
PERSONAL = frozenset({"forename", "forename_initial", "date_of_birth"})  # what relatives do not share


@dataclass(frozen=True)
class Linked:
    """A run's results: scored pairs with Splink's names, the model in Splink's format, and what is known of quality."""

    pairs: pa.Table
    model: Mapping[str, Any]
    quality: Mapping[str, Any]


def score(
    sources: Sequence[Source],
    *,
    threshold_probability: float = 0.01,
    seed: int = 1,
    threads: int | None = None,
    progress: Say | None = None,
) -> Linked:
    """Train without labels and score every candidate pair.

    One source is compared with itself; several are compared with each other and not with themselves. Pairs are all that
    reach the threshold, before any one-to-one choice: source_dataset_l, unique_id_l, source_dataset_r, unique_id_r,
    match_weight (bits), match_probability, match_key (the position of the rule that made the pair). The same records give
    the same result, whatever their order or ids. Raises BadRecords.
    """
    say = progress or (lambda text: None)
    common = frame(sources)
    compared = comparisons(common)
    same = len(sources) == 1
    with opened(common, threads or os.cpu_count() or 1) as connection:
        rules = choose_rules(connection, common, same_source=same)
        if not rules:
            raise _no_rules(common)
        taught_by = _training_rules(rules, compared)
        say("Making candidate pairs")
        count = make_pairs(connection, rules, compared, taught_by, same_source=same)
        say(f"Training on {count:,} pairs")
        random_pairs = random_patterns(connection, compared, seed, same_source=same)
        u = estimate_u(compared, random_pairs)
        sessions = {rule: session_patterns(connection, compared, n) for n, rule in enumerate(taught_by)}
        trained = train(
            compared, u, {r: p for r, p in sessions.items() if len(p.counts)}, random_pairs, _totals(sources)
        )
        say(f"Weighing {count:,} pairs")
        household = _household(connection, compared, trained, random_pairs, _totals(sources)[0], same_source=same)
        pairs = weigh(connection, compared, trained, household, threshold_probability)
        quality = describe(connection, common, compared, rules, trained, household, pairs, count)
    return Linked(pairs, as_splink_model(compared, rules, trained, "dedupe_only" if same else "link_only"), quality)


def _household(
    connection: duckdb.DuckDBPyConnection,
    compared: Sequence[Comparison],
    trained: Trained,
    random_pairs: Patterns,
    total_pairs: float,
    *,
    same_source: bool,
) -> Household:
    columns = dwelling(compared)
    if not columns:
        return Household(0.0, 0.0)
    together = count_pairs(
        connection, Rule(tuple(f'"{column}"' for column in columns), columns), same_source=same_source
    )
    patterns = candidate_patterns(connection, compared), random_pairs
    return estimate_household(compared, trained, patterns, together, total_pairs)


def _training_rules(rules: Sequence[Rule], compared: Sequence[Comparison]) -> list[Rule]:
    """Rules that between them leave every comparison free somewhere: the ones that fix the fewest columns first.

    A rule by surname and address brings together households, which training would take for people.
    """
    simple = [rule for rule in rules if not rule.crossed]
    plain = [
        rule for rule in simple if not rule.wide and (set(rule.columns) & PERSONAL or not set(rule.columns) & PLACE)
    ]
    plain = plain or simple or list(rules)
    chosen: list[Rule] = []
    taught: set[str] = set()
    for rule in sorted(plain, key=lambda one: (len(set(one.columns)), rules.index(one))):
        free = {c.name for c in compared if c.columns[0] not in rule.columns}
        if free and (free - taught or len(chosen) < 2):
            chosen.append(rule)
            taught |= free
    return chosen[:6] or list(plain[:1])


def _totals(sources: Sequence[Source]) -> tuple[float, float]:
    """Pairs of records there are, and the most that can be true."""
    sizes = [float(source.records.num_rows) for source in sources]
    if len(sizes) == 1:
        return max(sizes[0] * (sizes[0] - 1) / 2, 1.0), sizes[0] * 20
    pairs = (sum(sizes) ** 2 - sum(size**2 for size in sizes)) / 2
    unique = all(source.distinct_people for source in sources)
    most = sum(sizes) / 2 * (len(sizes) - 1) if unique else sum(sizes) * 3
    return max(pairs, 1.0), most


def _no_rules(common: Frame) -> BadRecords:
    return BadRecords(
        "LINK-NO-RULES",
        "No rule makes a bounded number of pairs from the columns that the files share.",
        f"shared meanings: {', '.join(common.columns)}.",
        "say what more columns mean with --column COLUMN=MEANING",
    )
