"""From weighted pairs to people."""

from boldlink.linkage.clusters.average import cluster, thresholds_bits, without_doubles
from boldlink.linkage.clusters.connected import connected

__all__ = ["cluster", "connected", "thresholds_bits", "without_doubles"]
