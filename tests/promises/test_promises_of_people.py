"""What the programme promises the people in the data: each promise attacked on a home that the whole journey made."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow.parquet as pq
import pytest

from boldlink.decide import Request, decide
from boldlink.errors import KeyUnavailable, Refused, Tampered
from boldlink.journey import open_home
from boldlink.journey.ask import why
from boldlink.places.packages import Contents, open_package, send
from boldlink.values import Role
from boldlink.vault import read_table
from small import SMALL as BOLD

LINKER, RESEARCHER, CUSTODIAN = "idwal-hartsbourne", "ptolemy-larkspur", "tamsin-oxenstone"


@pytest.fixture
def home(copy):
    with open_home(copy.root, copy.keys) as opened:
        yield opened


def research(home, place, use_case):
    """The research dataset as the use case's researcher opens it."""
    at = home.places[place]
    person = home.member(at, use_case, "researcher")
    decision = home.require(at, person, "analyse", f"research:{use_case}", use_case)
    opened = {sealed.path.stem: read_table(sealed) for sealed in home.opened(at, decision, f"research/{use_case}")}
    assert opened.pop("_quality").schema.names == ["report"]  # counts about links, beside the datasets
    return opened


def identifying_values(people):
    """Full names, dates of birth and postcodes as they may be written, eight bytes or longer."""
    values = set()
    for one in people:
        year, month, day = one["date_of_birth"].split("-")
        postcode = one["postcode"]
        values |= {f"{one['forename']} {one['surname']}", f"{one['surname']}, {one['forename']}"}
        values |= {one["date_of_birth"], f"{day}/{month}/{year}", postcode}
    return {value.lower().encode() for value in values if len(value) >= 8}


def found_in(data, values):
    """Values of eight bytes or more that stand in the data: by their first eight bytes, then whole."""
    if len(data) < 8:
        return set()
    windows = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), 8)
    heads = np.unique(np.ascontiguousarray(windows).view(np.uint64).ravel())
    wanted = sorted(values)
    likely = np.isin(np.array([np.frombuffer(value[:8], np.uint64)[0] for value in wanted]), heads)
    return {value for value, there in zip(wanted, likely, strict=True) if there and value in data}


def stored_files(root):
    return [p for p in root.rglob("*") if p.is_file() and p.relative_to(root).parts[0] not in ("extracts", "truth")]


def test_p01_no_name_birth_date_or_postcode_stands_anywhere_in_the_home(made):
    wanted = identifying_values(made.people)
    clear = b" ".join(path.read_bytes() for path in (made.root / "extracts" / "prison").iterdir()).lower()
    assert found_in(clear, wanted), "the search must be able to find what it looks for"
    for path in stored_files(made.root):
        assert not found_in(path.read_bytes().lower(), wanted), f"something identifying stands in {path.name}"


def test_p01_researchers_get_no_column_that_was_delivered_for_linking(home):
    facts = home.facts(home.anywhere)
    for use_case in facts.use_cases.values():
        place = next(name for name in home.places if home.files(home.places[name], f"research/{use_case.id}"))
        for dataset, table in research(home, place, use_case.id).items():
            linkage = {
                column.name
                for column in facts.contracts[dataset].with_role(Role.LINKAGE, Role.SOURCE_KEY, Role.EXCLUDED)
            }
            assert not linkage & set(table.schema.names)


def test_p01_a_research_dataset_holds_no_identifying_value_in_any_column(home, copy):
    wanted = {value.decode() for value in identifying_values(copy.people)}
    for table in research(home, "dhsc", "substance-misuse").values():
        for column in table.columns:
            if str(column.type) == "string":
                assert not {str(value).lower() for value in column.to_pylist()} & wanted


def test_p02_a_persons_pseudonym_is_another_one_in_every_use_case(home):
    seen = defaultdict(set)
    for use_case, place in (
        ("reducing-reoffending", "moj"),
        ("reducing-homelessness", "dhsc"),
        ("substance-misuse", "dhsc"),
    ):
        for name in ("person_high", "person_medium", "person_low"):
            seen[use_case] |= set(research(home, place, use_case)["prison"].column(name).to_pylist())
    for one, other in combinations(seen, 2):
        assert seen[one] and not seen[one] & seen[other]


def test_p02_a_pseudonym_is_in_no_file_but_its_own_research_dataset(home, copy):
    pseudonym = research(home, "moj", "reducing-reoffending")["prison"].column("person_medium")[0].as_py()
    for path in stored_files(copy.root):
        assert pseudonym not in path.read_bytes() and pseudonym.hex().encode() not in path.read_bytes()


CASES = ("police-crimes", "magistrates", "crown-court", "common-platform")


