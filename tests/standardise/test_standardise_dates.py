"""Dates in the layouts that systems use, and dates that are nobody's birthday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.standardise.dates import PLACEHOLDER_DATES, month_first, read_birth_date, read_date

LAYOUTS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%d %B %Y"]


@given(st.dates(date(1890, 1, 1)), st.sampled_from(LAYOUTS))
def test_every_day_reads_back_from_every_usual_layout(day, layout):
    assert read_date(day.strftime(layout)) == (day.isoformat(), None)


@given(st.dates(date(1890, 1, 1)))
def test_a_declared_layout_wins_over_the_usual_one(day):
    assert read_date(day.strftime("%m/%d/%Y"), "%m/%d/%Y") == (day.isoformat(), None)


@pytest.mark.parametrize(
    "written",
    [
        "2001-02-29",
        "31/04/1999",
        "0000-00-00",
        "01/02/99",
        "13 Smarch 1999",
        "1999-02-01 junk",
        "１９９９-02-01",
        "²/2/1999",
    ],
)
def test_what_is_no_day_of_the_calendar_is_no_date(written):
    assert read_date(written) == (None, "no_date")


@pytest.mark.parametrize("written", ["1999-02-01T00:00:00", "1999-02-01 23:59:59.123456", "1999-02-01T00:00:00+01:00"])
def test_a_time_of_day_is_dropped(written):
    assert read_date(written) == ("1999-02-01", None)


def test_a_date_in_another_layout_than_the_declared_one_is_not_guessed():
    assert read_date("1999-02-01", "%d/%m/%Y") == (None, "no_date")


@pytest.mark.parametrize("written", ["1900-01-01", "01/01/1970", "01-Jan-1970", *sorted(PLACEHOLDER_DATES)])
def test_a_placeholder_is_no_date_of_birth(written):
    assert read_birth_date(written) == (None, "placeholder_date")


def test_another_first_of_january_is_kept_and_counted():
    assert read_birth_date("1980-01-01") == ("1980-01-01", "first_of_january")


def test_nobody_is_born_tomorrow_or_before_1890():
    tomorrow = date.today() + timedelta(days=1)
    assert read_birth_date(tomorrow.isoformat()) == (None, "impossible_date")
    assert read_birth_date("1889-12-31") == (None, "impossible_date")
    assert read_birth_date(date.today().strftime("%d/%m/%Y"))[0] == date.today().isoformat()


def test_months_come_first_where_second_parts_run_over_twelve():
    assert month_first(["02/28/1999", "12/13/2001", "1/1/2000"])
    assert not month_first(["28/02/1999", "12/13/2001", "13/12/2001"])
    assert not month_first(["1999-02-28"])
