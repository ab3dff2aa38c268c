"""Every rule speaks, for yes and for no: one live use case, and one thing wrong at a time."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.decide import (
    ACTIONS,
    RULES,
    Agreement,
    Facts,
    Instrument,
    Lane,
    Organisation,
    Person,
    PlaceFacts,
    Post,
    Request,
    Share,
    Signature,
    UseCase,
    datasets_at,
    decide,
    explain,
    runs_in,
)
from boldlink.decide.words import WORDS
from boldlink.errors import BadInput
from boldlink.values import Column, Contract, Role

TODAY = date(2026, 6, 1)
LATER = date(2027, 1, 1)


def contract(dataset, owner, place, *, pinned=False, health=False):
    columns = (
        Column("ref", "string", Role.IDENTIFIER, primary_key=True, identifier_type="t"),
        Column("person", "string", Role.SOURCE_KEY),
        Column("surname", "string", Role.LINKAGE, meaning="surname"),
        Column("offence", "string", Role.ATTRIBUTE),
        Column("notes", "string", Role.EXCLUDED),
    )
    return Contract(dataset, dataset, "1", owner, place, pinned, columns, health=health)


def signed(kind, *posts, ends=LATER):
    return Instrument(
        kind,
        f"{kind}-1",
        "1",
        "h",
        posts,
        tuple(Signature(p, "x", TODAY) for p in posts),
        date(2026, 1, 1),
        ends,
    )


def share(dataset):
    columns = {"ref": Role.IDENTIFIER, "surname": Role.LINKAGE, "offence": Role.ATTRIBUTE}
    return Share(dataset, columns, dict.fromkeys(columns, "needed"))


def use_case(**changes):
    agreement = Agreement(
        signed("agreement", "moj-siro", "dhsc-siro"),
        "misuse",
        ("moj", "dhsc"),
        {name: share(name) for name in ("prison", "ndtms")},
        ("dhsc-place",),
        2,
        (("ndtms", "prison"),),
    )
    made = UseCase(
        id="misuse",
        title="Misuse",
        lane=Lane.RESEARCH,
        datasets=("prison", "ndtms"),
        organisations=("moj", "dhsc"),
        team={"linker": ("lin",), "researcher": ("rita",), "checker": ("chloe", "carl")},
        instrument=signed("use_case", "chair"),
        dpia=signed("dpia", "moj-dpo", "dhsc-dpo"),
        agreement=agreement,
        caldicott=signed("caldicott", "guardian"),
    )
    return replace(made, **changes)


def facts(case=None, **changes):
    people = ("lin", "rita", "chloe", "carl", "cus", "sup", "rel")
    made = Facts(
        programme_ends=LATER,
        organisations={
            "moj": Organisation("moj", "MoJ"),
            "dhsc": Organisation("dhsc", "DHSC"),
            "acme": Organisation("acme", "Acme", True),
        },
        people={p: Person(p, p.title(), "moj", "SC", LATER, LATER, LATER) for p in people},
        posts={
            "dhsc-custodian": Post("dhsc-custodian", "Custodian", "dhsc", "custodian", "cus", "dhsc-place"),
            "moj-supplier": Post("moj-supplier", "Supplier", "moj", "data_supplier", "sup"),
            "dhsc-releaser": Post("dhsc-releaser", "Releaser", "dhsc", "releaser", "rel", "dhsc-place"),
        },
        places={name: PlaceFacts(name, name, "moj") for name in ("moj-place", "dhsc-place")},
        contracts={
            "prison": contract("prison", "moj", "moj-place"),
            "ndtms": contract("ndtms", "dhsc", "dhsc-place", pinned=True, health=True),
        },
        use_cases={"misuse": case or use_case()},
    )
    return replace(made, **changes)


LINK = Request("lin", "link", "spine:misuse", "misuse", "dhsc-place")
ANALYSE = Request("rita", "analyse", "research:misuse", "misuse", "dhsc-place")
BUILD = Request("cus", "build", "research:misuse", "misuse", "dhsc-place")
DEPOSIT = Request("sup", "deposit", "dataset:prison", None, "moj-place")


def unmet(request, known=None, at=TODAY):
    return {finding.rule for finding in decide(request, known or facts(), at).unmet}


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


def person(**changes):
    known = facts()
    return replace(known, people={**known.people, "lin": replace(known.people["lin"], **changes)})


EARLIER = date(2026, 5, 31)
WRONG = [
    ("person_is_not_commercial", LINK, person(organisation="acme")),
    ("clearance_is_valid", LINK, person(clearance_until=EARLIER)),
    ("clearance_is_valid", LINK, person(clearance_until=None)),
    ("training_is_valid", LINK, person(training_until=EARLIER)),
    ("undertaking_is_signed", LINK, person(undertaking_until=None)),
    ("role_is_held", replace(LINK, person="rita"), facts()),
    ("role_is_held", replace(BUILD, place="moj-place"), facts()),
    ("role_is_held", replace(DEPOSIT, resource="dataset:ndtms", place="dhsc-place"), facts()),
    ("programme_has_not_ended", LINK, facts(programme_ends=EARLIER)),
    ("programme_has_not_ended", LINK, facts(programme_ends=None)),
    ("use_case_is_named", replace(LINK, use_case=None), facts()),
    ("resource_is_of_the_use_case", replace(LINK, resource="spine:reoffending"), facts()),
    ("use_case_is_live", LINK, facts(use_case(instrument=signed("use_case", "chair", ends=EARLIER)))),
    (
        "use_case_is_live",
        LINK,
        facts(use_case(instrument=replace(signed("use_case", "chair"), signatures=()))),
    ),
    ("agreement_is_live", LINK, facts(use_case(agreement=None))),
    ("dpia_is_reviewed", LINK, facts(use_case(dpia=None))),
    (
        "dpia_is_reviewed",
        LINK,
        facts(
            use_case(
                dpia=replace(signed("dpia", "moj-dpo", "dhsc-dpo"), signatures=(Signature("moj-dpo", "x", TODAY),))
            )
        ),
    ),
    ("caldicott_is_signed", LINK, facts(use_case(caldicott=None))),
    ("some_use_case_needs_it", DEPOSIT, facts(use_case(caldicott=None))),
    ("some_use_case_needs_it", DEPOSIT, facts(use_case(datasets=("ndtms",)))),
    ("lanes_never_meet", LINK, facts(use_case(lane=Lane.OPERATIONAL))),
    ("no_commercial_party", LINK, facts(use_case(organisations=("moj", "acme")))),
    ("linkers_are_few", LINK, facts(use_case(team={"linker": ("lin", "a", "b")}))),
    ("duties_are_separated", LINK, facts(use_case(team={"linker": ("lin",), "researcher": ("lin",)}))),
    ("place_is_allowed", replace(LINK, place="moj-place"), facts()),
    ("use_case_has_ended", Request("cus", "erase", "use_case:misuse", None, "dhsc-place"), facts()),
]


@pytest.mark.parametrize(
    ("rule", "request_", "known"), WRONG, ids=[f"{number}-{w[0]}" for number, w in enumerate(WRONG)]
)
def test_one_thing_wrong_is_one_no_that_names_it(rule, request_, known):
    assert rule in unmet(request_, known)


def test_every_rule_has_a_case_that_breaks_it():
    broken = {rule for rule, *_ in WRONG} | {
        "person_is_known",
        "dataset_is_shared",
        "column_is_named",
        "column_role_is_visible",
    }
    assert broken == {rule.__name__ for rule in RULES}


ERASE = Request("cus", "erase", "use_case:misuse", None, "dhsc-place")


def test_what_was_made_for_a_use_case_is_erased_when_it_ends_and_not_because_a_file_was_edited():
    ended = signed("agreement", "moj-siro", ends=EARLIER)
    over = use_case(agreement=replace(use_case().agreement, instrument=ended))
    assert decide(ERASE, facts(over), TODAY).allowed
    edited = use_case(agreement=replace(use_case().agreement, instrument=replace(ended, signatures=())))
    assert not decide(ERASE, facts(edited), TODAY).allowed
    assert decide(ERASE, facts(programme_ends=EARLIER), TODAY).allowed
    assert decide(replace(ERASE, resource="use_case:gone"), facts(), TODAY).allowed
    assert "spine/misuse:write" in decide(ERASE, facts(over), TODAY).opens


def read(person, resource):
    return Request(person, "read", resource, "misuse")


@pytest.mark.parametrize(
    ("request_", "rules"),
    [
        (read("lin", "identifiers:prison.surname"), set()),
        (read("lin", "identifiers:prison.offence"), {"column_role_is_visible"}),
        (read("lin", "attributes:prison.offence"), {"role_is_held"}),
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
        assert who != "mallory" and date(2026, 1, 1) <= at <= LATER and place != "moon"
        assert case == "misuse" or (not ACTIONS[action].needs_use_case and case is None)
    else:
        assert decision.unmet and not decision.opens
