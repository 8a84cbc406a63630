"""Sixty files as nobody should send them and somebody does, made here: quick ones, and large."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl

HEADER = "id,email,name,since\n"
ROW = "C-1,ada@mail.example,Ada Okafor,2026-01-02\n"
PLAIN = HEADER + ROW
SHEET = "xl/worksheets/sheet1.xml"
BIDI, WIDE = "Ada\u202egnirtS", "\uff1dcmd"


def book(*rows, epoch=None, change=None):
    made = openpyxl.Workbook()
    if epoch:
        made.epoch = epoch
    for row in rows or (("id", "email"), ("C-1", "ada@mail.example")):
        made.active.append(row)
    if change:
        change(made.active)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def edited(content, part, change):
    """A workbook with one part of it rewritten."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == part else text)
    return kept.getvalue()


def with_texts(texts, name="xl/texts.xml"):
    """A workbook whose texts stand in a part of their own, as Excel writes them."""
    part = b'<Override PartName="/%b" ContentType="application/vnd.openxmlformats-officedocument'
    part += b'.spreadsheetml.sharedStrings+xml"/></Types>'
    told = part % name.encode()
    kept = io.BytesIO(
        edited(book(), "[Content_Types].xml", lambda old: old.replace(b"</Types>", told))
    )
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as file:
        head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        file.writestr(name, head + texts + b"</sst>")
    return kept.getvalue()


def packed(**parts):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


def declared(entity):
    head = b'<?xml version="1.0"?><!DOCTYPE x [' + entity + b"]>"
    row = b'<row r="9"><c r="A9" t="str"><v>&e;</v></c></row></sheetData>'

    def change(text):
        return head + text.partition(b"?>")[2].replace(b"</sheetData>", row)

    return edited(book(), SHEET, change)


def claimed(size):
    def change(text):
        start, end = text.index(b"<dimension"), text.index(b"/>", text.index(b"<dimension"))
        return text[:start] + b'<dimension ref="' + size + b'"' + text[end:]

    return edited(book(), SHEET, change)


