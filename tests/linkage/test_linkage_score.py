"""Records in, weighted pairs out: what a run promises, on small files whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pyarrow as pa
import pytest
from invented_records import MEANINGS, Row, links, people, precision_and_recall, source, with_errors

from boldlink.errors import BadRecords
from boldlink.linkage import Linked, Source, expected_chance_matches, score

COLUMNS = [
    "source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_weight", "match_probability", "match_key",
]  # fmt: skip


@pytest.fixture(scope="module")
def linked() -> Linked:
    rows = people(400)
    return score([source("courts", rows[:300]), source("prisons", with_errors(rows[100:]))], threads=2)


def test_pairs_have_exactly_splinks_columns(linked: Linked) -> None:
    assert linked.pairs.schema.names == COLUMNS


def test_people_in_both_files_are_found_without_labels(linked: Linked) -> None:
    precision, recall = precision_and_recall(linked.pairs, true=200)
    assert precision >= 0.97
    assert recall >= 0.97


def test_probability_is_the_weight_read_as_odds(linked: Linked) -> None:
    weights, probabilities = (linked.pairs.column(n).to_pylist() for n in ("match_weight", "match_probability"))
    for weight, probability in zip(weights, probabilities, strict=True):
        assert probability == pytest.approx(2**weight / (1 + 2**weight), abs=1e-9)


def test_every_pair_reaches_the_threshold_and_the_best_stand_first(linked: Linked) -> None:
    probabilities = linked.pairs.column("match_probability").to_pylist()
    assert min(probabilities) >= 0.01
    assert probabilities == sorted(probabilities, reverse=True)


def test_expected_precision_is_near_what_the_truth_says(linked: Linked) -> None:
    half = next(row for row in linked.quality["thresholds"] if row["threshold"] == 0.5)
    precision, _ = precision_and_recall(linked.pairs, true=200)
    assert half["expected_precision"] == pytest.approx(precision, abs=0.03)


@pytest.mark.parametrize(("threshold", "kept"), [(0.0, True), (1.0, False)])
def test_every_pair_reaches_nought_and_none_reaches_one(threshold: float, kept: bool) -> None:
    rows = people(60)
    found = score([source("a", rows), source("b", rows)], threshold_probability=threshold, threads=1)
    assert found.pairs.num_rows == (found.quality["candidate_pairs"] if kept else 0)


def test_several_files_are_not_compared_with_themselves(linked: Linked) -> None:
    sides = zip(*(linked.pairs.column(f"source_dataset_{side}").to_pylist() for side in "lr"), strict=True)
    assert set(sides) == {("courts", "prisons")}


def test_one_file_is_compared_with_itself() -> None:
    rows = people(200)
    again = [{**row, "id": f"again {row['id']}"} for row in with_errors(rows[:60])]
    found = links(score([source("courts", [*rows, *again], distinct_people=False)], threads=1).pairs)
    right = sum(a.removeprefix("again ") == b.removeprefix("again ") for a, b in found)
    assert right >= 57
    assert right / len(found) >= 0.95


def test_the_same_files_give_the_same_result_in_any_order_and_with_any_threads(linked: Linked) -> None:
    rows = people(400)
    left, right = rows[:300], with_errors(rows[100:])
    random.Random(9).shuffle(left)
    again = score([source("courts", left), source("prisons", right[::-1])], threads=1)
    assert again.pairs.equals(linked.pairs)
    assert again.model == linked.model


def test_ids_have_no_part_in_the_result(linked: Linked) -> None:
    rows = people(400)
    renamed = [{**row, "id": f"x{997 * int(row['id'] or 0) % 1009}"} for row in rows[:300]]
    again = score([source("courts", renamed), source("prisons", with_errors(rows[100:]))], threads=2)
    assert again.pairs.column("match_weight").equals(linked.pairs.column("match_weight"))


def test_dates_in_different_layouts_are_one_date() -> None:
    rows = people(200)
    american = [{**row, "dob": f"{row['dob'][5:7]}/{row['dob'][8:]}/{row['dob'][:4]}"} for row in rows if row["dob"]]
    compact = [{**row, "dob": (row["dob"] or "").replace("-", "")} for row in rows]
    precision, recall = precision_and_recall(score([source("a", american), source("b", compact)], threads=1).pairs, 200)
    assert (precision, recall) == (1.0, 1.0)


def test_initials_on_one_side_make_the_sparse_profile_with_sex_and_outcode() -> None:
    rows = people(300)
    sparse = [
        {"id": r["id"], "f": (r["forename"] or "")[0], "s": (r["surname"] or "")[0], "dob": r["dob"], "sex": r["sex"],
         "out": (r["postcode"] or "").split()[0]}
        for r in rows[:200]
    ]  # fmt: skip
    meanings = {"f": "forename_initial", "s": "surname_initial", "dob": "date_of_birth", "sex": "sex", "out": "outcode"}
    found = score([source("courts", rows), source("treatment", sparse, meanings)], threads=1)
    compared = {one["comparison"] for one in found.quality["weights"]}
    assert found.quality["profile"] == "sparse"
    assert compared == {"forename_initial", "surname_initial", "date_of_birth", "sex", "outcode"}
    assert precision_and_recall(found.pairs, true=200) == (1.0, 1.0)


def test_sex_says_nothing_where_names_are_there(linked: Linked) -> None:
    assert "sex" not in {one["comparison"] for one in linked.quality["weights"]}


def test_a_full_name_is_compared_with_its_parts() -> None:
    rows = people(200)
    whole = [{"id": r["id"], "name": f"{r['forename']} {r['surname']}", "dob": r["dob"]} for r in rows]
    found = score([source("a", rows), source("b", whole, {"name": "full_name", "dob": "date_of_birth"})], threads=1)
    assert precision_and_recall(found.pairs, true=200) == (1.0, 1.0)


def test_an_alias_or_a_swapped_name_is_found() -> None:
    rows = people(200)
    alias = {**MEANINGS, "alias": "surname"}
    left = [{**row, "alias": None} for row in rows]
    right: list[Row] = [{**row, "alias": None} for row in rows]
    right[0] = {**right[0], "surname": "zywicki", "alias": rows[0]["surname"]}
    right[1] = {**right[1], "forename": rows[1]["surname"], "surname": rows[1]["forename"]}
    found = links(score([source("a", left, alias), source("b", right, alias)], threads=1).pairs)
    assert {("0", "0"), ("1", "1")} <= found


@pytest.mark.parametrize("postcode", ["00000", "LS1 1AA", None], ids=["one code", "one UK postcode", "none at all"])
def test_a_column_that_says_nothing_changes_nothing(postcode: str | None) -> None:
    rows: list[Row] = [{**row, "postcode": postcode} for row in people(200)]
    found = score([source("a", rows), source("b", with_errors(rows, 0.05))], threads=1)
    precision, recall = precision_and_recall(found.pairs, true=200)
    assert precision >= 0.97
    assert recall >= 0.95
    assert found.quality["candidate_pairs"] < 200 * 200


def test_codes_that_no_uk_rule_reads_are_kept_as_plain_codes() -> None:
    rows: list[Row] = [{**row, "postcode": str(2000 + int(row["id"] or 0))} for row in people(150)]
    found = score([source("a", rows), source("b", rows)], threads=1)
    levels = next(one for one in found.quality["weights"] if one["comparison"] == "postcode")["levels"]
    assert levels[0]["weight_bits"] > 4


def test_files_that_share_nobody_are_not_linked() -> None:
    found = score([source("a", people(200, seed=3)), source("b", people(200, seed=4))], threads=1)
    assert len(links(found.pairs)) <= 2


def test_no_level_has_a_weight_that_only_a_lack_of_data_could_give(linked: Linked) -> None:
    bits = [level["weight_bits"] for one in linked.quality["weights"] for level in one["levels"]]
    assert all(-16 < weight < 25 for weight in bits)


def test_chance_matches_fall_as_more_is_known() -> None:
    rows = people(300)
    less: Mapping[str, str] = {"dob": "date_of_birth", "surname": "surname"}
    few = expected_chance_matches(source("a", rows), source("b", rows))
    many = expected_chance_matches(source("a", rows, less), source("b", rows, less))
    assert 0 < few < many


def test_an_id_that_stands_twice_is_refused_with_its_count() -> None:
    rows = people(5)
    rows[1]["id"] = rows[0]["id"]
    with pytest.raises(BadRecords) as refused:
        score([source("courts", rows), source("prisons", people(5))])
    assert refused.value.code == "LINK-DUPLICATE-IDS"
    assert refused.value.what.startswith("1 ")


def test_files_with_nothing_in_common_are_refused() -> None:
    with pytest.raises(BadRecords) as refused:
        score([source("a", people(5), {"forename": "forename"}), source("b", people(5), {"dob": "date_of_birth"})])
    assert refused.value.code == "LINK-NOTHING-COMMON"


def test_two_sources_of_one_name_are_refused() -> None:
    with pytest.raises(BadRecords) as refused:
        score([source("a", people(5)), source("a", people(5))])
    assert refused.value.code == "LINK-SAME-NAME"


def test_a_source_of_one_record_is_linked_or_not_but_never_a_crash() -> None:
    one = Source(
        "a",
        pa.table({"unique_id": ["1"], "s": ["marcole"], "d": ["1980-01-02"]}),
        {"s": "surname", "d": "date_of_birth"},
    )
    found = score([one, source("b", people(50))], threads=1)
    assert found.pairs.schema.names == COLUMNS
