"""Who is who, for one use case. There is no register of everybody: no use case, no link."""

from boldlink.spine.edges import SCHEMA as EDGES_SCHEMA
from boldlink.spine.edges import compare
from boldlink.spine.people import People, gather
from boldlink.spine.quality import against_truth
from boldlink.spine.spine import METHODS, SPINE_SCHEMA, link

__all__ = ["EDGES_SCHEMA", "METHODS", "SPINE_SCHEMA", "People", "against_truth", "compare", "gather", "link"]
