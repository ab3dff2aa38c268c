"""report.html: one page that says what was understood, how it was compared, and how far the result can be trusted.

It opens offline, needs no script, and holds no personal value: columns, levels and counts only. Beside every chart
stands the table it was drawn from.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from boldlink.linkage.report.parts import figure, page, table, words


def render(quality: Mapping[str, Any], understood: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The whole page as UTF-8 bytes, the same for the same run."""
    body = "".join(
        (
            _summary(quality),
            _columns(understood),
            _thresholds(quality),
            _weights(quality),
            _distribution(quality),
            _rules(quality),
            _unlinkable(quality),
            _completeness(quality),
            _training(quality),
        )
    )
    return page("Linkage report", body)


def _summary(quality: Mapping[str, Any]) -> str:
    records = sum(quality["records"].values())
    rows = [
        [
            row["confidence"], f"{row['join_bits']:+.0f}", words(row["expected_precision"]), words(row["expected_recall"]),
            f"{row['people']:,}", f"{row['linked_records']:,}",
        ]
        for row in quality["people"]
    ]  # fmt: skip
    sizes = [[name, f"{count:,}"] for name, count in quality["records"].items()]
    return (
        f"<p>{records:,} records of {len(quality['records'])} file(s); {quality['candidate_pairs']:,} candidate pairs were "
        f"compared and {quality['scored_pairs']:,} written.{_profile(quality)}</p>"
        f'<p class="note">Every figure of precision and recall on this page is {escape(quality["status"])}.</p>'
        + table("Records", ["File", "Records"], sizes, {1})
        + table(
            "People, at three confidences",
            ["Confidence", "Together from (bits)", "Expected precision", "Expected recall", "People", "Records linked"],
            rows,
            {1, 2, 3, 4, 5},
        )
    )


def _profile(quality: Mapping[str, Any]) -> str:
    return f" Profile: {escape(quality['profile'])}." if "profile" in quality else ""


