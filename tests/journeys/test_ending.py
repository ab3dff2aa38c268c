"""A use case ends: what was made for it is gone from every place, and what others need stays."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from typer.testing import CliRunner

from boldlink.cli import app
from boldlink.errors import KeyUnavailable, Refused, Tampered
from boldlink.journey import open_home
from boldlink.journey.audit import audit
from boldlink.journey.certificate import certify
from boldlink.journey.end import erase_ended
from boldlink.journey.govern import sign_document, whose_turn
from boldlink.places import bound_files
from boldlink.programme.faults import ProgrammeLoader
from boldlink.vault.vault import unwrap_content
from small import SMALL

pytestmark = pytest.mark.slow


def held(root, keys, word):
    with open_home(root, keys) as home:
        return {
            (name, path)
            for name, place in home.places.items()
            for path in bound_files(place.ledger)
            if word in path.replace(f"wales-{word}", "")  # a dataset's own name
        }


def run(invoke, copy, programme):
    result = invoke("run", programme, "--home", copy.root, "--json", keys=copy.keys)
    assert result.exit_code in (0, 4), result.output
    return json.loads(result.stdout)


@pytest.fixture
def programme(tmp_path):
    shutil.copytree(SMALL, tmp_path / "bold")
    return tmp_path / "bold"


def end(programme, use_case):
    path = programme / "use-cases" / use_case / "agreement.yaml"
    content = yaml.load(path.read_text(), Loader=ProgrammeLoader)
    content["ends"] = date.today() - timedelta(days=2)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def sign_again(copy, use_case):
    with open_home(copy.root, copy.keys) as home:
        for turn in whose_turn(home):
            if turn.act == "sign" and turn.what == f"agreement:dsa-{use_case}":
                sign_document(home, turn.what, turn.person)


def test_an_agreement_that_was_only_edited_stops_work_and_erases_nothing(copy, invoke, programme):
    before = held(copy.root, copy.keys, "substance-misuse")
    end(programme, "substance-misuse")
    told = run(invoke, copy, programme)
    assert {turn["what"] for turn in told["turns"]} == {"agreement:dsa-substance-misuse"}
    assert {one for one in before if "/outputs/" not in one[1]} <= held(copy.root, copy.keys, "substance-misuse")


def test_an_ended_use_case_leaves_no_row_no_link_and_no_key(copy, invoke, programme):
    end(programme, "substance-misuse")
    run(invoke, copy, programme)
    sign_again(copy, "substance-misuse")
    run(invoke, copy, programme)
    assert not held(copy.root, copy.keys, "substance-misuse"), "nothing of it is left but what was released"
    with open_home(copy.root, copy.keys) as home:
        place = home.places["dhsc"]
        pairs = {path.split("/")[1] for path in bound_files(place.ledger) if path.startswith("edges/")}
        assert not pairs & {"ndtms~probation", "ndtms~rough-sleeping", "deaths~prison"}, (
            "pairs that nobody else compares"
        )
        decisions = [e for e in place.ledger.events("decision") if "spine/substance-misuse:read" in e.body["opens"]]
        with pytest.raises(KeyUnavailable, match="no key here"):
            place.vault.lease(decisions[-1], "spine/substance-misuse")
        assert home.files(home.places["moj"], "spine/reducing-reoffending")
        assert [path for path in bound_files(home.places["moj"].ledger) if path.startswith("edges/prison~probation")]
    assert audit(copy.root, copy.keys).intact


def compared(programme, use_case):
    """The pairs that a use case's agreement lets be compared, as edges are named."""
    text = (programme / "use-cases" / use_case / "agreement.yaml").read_text()
    return {"~".join(sorted(pair)) for pair in yaml.load(text, Loader=ProgrammeLoader)["compare"]}


def edges_of(copy, place, compared):
    with open_home(copy.root, copy.keys) as home:
        paths = bound_files(home.places[place].ledger)
    return {path for path in paths if path.startswith("edges/") and path.split("/")[1] in compared}


