"""Can everything that a use case asks for be answered, and is no more shared than that? Told before any work starts.

An output or a question names a measure, and a researcher may declare a table. Either needs datasets, columns and days of
follow-up; the agreement shares some of them, until a day. What does not fit together is named with file, line and field,
as every fault of a folder is. So is an attribute that is shared and read by nothing that is asked for: data is kept to
what is necessary (UK GDPR Article 5(1)(c), P05).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from boldlink.analysis import MEASURES, Ask, Computable, immature
from boldlink.analysis.reading import columns_read
from boldlink.errors import BadInput
from boldlink.outputs.submitted import TableDocument
from boldlink.programme.faults import Fault, Source, bad_programme
from boldlink.programme.folder import Programme
from boldlink.programme.instruments import (
    AgreementDocument,
    OutputDocument,
    QuestionDocument,
    SharedDataset,
    UseCaseDocument,
)
from boldlink.values import Role

SEEN = (Role.ATTRIBUTE, Role.IDENTIFIER)  # the roles whose columns a researcher sees


def require_answerable(programme: Programme) -> None:
    """Raise BadProgramme with every output and question that cannot be answered, and every column shared for nothing."""
    if faults := [*unanswerable(programme), *needless(programme)]:
        raise bad_programme(faults)


def unanswerable(programme: Programme) -> Iterator[Fault]:
    """What use cases ask for and their agreements do not allow to be answered."""
    for document in programme.instruments.values():
        if isinstance(document, UseCaseDocument):
            agreement = agreement_of(document.id, programme)
            source = programme.source(document.kind, document.id)
            for number, output in enumerate(document.outputs):
                yield from _output(output, agreement, source, number)
            for number, question in enumerate(document.questions):
                yield from _question(question, document, agreement, source, number)


def needless(programme: Programme) -> Iterator[Fault]:
    """Columns that agreements share though nothing that their use cases ask for reads them.

    A use case that lists no outputs asks by hand, and an unknown measure is a fault of its own: of neither is it known
    what is read.
    """
    for document in programme.instruments.values():
        if isinstance(document, UseCaseDocument) and (agreement := agreement_of(document.id, programme)):
            if not document.outputs or any(output.measure not in MEASURES for output in document.outputs):
                continue
            source = programme.source(agreement.kind, agreement.id)
            for where, dataset, column in unread(agreement, document.outputs):
                yield source.fault(
                    f"{agreement.id} shares {column} of {dataset}, which no output of {document.id} reads: drop the column, "
                    f"or ask in {document.id} for an output that reads it.",
                    *where,
                )


def unread(
    agreement: AgreementDocument, outputs: Sequence[OutputDocument]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Attributes that an agreement shares and no output reads: where they stand in it, dataset, column.

    The day by which a dataset's cohort is cut has its use. The measures of the outputs must be known.
    """
    read = {
        (dataset, column)
        for output in outputs
        for dataset, columns in columns_read(MEASURES[output.measure], tuple(output.by)).items()
        for column in columns
    } | {(share.dataset, share.cohort.column) for share in agreement.datasets if share.cohort}
    for place, share in enumerate(agreement.datasets):
        for number, column in enumerate(share.columns):
            if column.role is Role.ATTRIBUTE and (share.dataset, column.name) not in read:
                yield ("datasets", place, "columns", number), share.dataset, column.name


def agreement_of(use_case: str, programme: Programme) -> AgreementDocument | None:
    """The data sharing agreement of a use case, if it has one."""
    found = (one for one in programme.of_use_case(use_case) if isinstance(one, AgreementDocument))
    return next(found, None)


def _output(
    output: OutputDocument, agreement: AgreementDocument | None, source: Source, number: int
) -> Iterator[Fault]:
    for field, text in problems(output, agreement):
        yield source.fault(text, "outputs", number, *field)


def problems(output: OutputDocument, agreement: AgreementDocument | None) -> Iterator[tuple[tuple[str, ...], str]]:
    """Why an output cannot be answered under an agreement: the field that is at fault, and a sentence."""
    computable = MEASURES.get(output.measure)
    if computable is None:
        yield ("measure",), f"there is no measure {output.measure}."
        return
    if output.ends < output.starts:
        yield ("to",), f"{output.measure} is asked for a period that ends before it begins."
    shares = {share.dataset: share for share in agreement.datasets} if agreement else {}
    for dataset in computable.datasets:
        wanted = (*computable.needs[dataset], *(output.by if dataset == computable.index else ()))
        if lacking := _lacking(dataset, wanted, shares):
            yield (), f"{output.measure} needs {lacking}, which the agreement does not share."
    first = shares[computable.index].cohort if computable.index in shares else None
    if first and output.starts < first.starts:
        yield ("from",), f"{computable.index} is shared from {first.starts:%-d %B %Y} and no sooner."
    asked = Ask(output.starts, output.ends, tuple(output.by))
    for what in immature(computable, asked, _complete_until(computable, shares)):
        yield ("to",), f"{output.measure} is not mature: {what}"


def require_agreed(output: OutputDocument, agreement: AgreementDocument | None) -> None:
    """Raise BadInput OUTPUT-NOT-AGREED, in words, for an output that today's agreement does not let be answered."""
    if output.measure in MEASURES and (found := [text for _, text in problems(output, agreement)]):
        raise BadInput(
            "OUTPUT-NOT-AGREED",
            f"{output.measure} cannot be asked for like this.",
            " ".join(found),
            "ask for another period or other columns, or have the agreement changed and signed",
            "the use case's lead researcher",
        )


def problems_of(asked: Mapping[str, Any], agreement: AgreementDocument | None) -> Iterator[str]:
    """Why what a request asked for cannot be answered under an agreement, in sentences: a measure or a declared table."""
    if "declared" in asked:
        yield from table_problems(TableDocument.model_validate(asked["declared"]), agreement)
    else:
        yield from (text for _, text in problems(OutputDocument.model_validate(asked), agreement))


def table_problems(table: TableDocument, agreement: AgreementDocument | None) -> Iterator[str]:
    """Why a table that a researcher made may not be asked for under an agreement, in sentences."""
    shares = {share.dataset: share for share in agreement.datasets} if agreement else {}
    for dataset, columns in table.columns_read().items():
        if lacking := _lacking(dataset, columns, shares):
            yield f"The table needs {lacking}, which the agreement does not share."
    cohorts = {name: share.cohort for name, share in shares.items() if share.cohort is not None}
    first = cohorts.get(table.dataset)
    if first and table.period.starts < first.starts:
        yield f"{table.dataset} is shared from {first.starts:%-d %B %Y} and no sooner."
    for dataset, day in table.needed_until().items():
        if dataset in cohorts and cohorts[dataset].ends < day:
            ends = f"{cohorts[dataset].ends:%-d %B %Y}"
            yield f"{dataset} is complete until {ends}, and the table needs it until {day:%-d %B %Y}."


def require_table_agreed(table: TableDocument, agreement: AgreementDocument | None) -> None:
    """Raise BadInput OUTPUT-NOT-AGREED, in words, for a table that today's agreement does not let be asked for."""
    if found := list(table_problems(table, agreement)):
        raise BadInput(
            "OUTPUT-NOT-AGREED",
            "The table cannot be asked for like this.",
            " ".join(found),
            "declare another period or other columns, or have the agreement changed and signed",
            "the use case's lead researcher",
        )


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
