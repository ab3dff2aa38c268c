"""The register's catalogue for machines: what is held, and what was released, as DCAT 3 in JSON-LD.

Every entry has the fields that the UK Cross-Government Metadata Exchange Model requires, under the model's own names,
which the context maps to DCAT 3, Dublin Core terms and vCard. Addresses are relative to the catalogue's own.
Sources: W3C, Data Catalog Vocabulary (DCAT) version 3; Central Digital and Data Office, ukgov-metadata-exchange-model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from boldlink.publish.export import Dataset
from boldlink.publish.messages import LANGUAGE, say
from boldlink.publish.register import Register, Released

FILE = "catalog.jsonld"
CONTEXT: dict[str, Any] = {
    "@language": LANGUAGE,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "freq": "http://purl.org/cld/freq/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "identifier": "dct:identifier",
    "title": "dct:title",
    "type": "dct:type",
    "description": "dct:description",
    "accessRights": "dct:accessRights",
    "contactPoint": "dcat:contactPoint",
    "contactName": "vcard:fn",
    "email": "vcard:hasEmail",
    "creator": "dct:creator",
    "publisher": "dct:publisher",
    "name": "foaf:name",
    "licence": "dct:license",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "version": "dcat:version",
    "securityClassification": "https://co-cddo.github.io/ukgov-metadata-exchange-model/securityClassification",
    "updateFrequency": {"@id": "dct:accrualPeriodicity", "@type": "@id"},
    "landingPage": {"@id": "dcat:landingPage", "@type": "@id"},
    "downloadURL": {"@id": "dcat:downloadURL", "@type": "@id"},
    "mediaType": "dcat:mediaType",
    "dataset": "dcat:dataset",
    "distribution": "dcat:distribution",
}
MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
FREQUENCIES = ("daily", "weekly", "monthly", "quarterly", "annual", "continuous")
UNKNOWN_FREQUENCY = "freq:irregular"  # what the model asks for where it is not known
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}")


def catalogue_text(register: Register) -> str:
    """The catalogue as a JSON-LD document."""
    return json.dumps(catalogue(register), indent=1, ensure_ascii=False) + "\n"


def catalogue(register: Register) -> dict[str, Any]:
    """The catalogue: datasets that secure places hold, which nobody can download, and released tables, which all can."""
    programme = register.programme
    return {
        "@context": CONTEXT,
        "@id": FILE,
        "@type": "dcat:Catalog",
        **_common(register, programme.id, programme.title, programme.summary, programme.title),
        "type": "dcat:Catalog",
        "accessRights": "OPEN",
        "modified": register.made_on.isoformat(),
        "version": register.made_on.isoformat(),
        "securityClassification": "OFFICIAL",
        "landingPage": "index.html",
        "dataset": [*(_held(register, one) for one in register.datasets), *_released(register)],
    }


def _common(register: Register, identifier: str, title: str, description: str, creator: str) -> dict[str, Any]:
    programme = register.programme
    email = _EMAIL.search(programme.contact)
    return {
        "identifier": identifier,
        "title": title,
        "description": description or say("site.not_recorded"),
        "contactPoint": {
            "@type": "vcard:Organization",
            "contactName": programme.title,
            "email": email[0] if email else say("site.not_recorded"),
        },
        "creator": _organisation(creator),
        "publisher": _organisation(programme.title),
        "licence": programme.licence or say("site.not_recorded"),
    }


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "foaf:Organization", "name": name}


def _held(register: Register, dataset: Dataset) -> dict[str, Any]:
    path = f"datasets/{dataset.id}"
    return {
        "@id": f"{path}.html",
        "@type": "dcat:Dataset",
        **_common(register, path, dataset.name, dataset.description, dataset.owner_name),
        "type": "dcat:Dataset",
        "accessRights": "INTERNAL",
        "modified": dataset.received_on.isoformat() if dataset.received_on else say("site.not_recorded"),
        "version": dataset.version or say("site.not_recorded"),
        "securityClassification": _classification(register, dataset),
        "updateFrequency": _frequency(register, dataset),
        "landingPage": f"{path}.html",
        "distribution": [],
    }


def _uses(register: Register, dataset: Dataset) -> list[Any]:
    found = (register.use_case(id) for id in dataset.use_cases)
    return [one.data_use for one in found if one and one.data_use]


def _classification(register: Register, dataset: Dataset) -> str:
    """Whatever government works with is OFFICIAL at least (Government Security Classifications Policy)."""
    classes = {use.security_class for use in _uses(register, dataset)}
    return "SECRET" if "SECRET" in classes else "OFFICIAL"


def _frequency(register: Register, dataset: Dataset) -> str:
    told = " ".join(use.frequency.lower() for use in _uses(register, dataset))
    found = [word for word in FREQUENCIES if re.search(rf"\b{word}\b", told)]
    return f"freq:{found[0]}" if len(found) == 1 else UNKNOWN_FREQUENCY


def _released(register: Register) -> Iterator[dict[str, Any]]:
    for entry in register.releases:
        release, path = entry.release, f"releases/{entry.release.id}"
        changed = [one.on for one in release.corrections]
        yield {
            "@id": f"{path}.html",
            "@type": "dcat:Dataset",
            **_common(register, path, release.title, release.context, entry.place.operator),
            "type": "dcat:Dataset",
            "accessRights": "OPEN",
            "issued": release.released_on.isoformat(),
            "modified": max([release.released_on, *changed]).isoformat(),
            "version": str(1 + len(changed)),
            "securityClassification": "OFFICIAL",
            "updateFrequency": UNKNOWN_FREQUENCY,
            "landingPage": f"{path}.html",
            "distribution": [_distribution(register, entry, ending) for ending in MEDIA],
        }


def _distribution(register: Register, entry: Released, ending: str) -> dict[str, Any]:
    address = f"releases/{entry.release.id}.{ending}"
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "identifier": address,
        "title": f"{entry.release.title} ({ending.upper()})",
        "type": "dcat:Distribution",
        "licence": register.programme.licence or say("site.not_recorded"),
        "mediaType": MEDIA[ending],
        "downloadURL": address,
    }
