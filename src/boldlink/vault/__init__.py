"""Keys and sealed storage. No decision, no key; no key, no data.

`identifiers` and `pseudonyms` are modules of their own, and not exported here, because the walls of the house say who
may import them (pyproject.toml, import-linter).
"""

from boldlink.vault.keys import Identity, KeyFolder
from boldlink.vault.lease import Lease
from boldlink.vault.sealed import Sealed, SealedWriter, read_batches, read_table, row_count, stored_schema
from boldlink.vault.vault import Vault

__all__ = [
    "Identity",
    "KeyFolder",
    "Lease",
    "Sealed",
    "SealedWriter",
    "Vault",
    "read_batches",
    "read_table",
    "row_count",
    "stored_schema",
]
