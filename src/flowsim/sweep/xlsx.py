"""A small workbook for Excel and LibreOffice, with nothing in it that could be run: texts are texts, never formulas.

Office Open XML (ECMA-376), the least that both open without a word: one part a sheet, a bold first row that stays in
sight. The same sheets are the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MAX_ROWS, MAX_COLUMNS, MAX_TEXT = 1_048_576, 16_384, 32_767
"""What a sheet can hold, by Excel."""

Value = str | float | int | None

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot say
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
    '<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, the heads of its columns, and its rows; None is an empty cell, and so is NaN."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as bytes. Raises ValueError for more rows or columns than a sheet can hold."""
    for sheet in sheets:
        if len(sheet.rows) >= MAX_ROWS or len(sheet.head) > MAX_COLUMNS:
            raise ValueError(f"sheet {sheet.name!r} has more rows or columns than Excel can open")
    numbers = range(1, len(sheets) + 1)
    overrides = [
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    ]
    listed = [
        f'<sheet name={quoteattr(_name(s.name))} sheetId="{n}" r:id="rId{n}"/>'
        for n, s in zip(numbers, sheets, strict=True)
    ]
    links = [
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    ]
    styles = f'<Relationship Id="rId{len(sheets) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    files = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{"".join(overrides)}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(listed)}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}{styles}'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
    }
    files |= {f"xl/worksheets/sheet{n}.xml": _sheet(s) for n, s in zip(numbers, sheets, strict=True)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(_entry(name), text.encode())
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry of the archive, always of the same date."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _sheet(sheet: Sheet) -> str:
    widths = [min(max(len(head), 8) + 2, 40) for head in sheet.head]
    columns = [f'<col min="{i}" max="{i}" width="{w}" customWidth="1"/>' for i, w in enumerate(widths, 1)]
    rows = [f"<row>{''.join(_cell(head, 1) for head in sheet.head)}</row>"]
    rows += [f"<row>{''.join(_cell(value) for value in row)}</row>" for row in sheet.rows]
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{''.join(columns)}</cols><sheetData>{''.join(rows)}</sheetData></worksheet>"
    )


def _cell(value: Value, style: int = 0) -> str:
    looks = f' s="{style}"' if style else ""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return f"<c{looks}/>"
    if isinstance(value, str):
        text = escape(_BAD.sub("�", value)[:MAX_TEXT])
        return f'<c{looks} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f"<c{looks}><v>{value!r}</v></c>"


def _name(name: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", _BAD.sub(" ", name))[:31].strip() or "sheet"
