"""Whatever is changed in a home, `boldlink audit verify` finds it."""

from __future__ import annotations

import json
import random
import shutil

import pytest

from boldlink.journey.audit import audit, read_heads, write_heads


def guarded(root):
    return sorted(p for name in ("places", "register") for p in (root / name).rglob("*") if p.is_file())


def flip(path, position, bit):
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << bit
    path.write_bytes(bytes(data))


def in_ledger(path):
    return "ledger" in path.parts


def attack(made_copy, paths, draw):
    """Flip a bit in each of these files at once: every one of them must be named. Then all is as it was."""
    kept = {path: path.read_bytes() for path in paths}
    for path, whole in kept.items():
        flip(path, draw.randrange(len(whole)), draw.randrange(8))
    told = {problem.where for _, problem in audit(made_copy.root, made_copy.keys).problems}
    missed = [path.name for path in paths if not any(path.as_posix().endswith(where) for where in told)]
    for path, whole in kept.items():
        path.write_bytes(whole)
    assert not missed, f"a flipped bit of {missed[0]} and {len(missed) - 1} others was not found"


def attack_the_ledgers(made_copy, flips, draw):
    """A bit of a ledger at a time: nothing after it is believed, so that one would hide another."""
    for path in filter(in_ledger, guarded(made_copy.root)):
        for _ in range(flips):
            whole = path.read_bytes()
            flip(path, draw.randrange(len(whole)), draw.randrange(8))
            assert not audit(made_copy.root, made_copy.keys).intact, f"a flipped bit of {path.name} was not found"
            path.write_bytes(whole)


def test_a_home_that_was_left_alone_is_intact(copy, invoke):
    result = invoke("audit", "verify", "--home", copy.root, keys=copy.keys)
    assert result.exit_code == 0 and "intact" in result.stderr


def test_random_flipped_bits_are_all_found(copy):
    draw, files = random.Random(1), [path for path in guarded(copy.root) if not in_ledger(path)]
    attack(copy, draw.sample(files, 30), draw)
    attack_the_ledgers(copy, 2, draw)
    assert audit(copy.root, copy.keys).intact


@pytest.mark.slow
def test_a_flipped_bit_of_every_file_is_found_wherever_it_is(copy):
    draw, files = random.Random(2), [path for path in guarded(copy.root) if not in_ledger(path)]
    for _ in range(3):
        attack(copy, files, draw)
    attack_the_ledgers(copy, 50, draw)
    assert audit(copy.root, copy.keys).intact


def test_deleted_added_and_swapped_files_are_found(copy):
    files = [p for p in guarded(copy.root) if p.suffix == ".parquet"]
    first, second = files[0], files[1]
    kept, other = first.read_bytes(), second.read_bytes()
    first.unlink()
    assert not audit(copy.root, copy.keys).intact
    first.write_bytes(other)
    second.write_bytes(kept)
    assert not audit(copy.root, copy.keys).intact
    first.write_bytes(kept)
    second.write_bytes(other)
    assert audit(copy.root, copy.keys).intact
    for stranger in ("places/moj/x", "register/x.html", "notes.txt", "places/moj/ledger/extra.jsonl.bak"):
        (copy.root / stranger).write_text("x")
        assert not audit(copy.root, copy.keys).intact, stranger
        (copy.root / stranger).unlink()


def test_reports_are_no_strangers_but_what_else_lies_among_them_is(copy):
    folder = copy.root / "reports"
    folder.mkdir(exist_ok=True)
    for ending in (".html", ".xlsx", ".ods"):
        (folder / f"reducing-reoffending{ending}").write_text("x")
    assert audit(copy.root, copy.keys).intact
    for stranger in ("notes.txt", "nobodys-use-case.html", "reducing-reoffending.csv"):
        (folder / stranger).write_text("x")
        assert [problem.where for _, problem in audit(copy.root, copy.keys).problems] == [f"reports/{stranger}"]
        (folder / stranger).unlink()
    (folder / "substance-misuse.ods").unlink(missing_ok=True)
    (folder / "substance-misuse.ods").symlink_to(copy.keys)
    assert [problem.code for _, problem in audit(copy.root, copy.keys).problems] == ["HOME-ADDED"]


def test_a_removed_place_and_a_removed_page_are_found(copy):
    page = copy.root / "register" / "index.html"
    kept = page.read_bytes()
    page.unlink()
    assert not audit(copy.root, copy.keys).intact
    page.write_bytes(kept)
    shutil.rmtree(copy.root / "places" / "sail")
    assert "PLACE-MISSING" in {problem.code for _, problem in audit(copy.root, copy.keys).problems}


def test_a_truncated_ledger_is_found_against_an_exported_head_on_any_machine(copy, tmp_path, invoke):
    heads = tmp_path / "heads.json"
    assert invoke("audit", "head", "--home", copy.root, "--out", heads, keys=copy.keys).exit_code == 0
    segment = max((copy.root / "places" / "moj" / "ledger").glob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-1]))
    for head in copy.keys.rglob("head.json"):
        head.unlink()
    result = invoke("audit", "verify", "--home", copy.root, "--head", heads, "--json")
    assert result.exit_code == 5
    assert "LEDGER-TRUNCATED" in {problem["code"] for problem in json.loads(result.stdout)["problems"]}


def test_a_rolled_back_place_is_found_against_the_head_this_machine_remembers(copy, tmp_path, invoke):
    shutil.copytree(copy.root, tmp_path / "older")
    ask = ("output", "show", "nothing", "--as", "x", "--home", copy.root)
    invoke(*ask, keys=copy.keys)
    from boldlink.journey import open_home

    with open_home(copy.root, copy.keys) as home:
        home.places["moj"].ledger.append("note", "ada", {})
    shutil.rmtree(copy.root)
    shutil.copytree(tmp_path / "older", copy.root)
    assert "LEDGER-TRUNCATED" in {problem.code for _, problem in audit(copy.root, copy.keys).problems}


def test_a_place_whose_whole_history_was_written_anew_is_found_by_what_others_know(copy, tmp_path):
    from boldlink.places import Place

    stranger = Place.open(tmp_path / "other" / "places" / "moj", tmp_path / "stranger")
    stranger.checkpoint()
    stranger.close()
    shutil.rmtree(copy.root / "places" / "moj" / "ledger")
    shutil.copytree(stranger.root / "ledger", copy.root / "places" / "moj" / "ledger")
    assert "PLACE-IDENTITY" in {problem.code for _, problem in audit(copy.root, copy.keys).problems}


def test_heads_are_written_and_read_back(copy, tmp_path):
    found = audit(copy.root, copy.keys)
    write_heads(found.exported, tmp_path / "heads.json")
    assert read_heads(tmp_path / "heads.json") == found.heads
