"""A small data contract, extracts written under it, and sinks that remember."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from boldlink.deposits import find_extracts, receive
from boldlink.values import Column, Contract, Role

COLUMNS = (
    Column("case_id", "string", Role.IDENTIFIER, required=True, primary_key=True, identifier_type="case"),
    Column("ref", "string", Role.SOURCE_KEY, required=True),
    Column("forename", "string", Role.LINKAGE, meaning="forename", required=True),
    Column("pnc", "string", Role.LINKAGE, meaning="pnc"),
    Column("dob", "date", Role.LINKAGE, meaning="date_of_birth", date_format="%d/%m/%Y"),
    Column("postcode", "string", Role.LINKAGE, meaning="postcode"),
    Column("days", "integer", Role.ATTRIBUTE),
    Column("score", "number", Role.ATTRIBUTE),
    Column("licence", "boolean", Role.ATTRIBUTE),
    Column("heard", "date", Role.ATTRIBUTE, required=True),
    Column("plea", "string", Role.ATTRIBUTE, valid_values=("guilty", "not guilty")),
    Column("notes", "string", Role.EXCLUDED),
    Column("birth_year", "integer", Role.ATTRIBUTE, derived_from=("dob",), derivation="year"),
    Column("area", "string", Role.LINKAGE, meaning="outcode", derived_from=("postcode",), derivation="outcode"),
    Column("nfa", "boolean", Role.ATTRIBUTE, derived_from=("postcode",), derivation="no_fixed_abode"),
)
GOOD = {
    "case_id": "C1",
    "ref": "P1",
    "forename": "Winifred",
    "pnc": "2012/0052494Q",
    "dob": "28/02/1980",
    "postcode": "sw1a1aa",
    "days": "90",
    "score": "0.5",
    "licence": "yes",
    "heard": "2020-03-01",
    "plea": "guilty",
    "notes": "Osbert lives at Gormenghast",
}
HEADER = ",".join(GOOD)


def contract(*columns, **changes):
    """The contract, or one of other columns."""
    return Contract("courts", "Courts", "1", "moj", "moj", False, columns or COLUMNS, **changes)


def row(**changes):
    """One row of csv, good but for what is changed."""
    return ",".join((GOOD | changes).values())


def rows(*changes, good=4):
    """A csv file: good rows first, so that a few bad ones do not refuse the whole, then one row per change."""
    fine = [row(case_id=f"G{number}") for number in range(good)]
    bad = [row(**({"case_id": f"B{number}"} | change)) for number, change in enumerate(changes)]
    return "\n".join([HEADER, *fine, *bad]) + "\n"


def columns(number=2):
    """The good row as columns, for Parquet."""
    return {name: [value] * number for name, value in GOOD.items()} | {"case_id": [f"C{one}" for one in range(number)]}


class Kept:
    """A sink that remembers, and that takes nothing but its own schema."""

    def __init__(self, schema):
        self.schema, self.batches = schema, []

    def write(self, batch):
        assert batch.schema.equals(self.schema)
        self.batches.append(batch)

    @property
    def rows(self):
        return pa.Table.from_batches(self.batches, self.schema).to_pylist()


class Desk:
    """Where extracts are laid down and received."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.accepted = self.quarantined = None

    def lay(self, content, name="2024.full.csv", dataset="courts"):
        path = self.folder / dataset / name
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def find(self, agreed=None):
        return find_extracts(self.folder, {"courts": agreed or contract()})

    def receive(self, content=None, name="2024.full.csv", agreed=None):
        """Lay one extract down and take it in; what the sinks got is kept."""
        if content is not None:
            self.lay(content, name)
        [extract], strange = self.find(agreed)
        assert not strange
        return receive(extract, agreed or contract(), self._open("accepted"), self._open("quarantined"))

    def _open(self, name):
        def make(schema):
            setattr(self, name, Kept(schema))
            return getattr(self, name)

        return make
