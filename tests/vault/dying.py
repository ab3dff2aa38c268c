"""A child process that dies, without a word and without cleaning up, at its n-th call to the file system."""

import os
import warnings

CALLS = ("open", "write", "fsync", "pwrite", "replace", "unlink", "mkdir")


def dies_at(at, act):
    """Run `act` in a child that dies at its `at`-th call. Returns whether it died before it had ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        left = [at]
        for name in CALLS:
            setattr(os, name, _counted(getattr(os, name), left))
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _counted(call, left):
    def counting(*args, **kwargs):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        return call(*args, **kwargs)

    return counting
