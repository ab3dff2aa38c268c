"""A model of Splink's that is trained here learns what Splink learns, where there is something to learn; and holds where not."""

from __future__ import annotations

import logging
import random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from boldlink.linkage import Model, Rule, model_from, prepared
from boldlink.linkage.model import trained_already, weight_bits

pytest.importorskip("splink")
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

COLUMNS = ("first", "last", "born", "town")
PRIOR_RULE, EM_RULES = ("first", "last", "born"), (("first", "last"), ("born",))


def people(count: int, seed: int = 3) -> pa.Table:
    """Everybody twice, with slips, moves and gaps."""
    chance = random.Random(seed)
    syllables = ["an", "be", "ca", "do", "el", "fi", "ga", "ha", "is", "jo", "ka", "le", "ma", "ni", "ol"]
    rows = []
    for _ in range(count):
        one = {
            "first": "".join(chance.choices(syllables, k=2)), "last": "".join(chance.choices(syllables, k=3)),
            "born": f"{chance.randint(1950, 1989)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "town": f"town {chance.randint(1, 25)}",
        }  # fmt: skip
        other = {**one, "town": f"town {chance.randint(1, 25)}" if chance.random() < 0.3 else one["town"]}
        for name in ("first", "last"):
            if chance.random() < 0.15:
                other[name] = other[name][:-1] + "x"
        if chance.random() < 0.1:
            other["born"] = other["born"][:-1] + chance.choice("0123456789")
        rows += [one, {name: None if chance.random() < 0.03 else value for name, value in other.items()}]
    chance.shuffle(rows)
    made = {name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}
    return pa.table({"unique_id": pa.array(range(len(rows)), pa.int64()), **made})


def settings(rules: list[Any]) -> SettingsCreator:
    compared = [
        cl.JaroWinklerAtThresholds("first", [0.85]), cl.JaroWinklerAtThresholds("last", [0.85]),
        cl.LevenshteinAtThresholds("born", [1]), cl.ExactMatch("town"),
    ]  # fmt: skip
    return SettingsCreator(link_type="dedupe_only", comparisons=compared, blocking_rules_to_generate_predictions=rules)


def equal(*columns: str) -> Rule:
    return Rule(" AND ".join(f'l."{column}" = r."{column}"' for column in columns))


def by_splink(table: pa.Table) -> Model:
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute("CREATE TABLE people AS SELECT * FROM given")
        api = DuckDBAPI(connection=connection)
        linker = Linker(api.register("people"), settings([block_on("born"), block_on("last")]))
        training = linker.training
        training.estimate_probability_two_random_records_match([block_on(*PRIOR_RULE)], recall=0.6)
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for rule in EM_RULES:
            training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), estimate_without_term_frequencies=True
            )
        return model_from(linker.misc.save_model_to_json())


def by_engine(table: pa.Table) -> Model:
    model = model_from(settings([block_on("born"), block_on("last")]).create_settings_dict("duckdb"))
    more = (equal(*PRIOR_RULE), *(equal(*rule) for rule in EM_RULES))
    with prepared({"people": table}, model, more_rules=more, threads=1) as linkage:
        first = linkage.rules
        return linkage.trained([first + 1, first + 2], prior_rules=[first], recall=0.6).model


def test_priors_shares_and_weights_are_splinks_where_pairs_were_seen() -> None:
    table = people(1_500)
    theirs, ours = by_splink(table), by_engine(table)
    assert ours.prior == pytest.approx(theirs.prior, rel=1e-9)
    for their, own in zip(theirs.comparisons, ours.comparisons, strict=True):
        for level, other in zip(their.by_gamma, own.by_gamma, strict=True):
            assert other.m == pytest.approx(level.m, abs=0.03)
            assert other.u == pytest.approx(level.u, rel=0.25, abs=5e-4)
            if (level.m or 0) > 0.02 and (level.u or 0) > 1e-3:
                assert weight_bits(other, own) == pytest.approx(weight_bits(level, their), abs=0.5)


def test_rules_that_find_nothing_leave_a_prior_above_nought_and_a_model_that_scores() -> None:
    """Splink ends with a math domain error here."""
    table = people(60).slice(0, 40)
    alone = pa.table(
        {**{n: table.column(n) for n in ("unique_id", *COLUMNS[1:])}, "first": [str(n) for n in range(40)]}
    )
    model = by_engine(alone)
    assert 0 < model.prior < 0.5
    assert trained_already(model)
    for comparison in model.comparisons:
        assert all(-30 < weight_bits(level, comparison) < 30 for level in comparison.by_gamma)


def test_a_level_that_nobody_saw_has_no_weight_of_its_own_making() -> None:
    """No pair is one slip apart in its date of birth: the level weighs no more than the one above, and no less than that below."""
    table = people(400)
    born = [None if value is None else f"{value[:8]}01" for value in table.column("born").to_pylist()]
    model = by_engine(table.set_column(3, "born", pa.array(born, pa.string())))
    weights = [weight_bits(level, model.comparisons[2]) for level in model.comparisons[2].by_gamma]
    assert weights == sorted(weights)
    assert all(-20 < weight < 25 for weight in weights)


def test_the_same_records_in_another_order_and_under_other_ids_train_the_same_model() -> None:
    table = people(300)
    order = list(range(table.num_rows))
    random.Random(1).shuffle(order)
    turned = table.take(pa.array(order)).set_column(0, "unique_id", pa.array(range(table.num_rows), pa.int64()))
    one, other = by_engine(table), by_engine(turned)
    assert one == other
