"""How likely pairs inside groups are, by what their own weight says and by what every third member says."""

from __future__ import annotations

import numpy as np

from boldlink.linkage.kernels.compiled import kernel

HUB = 200  # of a record with more links than that, no chain through it says anything


@kernel
def expected_true(first, others, pair, probability, source, compared):
    """Expected true pairs inside groups: each pair counts 1 - (1 - p) * product of (1 - p_ik * p_kj) over third members k.

    first (int64, n + 1), others (int32), pair (int64): every record's links inside its group, both ways, and the number of
    each; probability (float64, by number) receives what each link counts. source (int64, n), compared (bool, sources x
    sources): only pairs that could have been scored count.
    """
    records, total = len(first) - 1, 0.0
    through, direct = np.zeros(records), np.zeros(records)
    touched, met, own = np.empty(records, np.int32), np.zeros(records, np.bool_), probability.copy()
    for i in range(records):
        count = 0
        for e in range(first[i], first[i + 1]):
            k = others[e]
            if k > i:
                direct[k] = own[pair[e]]
                if not met[k]:
                    met[k], touched[count], count = True, k, count + 1
            if first[k + 1] - first[k] > HUB:
                continue
            for f in range(first[k], first[k + 1]):
                j = others[f]
                if j > i:
                    if not met[j]:
                        met[j], touched[count], count = True, j, count + 1
                    through[j] += np.log1p(-own[pair[e]] * own[pair[f]])
        for e in range(first[i], first[i + 1]):
            if others[e] > i:
                probability[pair[e]] = 1.0 - (1.0 - direct[others[e]]) * np.exp(through[others[e]])
        for n in range(count):
            j = touched[n]
            if compared[source[i], source[j]]:
                total += 1.0 - (1.0 - direct[j]) * np.exp(through[j])
            through[j], direct[j], met[j] = 0.0, 0.0, False
    return total
