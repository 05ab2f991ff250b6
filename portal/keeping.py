"""Files that an organisation keeps for itself: what is accepted, and how they go for good.

They lie in the private storage and are only ever given back as downloads, by a view that asks who wants them.
"""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_FILES = 20
LARGEST_FILE = 20 * 1024 * 1024
KINDS = ("pdf", "docx", "xlsx", "odt", "ods", "jpg", "jpeg", "png", "txt", "csv", "zip")
"""Endings of files that can be kept."""


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("PDF, office documents, pictures; at most 20 MB.")
    )


def accept(file: UploadedFile[Any], *, there: int) -> tuple[str, str]:
    """Return name and ending of a file that can be kept, beside so many that are there.

    Raises:
        ValidationError: it is too large, of a kind that is not kept, or one too many.
    """
    name = str(file.name or "")[-200:]
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS:
        raise ValidationError(
            _("Files of this kind are not kept. Possible are: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        )
    if (file.size or 0) > LARGEST_FILE:
        raise ValidationError(_("The file is larger than 20 MB."))
    if there >= MOST_FILES:
        raise ValidationError(_("At most %(most)s files are kept. Please delete one first.") % {"most": MOST_FILES})
    return name, ending


def forget(file: FieldFile) -> None:
    """Delete a file once it is certain that its row is gone."""
    transaction.on_commit(partial(file.storage.delete, file.name or ""))


def give_back(file: FieldFile, name: str) -> FileResponse:
    """Answer with a file as a download, never as a page."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    response["Cache-Control"] = "private, no-store"
    return response
