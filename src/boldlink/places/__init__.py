"""The secure places, what each may hold, and sealed packages between them."""

from boldlink.places.audit import PlaceAudit, audit_place
from boldlink.places.place import Place, default_key_folder
from boldlink.places.store import Holdings, Store, bound_files, sha256_of

__all__ = [
    "Holdings",
    "Place",
    "PlaceAudit",
    "Store",
    "audit_place",
    "bound_files",
    "default_key_folder",
    "sha256_of",
]
