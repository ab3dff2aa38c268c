"""People begin a programme, sign, stop and introduce, by the command: what they are told, and how each command ends."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from boldlink.journey import open_home, run
from boldlink.journey.govern import awaited_of, sign_document
from boldlink.ledger import Ledger
from boldlink.programme.folder import read_programme
from small import SMALL

CASE, LINKER = "reducing-reoffending", "idwal-hartsbourne"
YES, BAD, NO, WAITING, TAMPERED, BUSY = 0, 2, 3, 4, 5, 8
LINK = ("--person", LINKER, "--action", "link", "--resource", f"spine:{CASE}", "--use-case", CASE)


# --- a new programme ---


@pytest.fixture
def mine(tmp_path, invoke):
    """A programme of one's own with one use case, and an empty folder of extracts."""
    (tmp_path / "extracts").mkdir()
    result = invoke("programme", "new", tmp_path / "mine", "--id", "mine", "--use-case", CASE, keys=tmp_path / "keys")
    assert result.exit_code == YES, result.output
    return tmp_path / "mine"


def test_a_new_programme_is_sound_has_what_was_asked_for_and_another_id(mine, invoke):
    read = read_programme(mine)
    assert read.programme.id == "mine" and {one.use_case for one in read.instruments.values()} == {None, CASE}
    assert set(read.contracts) == set(read.instruments["use_case", CASE].datasets)
    told = json.loads(invoke("programme", "check", mine, "--json").stdout)
    assert told == {"sound": True, "faults": [], "instruments": len(read.instruments), "lacks": {CASE: []}}


@pytest.mark.parametrize(
    ("folder", "options", "word"),
    [
        ("mine", ["--id", "again"], "is there already"),
        ("new", ["--id", "Not An Id"], "is no id"),
        ("new", ["--id", "x", "--use-case", "no-such-case"], "no use case no-such-case"),
        ("mine/contracts/new", ["--id", "x"], "inside the programme that it is copied from"),
    ],
)
def test_a_new_programme_that_cannot_be_is_refused_and_nothing_is_written(mine, invoke, folder, options, word):
    result = invoke("programme", "new", mine.parent / folder, *options, "--from", mine, "--json")
    error = json.loads(result.stdout)["error"]
    assert (result.exit_code, error["code"]) == (BAD, "PROGRAMME-NEW") and word in error["why"]
    assert folder == "mine" or not (mine.parent / folder).exists()


