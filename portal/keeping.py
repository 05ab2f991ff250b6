"""Files that an organisation keeps for itself: what is accepted, and how they go for good.

They lie in the private storage and are only ever given back as downloads, by a view that asks who wants them.
"""

from functools import partial
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_FILES = 20
LARGEST_FILE = 20 * 1024 * 1024
KINDS = ("pdf", "docx", "xlsx", "odt", "ods", "jpg", "jpeg", "png", "txt", "csv", "zip")
"""Endings of files that can be kept."""


class KeptFile(models.Model):
    """A file with its name, and who added it; a subclass says where it lies and what it belongs to."""

    id = models.UUIDField(gettext_lazy("key"), primary_key=True, default=uuid4, editable=False)
    name = models.CharField(gettext_lazy("name"), max_length=200)
    size = models.PositiveIntegerField(gettext_lazy("size in bytes"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("uploaded by"),
    )
    uploaded_at = models.DateTimeField(gettext_lazy("uploaded at"), auto_now_add=True)

    class Meta:
        """The newest first."""

        abstract = True
        ordering: ClassVar = ["-uploaded_at", "pk"]

    def __str__(self) -> str:
        """Its name."""
        return self.name


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