def test_p03_case_numbers_are_replaced_and_still_follow_a_case_from_police_to_court(home, copy):
    tables = research(home, "moj", "supporting-victims")
    numbers = {
        name: set(table.column("case_urn").to_pylist()) - {None} for name, table in tables.items() if name in CASES
    }
    police, courts = numbers.pop("police-crimes"), set().union(*numbers.values())
    assert police and police <= courts
    files = [(copy.root / f"extracts/{name}/2024-06.full.csv").read_text().splitlines() for name in numbers]
    delivered = {line.split(",")[2] for lines in files for line in lines[1:]}
    assert not {value.hex() for value in courts} & delivered and all(len(value) == 16 for value in courts)


def test_p03_equal_case_numbers_get_other_substitutes_in_another_use_case(home):
    one = set(research(home, "moj", "reducing-reoffending")["prison"].column("book_id").to_pylist())
    other = set(research(home, "dhsc", "reducing-homelessness")["prison"].column("book_id").to_pylist())
    assert one and not one & other


def test_p04_identifiers_and_attributes_share_nothing_but_a_record_key(home):
    place = home.places["moj"]
    custodian = home.holder(place, "custodian", at="moj")
    decision = home.require(place, custodian, "separate", "dataset:prison")
    halves = {
        h: [read_table(s) for s in home.opened(place, decision, f"{h}/prison")] for h in ("identifiers", "attributes")
    }
    names = {half: set(tables[0].schema.names) for half, tables in halves.items()}
    assert names["identifiers"] & names["attributes"] == {"record_key"}
    keys = {
        half: {key for t in tables for key in t.column("record_key").to_pylist()} for half, tables in halves.items()
    }
    assert keys["identifiers"] == keys["attributes"]


def test_p04_keys_lie_outside_the_home_and_the_home_alone_opens_nothing(copy, tmp_path):
    for path in stored_files(copy.root):
        for key in copy.keys.rglob("*.key"):
            assert key.read_bytes() not in path.read_bytes()
    (tmp_path / "nothing").mkdir()
    with pytest.raises(KeyUnavailable), open_home(copy.root, tmp_path / "nothing") as opened:
        research(opened, "moj", "reducing-reoffending")


def test_p04_no_decision_no_key(home):
    place = home.places["moj"]
    refused = [e for e in place.ledger.events("decision") if not e.body["allowed"]]
    with pytest.raises(Refused):
        home.require(place, RESEARCHER, "link", "spine:reducing-reoffending", "reducing-reoffending")
    refused = [e for e in place.ledger.events("decision") if not e.body["allowed"]]
    with pytest.raises(KeyUnavailable):
        place.vault.lease(refused[-1], "identifiers/prison")


def test_p05_only_declared_columns_are_in_a_research_dataset(home):
    extra = {"person_high", "person_medium", "person_low", "person_exact", "unit"}
    extra |= {"link_weight", "link_probability", "link_grade"}
    facts = home.facts(home.anywhere)
    for use_case in facts.use_cases.values():
        place = next(name for name in home.places if home.files(home.places[name], f"research/{use_case.id}"))
        for dataset, table in research(home, place, use_case.id).items():
            assert set(table.schema.names) - extra <= set(use_case.agreement.shares[dataset].columns)


def test_p05_no_row_outside_the_declared_period(home):
    share = home.facts(home.anywhere).use_cases["substance-misuse"].agreement.shares["prison"]
    for table in (
        research(home, "dhsc", "substance-misuse")["prison"],
        research(home, "moj", "reducing-reoffending")["prison"],
    ):
        dates = table.column(share.cohort_column).to_pylist()
        assert dates and all(share.cohort_from <= one <= share.cohort_to for one in dates)


def test_p05_a_column_that_the_use_case_does_not_name_is_refused(made):
    answer = why(
        made.root,
        RESEARCHER,
        "read",
        "research:substance-misuse.alias_surname",
        "substance-misuse",
        date.today(),
    )
    assert not answer.decision.allowed
    assert {"column_role_is_visible"} <= {finding.rule for finding in answer.decision.unmet}
    answer = why(
        made.root,
        "ada-wyndlesham",
        "read",
        "research:reducing-reoffending.establishment",
        "reducing-reoffending",
        date.today(),
    )
    assert {finding.rule for finding in answer.decision.unmet} == {"column_is_named"}


def test_p06_nothing_is_linked_or_used_without_a_use_case(home):
    place = home.places["moj"]
    for action, resource in (
        ("link", "spine:prison"),
        ("analyse", "research:everything"),
        ("build", "research:prison"),
    ):
        with pytest.raises(Refused):
            home.require(place, LINKER, action, resource, None)