def _columns(understood: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, one in understood.items():
        rows.append([name, one["id"] or "(rows were numbered)", "id of a record"])
        rows += [[name, column, meaning.replace("_", " ")] for column, meaning in one["meanings"].items()]
        rows += [[name, column, f"{part} of birth"] for part, column in one["birth_parts"].items()]
        rows += [[name, column, "not used"] for column in one["unused"]]
    return f"<h2>What the columns mean</h2>{table('Columns and their meanings', ['File', 'Column', 'Meaning'], rows)}"


def _thresholds(quality: Mapping[str, Any]) -> str:
    rows = quality["thresholds"]
    shown = [
        (f"{row['threshold']:g}", row["expected_precision"] or 0.0, words(row["expected_precision"])) for row in rows
    ]
    best = quality["best_threshold"]
    finding = (
        "No pair weighs enough to be kept."
        if not best["pairs"]
        else (
            f"Pairs on their own are best kept from {best['weight_bits']:+.1f} bits: {best['pairs']:,} pairs, with an expected "
            f"precision of {words(best['expected_precision'])} and an expected recall of {words(best['expected_recall'])}."
        )
    )
    cells = [
        [
            f"{r['threshold']:g}",
            f"{r['pairs']:,}",
            words(r["expected_precision"]),
            words(r["expected_recall"]),
        ]
        for r in rows
    ]
    below = table(
        "Threshold choice",
        ["Probability of at least", "Pairs", "Expected precision", "Expected recall"],
        cells,
        {0, 1, 2, 3},
    )
    return f"<h2>Which threshold?</h2>{figure('thresholds', 'Expected precision by threshold', finding, shown)}{below}"


def _weights(quality: Mapping[str, Any]) -> str:
    shown, cells = [], []
    for one in quality["weights"]:
        for level in one["levels"]:
            name = f"{one['comparison'].replace('_', ' ')}: {level['level']}"
            shown.append(
                (
                    name,
                    level["weight_bits"],
                    f"{level['weight_bits']:+.1f}",
                )
            )
            cells.append(
                [
                    one["comparison"].replace("_", " "),
                    level["level"],
                    f"{level['m']:.2g}",
                    f"{level['u']:.2g}",
                    f"{level['weight_bits']:+.2f}",
                ]
            )
    best = max(shown, key=lambda row: row[1])
    finding = f"The strongest evidence for a link is {best[0]} ({best[2]} bits)."
    below = table("Match weights", ["Comparison", "Level", "m", "u", "Weight (bits)"], cells, {2, 3, 4})
    return f"<h2>What counts for a link, and against it</h2>{figure('weights', 'Match weight of each level, in bits', finding, shown)}{below}"


def _distribution(quality: Mapping[str, Any]) -> str:
    rows = quality["distribution"]
    if not rows:
        return "<h2>How pairs are spread</h2><p>No pair reached the threshold.</p>"
    shown = [(f"{row['from_bits']} to {row['to_bits']} bits", float(row["pairs"]), f"{row['pairs']:,}") for row in rows]
    most = max(rows, key=lambda row: row["pairs"])
    finding = f"Most pairs that were written weigh {most['from_bits']} to {most['to_bits']} bits."
    below = table(
        "Pairs by match weight", ["Match weight", "Pairs"], [[label, words] for label, _, words in shown], {1}
    )
    return f"<h2>How pairs are spread</h2>{figure('distribution', 'Pairs by match weight', finding, shown)}{below}"


def _rules(quality: Mapping[str, Any]) -> str:
    rows = quality["rules"]
    shown = [(row["rule"], float(row["pairs"]), f"{row['pairs']:,}") for row in rows]
    finding = f"{len(rows)} rules made {quality['candidate_pairs']:,} candidate pairs; each pair counts under the first rule that made it."
    if "expected_reach" in quality:
        finding += f" They are expected to reach at least {quality['expected_reach']:.1%} of all true pairs."
    cells = [[str(n), row["rule"], row["sql"], f"{row['pairs']:,}"] for n, row in enumerate(rows)]
    below = table("Blocking rules", ["match_key", "Same", "As SQL", "Pairs"], cells, {0, 3})
    return f"<h2>Which pairs were looked at</h2>{figure('rules', 'Candidate pairs by rule', finding, shown)}{below}"


def _unlinkable(quality: Mapping[str, Any]) -> str:
    rows = quality["unlinkable"]
    if not rows:
        return ""
    shown = [(f"probability {row['threshold']:g}", row["percent"], f"{row['percent']:g} %") for row in rows]
    first = rows[0]
    finding = (
        f"{first['records']:,} records ({first['percent']:g} %) hold so little that they would not reach probability "
        f"{first['threshold']:g} even if compared with themselves."
    )
    cells = [[f"{row['threshold']:g}", f"{row['records']:,}", f"{row['percent']:g} %"] for row in rows]
    below = table("Unlinkable records", ["Probability", "Records below it", "Share"], cells, {0, 1, 2})
    return (
        f"<h2>Who cannot be linked</h2>{figure('unlinkable', 'Records that no link can reach', finding, shown)}{below}"
    )


def _completeness(quality: Mapping[str, Any]) -> str:
    shown = [
        (f"{name}: {column.replace('_', ' ')}", percent, f"{percent:g} %")
        for name, columns in quality["complete_percent"].items()
        for column, percent in columns.items()
    ]
    least = min(shown, key=lambda row: row[1])
    finding = f"The least complete column is {least[0]} ({least[2]})."
    below = table(
        "Completeness after standardising",
        ["File and column", "Complete"],
        [[label, words] for label, _, words in shown],
        {1},
    )
    return f"<h2>How complete the columns are</h2>{figure('complete', 'Share of records with a usable value', finding, shown)}{below}"


def _training(quality: Mapping[str, Any]) -> str:
    cells = [
        [
            s["rule"],
            f"{s['pairs']:,}",
            f"{s['true_pairs']:,.0f}",
            str(s["rounds"]),
            "yes" if s["converged"] else "no",
        ]
        for s in quality["training"]
    ]
    below = table(
        "Training sessions",
        ["Pairs that share", "Pairs", "Expected true pairs", "Rounds", "Settled"],
        cells,
        {1, 2, 3},
    )
    prior = f"<p>Two random records are of one person with probability {quality['prior']:.2g}.</p>"
    return f"<h2>How the weights were learnt</h2>{prior}{_household(quality.get('household'))}{below}"


def _household(found: Mapping[str, float] | None) -> str:
    if found is None:
        return ""
    if not any(found.values()):
        return "<p>No sign of relatives, housemates or twins was found. Twins who differ in nothing but a forename show none: with two files, a one-to-one choice is what parts them.</p>"
    return (
        f"<p>For every true pair there are about {found['relatives_per_true_pair']:.2f} pairs of relatives at one address, "
        f"{found['housemates_per_true_pair']:.2f} of others who share an address, and {found['twins_per_true_pair']:.3f} of "
        "twins. Weights count against them too, so a pair that shares an address, or a surname and a date of birth, weighs "
        "less than the sum of its levels.</p>"
    )
