"""A family of outputs asked for together: worked out, protected beside each other and the past, checked, frozen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from boldlink.analysis import MEASURES, Computable, compute_with_people
from boldlink.analysis import find as find_measure
from boldlink.analysis.reading import handed
from boldlink.analysis.whose import UNIT
from boldlink.errors import BadInput
from boldlink.journey.history import Keeper, Sets, compared, sets_of, with_unions
from boldlink.journey.home import Home, today
from boldlink.ledger import Event
from boldlink.outputs import (
    FROZEN_SCHEMA,
    RULES,
    Asked,
    Check,
    Protected,
    Rules,
    Totals,
    as_totals,
    check_beside,
    check_totals_hide,
    freeze,
    from_json,
    in_way,
    requests,
    rules_of,
    run_checks,
    strictest,
    with_totals,
)
from boldlink.places import Place
from boldlink.programme.instruments import OutputDocument
from boldlink.values import Rounding, StatTable
from boldlink.vault import Sealed, read_table

# Refusals that depend on the data: a request's answer. Everything else is a fault of what was asked, and is raised.
NO_TOTALS = "OUTPUT-NO-TOTALS"
UNANSWERED = ("METHODS-", "ANALYSIS-NO-", NO_TOTALS)


@dataclass(frozen=True)
class Family:
    """Outputs that are asked for together: of what, where, and under which decision."""

    home: Home
    place: Place
    use_case: str
    built: Event
    decision: Event
    protected: bool

    def body(self, name: str, wanted: OutputDocument) -> dict[str, Any]:
        """What every request says, whatever became of it."""
        return {
            "id": name,
            "use_case": self.use_case,
            "context": wanted.context,
            "asked": wanted.content,
            "measure": _measure(find_measure(wanted.measure)),
            "made_from": self.built.body["made_from"],
            "decision": self.decision.hash,
        }


@dataclass(frozen=True)
class Computed:
    """A measure as it was worked out, and whose each of its numbers is. raw: with the totals that it is to add up to."""

    wanted: OutputDocument
    measured: StatTable
    raw: StatTable
    sets: Sets
    rules: Rules
    totals: Totals


def request_family(family: Family, wanted: Mapping[str, OutputDocument]) -> None:
    """Work everything out first, then protect each dataset's tables together, then write the requests down."""
    computed: dict[str, Computed] = {}
    sealed = family.home.opened(family.place, family.decision, f"research/{family.use_case}")
    for name, one in wanted.items():
        try:
            computed[name] = _computed(family, one, sealed)
        except BadInput as refusal:
            if not refusal.code.startswith(UNANSWERED):
                raise
            rules = {"rules": rules_for(family.home, family.place, MEASURES[one.measure].datasets).as_dict()}
            body = {**family.body(name, one), **rules, **_unanswered(one, refusal)}
            family.place.ledger.append("output.requested", family.decision.person, body)
    for dataset in dict.fromkeys(MEASURES[one.wanted.measure].index for one in computed.values()):
        _beside(
            family, dataset, {n: one for n, one in computed.items() if MEASURES[one.wanted.measure].index == dataset}
        )


def _computed(family: Family, wanted: OutputDocument, sealed: Sequence[Sealed]) -> Computed:
    research = _research(sealed, wanted)
    measure, raw, whose = compute_with_people(wanted.measure, research, wanted.starts, wanted.ends, tuple(wanted.by))
    if not raw.rows:
        raise BadInput("ANALYSIS-NO-ROWS", f"{measure.title}: nobody is counted.", do="take a longer period")
    strictest_of_all = rules_for(family.home, family.place, MEASURES[wanted.measure].datasets)
    rules, sets = in_way(strictest_of_all, wanted.rounding), sets_of(whose)
    if wanted.rounding is not Rounding.CONTROLLED or not family.protected:
        return Computed(wanted, raw, raw, sets, rules, {})
    found = with_totals(raw, sets.numbers)
    return Computed(wanted, raw, found.raw, with_unions(sets, found), rules, found.totals)


def _beside(family: Family, dataset: str, computed: Mapping[str, Computed]) -> None:
    """Protect tables of one dataset beside each other and beside what asked earlier, and ask for each."""
    asked = [
        Asked(name, one.raw, one.sets.numbers, one.rules, None if family.protected else one.raw, one.totals)
        for name, one in computed.items()
    ]
    decision, found = compared(family.home, family.place, family.use_case, dataset, asked)
    for name, one in computed.items():
        _ask(family, decision, name, one, found[name])


