"""From weighted pairs to people.

`connected` alone is what most engines stop at; `cluster` splits chains, chooses one to one, keeps to what people said, and
lets nobody fall apart for a little.
"""

from boldlink.linkage.clusters.connected import connected
from boldlink.linkage.clusters.people import Clustered, cluster, cluster_rows, without_doubles
from boldlink.linkage.clusters.thresholds import Cut, cuts

__all__ = ["Clustered", "Cut", "cluster", "cluster_rows", "connected", "cuts", "without_doubles"]
