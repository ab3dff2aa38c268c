"""How each source person was linked, in one number, as SAIL's data carry it: a grade travels with every record.

Source: ALF_STS_CD of the SAIL Databank (Lyons et al. 2009, BMC Med Inform Decis Mak 9:3); its codes 35, 39 and 99 are
unverified. Ours say by what the best link of a source person was made:

     1  a reference number agrees (PNC, CRO, NINO, NHS, prison), and the link is more likely true than not
     4  every column that both records hold agrees, one to one: the deterministic method
    35  match probability of at least 0.9
    39  match probability of at least 0.5
    99  no link

Records that arrive linked keep the grade that their owner gave them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from boldlink.spine.everybody import Edges

Array = np.ndarray[Any, np.dtype[Any]]
REFERENCE, EXACT, PROBABLE, POSSIBLE, NONE = 1, 4, 35, 39, 99


def grades(edges: Edges) -> Array:
    """The grade of each edge (int8)."""
    likely = edges.probability >= 0.5
    conditions = [edges.reference & likely, edges.deterministic, edges.probability >= 0.9, likely]
    return np.select(conditions, [REFERENCE, EXACT, PROBABLE, POSSIBLE], NONE).astype(np.int8)


def best_links(number: int, edges: Sequence[Edges]) -> tuple[Array, Array, Array]:
    """Each person's best weight and probability (n, NaN where nobody was near), and best grade (n, int8)."""
    weight, probability = np.full(number, -np.inf), np.full(number, -np.inf)
    grade = np.full(number, NONE, np.int8)
    for one in edges:
        found = grades(one)
        for ends in (one.left, one.right):
            np.maximum.at(weight, ends, one.weight)
            np.maximum.at(probability, ends, one.probability)
            np.minimum.at(grade, ends, found)
    nobody = np.isneginf(weight)
    weight[nobody] = probability[nobody] = np.nan
    return weight, probability, grade
