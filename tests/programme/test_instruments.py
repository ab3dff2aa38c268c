"""Each kind of instrument: what its hash is over, what it refuses, and who must sign it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date

import pytest
import yaml
from documents import Plain, at, bold, identity, places_in
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from boldlink.decide import Facts
from boldlink.errors import Refused
from boldlink.programme.document import content_hash
from boldlink.programme.facts import facts_if_signed
from boldlink.programme.faults import ProgrammeLoader
from boldlink.programme.instruments import INSTRUMENTS, DestructionDocument, ProgrammeEndDocument
from boldlink.programme.record import record_document
from boldlink.programme.signatories import OWN, holder_of, required_posts
from boldlink.programme.signing import sign

CERTIFICATE = {
    "kind": "destruction", "id": "destruction-x", "version": "1.0.0", "use_case": "substance-misuse",
    "about": "use_case:substance-misuse", "agreements": ["dsa-substance-misuse"], "place": "dhsc", "operator": "tamsin-oxenstone",
    "standard": "SATRE 3.1.10", "root_destroyed": None, "how_root_ended": "it did not",
    "keys": [{"compartment": "spine/substance-misuse", "place": "dhsc"}], "files_removed": 3,
    "copies": ["none known"], "surviving": ["released outputs"], "started": "2031-04-01T09:00:00Z",
    "finished": "2031-04-01T09:01:00Z", "evidence": ["0" * 64],
}  # fmt: skip
END = {"kind": "programme_end", "id": "end", "version": "1.0.0", "last_day": "2028-01-01", "reasons": "it is done"}


def examples():
    """One document of every kind, as its file would hold it."""
    found = {}
    for (kind, _), document in bold().instruments.items():
        if kind not in found or document.use_case == "substance-misuse":
            found[kind] = document.content
    return {**found, "destruction": CERTIFICATE, "programme_end": END}


EXAMPLES = examples()
KINDS = sorted(INSTRUMENTS)


def example(kind):
    return copy.deepcopy(EXAMPLES[kind])


def hash_of(kind, content):
    return INSTRUMENTS[kind].model_validate(content).content_hash


def shuffled(value):
    """The same value with every mapping's keys the other way round."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(one) for one in value] if isinstance(value, list) else value


