"""Linkage models: what is compared, what it weighs, which pairs are looked at; Splink's format, read and written."""

from boldlink.linkage.model.model import (
    UNTRAINED_PRIOR,
    Comparison,
    Level,
    LinkType,
    Model,
    Rule,
    bits_of_probability,
    prior_bits,
    trained_already,
    weight_bits,
)
from boldlink.linkage.model.splink import as_splink, model_from, read_model

__all__ = [
    "UNTRAINED_PRIOR",
    "Comparison",
    "Level",
    "LinkType",
    "Model",
    "Rule",
    "as_splink",
    "bits_of_probability",
    "model_from",
    "prior_bits",
    "read_model",
    "trained_already",
    "weight_bits",
]