def _ask(family: Family, compared: Event, name: str, computed: Computed, found: Protected) -> None:
    """Check a table, and freeze it, with whose its numbers are if it may leave."""
    wanted, raw, place = computed.wanted, computed.raw, family.place
    counted = {count for _, count in computed.sets.numbers.cells}
    before = _released_tables(place, wanted.measure, wanted)
    checks = (
        *run_checks(found.shown, raw, found.rules, before, counted),
        *_totals(computed, found),
        check_beside(found),
    )
    passed = all(check.outcome != "fail" for check in checks)
    told = {
        "title": f"{MEASURES[wanted.measure].measure.title}{_by(wanted, raw)}",
        "rules": found.rules.as_dict(),
        "checks": [check.as_dict() for check in checks],
        "passed": passed,
        "compared": compared.hash,
    }
    outputs = f"outputs/{family.use_case}"
    with place.store.step() as step:
        lease = family.home.writing(place, family.decision, outputs)
        frozen = (as_totals(table, computed.measured) for table in (raw, found.shown))
        freeze(step.writer(lease, f"{outputs}/{name}.parquet", FROZEN_SCHEMA), *frozen)
        if passed:
            keeper = Keeper(family.home, place, compared, MEASURES[wanted.measure].index)
            keeper.keep(step, name, raw, computed.sets, found)
        step.commit("output.requested", family.decision.person, {**family.body(name, wanted), **told})


def _totals(computed: Computed, found: Protected) -> tuple[Check, ...]:
    """What is asked of a table with totals over everybody, beside what is asked of every table."""
    if not computed.totals:
        return ()
    return (check_totals_hide(found.shown, computed.raw, computed.sets.numbers, computed.totals, found.rules),)


def _unanswered(wanted: OutputDocument, refusal: BadInput) -> dict[str, Any]:
    """A request that its method refused. The refusal may count people: only its kind is written down."""
    why = f"It could not be worked out from these data ({refusal.code}): there are too few people or events for its method."
    fix = "a longer period or fewer groups"
    if refusal.code == NO_TOTALS:
        why, fix = f"It cannot add up to totals ({refusal.code}): {refusal.why}", refusal.do
    return {
        "title": MEASURES[wanted.measure].measure.title,
        "checks": [Check("answerable", "fail", f"{why} What would pass: {fix}.").as_dict()],
        "passed": False,
        "files": [],
    }


def _research(sealed: Sequence[Sealed], wanted: OutputDocument) -> dict[str, pa.Table]:
    """Of the research tables that a measure reads the columns that it reads, with units; and what linking knows of itself."""
    found = MEASURES.get(wanted.measure)
    if found is None:
        return {}
    columns = {name: [*one, UNIT] for name, one in handed(found, tuple(wanted.by)).items()}
    return {
        one.path.stem: read_table(one, columns.get(one.path.stem)) for one in sealed if one.path.stem in found.needs
    }


def _released_tables(place: Place, measure: str, wanted: OutputDocument) -> list[StatTable]:
    """Tables released before of the same measure and breakdown."""
    asked = requests(place.ledger)
    found = []
    for event in place.ledger.events("output.released"):
        body = asked[event.body["request"]].body
        if body["measure"]["id"] == measure and body["asked"]["by"] == list(wanted.by):
            found.append(from_json(dict(event.body["table"])))
    return found


def rules_for(home: Home, place: Place, datasets: Collection[str]) -> Rules:
    """The house's rules, and those of every owner of these datasets: the strictest of each parameter."""
    programme = home.programme(place)
    assert programme is not None  # a place with a research dataset has a programme on record
    owners = sorted({programme.contracts[dataset].owner for dataset in datasets if dataset in programme.contracts})
    documents = [programme.rules[owner] for owner in owners if owner in programme.rules]
    return strictest(RULES, *(rules_of(one.id, one.content) for one in documents if one.from_ <= today()))


def _measure(asked: Computable) -> Mapping[str, Any]:
    """What readers must know of a measure, and where it stands in a report."""
    measure = asked.measure
    return {
        "id": measure.id,
        "title": measure.title,
        "definition": measure.definition,
        "formula": measure.formula,
        "exclusions": list(measure.exclusions),
        "breaks": list(measure.breaks),
        "source": measure.source,
        "official": measure.official,
        "linked": measure.linked,
        "section": str(asked.section),
        "method": asked.method,
    }


def _by(wanted: OutputDocument, table: StatTable) -> str:
    """The breakdown in words, for the title."""
    words = [table.labels.get(name, name.replace("_", " ")).lower() for name in wanted.by]
    return f", by {' and '.join(words)}" if words else ""
