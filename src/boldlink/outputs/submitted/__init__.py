"""Tables that researchers made themselves: declared, worked out again from the data, and held to what the data give.

declared = read_declaration(Path("declared.yaml"))
found = read_output(Path("table-1.csv"), structure_of(declared, rules), rules)
again = recompute(declared, research, rules)
checked = judged(found, again, declared, rules, released_before)    # raises BadInput, or the table that may be asked for
"""

from boldlink.outputs.submitted.declaration import TableDocument, read_declaration
from boldlink.outputs.submitted.judge import Judged, judged, unverified
from boldlink.outputs.submitted.recompute import recompute
from boldlink.outputs.submitted.structure import from_itself, structure_of

__all__ = [
    "Judged", "TableDocument", "from_itself", "judged", "read_declaration", "recompute", "structure_of", "unverified",
]  # fmt: skip