def test_there_is_an_example_of_every_kind():
    assert set(EXAMPLES) == set(INSTRUMENTS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_goes_into_its_content_and_comes_out_the_same(kind):
    document = INSTRUMENTS[kind].model_validate(example(kind))
    again = INSTRUMENTS[kind].model_validate(json.loads(json.dumps(document.content)))
    assert again == document and again.content == document.content
    assert again.content_hash == document.content_hash == content_hash(document.content)


@pytest.mark.parametrize("kind", KINDS)
def test_neither_the_order_of_keys_nor_the_style_of_the_yaml_changes_the_hash(kind):
    content = example(kind)
    wanted = hash_of(kind, content)
    assert hash_of(kind, shuffled(content)) == wanted
    for style in ({"default_flow_style": True}, {"width": 30, "indent": 6}, {"sort_keys": True, "allow_unicode": True}):
        text = yaml.dump(content, Dumper=Plain, **style)
        assert hash_of(kind, yaml.load(text, Loader=ProgrammeLoader)) == wanted, style


def other(value):
    """Another value of the same type, where there is one to be had."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    try:
        return date.fromisoformat(value or "").replace(year=2055).isoformat()
    except ValueError:
        return f"{value}x"


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_that_is_changed_or_left_out_changes_the_hash_or_is_refused(kind):
    content, wanted, changed = example(kind), hash_of(kind, example(kind)), 0
    for where in places_in(content):
        edited = copy.deepcopy(content)
        if isinstance(at(content, where), dict | list):
            del at(edited, where[:-1])[where[-1]]
        else:
            at(edited, where[:-1])[where[-1]] = other(at(content, where))
        try:
            assert hash_of(kind, edited) != wanted, where
            changed += 1
        except ValidationError:
            continue
    assert changed


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_nobody_knows_is_refused_wherever_it_stands(kind):
    content = example(kind)
    inside = [(), *(where for where in places_in(content) if isinstance(at(content, where), dict))]
    for where in inside:
        edited = copy.deepcopy(content)
        at(edited, where)["safegard"] = "x"
        with pytest.raises(ValidationError, match="safegard"):
            INSTRUMENTS[kind].model_validate(edited)


REQUIRED = [
    (kind, field.alias or name)
    for kind in KINDS
    for name, field in INSTRUMENTS[kind].model_fields.items()
    if field.is_required()
]


@pytest.mark.parametrize(("kind", "field"), REQUIRED, ids=[f"{kind}-{field}" for kind, field in REQUIRED])
def test_a_required_field_that_is_missing_is_refused_by_its_name(kind, field):
    content = example(kind)
    del content[field]
    with pytest.raises(ValidationError) as caught:
        INSTRUMENTS[kind].model_validate(content)
    assert [one["loc"] for one in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_passes_for_one_of_another_kind(kind):
    for one in KINDS:
        if one != kind:
            with pytest.raises(ValidationError):
                INSTRUMENTS[kind].model_validate(example(one))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0-rc1", "1.0.0\n", ""])
def test_a_version_is_three_numbers(kind, version):
    with pytest.raises(ValidationError, match="version"):
        INSTRUMENTS[kind].model_validate({**example(kind), "version": version})


@given(st.text(min_size=3, max_size=40))
def test_a_hash_tells_any_two_texts_apart(text):
    content = {**END, "reasons": text}
    same = ProgrammeEndDocument.model_validate(END).reasons == text
    assert (hash_of("programme_end", content) == hash_of("programme_end", END)) == same


# Who must sign the documents of the substance misuse use case, by the scopes of their signatories.
POSTS = {
    "use_case": {"bold-panel-chair"},
    "engagement": {"bold-engagement-lead"},
    "panel_decision": {"bold-panel-chair", "bold-external-member"},
    "ethics": {"bold-ethics-lead"},
    "anonymisation": {"moj-information-asset-owner"},
    "findings": {"bold-programme-manager"},
    "caldicott": {"dhsc-caldicott-guardian", "phw-caldicott-guardian"},
    "section_251": {"dhsc-caldicott-guardian", "phw-caldicott-guardian"},
    "advice": {"dhsc-information-asset-owner", "phw-information-asset-owner"},
}


@pytest.mark.parametrize(("kind", "posts"), POSTS.items(), ids=POSTS.keys())
def test_each_kind_is_signed_by_the_posts_that_its_scope_means(kind, posts):
    (document,) = [one for one in bold().of_use_case("substance-misuse") if one.kind == kind]
    assert set(required_posts(document, bold())) == posts


def test_an_agreement_is_signed_by_its_parties_and_a_dpia_by_all_who_take_part():
    programme = bold()
    agreement = programme.instruments["agreement", "dsa-reducing-homelessness"]
    siros = ("moj-siro", "mhclg-siro", "dhsc-siro", "police-siro", "nhs-england-siro")
    assert required_posts(agreement, programme) == siros
    assert agreement.organisations == [programme.posts[post].organisation for post in siros]
    case = programme.instruments["use_case", "substance-misuse"]
    dpia = programme.instruments["dpia", "dpia-substance-misuse"]
    holders = {programme.posts[post].organisation for post in required_posts(dpia, programme)}
    assert holders == set(case.organisations) and len(holders) > 2


def test_without_health_data_no_guardian_is_asked_to_sign():
    programme = bold()
    document = INSTRUMENTS["caldicott"].model_validate({**example("caldicott"), "use_case": "supporting-victims"})
    assert required_posts(document, programme) == ()


def test_an_accreditation_is_signed_by_the_persons_own_organisation_and_by_the_person():
    for document in bold().instruments.values():
        if document.kind == "accreditation":
            lead, own = required_posts(document, bold())
            assert bold().posts[lead].organisation == bold().people[document.person].organisation
            assert bold().posts[lead].role == "security_lead" and own == f"{OWN}{document.person}"
            assert holder_of(own, bold()) == document.person


def test_a_post_that_nobody_has_made_is_named_and_held_by_nobody():
    programme = replace(bold(), posts={k: p for k, p in bold().posts.items() if p.id != "phw-caldicott-guardian"})
    (document,) = [one for one in programme.of_use_case("substance-misuse") if one.kind == "caldicott"]
    assert "caldicott_guardian of public-health-wales" in required_posts(document, programme)
    assert holder_of("caldicott_guardian of public-health-wales", programme) is None


def certificate(**changes):
    return DestructionDocument.model_validate({**CERTIFICATE, **changes})


def test_a_certificate_is_countersigned_by_anybody_of_the_role_but_its_operator(tmp_path):
    programme = bold()
    assert required_posts(certificate(), programme) == ("dhsc-siro",), "of the place's own operator"
    operated = certificate(operator=programme.posts["dhsc-siro"].holder)
    assert required_posts(operated, programme) == ("moj-siro",)
    operated = certificate(operator="tamsin-marrowby")
    everyone = {post.id: post.model_copy(update={"holder": "tamsin-marrowby"}) for post in programme.posts.values()}
    alone = replace(programme, posts=everyone)
    assert required_posts(operated, alone) == ("siro of dhsc",)


def test_the_operator_of_a_destruction_is_refused_as_its_countersigner(ledger):
    operated = certificate(operator="tamsin-marrowby")
    record_document(ledger, "boldlink", "destruction", operated.id, operated.content)
    with pytest.raises(Refused, match="not one that signs it"):
        sign(operated, "moj-siro", "tamsin-marrowby", bold(), ledger, identity("tamsin-marrowby"))


def test_everything_that_facts_say_of_an_instrument_stands_in_its_document():
    facts: Facts = facts_if_signed(bold())
    for case in facts.use_cases.values():
        for instrument in case.instruments:
            document = bold().instruments[instrument.kind, instrument.id]
            assert (instrument.content_hash, instrument.version) == (document.content_hash, document.version)
            assert (instrument.starts, instrument.ends) == (document.starts_on, document.ends_on)
            assert instrument.required_posts == required_posts(document, bold()) and not instrument.missing_posts
