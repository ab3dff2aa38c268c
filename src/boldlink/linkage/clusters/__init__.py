"""From weighted pairs to people.

`connected` alone is what most engines stop at; `cluster` splits chains, chooses one to one, keeps to what people said, and
lets nobody fall apart for a little.
"""

from boldlink.linkage.clusters.connected import connected
from boldlink.linkage.clusters.people import cluster, cluster_rows, without_doubles
from boldlink.linkage.clusters.thresholds import thresholds_bits

__all__ = ["cluster", "cluster_rows", "connected", "thresholds_bits", "without_doubles"]
