"""A programme folder is taken whole or not at all; a misspelt safeguard is an error and not a silence."""

import shutil
from pathlib import Path

import pytest
from documents import change

from boldlink.analysis import find
from boldlink.decide import datasets_at, runs_in
from boldlink.errors import BadProgramme, Refused
from boldlink.ledger import Ledger
from boldlink.programme.check import check_programme
from boldlink.programme.contract import read_contract
from boldlink.programme.facts import facts_at, facts_if_signed
from boldlink.programme.folder import read_programme
from boldlink.programme.instruments import OF_A_USE_CASE, AgreementDocument, UseCaseDocument
from boldlink.programme.record import contents, programme_at, record_programme
from boldlink.programme.signatories import required_posts
from boldlink.programme.signing import awaited, person_identity, sign, signatures_on, signed_at
from boldlink.values import Role

BOLD = Path(__file__).parents[2] / "programmes" / "bold"


@pytest.fixture(scope="module")
def bold():
    return read_programme(BOLD)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(BOLD, tmp_path / "bold")
    return tmp_path / "bold"


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger", write=True)
    yield ledger
    ledger.close()


def refused(folder):
    with pytest.raises(BadProgramme) as caught:
        check_programme(read_programme(folder))
    return str(caught.value)


def test_bold_holds_together_and_has_four_use_cases_with_every_instrument(bold):
    check_programme(bold)
    kinds = {}
    for document in bold.instruments.values():
        kinds.setdefault(document.use_case, set()).add(document.kind)
    assert kinds.pop(None) == {"accreditation", "renewal"}
    health = {"caldicott", "advice", "section_251"}
    assert len(kinds) == 4 and all(found >= set(OF_A_USE_CASE) - health for found in kinds.values())
    assert kinds["substance-misuse"] == kinds["reducing-homelessness"] == set(OF_A_USE_CASE)
    assert "caldicott" in kinds["reducing-reoffending"] and not kinds["supporting-victims"] & health


def test_every_column_has_one_role_and_its_classes_and_free_text_is_excluded(bold):
    for contract in bold.contracts.values():
        assert all(isinstance(column.role, Role) and column.classes for column in contract.columns)
        texts = [column for column in contract.columns if column.description.startswith("Free text")]
        assert all(column.role is Role.EXCLUDED for column in texts)


def test_health_data_is_pinned_and_holds_no_name(bold):
    wales = ("wales-substance-misuse", "wales-population", "wales-admissions", "wales-deaths")
    for name in ("ndtms", "hospital-episodes", *wales):
        contract = bold.contracts[name]
        assert contract.pinned and contract.health
        assert not {c.meaning for c in contract.columns} & {"forename", "surname", "full_name", "nhs_number"}


def test_scores_about_health_stay_where_they_are_and_a_guardian_signs_for_them(bold):
    assert bold.contracts["oasys"].pinned and bold.contracts["oasys"].health
    attestation = bold.instruments["caldicott", "caldicott-reducing-reoffending"]
    assert required_posts(attestation, bold) == ("moj-caldicott-guardian",)


def test_who_did_not_consent_or_opted_out_is_left_out_here_and_not_only_by_the_owner(bold):
    for name, consent in (("ndtms", "consent"), ("hospital-episodes", None)):
        contract = bold.contracts[name]
        assert (contract.consent_column, contract.opt_out_column) == (consent, "national_opt_out")
        assert not contract.opt_outs_applied_by_owner
        for agreement in (one for one in bold.instruments.values() if isinstance(one, AgreementDocument)):
            for share in (one for one in agreement.datasets if one.dataset == name):
                assert share.confidentiality.opt_out == "applied"
                assert not {"consent", "national_opt_out"} & {column.name for column in share.columns}


CASE_NUMBERED = ("police-crimes", "cps", "magistrates", "crown-court", "common-platform")


def test_a_case_number_is_one_type_from_police_to_court(bold):
    types = {bold.contracts[name].column("case_urn").identifier_type for name in CASE_NUMBERED}
    assert types == {"case_urn"}


def test_no_name_of_a_defendant_is_shared_beside_victims(bold):
    agreement = bold.instruments["agreement", "dsa-supporting-victims"]
    courts = {"magistrates", "crown-court", "common-platform"}
    roles = {column.role for share in agreement.datasets if share.dataset in courts for column in share.columns}
    assert roles == {Role.IDENTIFIER, Role.ATTRIBUTE}
    assert not courts & {name for pair in agreement.compare for name in pair}


