"""The rules of disclosure control in force, as data: what they are, and which of several departments' rules wins."""

from boldlink.outputs.rules.departments import rules_of
from boldlink.outputs.rules.rules import NOT_APPLICABLE, RULES, SUPPRESSED, Rules
from boldlink.outputs.rules.strictest import strictest

__all__ = ["NOT_APPLICABLE", "RULES", "SUPPRESSED", "Rules", "rules_of", "strictest"]
