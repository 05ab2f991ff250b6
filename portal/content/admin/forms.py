"""Forms for what editors upload; Wagtail's own forms build on them (settings ``WAGTAIL…_FORM_BASE``)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from portal.content.services.uploads import check_document, without_metadata


class ImageForm(BaseImageForm):
    """A picture: what it shows is asked for, where it was taken is not kept."""

    def clean_file(self) -> Any:
        """Take out what the camera wrote."""
        file = self.cleaned_data["file"]
        return without_metadata(file) if isinstance(file, UploadedFile) else file


class DocumentForm(BaseDocumentForm):
    """A document or a film: it has to be what its name says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what a title is for."""
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].help_text = _("Readers see it as the text of the link.")

    def clean_file(self) -> Any:
        """Look into the file."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_document(file)
        return file
