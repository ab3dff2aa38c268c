"""A lease is lent to one process, for the life of one decision, and shows its key to nobody."""

import copy
import os
import pickle
import warnings
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.errors import KeyUnavailable, Tampered
from boldlink.vault import Lease
from boldlink.vault.lease import FILE_STAGES

KEY = bytes(range(32))


def of_files():
    return Lease("spine/x", "d", True, KEY)


def of_keys():
    return Lease("record-key/x", "d", True, KEY)


@given(st.binary(min_size=16, max_size=32))
def test_a_files_key_comes_back_as_it_was_wrapped(file_key):
    assert of_files().unwrap_file_key(of_files().wrap_file_key(file_key)) == file_key


@given(st.data())
def test_any_flipped_byte_of_a_wrapped_file_key_is_refused(data):
    wrapped = bytearray(of_files().wrap_file_key(b"k" * 32))
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        of_files().unwrap_file_key(bytes(wrapped))


@given(st.binary(max_size=60))
def test_bytes_that_nobody_wrapped_are_refused_in_words(junk):
    with pytest.raises(Tampered):
        of_files().unwrap_file_key(junk)


def test_a_file_key_of_one_compartment_does_not_open_under_another_name():
    with pytest.raises(Tampered):
        Lease("spine/y", "d", True, KEY).unwrap_file_key(of_files().wrap_file_key(b"k" * 32))


@pytest.mark.parametrize("stage", FILE_STAGES)
def test_the_key_of_a_compartment_of_files_stays(stage):
    with pytest.raises(KeyUnavailable, match="not handed out") as refused:
        _ = Lease(f"{stage}/x", "d", True, KEY).key
    assert refused.value.code == "VAULT-KEY-STAYS"


def test_a_key_that_is_used_as_a_key_is_handed_out_and_so_is_what_is_derived_from_it():
    narrow = of_keys().derived("deposit/1")
    assert of_keys().key == KEY and narrow.key not in (KEY, of_keys().derived("deposit/2").key)
    assert (narrow.compartment, narrow.until, narrow.writable) == ("record-key/x", narrow.until, True)


def test_another_process_cannot_use_a_lease_after_fork():
    lease = of_keys()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        codes = []
        for use in (lambda: lease.key, lambda: lease.wrap_file_key(b"k"), lambda: lease.derived("x")):
            try:
                use()
            except KeyUnavailable as refused:
                codes.append(refused.code)
        os._exit(0 if codes == ["VAULT-LEASE-PROCESS"] * 3 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert lease.key == KEY


def test_a_lease_runs_out_while_it_is_held():
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]
    lease = Lease("disclosure", "d", True, KEY, clock[0] + timedelta(hours=4), lambda: clock[0])
    assert lease.key == KEY
    clock[0] += timedelta(hours=4, seconds=1)
    for use in (lambda: lease.key, lambda: lease.wrap_file_key(b"k"), lambda: lease.unwrap_file_key(b"k" * 40)):
        with pytest.raises(KeyUnavailable, match="run out"):
            use()


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_lease_is_not_written_down_nor_copied(carry):
    with pytest.raises(KeyUnavailable, match="not written down"):
        carry(of_keys())


def test_a_lease_shows_its_compartment_and_never_its_key():
    shown = repr(of_keys()) + str(of_keys()) + f"{[of_keys()]}"
    assert "record-key/x" in shown and repr(KEY)[2:10] not in shown and KEY.hex() not in shown
