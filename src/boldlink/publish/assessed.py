"""What was assessed before data was linked: the impact on people's privacy, and whether it is right. One page each."""

from __future__ import annotations

from collections.abc import Iterator

from boldlink.publish import lists
from boldlink.publish.account import Section, account_page, facts, list_page
from boldlink.publish.form_assessments import Assessment, EthicsReview, Risk
from boldlink.publish.grid import Grid, Link, headings
from boldlink.publish.messages import say, word
from boldlink.publish.page import Page, plain
from boldlink.publish.register import Register


def assessment_pages(register: Register) -> Iterator[Page]:
    """The list of data protection impact assessments, then each."""
    heads = headings("use_case", "document", "version", "risks", "next_review", "signed_by",
                     heads_row="use_case", numeric=("risks",))  # fmt: skip
    rows = tuple(
        (
            lists.use_case_link(register, one.use_case),
            Link(one.id, f"assessments/{one.id}"),
            one.version,
            len(one.risks),
            one.next_review,
            one.signed_by or say("assessments.unsigned"),
        )
        for one in register.assessments
    )
    grid = Grid(say("assessments.caption"), heads, rows)
    yield list_page("assessments", "assessments", grid, [plain(one) for one in register.assessments])
    yield from (_assessment(register, one) for one in register.assessments)


def _assessment(register: Register, one: Assessment) -> Page:
    sections = [
        Section("record", say("assessments.record"), facts=_record(register, one)),
        Section("about", say("assessments.about"), facts=facts("assessments", {
            "aims": one.aims, "why_needed": one.why_needed, "data": one.data, "people": one.people, "area": one.area,
            "volume": one.volume, "retention": one.retention, "effect_on_people": one.effect_on_people,
            "another_way": one.another_way, "minimisation": one.minimisation, "rights": one.rights,
        })),
        Section("consultation", say("assessments.consultation"), (one.consultation, one.consulted)),
        Section("risks", say("assessments.risks"), (say("assessments.risks_text"),), table=_risks(one)),
        Section("measures", say("assessments.measures"), table=_measures(one)),
        Section("advice", say("assessments.advice"), _advice(one), table=_reviews(one)),
    ]  # fmt: skip
    title = say("assessments.title_of", use_case=_title(register, one.use_case))
    return account_page(f"assessments/{one.id}", title, say("assessments.lede_of"), sections, plain(one))


def _record(register: Register, one: Assessment) -> tuple[tuple[str, object], ...]:
    return facts("assessments", {
        "use_case": lists.use_case_link(register, one.use_case), "document": f"{one.id}, {one.version}",
        "signed_by": one.signed_by or say("assessments.unsigned"), "ico_consulted_on": one.ico_consulted_on,
        "next_review": one.next_review,
    })  # fmt: skip


def _risks(one: Assessment) -> Grid:
    heads = headings("risk", "impact", "likelihood", "severity", "overall", "residual", heads_row="risk")
    rows = tuple(
        (r.source, r.impact, word(r.likelihood), word(r.severity), word(r.overall), word(r.residual)) for r in one.risks
    )
    return Grid(say("assessments.risks_caption"), heads, rows)


def _measures(one: Assessment) -> Grid:
    heads = headings("risk", "safeguard", "enforced_by", "effect", "approved", heads_row="risk")
    return Grid(say("assessments.measures_caption"), heads, tuple(row for r in one.risks for row in _lowered(r)))


def _lowered(risk: Risk) -> Iterator[tuple[str, ...]]:
    for one in risk.measures:
        approved = say("datasets.pinned_yes" if one.approved else "datasets.pinned_no")
        yield word(risk.id.replace("-", " ")), one.measure, one.control, word(one.effect), approved


def _advice(one: Assessment) -> tuple[str, ...]:
    if one.advice_followed:
        return one.advice, say("assessments.followed")
    return one.advice, say("assessments.overruled", reasons=one.overruled_because)


def _reviews(one: Assessment) -> Grid:
    heads = headings("organisation", "on", "found", heads_row="organisation")
    rows = tuple((review.organisation, review.on, review.finding) for review in one.reviews)
    return Grid(say("assessments.reviews_caption"), heads, rows)


def ethics_pages(register: Register) -> Iterator[Page]:
    """The list of ethics reviews, then each."""
    heads = headings(
        "use_case", "document", "framework", "reviewed_on", "next_review", "conclusion", heads_row="use_case"
    )
    rows = tuple(
        (
            lists.use_case_link(register, one.use_case),
            Link(one.id, f"ethics/{one.id}"),
            word(one.framework),
            one.reviewed_on,
            one.next_review,
            one.conclusion,
        )
        for one in register.ethics
    )
    grid = Grid(say("ethics.caption"), heads, rows)
    yield list_page("ethics", "ethics", grid, [plain(one) for one in register.ethics])
    yield from (_ethics(register, one) for one in register.ethics)


def _ethics(register: Register, one: EthicsReview) -> Page:
    scores = Grid(
        say("ethics.scores_caption"),
        headings("principle", "score", "reasons", heads_row="principle", numeric=("score",)),
        tuple((word(score.on), score.score, score.reasons) for score in one.scores),
    )
    groups = Grid(
        say("ethics.groups_caption"),
        headings("organisation", "group", "on", "advice", heads_row="organisation"),
        tuple((group.organisation, group.group, group.met_on, group.advice) for group in one.groups),
    )
    record = facts("ethics", {
        "use_case": lists.use_case_link(register, one.use_case), "framework": word(one.framework),
        "reviewed_on": one.reviewed_on, "next_review": one.next_review,
        "signed_by": one.signed_by or say("assessments.unsigned"),
    })  # fmt: skip
    sections = [
        Section("conclusion", say("ethics.conclusion"), (one.conclusion,), record),
        Section("scores", say("ethics.scores"), table=scores),
        Section("trade-offs", say("ethics.trade_offs"), (one.trade_offs or say("site.not_recorded"),)),
        Section("groups", say("ethics.groups"), table=groups),
    ]
    title = say("ethics.title_of", use_case=_title(register, one.use_case))
    return account_page(f"ethics/{one.id}", title, say("ethics.lede_of"), sections, plain(one))


def _title(register: Register, use_case: str) -> str:
    found = register.use_case(use_case)
    return found.title if found else use_case
