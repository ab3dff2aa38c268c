"""Links of a use case: deterministic beside probabilistic, a grade for every record, nobody from outside."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.linkage import Source
from boldlink.spine import EDGES_SCHEMA, METHODS, SPINE_SCHEMA, People, compare, link
from boldlink.spine.everybody import Everybody
from boldlink.spine.grade import best_links
from boldlink.spine.spine import _linked, _with_numbered
from boldlink.vault import Lease, Sealed, SealedWriter, read_table

KEY = pa.binary(16)


def k(number):
    return number.to_bytes(16)


def people(dataset, tokens):
    """A dataset in which every person has one record, whose key is the person's number plus 500."""
    keys = pa.array([k(n) for n in tokens], KEY)
    rows = pa.table({"record_key": pa.array([k(n + 500) for n in tokens], KEY), "source_person": keys})
    return People(dataset, rows, Source(dataset, pa.table({"unique_id": [str(n) for n in tokens]}), {}), keys)


def edges(*found):
    """Edges between prison and treatment: (left, right, weight, exact, reference)."""
    rows = [
        ("prison", k(a), "treatment", k(b), weight, 2**weight / (1 + 2**weight), exact, reference)
        for a, b, weight, exact, reference in found
    ]
    columns = zip(*rows, strict=True) if rows else [[]] * len(EDGES_SCHEMA)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, EDGES_SCHEMA, strict=True)], schema=EDGES_SCHEMA)


PRISON, TREATMENT = people("prison", [1, 2, 3, 4]), people("treatment", [11, 12, 13, 14])
TABLE = edges((1, 11, 12.0, True, False), (2, 12, 9.0, True, False), (2, 13, 9.0, True, False), (3, 14, 4.0, False, True),
              (4, 14, 0.5, False, False), (9, 11, 20.0, True, True))  # fmt: skip


@pytest.fixture
def spine(tmp_path):
    def made(last=()):
        lease = Lease("spine/x", "decision", True, b"k" * 32)
        path = tmp_path / f"spine-{len(last)}"
        writer = SealedWriter(path, SPINE_SCHEMA, lease)
        counts = link([TREATMENT, PRISON], [TABLE], last, writer)
        writer.close()
        return Sealed(path, lease), counts

    return made


def by_person(sealed):
    return {(row["dataset"], int.from_bytes(row["source_person"])): row for row in read_table(sealed).to_pylist()}


def test_a_deterministic_key_that_is_not_unique_on_a_side_links_nobody(spine):
    rows = by_person(spine()[0])
    assert rows["prison", 1]["person_exact"] == rows["treatment", 11]["person_exact"]
    ids = {rows[one]["person_exact"] for one in (("prison", 2), ("treatment", 12), ("treatment", 13))}
    assert len(ids) == 3


def test_every_record_carries_the_grade_of_its_best_link(spine):
    grades = {person: row["link_grade"] for person, row in by_person(spine()[0]).items()}
    assert grades == {
        ("prison", 1): 4, ("prison", 2): 35, ("prison", 3): 1, ("prison", 4): 39,
        ("treatment", 11): 4, ("treatment", 12): 35, ("treatment", 13): 35, ("treatment", 14): 1,
    }  # fmt: skip


def test_an_edge_to_somebody_of_another_use_case_says_nothing_here(spine):
    rows = by_person(spine()[0])
    assert rows["treatment", 11]["link_weight"] == 12.0 and ("prison", 9) not in rows


def test_ids_by_every_method_last_when_the_same_is_linked_again(spine):
    first, _ = spine()
    before, after = by_person(first), by_person(spine([first])[0])
    for method in METHODS:
        assert {p: row[f"person_{method}"] for p, row in before.items()} == {
            p: row[f"person_{method}"] for p, row in after.items()
        }


def test_a_manifest_counts_people_by_every_method(spine):
    counts = spine()[1]
    assert counts["source_people"] == {"prison": 4, "treatment": 4}
    assert counts["people"]["exact"] == 7 and counts["linked_source_people"]["exact"] == 2
    assert {one["confidence"] for one in counts["expected"]} == {"high", "medium", "low"}


links = st.lists(
    st.tuples(st.integers(0, 3), st.integers(4, 7), st.floats(-5, 25), st.booleans()), unique_by=lambda x: x[:2]
)


@given(links)
def test_best_links_are_those_that_plain_python_finds(found):
    table = edges(*((1 + a, 7 + b, weight, exact, False) for a, b, weight, exact in found))
    own = Everybody.of([PRISON, TREATMENT])
    weight, _, grade = best_links(8, [own.edges(table)])
    for person in range(8):
        mine = [one for one in found if person in one[:2]]
        assert (max(one[2] for one in mine) if mine else None) == (None if np.isnan(weight[person]) else weight[person])
        once = [
            one
            for one in mine
            if one[3] and all(sum(other[3] and end in other[:2] for other in found) == 1 for end in one[:2])
        ]
        assert (grade[person] == 4) == bool(once)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1))
