"""The catalogue and the feed say for machines what the pages say for people, under ids and addresses that last."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from boldlink.publish.catalogue import MEDIA, catalogue
from boldlink.publish.export import read_export
from boldlink.publish.feed import feed_text, lasting_id
from boldlink.publish.register import Register, merge

Export = dict[str, Any]
ATOM = "{http://www.w3.org/2005/Atom}"
# Required by the UK Cross-Government Metadata Exchange Model: of every resource, of a dataset, of a distribution.
OF_A_RESOURCE = {
    "identifier", "title", "type", "description", "accessRights", "contactPoint", "creator", "publisher", "licence",
    "modified", "securityClassification", "version",
}  # fmt: skip
OF_A_DATASET = OF_A_RESOURCE | {"distribution", "updateFrequency"}
OF_A_DISTRIBUTION = {"identifier", "title", "type", "licence", "mediaType"}


def merged(*exports: Export) -> Register:
    return merge([read_export(export) for export in exports])


def entries(register: Register) -> list[dict[str, str]]:
    feed = ElementTree.fromstring(feed_text(register))
    return [
        {
            **{name: entry.findtext(f"{ATOM}{name}") or "" for name in ("id", "title", "updated", "summary")},
            "page": next(entry.iter(f"{ATOM}link")).get("href", ""),
        }
        for entry in feed.iter(f"{ATOM}entry")
    ]


def test_every_entry_of_the_catalogue_has_what_the_metadata_model_requires(dhsc: Export, moj: Export) -> None:
    told = catalogue(merged(dhsc, moj))
    assert set(told) >= OF_A_RESOURCE
    assert [one["@id"] for one in told["dataset"]] == [
        "datasets/ndtms.html", "datasets/prison-releases.html", "releases/r-2024-002.html", "releases/r-2024-001.html",
    ]  # fmt: skip
    for one in told["dataset"]:
        assert set(one) >= OF_A_DATASET
        assert not [name for name in OF_A_DATASET - {"distribution"} if one[name] in ("", None)]
        assert set(one["contactPoint"]) == {"@type", "contactName", "email"}
        for distribution in one["distribution"]:
            assert set(distribution) >= OF_A_DISTRIBUTION


def test_values_are_those_of_the_models_lists(dhsc: Export, moj: Export) -> None:
    for one in catalogue(merged(dhsc, moj))["dataset"]:
        assert one["accessRights"] == ("OPEN" if one["@id"].startswith("releases/") else "INTERNAL")
        assert one["securityClassification"] in ("OFFICIAL", "SECRET", "TOP_SECRET", "NOT_APPLICABLE")
        assert one["updateFrequency"].startswith("freq:")


def test_every_name_in_the_catalogue_is_mapped_by_its_context(site: Path) -> None:
    told = json.loads((site / "catalog.jsonld").read_text("utf-8"))
    context = told["@context"]

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for member in value.values() for name in names(member)}
        return {name for member in value for name in names(member)} if isinstance(value, list) else set()

    used = names({key: value for key, value in told.items() if key != "@context"})
    assert {name for name in used if not name.startswith("@")} <= set(context)
    terms = [term if isinstance(term, str) else term["@id"] for name, term in context.items() if name != "@language"]
    assert all(term.startswith("http") or term.split(":")[0] in context for term in terms)


def test_every_address_in_the_catalogue_and_the_feed_is_a_file_of_the_register(site: Path) -> None:
    told = json.loads((site / "catalog.jsonld").read_text("utf-8"))
    addresses = [told["@id"], told["landingPage"]]
    for one in told["dataset"]:
        addresses += [one["@id"], one["landingPage"], *(each["downloadURL"] for each in one["distribution"])]
    links = ElementTree.parse(site / "feed.xml").iter(f"{ATOM}link")
    addresses += [link.get("href", "") for link in links]
    assert len(addresses) > 30
    assert [address for address in addresses if not (site / address).is_file()] == []


def test_a_released_table_can_be_had_in_four_forms_and_a_held_dataset_in_none(dhsc: Export) -> None:
    for one in catalogue(merged(dhsc))["dataset"]:
        forms = [distribution["mediaType"] for distribution in one["distribution"]]
        assert forms == (list(MEDIA.values()) if one["accessRights"] == "OPEN" else [])


def test_what_is_not_known_is_not_recorded_and_a_frequency_then_irregular(dhsc: Export, moj: Export) -> None:
    moj["programme"]["contact"] = dhsc["programme"]["contact"] = "Write to the ministry"
    ndtms, prison, *_ = catalogue(merged(dhsc, moj))["dataset"]
    assert prison["modified"] == prison["version"] == prison["licence"] == "Not recorded"
    assert prison["contactPoint"]["email"] == "Not recorded"
    assert ndtms["updateFrequency"] == "freq:quarterly"
    assert prison["updateFrequency"] == "freq:quarterly"  # of the use case that it is sent for
    dhsc["use_cases"][0]["data_use"]["frequency"] = "When somebody asks; monthly or quarterly"
    assert catalogue(merged(dhsc))["dataset"][0]["updateFrequency"] == "freq:irregular"


def test_a_dataset_tells_its_last_delivery_and_the_programme_its_licence(dhsc: Export) -> None:
    dhsc["datasets"][0].update(version="3", received_on="2024-10-01")
    dhsc["programme"]["licence"] = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    dhsc["use_cases"][0]["data_use"]["security_class"] = "SECRET"
    ndtms, corrected, _ = catalogue(merged(dhsc))["dataset"]
    assert (ndtms["modified"], ndtms["version"], ndtms["securityClassification"]) == ("2024-10-01", "3", "SECRET")
    assert corrected["licence"] == corrected["distribution"][0]["licence"] == dhsc["programme"]["licence"]
    assert (corrected["issued"], corrected["modified"], corrected["version"]) == ("2024-11-18", "2024-11-20", "2")


def test_the_feed_tells_every_dated_event_newest_first(dhsc: Export, moj: Export) -> None:
    told = entries(merged(dhsc, moj))
    # 2 releases, 1 correction, 2 refusals, 5 decisions, 2 given up, 1 certificate, 1 engagement, 1 finding
    assert len(told) == 15
    assert [one["updated"] for one in told] == sorted((one["updated"] for one in told), reverse=True)
    assert all(one["title"] and one["summary"] and one["page"] for one in told)
    assert told[0]["title"].startswith("Corrected: ")


def test_ids_in_the_feed_are_uuids_that_differ_and_outlive_later_exports(dhsc: Export, moj: Export) -> None:
    before = entries(merged(dhsc))
    later = copy.deepcopy(dhsc)
    later["made_on"] = "2025-01-31"
    later["ledger"]["events"] = 999
    later["releases"].append({**copy.deepcopy(later["releases"][0]), "id": "r-2025-001", "released_on": "2025-01-30"})
    gone = {"kind": "withdrawn", "on": "2025-01-31", "reasons": "A month was counted twice.", "replaced_by": None}
    later["releases"][1]["corrections"].append(gone)
    after = {one["id"]: one for one in entries(merged(later, moj))}
    assert len({one["id"] for one in before}) == len(before)
    assert all(UUID(one["id"].removeprefix("urn:uuid:")).version == 5 for one in before)
    assert all(after[one["id"]] == one for one in before)
    assert len(after) == len(before) + 2


@pytest.mark.parametrize("key", ["feed", "release:r-2024-001"])
def test_an_id_never_changes(dhsc: Export, key: str) -> None:
    assert (
        lasting_id(merged(dhsc), key)
        == {
            "feed": "urn:uuid:ad7f69b6-2dc0-5834-8fda-30306f8bbd29",
            "release:r-2024-001": "urn:uuid:0f5a9677-da46-569b-8124-95f6739e0d4c",
        }[key]
    )


def test_the_feed_has_what_atom_requires_and_survives_hostile_text(dhsc: Export) -> None:
    dhsc["releases"][0]["title"] = "<script>alert(1)</script> ]]> & \ufffe"
    feed = ElementTree.fromstring(feed_text(merged(dhsc)))
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == dhsc["programme"]["title"]
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert "Released: <script>alert(1)</script> ]]> & \ufffd" in titles


def test_a_feed_of_nothing_is_a_feed(alone: Export) -> None:
    assert entries(merged(alone)) == []
    assert ElementTree.fromstring(feed_text(merged(alone))).findtext(f"{ATOM}updated") == "2024-11-20T00:00:00Z"
