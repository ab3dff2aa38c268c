"""A model for files that have none: meanings choose comparisons, the data chooses rules, training needs no labels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.comparisons import comparisons
from boldlink.linkage.automatic.household import PLACE, Household, dwelling, estimate_household, presence
from boldlink.linkage.automatic.rules import Rule, choose_rules, count_pairs, expected_reach
from boldlink.linkage.automatic.sources import Frame, Source, frame
from boldlink.linkage.compiled.columns import Columns
from boldlink.linkage.compiled.compiled import compile_model, opened
from boldlink.linkage.engine import check_memory
from boldlink.linkage.model import LinkType, Model
from boldlink.linkage.model import Rule as ModelRule
from boldlink.linkage.pairs.candidates import Candidates, candidates
from boldlink.linkage.pairs.count import Patterns, count
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.records import Records
from boldlink.linkage.training.em import settled_prior, u_from
from boldlink.linkage.training.train import Session, random_patterns, sessions_of, with_sessions

Say = Callable[[str], None]
PERSONAL = frozenset({"forename", "forename_initial", "date_of_birth"})  # what relatives do not share


@dataclass(frozen=True)
class Trained:
    """Records, a model for them that was trained without labels, its candidate pairs, and how it came to be."""

    stream: Stream
    common: Frame
    chosen: Sequence[Candidates]
    sessions: Sequence[Session]
    household: Household
    expected_reach: float  # see rules.expected_reach

    @property
    def model(self) -> Model:
        return self.stream.compiled.model


@contextmanager
def trained(
    sources: Sequence[Source],
    *,
    seed: int = 1,
    threads: int | None = None,
    memory_bytes: int | None = None,
    max_pairs: int | None = None,
    progress: Say | None = None,
) -> Iterator[Trained]:
    """Bring sources to common meanings and train a model for them. Raises BadRecords.

    One source is compared with itself; several are compared with each other and not with themselves.
    """
    say, threads = progress or (lambda text: None), threads or os.cpu_count() or 1
    common = frame(sources)
    records = records_of(common)
    with opened(records, threads) as connection:
        say("Choosing which pairs to look at")
        rules = choose_rules(Columns(connection, records.table), records, common, max_pairs)
        if not rules:
            raise _no_rules(common)
        model = Model(
            records.link_type,
            tuple(comparisons(common)),
            tuple(ModelRule(rule.sql, words=rule.words) for rule in rules),
            settings={"retain_matching_columns": False, "retain_intermediate_calculation_columns": False},
        )
        check_memory(records.rows, model, 0, memory_bytes)
        stream = Stream(compile_model(model, records, connection), threads)
        chosen = candidates(stream.compiled, range(len(rules)), threads=threads)
        say(f"Training on up to {sum(one.most for one in chosen):,} pairs")
        yield _train(stream, common, rules, chosen, _totals(sources), seed)


def _train(
    stream: Stream, common: Frame, rules: Sequence[Rule], chosen: Sequence[Candidates], totals: tuple[float, float],
    seed: int,
) -> Trained:  # fmt: skip
    random_pairs = random_patterns(stream, seed=seed)
    model, sessions = _taught(stream, rules, random_pairs, totals)
    patterns = count(stream, chosen, range(len(model.comparisons)))
    model = replace(model, prior=settled_prior(model, patterns, totals[0]))
    household = estimate_household(model, patterns, random_pairs, _at_home(stream, model), totals[0])
    there = {one.name: presence(random_pairs, n) for n, one in enumerate(model.comparisons)}
    reach, stream = expected_reach(model, rules, there), Stream(replace(stream.compiled, model=model), stream.threads)
    return Trained(stream, common, chosen, sessions, household, reach)


def records_of(common: Frame) -> Records:
    """A frame's rows as the engine's: in order of their content, source after source."""
    names = tuple(sorted(common.names))
    source = np.asarray(pc.index_in(common.table.column("source_dataset"), pa.array(names))).astype(np.int16)
    link_type: LinkType = "dedupe_only" if len(names) == 1 else "link_only"
    return Records(common.table, common.table.column("unique_id"), source, names, link_type)


def _taught(
    stream: Stream, rules: Sequence[Rule], random_pairs: Patterns, totals: tuple[float, float]
) -> tuple[Model, list[Session]]:
    compiled = stream.compiled
    u = u_from(compiled.model.comparisons, random_pairs)
    lessons = _lessons(rules, compiled.model)
    sessions = sessions_of(stream, lessons, u)
    trained = with_sessions(compiled.model, u, sessions, prior=compiled.model.prior)
    return replace(trained, prior=prior_from(trained, rules, sessions, random_pairs, totals)), sessions


def _lessons(rules: Sequence[Rule], model: Model) -> dict[int, list[int]]:
    """Rules that between them leave every comparison free somewhere, each with what it leaves free.

    The ones that fix the fewest columns first. A rule by surname and address brings together households, which training
    would take for people.
    """
    simple = [rule for rule in rules if not rule.crossed]
    plain = [
        rule for rule in simple if not rule.wide and (set(rule.columns) & PERSONAL or not set(rule.columns) & PLACE)
    ]
    plain = plain or simple or list(rules)
    free = {rule: [n for n, one in enumerate(model.comparisons) if one.name not in rule.columns] for rule in plain}
    chosen: list[Rule] = []
    taught: set[int] = set()
    for rule in sorted(plain, key=lambda one: (len(set(one.columns)), rules.index(one))):
        if free[rule] and (set(free[rule]) - taught or len(chosen) < 2):
            chosen.append(rule)
            taught |= set(free[rule])
    return {rules.index(rule): free[rule] for rule in chosen[:6] or plain[:1]}


def prior_from(
    model: Model,
    rules: Sequence[Rule],
    sessions: Sequence[Session],
    random_pairs: Patterns,
    totals: tuple[float, float],
) -> float:
    """True pairs found under a rule, divided by the share of true pairs that the rule reaches; the median of rules.

    A rule reaches a true pair whose values are there and agree. totals: how many pairs of records there are, and the most
    of them that can be true.
    """
    pairs, most = totals
    estimates = []
    for session in sessions:
        if session.enough:
            reach = 1.0
            for n, comparison in enumerate(model.comparisons):
                if comparison.name in rules[session.rule].columns:
                    reach *= float(comparison.by_gamma[-1].m or 0.0) * presence(random_pairs, n)
            estimates.append(session.fit.true_pairs / max(reach, 0.05))
    expected = float(np.median(estimates)) if estimates else 1.0
    return min(max(min(expected, most), 0.5) / pairs, 0.5)


def _at_home(stream: Stream, model: Model) -> int:
    """How many pairs of records share a dwelling."""
    columns = dwelling(model.comparisons)
    shared = Rule(tuple(f'"{column}"' for column in columns), columns)
    return count_pairs(stream.compiled.columns, stream.compiled.records, shared) if columns else 0


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