def test_p06_one_use_cases_dataset_is_not_opened_for_another(home):
    place = home.places["moj"]
    with pytest.raises(Refused):
        home.require(place, "ada-wyndlesham", "analyse", "research:supporting-victims", "reducing-reoffending")
    decision = home.require(place, "ada-wyndlesham", "analyse", "research:supporting-victims", "supporting-victims")
    with pytest.raises(KeyUnavailable):
        place.vault.lease(decision, "research/reducing-reoffending")


def test_p06_people_outside_every_cohort_are_never_compared(home):
    place = home.places["moj"]
    custodian, linker = (
        home.holder(place, "custodian", at="moj"),
        home.member(place, "reducing-reoffending", "linker"),
    )
    select = home.require(place, custodian, "separate", "dataset:prison")
    everyone = {
        k
        for s in home.opened(place, select, "identifiers/prison")
        for k in read_table(s).column("record_key").to_pylist()
    }
    decision = home.require(place, linker, "link", "spine:reducing-reoffending", "reducing-reoffending")
    spine = read_table(home.opened(place, decision, "spine/reducing-reoffending")[0])
    linked = {
        k
        for k, d in zip(spine.column("record_key").to_pylist(), spine.column("dataset").to_pylist(), strict=True)
        if d == "prison"
    }
    assert linked < everyone


def test_p17_more_linkers_than_the_agreement_allows_stop_the_linking(home):
    facts = home.facts(home.anywhere)
    use_case = facts.use_cases["reducing-reoffending"]
    most = use_case.agreement.linkers_at_most
    crowd = tuple(list(facts.people)[: most + 1])
    from dataclasses import replace

    crowded = replace(use_case, team={**use_case.team, "linker": (LINKER, *crowd)})
    known = replace(facts, use_cases={**facts.use_cases, use_case.id: crowded})
    ask = Request(LINKER, "link", "spine:reducing-reoffending", "reducing-reoffending", "moj")
    assert "linkers_are_few" in {finding.rule for finding in decide(ask, known, date.today()).unmet}
    assert decide(ask, facts, date.today()).allowed


def test_p19_linkers_see_only_linkage_columns(home):
    place = home.places["moj"]
    decision = home.require(place, LINKER, "link", "spine:reducing-reoffending", "reducing-reoffending")
    for name in (
        "attributes/prison",
        "attributes/probation",
        "research/reducing-reoffending",
        "deposits/prison",
        "disclosure",
    ):
        with pytest.raises(KeyUnavailable):
            place.vault.lease(decision, name)
    contract = home.contract("prison")
    linkage = {column.name for column in contract.with_role(Role.LINKAGE)}
    for sealed in home.opened(place, decision, "identifiers/prison"):
        assert set(read_table(sealed).schema.names) == linkage | {
            "record_key",
            "source_person",
            "record_reference",
        }


@pytest.mark.parametrize(
    "column", ["main_offence", "release_date", "ethnicity", "wing_notes", "book_id", "noms_number"]
)
def test_p19_a_linker_who_asks_for_an_attribute_is_told_why_not(made, column):
    answer = why(made.root, LINKER, "read", f"identifiers:prison.{column}", "reducing-reoffending", date.today())
    assert "column_role_is_visible" in {finding.rule for finding in answer.decision.unmet}


def test_p20_a_researcher_never_reaches_identifiers_spines_or_units(home):
    place = home.places["dhsc"]
    decision = home.require(place, RESEARCHER, "analyse", "research:substance-misuse", "substance-misuse")
    for name in ("identifiers/ndtms", "identifiers/prison.substance-misuse", "spine/substance-misuse", "pseudonyms/substance-misuse",
                 "source-person/ndtms", "identifier-types", "disclosure", "record-key/ndtms"):  # fmt: skip
        for write in (False, True):
            with pytest.raises(KeyUnavailable):
                place.vault.lease(decision, name, write=write)


def test_p23_a_health_row_cannot_be_put_into_a_package(home):
    place = home.places["dhsc"]
    decision = home.require(place, CUSTODIAN, "build", "research:substance-misuse", "substance-misuse")
    contents = Contents(home.contract("ndtms"), "substance-misuse", "moj", "x", 1, {})
    with pytest.raises(Refused, match="pinned"):
        send(place, contents, home.places["moj"].identity, decision)
    with pytest.raises(Refused):
        home.require(place, CUSTODIAN, "send", "dataset:ndtms", "substance-misuse", "moj")


