"""A release's package: what is in it, who is not, and that a changed byte is seen."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from frozen_requests import AUTHOR, FIRST, PLACE, RELEASER, SECOND, ask

from boldlink import __version__
from boldlink.errors import BadInput, Tampered
from boldlink.journey.after_release import write_package
from boldlink.journey.release import release_output
from boldlink.journey.review import review_output
from boldlink.outputs import RULES, find, from_json
from boldlink.outputs.package import package_problems, require_sound
from boldlink.outputs.package.bag import TAGS, bag, bag_problems
from boldlink.outputs.package.crate import RECORD, TABLE_CSV, TABLE_JSON
from boldlink.outputs.package.profile import crate_problems
from boldlink.outputs.package.tables import csv_bytes, table_json
from boldlink.places import bound_files
from boldlink.places.public import public_content
from boldlink.values import StatTable

FILES = {
    "bagit.txt", "bag-info.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt", "data/ro-crate-metadata.json",
    "data/outputs/table.csv", "data/outputs/table.json", "data/disclosure-record.json", "data/workflow/measure.json",
    "data/workflow/ro-crate-metadata.json",
}  # fmt: skip
SECRET = "Words that stay in the place."


@pytest.fixture
def packed(home, tmp_path):
    """A release's package, written out of its place."""
    ask(home)
    for person in (FIRST, SECOND):
        review_output(home, home.places[PLACE], "first", person, "approve", SECRET)
    release_output(home, "first", RELEASER)
    return write_package(home, "first", tmp_path / "out")


def read(packed, path):
    return json.loads((packed / "data" / path).read_text("utf-8"))


def entities(packed):
    return {one["@id"]: one for one in read(packed, "ro-crate-metadata.json")["@graph"]}


def of_kind(packed, kind):
    wanted = {"@id": f"https://w3id.org/shp#{kind}"}
    return [one for one in entities(packed).values() if one.get("additionalType") == wanted]


# --- what is in it ---


def test_a_package_is_whole_and_every_file_of_it_is_bound_by_the_ledger(home, packed):
    there = {path.relative_to(packed).as_posix() for path in packed.rglob("*") if path.is_file()}
    assert packed.name == "r-first" and there == FILES
    assert package_problems(packed) == []
    bound = bound_files(home.places[PLACE].ledger)
    for path in FILES:
        assert bound[f"released/r-first/{path}"] == hashlib.sha256((packed / path).read_bytes()).hexdigest()


def test_the_table_stands_there_twice_as_it_was_shown_and_no_cell_runs_in_a_spreadsheet(home, packed):
    released = home.places[PLACE].ledger.last("output.released", release="r-first")
    shown = from_json(dict(released.body["table"]))
    assert from_json({**read(packed, TABLE_JSON), "overlapping": []}).rows == tuple(shown.rows)
    rows = list(csv.reader(io.StringIO((packed / "data" / TABLE_CSV).read_text("utf-8"))))
    assert rows[0] == ["sex", "released", "engaged", "engaged_percent"]
    assert [row[0] for row in rows[1:]] == ["Female", "Male", "'=Unknown", "All"]
    assert rows[3][1:] == ["30", "[c]", "[c]"]


def test_the_record_holds_every_criterion_that_was_applied(home, packed):
    record, output = read(packed, RECORD), find(home.places[PLACE].ledger, "first")
    assert record["rules"] == RULES.as_dict() and record["rules"]["version"]
    assert [(one["name"], one["outcome"]) for one in record["checks"]] == [
        (one["name"], one["outcome"]) for one in output.body["checks"]
    ]
    assert record["checks"] and all(one["explanation"] for one in record["checks"])
    assert [(one["role"], one["organisation"], one["vote"]) for one in record["reviews"]] == [
        ("checker", "Department of Health and Social Care", "approve")
    ] * 2
    assert record["reviews_needed"] == {"reviews": 2, "organisations": ["Department of Health and Social Care"]}
    assert record["frozen"] == [{"path": path, "sha256": sha256} for path, sha256 in output.frozen.items()]
    assert all(one["frozen"] == list(output.frozen.values()) for one in record["reviews"])
    assert record["software"] == {"name": "boldlink", "version": __version__}


