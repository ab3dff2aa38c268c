"""What `boldlink explain` does: one pair of records of some files, explained by the model that `boldlink link` would use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from boldlink.errors import BadRecords
from boldlink.linkage.automatic.household import against_all
from boldlink.linkage.automatic.train import trained
from boldlink.linkage.files import names_of_files
from boldlink.linkage.inputs import Options, Say, under_model, understood_sources
from boldlink.linkage.kernels.stream import Weights
from boldlink.linkage.pairs.score import Scored
from boldlink.linkage.pairs.stream import Stream
from boldlink.linkage.records import Records
from boldlink.linkage.report.charts import waterfall
from boldlink.linkage.report.explanation import Against, Array, Explanation, explain
from boldlink.linkage.report.parts import page, table


def explain_files(
    paths: Sequence[Path], left: str, right: str, model: Path | None, options: Options, values: bool, say: Say
) -> Explanation:
    """Explain the pair of records of these ids. Raises BadRecords.

    An id stands alone, or after its file's name (`people_a:17`). Alone it is looked for in the first file on the left, and
    in the last on the right.
    """
    names = list(names_of_files(paths))
    if model is not None:
        with under_model(paths, model, options, say) as linkage:
            return _explained(linkage.stream, names, left, right, None, values)
    sources, _ = understood_sources(paths, options)
    with trained(
        sources, seed=options.seed, threads=options.threads, memory_bytes=options.memory_bytes,
        max_pairs=options.max_pairs, progress=say,
    ) as ready:  # fmt: skip
        compiled, household = ready.stream.compiled, ready.household

        def against(weights: Weights, found: Scored) -> Array:
            assert found.levels is not None
            return against_all(compiled, weights, household, found.left, found.right, found.weight, found.levels)

        return _explained(ready.stream, names, left, right, against, values)


def _explained(
    stream: Stream, names: list[str], left: str, right: str, against: Against | None, values: bool
) -> Explanation:
    records = stream.compiled.records
    rows = row_of(records, left, names[0], "--left"), row_of(records, right, names[-1], "--right")
    if rows[0] == rows[1]:
        raise BadRecords("LINK-SAME-RECORD", "Both ids name the same record.", do="name two records")
    if records.link_type == "link_only" and records.source[rows[0]] == records.source[rows[1]]:
        raise BadRecords(
            "LINK-SAME-SOURCE",
            "Both records stand in one file, and the files are only compared with each other.",
            do="name a record of each file, or explain one file alone",
        )
    return explain(stream, *rows, against=against, values=values)


def row_of(records: Records, given: str, file: str, option: str) -> int:
    """The row of an id, which may follow its file's name and a colon. Raises BadRecords; never repeats the id."""
    name, colon, one = given.partition(":")
    source, wanted = (name, one) if colon and name in records.names else (file, given)
    found = records.row_of(source, wanted)
    if found is None:
        own = int((records.source == records.names.index(source)).sum()) if source in records.names else 0
        raise BadRecords(
            "LINK-NO-RECORD",
            f"{source} has no record of the id given with {option}.",
            f"it has {own:,} records.",
            "look the id up in pairs.parquet, or write FILE:ID to name another file",
        )
    return found


def explanation_page(told: Explanation) -> bytes:
    """One accessible page: the sum as a waterfall, and the table it was drawn from."""
    rows = [("to begin with", told.prior_bits)]
    rows += [(f"{step.comparison.replace('_', ' ')}: {step.level}", step.total_bits) for step in told.steps]
    if told.alternatives_bits:
        rows.append(("relatives, housemates or twins?", told.alternatives_bits))
    cells = [
        [
            step.comparison.replace("_", " "), step.level, f"{step.bits:+.2f}", f"{step.rarity_bits:+.2f}",
            ", ".join(step.left), ", ".join(step.right),
        ]
        for step in told.steps
    ]  # fmt: skip
    valued = any(step.left for step in told.steps)
    heads = ["Comparison", "Level", "Level's weight (bits)", "Rarity (bits)", *(["Left", "Right"] if valued else [])]
    before = [["to begin with", "", f"{told.prior_bits:+.2f}", "", "", ""]]
    after = [["relatives, housemates or twins?", "", f"{told.alternatives_bits:+.2f}", "", "", ""]]
    whole = [["all together", "", f"{told.weight_bits:+.2f}", "", "", ""]]
    listed = [row[: len(heads)] for row in [*before, *cells, *(after if told.alternatives_bits else []), *whole]]
    ends = [[side, *end] for side, end in (("left", told.left), ("right", told.right))]
    made = f"The pair is made by the rule: {told.rule}." if told.rule else "No blocking rule makes this pair."
    body = (
        f"<p>{escape(told.summary)}</p><p>{escape(made)}</p>"
        + table("The two records", ["Side", "File", "Id"], ends)
        + "<h2>How the weight adds up</h2><figure>"
        + waterfall("sum", "From the first guess to the match weight", told.summary, rows, told.weight_bits)
        + "<figcaption><strong>From the first guess to the match weight, in bits.</strong> "
        "Each bar begins where the one above it ended; the number beside it is what it adds.</figcaption></figure>"
        + table("Every comparison", heads, listed, {2, 3})
    )
    return page("One pair explained", body)