def test_edges_of_its_people_go_although_another_use_case_compares_the_same_pair(copy, invoke, programme):
    both = compared(programme, "substance-misuse") & compared(programme, "reducing-homelessness")
    end(programme, "substance-misuse")
    run(invoke, copy, programme)
    sign_again(copy, "substance-misuse")
    before = edges_of(copy, "dhsc", both)
    run(invoke, copy, programme)
    assert before and not before & edges_of(copy, "dhsc", both)
    assert held(copy.root, copy.keys, "spine/reducing-homelessness")
    assert audit(copy.root, copy.keys).intact


def test_a_use_case_that_is_taken_out_of_the_programme_is_erased_and_what_was_released_stays(copy, invoke, programme):
    shutil.rmtree(programme / "use-cases" / "substance-misuse")
    run(invoke, copy, programme)
    stages = {path.split("/")[0] for _, path in held(copy.root, copy.keys, "substance-misuse")}
    assert not stages & {"scope", "spine", "research", "identifiers", "attributes"}
    assert list((copy.root / "places/dhsc/released").iterdir())
    assert audit(copy.root, copy.keys).intact


def certificates(root, place):
    from boldlink.ledger import Ledger

    events = Ledger(root / "places" / place / "ledger").events("document.recorded")
    return [event.body["content"] for event in events if event.body["kind"] == "destruction"]


@pytest.fixture(scope="module")
def ended_once(made, tmp_path_factory):
    """The substance misuse agreement has run out: a home, its keys, and what the run told; the tests change copies."""
    folder = tmp_path_factory.mktemp("ended")
    copy = replace(made, root=folder / "home", keys=folder / "keys")
    for before, after in {made.root: copy.root, made.keys: copy.keys, SMALL: folder / "bold"}.items():
        shutil.copytree(before, after)
    end(folder / "bold", "substance-misuse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOLDLINK_KEYS", str(copy.keys))
        asked = ("run", str(folder / "bold"), "--home", str(copy.root), "--json")
        first = CliRunner().invoke(app, asked)
        assert first.exit_code in (0, 4), first.output
        sign_again(copy, "substance-misuse")
        return copy, json.loads(CliRunner().invoke(app, asked).stdout)


@pytest.fixture
def ended(copy, programme, ended_once, tmp_path):
    """The home after the end, and a backup that was made before it."""
    copy.root.rename(tmp_path / "backup")
    shutil.rmtree(copy.keys)
    shutil.copytree(ended_once[0].root, copy.root)
    shutil.copytree(ended_once[0].keys, copy.keys)
    end(programme, "substance-misuse")
    return ended_once[1]


def test_a_copy_of_the_home_made_before_the_end_is_unreadable_after_it(copy, ended, tmp_path):
    """Not with the keys of today: the root that wrapped its keys is gone."""
    backup = tmp_path / "backup" / "places" / "dhsc"
    wrapped = sorted((backup / "vault").glob("*.key"))
    assert len(wrapped) > 5
    with open_home(copy.root, copy.keys) as home:
        root = home.places["dhsc"].keys.root
        for path in wrapped:
            with pytest.raises(Tampered):
                unwrap_content(root, path.stem.replace("+", "/"), path.read_bytes())
        for path in sorted((copy.root / "places" / "dhsc" / "vault").glob("*.key")):
            assert unwrap_content(root, path.stem.replace("+", "/"), path.read_bytes()), "survivors still open"


def test_data_that_no_agreement_needs_any_more_goes_with_the_last_that_needed_it(copy, ended):
    left = [path for _, path in held(copy.root, copy.keys, "wales-population") if not path.startswith("vault")]
    assert not left, "only the substance misuse use case needed Welsh data"
    assert held(copy.root, copy.keys, "identifiers/ndtms/"), "homelessness still needs treatment data"
    assert held(copy.root, copy.keys, "identifiers/prison/"), "others need the prison data"


def test_a_certificate_says_what_went_and_what_survives_and_waits_for_somebody_else(copy, ended):
    made = certificates(copy.root, "dhsc")
    about = {one["about"] for one in made if one["place"] == "dhsc"}
    assert "use_case:substance-misuse" in about
    assert "dataset:wales-population" in {one["about"] for one in certificates(copy.root, "sail")}
    for one in made:
        assert one["files_removed"] + len(one["keys"]) > 0
        assert any("released table" in text for text in one["surviving"])
        assert any("passphrase" in text for text in one["surviving"])
        assert one["root_destroyed"] and one["how_root_ended"]
    turns = {turn["what"]: turn["person"] for turn in ended["turns"] if turn["what"].startswith("destruction:")}
    operators = {f"destruction:{one['id']}": one["operator"] for one in made}
    assert turns and all(turns[what] != operators[what] for what in turns if what in operators)


