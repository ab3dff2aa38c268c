"""A ledger in which one use case of the BOLD programme is recorded and signed; each test has a copy."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from documents import BOLD, MANAGER, Clock, sign_by_all

from boldlink.ledger import Ledger
from boldlink.programme.folder import read_programme
from boldlink.programme.new import new_programme
from boldlink.programme.record import record_programme

CASE = "substance-misuse"
FIRST = date(2026, 11, 24)


@pytest.fixture(scope="session")
def signed_ledger(tmp_path_factory):
    root = tmp_path_factory.mktemp("signed")
    new_programme(root / "programme", BOLD, "bold", [CASE])
    programme = read_programme(root / "programme")
    ledger = Ledger(root / "ledger", write=True, now=Clock(FIRST))
    record_programme(programme, ledger, MANAGER)
    for kind, name in programme.instruments:
        sign_by_all(ledger, kind, name)
    ledger.close()
    return root / "ledger"


@pytest.fixture
def clock():
    return Clock(FIRST)


@pytest.fixture
def ledger(signed_ledger, tmp_path, clock):
    """The signed ledger, to go on with; its clock stands on the day on which everything was signed."""
    shutil.copytree(signed_ledger, tmp_path / "signed")
    opened = Ledger(tmp_path / "signed", write=True, now=clock)
    yield opened
    opened.close()
