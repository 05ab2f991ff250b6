"""Reading a file from disk, and refusing it with the line and the reason."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

MAX_BYTES = 64 * 1024 * 1024
"""Largest file read, unpacked; the register of all Germany has 3.5 MB."""


class Refused(Exception):  # noqa: N818 - a decision, not a mistake
    """The file is not read at all; nothing of it is imported.

    ``reason`` is a sentence for people. ``line`` counts from one: lines of a text file, rows of a sheet.
    """

    def __init__(self, reason: str, *, line: int | None = None, file: str = "") -> None:
        """Say why; the file's name may follow later, where it is known."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.file = file

    def __str__(self) -> str:
        """File, line and reason in one sentence."""
        if self.file and self.line:
            return _("%(file)s, line %(line)s: %(reason)s") % self.__dict__
        if self.file:
            return _("%(file)s: %(reason)s") % self.__dict__
        if self.line:
            return _("Line %(line)s: %(reason)s") % self.__dict__
        return self.reason


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name, its unpacked content, and the checksum of that."""

    name: str
    data: bytes
    sha256: str


def read_source(path: Path) -> Source:
    """Read a file whole, unpacked if it is a .gz file.

    Raises:
        Refused: the file cannot be read, is too large or is a damaged archive.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(_("The file cannot be read (%(error)s).") % {"error": error.strerror}, file=path.name) from error
    if data[:2] == b"\x1f\x8b":
        data = _unpack(path)
    if len(data) > MAX_BYTES:
        raise Refused(
            _("The file is larger than %(megabytes)s MB.") % {"megabytes": MAX_BYTES // 1024**2}, file=path.name
        )
    return Source(name=path.name, data=data, sha256=hashlib.sha256(data).hexdigest())


def _unpack(path: Path) -> bytes:
    try:
        with gzip.open(path) as packed:
            return packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(_("The archive is damaged or incomplete."), file=path.name) from error
