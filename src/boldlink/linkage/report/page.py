"""report.html: one page that says what was understood, how it was compared, and how far the result can be trusted.

It opens offline, needs no script, and holds no personal value: columns, levels and counts only. Beside every chart
stands the table it was drawn from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from boldlink.linkage.report.charts import bars

STYLE = """
body{font:19px/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff;margin:0}
header{background:#12436D;color:#fff;padding:20px 0}main,header div{max-width:960px;margin:0 auto;padding:0 20px}
h1{margin:0;font-size:36px}h2{margin-top:48px;border-top:2px solid #12436D;padding-top:16px}
table{border-collapse:collapse;margin:12px 0;font-size:16px}caption{text-align:left;font-weight:bold;padding:6px 0}
th,td{border-bottom:1px solid #b1b4b6;padding:6px 16px 6px 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}figure{margin:16px 0}svg{width:100%;height:auto}
.note{border-left:8px solid #801650;padding:8px 16px;background:#f3f2f1}a{color:#12436D}
a:focus,[tabindex]:focus{outline:3px solid #801650}.wide{overflow-x:auto}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:#fff;padding:8px}
"""


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
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Linkage report</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<style>{STYLE}</style></head><body><a class="skip" href="#main">Skip to main content</a>'
        f'<header><div><h1>Linkage report</h1></div></header><main id="main">{body}</main></body></html>'
    )
    return page.encode()


def _summary(quality: Mapping[str, Any]) -> str:
    records = sum(quality["records"].values())
    rows = [
        [
            row["confidence"], f"{row['join_bits']:+.0f}", _words(row["expected_precision"]), _words(row["expected_recall"]),
            f"{row['people']:,}", f"{row['linked_records']:,}",
        ]
        for row in quality["people"]
    ]  # fmt: skip
    sizes = [[name, f"{count:,}"] for name, count in quality["records"].items()]
    return (
        f"<p>{records:,} records of {len(quality['records'])} file(s); {quality['candidate_pairs']:,} candidate pairs were "
        f"compared and {quality['scored_pairs']:,} written.{_profile(quality)}</p>"
        f'<p class="note">Every figure of precision and recall on this page is {escape(quality["status"])}.</p>'
        + _table("Records", ["File", "Records"], sizes, {1})
        + _table(
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
    return f"<h2>What the columns mean</h2>{_table('Columns and their meanings', ['File', 'Column', 'Meaning'], rows)}"


def _thresholds(quality: Mapping[str, Any]) -> str:
    rows = quality["thresholds"]
    shown = [
        (f"{row['threshold']:g}", row["expected_precision"] or 0.0, _words(row["expected_precision"])) for row in rows
    ]
    half = next(row for row in rows if row["threshold"] == 0.5)
    finding = f"At probability 0.5, {half['pairs']:,} pairs are kept, with an expected precision of {_words(half['expected_precision'])}."
    cells = [
        [
            f"{r['threshold']:g}",
            f"{r['pairs']:,}",
            _words(r["expected_precision"]),
            _words(r["expected_recall"]),
        ]
        for r in rows
    ]
    table = _table(
        "Threshold choice",
        ["Probability of at least", "Pairs", "Expected precision", "Expected recall of scored pairs"],
        cells,
        {0, 1, 2, 3},
    )
    return f"<h2>Which threshold?</h2>{_figure('thresholds', 'Expected precision by threshold', finding, shown)}{table}"


def _weights(quality: Mapping[str, Any]) -> str:
    shown, cells = [], []
    for one in quality["weights"]:
        for level in one["levels"]:
            name = f"{one['comparison'].replace('_', ' ')}: {level['level']}"
            shown.append(
                (
                    name if len(name) < 46 else name[:44] + "…",
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
    table = _table("Match weights", ["Comparison", "Level", "m", "u", "Weight (bits)"], cells, {2, 3, 4})
    return f"<h2>What counts for a link, and against it</h2>{_figure('weights', 'Match weight of each level, in bits', finding, shown)}{table}"


def _distribution(quality: Mapping[str, Any]) -> str:
    rows = quality["distribution"]
    if not rows:
        return "<h2>How pairs are spread</h2><p>No pair reached the threshold.</p>"
    shown = [(f"{row['from_bits']} to {row['to_bits']} bits", float(row["pairs"]), f"{row['pairs']:,}") for row in rows]
    most = max(rows, key=lambda row: row["pairs"])
    finding = f"Most pairs that were written weigh {most['from_bits']} to {most['to_bits']} bits."
    table = _table(
        "Pairs by match weight", ["Match weight", "Pairs"], [[label, words] for label, _, words in shown], {1}
    )
    return f"<h2>How pairs are spread</h2>{_figure('distribution', 'Pairs by match weight', finding, shown)}{table}"


def _rules(quality: Mapping[str, Any]) -> str:
    rows = quality["rules"]
    shown = [(row["rule"], float(row["pairs"]), f"{row['pairs']:,}") for row in rows]
    finding = f"{len(rows)} rules made {quality['candidate_pairs']:,} candidate pairs; each pair counts under the first rule that made it."
    cells = [[str(n), row["rule"], row["sql"], f"{row['pairs']:,}"] for n, row in enumerate(rows)]
    table = _table("Blocking rules", ["match_key", "Same", "As SQL", "Pairs"], cells, {0, 3})
    return f"<h2>Which pairs were looked at</h2>{_figure('rules', 'Candidate pairs by rule', finding, shown)}{table}"


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
    table = _table("Unlinkable records", ["Probability", "Records below it", "Share"], cells, {0, 1, 2})
    return (
        f"<h2>Who cannot be linked</h2>{_figure('unlinkable', 'Records that no link can reach', finding, shown)}{table}"
    )


def _completeness(quality: Mapping[str, Any]) -> str:
    shown = [
        (f"{name}: {column.replace('_', ' ')}", percent, f"{percent:g} %")
        for name, columns in quality["complete_percent"].items()
        for column, percent in columns.items()
    ]
    least = min(shown, key=lambda row: row[1])
    finding = f"The least complete column is {least[0]} ({least[2]})."
    table = _table(
        "Completeness after standardising",
        ["File and column", "Complete"],
        [[label, words] for label, _, words in shown],
        {1},
    )
    return f"<h2>How complete the columns are</h2>{_figure('complete', 'Share of records with a usable value', finding, shown)}{table}"


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
    table = _table(
        "Training sessions",
        ["Pairs that share", "Pairs", "Expected true pairs", "Rounds", "Settled"],
        cells,
        {1, 2, 3},
    )
    prior = f"<p>Two random records are of one person with probability {quality['prior']:.2g}.</p>"
    return f"<h2>How the weights were learnt</h2>{prior}{_household(quality.get('household'))}{table}"


def _household(found: Mapping[str, float] | None) -> str:
    if found is None:
        return ""
    if not any(found.values()):
        return "<p>No sign of relatives or housemates whom a shared address could make look like one person.</p>"
    return (
        f"<p>For every true pair there are about {found['relatives_per_true_pair']:.1f} pairs of relatives at one address and "
        f"{found['housemates_per_true_pair']:.1f} of others who share an address. Weights count against them too, so a pair "
        "that shares an address weighs less than the sum of its levels.</p>"
    )


def _figure(identity: str, title: str, finding: str, rows: Sequence[tuple[str, float, str]]) -> str:
    return f"<figure>{bars(identity, title, finding, rows)}<figcaption><strong>{escape(title)}.</strong> {escape(finding)}</figcaption></figure>"


def _table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: frozenset[int] | set[int] = frozenset(),
) -> str:
    head = "".join(f'<th scope="col"{_number(n, numbers)}>{escape(text)}</th>' for n, text in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{_number(n, numbers)}>{escape(str(cell))}</td>" for n, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(position: int, numbers: frozenset[int] | set[int]) -> str:
    return ' class="n"' if position in numbers else ""


def _words(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
