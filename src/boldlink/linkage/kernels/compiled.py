"""How the kernels are compiled: once per machine, kept in a folder named by the hash of all their sources.

numba does not notice that a function called from another file was edited, so the folder's name has to.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import llvmlite.binding
import numba
import numba.core.config

Function = Callable[..., Any]


def cache_folder() -> Path:
    """Where compiled kernels are kept: NUMBA_CACHE_DIR, or the user's cache, or a temporary folder of one's own."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    content = b"".join(path.read_bytes() for path in sources)
    machine = f"{numba.__version__} {llvmlite.binding.get_host_cpu_name()}".encode()
    name = f"kernels-{hashlib.sha256(content + machine).hexdigest()[:16]}"
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(given) / name
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boldlink" / name
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"boldlink-{os.getuid()}" / name
    return cache


numba.core.config.CACHE_DIR = str(cache_folder())


# Of kernels that other kernels alone call.
INNER = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Function) -> Function:
    """A function compiled without Python inside, so that threads run it side by side."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inner_kernel(function: Function) -> Function:
    """A kernel that other kernels alone call: compiled into each of them, and not kept on its own.

    It allocates nothing and returns no array, and so does not count references: threads would contend.
    """
    return cast(Function, numba.njit(**INNER)(function))


def merged(function: Function) -> Function:
    """A part of a kernel that is written into those that use it before they are compiled, and so compiled once in each."""
    return cast(Function, numba.njit(inline="always", **INNER)(function))
