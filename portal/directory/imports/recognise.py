"""Which official format a file is, told by its content and never by its name."""

from django.utils.translation import gettext as _

from portal.directory.imports import changes, extract, gv100ad
from portal.directory.imports.changes import ChangeList
from portal.directory.imports.extract import Extract
from portal.directory.imports.gv100ad import Register
from portal.directory.imports.sheets import is_workbook
from portal.directory.imports.source import Refused, Source


def parse(source: Source) -> Register | Extract | ChangeList:
    """Read a file in whichever of the three formats it is.

    Raises:
        Refused: it is none of them, or something in it does not fit; with the file's name.
    """
    try:
        return _parse(source.data)
    except Refused as refused:
        refused.file = source.name
        raise


def _parse(data: bytes) -> Register | Extract | ChangeList:
    if is_workbook(data):
        if (rows := changes.open_changes(data)) is not None:
            return changes.parse(rows)
        if (rows := extract.open_extract(data)) is not None:
            return extract.parse(rows)
        raise Refused(_("This workbook is neither the extract of the register nor a list of territorial changes."))
    if not data.strip():
        raise Refused(_("The file is empty."))
    if gv100ad.looks_like(data):
        return gv100ad.parse(data)
    raise Refused(_("This is no file of the register: it does not begin with a record type and a date."), line=1)
