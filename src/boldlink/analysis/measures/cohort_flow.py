"""The cohort's flow: of each dataset of a pilot, its records, the people in them, and those whom linking finds elsewhere.

It stands before every other table. A research dataset is the cohort already, so nothing is left out by period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import duckdb

from boldlink.analysis.ask import Ask, Computable, Section
from boldlink.analysis.measures.example import Example
from boldlink.analysis.measures.query import Query
from boldlink.analysis.measures.words import headed
from boldlink.values import Measure, StatTable


@dataclass(frozen=True)
class Pilot:
    """A pilot's name in ids and in titles, and its datasets, the index dataset first. note: what its reader must know."""

    id: str
    title: str
    datasets: tuple[str, ...]
    note: str = ""


PILOTS = (
    Pilot(
        "homelessness",
        "reducing homelessness",
        ("prison", "probation", "pnc", "hclic", "rough-sleeping", "ndtms", "hospital-episodes"),
    ),
    Pilot(
        "victims",
        "supporting victims",
        ("police-crimes", "cps", "victim-service", "magistrates", "crown-court", "common-platform"),
        "Courts are joined by the number of the case and share no person: nobody of theirs is linked here.",
    ),
    Pilot(
        "misuse",
        "reducing substance misuse",
        ("prison", "probation", "ndtms", "rough-sleeping", "hclic", "deaths"),
    ),
    Pilot(
        "reoffending",
        "reducing reoffending",
        ("prison", "probation", "oasys", "pnc", "child-benefit", "deaths"),
    ),
    Pilot(
        "wales",
        "substance misuse in Wales",
        ("wales-substance-misuse", "wales-population", "wales-admissions", "wales-deaths"),
        "The records arrive linked by SAIL: people are its linking fields, and these links are its own.",
    ),
)


def measure(pilot: Pilot) -> Measure:
    """The first table of a report, for one pilot."""
    return Measure(
        id=f"cohort-flow-{pilot.id}",
        title=f"From records to linked people: {pilot.title}",
        definition=(
            "Of each dataset of the research dataset: its records, the people they are of, and how many of these are linked "
            "to any other dataset of the pilot, both at medium confidence. The research dataset is the cohort, so all of "
            "it is counted and the period that is asked for is ignored."
        ),
        formula="100 × linked / people",
        exclusions=(
            "what was left out before: records outside the agreement's cohort, without consent, or that could not be read",
        ),
        source=(
            "boldlink; the cohort flow of the Ministry of Justice's linked reports (Pathways, 2023 and 2026), as far as a "
            "research dataset knows it"
        ),
        official=False,
        linked=False,  # read at medium confidence, as the definition says
    )


def counted(datasets: tuple[str, ...]) -> str:
    """SQL for every record with its dataset, its person, and whether the person is in another dataset too."""
    records = " union all ".join(
        f"select '{_quoted(headed(name))}' as dataset, i.{{person}} as person {{by_{number}}} from \"{name}\" i"
        for number, name in enumerate(datasets, 1)
    )
    # Every query is given a period; a flow asks of it only that it is one.
    return f"""
with records as ({records}), shared as (
    select person from records group by person having min(dataset) < max(dataset)
), counted as (
    select r.*, s.person is not null as linked from records r left join shared s using (person) where $starts <= $ends
)"""


def _quoted(words: str) -> str:
    return words.replace("'", "''")


def flow(pilot: Pilot, connection: duckdb.DuckDBPyConnection, ask: Ask) -> StatTable:
    """Records, people and linked people, by dataset in the pilot's order, whatever the period. Raw counts."""
    query = Query(
        measure(pilot),
        counted(pilot.datasets),
        counts={
            "records": "count(*)",
            "people": "count(distinct person)",
            "linked": "count(distinct person) filter (linked)",
        },
        by={f"by_{number}": name for number, name in enumerate(pilot.datasets, 1)},
        keys=("dataset",),
        overlapping=("dataset",),
        order={"dataset": [headed(name) for name in pilot.datasets]},
        rates={"linked_percent": ("linked", "people")},
        labels={
            "dataset": "Dataset",
            "records": "Records",
            "linked": "Linked to another dataset",
            "linked_percent": "Linked, per cent of people",
        },
    )
    notes = (
        "Everything in the research dataset is counted, which is the cohort: no period is applied.",
        "Records are counted as they are; people beside them, at medium confidence.",
        *filter(None, (pilot.note,)),
    )
    return replace(query(connection, ask), notes=notes)  # the notes of a query name its period


def computable(pilot: Pilot) -> Computable:
    """A pilot's flow, as something that can be asked for."""
    needs: dict[str, tuple[str, ...]] = dict.fromkeys(pilot.datasets, ())
    index, *beside = pilot.datasets
    return Computable(measure(pilot), partial(flow, pilot), needs, index, Section.LINKAGE, beside=tuple(beside))


def example(pilot: Pilot) -> Example:
    """A worked example: A has two records and is in two datasets, B is linked at low confidence alone."""
    index, other, *rest = pilot.datasets
    alone = {
        name: f"""
            person_medium | person_low
            Z{number}     | Z{number}
        """
        for number, name in enumerate(rest, 3)
    }
    return Example(
        tables={
            index: """
                person_medium | person_low
                A             | A
                A             | A
                B             | B
            """,
            other: """
                person_medium | person_low
                A             | A
                C             | B
            """,
            **alone,
        },
        answer="\n".join(
            [
                "dataset | records | people | linked",
                f"{headed(index)} | 3 | 2 | 1",
                f"{headed(other)} | 2 | 2 | 1",
                *(f"{headed(name)} | 1 | 1 | 0" for name in rest),
            ]
        ),
    )


COMPUTABLES = tuple(computable(pilot) for pilot in PILOTS)
EXAMPLES = {f"cohort-flow-{pilot.id}": example(pilot) for pilot in PILOTS}