LAUGHS = b'<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 50 + b'"><!ENTITY e "' + b"&b;" * 50 + b'">'
QUICK = {
    # encodings and ends of lines
    "utf-8 with a mark": PLAIN.encode("utf-8-sig"),
    "utf-16 with a mark": PLAIN.encode("utf-16"),
    "utf-16 big-endian": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "utf-16 without a mark": PLAIN.encode("utf-16-le"),
    "utf-16 cut in a character": PLAIN.encode("utf-16")[:-1],
    "utf-32": PLAIN.encode("utf-32"),
    "cp1252": PLAIN.replace("Ada", "Zoë").encode("cp1252"),
    "undefined bytes of cp1252": PLAIN.encode().replace(b"Ada", b"\x81\x8d\x8f"),
    "bytes of chance": bytes(range(256)) * 20,
    "a mark alone": b"\xef\xbb\xbf",
    "old ends of lines": PLAIN.replace("\n", "\r").encode(),
    "mixed ends of lines": (HEADER + ROW.rstrip() + "\r" + ROW + ROW.rstrip() + "\r\n").encode(),
    "no end of the last line": PLAIN.rstrip().encode(),
    "only ends of lines": b"\n\r\n\r" * 50,
    # separators and quotes
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "bars": PLAIN.replace(",", "|").encode(),
    "a quote left open": (HEADER + '"C-1,ada@mail.example\n' * 40).encode(),
    "a quote left open at the end": (PLAIN + 'C-2,"ben').encode(),
    "quotes in the middle": (HEADER + 'C-1,ada@mail.example,Ada "the" Okafor,"x" y\n').encode(),
    "breaks in a quoted cell": (HEADER + 'C-1,ada@mail.example,"Ada\r\nOkafor",x\n').encode(),
    # shapes
    "nothing": b"",
    "blanks alone": b"   \n  \n",
    "headings alone": HEADER.encode(),
    "one column": b"email\nada@mail.example\n",
    "headings twice": ("email,email,name\n" + "a@mail.example,b@mail.example,A\n").encode(),
    "headings without a name": b",,\nC-1,ada@mail.example,Ada\n",
    "ragged rows": (PLAIN + "C-2\nC-3,c@mail.example,Cy,x,y,z\n").encode(),
    "two hundred columns": (",".join(f"c{n}" for n in range(200)) + "\n").encode() + b"x\n",
    "a heading of a kilobyte": ("email," + "h" * 1000 + "\na@mail.example,1\n").encode(),
    "a line of a megabyte": (HEADER + "x" * 1_000_001 + "\n").encode(),
    # words
    "NUL in a cell": (HEADER + "C-1,ada@mail.example,A\x00da,x\n").encode(),
    "NUL in a heading": b"email,na\x00me\nada@mail.example,Ada\n",
    "formula cells": (HEADER + "=1+1,ada@mail.example,\"=cmd|' /C calc'!A0\",@SUM(1)\n").encode(),
    "wide signs of a formula": (HEADER + f"C-1,ada@mail.example,{WIDE},x\n").encode(),
    "words that turn around": (HEADER + f"C-1,ada@mail.example,{BIDI},x\n").encode(),
    "half a character": (HEADER + "C-1,ada@mail.example,A\\ud800,x\n").encode(),
    "ten thousand accents": (HEADER + "C-1,a@mail.example,A" + "\u0301" * 10_000 + ",x\n").encode(),
    "statements and templates": (
        HEADER + "' OR 1=1--,ada@mail.example,{{7*7}} %s {0.__class__} ${x},../../etc\n"
    ).encode(),
    "markup": (HEADER + "C-1,a@mail.example,<svg onload=alert(1)>]]>,</td><script>\n").encode(),
    "copy's own signs": (HEADER + "C-1,ada@mail.example,\\N\\.\\t{},\\.\n\\.\n").encode(),
    "a header inside an address": (HEADER + 'C-1,"a@b.example\r\nBcc: c@d.example",A,x\n').encode(),
    "addresses in a row": (HEADER + '1,"a@mail.example,b@mail.example",A,x\n').encode(),
    "an address at a number": (HEADER + "1,a@[127.0.0.1],A,x\n").encode(),
    "the same person in other letters": (
        HEADER + "1,ada@mail.example,A,x\n1,ADA@mail.example,A,x\n"
    ).encode(),
    # workbooks
    "a workbook called csv": book(),
    "text called xlsx": PLAIN.encode(),
    "merged cells": book(
        ("id", "email"), ("C-1", "ada@mail.example"),
        change=lambda sheet: sheet.merge_cells("A2:B3"),
    ),
    "dates, truths and numbers": book(
        ("id", "email", "a", "b", "c", "d"),
        (1.0, "ada@mail.example", datetime(2026, 5, 12, 9, 30), date(2026, 5, 12), True, time(9)),
        (2.5, "ben@mail.example", 46173.4, 1e300, False, -0.0),
    ),
    "days from 1904": book(
        ("id", "email", "a"), (1, "a@mail.example", datetime(1904, 1, 2)),
        epoch=datetime(1904, 1, 1),
    ),
    "formulas of a workbook": book(("id", "email"), ("=1+1", "=HYPERLINK(1)")),
    "an empty workbook": book(("",)),
    "a claimed size of everything": claimed(b"A1:XFD1048576"),
    "a claimed size of nonsense": claimed(b"A0:!!"),
    "a row at the end of the sheet": edited(
        book(), SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="1048576"')
    ),
    "entities from elsewhere": declared(b'<!ENTITY e SYSTEM "file:///etc/passwd">'),
    "entities that laugh": declared(LAUGHS),
    "a workbook cut in half": book()[:2000],
    "a zip of something else": packed(hello="world"),
    "a zip with a sheet alone": packed(xl__worksheets__sheet1_xml="<x/>"),
    "two letters of a zip": b"PK",
}  # fmt: skip


def large():
    """Those that take seconds: made when they are asked for."""
    yield "a hundred thousand columns", (",".join(f"c{n}" for n in range(100_000)) + "\n1\n")
    yield "one field of five megabytes", HEADER + "C-1,a@mail.example," + "x" * 5_000_000 + ",1\n"
    rows = "".join(f"C-{n},a{n}@mail.example,Ada {n},x\n" for n in range(50_001))
    yield "a row too many", HEADER + rows
    yield "a zip that grows", packed(xl__worksheets__sheet1_xml=b"0" * 110_000_000)
    yield "texts that fill the memory", with_texts(b"<si><t>x</t></si>" * 2_000_000)
    yield "texts without a letter", with_texts(b"<si/>" * 1_300_000)
    yield "texts called a sheet", with_texts(b"<si/>" * 1_300_000, "xl/worksheets/texts.xml")
    yield "few texts", with_texts(b"<si><t>x</t></si>" * 1_000)
    wide = [tuple(f"c{n}" for n in range(150))] + [tuple(range(150))] * 1_000
    yield "a wide workbook", book(*wide)
