"""What a file is, told from its content: file names lie, and exports are often misnamed."""

from __future__ import annotations

import io
import zipfile

from ledger.services.roster_files.limits import RosterFileRefused

_OLE_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB 2.2: old Office files, and encrypted new ones
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO 2.3.4.4
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def is_workbook(data: bytes) -> bool:
    """True for XLSX, False for what may be CSV. Raises RosterFileRefused for every other kind."""
    if data.startswith(_OLE_CONTAINER):
        if _ENCRYPTED_STREAM in data:
            raise RosterFileRefused("roster_file.encrypted")
        raise RosterFileRefused("roster_file.kind", kind="XLS")
    if data.startswith(_ZIP):
        _check_package(data)
        return True
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic):
            raise RosterFileRefused("roster_file.kind", kind=kind)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:9].lower().startswith(_MARKUP):
        raise RosterFileRefused("roster_file.kind", kind="HTML/XML")
    if data.startswith(_UTF_16):
        raise RosterFileRefused("roster_file.encoding")
    if b"\x00" in data:
        raise RosterFileRefused("roster_file.kind", kind="binary")
    return False


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except zipfile.BadZipFile:
        raise RosterFileRefused("roster_file.damaged") from None
    if any(entry.flag_bits & 1 for entry in entries):
        raise RosterFileRefused("roster_file.encrypted")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise RosterFileRefused("roster_file.kind", kind="XLSB")
    if "word/document.xml" in names:
        raise RosterFileRefused("roster_file.kind", kind="DOCX")
    if "content.xml" in names:
        raise RosterFileRefused("roster_file.kind", kind="ODF")
    raise RosterFileRefused("roster_file.kind", kind="ZIP")
