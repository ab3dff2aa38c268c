"""The BOLD programme for a few people: a copy whose bounds of disclosure risk a home of some hundred people can meet.

The bounds are of the right size for twenty thousand people; of nine hundred, half are alone on any four characteristics.
Everything else is as it stands in programmes/bold. The bounds themselves are attacked in their own tests.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from pathlib import Path

REAL = Path(__file__).parent.parent / "programmes" / "bold"
ROOMY = {
    "smallest_cohort": "1",
    "unique_percent_at_most": "100.0",
    "special_unique_percent_at_most": "100.0",
    "distinct_values_at_least": "1",
}


def _copy() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="roomy-"))
    folder.chmod(0o755)  # other accounts read it in the tests of places
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(REAL, folder / "bold")
    for path in (folder / "bold").rglob("agreement.yaml"):
        text = path.read_text(encoding="utf-8")
        for name, value in ROOMY.items():
            text = re.sub(rf"({name}): .*", rf"\1: {value}", text)
        path.write_text(text, encoding="utf-8")
    return folder / "bold"


BOLD = _copy()
