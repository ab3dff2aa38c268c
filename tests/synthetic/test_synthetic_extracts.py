"""People who do not exist: the same for a seed, with believable faults, and the truth beside them and never in them."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from boldlink.deposits.validate import check_batch
from boldlink.programme.contract import read_contract
from boldlink.standardise import read_pnc, standardise
from boldlink.synthetic import write_extracts, write_second_delivery
from boldlink.synthetic.departments import HEADERS
from boldlink.synthetic.effects import EFFECTS
from boldlink.synthetic.names import COMMUNITIES, FORENAMES, surnames

BOLD = Path(__file__).parents[2] / "programmes" / "bold"
PEOPLE = 3000


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_extracts(folder / "e", folder / "t", people=PEOPLE, seed=9)
    write_second_delivery(folder / "e", folder / "t", people=PEOPLE, seed=9)
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder):
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.csv")}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_extracts(tmp_path / name / "e", tmp_path / name / "t", people=500, seed=seed)
        write_second_delivery(tmp_path / name / "e", tmp_path / name / "t", people=500, seed=seed)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")


def test_every_extract_has_the_columns_of_its_contract_in_order(written):
    for path in sorted((written / "e").rglob("*.csv")):
        contract = read_contract(BOLD / "contracts" / f"{path.parent.name}.yaml")
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        delivered = [column.name for column in contract.delivered]
        if "withdrawal" in path.name:
            assert header == [contract.source_key.name]
        elif path.parent.name == "hclic" and path.name.startswith("2024-05"):
            assert set(delivered) - set(header) == {"local_authority"}  # the file that must be refused
        else:
            assert header == delivered


def test_the_truth_covers_every_row_and_stands_in_no_extract(written):
    truth = {(row["dataset"], row["record_key"]): row for row in rows(written / "t" / "records.csv")}
    people = {row["person_id"] for row in rows(written / "t" / "people.csv")}
    assert {row["person_id"] for row in truth.values()} <= people
    for path in sorted((written / "e").rglob("*.csv")):
        text = path.read_text(encoding="utf-8")
        assert not any(person in text for person in list(people)[:300])
        if "withdrawal" in path.name or path.name.startswith("2024-05"):
            continue
        contract = read_contract(BOLD / "contracts" / f"{path.parent.name}.yaml")
        for row in rows(path):
            found = truth[path.parent.name, row[contract.primary_key[0]]]
            assert found["source_key"] == row[contract.source_key.name]


def test_the_withdrawal_names_the_clients_that_the_truth_says_withdrew(written):
    named = {row["client_ref"] for row in rows(written / "e/ndtms/2024-10.withdrawal.csv")}
    withdrawn = rows(written / "t" / "withdrawn.csv")
    assert named == {row["source_key"] for row in withdrawn} and named
    everybody = defaultdict(set)
    for row in rows(written / "t" / "records.csv"):
        if row["dataset"] == "ndtms":
            everybody[row["person_id"]].add(row["source_key"])
    for person in {row["person_id"] for row in withdrawn}:
        assert everybody[person] <= named, "somebody who withdraws does so under every reference"


def test_treatment_records_hold_no_name_and_no_whole_postcode(written):
    surnames_known = {row["surname"].lower() for row in rows(written / "t" / "people.csv")}
    for row in rows(written / "e/ndtms/2024-06.full.csv"):
        assert len(row["forename_initial"]) == len(row["surname_initial"]) == 1
        assert re.fullmatch(r"([A-Z]{1,2}\d{1,2}[A-Z]?)?", row["pc"])
        places = {"la", "dat", "agncy", "ethnic"}  # some people are called Preston, or White
        assert not {value.lower() for name, value in row.items() if name not in places} & surnames_known


def test_welsh_records_are_nameless_and_carry_their_match_grade(written):
    found = rows(written / "e/wales-substance-misuse/2024-06.full.csv")
    assert found and {row["alf_sts_cd"] for row in found} <= {"1", "4", "35", "39", "99"}


def test_every_value_but_the_spoilt_ones_is_what_the_contract_says(written):
    for dataset in HEADERS:
        contract = read_contract(BOLD / "contracts" / f"{dataset}.yaml")
        found = rows(written / "e" / dataset / "2024-06.full.csv")
        columns = {name: pa.array([row[name] or None for row in found], pa.string()) for name in HEADERS[dataset]}
        reasons = Counter(check_batch(pa.record_batch(columns), contract).reasons.drop_null().to_pylist())
        assert not [reason for reason in reasons if reason.startswith(("value", "missing"))]
        assert reasons.total() <= 0.02 * len(found) + 3


def test_nobody_of_the_people_is_in_every_file_and_every_department_knows_somebody(written):
    known = defaultdict(set)
    for row in rows(written / "t" / "records.csv"):
        known[row["dataset"]].add(row["person_id"])
    assert set(known) == set(HEADERS)
    assert not set.intersection(*known.values())


def test_the_truth_says_what_causes_what(written):
    effects = {row["id"]: row for row in rows(written / "t" / "effects.csv")}
    assert set(effects) == set(EFFECTS)
    assert effects["employment-support"]["value"] == "0.80" and effects["employment-support"]["null"] == "false"
    assert effects["accredited-programme"]["null"] == effects["accredited-programme"]["confounded"] == "true"


def test_no_date_is_written_without_separators(written):
    for path in (written / "e").rglob("*.csv"):
        for row in rows(path):
            for name, value in row.items():
                if "date" in name or name in ("dob", "triaged_jy", "disd_jy", "defendant_dob"):
                    assert not re.fullmatch(r"\d{8}", value)


def test_twins_share_birth_surname_and_address_and_not_their_forename(written):
    groups = defaultdict(list)
    for row in rows(written / "t" / "people.csv"):
        groups[row["surname"], row["date_of_birth"], row["postcode"]].append(row["forename"])
    twins = [names for names in groups.values() if len(names) > 1]
    assert len(twins) > PEOPLE * 0.003
    assert all(len(set(names)) == len(names) for names in twins)


def test_pnc_ids_are_right_but_for_a_few_wrong_check_letters_and_some_are_short(written):
    given = [row["pnc"] for row in rows(written / "e/prison/2024-06.full.csv") if row["pnc"]]
    wrong = sum(read_pnc(pnc)[0] is None for pnc in given)
    assert len(given) > 0 and wrong < 0.02 * len(given)
    assert any(re.match(r"\d{2}/", pnc) for pnc in given) and any(re.match(r"\d{4}/", pnc) for pnc in given)


def test_faults_are_as_common_as_the_live_model_says(written):
    """Pairs of records of one person: dates of birth that differ (about 5 %), no address where there is no home."""
    people = {row["person_id"]: row for row in rows(written / "t" / "people.csv")}
    truth = {
        row["record_key"]: row["person_id"]
        for row in rows(written / "t" / "records.csv")
        if row["dataset"] == "probation"
    }
    found = rows(written / "e/probation/2024-06.full.csv")
    wrong = sum(row["date_of_birth"] != people[truth[row["event_id"]]]["date_of_birth"] for row in found)
    assert 0.01 < wrong / len(found) < 0.06
    homeless = Counter(
        people[truth[row["event_id"]]]["no_fixed_abode"] for row in found if row["postcode"].startswith("NF1")
    )
    assert homeless["true"] > 0 and homeless["false"] == 0


def test_aliases_are_commoner_among_people_without_an_address(written):
    people = {row["person_id"]: row for row in rows(written / "t" / "people.csv")}
    truth = {
        row["record_key"]: row["person_id"] for row in rows(written / "t" / "records.csv") if row["dataset"] == "prison"
    }
    share = {}
    for housed in ("true", "false"):
        mine = [
            r
            for r in rows(written / "e/prison/2024-06.full.csv")
            if people[truth[r["book_id"]]]["no_fixed_abode"] == housed
        ]
        share[housed] = sum(bool(r["alias_surname"]) for r in mine) / len(mine)
    assert share["true"] > 1.5 * share["false"]


def test_four_in_ten_who_leave_prison_in_treatment_are_seen_within_three_weeks(written):
    truth = {
        row["record_key"]: row["person_id"] for row in rows(written / "t" / "records.csv") if row["dataset"] == "ndtms"
    }
    left, seen = defaultdict(list), defaultdict(list)
    for row in rows(written / "e/ndtms/2024-06.full.csv"):
        try:
            if row["setting"] == "prison" and row["disrsn_jy"].startswith("transferred - not"):
                left[truth[row["n_jy"]]].append(uk(row["disd_jy"]))
            elif row["setting"] == "community":
                seen[truth[row["n_jy"]]].append(uk(row["triaged_jy"]))
        except ValueError:
            continue  # a row that was spoilt on purpose
    ends = [(person, day) for person, days in left.items() for day in days]
    engaged = sum(any(0 <= (on - day).days <= 21 for on in seen[person]) for person, day in ends)
    assert len(ends) > 60 and 0.28 < engaged / len(ends) < 0.52


def uk(text):
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def test_nobody_of_the_programmes_staff_is_among_the_people():
    staff = yaml.safe_load((BOLD / "people.yaml").read_text())
    family = {part for one in staff for part in re.split(r"[ -]", one["name"])[1:]}
    assert not family & {name for community in COMMUNITIES for name in surnames(community)}
    assert not {one["name"].split()[0] for one in staff} & {
        n for c in FORENAMES.values() for names in c.values() for n in names.split()
    }


def test_every_sex_vocabulary_of_the_departments_is_understood(written):
    for path, column in (
        ("prison", "sex"),
        ("probation", "gender"),
        ("hclic", "sex"),
        ("police-crimes", "sex"),
        ("oasys", "gender"),
        ("pnc", "sex"),
        ("magistrates", "defendant_sex"),
        ("crown-court", "sex"),
        ("common-platform", "gender"),
        ("rough-sleeping", "sex"),
        ("hospital-episodes", "sex"),
        ("child-benefit", "sex"),
        ("deaths", "sex"),
        ("victim-service", "sex"),
    ):
        values = [row[column] for row in rows(written / "e" / path / "2024-06.full.csv")]
        done = standardise(pa.array(values), "sex")
        assert set(done.counts) <= {"sex_not_known"} and done.counts.get("sex_not_known", 0) < 0.02 * len(values)
