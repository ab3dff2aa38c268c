"""Time goes on in a history: nobody writes today what would have been written last year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from boldlink.errors import Tampered
from boldlink.ledger import Ledger
from boldlink.ledger.segments import segments
from boldlink.ledger.storage import Draft

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_clock_that_was_put_back_writes_nothing_before_what_is_written(tmp_path):
    with_clock = Ledger(tmp_path, write=True, now=lambda: NOW)
    with_clock.append("a", "x", {"place": "p"})
    with_clock.close()
    back = Ledger(tmp_path, write=True, now=lambda: NOW - timedelta(days=60))
    event = back.append("b", "x", {})
    assert event.recorded_at == NOW
    assert not list(back.events("b", until=NOW.date() - timedelta(days=1)))
    back.close()


def written_past_the_commands(folder, recorded_at):
    ledger = Ledger(folder)
    draft = Draft("b", "mallory", {}, NOW.date(), recorded_at)
    _, line = draft.chained(ledger.head.events + 1, ledger.hash)
    with segments(folder)[-1].open("ab") as file:
        file.write(line)


@pytest.mark.parametrize("days", [1, 60, 4000])
def test_a_line_that_says_it_is_older_than_the_one_before_it_breaks_the_history(tmp_path, days):
    ledger = Ledger(tmp_path, write=True, now=lambda: NOW)
    ledger.append("a", "x", {"place": "p"})
    ledger.close()
    written_past_the_commands(tmp_path, NOW - timedelta(days=days))
    with pytest.raises(Tampered, match="written down before"):
        Ledger(tmp_path)


def test_clocks_of_two_machines_may_differ_by_minutes(tmp_path):
    ledger = Ledger(tmp_path, write=True, now=lambda: NOW)
    ledger.append("a", "x", {"place": "p"})
    ledger.close()
    written_past_the_commands(tmp_path, NOW - timedelta(minutes=5))
    assert Ledger(tmp_path).head.events == 2
