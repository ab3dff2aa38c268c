"""What the command says in a terminal: a refusal is called one, and nothing is cut off in a narrow window."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from boldlink.cli.console import answers, console, progress
from boldlink.cli.govern import _place_table, say_changes
from boldlink.cli.run import show_run, show_turns
from boldlink.journey import Run, Turn
from boldlink.programme.difference import Change, Since

SMALL_COHORT = {
    "place": "moj",
    "use_case": "reducing-reoffending",
    "code": "RESEARCH-COHORT-SMALL",
    "what": "The research dataset is not built: its cohort is too small.",
    "why": "it would hold 80 people; the agreement asks for at least 100.",
    "do": "widen the cohort or its period in the agreement, or wait for more data",
    "ask": "the use case's lead researcher and the parties to its agreement",
}
LATE = {"code": "EXTRACT-HEADER", "what": "The extract is refused.", "why": "a column is missing."}
CHANGE = Turn(
    "bram-oxenstone", "change", "agreement of reducing-reoffending", "reducing-reoffending", "boldlink status"
)
SIGN = [
    Turn("ada-quillfeather", "sign", f"agreement:{name}", name, f"boldlink sign agreement:{name} --as ada-quillfeather")
    for name in ("dsa-reducing-homelessness", "dsa-reducing-reoffending")
]
REVIEWS = [
    Turn("zara-thornbury", "review", f"out-{n}", "x", f"boldlink output review out-{n} --as zara-thornbury")
    for n in range(1, 4)
]


def done(refused=(), not_built=(), turns=()):
    return Run((), tuple(refused), tuple(not_built), 0, 0, tuple(turns), (), Path("register/index.html"))


@pytest.fixture
def narrow(monkeypatch):
    """A terminal of forty characters."""
    for one in (console, answers):
        monkeypatch.setattr(one, "_width", 40)


def test_a_cohort_under_the_minimum_is_told_as_a_refusal_with_what_to_do(narrow, capsys):
    show_run(done(not_built=[SMALL_COHORT], turns=[CHANGE]), as_json=False)
    told = capsys.readouterr().err
    assert "Refused RESEARCH-COHORT-SMALL reducing-reoffending in moj: The research dataset is not built" in told
    assert f"What to do: {SMALL_COHORT['do']}. Whom to ask: {SMALL_COHORT['ask']}." in told
    assert "Nothing is built for reducing-reoffending until" in told and "Nothing is wrong" not in told


def test_a_refused_extract_is_not_told_as_nothing_wrong(narrow, capsys):
    show_run(done(refused=[LATE], turns=SIGN), as_json=False)
    told = capsys.readouterr().err
    assert "Refused EXTRACT-HEADER The extract is refused. a column is missing." in told
    assert "Extracts were refused" in told and "Nothing is wrong" not in told


def test_where_only_people_are_waited_for_nothing_is_wrong(narrow, capsys):
    show_run(done(turns=SIGN), as_json=False)
    assert "Nothing is wrong: the journey goes on" in capsys.readouterr().err


def test_a_program_that_reads_us_is_told_what_was_not_built(capsys):
    show_run(done(not_built=[SMALL_COHORT]), as_json=True)
    assert '"code": "RESEARCH-COHORT-SMALL"' in capsys.readouterr().out


def test_every_command_that_is_awaited_stands_whole_on_a_line_of_its_own(narrow, capsys):
    show_turns([*SIGN, *REVIEWS])
    lines = capsys.readouterr().err.splitlines()
    assert "    boldlink sign awaited --as ada-quillfeather --home ..." in lines  # one command for both documents
    for turn in REVIEWS:
        assert f"    {turn.command} --home ..." in lines


def test_the_table_of_a_place_loses_no_word_in_a_narrow_terminal(narrow, capsys):
    place = {
        "events": 7,
        "deposits": [
            {
                "dataset": "wales-substance-misuse", "version": "2024-06-30", "kind": "full",
                "rows_accepted": 12345, "rows_quarantined": 3,
            }
        ],
        "research_refused": [SMALL_COHORT],
        "outputs": [{"id": "reducing-reoffending-3f2a90bc", "title": "Proven [c] reoffending", "state": "in_review"}],
        **dict.fromkeys(("refused", "cohorts", "packages", "packages_refused"), ()), "links": {}, "research": {},
    }  # fmt: skip
    answers.print(_place_table("moj", place))
    told = capsys.readouterr().out
    words = "".join(line.split("│")[2].replace(" ", "") for line in told.splitlines() if "│" in line)
    for text in ("12345 rows, 3 quarantined", "reducing-reoffending-3f2a90bc: Proven [c] reoffending; in review"):
        assert text.replace(" ", "") in words
    assert f"What to do: {SMALL_COHORT['do']}".replace(" ", "") in words and "…" not in told


def test_where_nothing_can_move_each_stage_has_a_plain_line_and_counting_on_has_none(capsys):
    with progress("Making synthetic people") as say:
        for done in (2_000, 4_000, 20_000):
            say(f"Made {done:,} of 20,000 synthetic people")
        say("Linking [reducing-reoffending] in moj")
    assert capsys.readouterr().err.splitlines() == [
        "Making synthetic people",
        "Made 2,000 of 20,000 synthetic people",
        "Linking [reducing-reoffending] in moj",
    ]


def test_a_stage_that_counts_for_long_says_from_time_to_time_how_far_it_is(capsys, monkeypatch):
    seconds = iter([0.0, 1.0, 29.0, 31.5])
    monkeypatch.setattr("boldlink.cli.console.monotonic", lambda: next(seconds))
    with progress("Making people") as say:
        for done in (1, 2, 3):
            say(f"Made {done} people")
    assert capsys.readouterr().err.splitlines() == ["Making people", "Made 1 people", "Made 3 people"]


def test_a_signer_is_shown_what_changed_since_the_signed_version_a_line_for_each_field(narrow, capsys):
    found = (Change("breach.hours", "24", "72"), Change("datasets.prison.columns.establishment", "(not there)", "[x]"))
    say_changes("agreement:dsa-x", Since("1.0.0", date(2026, 11, 24), found))
    assert capsys.readouterr().err.splitlines() == [
        "agreement:dsa-x: changed since 1.0.0, which was signed on 24 November 2026:",
        "  breach.hours: 24 → 72",
        "  datasets.prison.columns.establishment: (not there) → [x]",
    ]