def test_the_operator_cannot_sign_their_own_certificate(copy, ended):
    one = certificates(copy.root, "dhsc")[0]
    with open_home(copy.root, copy.keys) as home, pytest.raises(Refused):
        sign_document(home, f"destruction:{one['id']}", one["operator"])


def test_running_again_destroys_and_certifies_nothing_twice(copy, invoke, programme, ended):
    before = {name: len(certificates(copy.root, name)) for name in ("dhsc", "moj", "sail")}
    run(invoke, copy, programme)
    assert before == {name: len(certificates(copy.root, name)) for name in ("dhsc", "moj", "sail")}
    assert audit(copy.root, copy.keys).intact


STEPS = (
    "boldlink.places.store.Store.erase",
    "boldlink.places.place.Place.replace_root",
    "boldlink.journey.end.certify",
)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_while_it_ends_something_is_finished_by_the_next(copy, invoke, programme, monkeypatch, step, when):
    end(programme, "substance-misuse")
    run(invoke, copy, programme)
    sign_again(copy, "substance-misuse")
    from importlib import import_module

    *inside, name = step.split(".")
    try:
        owner = import_module(".".join(inside))
    except ModuleNotFoundError:
        owner = getattr(import_module(".".join(inside[:-1])), inside[-1])
    real = getattr(owner, name)

    def killed(*arguments, **named):
        if when == "after":
            real(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, killed)
    with open_home(copy.root, copy.keys) as home, pytest.raises(KeyboardInterrupt):
        erase_ended(home)
    monkeypatch.setattr(owner, name, real)
    run(invoke, copy, programme)
    assert not held(copy.root, copy.keys, "substance-misuse")
    for place, gone in {"dhsc": "use_case:substance-misuse", "sail": "dataset:wales-population"}.items():
        assert [one["about"] for one in certificates(copy.root, place) if one["place"] == place].count(gone) == 1
    assert audit(copy.root, copy.keys).intact


def test_what_ends_soon_is_said_in_status(copy, invoke, programme):
    path = programme / "use-cases" / "reducing-reoffending" / "agreement.yaml"
    content = yaml.load(path.read_text(), Loader=ProgrammeLoader)
    content["ends"] = date.today() + timedelta(days=30)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    run(invoke, copy, programme)
    told = invoke("status", "--home", copy.root)
    assert "Ends in 30 day(s)" in told.output and "dsa-reducing-reoffending" in told.output


@pytest.mark.slow
def test_any_file_put_back_in_an_older_version_is_found(copy, ended, tmp_path):
    """Every stored file that changed since the copy was made, one after another; and each that is gone, put back."""
    older = tmp_path / "backup" / "places"
    changed = 0
    for path in sorted(path for path in older.rglob("*") if path.is_file()):
        now = copy.root / "places" / path.relative_to(older)
        before = now.read_bytes() if now.is_file() else None
        if before == path.read_bytes():
            continue
        now.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, now)
        assert not audit(copy.root, copy.keys).intact, path.name
        changed += 1
        now.unlink() if before is None else now.write_bytes(before)
    assert changed > 20 and audit(copy.root, copy.keys).intact


def test_an_erasure_that_nobody_decided_is_not_certified(copy, invoke, programme):
    with open_home(copy.root, copy.keys) as home:
        ledger, about = home.places["moj"].ledger, "use_case:reducing-reoffending"
        ledger.append("use_case.erased", "mallory", {"about": about, "erased": [], "decision": "f" * 64})
        root = {"old": "x", "new": "y", "reason": about, "decision": "f" * 64, "dropped": [], "survives": {}}
        forged = ledger.append("root.replaced", "mallory", root)
        ledger.append("root.destroyed", "boldlink", {"root": "x", "replaced": forged.hash, "how": "shredded"})
        assert certify(home, home.places["moj"]) == 0