def use_cases(bold):
    return [one for one in bold.instruments.values() if isinstance(one, UseCaseDocument)]


def test_every_question_is_asked_of_datasets_that_meet_in_its_place(bold):
    facts = facts_if_signed(bold)
    for document in use_cases(bold):
        assert document.questions
        for question in document.questions:
            here = datasets_at(facts.use_cases[document.id], question.place, facts)
            assert set(question.datasets) <= set(here), (document.id, question.id)


def test_every_dataset_of_a_pilot_serves_one_of_its_questions(bold):
    for document in use_cases(bold):
        assert {name for question in document.questions for name in question.datasets} == set(document.datasets)


def test_every_question_is_asked_and_names_the_datasets_that_its_measure_reads(bold):
    for document in use_cases(bold):
        asked = {output.measure for output in document.outputs}
        for question in document.questions:
            assert question.measure in asked, (document.id, question.id)
            assert set(question.datasets) == set(find(question.measure).datasets), (document.id, question.id)


def test_the_findings_follow_every_output_and_no_other(bold):
    for document in use_cases(bold):
        findings = bold.instruments["findings", f"findings-{document.id}"].findings
        followed = {name for finding in findings for name in finding.published_as}
        assert followed == {output.measure for output in document.outputs}, document.id


def test_what_could_single_somebody_out_is_among_the_columns_that_are_shared(bold):
    for agreement in (one for one in bold.instruments.values() if isinstance(one, AgreementDocument)):
        shared = {share.dataset: {column.name for column in share.columns} for share in agreement.datasets}
        for keys in agreement.disclosure_risk.keys:
            assert {*keys.columns, *keys.sensitive} <= shared[keys.dataset], (agreement.id, keys.dataset)


BROKEN = [
    ("programme.yaml", lambda d: d.update(endz="2030-01-01"), "endz"),
    ("places.yaml", lambda d: d[0].pop("operator"), "operator"),
    ("people.yaml", lambda d: d.append(dict(d[0])), "used twice"),
    ("people.yaml", lambda d: d[0].update(organisation="acme"), "acme"),
    ("posts.yaml", lambda d: d[0].update(holder="nobody"), "nobody"),
    ("posts.yaml", lambda d: d[0].update(role="king"), "role"),
    ("posts.yaml", lambda d: d.remove(next(p for p in d if p["role"] == "programme_manager")), "programme_manager"),
    (
        "posts.yaml",
        lambda d: d.remove(next(p for p in d if p["id"] == "sail-custodian")),
        "custodian of the place sail",
    ),
    ("posts.yaml", lambda d: d.remove(next(p for p in d if p["id"] == "mhclg-siro")), "siro of mhclg"),
    ("contracts/prison.yaml", lambda d: d["schema"][0]["properties"][0]["customProperties"].pop(0), "role"),
    ("contracts/prison.yaml", lambda d: d["customProperties"].pop(0), "owner"),
    (
        "contracts/prison.yaml",
        lambda d: d["schema"][0]["properties"].append(dict(d["schema"][0]["properties"][3])),
        "twice",
    ),
    ("use-cases/reducing-reoffending/use-case.yaml", lambda d: d.update(use_case="other"), "name of its folder"),
    ("use-cases/reducing-reoffending/use-case.yaml", lambda d: d["affected_groups"].append("Children"), "Children"),
    ("use-cases/reducing-reoffending/use-case.yaml", lambda d: d["datasets"].append("tax"), "tax"),
    ("use-cases/reducing-reoffending/dpia.yaml", lambda d: d["measures"].pop(), "do not meet"),
    ("use-cases/reducing-reoffending/dpia.yaml", lambda d: d["measures"][0].update(control="rule:magic"), "rule:magic"),
    ("use-cases/reducing-reoffending/dpia.yaml", lambda d: d["reviews"][0].update(organisation="mhclg"), "no review"),
    ("use-cases/reducing-reoffending/engagement.yaml", lambda d: d["asked"].clear(), "nobody asked"),
    ("use-cases/reducing-reoffending/ethics.yaml", lambda d: d["scores"].pop(), "is scored on"),
    ("use-cases/reducing-reoffending/use-case.yaml", lambda d: d["prioritisation"]["scores"].pop(), "every criterion"),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d["legal_basis"].update(article_6="zz"), "article_6"),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d["legal_powers"][0].update(gateway="magic"), "magic"),
    (
        "use-cases/reducing-reoffending/agreement.yaml",
        lambda d: d["legal_powers"][0].update(reviewed_by="moj-siro"),
        "lawyer",
    ),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d.update(commercial_use=True), "commercial_use"),
    ("accreditations.yaml", lambda d: d[0].update(person="nobody"), "nobody is not in people.yaml"),
    ("accreditations.yaml", lambda d: d[0].pop("undertaking"), "undertaking"),
    ("decisions/renewal-2024.yaml", lambda d: d.update(kind="wish"), "its kind must be one of"),
    ("programme.yaml", lambda d: d["advisory_bodies"][0].update(until="2030-01-01"), "overlap"),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d["places"].append("moon"), "moon"),
    (
        "use-cases/reducing-reoffending/agreement.yaml",
        lambda d: d["datasets"][0]["columns"][0].update(name="shoe"),
        "shoe",
    ),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d["compare"].append(["prison", "ndtms"]), "ndtms"),
    ("use-cases/reducing-reoffending/agreement.yaml", lambda d: d.update(linkers_at_most=50), "linkers_at_most"),
    ("use-cases/substance-misuse/caldicott.yaml", lambda d: d["principles"].pop(), "eight"),
]


