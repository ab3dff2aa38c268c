"""The secure places, what each may hold, and sealed packages between them."""

from boldlink.places.place import Place, audit_place, default_key_folder
from boldlink.places.store import Store, bound_files, sha256_of

__all__ = ["Place", "Store", "audit_place", "bound_files", "default_key_folder", "sha256_of"]
