"""A desk on which extracts are laid down."""

import pytest
from invented_extracts import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
