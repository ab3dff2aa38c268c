"""What the Five Safes RO-Crate profile 0.4 demands of a finished crate, asked of a metadata document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from boldlink.outputs.package.crate import CRATE, DONE, PROFILE, SHP

PHASES = ("CheckValue", "ValidationCheck", "SignOff", "DisclosureCheck", "GenerateCheckValue")
Graph = Mapping[str, Mapping[str, Any]]


def crate_problems(document: Mapping[str, Any], files: Collection[str]) -> list[str]:
    """What a metadata document lacks, in words; nothing if it conforms. `files`: paths beside it in the crate."""
    entities = document["@graph"]
    graph = {one["@id"]: one for one in entities}
    if len(graph) != len(entities) or not {"ro-crate-metadata.json", "./"} <= graph.keys():
        return ["two entities share an id, or there is no descriptor or root"]
    return [*_root(graph), *_run(graph), *_phases(graph), *_references(graph), *_parts(graph, files)]


def _root(graph: Graph) -> Iterator[str]:
    if graph["ro-crate-metadata.json"].get("conformsTo") != {"@id": CRATE}:
        yield f"the descriptor does not conform to {CRATE}"
    root = graph["./"]
    if root.get("conformsTo") != {"@id": PROFILE}:
        yield f"the root does not conform to {PROFILE}"
    wanted = ("mainEntity", "mentions", "sourceOrganization", "publisher", "datePublished", "license", "hasPart")
    yield from (f"the root has no {name}" for name in wanted if not root.get(name))
    if _of(graph, root.get("sourceOrganization")).get("@type") != "Project":
        yield "the root's source organisation is no project"


def _run(graph: Graph) -> Iterator[str]:
    """One CreateAction that the root mentions: with the workflow as its instrument and a person as its agent."""
    root = graph["./"]
    runs = [one for one in graph.values() if one["@type"] == "CreateAction" and _is_mentioned(one, root)]
    if len(runs) != 1:
        yield f"the root mentions {len(runs)} runs"
        return
    if runs[0].get("instrument") != root.get("mainEntity"):
        yield "the run's instrument is not the main entity"
    if _of(graph, runs[0].get("agent")).get("@type") != "Person":
        yield "the run has no person as its agent"
    parts = {part["@id"] for part in root.get("hasPart", ())}
    yield from (f"{one['@id']} is a result and no part" for one in runs[0]["result"] if one["@id"] not in parts)


def _phases(graph: Graph) -> Iterator[str]:
    """Every assessment is mentioned, named, of a known kind, done at some time, by somebody, and about the root."""
    found = [one for one in graph.values() if one["@type"] in ("AssessAction", "UpdateAction")]
    kinds = {one.get("additionalType", {}).get("@id", "").removeprefix(SHP) for one in found}
    yield from (f"there is no {kind}" for kind in PHASES if kind not in kinds)
    yield from (f"there is a phase of a kind nobody knows: {kind}" for kind in sorted(kinds - set(PHASES)))
    for one in found:
        complete = one.get("name") and one.get("agent") and one.get("actionStatus") == DONE
        timed = one.get("endTime") or one["@type"] == "UpdateAction"
        if not (complete and timed and {"@id": "./"} in one["object"] and _is_mentioned(one, graph["./"])):
            yield f"{one['@id']} lacks its name, agent, status, time, object or mention"


def _references(graph: Graph) -> Iterator[str]:
    """Whatever is referred to within the crate is described in it; terms and versions elsewhere are addresses."""
    for entity in graph.values():
        for name, value in entity.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and one["@id"] not in graph and not one["@id"].startswith("https://w3id.org/"):
                    yield f"{entity['@id']}: {name} refers to {one['@id']}, which is not described"


def _parts(graph: Graph, files: Collection[str]) -> Iterator[str]:
    parts = {part["@id"] for part in graph["./"].get("hasPart", ())}
    yield from (f"{path} is not there" for path in sorted(parts) if path not in files and not path.endswith("/"))
    described = {path for path in files if not path.endswith("ro-crate-metadata.json")}
    yield from (f"{path} is in no description" for path in sorted(described - parts))


def _of(graph: Graph, reference: Any) -> Mapping[str, Any]:
    return graph.get(reference["@id"], {}) if reference else {}


def _is_mentioned(entity: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    return {"@id": entity["@id"]} in root.get("mentions", ())
