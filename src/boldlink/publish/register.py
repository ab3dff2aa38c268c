"""Exports merged into one register: one per place in, the whole programme out, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from boldlink.errors import BadInput
from boldlink.publish.export import (
    Dataset,
    LedgerHead,
    Place,
    Programme,
    PublicExport,
    Refusal,
    Release,
    UseCase,
    read_export,
)
from boldlink.publish.form_assessments import Assessment, EthicsReview
from boldlink.publish.form_decisions import Certificate, Decision, Retired

Item = TypeVar("Item", Dataset, UseCase, Assessment, EthicsReview)
Member = TypeVar("Member")

SHARED_IN_DATASET = ("use_cases", "agreements")
SHARED_IN_USE_CASE = ("places", "legal_basis", "datasets", "organisations", "engagement", "instruments")
SHARED_IN_ASSESSMENT = ("signed_by",)


@dataclass(frozen=True)
class Witness:
    """A place and where its ledger stood on the day it exported."""

    place: Place
    ledger: LedgerHead
    made_on: date


@dataclass(frozen=True)
class Released:
    """A release and the place that let it out."""

    place: Place
    release: Release


@dataclass(frozen=True)
class Declined:
    """A refusal and the place that refused."""

    place: Place
    refusal: Refusal


@dataclass(frozen=True)
class Destroyed:
    """A certificate of destruction and the place where it happened."""

    place: Place
    certificate: Certificate


@dataclass(frozen=True)
class Register:
    """All that the public may know, in reading order: names by alphabet, releases newest first."""

    programme: Programme
    made_on: date
    witnesses: tuple[Witness, ...]
    datasets: tuple[Dataset, ...]
    use_cases: tuple[UseCase, ...]
    releases: tuple[Released, ...]
    refusals: tuple[Declined, ...]
    decisions: tuple[Decision, ...]
    assessments: tuple[Assessment, ...]
    ethics: tuple[EthicsReview, ...]
    certificates: tuple[Destroyed, ...]
    retired: tuple[Retired, ...]

    def dataset(self, id: str) -> Dataset | None:
        """The dataset of that id, if the register has it."""
        return next((dataset for dataset in self.datasets if dataset.id == id), None)

    def use_case(self, id: str) -> UseCase | None:
        """The use case of that id, if the register has it."""
        return next((use_case for use_case in self.use_cases if use_case.id == id), None)

    def place_name(self, id: str) -> str:
        """A place's name, or its id when that place has sent no export."""
        return next((witness.place.name for witness in self.witnesses if witness.place.id == id), id)

    def releases_of(self, use_case: str) -> tuple[Released, ...]:
        """Releases of one use case, newest first."""
        return tuple(entry for entry in self.releases if entry.release.use_case == use_case)


def read_register(exports: Sequence[Mapping[str, Any]]) -> Register:
    """Read and merge exports as they were handed over. Raises BadInput, as read_export and merge do."""
    return merge([read_export(export) for export in exports])


def merge(exports: Sequence[PublicExport]) -> Register:
    """One register from one export per place.

    Raises BadInput when there is none, when a place sent two, or when places contradict each other.
    """
    ordered = sorted(exports, key=lambda export: export.place.id)
    _check_whole(ordered)
    return Register(
        programme=ordered[0].programme,
        made_on=max(export.made_on for export in ordered),
        witnesses=tuple(Witness(export.place, export.ledger, export.made_on) for export in ordered),
        datasets=_merge_datasets(ordered),
        use_cases=_merge_use_cases(ordered),
        releases=_merge_releases(ordered),
        refusals=_merge_refusals(ordered),
        decisions=_merge_decisions(ordered),
        assessments=_merge_assessments("assessment", [one for export in ordered for one in export.assessments]),
        ethics=_merge_assessments("ethics review", [one for export in ordered for one in export.ethics]),
        certificates=_merge_certificates(ordered),
        retired=_merge_retired(ordered),
    )


def _check_whole(exports: Sequence[PublicExport]) -> None:
    if not exports:
        raise _contradiction("PUBLISH-NOTHING", "There is no export to publish.", "a register needs one at least.")
    if len({export.place.id for export in exports}) < len(exports):
        raise _contradiction("PUBLISH-PLACE", "A place sent two exports.", "the register takes one per place.")
    if any(export.programme != exports[0].programme for export in exports):
        raise _contradiction(
            "PUBLISH-PROGRAMME",
            "The exports describe the programme differently.",
            "they come from different programmes or from different versions of one.",
        )


def _merge_datasets(exports: Sequence[PublicExport]) -> tuple[Dataset, ...]:
    entries = [entry for export in exports for entry in export.datasets]
    merged = [_agree("dataset", group, SHARED_IN_DATASET) for group in _by_id(entries)]
    return tuple(sorted(merged, key=lambda dataset: (dataset.name, dataset.id)))


