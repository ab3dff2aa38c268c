"""Records that hang together by any chain of pairs, on rows: one pass, whatever the shape of the chains."""

from __future__ import annotations

from typing import Any

import numpy as np

from boldlink.linkage.kernels.sort import hang_together

Array = np.ndarray[Any, np.dtype[Any]]


def connected(rows: int, left: Array, right: Array) -> Array:
    """For each of n rows, the smallest row that it hangs together with (int32). left, right: rows of pairs."""
    parent = np.arange(rows, dtype=np.int32)
    hang_together(np.ascontiguousarray(left, np.int32), np.ascontiguousarray(right, np.int32), parent)
    return parent
