"""Files as other programs write them, in memory, so that tests can put one wrong thing into each."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

ROWS = (("region", "people"), ("North", 125), ("South", "[c]"), ("East", 60))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def packed(parts: Mapping[str, str | bytes], stored: tuple[str, ...] = ()) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def sheet_xml(rows=ROWS, inside: str = "", after: str = "") -> str:
    """A sheet's part: words inline, numbers plain."""
    made = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            if isinstance(cell, str)
            else f'<c r="{chr(65 + place)}{number}"><v>{cell}</v></c>'
            for place, cell in enumerate(row)
        )
        made.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}">{inside}<sheetData>{"".join(made)}</sheetData>{after}</worksheet>'


def workbook_xml(state: str = "", more: str = "", after: str = "") -> str:
    sheet = f'<sheet name="People" sheetId="1" r:id="rId1"{state}/>{more}'
    return f'<workbook xmlns="{MAIN}" xmlns:r="{DOC}"><sheets>{sheet}</sheets>{after}</workbook>'


def xlsx_parts() -> dict[str, str | bytes]:
    """The parts of the smallest workbook."""
    relation = f'<Relationship Id="rId1" Type="{DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
    root = f'<Relationship Id="rId1" Type="{DOC}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": '<Types><Override PartName="/xl/workbook.xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}">{root}</Relationships>',
        "xl/workbook.xml": workbook_xml(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">{relation}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml(),
    }


def xlsx(**changed: str | bytes) -> bytes:
    return packed({**xlsx_parts(), **changed})


def content_xml(rows=ROWS, styles: str = "", table: str = "", more: str = "", cells: str = "", row: str = "") -> str:
    """An OpenDocument content part. cells, row: attributes added to each cell and row."""
    made = []
    for line in rows:
        found = []
        for cell in line:
            kind = (
                f'office:value-type="float" office:value="{cell}"'
                if not isinstance(cell, str)
                else 'office:value-type="string"'
            )
            found.append(f"<table:table-cell {kind} {cells}><text:p>{cell}</text:p></table:table-cell>")
        made.append(f"<table:table-row {row}>{''.join(found)}</table:table-row>")
    names = "".join(f' xmlns:{one}="{OFFICE}{one}:1.0"' for one in ("office", "table", "text", "style", "script"))
    body = f'<table:table table:name="People" {table}>{"".join(made)}</table:table>{more}'
    return (
        f'<office:document-content{names} xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )


def ods(content: str | None = None, **more: str | bytes) -> bytes:
    parts = {
        "mimetype": ODS_TYPE,
        "content.xml": content or content_xml(),
        "META-INF/manifest.xml": "<manifest/>",
        **more,
    }
    return packed(parts, stored=("mimetype",))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 4, height: int = 3, more: bytes = b"", pixels: bytes | None = None, after: bytes = b"") -> bytes:
    """A grey picture of eight bits; more: chunks before its pixels."""
    rows = pixels if pixels is not None else (b"\x00" + b"\x7f" * width) * height
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"") + after


def svg(
    inside: str = '<rect width="4" height="4"/><text>North</text>', before: str = "", attributes: str = ""
) -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"{before}<svg {names} {attributes}>{inside}</svg>".encode()
