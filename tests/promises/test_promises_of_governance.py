"""What the programme promises about its own government: each promise attacked on the BOLD programme's own documents.

Everything is signed; then one document is changed as somebody might who wants to get round it, and asked about again.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from boldlink.decide import ACTIONS, Lane, Request, decide, everything_stands, whereabouts
from boldlink.errors import BadProgramme
from boldlink.journey.ask import why
from boldlink.programme.check import check_programme
from boldlink.programme.facts import facts_if_signed
from boldlink.programme.faults import ProgrammeLoader
from boldlink.programme.folder import read_programme
from roomy import BOLD

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
CASE = "substance-misuse"
OF = f"use-cases/{CASE}"
LINKER, RESEARCHER, CUSTODIAN, SUPPLIER = (
    "idwal-hartsbourne",
    "ptolemy-larkspur",
    "tamsin-oxenstone",
    "bram-thistlewick",
)
DEPOSIT = Request(SUPPLIER, "deposit", "dataset:wales-substance-misuse", None, "sail")  # no other use case needs it
LINK = Request(LINKER, "link", f"spine:{CASE}", CASE, "dhsc")
ANALYSE = Request(RESEARCHER, "analyse", f"research:{CASE}", CASE, "dhsc")
SHARING = (DEPOSIT, LINK, ANALYSE)


@pytest.fixture(scope="module")
def facts():
    return facts_if_signed(read_programme(BOLD))


@pytest.fixture
def changed(tmp_path):
    """Change files of a copy of the programme; returns the facts as if everything were signed again."""
    shutil.copytree(BOLD, tmp_path / "bold")

    def change(**files):
        for name, edit in files.items():
            path = tmp_path / "bold" / (f"{OF}/{name.replace('_', '-')}.yaml")
            path = path if path.exists() else tmp_path / "bold" / f"{name.replace('__', '/')}.yaml"
            if edit is None:
                path.unlink()
                continue
            content = yaml.load(path.read_text("utf-8"), Loader=ProgrammeLoader)
            edit(content)
            path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
        return facts_if_signed(read_programme(tmp_path / "bold"))

    change.folder = tmp_path / "bold"
    return change


def unmet(request, facts, at=TODAY):
    return {finding.rule for finding in decide(request, facts, at).unmet}


def refused(rule, facts, *requests, at=TODAY):
    for request in requests or (LINK, ANALYSE):
        assert rule in unmet(request, facts, at), request
    assert not everything_stands(facts.use_cases[CASE], facts, at)
    assert "some_use_case_needs_it" in unmet(DEPOSIT, facts, at)


def test_with_every_document_signed_depositing_linking_and_analysing_are_allowed(facts):
    for request in SHARING:
        assert decide(request, facts, TODAY).allowed, unmet(request, facts)


def test_p07_no_use_case_without_its_identification_scores_and_reasons(changed):
    with pytest.raises(BadProgramme, match=r"use-case\.yaml:\d+: prioritisation\.reasons"):
        changed(use_case=lambda d: d["prioritisation"].update(reasons=""))
    with pytest.raises(BadProgramme, match="identification"):
        changed(use_case=lambda d: d.pop("identification"))


@pytest.mark.parametrize("person", ["mallory", "", "idwal-hartsbourne ", "undertaking:idwal-hartsbourne", "%"])
def test_p08_only_people_on_the_record_are_let_in(facts, person):
    for request in SHARING:
        assert "person_is_known" in unmet(replace(request, person=person), facts)


def test_p08_nothing_happens_outside_a_secure_place(facts):
    for place in (None, "laptop", "dhsc/../moj", "DHSC"):
        assert {"place_is_named", "place_is_allowed"} & unmet(replace(LINK, place=place), facts)


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        ("processing_has_a_basis", {"article_6": "f"}),
        ("special_category_has_a_condition", {"article_9": None}),
        ("special_category_has_a_condition", {"schedule_1": []}),
        ("criminal_data_has_a_basis", {"article_10": None}),
        ("law_enforcement_data_is_authorised", {"regime": "law_enforcement"}),
    ],
)
def test_p09_without_a_basis_for_each_kind_of_data_nothing_is_shared(changed, rule, edit):
    refused(rule, changed(agreement=lambda d: d["legal_basis"].update(edit)))


def test_p09_the_research_gateway_of_the_digital_economy_act_carries_no_health_data(changed):
    def through_the_research_gateway(d):
        for power in d["legal_powers"]:
            power["gateway"] = "digital-economy-act-2017-s64"

    refused("every_dataset_has_a_power", changed(agreement=through_the_research_gateway))


def test_p09_the_law_of_the_day_answers(facts):
    early = facts.use_cases[CASE]
    basis = replace(early.agreement.basis, article_6="ea")
    known = replace(facts, use_cases={CASE: replace(early, agreement=replace(early.agreement, basis=basis))})
    found = {f.rule: f for f in decide(LINK, known, date(2026, 2, 4)).findings}["processing_has_a_basis"]
    assert not found.satisfied and "in force from 2026-02-05" in found.found


def test_p10_patient_information_without_a_route_is_not_used(changed):
    def no_route(d):
        next(one for one in d["datasets"] if one["dataset"] == "ndtms").pop("confidentiality")

    refused("confidentiality_has_a_route", changed(agreement=no_route))


def test_p10_a_legal_power_is_no_route_without_support_for_a_medical_purpose(changed):
    refused("section_251_supports_it", changed(section_251=None))


def test_p10_support_that_lapsed_or_names_other_data_supports_nothing(changed):
    refused("section_251_supports_it", changed(section_251=lambda d: d.update(next_review=date(2026, 11, 23))))
    refused("section_251_supports_it", changed(section_251=lambda d: d.update(datasets=["ndtms"])))


def test_p11_a_department_that_has_not_reviewed_stops_everybody(changed):
    known = changed(dpia=lambda d: d.update(reviews=d["reviews"][:1]))
    refused("dpia_is_reviewed", known)
    with pytest.raises(BadProgramme, match="no review by the data protection specialist of"):
        check_programme(read_programme(changed.folder))


def test_p11_a_high_risk_that_is_left_stops_everything_until_the_ico_was_consulted(changed):
    def high(d):
        risk = d["measures"][0]["risk"]
        for measure in d["measures"]:
            if measure["risk"] == risk:
                measure["residual"] = "high"

    refused("residual_risk_is_accepted", changed(dpia=high))
    assert decide(LINK, changed(dpia=lambda d: d["sign_off"].update(ico_consulted_on=date(2026, 1, 5))), TODAY).allowed


def test_p12_every_sensitive_column_needs_its_own_safeguard(changed, facts):
    agreement = facts.use_cases[CASE].agreement
    guarded = [(share.dataset, name) for share in agreement.shares.values() for name in share.safeguards]
    assert len(guarded) > 20
    dataset, column = guarded[len(guarded) // 2]

    def bare(d):
        share = next(one for one in d["datasets"] if one["dataset"] == dataset)
        next(one for one in share["columns"] if one["name"] == column).pop("safeguard")

    known = changed(agreement=bare)
    refused("sensitive_columns_are_safeguarded", known)
    found = {f.rule: f for f in decide(LINK, known, TODAY).findings}["sensitive_columns_are_safeguarded"]
    assert f"{dataset}.{column}" in found.found


def test_p13_without_the_guardian_health_data_is_not_even_deposited(changed):
    known = changed(caldicott=None)
    refused("caldicott_is_signed", known)
    assert not decide(DEPOSIT, known, TODAY).allowed


def test_p13_one_principle_that_is_not_met_is_one_too_many(changed):
    refused("caldicott_is_signed", changed(caldicott=lambda d: d["principles"][2].update(met=False)))


def test_p13_one_guardian_does_not_sign_for_the_other(facts):
    case = facts.use_cases[CASE]
    signed = case.caldicott.instrument
    assert len(signed.required_posts) == 2
    half = replace(signed, signatures=signed.signatures[:1])
    known = replace(facts, use_cases={CASE: replace(case, caldicott=replace(case.caldicott, instrument=half))})
    refused("caldicott_is_signed", known)


def held_by_nhs_england(d):
    d["customProperties"].append({"property": "heldBy", "value": "nhs-england"})


@pytest.mark.parametrize(
    "edit", [{"body": "IGARD"}, {"outcome": "not_supported"}, {"datasets": ["wales-substance-misuse"]}]
)
def test_p14_only_the_body_of_the_day_advises_and_only_on_what_it_was_asked(changed, edit):
    known = changed(contracts__ndtms=held_by_nhs_england, advice=lambda d: d.update(edit))
    refused("advisory_body_has_advised", known)


def test_p14_igards_advice_counted_until_its_last_day(changed):
    def at(day):
        return changed(advice=lambda d: d.update(body="IGARD", asked_on=date(2016, 1, 4), given_on=day))

    changed(contracts__ndtms=held_by_nhs_england)
    assert decide(LINK, at(date(2023, 1, 31)), TODAY).allowed
    refused("advisory_body_has_advised", at(date(2023, 2, 1)))


def test_p15_access_stops_on_the_day_after_the_agreements_last(changed):
    known = changed(agreement=lambda d: d.update(ends=date(2026, 11, 24)))
    assert decide(LINK, known, date(2026, 11, 24)).allowed
    refused("agreement_is_live", known, at=date(2026, 11, 25))


def test_p15_what_the_agreement_does_not_permit_is_not_done(changed):
    known = changed(agreement=lambda d: d.update(permitted_actions=["select", "send", "receive", "build", "analyse"]))
    assert "action_is_permitted" in unmet(LINK, known) and decide(ANALYSE, known, TODAY).allowed


def test_p16_without_the_anonymisation_record_nothing_is_shared(changed):
    refused("anonymisation_is_recorded", changed(anonymisation=None))


def test_p17_a_third_linker_where_two_are_agreed_stops_all_linking(changed):
    people = [LINKER, "oriel-thistlewick", "bram-marrowby"]
    known = changed(use_case=lambda d: d["team"].update(linker=people), agreement=lambda d: d.update(linkers_at_most=2))
    for person in people:
        assert "linkers_are_few" in unmet(replace(LINK, person=person), known)
    with pytest.raises(BadProgramme, match="linkers_at_most"):
        changed(agreement=lambda d: d.update(linkers_at_most=60))


def accreditation(person, **changes):
    def edit(d):
        one = next(entry for entry in d if entry["person"] == person)
        for name, value in changes.items():
            one[name].update(value)

    return edit


@pytest.mark.parametrize(
    ("rule", "part", "value"),
    [
        ("training_is_valid", "training", {"until": date(2026, 11, 23)}),
        ("clearance_is_valid", "clearance", {"until": date(2026, 11, 23)}),
        ("clearance_is_valid", "clearance", {"level": "BPSS"}),
        ("undertaking_is_signed", "undertaking", {"until": date(2026, 11, 23)}),
    ],
)
def test_p18_each_of_clearance_training_and_undertaking_lapses_by_itself(changed, rule, part, value):
    known = changed(accreditations=accreditation(LINKER, **{part: value}))
    assert unmet(LINK, known) == {rule}


def test_p18_nobody_is_accredited_by_themself(facts):
    person = facts.people[LINKER]
    sworn = person.accreditation
    assert f"undertaking:{LINKER}" in sworn.required_posts and len(sworn.required_posts) == 2
    alone = replace(sworn, signatures=tuple(s for s in sworn.signatures if s.post.startswith("undertaking:")))
    known = replace(facts, people={**facts.people, LINKER: replace(person, accreditation=alone)})
    assert unmet(LINK, known) == {"person_is_accredited"}


def operational(facts, *datasets):
    case = facts.use_cases["reducing-reoffending"]
    agreement = replace(
        case.agreement,
        shares={name: share for name, share in case.agreement.shares.items() if name in datasets},
        actions=frozenset(ACTIONS),
        roles=case.agreement.roles | {"probation_officer"},
    )
    officer = replace(facts.people[RESEARCHER], id="officer", roles=frozenset({"probation_officer"}))
    lane = replace(
        case,
        lane=Lane.OPERATIONAL,
        datasets=datasets,
        agreement=agreement,
        team={**case.team, "probation_officer": ("officer",)},
    )
    return replace(facts, use_cases={case.id: lane}, people={**facts.people, "officer": officer})


CASELOAD = Request(
    "officer", "see_caseload", "caseload:reducing-reoffending", "reducing-reoffending", "moj", None, "officer"
)


def test_p21_an_officer_sees_their_own_cases_and_nobody_elses(facts):
    known = operational(facts, "probation")
    assert decide(CASELOAD, known, TODAY).allowed
    for manager in ("another-officer", None, ""):
        assert "caseload_is_own" in unmet(replace(CASELOAD, manager=manager), known)
    assert "role_is_held" in unmet(replace(CASELOAD, person=RESEARCHER, manager=RESEARCHER), known)


@pytest.mark.parametrize("other", ["police-crimes", "ndtms", "oasys", "hclic", "crown-court", "prison"])
def test_p21_no_victims_no_health_and_nobody_elses_data_in_the_operational_lane(facts, other):
    assert "lanes_never_meet" in unmet(CASELOAD, operational(facts, "probation", other))


def test_p22_research_and_operational_use_never_meet(facts):
    assert "lanes_never_meet" in unmet(replace(CASELOAD, resource=f"caseload:{CASE}", use_case=CASE), facts)
    known = operational(facts, "probation")
    for action, kind, role in (
        ("build", "research", "custodian"),
        ("analyse", "research", "researcher"),
        ("release", "output", "releaser"),
    ):
        asked = Request(role, action, f"{kind}:reducing-reoffending", "reducing-reoffending", "moj")
        assert "lanes_never_meet" in unmet(asked, known)
    assert "lanes_never_meet" in unmet(
        Request(RESEARCHER, "read", "research:reducing-reoffending", "reducing-reoffending"), known
    )


def test_p25_an_ethics_review_that_is_overdue_or_under_a_framework_of_another_day_does_not_count(changed):
    refused("ethics_is_reviewed", changed(ethics=lambda d: d.update(next_review=date(2026, 11, 1))))
    refused(
        "ethics_is_reviewed",
        changed(ethics=lambda d: d.update(next_review=date(2031, 1, 1), reviewed_on=date(2024, 1, 1))),
    )


def test_p26_the_framework_itself_is_published_as_schemas_and_a_programme_to_copy():
    kinds = {path.name.removesuffix(".schema.json") for path in (ROOT / "docs" / "schemas").iterdir()}
    assert {"use_case", "dpia", "agreement", "caldicott", "ethics", "accreditation", "destruction"} <= kinds
    assert "MIT" in (ROOT / "LICENSE").read_text("utf-8")
    check_programme(read_programme(BOLD))


def test_p27_who_analyses_opens_nothing_that_was_not_pseudonymised(facts):
    opened = {one.split("/")[0] for one in decide(ANALYSE, facts, TODAY).opens}
    assert opened == {"research", "outputs"}
    for name, action in ACTIONS.items():
        if action.role in ("researcher", "checker", "releaser"):
            assert {pattern.split("/")[0] for pattern, _ in action.opens} <= {"research", "outputs"}, name


def test_p30_health_data_cannot_be_agreed_for_decisions_about_people(changed):
    def both_lanes(d):
        d["customProperties"].append({"property": "lanes", "value": ["research", "operational"]})

    with pytest.raises(BadProgramme, match="operational lane"):
        changed(contracts__ndtms=both_lanes)


def test_p32_a_group_that_nobody_asked_stops_the_use_case_unless_the_panel_said_publicly_why(changed):
    known = changed(engagement=lambda d: d["asked"].clear())
    refused("affected_groups_were_asked", known)
    groups = list(known.use_cases[CASE].affected_groups)

    def said_why(d):
        d["not_asked"] = [
            {
                "group": one,
                "reason": "asked by another programme",
                "said_publicly_on": date(2022, 1, 1),
                "where": "minutes",
            }
            for one in groups
        ]

    assert decide(LINK, changed(engagement=said_why), TODAY).allowed


@pytest.mark.parametrize("edit", [{"decision": "refused"}, {"members": "four"}, {"members": "nobody from outside"}])
def test_p34_the_panel_decides_with_a_quorum_and_members_from_outside(changed, edit):
    def apply(d):
        members = d["members"]
        if edit.get("members") == "four":
            d["members"] = members[:4]
        elif "members" in edit:
            d["members"] = [{**one, "external": False} for one in members]
        else:
            d.update(edit)

    refused("panel_has_decided", changed(panel_decision=apply))


def test_p35_nothing_more_is_released_while_nobody_follows_the_findings(changed, facts):
    releaser = next(post.holder for post in facts.posts.values() if post.role == "releaser" and post.place == "dhsc")
    release = Request(releaser, "release", f"output:{CASE}~1", CASE, "dhsc")
    assert decide(release, facts, TODAY).allowed
    assert unmet(release, changed(findings=lambda d: d.update(next_review=date(2026, 11, 23)))) == {
        "findings_are_followed"
    }


def test_p36_after_the_programmes_last_day_only_erasing_goes_on(facts):
    after = facts.programme_ends + timedelta(days=1)
    for request in SHARING:
        assert "programme_has_not_ended" in unmet(request, facts, after)
    erase = Request(CUSTODIAN, "erase", f"use_case:{CASE}", None, "dhsc")
    assert decide(erase, facts, after).allowed and not decide(erase, facts, TODAY).allowed


def test_p36_a_renewal_that_too_few_decided_renews_nothing(changed, facts):
    assert facts.programme_ends == date(2031, 3, 31)
    known = changed(**{"decisions__renewal-2024": lambda d: d.update(members=d["members"][:2])})
    assert known.programme_ends == date(2024, 12, 31)
    refused("programme_has_not_ended", known)


def test_p37_without_the_persons_own_undertaking_nobody_sees_anything(facts):
    for person, request in ((LINKER, LINK), (RESEARCHER, ANALYSE), (SUPPLIER, DEPOSIT)):
        known = facts.people[person]
        sworn = known.accreditation
        unsworn = replace(sworn, signatures=tuple(s for s in sworn.signatures if not s.post.startswith("undertaking:")))
        without = replace(facts, people={**facts.people, person: replace(known, accreditation=unsworn)})
        assert unmet(request, without) == {"person_is_accredited"}


def test_p37_no_action_brings_a_file_into_a_workspace(facts):
    assert not {name for name in ACTIONS if re.search("bring|upload|import|ingest", name)}
    for action in ACTIONS.values():
        if action.role == "researcher":
            assert {pattern for pattern, mode in action.opens if mode == "write"} <= {"outputs/{use_case}"}


def test_p38_pseudonymised_data_is_nowhere_called_anonymous(made):
    for path in [*(made.root / "register").rglob("*.html"), *(ROOT / "programmes").rglob("*.yaml")]:
        text = path.read_text("utf-8")
        assert not re.search(
            r"anonymised (data|dataset|row|record)|anonymous (data|dataset|row|record)", text, re.IGNORECASE
        ), path.name


def test_p40_welsh_data_stays_in_sail_and_what_is_possible_instead_is_said(facts):
    case = facts.use_cases[CASE]
    found = whereabouts(case, facts)
    assert not found.by_row and found.possible[0].startswith("nowhere by row")
    assert any("in sail: wales-substance-misuse" in one for one in found.possible)
    assert any("checked aggregates pooled" in one for one in found.possible)
    away = Request("bram-marrowby", "send", "dataset:wales-substance-misuse", CASE, "sail", "dhsc")
    assert "place_is_allowed" in unmet(away, facts)


def test_every_refusal_says_what_was_required_and_found_and_who_could_change_it(made):
    answer = why(made.root, "mallory", "link", f"spine:{CASE}", CASE, date.today()).as_dict()
    unmet_ones = [one for one in answer["findings"] if one["met"] == "no"]
    assert not answer["allowed"] and unmet_ones
    assert all(
        one["asks"] and one["required"] and one["found"] and one["citation"] and one["remedy"] for one in unmet_ones
    )
