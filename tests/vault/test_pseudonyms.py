"""Pseudonyms are a permutation per use case and release; substitutes are equal for equal ids of one type alone."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from boldlink.vault import Lease
from boldlink.vault.identifiers import record_keys, sealed_units, substitutes
from boldlink.vault.pseudonyms import pseudonyms

A, B = (Lease("pseudonyms/x", "d", True, key * 32) for key in (b"a", b"b"))
ids = st.lists(st.one_of(st.none(), st.binary(min_size=16, max_size=16)), max_size=30)


def keys(values):
    return pa.array(values, pa.binary(16))


@given(ids)
def test_equal_ids_get_equal_pseudonyms_and_different_ids_different_ones(values):
    made = pseudonyms(keys(values), A, 1).to_pylist()
    assert [value is None for value in made] == [value is None for value in values]
    pairs = {(value, one) for value, one in zip(values, made, strict=True) if value is not None}
    assert len(pairs) == len({value for value, _ in pairs}) == len({one for _, one in pairs})


@given(ids.filter(lambda values: any(values)))
def test_another_use_case_or_another_release_changes_every_pseudonym(values):
    first = set(pseudonyms(keys(values), A, 1).to_pylist()) - {None}
    assert not first & set(pseudonyms(keys(values), B, 1).to_pylist())
    assert not first & set(pseudonyms(keys(values), A, 2).to_pylist())
    assert not first & set(values)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_substitutes_are_equal_for_equal_ids_of_one_type_and_never_across_types(values):
    made = substitutes(pa.array(values), A, "case").to_pylist()
    assert len(set(made)) == len(set(values)) and all(len(one) == 16 for one in made)
    assert substitutes(pa.array(values), A, "case").to_pylist() == made
    assert not set(made) & set(substitutes(pa.array(values), A, "booking").to_pylist())
    assert not set(made) & set(substitutes(pa.array(values), B, "case").to_pylist())


def test_a_missing_id_stays_missing():
    assert substitutes(pa.array([None, "x"]), A, "case").to_pylist()[0] is None
    assert pseudonyms(keys([]), A, 1).to_pylist() == []


@given(st.lists(st.integers(0, 2**40), unique=True, max_size=50))
def test_record_keys_are_unique_within_a_deposit_and_fresh_for_another(ordinals):
    made = record_keys(pa.array(ordinals, pa.int64()), A).to_pylist()
    assert len(set(made)) == len(ordinals)
    assert not set(made) & set(record_keys(pa.array(ordinals, pa.int64()), B).to_pylist())
    assert record_keys(pa.array(ordinals, pa.int64()), A).to_pylist() == made


def test_units_are_sealed_under_the_disclosure_key():
    token = keys([b"t" * 16])
    assert sealed_units(token, A).to_pylist() != token.to_pylist()
    assert sealed_units(token, A).to_pylist() != sealed_units(token, B).to_pylist()
