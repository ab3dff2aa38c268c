"""Records in, weighted pairs out, without labels and without a model: what `boldlink link` does.

Meanings choose comparisons, the data chooses blocking rules, training needs no labels, and households are noticed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.comparisons import comparisons
from boldlink.linkage.automatic.household import PLACE, Household, dwelling, estimate_household, presence
from boldlink.linkage.automatic.rules import Rule, choose_rules, count_pairs
from boldlink.linkage.automatic.sources import Frame, Source, frame, of_values
from boldlink.linkage.compiled.compiled import Compiled, compile_model, opened
from boldlink.linkage.compiled.encode import Columns
from boldlink.linkage.compiled.weights import weights_of
from boldlink.linkage.engine import check_memory
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.model import LinkType, Model, as_splink
from boldlink.linkage.model import Rule as ModelRule
from boldlink.linkage.model.model import bits_of_probability, prior_bits
from boldlink.linkage.pairs.candidates import candidates
from boldlink.linkage.pairs.count import Patterns, count
from boldlink.linkage.pairs.records import Records
from boldlink.linkage.pairs.score import Scored, as_it_is, probability
from boldlink.linkage.pairs.score import score as score_pairs
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.report.quality import describe
from boldlink.linkage.report.unlinkable import unlinkable
from boldlink.linkage.training.em import settled_prior, u_from
from boldlink.linkage.training.train import Session, random_patterns, sessions_of, with_sessions

Say = Callable[[str], None]
Array = np.ndarray[Any, np.dtype[Any]]
PERSONAL = frozenset({"forename", "forename_initial", "date_of_birth"})  # what relatives do not share


@dataclass(frozen=True)
class Linked:
    """A run's results: scored pairs with Splink's names, the model in Splink's format, and what is known of quality.

    records: source_dataset and unique_id of all records, in order of what they hold.
    """

    pairs: pa.Table
    records: pa.Table
    model: Mapping[str, Any]
    quality: Mapping[str, Any]


def score(
    sources: Sequence[Source],
    *,
    threshold_probability: float = 0.01,
    seed: int = 1,
    threads: int | None = None,
    memory_bytes: int | None = None,
    max_pairs: int | None = None,
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
    records = records_of(common)
    with opened(records, threads or os.cpu_count() or 1) as connection:
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
        stream = Stream(compile_model(model, records, connection), threads or os.cpu_count() or 1)
        return _linked(stream, common, sources, rules, threshold_probability, seed, say)


def _linked(
    stream: Stream, common: Frame, sources: Sequence[Source], rules: Sequence[Rule], least: float, seed: int, say: Say
) -> Linked:
    chosen = candidates(stream.compiled, range(len(rules)), threads=stream.threads)
    say(f"Training on up to {sum(one.most for one in chosen):,} pairs")
    random_pairs = random_patterns(stream, seed=seed)
    totals = _totals(sources)
    model, sessions = _trained(stream, rules, random_pairs, totals)
    patterns = count(stream, chosen, range(len(model.comparisons)))
    model = replace(model, prior=settled_prior(model, patterns, totals[0]))
    household = estimate_household(model, patterns, random_pairs, _at_home(stream, model), totals[0])
    stream = Stream(replace(stream.compiled, model=model), stream.threads)
    say("Weighing pairs")
    weights = weights_of(stream.compiled)
    found = list(score_pairs(stream, chosen, weights, bits_of_probability(least), as_it_is, levels=True))
    pairs = _named(stream.compiled, weights, found, household, least)
    quality = {
        **_described(stream, found, sessions, pairs),
        "profile": "sparse" if common.sparse else "rich",
        "household": household.as_dict(),
        "standardised": {s: {c: dict(r) for c, r in columns.items()} for s, columns in common.counts.items()},
    }
    return Linked(pairs, common.table.select(["source_dataset", "unique_id"]), as_splink(model), quality)


def _described(stream: Stream, found: Sequence[Scored], sessions: Sequence[Session], pairs: pa.Table) -> dict[str, Any]:
    compiled, examined = stream.compiled, Counter[int]()
    for one in found:
        examined[one.rule] += one.examined
    columns = of_values(compiled.records.table.schema.names)
    return describe(
        compiled.model, compiled.records, examined,
        np.asarray(pairs.column("match_probability")), np.asarray(pairs.column("match_weight")),
        columns=[name for name in columns if name not in ("source_dataset", "unique_id")], sessions=sessions,
        unlinkable=unlinkable(stream),
    )  # fmt: skip


def records_of(common: Frame) -> Records:
    """A frame's rows as the engine's: in order of their content, source after source."""
    names = tuple(sorted(common.names))
    source = np.asarray(pc.index_in(common.table.column("source_dataset"), pa.array(names))).astype(np.int16)
    link_type: LinkType = "dedupe_only" if len(names) == 1 else "link_only"
    return Records(common.table, common.table.column("unique_id"), source, names, link_type)


def _trained(
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


def _named(
    compiled: Compiled, weights: Weights, found: Sequence[Scored], household: Household, least: float
) -> pa.Table:
    """Pairs at or above a probability with Splink's names, the strongest first, ties by the records' contents."""
    left, right, weight = (
        np.concatenate([getattr(one, name) for one in found]) for name in ("left", "right", "weight")
    )
    key = np.concatenate([np.full(len(one.left), one.rule) for one in found])
    levels = np.concatenate([one.levels for one in found if one.levels is not None])
    weight = against_all(compiled, weights, household, left, right, weight, levels)
    keep = np.flatnonzero(weight >= bits_of_probability(least))
    order = keep[np.lexsort((right[keep], left[keep], -weight[keep]))]
    table, names = compiled.records, pa.array(compiled.records.names)
    sides = {"l": left[order], "r": right[order]}
    return pa.table(
        {
            **{
                name: values
                for side, rows in sides.items()
                for name, values in (
                    (f"source_dataset_{side}", names.take(pa.array(table.source[rows]))),
                    (f"unique_id_{side}", table.ids.take(pa.array(rows)).combine_chunks()),
                )
            },
            "match_weight": weight[order],
            "match_probability": probability(weight[order]),
            "match_key": pa.array(key[order]).cast(pa.string()),
        }
    )


def against_all(
    compiled: Compiled, weights: Weights, household: Household, left: Array, right: Array, weight: Array, levels: Array
) -> Array:
    """Weights against strangers, relatives and housemates together: -log2 of the sum of 2^-weight.

    What an alternative shares with a person as if it were one says nothing against it, and is left out of its weight.
    """
    names = [comparison.name for comparison in compiled.model.comparisons]
    bits = {n: bits_of(compiled, weights, n, left, right, levels[:, n]) for n, name in enumerate(names)}
    kinds = [weight]
    for shared, prior in household.alternatives:
        same = sum((bits[n] for n, name in enumerate(names) if name in shared), np.zeros(len(weight)))
        kinds.append(weight - prior_bits(compiled.model.prior) + prior - same)
    return weight if len(kinds) == 1 else -np.logaddexp2.reduce([-one for one in kinds])


def bits_of(compiled: Compiled, weights: Weights, n: int, left: Array, right: Array, level: Array) -> Array:
    """What one comparison adds to pairs' weights, rarity included."""
    codes, logs = compiled.encoded.values.codes, compiled.encoded.values.log_share
    place = level.astype(np.int64) + 1
    found = weights.bits[n][place].copy()
    for g in np.flatnonzero(weights.rarity[n] >= 0):
        rows = np.flatnonzero(place == g)
        a, b = codes[left[rows], weights.rarity[n, g]], codes[right[rows], weights.rarity[n, g]]
        share = np.maximum(np.where(a < 0, -np.inf, logs[a]), np.where(b < 0, -np.inf, logs[b]))
        share = np.maximum(share, weights.share_least[n, g])
        added = weights.share_weight[n, g] * (weights.share_base[n, g] - share)
        found[rows] += np.where((a < 0) & (b < 0), 0.0, added)
    return np.asarray(found)


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
