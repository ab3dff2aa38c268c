"""boldlink: records about the same people, linked under agreements that the software itself enforces."""

__version__ = "0.1.0"