@pytest.mark.parametrize("unverified", [True, False])
def test_the_record_says_whether_the_figures_were_worked_out_again_in_the_place(home, tmp_path, unverified):
    ask(home, unverified=unverified)
    for person in (FIRST, SECOND):
        review_output(home, home.places[PLACE], "first", person, "approve", "Compared with last year.")
    release_output(home, "first", RELEASER)
    packed = write_package(home, "first", tmp_path / "out")
    assert read(packed, RECORD)["worked_out_again"] is not unverified


def test_every_decision_that_the_record_names_stands_in_the_ledger_and_said_yes(home, packed):
    record, ledger = read(packed, RECORD), home.places[PLACE].ledger
    named = {
        **record["decisions"],
        "first review": record["reviews"][0]["decision"],
        "second review": record["reviews"][1]["decision"],
    }
    events = {name: ledger.event(hash_) for name, hash_ in named.items()}
    assert all(event.body["allowed"] for event in events.values())
    assert [event.body["action"] for event in events.values()] == ["analyse", "release", "review", "review"]


def test_the_sign_off_rests_on_the_agreement_by_its_hash_and_its_signatories_posts(home, packed):
    (sign_off,) = of_kind(packed, "SignOff")
    assert sign_off["instrument"] == {"@id": "#agreement"} and {"@id": "#project"} in sign_off["object"]
    found, agreed = entities(packed), home.facts(home.places[PLACE]).use_cases["substance-misuse"].agreement
    assert found["#agreement-sha256"]["value"] == agreed.instrument.content_hash
    posts = [found[one["@id"]]["roleName"] for one in found["#agreement"]["contributor"]]
    titles = {post.id: post.title for post in home.facts(home.places[PLACE]).posts.values()}
    assert sorted(posts) == sorted(titles[one.post] for one in agreed.instrument.signatures) and len(posts) >= 6


def test_each_phase_stands_there_as_often_as_it_took_place(packed):
    counts = {kind: len(of_kind(packed, kind)) for kind in ("CheckValue", "ValidationCheck", "SignOff", "DisclosureCheck", "GenerateCheckValue")}  # fmt: skip
    assert counts == {
        "CheckValue": 1,
        "ValidationCheck": 1,
        "SignOff": 1,
        "DisclosureCheck": 3,
        "GenerateCheckValue": 1,
    }
    root = entities(packed)["./"]
    assert root["conformsTo"] == {"@id": "https://w3id.org/5s-crate/0.4"} and len(root["mentions"]) == 8


def test_no_person_and_no_reviewers_word_is_in_a_package(home, packed):
    text = " ".join(path.read_text("utf-8") for path in packed.rglob("*") if path.is_file())
    people = home.facts(home.places[PLACE]).people.values()
    assert len(people) > 20 and [one.id for one in people if one.id in text or one.name in text] == []
    assert SECRET not in text and AUTHOR not in text


def test_the_register_gives_the_hash_of_the_file_that_reviewers_saw_and_no_cells_of_checks(home, packed):
    place = home.places[PLACE]
    (told,) = public_content(place, date(2026, 11, 24))["releases"]
    assert told["sha256"] == next(iter(find(place.ledger, "first").frozen.values()))
    assert {name for check in told["checks"] for name in check} == {"name", "outcome", "explanation"}


