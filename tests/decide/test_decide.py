"""Every rule speaks, for yes and for no: one live use case, and one thing wrong at a time."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_programme import (
    ANALYSE,
    BUILD,
    DEPOSIT,
    DISPOSE,
    EARLIER,
    ERASE,
    LATER,
    LINK,
    RELEASE,
    START,
    TODAY,
    accredited,
    agreement,
    contract,
    facts,
    share,
    signed,
    unmet,
    unsigned,
    use_case,
    with_agreement,
    with_basis,
    with_contract,
    with_person,
)

from boldlink.decide import (
    ACTIONS,
    RULES,
    Advice,
    Assessment,
    Attestation,
    Confidentiality,
    Engagement,
    Lane,
    Panel,
    Post,
    Power,
    Request,
    Support,
    datasets_at,
    decide,
    ending_soon,
    explain,
    runs_in,
)
from boldlink.decide.words import WORDS
from boldlink.errors import BadInput


@pytest.mark.parametrize("request_", [LINK, ANALYSE, BUILD, DEPOSIT], ids=lambda r: r.action)
def test_with_everything_in_place_it_is_allowed_and_says_why(request_):
    decision = decide(request_, facts(), TODAY)
    assert decision.allowed and decision.opens
    assert {finding.rule for finding in decision.findings} >= {"person_is_known", "role_is_held"}


def test_a_no_opens_nothing_and_every_rule_was_asked_not_only_the_first():
    decision = decide(Request("mallory", "link", "spine:other", "other", "moon"), facts(), TODAY)
    assert not decision.allowed and decision.opens == ()
    assert {"person_is_known", "role_is_held", "use_case_is_named", "place_is_allowed"} <= {
        f.rule for f in decision.unmet
    }


case = use_case()
CASELOAD = Request("off", "see_caseload", "caseload:misuse", "misuse", None, manager="off")
EDGES = Request("lin", "link", "edges:ndtms~prison", "misuse", "dhsc-place")


def consenting(**changes):
    shares = agreement().shares
    return {**shares, "ndtms": replace(shares["ndtms"], **changes)}


def by_power(**changes):
    """The patient data is used by a legal power: section 251."""
    route = Confidentiality("legal_power", "medical_research", "applied")
    return facts(use_case(agreement=agreement(shares=consenting(confidentiality=route)), **changes))


def held_by_nhs_england(**changes):
    ndtms = contract("ndtms", "dhsc", "dhsc-place", pinned=True, health=True, held_by="nhs-england")
    return with_contract(use_case(**changes), ndtms=ndtms)


def advised(**changes):
    return held_by_nhs_england(advice=replace(case.advice, **changes))


WRONG = [
    ("person_is_known", replace(LINK, person="mallory"), facts()),
    ("person_is_not_commercial", LINK, with_person("lin", organisation="acme")),
    ("person_is_accredited", LINK, with_person("lin", accreditation=None)),
    ("person_is_accredited", LINK, with_person("lin", accreditation=unsigned("accreditation", "security"))),
    (
        "person_is_accredited",
        LINK,
        with_person("lin", accreditation=signed("accreditation", stopped="suspended on 2026-06-30")),
    ),
    ("person_is_accredited", LINK, with_person("lin", roles=frozenset({"researcher"}))),
    ("clearance_is_valid", LINK, with_person("lin", clearance_until=EARLIER)),
    ("clearance_is_valid", LINK, with_person("lin", clearance_until=None)),
    ("clearance_is_valid", LINK, with_person("lin", clearance="BPSS")),
    ("clearance_is_valid", LINK, with_person("lin", clearance="gold")),
    ("training_is_valid", LINK, with_person("lin", training_until=EARLIER)),
    ("undertaking_is_signed", LINK, with_person("lin", undertaking_until=None)),
    ("role_is_held", replace(LINK, person="rita"), facts()),
    ("role_is_held", replace(BUILD, place="moj-place"), facts()),
    ("role_is_held", replace(DEPOSIT, resource="dataset:ndtms", place="dhsc-place"), facts()),
    ("programme_has_not_ended", LINK, facts(programme_ends=EARLIER)),
    ("programme_has_not_ended", LINK, facts(programme_ends=None)),
    ("use_case_is_named", replace(LINK, use_case=None), facts()),
    ("resource_is_of_the_use_case", replace(LINK, resource="spine:reoffending"), facts()),
    ("use_case_is_live", LINK, facts(use_case(instrument=signed("use_case", "chair", ends=EARLIER)))),
    ("use_case_is_live", LINK, facts(use_case(instrument=unsigned("use_case", "chair")))),
    (
        "use_case_is_live",
        LINK,
        facts(use_case(instrument=signed("use_case", "chair", stopped="suspended on 2026-06-01"))),
    ),
    ("panel_has_decided", LINK, facts(use_case(panel_decision=None))),
    ("panel_has_decided", LINK, facts(use_case(panel_decision=replace(case.panel_decision, decision="refused")))),
    ("panel_has_decided", LINK, facts(use_case(panel_decision=replace(case.panel_decision, members=4)))),
    ("panel_has_decided", LINK, facts(use_case(panel_decision=replace(case.panel_decision, external=1)))),
    (
        "panel_has_decided",
        LINK,
        facts(use_case(panel_decision=Panel(unsigned("panel_decision", "outsider"), "approved", 5, 2))),
    ),
    ("affected_groups_were_asked", LINK, facts(use_case(engagement=None))),
    ("affected_groups_were_asked", LINK, facts(use_case(affected_groups=("people in treatment", "children")))),
    (
        "affected_groups_were_asked",
        LINK,
        facts(use_case(engagement=Engagement(unsigned("engagement", "engager"), ("people in treatment",)))),
    ),
    ("ethics_is_reviewed", LINK, facts(use_case(ethics=None))),
    ("ethics_is_reviewed", LINK, facts(use_case(ethics=replace(case.ethics, framework="data-ethics-framework-2020")))),
    (
        "ethics_is_reviewed",
        LINK,
        facts(use_case(ethics=replace(case.ethics, instrument=signed("ethics", ends=EARLIER)))),
    ),
    ("anonymisation_is_recorded", LINK, facts(use_case(anonymisation=None))),
    ("findings_are_followed", RELEASE, facts(use_case(findings=None))),
    ("findings_are_followed", RELEASE, facts(use_case(findings=signed("findings", ends=EARLIER)))),
    ("agreement_is_live", LINK, facts(use_case(agreement=None))),
    (
        "agreement_is_live",
        LINK,
        with_agreement(instrument=signed("agreement", "moj-siro", stopped="withdrawn on 2026-06-01")),
    ),
    ("action_is_permitted", LINK, with_agreement(actions=frozenset({"build"}))),
    ("action_is_permitted", LINK, with_agreement(roles=frozenset({"researcher"}))),
    ("dpia_is_reviewed", LINK, facts(use_case(dpia=None))),
    ("dpia_is_reviewed", LINK, facts(use_case(dpia=replace(case.dpia, reviewed_by=("moj",))))),
    ("dpia_is_reviewed", LINK, facts(use_case(dpia=Assessment(unsigned("dpia", "dhsc-dpo"), {}, ("moj", "dhsc"))))),
    ("residual_risk_is_accepted", LINK, facts(use_case(dpia=replace(case.dpia, residual={"r1": "low", "r2": "high"})))),
    (
        "residual_risk_is_accepted",
        LINK,
        facts(use_case(dpia=replace(case.dpia, residual={"r2": "high"}, ico_consulted_on=LATER))),
    ),
    ("caldicott_is_signed", LINK, facts(use_case(caldicott=None))),
    ("caldicott_is_signed", LINK, facts(use_case(caldicott=Attestation(signed("caldicott", "guardian"), (3,))))),
    ("confidentiality_has_a_route", LINK, with_agreement(shares=consenting(confidentiality=None))),
    (
        "confidentiality_has_a_route",
        LINK,
        with_agreement(shares=consenting(confidentiality=Confidentiality("hope", None, "applied"))),
    ),
    ("section_251_supports_it", LINK, by_power(section_251=None)),
    ("section_251_supports_it", LINK, by_power(section_251=replace(case.section_251, medical_purpose=""))),
    ("section_251_supports_it", LINK, by_power(section_251=replace(case.section_251, datasets=("gp",)))),
    ("section_251_supports_it", LINK, by_power(section_251=replace(case.section_251, open_conditions=1))),
    (
        "section_251_supports_it",
        LINK,
        by_power(section_251=Support(signed("section_251", ends=EARLIER), "medical_research", ("ndtms",))),
    ),
    (
        "opt_outs_are_applied",
        LINK,
        with_agreement(shares=consenting(confidentiality=Confidentiality("legal_power", "x", "exempt"))),
    ),
    (
        "opt_outs_are_applied",
        LINK,
        with_agreement(shares=consenting(confidentiality=Confidentiality("consent", None, "exempt"))),
    ),
    (
        "opt_outs_are_applied",
        LINK,
        with_contract(
            ndtms=contract("ndtms", "dhsc", "dhsc-place", pinned=True, health=True, opt_outs_applied_by_owner=False)
        ),
    ),
    ("advisory_body_has_advised", LINK, held_by_nhs_england(advice=None)),
    ("advisory_body_has_advised", LINK, advised(body="IGARD")),
    ("advisory_body_has_advised", LINK, advised(given_on=date(2016, 1, 1))),
    ("advisory_body_has_advised", LINK, advised(outcome="not_supported")),
    ("advisory_body_has_advised", LINK, advised(open_conditions=2)),
    ("advisory_body_has_advised", LINK, advised(datasets=())),
    (
        "advisory_body_has_advised",
        LINK,
        held_by_nhs_england(advice=Advice(unsigned("advice", "iao"), "AGD", START, "supported", ("ndtms",))),
    ),
    ("processing_has_a_basis", LINK, with_basis(article_6="f")),
    ("processing_has_a_basis", LINK, with_basis(article_6="ea")),
    ("processing_has_a_basis", LINK, with_basis(article_6="z")),
    ("special_category_has_a_condition", LINK, with_basis(article_9=None)),
    ("special_category_has_a_condition", LINK, with_basis(schedule_1=())),
    ("special_category_has_a_condition", LINK, with_basis(schedule_1=("3",))),
    ("criminal_data_has_a_basis", LINK, with_basis(article_10=None)),
    ("criminal_data_has_a_basis", LINK, with_basis(schedule_1=())),
    ("policy_document_stands", LINK, with_basis(article_9="g", schedule_1=("6",))),
    ("policy_document_stands", LINK, with_basis(regime="law_enforcement")),
    ("research_has_safeguards", LINK, with_basis(research_safeguards=False)),
    ("law_enforcement_data_is_authorised", LINK, with_basis(regime="law_enforcement")),
    ("every_dataset_has_a_power", LINK, with_agreement(powers=())),
    ("every_dataset_has_a_power", LINK, with_agreement(powers=(Power("common-law-powers", ("prison",)),))),
    (
        "every_dataset_has_a_power",
        LINK,
        with_agreement(powers=(Power("digital-economy-act-2017-s64", ("prison", "ndtms")),)),
    ),
    (
        "every_dataset_has_a_power",
        LINK,
        with_agreement(powers=(Power("government-of-wales-act-2006", ("prison", "ndtms")),)),
    ),
    ("complaints_are_heard", LINK, with_agreement(complaints=False)),
    ("some_use_case_needs_it", DEPOSIT, facts(use_case(caldicott=None))),
    ("some_use_case_needs_it", DEPOSIT, facts(use_case(datasets=("ndtms",)))),
    ("some_use_case_needs_it", DEPOSIT, facts(use_case(panel_decision=None))),
    (
        "some_use_case_needs_it",
        DEPOSIT,
        with_agreement(
            shares={"prison": replace(share("prison"), safeguards={}), "ndtms": share("ndtms", health=True)}
        ),
    ),
    ("sensitive_columns_are_safeguarded", LINK, with_agreement(shares=consenting(safeguards={}))),
    ("lanes_never_meet", LINK, facts(use_case(lane=Lane.OPERATIONAL))),
    ("lanes_never_meet", CASELOAD, facts()),
    ("caseload_is_own", replace(CASELOAD, manager="lin"), facts()),
    ("caseload_is_own", replace(CASELOAD, manager=None), facts()),
    ("no_commercial_party", LINK, facts(use_case(organisations=("moj", "acme")))),
    ("no_commercial_party", LINK, with_agreement(parties=("moj", "acme"))),
    ("every_owner_is_a_party", LINK, with_agreement(parties=("moj",))),
    ("every_owner_is_a_party", LINK, facts(use_case(organisations=("dhsc",)))),
    ("every_dataset_is_shared", LINK, with_agreement(shares={"ndtms": share("ndtms", health=True)})),
    ("place_is_allowed", replace(LINK, place="moj-place", destination="dhsc-place"), facts()),
    ("place_is_allowed", replace(LINK, destination="dhsc-place"), facts()),
    ("place_is_allowed", replace(LINK, place="nowhere", destination="dhsc-place"), facts()),
    (
        "no_commercial_party",
        LINK,
        facts(places={**facts().places, "dhsc-place": replace(facts().places["dhsc-place"], operator="acme")}),
    ),
    ("linkers_are_few", LINK, facts(use_case(team={"linker": ("lin", "a", "b")}))),
    ("duties_are_separated", LINK, facts(use_case(team={"linker": ("lin",), "researcher": ("lin",)}))),
    ("duties_are_separated", LINK, facts(use_case(approvers=frozenset({"lin"})))),
    ("duties_are_separated", LINK, facts(posts={"keys": Post("keys", "Key custodian", "moj", "key_custodian", "lin")})),
    ("dataset_is_shared", Request("lin", "read", "identifiers:hospital.surname", "misuse"), facts()),
    ("pair_is_agreed", EDGES, with_agreement(compare=())),
    ("pair_is_agreed", replace(EDGES, resource="edges:ndtms~hospital"), facts()),
    ("column_is_named", Request("lin", "read", "identifiers:prison.notes", "misuse"), facts()),
    (
        "column_is_named",
        Request("lin", "read", "identifiers:prison.surname", "misuse"),
        with_agreement(shares={"prison": replace(share("prison"), justifications={})}),
    ),
    ("column_role_is_visible", Request("lin", "read", "identifiers:prison.offence", "misuse"), facts()),
    ("place_is_named", replace(LINK, place=None), facts()),
    ("place_is_allowed", replace(LINK, place="moj-place"), facts()),
    ("place_is_allowed", replace(LINK, place="moon"), facts()),
    ("use_case_has_ended", ERASE, facts()),
    ("use_case_has_ended", DISPOSE, facts()),
    ("use_case_has_ended", Request("cus", "unlink", "edges:ndtms~prison", None, "dhsc-place"), facts()),
    (
        "use_case_has_ended",
        Request("cus", "unlink", "edges:ndtms~prison", None, "dhsc-place"),
        with_agreement(instrument=unsigned("agreement", "moj-siro"), compare=()),
    ),
]


@pytest.mark.parametrize(
    ("rule", "request_", "known"), WRONG, ids=[f"{number}-{w[0]}" for number, w in enumerate(WRONG)]
)
def test_one_thing_wrong_is_one_no_that_names_it(rule, request_, known):
    assert rule in unmet(request_, known)


def test_every_rule_has_a_case_that_breaks_it():
    assert {rule for rule, *_ in WRONG} == {rule.__name__ for rule in RULES}


def test_what_was_made_for_a_use_case_is_erased_when_it_ends_and_not_because_a_file_was_edited():
    ended = signed("agreement", "moj-siro", ends=EARLIER)
    over = use_case(agreement=replace(use_case().agreement, instrument=ended))
    assert decide(ERASE, facts(over), TODAY).allowed
    edited = use_case(agreement=replace(use_case().agreement, instrument=replace(ended, signatures=())))
    assert not decide(ERASE, facts(edited), TODAY).allowed
    assert decide(ERASE, facts(programme_ends=EARLIER), TODAY).allowed
    assert decide(replace(ERASE, resource="use_case:gone"), facts(), TODAY).allowed
    assert "spine/misuse:write" in decide(ERASE, facts(over), TODAY).opens


OVER = replace(agreement(), instrument=signed("agreement", "moj-siro", ends=EARLIER))


def test_a_dataset_and_an_edge_are_let_go_when_the_last_use_case_that_needed_them_is_over():
    unlink = Request("cus", "unlink", "edges:ndtms~prison", None, "dhsc-place")
    over, other = use_case(agreement=OVER), replace(use_case(), id="other")
    both = replace(facts(over), use_cases={"misuse": over, "other": other})
    for request in (DISPOSE, unlink):
        assert decide(request, facts(over), TODAY).allowed
        assert unmet(request, both) == {"use_case_has_ended"}
    assert decide(unlink, facts(over), TODAY).opens == ("edges/ndtms~prison:write",)
    assert "record-key/ndtms:write" in decide(DISPOSE, facts(over), TODAY).opens


def test_what_nobody_names_is_kept_while_somebodys_documents_wait_to_be_signed_again():
    hospital = Request("cus", "dispose", "dataset:hospital", None, "dhsc-place")
    assert decide(hospital, facts(), TODAY).allowed
    waiting = facts(use_case(instrument=unsigned("use_case", "chair")))
    assert unmet(hospital, waiting) == {"use_case_has_ended"}


def test_what_ends_soon_is_told_in_order_and_what_has_ended_is_not():
    case = use_case(agreement=replace(agreement(), instrument=signed("agreement", ends=date(2026, 7, 31))))
    known = facts(case, people={"lin": accredited("lin", training_until=date(2026, 7, 10), clearance_until=EARLIER)})
    assert [(one.what, one.of, one.days_left) for one in ending_soon(known, TODAY)] == [
        ("training", "lin", 9),
        ("agreement agreement-1", "misuse", 30),
    ]
    assert not ending_soon(known, TODAY, within_days=8)


def read(person, resource):
    return Request(person, "read", resource, "misuse")


@pytest.mark.parametrize(
    ("request_", "rules"),
    [
        (read("lin", "identifiers:prison.surname"), set()),
        (read("lin", "identifiers:prison.offence"), {"column_role_is_visible"}),
        (
            read("lin", "attributes:prison.offence"),
            {"role_is_held", "action_is_permitted", "person_is_accredited"},
        ),
        (read("lin", "identifiers:prison.notes"), {"column_is_named", "column_role_is_visible"}),
        (
            read("lin", "identifiers:hospital.surname"),
            {"dataset_is_shared", "column_is_named", "column_role_is_visible"},
        ),
        (read("rita", "identifiers:prison.surname"), {"role_is_held"}),
        (read("rita", "research:misuse.surname"), {"column_role_is_visible"}),
        (read("rita", "research:misuse.offence"), set()),
        (read("rita", "research:misuse.shoe_size"), {"column_is_named", "column_role_is_visible"}),
    ],
    ids=lambda value: value.resource if isinstance(value, Request) else "",
)
def test_who_may_look_at_which_column(request_, rules):
    assert unmet(request_) == rules


def test_pinned_rows_are_never_sent_and_free_rows_only_where_the_agreement_says():
    known = facts()
    moj = Post("moj-custodian", "Custodian", "moj", "custodian", "cus", "moj-place")
    known = replace(known, posts={**known.posts, "moj-custodian": moj})
    ask = Request("cus", "send", "dataset:prison", "misuse", "moj-place", "dhsc-place")
    assert unmet(ask, known) == set()
    assert "place_is_allowed" in unmet(replace(ask, destination="elsewhere"), known)
    away = Request("cus", "send", "dataset:ndtms", "misuse", "dhsc-place", "moj-place")
    assert "place_is_allowed" in unmet(away, known)


def test_a_use_case_runs_where_its_pinned_data_is_and_two_pins_never_meet():
    known = facts()
    welsh = contract("welsh", "dhsc", "sail-place", pinned=True, health=True)
    known = replace(known, contracts={**known.contracts, "welsh": welsh})
    case = use_case(datasets=("prison", "ndtms", "welsh"))
    assert runs_in(case, known) == ("dhsc-place", "sail-place")
    assert datasets_at(case, "dhsc-place", known) == ["prison", "ndtms"]
    assert datasets_at(case, "sail-place", known) == ["welsh"]
    assert datasets_at(case, "moj-place", known) == []


def test_unknown_actions_and_resources_are_bad_input_that_says_what_there_is():
    with pytest.raises(BadInput, match="deposit"):
        decide(Request("lin", "steal", "spine:misuse"), facts(), TODAY)
    with pytest.raises(BadInput, match="spine:NAME"):
        decide(Request("lin", "link", "prison"), facts(), TODAY)


def test_every_rule_speaks_plain_english_and_cites_a_source():
    assert set(WORDS) == {rule.__name__ for rule in RULES}
    for rule, request_, known in WRONG:
        finding = next(f for f in decide(request_, known, TODAY).unmet if f.rule == rule)
        told = explain(finding, known)
        assert told["met"] == "no" and told["asks"] and told["citation"] and told["remedy"] and told["found"]


resources = st.sampled_from(
    [
        "dataset:prison",
        "dataset:ndtms",
        "spine:misuse",
        "research:misuse",
        "output:misuse~1",
        "identifiers:prison.surname",
    ]
)


@given(
    st.sampled_from([*sorted(facts().people), "mallory"]),
    st.sampled_from(sorted(ACTIONS)),
    resources,
    st.sampled_from(["misuse", "other", None]),
    st.sampled_from(["dhsc-place", "moj-place", "moon", None]),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
def test_nothing_is_ever_allowed_outside_its_days_its_use_case_or_its_place(who, action, resource, case, place, at):
    try:
        decision = decide(Request(who, action, resource, case, place), facts(), at)
    except BadInput:
        return
    if decision.allowed:
        assert who != "mallory" and START <= at <= LATER and place != "moon"
        assert case == "misuse" or (not ACTIONS[action].needs_use_case and case is None)
    else:
        assert decision.unmet and not decision.opens