def test_somebody_is_linked_if_another_dataset_has_the_same_person(placed):
    groups, dataset = (np.array(values) for values in zip(*placed, strict=True))
    wanted = sum(any(g == group and d != own for g, d in placed) for group, own in placed)
    assert _linked(groups, dataset) == wanted


def drug_treatment(name, rows):
    columns = ("forename_initial", "surname_initial", "date_of_birth", "sex", "area")
    table = pa.table(
        {"unique_id": [str(n) for n in range(len(rows))], **dict(zip(columns, zip(*rows, strict=True), strict=True))}
    )
    tokens = pa.array([k(n) for n in range(len(rows))], KEY)
    held = pa.table({"record_key": tokens, "source_person": tokens})
    return People(name, held, Source(name, table, {column: column for column in columns}), tokens)


def test_where_only_initials_birth_sex_and_area_are_shared_an_edge_is_exact_if_all_of_them_agree():
    generator = np.random.default_rng(7)
    letters = "ABCDEFGHJKLMNPRSTW"
    rows = [
        (letters[a], letters[b], f"{1950 + n % 50}-{1 + n % 12:02d}-{1 + n % 28:02d}", "MF"[n % 2], f"E0{n % 7}")
        for n, (a, b) in enumerate(generator.integers(0, 18, (400, 2)).tolist())
    ]
    other = [(*row[:4], "E09") if n % 4 == 0 else row for n, row in enumerate(rows)]
    found, quality = compare(drug_treatment("ndtms", rows), drug_treatment("prison", other))
    exact = {(row["person_l"], row["person_r"]) for row in found.to_pylist() if row["exact"]}
    wanted = {(k(a), k(b)) for a, one in enumerate(rows) for b, two in enumerate(other) if one == two}
    assert exact == wanted and len(wanted) >= 300
    assert quality["profile"] == "sparse" and not any(found.column("reference").to_pylist())


def numbered(dataset, tokens, grade):
    """A dataset that arrived linked: its people keep the grade of their owner."""
    one = people(dataset, tokens)
    graded = one.rows.append_column("link_grade", pa.array([grade] * len(tokens), pa.int8()))
    return People(dataset, graded, one.source, one.node_person)


def linked(folder, everyone, table=None):
    lease = Lease("spine/x", "decision", True, b"k" * 32)
    writer = SealedWriter(folder / "spine", SPINE_SCHEMA, lease)
    counts = link(everyone, [table] if table is not None else [], [], writer)
    writer.close()
    return by_person(Sealed(folder / "spine", lease)), counts


def test_people_of_one_numbering_are_one_person_by_every_method_with_their_owners_grade(tmp_path):
    rows, counts = linked(tmp_path, [numbered("admissions", [1, 2], 35), numbered("deaths", [2, 3], 1)])
    for method in METHODS:
        assert rows["admissions", 2][f"person_{method}"] == rows["deaths", 2][f"person_{method}"]
        assert len({row[f"person_{method}"] for row in rows.values()}) == counts["people"][method] == 3
        assert counts["linked_source_people"][method] == 2
    assert {person: row["link_grade"] for person, row in rows.items()} == {
        ("admissions", 1): 35, ("admissions", 2): 35, ("deaths", 2): 1, ("deaths", 3): 1,
    }  # fmt: skip
    assert {row["link_probability"] for row in rows.values()} == {None}


def test_a_number_carries_a_link_by_comparing_on_to_another_dataset(tmp_path):
    rows, _ = linked(tmp_path, [PRISON, TREATMENT, people("deaths", [11])], edges((1, 11, 12.0, True, False)))
    assert rows["prison", 1]["person_high"] == rows["treatment", 11]["person_high"] == rows["deaths", 11]["person_high"]
    assert rows["prison", 1]["link_probability"] > 0.99 and rows["deaths", 11]["link_probability"] is None


@given(st.lists(st.integers(0, 4), min_size=1), st.data())
def test_clusters_hang_together_by_clusters_and_numbers_and_by_nothing_else(groups, data):
    numbers = data.draw(st.lists(st.integers(0, 4), min_size=len(groups), max_size=len(groups)))
    found = _with_numbered(np.array(groups), np.array([numbers.index(number) for number in numbers]))
    wanted = list(range(len(groups)))
    for _ in groups:
        for a in range(len(groups)):
            for b in range(len(groups)):
                if groups[a] == groups[b] or numbers[a] == numbers[b]:
                    wanted[a] = wanted[b] = min(wanted[a], wanted[b])
    assert [[x == y for y in found] for x in found] == [[x == y for y in wanted] for x in wanted]
