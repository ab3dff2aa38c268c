"""The law of the day: for each provision that changed, the day before, the first day, and what is cited then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from invented_programme import (
    ANALYSE,
    LINK,
    TODAY,
    agreement,
    contract,
    facts,
    use_case,
    with_agreement,
    with_basis,
    with_contract,
)

from boldlink.decide import Advice, Ethics, Organisation, Power, decide, explain
from boldlink.decide.law import (
    ARTICLE_6,
    ARTICLE_9,
    ARTICLE_10,
    COMPLAINTS_FROM,
    DUAA_FROM,
    GATEWAYS,
    NEEDS_SCHEDULE_1,
    ROUTES,
    SCHEDULE_1,
    VERSIONED,
    cite,
    version_at,
)

DAY = timedelta(1)
TABLES = {
    "article 6": ARTICLE_6,
    "article 9": ARTICLE_9,
    "article 10": ARTICLE_10,
    "schedule 1": SCHEDULE_1,
    "gateways": GATEWAYS,
    "routes": ROUTES,
}

# What `@name` reads as on a day.
CITED = [
    ("research_safeguards", date(2018, 5, 24), "nothing in force on 2018-05-24"),
    ("research_safeguards", date(2018, 5, 25), "UK GDPR Article 89(1); Data Protection Act 2018 section 19"),
    ("research_safeguards", date(2026, 2, 4), "UK GDPR Article 89(1); Data Protection Act 2018 section 19"),
    ("research_safeguards", date(2026, 2, 5), "UK GDPR Articles 84A to 84D"),
    ("research_safeguards", date(2026, 2, 6), "UK GDPR Articles 84A to 84D"),
    ("complaints", date(2026, 6, 18), "UK GDPR Article 12; Data Protection Act 2018 section 165"),
    ("complaints", date(2026, 6, 19), "Data Protection Act 2018 section 164A"),
    ("complaints", date(2026, 6, 20), "Data Protection Act 2018 section 164A"),
    ("solely_automated_decisions", date(2026, 2, 4), "UK GDPR Article 22"),
    ("solely_automated_decisions", date(2026, 2, 5), "UK GDPR Articles 22A to 22D"),
    ("transparency", date(2026, 2, 4), "UK GDPR Articles 12 to 14"),
    ("transparency", date(2026, 2, 5), "UK GDPR Articles 12, 12A, 13 and 14"),
    ("ethics_framework", date(2020, 9, 15), "nothing in force on 2020-09-15"),
    ("ethics_framework", date(2020, 9, 16), "Data Ethics Framework 2020"),
    ("ethics_framework", date(2025, 11, 30), "Data Ethics Framework 2020"),
    ("ethics_framework", date(2025, 12, 1), "Data and AI Ethics Framework (December 2025)"),
    ("ethics_framework", date(2026, 1, 1), "Data and AI Ethics Framework (December 2025)"),
    ("law_enforcement", date(2026, 2, 5), "Data Protection Act 2018 Part 3"),
    ("section_62", date(2026, 2, 5), "Data Protection Act 2018 section 62"),
]


@pytest.mark.parametrize(("name", "on", "words"), CITED, ids=[f"{name}-{on}" for name, on, _ in CITED])
def test_a_provision_is_cited_as_it_read_on_the_day(name, on, words):
    assert cite(f"@{name}", on).startswith(words)


def test_a_citation_that_never_changed_reads_the_same_on_every_day():
    assert cite("SATRE 1.5.01", date.min) == cite("SATRE 1.5.01", date.max) == "SATRE 1.5.01"


RULES_CITE = [
    ("research_has_safeguards", date(2026, 2, 4), "Article 89(1)"),
    ("research_has_safeguards", date(2026, 2, 5), "Articles 84A to 84D"),
    ("lanes_never_meet", date(2026, 2, 4), "Article 89(1)"),
    ("lanes_never_meet", date(2026, 2, 5), "Articles 84A to 84D"),
    ("ethics_is_reviewed", date(2026, 2, 5), "Data and AI Ethics Framework (December 2025)"),
    ("complaints_are_heard", date(2026, 6, 19), "section 164A"),
]


@pytest.mark.parametrize(("rule", "on", "words"), RULES_CITE, ids=[f"{rule}-{on}" for rule, on, _ in RULES_CITE])
def test_a_decision_of_a_day_is_explained_by_the_law_of_that_day(rule, on, words):
    finding = {one.rule: one for one in decide(LINK, facts(), on).findings}[rule]
    assert words in explain(finding, facts(), on)["citation"]


def test_explained_without_a_day_the_law_is_cited_as_it_stands_now():
    finding = {one.rule: one for one in decide(LINK, facts(), date(2026, 2, 4)).findings}["research_has_safeguards"]
    assert "84A" in explain(finding)["citation"] and "89(1)" in explain(finding, None, date(2026, 2, 4))["citation"]


def verdict(rule, known, on, request=LINK):
    """True, False, or None where the rule has nothing to say."""
    return {one.rule: one.satisfied for one in decide(request, known, on).findings}.get(rule)


@pytest.mark.parametrize(
    ("on", "met"),
    [(date(2026, 6, 18), None), (date(2026, 6, 19), False), (date(2026, 6, 20), False)],
)
def test_a_way_to_complain_is_asked_for_from_its_first_day(on, met):
    assert verdict("complaints_are_heard", with_agreement(complaints=False), on) is met
    assert verdict("complaints_are_heard", with_agreement(complaints=True), on) is (None if met is None else True)


BASES = [
    ("e", DUAA_FROM - DAY, True),
    ("ea", DUAA_FROM - DAY, False),
    ("ea", DUAA_FROM, False),  # in force, and not open to a public authority's tasks
    ("f", TODAY, False),
    ("b", TODAY, False),
    ("c", TODAY, True),
    ("e", date(2018, 5, 24), False),
    ("e", date(2018, 5, 25), True),
    ("", TODAY, False),
    ("z", TODAY, False),
]


@pytest.mark.parametrize(("letter", "on", "met"), BASES, ids=[f"{letter}-{on}" for letter, on, _ in BASES])
def test_a_basis_counts_from_its_first_day_if_it_is_open_to_a_public_task(letter, on, met):
    assert verdict("processing_has_a_basis", with_basis(article_6=letter), on) is met


def test_a_basis_that_is_not_in_force_yet_says_from_when_it_will_be():
    found = {one.rule: one for one in decide(LINK, with_basis(article_6="ea"), DUAA_FROM - DAY).findings}
    assert "in force from 2026-02-05" in found["processing_has_a_basis"].found


@pytest.mark.parametrize("letter", sorted(ARTICLE_9))
def test_a_condition_of_schedule_1_serves_its_own_letters_of_article_9_alone(letter):
    serving = {number for number, one in SCHEDULE_1.items() if letter in one.serves}
    for number in SCHEDULE_1:
        met = letter not in NEEDS_SCHEDULE_1 or number in serving
        known = with_basis(article_9=letter, schedule_1=(number,), policy_document=True)
        assert verdict("special_category_has_a_condition", known, TODAY) is met, number
    assert serving or letter not in NEEDS_SCHEDULE_1


@pytest.mark.parametrize("number", sorted(SCHEDULE_1))
def test_a_condition_that_asks_for_a_policy_document_is_nothing_without_one(number):
    for has in (True, False):
        told = verdict("policy_document_stands", with_basis(schedule_1=(number,), policy_document=has), TODAY)
        assert told is (has if SCHEDULE_1[number].policy_document else None)


# The body that advised on the day it advised: given on, by whom, and whether that counts.
ADVISED = [
    (date(2017, 1, 31), "IGARD", False),
    (date(2017, 2, 1), "IGARD", True),
    (date(2023, 1, 31), "IGARD", True),
    (date(2023, 1, 31), "AGD", False),
    (date(2023, 2, 1), "IGARD", False),
    (date(2023, 2, 1), "AGD", True),
    (date(2026, 3, 1), "AGD", True),
]


@pytest.mark.parametrize(("given_on", "body", "counts"), ADVISED, ids=[f"{body}-{on}" for on, body, _ in ADVISED])
def test_advice_counts_if_its_body_was_the_body_of_the_day(given_on, body, counts):
    advice: Advice = replace(use_case().advice, given_on=given_on, body=body)
    held = contract("ndtms", "dhsc", "dhsc-place", pinned=True, health=True, held_by="nhs-england")
    known = with_contract(use_case(advice=advice), ndtms=held)
    assert verdict("advisory_body_has_advised", known, TODAY) is counts


OLD, NEW = "data-ethics-framework-2020", "data-and-ai-ethics-framework-2025"
REVIEWED = [
    (OLD, date(2020, 9, 15), False),
    (OLD, date(2020, 9, 16), True),
    (OLD, date(2025, 11, 30), True),
    (OLD, date(2025, 12, 1), False),
    (OLD, date(2026, 1, 1), False),
    (NEW, date(2025, 11, 30), False),
    (NEW, date(2025, 12, 1), True),
    (NEW, date(2026, 2, 1), True),
]


@pytest.mark.parametrize(("framework", "on", "counts"), REVIEWED, ids=[f"{name}-{on}" for name, on, _ in REVIEWED])
def test_an_ethics_review_counts_under_the_framework_of_the_day_it_was_made(framework, on, counts):
    ethics: Ethics = replace(use_case().ethics, framework=framework, reviewed_on=on)
    assert verdict("ethics_is_reviewed", facts(use_case(ethics=ethics)), TODAY) is counts


KINDS = ("department", "devolved", "public_body", "nhs", "police", "probation", "third_sector")
# Gateway, kinds of owner to whom it is open, and whether it may carry health data.
OPEN_TO = {
    "common-law-powers": ({"department", "devolved"}, True),
    "offender-management-act-2007-s14": ({"department", "police", "probation"}, False),
    "digital-economy-act-2017-s64": (set(KINDS), False),
    "health-and-social-care-act-2012-s261": ({"nhs", "department"}, True),
    "nhs-act-2006-s251": (set(KINDS), True),
    "crime-and-disorder-act-1998-s115": ({"police", "department", "probation", "public_body"}, False),
    "government-of-wales-act-2006": ({"devolved", "public_body", "nhs"}, True),
    "statistics-and-registration-service-act-2007-s42": ({"public_body"}, True),
    "prosecution-of-offences-act-1985-s3": ({"department"}, False),
    "charitable-objects": ({"third_sector"}, False),
}


@pytest.mark.parametrize("gateway", sorted(GATEWAYS))
@pytest.mark.parametrize("health", [False, True], ids=["no health data", "health data"])
def test_a_gateway_is_open_to_its_holders_and_carries_its_kind_of_data(gateway, health):
    holders, carries = OPEN_TO[gateway]
    powers = (Power(gateway, ("prison",)), Power("nhs-act-2006-s251", ("ndtms",)))
    for kind in KINDS:
        known = with_contract(use_case(agreement=agreement(powers=powers)), prison=contract("prison", "moj", "moj-place", health=health))  # fmt: skip
        known = replace(known, organisations={**known.organisations, "moj": Organisation("moj", "MoJ", False, kind)})
        met = kind in holders and (carries or not health)
        assert verdict("every_dataset_has_a_power", known, TODAY) is met, kind


def test_a_gateway_counts_from_the_day_it_came_into_force():
    known = with_agreement(powers=(Power("digital-economy-act-2017-s64", ("prison",)), Power("nhs-act-2006-s251", ("ndtms",))))  # fmt: skip
    opened = GATEWAYS["digital-economy-act-2017-s64"].from_
    assert verdict("every_dataset_has_a_power", known, opened - DAY) is False
    assert verdict("every_dataset_has_a_power", known, opened) is True


def test_the_table_above_knows_every_gateway():
    assert set(OPEN_TO) == set(GATEWAYS)


@pytest.mark.parametrize("name", TABLES)
def test_nothing_stands_in_a_table_without_a_citation_our_words_and_a_first_day(name):
    for key, one in TABLES[name].items():
        assert len(one.citation) > 9 and len(one.says) > 6 and one.says != one.citation, key
        assert one.from_ <= TODAY and (one.until is None or one.from_ <= one.until), key


@pytest.mark.parametrize("name", sorted(VERSIONED))
def test_the_versions_of_a_provision_follow_each_other_without_a_gap(name):
    versions = VERSIONED[name]
    for one, following in pairwise(versions):
        assert one.until is not None and one.from_ < following.from_ <= one.until + DAY
        assert version_at(name, following.from_) is following, "where two overlap, the later answers"
        assert version_at(name, following.from_ - DAY) is one
    assert versions[-1].until is None and len({one.citation for one in versions}) == len(versions)
    assert version_at(name, versions[0].from_ - DAY) is None


def test_the_days_on_which_the_law_changed_are_those_of_the_tables():
    changed = {one.from_ for versions in VERSIONED.values() for one in versions[1:]}
    assert changed == {DUAA_FROM, COMPLAINTS_FROM, date(2025, 12, 1)}
    assert {one.from_ for one in ARTICLE_6.values()} == {date(2018, 5, 25), DUAA_FROM}


def test_a_day_on_which_nothing_of_the_law_changed_changes_no_decision():
    for on in (DUAA_FROM, date(2026, 5, 1)):
        told = [[(f.rule, f.satisfied) for f in decide(ANALYSE, facts(), day).findings] for day in (on, on + DAY)]
        assert told[0] == told[1]
