"""The engine: records in, weighted pairs and clusters out. A library that can be used alone.

from boldlink.linkage import Source, cluster, score
"""

from boldlink.linkage.chance import expected_chance_matches
from boldlink.linkage.clusters import cluster, thresholds_bits, without_doubles
from boldlink.linkage.engine import Linked, score
from boldlink.linkage.quality import expected_by_threshold
from boldlink.linkage.sources import Source

__all__ = [
    "Linked",
    "Source",
    "cluster",
    "expected_by_threshold",
    "expected_chance_matches",
    "score",
    "thresholds_bits",
    "without_doubles",
]
