"""Research datasets: declared columns, per-use-case pseudonyms, generalised, risk-assessed.

survey    reads the keys of a part, before anything is written: how recognisable people are, who was linked
risk      refuses above the agreement's bounds
build     writes a part under its use case's pseudonyms, rows shuffled
linkage_quality    tells researchers who was linked and who was not
"""

from boldlink.datasets.build import build
from boldlink.datasets.linkage_quality import QUALITY_SCHEMA, linkage_quality, read_quality, write_quality
from boldlink.datasets.part import Part, schema_of
from boldlink.datasets.risk import require_cohort, require_within
from boldlink.datasets.survey import Survey, survey

__all__ = [
    "QUALITY_SCHEMA", "Part", "Survey", "build", "linkage_quality", "read_quality", "require_cohort", "require_within",
    "schema_of", "survey", "write_quality",
]  # fmt: skip
