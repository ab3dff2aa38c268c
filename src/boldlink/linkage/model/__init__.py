"""Linkage models: what is compared, what it weighs, which pairs are looked at; Splink's format, read and written."""

from boldlink.linkage.model.model import Comparison, Level, LinkType, Model, Rule, prior_bits, weight_bits
from boldlink.linkage.model.splink import as_splink, model_from, read_model

__all__ = [
    "Comparison", "Level", "LinkType", "Model", "Rule",
    "as_splink", "model_from", "prior_bits", "read_model", "weight_bits",
]  # fmt: skip
