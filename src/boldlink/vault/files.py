"""Small files that hold secrets: written whole or not at all, readable by their owner alone, overwritten when they go."""

from __future__ import annotations

import os
from pathlib import Path

from boldlink.ledger.segments import sync_folder

__all__ = ["replace_file", "shred", "sync_folder"]


def replace_file(path: Path, content: bytes, *, shred_old: bool = False) -> None:
    """Put a file in place whole, mode 600, on disk before this returns; `shred_old` overwrites what it replaces."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    old = os.open(path, os.O_WRONLY) if shred_old and path.exists() else None
    temporary.replace(path)
    sync_folder(path.parent)
    if old is not None:
        _overwrite(old)


def shred(path: Path) -> None:
    """Overwrite a file with random bytes, then remove it; nothing to do if it is gone.

    This is no proof: a file system that journals or copies on write, and any solid-state disk, may keep the old blocks,
    and a backup of the folder keeps the old file. What protects those is that the file was sealed under a passphrase.
    """
    if path.is_file():
        _overwrite(os.open(path, os.O_WRONLY))
        path.unlink()
        sync_folder(path.parent)


def _overwrite(handle: int) -> None:
    try:
        os.pwrite(handle, os.urandom(os.fstat(handle).st_size), 0)
        os.fsync(handle)
    finally:
        os.close(handle)
