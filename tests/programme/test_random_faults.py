"""Whatever is put, cut or left out anywhere in a programme's files: it reads on, or is refused by name."""

from __future__ import annotations

import copy
import shutil
from datetime import date

import pytest
from documents import BOLD, FILES, became, bold, dropped, places_in, read, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boldlink.decide import unmet_of, whereabouts
from boldlink.errors import BadProgramme
from boldlink.ledger import canonical
from boldlink.programme.check import check_programme
from boldlink.programme.facts import facts_if_signed
from boldlink.programme.folder import read_programme
from boldlink.programme.record import contents


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One copy for many examples, each of which puts back what it changed."""
    folder = tmp_path_factory.mktemp("faults") / "bold"
    shutil.copytree(BOLD, folder)
    return folder


ABSENT = object()
JUNK = st.one_of(
    st.just(ABSENT),
    st.sampled_from([None, "", 0, -1, 10**30, 1.5, float("nan"), True, [], {}, [None], [["x"]], {1: "a", "b": 2}]),
    st.sampled_from(["é\u202e漢\U0001f600", "a\tb", "a\nb: c", "{}", "..", "*a", "&a", "!!x", "x" * 20_000, "prison"]),
    st.sampled_from([date(2020, 1, 1), "2020-02-30", "true", "null", "~"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co"]), max_size=20),
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(), max_size=3),
)
NAMES = [person.name for person in bold().people.values()]


def everything_follows(folder):
    """What follows from a programme that reads: its documents go into a ledger, and questions are answered."""
    programme = read_programme(folder)
    assert all(canonical({"content": content}) for _, content in contents(programme))
    check_programme(programme)
    facts = facts_if_signed(programme)
    for case in facts.use_cases.values():
        unmet_of(case, facts, date(2026, 11, 1))
        whereabouts(case, facts)


@settings(max_examples=35, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_one_field_deleted_or_replaced_reads_on_or_is_refused_by_name(shared, data):
    file = data.draw(st.sampled_from(FILES))
    before = (shared / file).read_text("utf-8")
    content = copy.deepcopy(read(shared / file))
    where = data.draw(st.sampled_from(list(places_in(content))))
    junk = data.draw(JUNK)
    change_it = dropped(*where) if junk is ABSENT else became(junk, *where)
    change_it(content)
    write(shared / file, content)
    try:
        everything_follows(shared)
    except BadProgramme as problem:
        assert not [name for name in NAMES if name in str(problem)]
        # A document that another refers to may be missed there: then the line that misses it is named.
        assert {file} & {fault.file for fault in problem.faults} or all(fault.line for fault in problem.faults)
    finally:
        (shared / file).write_text(before, "utf-8")


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(FILES),
    st.floats(0, 1),
    st.integers(0, 60),
    st.sampled_from(
        [
            "",
            "\t",
            "\0",
            "&a ",
            "*a",
            "<<: *a\n",
            "!!binary ",
            "? ",
            ": ",
            "[",
            "}",
            "---\n",
            "\ufeff",
            "'",
            "%",
            "\x85",
        ]
    ),
)
def test_any_cut_or_splice_of_a_files_text_reads_on_or_is_refused_by_name(shared, file, where, cut, added):
    before = (shared / file).read_text("utf-8")
    place = int(where * len(before))
    (shared / file).write_text(before[:place] + added + before[place + cut :], "utf-8")
    try:
        everything_follows(shared)
    except BadProgramme as problem:
        assert {file} & {fault.file for fault in problem.faults} or all(fault.line for fault in problem.faults)
        assert not [name for name in NAMES if name in str(problem)]
    finally:
        (shared / file).write_text(before, "utf-8")
