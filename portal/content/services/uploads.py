"""What may be uploaded: judged by what is in a file, not by what its name says (ASVS 5.2.2)."""

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import ImageOps

BEGINNING = 4_096
"""Bytes that are enough to recognise a kind of file."""

OFFICE = {  # what the archive of an office document says that it is
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
LARGEST_UNPACKED = 500 * 1024 * 1024
"""An office document that grows to more bytes than this is a bomb rather than a document."""


def check_document(upload: UploadedFile[Any]) -> None:
    """Refuse a document that is not what its name says, or that brings macros along.

    Raises:
        ValidationError: with the reason in words.
    """
    extension = PurePosixPath(upload.name or "").suffix[1:].lower()
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    file = _seekable(upload)
    file.seek(0)
    beginning = file.read(BEGINNING)
    recognised = RECOGNISED_BY.get(extension)
    fits = _office(file, extension) if extension in OFFICE else recognised is not None and recognised(beginning)
    file.seek(0)
    if not fits:
        message = _("The file is not what its name says: its content is no %(kind)s file.")
        raise ValidationError(message % {"kind": extension.upper() or "?"}, code="wrong_content")


def _text(beginning: bytes) -> bool:
    """Tell whether this is text: no control characters, and no markup that a browser might run."""
    if b"\x00" in beginning:
        return False
    return (
        not beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<svg", b"<script"))
    )


RECOGNISED_BY: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda beginning: beginning.startswith(b"%PDF-"),
    "mp4": lambda beginning: beginning[4:8] == b"ftyp",
    "ics": lambda beginning: _text(beginning) and beginning.lstrip(b"\xef\xbb\xbf").startswith(b"BEGIN:VCALENDAR"),
    "vtt": lambda beginning: _text(beginning) and beginning.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    "srt": _text,
    "csv": _text,
    "txt": _text,
}


def _office(file: IO[bytes], extension: str) -> bool:
    """Look into the archive that an office document is.

    Raises:
        ValidationError: it holds macros, or grows out of all proportion.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = {entry.filename for entry in archive.infolist()}
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise ValidationError(_("The file is too large once unpacked."), code="too_large")
            if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
                raise ValidationError(_("The file holds macros. Please save it without them."), code="macros")
            if extension.startswith("o"):
                return (
                    "mimetype" in names
                    and archive.read("mimetype")[:100].decode("ascii", "replace") == OFFICE[extension]
                )
            return OFFICE[extension] in names
    except (zipfile.BadZipFile, RuntimeError, OSError):
        return False


def without_metadata(upload: UploadedFile[Any]) -> UploadedFile[Any]:
    """Return a picture without what the camera wrote into it, such as the place and the device (Art. 5(1)(c) GDPR).

    A picture without such notes is returned untouched. JPEG keeps its quantisation, so that nothing visible is lost.
    """
    file = _seekable(upload)
    file.seek(0)
    with Picture.open(file) as picture:
        if not picture.getexif() or getattr(picture, "n_frames", 1) > 1:
            file.seek(0)
            return upload
        kind = picture.format
        turned = ImageOps.exif_transpose(picture)
        stays = turned.size == picture.size and picture.getexif().get(ORIENTATION, 1) == 1
        cleaned = picture if stays else turned
        options = {"icc_profile": picture.info.get("icc_profile"), "exif": b""}
        if kind == "JPEG":
            options["quality"] = "keep" if stays else 95
        made = io.BytesIO()
        cleaned.save(made, format=kind, **{name: value for name, value in options.items() if value is not None})
    file.seek(0)
    upload.file = ContentFile(made.getvalue(), name=upload.name)
    upload.size = len(made.getvalue())
    return upload


ORIENTATION = 0x0112
"""The note of EXIF that says how a picture has to be turned."""


def _seekable(upload: UploadedFile[Any]) -> IO[bytes]:
    return cast("IO[bytes]", upload.file)
