"""The engine: records in, weighted pairs and clusters out. A library that can be used alone.

Without a model (see `automatic`), records about people whose columns have meanings:

    from boldlink.linkage import Source, cluster, score

With a model of one's own, in Splink's format (see `engine`):

    from boldlink.linkage import prepared, read_model

docs/engine.md has both as examples that run.

A record's way through the rooms: `automatic` finds a model, `model` holds it, `compiled` makes it ready, `pairs` streams
candidate pairs through `kernels`, `training` learns weights from their patterns, `clusters` puts pairs together, `report`
says how far to trust it.
"""

from boldlink.linkage.automatic.chance import expected_chance_matches
from boldlink.linkage.automatic.link import Linked, score
from boldlink.linkage.automatic.sources import Source
from boldlink.linkage.clusters import cluster, connected, without_doubles
from boldlink.linkage.engine import Linkage, prepared
from boldlink.linkage.model import Comparison, Level, Model, Rule, as_splink, model_from, read_model
from boldlink.linkage.report.explanation import Explanation, explain

__all__ = [
    "Comparison",
    "Explanation",
    "Level",
    "Linkage",
    "Linked",
    "Model",
    "Rule",
    "Source",
    "as_splink",
    "cluster",
    "connected",
    "expected_chance_matches",
    "explain",
    "model_from",
    "prepared",
    "read_model",
    "score",
    "without_doubles",
]