def test_check_names_every_fault_with_file_line_and_field(mine, invoke):
    posts = mine / "posts.yaml"
    posts.write_text(posts.read_text().replace("role: siro", "role: king", 1))
    (mine / "places.yaml").write_text("- {id: moj, id: moj}\n")
    result = invoke("programme", "check", mine, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == BAD and told["sound"] is False
    assert {(one["file"], one["field"]) for one in told["faults"]} >= {
        ("places.yaml", "1.id"),
        ("posts.yaml", "role"),
    }
    words = invoke("programme", "check", mine)
    assert words.exit_code == BAD and "places.yaml:1: 1.id: it stands twice" in words.stdout


def test_check_says_what_would_be_lacking_even_with_every_signature(mine, invoke):
    panel = mine / "use-cases" / CASE / "panel-decision.yaml"
    panel.write_text(panel.read_text().replace("decision: approved", "decision: refused  # it was approved", 1))
    result = invoke("programme", "check", mine, "--json")
    (lacking,) = json.loads(result.stdout)["lacks"][CASE]
    assert result.exit_code == YES and lacking["rule"] == "panel_has_decided" and "refused" in lacking["found"]


def test_people_sign_what_is_awaited_of_them_until_nothing_is_also_in_a_place_that_comes_later(mine, invoke):
    home, extracts = mine.parent / "home", mine.parent / "extracts"

    def go(*places):
        options = [word for place in places for word in ("--place", place)]
        return invoke("run", mine, "--home", home, "--extracts", extracts, *options, "--json").exit_code

    def waiting():
        told = json.loads(invoke("status", "--home", home, "--json").stdout)
        return {turn["person"] for turn in told["turns"]}

    def all_sign(people):
        """One person by the command, the others by what it calls."""
        person, *others = sorted(people)
        told = json.loads(invoke("sign", "awaited", "--home", home, "--as", person, "--json").stdout)
        assert told["signatures"] >= len(told["documents"]) > 0 and told["changed_since"] == {}  # first versions
        with open_home(home) as opened:
            for person in others:
                for document in awaited_of(opened, person):
                    sign_document(opened, document, person)

    assert go("dhsc") == WAITING and [path.name for path in (home / "places").iterdir()] == ["dhsc"]
    people = waiting()
    all_sign(people)
    assert len(people) > 10 and go("dhsc") == YES and waiting() == set()
    none = invoke("sign", "awaited", "--home", home, "--as", min(people))
    assert none.exit_code == YES and "nothing waits for them" in none.stderr
    go("dhsc", "moj")  # moj holds none of what was signed before it came
    assert waiting() == people
    all_sign(people)
    assert waiting() == set() and go("dhsc", "moj") == YES


def test_where_a_home_stands_is_told_while_another_process_is_at_work_in_it(mine, invoke):
    home = ("--home", mine.parent / "home", "--json")
    going = ("run", mine, *home, "--extracts", mine.parent / "extracts", "--place", "moj")
    assert invoke(*going).exit_code == WAITING
    with open_home(mine.parent / "home") as at_work:
        told, read = invoke("status", *home), invoke("show", f"use_case:{CASE}", *home)
        events = at_work.places["moj"].ledger.head.events
        assert invoke(*going).exit_code == BUSY
    assert (told.exit_code, read.exit_code) == (YES, YES), told.output + read.output
    place = json.loads(told.stdout)["places"]["moj"]
    assert place["events"] == events and json.loads(told.stdout)["turns"]
    assert json.loads(read.stdout)["content"]["id"] == CASE


# --- stopping ---


def test_a_document_that_was_withdrawn_before_it_was_signed_waits_for_nobody_any_more(mine, invoke):
    at = ("--home", mine.parent / "home")

    def awaited():
        return {turn["what"] for turn in json.loads(invoke("status", *at, "--json").stdout)["turns"]}

    invoke("run", mine, *at, "--extracts", mine.parent / "extracts", "--place", "moj")
    before = awaited()
    words = ("move", f"agreement:dsa-{CASE}", "withdraw", *at, "--as", "tamsin-marrowby", "--reasons", "not needed")
    assert invoke(*words).exit_code == YES
    assert before - awaited() == {f"agreement:dsa-{CASE}"}


def made_for_it(root):
    kinds = ("cohort.selected", "package.sent", "package.received", "spine.linked", "research.built")
    ledgers = [Ledger(folder / "ledger") for folder in (root / "places").iterdir()]
    return sum(event.body["use_case"] == CASE for ledger in ledgers for event in ledger.events(*kinds))


@pytest.mark.slow
def test_a_suspended_use_case_is_not_worked_on_that_is_said_and_resumed_it_goes_on(copy, invoke, monkeypatch):
    monkeypatch.setenv("BOLDLINK_KEYS", str(copy.keys))
    lines = (copy.root / "extracts/prison/2024-06.full.csv").read_text().splitlines(keepends=True)
    (copy.root / "extracts/prison/2024-12.delta.csv").write_text("".join(lines[:30]))
    at, before, said = ("--home", copy.root), made_for_it(copy.root), []
    stop = ("move", f"agreement:dsa-{CASE}", "suspend", *at, "--as", "isolde-copperwell", "--reasons", "a breach")
    told = json.loads(invoke(*stop, "--json").stdout)
    assert (told["move"], told["post"]) == ("suspend", "moj-dpo")

    no = json.loads(invoke("why", *at, *LINK, "--json").stdout)
    (lacking,) = [one for one in no["findings"] if one["met"] == "no"]
    assert lacking["found"] == f"suspended on {date.today()} by moj-dpo" and not no["allowed"]
    where = json.loads(invoke("where", CASE, *at, "--json").stdout)
    assert [one["found"] for one in where["lacks"]] == [lacking["found"]]

    run(SMALL, copy.root, copy.root / "extracts", copy.keys, said.append)
    assert made_for_it(copy.root) == before
    assert f"Nothing is done for {CASE}: its agreement is {lacking['found']}" in said

    for to, person, code in (("suspend", LINKER, NO), ("resume", LINKER, NO), ("dance", "isolde-copperwell", BAD), ("resume", "isolde-copperwell", YES)):  # fmt: skip
        result = invoke("move", f"agreement:dsa-{CASE}", to, *at, "--as", person, "--reasons", "it is mended")
        assert result.exit_code == code, (to, person, result.output)
    run(SMALL, copy.root, copy.root / "extracts", copy.keys, said.append)
    assert made_for_it(copy.root) > before
    assert json.loads(invoke("why", *at, *LINK, "--json").stdout)["allowed"]


# --- places that come to know each other ---


def test_places_in_two_homes_come_to_know_each_other_by_cards_once_and_by_the_right_people(mine, invoke):
    root, custodian = mine.parent, "oriel-ravensgill"
    for name, place in (("one", "moj"), ("two", "dhsc"), ("three", "dhsc")):
        keys = root / f"keys-{name}"
        began = invoke("run", mine, "--home", root / name, "--extracts", root / "extracts", "--place", place, keys=keys)
        card = invoke(
            "place", "card", "--home", root / name, "--place", place, "--out", root / f"{name}.card", "--json"
        )
        assert (began.exit_code, card.exit_code) == (WAITING, YES), began.output
        fingerprint = json.loads(card.stdout)["fingerprint"]
        assert len(fingerprint.replace(" ", "")) == 40 and b"seed" not in (root / f"{name}.card").read_bytes()

    def meet(card, person=custodian, place="moj"):
        words = ("place", "meet", root / card, "--home", root / "one", "--place", place, "--as", person, "--json")
        result = invoke(*words, keys=root / "keys-one")
        return result.exit_code, json.loads(result.stdout)

    for edit in (lambda d: {**d, "place": "sail"}, lambda d: {**d, "signature": "00" * 64}, lambda d: {**d, "format": "x"}, lambda d: {**d, "identity": 5}, lambda d: [d], lambda d: {}):  # fmt: skip
        (root / "bad.card").write_text(json.dumps(edit(json.loads((root / "two.card").read_text()))))
        assert (meet("bad.card")[0], meet("bad.card")[1]["error"]["code"]) == (BAD, "CARD-UNREADABLE")
    assert meet("two.card", "tamsin-oxenstone")[1]["error"]["code"] == "PLACE-MEET"
    assert meet("one.card")[1]["error"]["code"] == "CARD-OF-NO-PLACE"
    assert meet("two.card", place="sail")[1]["error"]["code"] == "PLACE-NOT-HERE"

    code, told = meet("two.card")
    assert code == YES and told["place"] == "dhsc" and told["fingerprint"]
    assert meet("two.card") == (YES, told)
    code, other = meet("three.card")
    assert (code, other["error"]["code"]) == (TAMPERED, "PLACE-IDENTITY")
    known = list(Ledger(root / "one/places/moj/ledger").events("peer.known"))
    assert [(event.body["peer"], event.person) for event in known] == [("dhsc", custodian)]


def test_a_home_that_holds_one_place_holds_no_other_and_takes_in_only_what_is_its_own(mine, invoke, made):
    root = mine.parent
    for dataset in ("prison", "ndtms"):
        shutil.copytree(made.root / "extracts" / dataset, root / "extracts" / dataset)
    options = ("--home", root / "home", "--extracts", root / "extracts", "--place", "dhsc", "--json")
    told = json.loads(invoke("run", mine, *options, keys=root / "keys").stdout)
    assert told["received"] == [] and [p.name for p in (root / "home/places").iterdir()] == ["dhsc"]
    assert not [path for path in (root / "home/places").rglob("*") if "prison" in path.name]


def test_a_document_can_be_read_before_it_is_signed(copy, invoke):
    told = json.loads(
        invoke("show", "agreement:dsa-substance-misuse", "--home", copy.root, "--json", keys=copy.keys).stdout
    )
    assert told["content"]["id"] == "dsa-substance-misuse" and told["awaited"] == [] and len(told["sha256"]) == 64
    assert told["changed_since"] is None
    assert {one["post"] for one in told["signed"]} >= {"moj-siro", "dhsc-siro"}
    assert "purpose:" in invoke("show", "agreement:dsa-substance-misuse", "--home", copy.root).output
    assert invoke("show", "agreement:nothing", "--home", copy.root).exit_code == 2


def test_what_nobody_foresaw_is_named_by_its_kind_and_shows_no_value(copy, invoke, monkeypatch):
    def failing(*arguments, **named):
        raise KeyError("Jane Realname")

    monkeypatch.setattr("boldlink.journey.status.status", failing)
    told = invoke("status", "--home", copy.root, "--json", keys=copy.keys)
    assert told.exit_code == 1 and json.loads(told.stdout)["error"]["code"] == "UNFORESEEN"
    assert "Realname" not in told.output and "KeyError" in told.output