def test_p23_a_health_file_copied_to_another_place_is_found_and_does_not_open(copy):
    from boldlink.places import audit_place

    source = next((copy.root / "places/dhsc/attributes/ndtms").iterdir())
    target = copy.root / "places/moj/attributes/prison" / source.name
    target.write_bytes(source.read_bytes())
    assert "STORE-ADDED" in {problem.code for problem in audit_place(copy.root / "places/moj", copy.keys)[1]}
    with open_home(copy.root, copy.keys) as home:
        place = home.places["moj"]
        decision = home.require(place, home.holder(place, "custodian", at="moj"), "separate", "dataset:prison")
        lease = place.vault.lease(decision, "attributes/prison")
        with pytest.raises(Tampered):
            place.store.sealed(f"attributes/prison/{source.name}", lease)
        from boldlink.vault import Sealed

        with pytest.raises(Tampered):
            read_table(Sealed(target, lease))


def test_p23_nothing_of_the_health_place_but_releases_and_its_export_is_readable(made):
    for path in (made.root / "places" / "dhsc").rglob("*"):
        relative = path.relative_to(made.root / "places" / "dhsc").parts
        if path.suffix == ".parquet":
            with pytest.raises(Exception, match=r"(?i)encrypt|decrypt"):
                pq.ParquetFile(path)
        elif path.is_file():
            # The ledger and what reviewers wrote (openings) speak of people who work here, never of records.
            assert relative[0] in ("ledger", "openings", "vault", "released", "public")


def test_p24_other_departments_rows_arrive_only_sealed_and_only_what_was_agreed(home):
    place = home.places["dhsc"]
    received = {event.body["dataset"] for event in place.ledger.events("package.received")}
    assert received == {"prison", "probation", "pnc", "hclic", "rough-sleeping", "deaths"}
    share = home.facts(place).use_cases["substance-misuse"].agreement.shares["probation"]
    decision = home.require(place, CUSTODIAN, "build", "research:substance-misuse", "substance-misuse")
    table = read_table(home.opened(place, decision, "attributes/probation.substance-misuse")[0])
    assert set(table.schema.names) - {"record_key", "unit"} <= set(share.columns)
    assert not [path for path in home.root.rglob("outbox/*/*") if path.is_file()]


def test_p24_a_package_for_one_place_does_not_open_in_another_nor_when_changed(home, tmp_path):
    source, target = home.places["moj"], home.places["dhsc"]
    custodian = home.holder(source, "custodian", at="moj")
    decision = home.require(source, custodian, "send", "dataset:prison", "substance-misuse", "dhsc")
    import pyarrow as pa

    schema = pa.schema([("record_key", pa.binary(16))])
    batch = pa.record_batch([pa.array([b"k" * 16], pa.binary(16))], names=["record_key"])
    halves = {half: (schema, [batch]) for half in ("identifiers", "attributes")}
    folder = send(
        source,
        Contents(home.contract("prison"), "substance-misuse", "dhsc", "x", 1, halves),
        target.identity,
        decision,
    )
    receive = home.require(target, CUSTODIAN, "receive", "dataset:prison", "substance-misuse")
    assert read_table(open_package(target, folder, source.identity, receive)["attributes"]).num_rows == 1
    with pytest.raises(Refused):
        open_package(home.places["sail"], folder, source.identity, receive)
    with pytest.raises(Tampered):
        open_package(target, folder, home.places["sail"].identity, receive)
    half = folder / "attributes.parquet"
    whole = bytearray(half.read_bytes())
    whole[len(whole) // 2] ^= 1
    half.write_bytes(bytes(whole))
    with pytest.raises(Tampered):
        open_package(target, folder, source.identity, receive)


def test_p29_a_person_of_a_commercial_organisation_is_refused_whatever_else_holds(home):
    from dataclasses import replace

    from boldlink.decide import Organisation

    facts = home.facts(home.anywhere)
    person = replace(facts.people[LINKER], organisation="acme")
    known = replace(
        facts,
        organisations={**facts.organisations, "acme": Organisation("acme", "Acme", True)},
        people={**facts.people, LINKER: person},
    )
    ask = Request(LINKER, "link", "spine:reducing-reoffending", "reducing-reoffending", "moj")
    assert {finding.rule for finding in decide(ask, known, date.today()).unmet} == {"person_is_not_commercial"}


def test_p29_an_agreement_for_commercial_use_does_not_read(tmp_path):
    import shutil

    from boldlink.errors import BadProgramme
    from boldlink.programme.folder import read_programme

    programme = BOLD
    shutil.copytree(programme, tmp_path / "bold")
    agreement = tmp_path / "bold/use-cases/reducing-reoffending/agreement.yaml"
    agreement.write_text(agreement.read_text().replace("commercial_use: false", "commercial_use: true"))
    with pytest.raises(BadProgramme, match="commercial_use"):
        read_programme(tmp_path / "bold")
