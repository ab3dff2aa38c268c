"""The algorithmic transparency record: every field of the standard stands in it, and its figures are the exports'."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from boldlink.publish.algorithmic_transparency import record
from boldlink.publish.export import read_export
from boldlink.publish.register import merge

# ATRS: tier 1, and the parts of tier 2 that version 4 has.
TIER_1 = ("name", "description", "website_url", "contact_email")
TIER_2 = (
    "organisation_or_department", "team", "senior_responsible_owner", "external_supplier", "companies_house_number",
    "external_supplier_role", "procurement_procedure_type", "data_access_terms", "detailed_description", "benefits",
    "previous_process", "alternatives_considered", "integration_into_process", "frequency_and_scale", "human_review",
    "required_training", "appeals_and_review", "system_architecture", "system_input", "system_output", "maintenance",
    "model_name", "model_version", "model_task", "model_input", "model_output", "model_architecture",
    "model_performance", "datasets_and_purposes", "development_data_description", "data_sources",
    "sensitive_attributes", "data_access_and_storage", "data_sharing_agreements", "impact_assessments",
    "risks_and_mitigations",
)  # fmt: skip
TITLE = ("organisation", "phase", "region", "one_sentence_description")


def told(*exports: dict[str, Any]) -> dict[str, str]:
    sections = record(merge([read_export(export) for export in exports]))["sections"]
    return {one["key"]: one["text"] for part in sections for one in part["fields"]}


def test_every_field_of_the_standard_is_there_once_and_filled(dhsc: dict[str, Any]) -> None:
    sections = record(merge([read_export(dhsc)]))["sections"]
    fields = [one for part in sections for one in part["fields"]]
    for name in ("key", "number"):
        assert len({one[name] for one in fields}) == len(fields)
    assert {one["key"] for one in fields} >= {*TITLE, *TIER_1, *TIER_2}
    assert all(one["text"].strip() and not re.search(r"[{}]", one["text"]) for one in fields)


def test_its_figures_and_owners_are_those_of_the_exports(dhsc: dict[str, Any], moj: dict[str, Any]) -> None:
    fields = told(dhsc, moj)
    assert "2 uses of data are registered, 2 datasets, 1 pairs" in fields["description"]
    assert "2 have left, 2 requests" in fields["integration_into_process"]
    assert fields["team"].endswith("DHSC environment; MoJ Analytical Platform")
    assert fields["contact_email"] == "BOLD@justice.gov.uk"
    assert fields["impact_assessments"] == "dpia-substance-misuse; ethics-substance-misuse"
    compared = (
        "National Drug Treatment Monitoring System is compared with Prison releases: Continuity of care after prison"
    )
    assert fields["datasets_and_purposes"] == compared
    assert "Kept until 31 December 2026." in fields["data_access_and_storage"]


def test_the_precision_told_is_the_one_that_releases_tell(dhsc: dict[str, Any]) -> None:
    assert "are right: Not recorded" in told(dhsc)["model_performance"]
    aims = {name: {"expected_precision": value} for name, value in (("high", 0.99), ("low", 0.85))}
    dhsc["releases"][0]["linkage"]["confidences"] = aims
    assert "are right: High 99%; Low 85%." in told(dhsc)["model_performance"]


def test_what_the_exports_do_not_tell_is_not_recorded(alone: dict[str, Any]) -> None:
    fields = told(alone)
    for key in ("benefits", "organisation", "datasets_and_purposes", "data_sharing_agreements", "external_supplier"):
        assert fields[key] == "Not recorded"


def test_the_record_is_a_page_and_json_under_one_address(site: Path) -> None:
    content = json.loads((site / "algorithmic-transparency.json").read_text("utf-8"))["content"]
    assert content["standard"] == "Algorithmic Transparency Recording Standard, version 4"
    page = (site / "algorithmic-transparency.html").read_text("utf-8")
    assert [part["heading"] for part in content["sections"] if part["heading"] not in page] == []