# --- what is seen when it was changed ---


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_changed_byte_of_any_file_is_seen(packed, path):
    content = bytearray((packed / path).read_bytes())
    content[len(content) // 2] ^= 1
    (packed / path).write_bytes(content)
    with pytest.raises(Tampered) as seen:
        require_sound(packed)
    assert seen.value.code == "PACKAGE-CHANGED"


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_missing_file_is_seen(packed, path):
    (packed / path).unlink()
    assert package_problems(packed)


@pytest.mark.parametrize("path", ["more.txt", "data/more.csv", "data/outputs/more/deep.csv"])
def test_an_added_file_is_seen(packed, path):
    (packed / path).parent.mkdir(exist_ok=True)
    (packed / path).write_text("more")
    assert package_problems(packed) == [f"{path} stands in no manifest"]


def test_a_link_in_a_files_place_is_seen(packed, tmp_path):
    table = packed / "data" / TABLE_CSV
    table.rename(tmp_path / "elsewhere.csv")
    table.symlink_to(tmp_path / "elsewhere.csv")
    assert package_problems(packed)


def test_a_package_that_was_changed_in_its_place_is_not_written_out(home, packed, tmp_path):
    held = home.places[PLACE].root / "released/r-first/data" / TABLE_CSV
    held.write_bytes(held.read_bytes().replace(b"410", b"415"))
    with pytest.raises(Tampered):
        write_package(home, "r-first", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_package_is_not_written_over_another_and_not_before_a_release(home, packed, tmp_path):
    with pytest.raises(BadInput, match="already"):
        write_package(home, "first", tmp_path / "out")
    ask(home, "second")
    with pytest.raises(BadInput) as refused:
        write_package(home, "second", tmp_path / "out")
    assert refused.value.code == "RELEASE-UNKNOWN"


# --- bags and crates by themselves ---


def test_a_bag_names_its_sender_day_size_and_identifier_and_covers_its_own_tags(tmp_path):
    made = bag({"a.txt": b"one", "b/c.txt": b"three"}, "urn:uuid:1", date(2026, 11, 29), "A place")
    assert made["bag-info.txt"].decode().splitlines() == [
        "Source-Organization: A place", "Bagging-Date: 2026-11-29", "Payload-Oxum: 8.2", "External-Identifier: urn:uuid:1",
    ]  # fmt: skip
    assert made[TAGS].decode().split()[1::2] == ["bag-info.txt", "bagit.txt", "manifest-sha512.txt"]
    for path, content in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert bag_problems(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["no entry", f"{'0' * 128}  ../outside", f"{'0' * 128}  /etc/passwd", f"{'0' * 12}  data/a.txt"]
)
def test_a_manifest_that_leads_elsewhere_is_not_followed(tmp_path, line):
    made = bag({"a.txt": b"one"}, "urn:uuid:1", date(2026, 11, 29), "A place")
    for path, content in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "manifest-sha512.txt").write_text(line + "\n")
    assert any("no entry" in one or "is missing" in one for one in bag_problems(tmp_path))


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda g: g["./"].pop("sourceOrganization"), "no sourceOrganization"),
        (lambda g: g["./"].update(conformsTo={"@id": "https://w3id.org/5s-crate/0.3"}), "the root does not conform"),
        (lambda g: g["#requester"].update({"@type": "Organization"}), "no person as its agent"),
        (lambda g: g["./"]["mentions"].pop(), "mention"),
        (lambda g: g["./"]["hasPart"].pop(2), "a result and no part"),
        (lambda g: g["#agreement"].update(contributor=[{"@id": "#somebody"}]), "not described"),
        (lambda g: g["./"].update(mainEntity={"@id": TABLE_CSV}), "not the main entity"),
    ],
)
def test_a_crate_that_lacks_what_the_profile_demands_is_named(packed, edit, problem):
    crate = read(packed, "ro-crate-metadata.json")
    files = [path.removeprefix("data/") for path in FILES if path.startswith("data/")]
    assert crate_problems(crate, files) == []
    edit({one["@id"]: one for one in crate["@graph"]})
    assert any(problem in one for one in crate_problems(crate, files))


def test_a_package_whose_metadata_is_no_crate_is_named_in_words(packed):
    made = {path: (packed / path).read_bytes() for path in FILES if path.startswith("data/")}
    payload = {path.removeprefix("data/"): content for path, content in made.items()}
    for bad in (b"[]", b"{}", b"not json", b'{"@graph": [1]}'):
        for path, content in bag(
            {**payload, "ro-crate-metadata.json": bad}, "urn:uuid:1", date(2026, 1, 1), "A"
        ).items():
            (packed / path).write_bytes(content)
        assert package_problems(packed) == [
            "data/ro-crate-metadata.json is missing, or no metadata document of a release"
        ]


def test_the_files_of_a_table_do_not_say_which_groups_share_people():
    table = StatTable("T", ("confidence",), ("n",), ({"confidence": "High", "n": 20},), overlapping=("confidence",))
    assert b"overlapping" not in table_json(table) and csv_bytes(table) == b"confidence,n\r\nHigh,20\r\n"
    assert (
        csv_bytes(replace(table, rows=({"confidence": " @SUM(A1)", "n": "[c]"},)))
        == b"confidence,n\r\n' @SUM(A1),[c]\r\n"
    )


def test_times_in_a_crate_carry_their_zone(packed):
    times = [
        one[name]
        for one in entities(packed).values()
        for name in ("startTime", "endTime", "datePublished")
        if name in one
    ]
    assert len(times) >= 9 and all(datetime.fromisoformat(one).utcoffset() == UTC.utcoffset(None) for one in times)
