"""A release as a Five Safes RO-Crate 0.4 (w3id.org/5s-crate/0.4), with the agreement that the profile leaves out.

Plain JSON-LD. Each phase stands there only as far as it took place: analysis, check of the frozen files against the
ledger, validation of this very crate, sign-off under the agreement, disclosure checks by machine and by people,
publishing. Terms of phases: Safe Haven Provenance ontology (w3id.org/shp). People stand there by their roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from boldlink.outputs.package.leaving import Leaving

PROFILE = "https://w3id.org/5s-crate/0.4"
CRATE = "https://w3id.org/ro/crate/1.2"
WORKFLOW_PROFILE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
SHP = "https://w3id.org/shp#"
SHA_512 = "https://www.iana.org/assignments/named-information#sha-512"
SHA_256 = "https://www.iana.org/assignments/named-information#sha-256"
DONE = "http://schema.org/CompletedActionStatus"
TABLE_CSV, TABLE_JSON, RECORD = "outputs/table.csv", "outputs/table.json", "disclosure-record.json"
WORKFLOW, MEASURE = "workflow/", "workflow/measure.json"

Entity = dict[str, Any]


def ref(id: str) -> Entity:
    """A reference to another entity of the crate."""
    return {"@id": id}


def release_crate(leaving: Leaving) -> Entity:
    """The metadata document of a release."""
    actions = [*_assessments(leaving), *_reviews(leaving), _bagged(leaving)]
    run = _analysis(leaving)
    entities = [
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": ref("./"), "conformsTo": ref(CRATE)},
        _root(leaving, [run, *actions]),
        run,
        *actions,
        *_files(leaving),
        *_inputs(leaving),
        *_agreement(leaving),
        *_parties(leaving),
        *_terms(leaving),
    ]
    return {"@context": f"{CRATE}/context", "@graph": entities}


def measure_crate(leaving: Leaving) -> Entity:
    """The nested Workflow RO-Crate: the measure as the software's library declares it."""
    version = leaving.software
    return {
        "@context": f"{CRATE}/context",
        "@graph": [
            {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": ref("./"), "conformsTo": ref(CRATE)},
            {
                "@id": "./", "@type": "Dataset", "name": leaving.measure["title"],
                "description": leaving.measure["definition"], "conformsTo": ref(WORKFLOW_PROFILE),
                "datePublished": leaving.at.isoformat(), "license": ref("#licence"),
                "mainEntity": ref("measure.json"), "hasPart": [ref("measure.json")],
            },
            {
                "@id": "measure.json", "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
                "name": leaving.measure["title"], "encodingFormat": "application/json", "version": version,
                "programmingLanguage": ref("#boldlink"),
            },
            {"@id": "#boldlink", "@type": "ComputerLanguage", "name": "Measures of boldlink", "version": version},
            _licence(leaving),
        ],
    }  # fmt: skip


def _root(leaving: Leaving, actions: list[Entity]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": leaving.output.title,
        "description": leaving.output.body["context"],
        "identifier": leaving.release,
        "conformsTo": ref(PROFILE),
        "datePublished": leaving.at.isoformat(),
        "publisher": ref("#place"),
        "license": ref("#licence"),
        "sourceOrganization": ref("#project"),
        "mainEntity": ref(WORKFLOW),
        "hasPart": [ref(path) for path in (WORKFLOW, MEASURE, TABLE_CSV, TABLE_JSON, RECORD)],
        "mentions": [ref(one["@id"]) for one in actions],
    }


def _analysis(leaving: Leaving) -> Entity:
    """Execution: the measure was computed in the place, on rows that stay there."""
    return {
        "@id": _action("analysis", leaving),
        "@type": "CreateAction",
        "name": f"Computed in {leaving.place['name']}: {leaving.output.title}",
        "agent": ref("#requester"),
        "instrument": ref(WORKFLOW),
        "object": [ref("#research-dataset"), *(ref(f"#asked-{name}") for name in _asked(leaving))],
        "result": [ref(TABLE_CSV), ref(TABLE_JSON)],
        "startTime": leaving.analysed_at.isoformat(),
        "endTime": leaving.output.event.recorded_at.isoformat(),
        "actionStatus": DONE,
    }


def _assessments(leaving: Leaving) -> Iterator[Entity]:
    """What the software assessed: the files, this crate, the agreement, the risk of disclosure."""
    asked_at, now = leaving.output.event.recorded_at.isoformat(), leaving.at.isoformat()
    check = "Frozen files against the ledger's SHA-256: the same"
    yield _assess("check", "CheckValue", check, SHA_256, "#software", now, leaving)
    valid = "Validation against the Five Safes RO-Crate profile: approved"
    yield _assess("validation", "ValidationCheck", valid, PROFILE, "#software", now, leaving)
    signed = "Sign-off of the analysis under the data sharing agreement: approved"
    sign_off = _assess(
        "sign-off", "SignOff", signed, "#agreement", "#software", leaving.analysed_at.isoformat(), leaving
    )
    sign_off["object"] = [ref("./"), ref(WORKFLOW), ref("#project")]
    yield {**sign_off, "identifier": ref("#decision-analyse")}
    weighed = sum(one["outcome"] == "review" for one in leaving.output.body["checks"])
    checked = f"Disclosure checks by machine: none failed, {weighed} left for reviewers to weigh"
    disclosure = _assess("disclosure", "DisclosureCheck", checked, "#rules", "#software", asked_at, leaving)
    yield {**disclosure, "object": [ref("./"), ref(TABLE_CSV), ref(TABLE_JSON)], "result": ref(RECORD)}


def _reviews(leaving: Leaving) -> Iterator[Entity]:
    """What people assessed, one action for each reviewer."""
    for number, vote in enumerate(leaving.output.votes.values(), start=1):
        name, at = f"Disclosure review by a person: {vote.vote}", vote.event.recorded_at.isoformat()
        yield _assess(f"review-{number}", "DisclosureCheck", name, "#rules", f"#reviewer-{number}", at, leaving)


def _bagged(leaving: Leaving) -> Entity:
    """Publishing: written before the manifests are, as the profile asks."""
    made = _assess("bag", "GenerateCheckValue", "BagIt manifests made", SHA_512, "#software", "", leaving)
    return {**made, "@type": "UpdateAction", "startTime": leaving.at.isoformat()}


def _assess(name: str, kind: str, told: str, instrument: str, agent: str, at: str, leaving: Leaving) -> Entity:
    entity = {
        "@id": _action(name, leaving),
        "@type": "AssessAction",
        "additionalType": ref(f"{SHP}{kind}"),
        "name": told,
        "object": [ref("./")],
        "instrument": ref(instrument),
        "agent": ref(agent),
        "actionStatus": DONE,
    }
    return {**entity, "endTime": at} if at else entity


def _action(name: str, leaving: Leaving) -> str:
    return f"#{name}-{leaving.urn(name)}"


def _asked(leaving: Leaving) -> dict[str, str]:
    """The parameters that were asked for, as text."""
    wanted = leaving.output.body["asked"]
    told = {name: wanted.get(name) for name in ("measure", "from", "to", "by")}
    return {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in told.items() if v}


def _files(leaving: Leaving) -> Iterator[Entity]:
    title = leaving.output.title
    yield {"@id": TABLE_CSV, "@type": "File", "name": title, "encodingFormat": "text/csv"}
    yield {"@id": TABLE_JSON, "@type": "File", "name": title, "encodingFormat": "application/json"}
    record = "Every criterion of disclosure control that was applied, and what came of it"
    yield {"@id": RECORD, "@type": "File", "name": record, "encodingFormat": "application/json"}
    yield {
        "@id": WORKFLOW, "@type": "Dataset", "name": leaving.measure["title"], "conformsTo": ref(WORKFLOW_PROFILE),
        "hasPart": [ref(MEASURE)],
    }  # fmt: skip
    yield {"@id": MEASURE, "@type": "File", "name": leaving.measure["title"], "encodingFormat": "application/json"}


def _inputs(leaving: Leaving) -> Iterator[Entity]:
    """The parameters, and the research dataset: named by the hash of what it is made from, and never handed over."""
    for name, value in _asked(leaving).items():
        yield {
            "@id": f"#asked-{name}", "@type": "PropertyValue", "name": name, "value": value,
            "exampleOfWork": ref(f"#parameter-{name}"),
        }  # fmt: skip
        yield {"@id": f"#parameter-{name}", "@type": "FormalParameter", "name": name}
    yield {
        "@id": "#research-dataset", "@type": "DigitalDocument",
        "name": "The pseudonymised research dataset, personal data that stays in the place",
        "identifier": leaving.output.body["made_from"], "hasDigitalDocumentPermission": ref("#permission"),
    }  # fmt: skip
    yield {
        "@id": "#permission", "@type": "DigitalDocumentPermission",
        "permissionType": "http://schema.org/ReadPermission", "grantee": ref("#project"),
    }  # fmt: skip


def _agreement(leaving: Leaving) -> Iterator[Entity]:
    """The agreement as the profile's sign-off needs it: which one, by its hash, and which posts signed it when."""
    agreed = leaving.agreement
    yield {
        "@id": "#agreement", "@type": "CreativeWork",
        "name": f"Data sharing agreement {agreed.id}, version {agreed.version}", "version": agreed.version,
        "identifier": [ref("#agreement-id"), ref("#agreement-sha256")],
        "temporalCoverage": f"{agreed.starts.isoformat()}/{agreed.ends.isoformat()}", "about": ref("#project"),
        "contributor": [ref(f"#signatory-{number}") for number in range(1, len(agreed.signed) + 1)],
    }  # fmt: skip
    yield {"@id": "#agreement-id", "@type": "PropertyValue", "name": "id", "value": agreed.id}
    yield {"@id": "#agreement-sha256", "@type": "PropertyValue", "name": "sha256", "value": agreed.sha256}
    for number, one in enumerate(agreed.signed, start=1):
        yield {
            "@id": f"#signatory-{number}", "@type": "Role", "name": one.post, "roleName": one.post,
            "startDate": one.on.isoformat(),
        }  # fmt: skip


def _parties(leaving: Leaving) -> Iterator[Entity]:
    """The project, the place, the software, and people by their roles."""
    case = leaving.use_case
    yield {
        "@id": "#project", "@type": "Project", "name": case["title"], "identifier": ref("#project-id"),
        "member": [ref(f"#organisation-{one}") for one in leaving.members],
    }  # fmt: skip
    yield {"@id": "#project-id", "@type": "PropertyValue", "name": leaving.programme["id"], "value": case["id"]}
    for one, name in leaving.organisations.items():
        yield {"@id": f"#organisation-{one}", "@type": "Organization", "name": name}
    yield {"@id": "#operator", "@type": "Organization", "name": leaving.operator}
    yield {
        "@id": "#place", "@type": "Organization", "name": leaving.place["name"], "parentOrganization": ref("#operator"),
    }  # fmt: skip
    yield {
        "@id": "#software", "@type": "SoftwareApplication", "name": "boldlink", "version": leaving.software,
        "provider": ref("#place"),
    }  # fmt: skip
    yield _person("#requester", f"A researcher of {case['title']}", leaving.asked_from)
    for number, vote in enumerate(leaving.output.votes.values(), start=1):
        yield _person(f"#reviewer-{number}", f"Reviewer {number}, a checker of outputs", vote.organisation)


def _person(id: str, role: str, organisation: str) -> Entity:
    """Somebody by role: the profile asks for a person, and who it is stays in the place."""
    return {
        "@id": id, "@type": "Person", "name": role, "affiliation": ref(f"#organisation-{organisation}"),
        "memberOf": [ref("#project")],
    }  # fmt: skip


def _terms(leaving: Leaving) -> Iterator[Entity]:
    rules = leaving.output.body["rules"]["version"]
    yield {"@id": PROFILE, "@type": "Profile", "name": "Five Safes RO-Crate profile"}
    yield {"@id": SHA_256, "@type": "DefinedTerm", "name": "sha-256 algorithm"}
    yield {"@id": SHA_512, "@type": "DefinedTerm", "name": "sha-512 algorithm"}
    yield {"@id": "#rules", "@type": "CreativeWork", "name": f"Rules of disclosure control {rules}", "version": rules}
    yield {
        "@id": "#decision-analyse", "@type": "PropertyValue", "name": "SHA-256 of the ledger's event that allowed it",
        "value": leaving.decisions["analyse"],
    }  # fmt: skip
    yield _licence(leaving)


def _licence(leaving: Leaving) -> Entity:
    said = leaving.licence or "The programme states no licence: ask its contact before using this again"
    return {"@id": "#licence", "@type": "CreativeWork", "name": said}
