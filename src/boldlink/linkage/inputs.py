"""Files that a command was given, read as the engine takes them: by what their columns mean, or under a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.sources import Source
from boldlink.linkage.automatic.understand import Understood, understand
from boldlink.linkage.engine import Linkage, prepared
from boldlink.linkage.files import as_source, names_of_files, read_table, read_typed
from boldlink.linkage.model import UNTRAINED_PRIOR, bits_of_probability, read_model, trained_already
from boldlink.linkage.training.train import rules_to_train_by

Say = Callable[[str], None]
LEAST_BITS = bits_of_probability(0.01)  # pairs that weigh less say nothing of who belongs together


@dataclass(frozen=True)
class Options:
    """What a person may say of a run. columns: column -> meaning. least_bits: of pairs that are written."""

    columns: Mapping[str, str] = field(default_factory=dict)
    id_column: str | None = None
    ignored: Sequence[str] = ()
    least_bits: float = LEAST_BITS
    distinct: bool | None = None
    seed: int = 1
    threads: int | None = None
    memory_bytes: int | None = None
    max_pairs: int | None = None


def understood_sources(paths: Sequence[Path], options: Options) -> tuple[list[Source], dict[str, Understood]]:
    """Files as sources, and what their columns were taken to mean. Raises BadRecords."""
    tables = {name: read_table(path) for name, path in names_of_files(paths).items()}
    _require_columns(tables, {*options.columns, *options.ignored, *filter(None, [options.id_column])})
    understood = {name: _understood(name, table, options) for name, table in tables.items()}
    sources = [
        replace(as_source(name, table, understood[name]), distinct_people=bool(options.distinct))
        for name, table in tables.items()
    ]
    return sources, understood


def _understood(name: str, table: pa.Table, options: Options) -> Understood:
    own_id = options.id_column if options.id_column in table.schema.names else None
    said = {column: meaning for column, meaning in options.columns.items() if column in table.schema.names}
    return understand(table, said, options.ignored, own_id, name)


def _require_columns(tables: Mapping[str, pa.Table], named: set[str]) -> None:
    known = {name for table in tables.values() for name in table.schema.names}
    if unknown := sorted(named - known):
        raise BadRecords(
            "LINK-UNKNOWN-COLUMN",
            f"No file has a column {', '.join(unknown)}.",
            do="check --column, --ignore and --id",
        )


@contextmanager
def under_model(paths: Sequence[Path], path: Path, options: Options, say: Say) -> Iterator[Linkage]:
    """Files under a model, which is trained first if it is not. Raises BadRecords."""
    if options.columns or options.ignored:
        raise BadRecords(
            "LINK-MODEL-COLUMNS",
            "A model names its columns itself, so --column and --ignore have nothing to say.",
            do="leave them out, or leave out --model",
        )
    model = read_model(path)
    model = replace(model, unique_id=options.id_column or model.unique_id)
    tables = {name: read_typed(one) for name, one in names_of_files(paths).items()}
    say("Making the model ready")
    with prepared(
        tables, model, threads=options.threads, memory_bytes=options.memory_bytes, max_pairs=options.max_pairs
    ) as linkage:
        yield _trained(linkage, options.seed, say)


def _trained(linkage: Linkage, seed: int, say: Say) -> Linkage:
    """A model that is not trained is trained, by those of its rules that teach something.

    A prior that somebody estimated stays; the one that Splink writes where nobody did is estimated as well.
    """
    if trained_already(linkage.model):
        return linkage
    rules = rules_to_train_by(linkage.compiled, range(linkage.rules))
    say(f"Training by {len(rules)} of its rules")
    return linkage.trained(rules, settle=linkage.model.prior == UNTRAINED_PRIOR, seed=seed)