@pytest.mark.parametrize(
    ("file", "edit", "word"), BROKEN, ids=[f"{n}-{b[0].split('/')[-1]}-{b[2]}" for n, b in enumerate(BROKEN)]
)
def test_what_does_not_hold_together_is_refused_and_named(folder, file, edit, word):
    change(folder / file, edit)
    assert word in refused(folder)


def test_an_agreement_may_narrow_a_role_and_never_widen_it(folder):
    agreement = folder / "use-cases/reducing-reoffending/agreement.yaml"

    def role(name, to):
        def edit(document):
            column = next(c for c in document["datasets"][0]["columns"] if c["name"] == name)
            column["role"] = to

        return edit

    change(agreement, role("surname", "excluded"))
    check_programme(read_programme(folder))
    change(agreement, role("surname", "attribute"))
    assert "cannot become attribute" in refused(folder)


@pytest.mark.parametrize("file", ["programme.yaml", "posts.yaml", "contracts/prison.yaml"])
def test_a_file_that_is_no_yaml_or_is_missing_is_named(folder, file):
    (folder / file).write_text("a: [1, 2\nb: }")
    assert Path(file).name in refused(folder)
    if not file.startswith("contracts"):
        (folder / file).unlink()
        assert "missing" in refused(folder)


def test_a_contract_says_which_field_is_wrong(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text((BOLD / "contracts/prison.yaml").read_text().replace("apiVersion: v3.1.0", "apiVersion: v2"))
    with pytest.raises(BadProgramme, match="apiVersion"):
        read_contract(path)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("          - {property: identifierType, value: alf}\n", "", "must give its identifierType"),
        ("{property: gradeColumn, value: alf_sts_cd}", "{property: gradeColumn, value: cause}", "the gradeColumn"),
        ('value: ["1", "4", "35", "39", "99"]', "value: [good, poor]", "numbers below 128"),
    ],
)
def test_data_that_arrives_linked_says_by_which_numbering_and_how_well(tmp_path, before, after, told):
    text = (BOLD / "contracts/wales-deaths.yaml").read_text()
    assert before in text
    (tmp_path / "x.yaml").write_text(text.replace(before, after))
    with pytest.raises(BadProgramme, match=told):
        read_contract(tmp_path / "x.yaml")


def test_a_programme_comes_out_of_the_ledger_as_it_went_in(bold, ledger):
    assert record_programme(bold, ledger, "ada") > 50
    again = programme_at(ledger)
    assert dict(contents(again)).keys() == dict(contents(bold)).keys()
    assert {k: d.content_hash for k, d in again.instruments.items()} == {
        k: d.content_hash for k, d in bold.instruments.items()
    }
    assert record_programme(again, ledger, "ada") == 0


def test_a_document_that_is_gone_is_written_down_as_withdrawn(bold, folder, ledger):
    record_programme(bold, ledger, "ada")
    shutil.rmtree(folder / "use-cases" / "supporting-victims")
    record_programme(read_programme(folder), ledger, "ada")
    assert "supporting-victims" not in facts_at(ledger).use_cases
    assert {event.body["id"] for event in ledger.events("document.withdrawn")} >= {"supporting-victims"}


def test_before_the_first_document_nothing_is_known(ledger):
    assert facts_at(ledger).use_cases == {} and facts_at(ledger).programme_ends is None


