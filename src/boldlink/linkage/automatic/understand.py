"""What do a file's columns mean? By their names first, then by what is in them; what is not understood is not used.

Columns that hold the truth, or number the records, are never used to compare people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from boldlink.errors import BadRecords
from boldlink.standardise import MEANINGS, read_date, read_nino, read_pnc, read_postcode

SAMPLE = 2_000
ENOUGH = 0.7  # share of values that must read as what they are taken for

# Name of a column, with case, spaces and marks taken out -> meaning.
NAMES: Mapping[str, tuple[str, ...]] = {
    "forename": ("forename", "forename1", "givenname", "firstname", "first", "fname", "given", "christianname", "forenames", "givennames", "firstnames", "fnamec1", "pername1", "aliasforename", "knownas", "preferredname"),
    "middle_name": ("middlename", "middlenames", "secondname", "middleinitial", "middle", "mname", "secondforename", "othernames", "initials", "fnamec2", "midlname"),
    "surname": ("surname", "lastname", "familyname", "last", "lname", "maidenname", "previoussurname", "aliassurname", "formersurname", "surnames", "lnamec1", "pername2"),
    "full_name": ("fullname", "name", "personname", "patientname", "clientname", "applicantname"),
    "forename_initial": ("forenameinitial", "firstinitial", "finitial"),
    "surname_initial": ("surnameinitial", "lastinitial", "sinitial"),
    "date_of_birth": ("dateofbirth", "dob", "birthdate", "birthday", "born", "defendantdob", "datebirth", "brthdt", "dobymd", "dateob"),
    "sex": ("sex", "gender", "gendercode", "sexcode", "gndrcd", "gndr", "defendantsex"),
    "postcode": ("postcode", "postalcode", "zip", "zipcode", "pcd", "postcodefull", "postcodefake", "postalcd", "postcd", "enumpc", "zipcd"),
    "outcode": ("outcode", "postcodedistrict", "partpostcode"),
    "house_number": ("streetnumber", "housenumber", "houseno", "buildingnumber", "addressnumber"),
    "address": ("address", "address1", "addressline1", "street", "streetname", "addr", "fulladdress", "addressstreet", "mailingaddress", "resstreetaddress", "enumcap"),
    "town": ("town", "city", "suburb", "locality", "posttown", "birthplace", "placeofbirth", "rescitydesc"),
    "region": ("state", "county", "region", "province"),
    "email": ("email", "emailaddress", "mail"),
    "phone": ("phone", "phonenumber", "telephone", "tel", "mobile", "mobilenumber", "homephone", "phonenum", "telephonenumber"),
    "pnc": ("pnc", "pncid", "pncnumber"),
    "cro": ("cro", "cronumber"),
    "nino": ("nino", "ninumber", "nationalinsurancenumber", "nationalinsurance"),
    "nhs_number": ("nhsnumber", "nhsno", "nhs"),
    "prison_number": ("prisonnumber", "nomsnumber", "nomisid", "nomsid"),
    "national_id": ("ssn", "socsecid", "socialsecuritynumber", "nationalid", "socialsecurity", "passportnumber"),
}  # fmt: skip
_BY_NAME = {name: meaning for meaning, names in NAMES.items() for name in names}
TRUTH = re.compile(r"true|truth|cluster|simulant|household|entity|person_?id|label|match_?id", re.IGNORECASE)
RECORD_ID = re.compile(
    r"(^|[_ ])(unique_?id|rec(ord)?_?id|id|uid|row_?id|record_?key|key|ref(erence)?([ _](no|num|number|id))?)$",
    re.IGNORECASE,
)
UNIQUE_ID = re.compile(r"unique_?id|rec(ord)?_?id|row_?id", re.IGNORECASE)
# Whose or which one, before what it is; an employer's or a mother's would be somebody else's.
WHOSE = re.compile(
    r"^(mailing|home|residential|current|permanent|person|patient|client|defendant|applicant|legal)(address)?"
)
BIRTH_PARTS = {
    "day": re.compile(r"(birth.*day|dob.*d(ay)?|day.*birth|^dob_?d$|^b(irth)?_?day$|^bd$)", re.IGNORECASE),
    "month": re.compile(r"(birth.*month|dob.*m(onth)?|month.*birth|^dob_?m$|^b(irth)?_?month$|^bm$)", re.IGNORECASE),
    "year": re.compile(r"(birth.*year|dob.*y(ear)?|year.*birth|^dob_?y$|^b(irth)?_?year$|^by$)", re.IGNORECASE),
}
LINKAGE_MEANINGS = (*MEANINGS, "birth_day", "birth_month", "birth_year", "id")


@dataclass(frozen=True)
class Understood:
    """What a file's columns were taken to mean: column -> meaning, the id column, three columns of a date of birth."""

    meanings: Mapping[str, str]
    id_column: str | None
    birth_parts: Mapping[str, str]  # day, month, year -> column
    unused: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "id": self.id_column,
            "meanings": dict(self.meanings),
            "birth_parts": dict(self.birth_parts),
            "unused": list(self.unused),
        }


