"""Families of overlapping releases, attacked: those protected beside each other hold, those that were each safe alone do not.

The attack is reconstruction.py, which shares no code with what it attacks. All 200 families run in
benchmarks/disclosure.py, which says how much was withheld.
"""

from __future__ import annotations

import pytest
from overlapping_families import CAME, LEFT, family
from released_families import beside_each_other, broken, by_rounding_alone, by_suppression_alone

# Among the first families: a revision (1), a dropped key (12), sparse groups (30), twenty-seven broken cells (35).
FEW = (1, 10, 24, 30, 31)


@pytest.mark.parametrize("seed", FEW)
def test_releases_protected_beside_each_other_tell_nobody_a_small_number(seed: int) -> None:
    made = family(seed)
    published = beside_each_other(made)
    assert broken(made, published).any == 0
    assert published.shown >= 0.6 * published.large


@pytest.mark.parametrize("release", [by_rounding_alone, by_suppression_alone])
def test_the_same_families_are_broken_when_every_release_is_safe_alone(release: object) -> None:
    assert callable(release)
    assert sum(broken(made, release(made)).any > 0 for made in map(family, FEW)) >= 3


def test_families_are_of_all_kinds() -> None:
    made = [family(seed) for seed in range(60)]
    tables = [table for one in made for table in one.tables]
    assert {len(one.sizes) for one in made} == {2, 3, 4}
    assert any(table.only for table in tables)
    assert any(table.revised for table in tables)
    assert any(len(set(groups)) < len(groups) for table in tables for groups in table.regrouped)
    assert {wave for one in made for *_, wave in one.population} == {0, CAME, LEFT}
    assert any(0 < one.population[kind] < 10 for one in made for kind in one.kinds())
