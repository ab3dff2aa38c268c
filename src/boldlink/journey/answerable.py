"""Can everything that a use case asks for be answered? Told from its documents, before any work starts.

An output or a question names a measure. The measure needs datasets, columns and days of follow-up; the agreement shares
some of them, until a day. What does not fit together is named with file, line and field, as every fault of a folder is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from boldlink.analysis import MEASURES, Ask, Computable, immature
from boldlink.programme.faults import Fault, Source, bad_programme
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import AgreementDocument, UseCaseDocument
from boldlink.values import Role

if TYPE_CHECKING:
    from boldlink.programme.instruments import OutputDocument, QuestionDocument, SharedDataset

SEEN = (Role.ATTRIBUTE, Role.IDENTIFIER)  # the roles whose columns a researcher sees


def require_answerable(programme: Programme) -> None:
    """Raise BadProgramme with every output and question that cannot be answered."""
    if faults := [*unanswerable(programme)]:
        raise bad_programme(faults)


def unanswerable(programme: Programme) -> Iterator[Fault]:
    """What use cases ask for and their agreements do not allow to be answered."""
    for document in programme.instruments.values():
        if isinstance(document, UseCaseDocument):
            agreement = _agreement_of(document, programme)
            source = programme.source(document.kind, document.id)
            for number, output in enumerate(document.outputs):
                yield from _output(output, agreement, source, number)
            for number, question in enumerate(document.questions):
                yield from _question(question, document, agreement, source, number)


def _agreement_of(document: UseCaseDocument, programme: Programme) -> AgreementDocument | None:
    found = (one for one in programme.of_use_case(document.id) if isinstance(one, AgreementDocument))
    return next(found, None)


def _output(
    output: OutputDocument, agreement: AgreementDocument | None, source: Source, number: int
) -> Iterator[Fault]:
    where = ("outputs", number)
    computable = MEASURES.get(output.measure)
    if computable is None:
        yield source.fault(f"there is no measure {output.measure}.", *where, "measure")
        return
    shares = {share.dataset: share for share in agreement.datasets} if agreement else {}
    for dataset in computable.datasets:
        wanted = (*computable.needs[dataset], *(output.by if dataset == computable.index else ()))
        if lacking := _lacking(dataset, wanted, shares):
            yield source.fault(f"{output.measure} needs {lacking}, which the agreement does not share.", *where)
    asked = Ask(output.starts, output.ends, tuple(output.by))
    for what in immature(computable, asked, _complete_until(computable, shares)):
        yield source.fault(f"{output.measure} is not mature: {what}", *where, "to")


def _lacking(dataset: str, columns: tuple[str, ...], shares: Mapping[str, SharedDataset]) -> str:
    """The dataset, or those of its columns, that an agreement does not let a researcher see; empty if it shares all."""
    if dataset not in shares:
        return dataset
    seen = {column.name for column in shares[dataset].columns if column.role in SEEN}
    missing = [column for column in columns if column not in seen and not _carried(column)]
    return f"{', '.join(missing)} of {dataset}" if missing else ""


def _carried(column: str) -> bool:
    """Whether every research table carries the column, whatever the agreement shares: person ids and the link."""
    return column.startswith(("person_", "link_"))


def _complete_until(computable: Computable, shares: Mapping[str, SharedDataset]) -> dict[str, date]:
    """Until when the agreement shares each dataset that a measure reads."""
    cohorts = {name: shares[name].cohort for name in computable.datasets if name in shares}
    return {name: cohort.ends for name, cohort in cohorts.items() if cohort is not None}


def _question(
    question: QuestionDocument,
    document: UseCaseDocument,
    agreement: AgreementDocument | None,
    source: Source,
    number: int,
) -> Iterator[Fault]:
    where = ("questions", number)
    if question.measure not in MEASURES:
        yield source.fault(f"there is no measure {question.measure}.", *where, "measure")
    for name in sorted(set(question.datasets) - set(document.datasets)):
        yield source.fault(f"{name} is no dataset of the use case.", *where, "datasets")
    if agreement and question.place not in agreement.places:
        yield source.fault(f"the agreement does not name the place {question.place}.", *where, "place")