def _merge_use_cases(exports: Sequence[PublicExport]) -> tuple[UseCase, ...]:
    statuses: dict[str, dict[str, str]] = {}
    entries: list[UseCase] = []
    days: dict[str, list[UseCase]] = {}
    for export in exports:
        for use_case in export.use_cases:
            statuses.setdefault(use_case.id, {})[export.place.name] = use_case.status
            days.setdefault(use_case.id, []).append(use_case)
            entries.append(use_case.model_copy(update={"status": "", "approved_on": None, "accessed_on": None}))
    merged = [_agree("use case", group, SHARED_IN_USE_CASE) for group in _by_id(entries)]
    spoken = [
        item.model_copy(update={"status": _one_status(statuses[item.id]), **_days(days[item.id])}) for item in merged
    ]
    return tuple(sorted(spoken, key=lambda use_case: (use_case.title, use_case.id)))


def _days(entries: Sequence[UseCase]) -> dict[str, date | None]:
    """Each place signs and opens on days of its own: approved is the last of them, accessed the first."""
    approved = [entry.approved_on for entry in entries if entry.approved_on]
    accessed = [entry.accessed_on for entry in entries if entry.accessed_on]
    return {"approved_on": max(approved, default=None), "accessed_on": min(accessed, default=None)}


def _one_status(by_place: dict[str, str]) -> str:
    """A use case may go live in one place before another: then the register says which."""
    if len(set(by_place.values())) == 1:
        return next(iter(by_place.values()))
    return "; ".join(f"{status} in {place}" for place, status in sorted(by_place.items()))


def _by_id(entries: Iterable[Item]) -> list[list[Item]]:
    found: dict[str, list[Item]] = {}
    for entry in entries:
        found.setdefault(entry.id, []).append(entry)
    return list(found.values())


def _agree(what: str, entries: Sequence[Item], shared: Sequence[str]) -> Item:
    """One entry from several: `shared` fields are united, every other field must be the same in all."""
    united = {name: _unite(getattr(entry, name) for entry in entries) for name in shared}
    candidates = [entry.model_copy(update=united) for entry in entries]
    for name in type(entries[0]).model_fields:
        if any(getattr(entry, name) != getattr(candidates[0], name) for entry in candidates):
            raise _conflict(what, entries[0].id, name)
    return candidates[0]


def _unite(groups: Iterable[Sequence[Member]]) -> tuple[Member, ...]:
    united: list[Member] = []
    for group in groups:
        united.extend(member for member in group if member not in united)
    return tuple(united)


def _merge_releases(exports: Sequence[PublicExport]) -> tuple[Released, ...]:
    found: dict[str, Released] = {}
    for export in exports:
        for release in export.releases:
            if found.setdefault(release.id, Released(export.place, release)).release != release:
                raise _conflict("release", release.id, "content")
    latest_first = reversed(found.values())  # a place's export tells its releases in the order they left
    return tuple(sorted(latest_first, key=lambda entry: -entry.release.released_on.toordinal()))


def _merge_refusals(exports: Sequence[PublicExport]) -> tuple[Declined, ...]:
    found = [Declined(export.place, refusal) for export in exports for refusal in export.refusals]
    return tuple(sorted(found, key=lambda entry: (-entry.refusal.on.toordinal(), entry.refusal.title)))


def _merge_decisions(exports: Sequence[PublicExport]) -> tuple[Decision, ...]:
    found = _unite(export.decisions for export in exports)
    return tuple(sorted(found, key=lambda one: (-one.on.toordinal(), one.kind, one.document, one.outcome)))


def _merge_assessments(what: str, entries: Sequence[Item]) -> tuple[Item, ...]:
    merged = [_agree(what, group, SHARED_IN_ASSESSMENT) for group in _by_id(entries)]
    return tuple(sorted(merged, key=lambda one: one.id))


def _merge_certificates(exports: Sequence[PublicExport]) -> tuple[Destroyed, ...]:
    found = [Destroyed(export.place, one) for export in exports for one in export.certificates]
    return tuple(sorted(found, key=lambda one: (-one.certificate.finished.toordinal(), one.certificate.id)))


def _merge_retired(exports: Sequence[PublicExport]) -> tuple[Retired, ...]:
    """What every place has given up: a place that still tells of it keeps it."""
    there = {("dataset", one.id) for export in exports for one in export.datasets}
    there |= {("use_case", one.id) for export in exports for one in export.use_cases}
    found: dict[tuple[str, str], Retired] = {}
    for export in exports:
        for one in export.retired:
            found.setdefault((one.kind, one.id), one)
    return tuple(one for key, one in sorted(found.items()) if key not in there)


def _conflict(what: str, id: str, field: str) -> BadInput:
    return _contradiction(
        "PUBLISH-CONFLICT",
        f"The places contradict each other about {what} {id}: field {field}.",
        "the register says one thing about one thing.",
    )


def _contradiction(code: str, what: str, why: str) -> BadInput:
    return BadInput(
        code, what, why, "export again from every place; nothing has been published", "the places' operators"
    )