def understand(
    table: pa.Table, said: Mapping[str, str], ignored: Iterable[str], id_column: str | None, where: str
) -> Understood:
    """Meanings of a table of text columns. `said` overrides (column -> meaning). Raises BadRecords for an unknown meaning."""
    for meaning in said.values():
        if meaning not in LINKAGE_MEANINGS:
            raise BadRecords(
                "LINK-MEANING",
                f"There is no meaning {meaning}.",
                do=f"use one of: {', '.join(LINKAGE_MEANINGS)}",
            )
    names = [name for name in table.schema.names if name not in set(ignored)]
    id_column = (
        id_column or next((c for c, m in said.items() if m == "id" and c in names), None) or _id(table, names, said)
    )
    _check_unique(table, names, id_column, said, where)
    parts = _birth_parts(names, said)
    left = [name for name in names if name != id_column and name not in parts.values()]
    meanings = {name: said[name] for name in left if name in said and said[name] in MEANINGS}
    meanings |= {name: m for name in left if name not in said and (m := _by_name(name)) and _holds(table, name, m)}
    meanings |= {
        name: m for name in left if name not in said and name not in meanings and (m := _by_content(table, name))
    }
    if "date_of_birth" in meanings.values():
        parts = {}
    if not meanings and not parts:
        raise BadRecords(
            "LINK-NOTHING-UNDERSTOOD",
            f"No column of {where} is understood.",
            f"it has {len(table.schema.names)} column(s), and none is a name, a date of birth, an address or a number of a person.",
            "say what columns mean with --column COLUMN=MEANING",
        )
    ordered = {name: meanings[name] for name in names if name in meanings}
    unused = tuple(
        name for name in table.schema.names if name not in ordered and name != id_column and name not in parts.values()
    )
    return Understood(ordered, id_column, parts, unused)


def _id(table: pa.Table, names: list[str], said: Mapping[str, str]) -> str | None:
    """A column that is named like a record's id, and names every record once."""
    for name in names:
        if RECORD_ID.search(name) and name not in said and not TRUTH.search(name) and not _by_name(name):
            column = table.column(name)
            if column.null_count == 0 and len(column.unique()) == len(column):
                return name
    return None


def _check_unique(
    table: pa.Table, names: list[str], id_column: str | None, said: Mapping[str, str], where: str
) -> None:
    """Raises BadRecords where a column promises by its name to name every record once, and does not."""
    promising = [name for name in names if UNIQUE_ID.fullmatch(name) and name not in said]
    if id_column is None and promising:
        column = table.column(promising[0])
        repeated = len(column) - column.null_count - len(column.drop_null().unique())
        raise BadRecords(
            "LINK-DUPLICATE-IDS",
            f"{repeated} id(s) in {promising[0]} of {where} stand more than once, and {column.null_count} are missing.",
            "an id must name one record.",
            f"choose another column with --id, or leave this one out with --ignore {promising[0]} to have the rows numbered",
        )


def _birth_parts(names: list[str], said: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for part, pattern in BIRTH_PARTS.items():
        told = [name for name in names if said.get(name) == f"birth_{part}"]
        named = [name for name in names if name not in said and pattern.search(name)]
        if told or named:
            found[part] = (told or named)[0]
    return found if len(set(found.values())) == 3 else {}


def _by_name(name: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    if TRUTH.search(name) or RECORD_ID.search(name):
        return None
    trimmed = re.sub(r"(std|clean|cleaned|norm|raw|1)$", "", plain)
    return _BY_NAME.get(trimmed) or _BY_NAME.get(WHOSE.sub("", trimmed))


def _holds(table: pa.Table, name: str, meaning: str) -> bool:
    """A column's content must not contradict its name."""
    values = _sample(table, name)
    if not values:
        return False
    if meaning == "date_of_birth":
        return _share(values, lambda text: read_date(text)[0] or read_date(text, "%m/%d/%Y")[0]) >= ENOUGH
    if meaning in ("forename", "surname", "full_name"):
        return _share(values, lambda text: any(letter.isalpha() for letter in text)) >= ENOUGH
    return True


def _by_content(table: pa.Table, name: str) -> str | None:
    """What only one kind of thing looks like: e-mail, UK postcode, PNC, National Insurance number; dates named so."""
    if TRUTH.search(name) or RECORD_ID.search(name):
        return None
    values = _sample(table, name)
    if len(values) < 5:
        return None
    if _share(values, lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text)) >= ENOUGH:
        return "email"
    for meaning, read in (("pnc", read_pnc), ("nino", read_nino)):
        if _share(values, lambda text, read=read: read(text)[0]) >= ENOUGH:
            return meaning
    if _share(values, lambda text: len(text) > 4 and read_postcode(text)[1] in (None, "no_fixed_abode")) >= ENOUGH:
        return "postcode"
    if "birth" in name.lower() and _share(values, lambda text: read_date(text)[0]) >= ENOUGH:
        return "date_of_birth"
    return None


def _sample(table: pa.Table, name: str) -> list[str]:
    values = table.column(name).drop_null()
    step = max(1, len(values) // SAMPLE)
    return [text for text in values.to_pylist()[::step] if text.strip()]


def _share(values: list[str], test) -> float:  # type: ignore[no-untyped-def]
    return sum(bool(test(text)) for text in values) / len(values)
