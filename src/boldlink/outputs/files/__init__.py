"""Files made elsewhere: csv, json, xlsx, ods, svg, png, read safely and against what they were declared to be.

from boldlink.outputs.files import Structure, read_output

shape = Structure("Returned", keys=("region",), counts=("released", "returned"), categories={"region": [...]})
found = read_output(Path("table-1.csv"), shape, rules)
found.table       # a StatTable, as measures give it
found.findings    # on each cell or the file: fail or review, why, and the fix
"""

from boldlink.outputs.files.declared import Finding, Structure
from boldlink.outputs.files.limits import LIMITS, Limits
from boldlink.outputs.files.read import MadeElsewhere, read_output

__all__ = ["LIMITS", "Finding", "Limits", "MadeElsewhere", "Structure", "read_output"]