def test_where_use_cases_run_follows_from_their_pins(bold, ledger):
    record_programme(bold, ledger, "ada")
    facts = facts_at(ledger)
    misuse = facts.use_cases["substance-misuse"]
    assert runs_in(misuse, facts) == ("dhsc", "sail")
    england = ["prison", "probation", "ndtms", "rough-sleeping", "hclic", "deaths"]
    assert datasets_at(misuse, "dhsc", facts) == england
    wales = ["wales-substance-misuse", "wales-population", "wales-admissions", "wales-deaths"]
    assert datasets_at(misuse, "sail", facts) == wales
    assert runs_in(facts.use_cases["reducing-homelessness"], facts) == ("dhsc",)
    for name in ("reducing-reoffending", "supporting-victims"):
        assert runs_in(facts.use_cases[name], facts) == ("moj",)


def test_every_instrument_waits_for_the_posts_that_must_sign_it(bold, ledger):
    record_programme(bold, ledger, "ada")
    waiting = awaited(bold, ledger)
    assert {(one.kind, one.post) for one in waiting if one.use_case == "substance-misuse"} >= {
        ("use_case", "bold-panel-chair"),
        ("dpia", "moj-dpo"),
        ("dpia", "dhsc-dpo"),
        ("agreement", "moj-siro"),
        ("agreement", "phw-siro"),
        ("caldicott", "dhsc-caldicott-guardian"),
        ("caldicott", "phw-caldicott-guardian"),
    }


def test_a_signature_counts_for_the_content_it_was_made_over_and_for_no_other(bold, ledger, tmp_path):
    record_programme(bold, ledger, "ada")
    document = bold.instruments["use_case", "reducing-reoffending"]
    key = person_identity(tmp_path, "ada-quillfeather")
    sign(document, "bold-panel-chair", "ada-quillfeather", bold, ledger, key)
    assert [one.post for one in signatures_on(document, signed_at(ledger))] == ["bold-panel-chair"]
    assert list(signatures_on(document.model_copy(update={"title": "Another"}), signed_at(ledger))) == []


def test_a_signature_by_another_key_or_another_person_is_refused(bold, ledger, tmp_path):
    record_programme(bold, ledger, "ada")
    document = bold.instruments["use_case", "reducing-reoffending"]
    other = bold.instruments["use_case", "supporting-victims"]
    key, forged = (
        person_identity(tmp_path / "a", "ada-quillfeather"),
        person_identity(tmp_path / "b", "ada-quillfeather"),
    )
    sign(document, "bold-panel-chair", "ada-quillfeather", bold, ledger, key)
    with pytest.raises(Refused, match="enrolled"):
        sign(other, "bold-panel-chair", "ada-quillfeather", bold, ledger, forged)
    with pytest.raises(Refused, match="does not hold"):
        sign(other, "bold-panel-chair", "bram-oxenstone", bold, ledger, key)
    with pytest.raises(Refused, match="not one that signs"):
        sign(other, "moj-siro", "tamsin-marrowby", bold, ledger, key)


def test_a_signature_event_written_without_the_key_does_not_count(bold, ledger, tmp_path):
    record_programme(bold, ledger, "ada")
    document = bold.instruments["use_case", "reducing-reoffending"]
    key = person_identity(tmp_path, "ada-quillfeather")
    ledger.append(
        "person.enrolled", "ada-quillfeather", {"person": "ada-quillfeather", "public_key": key.public["signing"]}
    )
    body = {
        "kind": "use_case",
        "id": document.id,
        "hash": document.content_hash,
        "post": "bold-panel-chair",
        "signature": "00" * 64,
    }
    ledger.append("document.signed", "ada-quillfeather", body)
    assert list(signatures_on(document, signed_at(ledger))) == []


def test_nobody_signs_for_both_sides(folder, ledger, tmp_path):
    change(
        folder / "posts.yaml", lambda d: next(p for p in d if p["id"] == "mhclg-siro").update(holder="tamsin-marrowby")
    )
    programme = read_programme(folder)
    record_programme(programme, ledger, "ada")
    agreement = programme.instruments["agreement", "dsa-reducing-homelessness"]
    assert set(required_posts(agreement, programme)) >= {"moj-siro", "mhclg-siro"}
    key = person_identity(tmp_path, "tamsin-marrowby")
    sign(agreement, "moj-siro", "tamsin-marrowby", programme, ledger, key)
    with pytest.raises(Refused, match="nobody signs for both"):
        sign(agreement, "mhclg-siro", "tamsin-marrowby", programme, ledger, key)
