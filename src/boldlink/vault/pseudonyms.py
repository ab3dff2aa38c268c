"""Pseudonyms: AES-256 under the key of one use case and release, applied to a 128-bit id. No table is kept.

One block in, one block out: a permutation, so pseudonyms are as unique as the ids; another use case or release has
another key, so not even the linker who knows the spine can recognise a row; destroying the key erases the way back.
Only `datasets` makes pseudonyms and seals units; `outputs` opens units. Source: NHS De-ID (a different pseudonym each
time data are made available); reference: ENISA, Pseudonymisation techniques and best practices (2019).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from boldlink.vault.identity import derive
from boldlink.vault.lease import Lease

ID_BYTES = 16


def pseudonyms(ids: pa.Array | pa.ChunkedArray, lease: Lease, release: int) -> pa.Array:
    """16-byte binary ids (n, nulls allowed) -> 16-byte binary pseudonyms (n, the same nulls)."""
    key = derive(lease.key, f"release/{release}")
    ids = pa.array(ids.combine_chunks()) if isinstance(ids, pa.ChunkedArray) else ids
    present = ids.drop_null()
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    data = encryptor.update(_bytes_of(present)) + encryptor.finalize()
    made = pa.Array.from_buffers(pa.binary(ID_BYTES), len(present), [None, pa.py_buffer(data)])
    if not ids.null_count:
        return made
    positions = pc.subtract(pc.cumulative_sum(pc.cast(ids.is_valid(), pa.int64())), 1)
    return made.take(pc.if_else(ids.is_valid(), positions, pa.scalar(None, pa.int64())))


def _bytes_of(ids: pa.Array) -> bytes:
    """Ids without nulls, one after another."""
    return bytes(ids.buffers()[1].slice(ids.offset * ID_BYTES, len(ids) * ID_BYTES).to_pybytes()) if len(ids) else b""
