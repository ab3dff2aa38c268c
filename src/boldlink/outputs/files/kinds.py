"""What a file is, by its ending and by its first bytes, which must agree.

Tables, drawings and pictures are read. Models and stores of rows are refused by name, because people do ask: a fitted
model holds the rows it was fitted on or enough to test for them, and a pickle runs code when it is opened.
"""

from __future__ import annotations

from boldlink.outputs.files.declared import refused

READ = ("csv", "json", "xlsx", "ods", "svg", "png")
MODELS = (
    "pkl", "pickle", "joblib", "rds", "rda", "rdata", "onnx", "pt", "pth", "h5", "hdf5", "keras", "pmml", "sav", "npz",
    "npy", "model", "bin", "ckpt",
)  # fmt: skip
ROWS = (
    "parquet",
    "feather",
    "arrow",
    "dta",
    "sas7bdat",
    "xpt",
    "db",
    "sqlite",
    "duckdb",
    "orc",
    "avro",
    "jsonl",
    "tsv",
)
MACROS = ("xlsm", "xlsb", "xltm", "xlam", "xls", "xla", "ots", "xltx")
WORDS = ("txt", "md", "docx", "doc", "odt", "rtf", "pdf", "html", "htm", "log", "tex", "ipynb", "r", "py", "do", "sql")
PACKED = ("zip", "gz", "bz2", "xz", "7z", "rar", "tar", "tgz", "svgz", "zst")

ZIP, PNG = b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"
# First bytes of what is not read, whatever the file is called.
FIRST_BYTES: tuple[tuple[bytes, str], ...] = (
    (b"\x80\x02", "model"), (b"\x80\x03", "model"), (b"\x80\x04", "model"), (b"\x80\x05", "model"),
    (b"RDX", "model"), (b"RDA", "model"), (b"X\n\x00\x00", "model"), (b"\x89HDF", "model"), (b"\x93NUMPY", "model"),
    (b"PAR1", "rows"), (b"ARROW1", "rows"), (b"SQLite format 3", "rows"), (b"$FL2", "rows"), (b"<stata_dta>", "rows"),
    (b"\xd0\xcf\x11\xe0", "macros"), (b"%PDF", "words"), (b"{\\rtf", "words"),
    (b"\x1f\x8b", "packed"), (b"BZh", "packed"), (b"\xfd7zXZ", "packed"), (b"7z\xbc\xaf", "packed"), (b"Rar!", "packed"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"),
)  # fmt: skip
REFUSALS = {
    "model": ("FILE-MODEL", "A model file does not leave:", "it can hold the people it was fitted on, or run code", "ask for the coefficients with their evidence"),
    "rows": ("FILE-PEOPLE", "A store of rows does not leave:", "rows of people do not, and nothing in it shows that they are not", "ask for a table of groups as csv, xlsx or ods"),
    "macros": ("FILE-MACRO", "This kind of spreadsheet does not leave:", "it can hold programs", "save it as xlsx or ods"),
    "words": ("FILE-TEXT", "A text does not leave:", "no machine can check what words say of people", "ask for the tables in it, and give the words as context"),
    "packed": ("FILE-ARCHIVE", "A packed file does not leave:", "each output is looked at by itself", "ask for the files one by one"),
    "program": ("FILE-KIND", "A program does not leave:", "it is no output", "keep code where the use case keeps it"),
    "unknown": ("FILE-KIND", "This kind of file does not leave:", "only tables, drawings and pictures do", f"use one of: {', '.join(READ)}"),
}  # fmt: skip


def kind_of(ending: str, first: bytes) -> str:
    """The kind of a file from its ending and first bytes (at least 16). Raises BadInput."""
    family = _family(ending) or next((name for start, name in FIRST_BYTES if first.startswith(start)), "")
    if family:
        raise refusal(family)
    magic = {"xlsx": ZIP, "ods": ZIP, "png": PNG}.get(ending)
    packed = first.startswith((b"PK", PNG))
    if (magic and not first.startswith(magic)) or (not magic and packed):
        raise refused(
            "FILE-KIND",
            f"The file ends with .{ending} and is something else:",
            "its first bytes are those of another kind.",
            "save it again as what it is",
        )
    return ending


def refusal(family: str) -> Exception:
    """The refusal of a family of files."""
    code, what, why, do = REFUSALS[family]
    return refused(code, what, f"{why}.", do)


def _family(ending: str) -> str:
    if ending in READ:
        return ""
    families = (("model", MODELS), ("rows", ROWS), ("macros", MACROS), ("words", WORDS), ("packed", PACKED))
    return next((name for name, endings in families if ending in endings), "unknown")
