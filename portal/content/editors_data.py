"""What the editors' admin (Wagtail) holds of those who edit. ``area.py`` gives it to the portal."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.documents.models import Document as PlainDocument
from wagtail.images.models import Image as PlainImage
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile
from wagtail_localize.models import SegmentOverride, StringTranslation

from portal.content.services import traces
from portal.privacy import Erasure, PersonalData

if TYPE_CHECKING:
    from django.db import models

BASIS = _("Art. 6(1)(e) GDPR")


def written_by(model: "type[models.Model]", *fields: str, stays: tuple[str, ...] = ()) -> PersonalData:
    """Declare who wrote something; the first field names the person, and what was written stays."""
    return PersonalData(
        model=model,
        subject=fields[0],
        fields=fields,
        stays=stays,
        purpose=_("So that editors know who wrote a text, who is responsible for it and who is working on it."),
        legal_basis=BASIS,
        erasure=Erasure.ANONYMISE,
    )


def _of_the_admin(model: "type[models.Model]", *fields: str, files: tuple[str, ...] = ()) -> PersonalData:
    return PersonalData(
        model=model,
        subject=fields[0],
        fields=fields,
        files=files,
        purpose=_("So that the editors' admin works as the person has set it up and left it."),
        legal_basis=BASIS,
        erasure=Erasure.DELETE,
    )


def _logged(model: "type[models.Model]") -> PersonalData:
    return PersonalData(
        model=model,
        subject="user",
        fields=("user", "action", "label", "data", "timestamp"),
        stays=("label", "action"),
        purpose=_("So that editors can see who changed what in a text, and when."),
        legal_basis=BASIS,
        erasure=Erasure.ANONYMISE,
    )


EDITING = (
    written_by(Page, "owner", "title", "locked_by", "locked_at", stays=("title",)),
    written_by(PlainImage, "uploaded_by_user"),
    written_by(PlainDocument, "uploaded_by_user"),
    written_by(StringTranslation, "last_translated_by"),
    written_by(SegmentOverride, "last_translated_by"),
    PersonalData(
        model=Revision,
        subject="user",
        fields=("user", "object_str", "created_at"),
        stays=("object_str",),
        purpose=_("So that editors can see who changed what in a text, and when."),
        legal_basis=BASIS,
        erasure=Erasure.ANONYMISE,
        besides=traces.forget_in_revisions,
    ),
    _logged(PageLogEntry),
    _logged(ModelLogEntry),
    PersonalData(
        model=ModelLogEntry,
        subject="",
        rows=traces.entries_about,
        fields=("label", "action", "data", "timestamp"),
        purpose=_("So that it can be seen who changed an account."),
        legal_basis=BASIS,
        erasure=Erasure.DELETE,
    ),
    PersonalData(
        model=WorkflowState,
        subject="requested_by",
        fields=("requested_by", "status", "created_at"),
        purpose=_("So that a second person approves what somebody has written."),
        legal_basis=BASIS,
        erasure=Erasure.ANONYMISE,
    ),
    PersonalData(
        model=TaskState,
        subject="finished_by",
        fields=("finished_by", "status", "finished_at", "comment"),
        purpose=_("So that a second person approves what somebody has written."),
        legal_basis=BASIS,
        erasure=Erasure.ANONYMISE,
    ),
    PersonalData(
        model=Comment,
        subject="user",
        fields=("text", "position", "contentpath", "created_at", "resolved_by"),
        purpose=_("So that editors can talk about a text while they write it."),
        legal_basis=BASIS,
        erasure=Erasure.DELETE,
    ),
    PersonalData(
        model=CommentReply,
        subject="user",
        fields=("text", "created_at"),
        purpose=_("So that editors can talk about a text while they write it."),
        legal_basis=BASIS,
        erasure=Erasure.DELETE,
    ),
    _of_the_admin(PageSubscription, "user", "page"),
    _of_the_admin(
        UserProfile, "user", "avatar", "preferred_language", "current_time_zone", "dismissibles", files=("avatar",)
    ),
    _of_the_admin(FormState, "user", "data", "last_updated_at"),
    _of_the_admin(UploadedFile, "uploaded_by_user", "file", files=("file",)),
    _of_the_admin(APIToken, "user", "name", "created", "last_used_at"),
    PersonalData(
        model=EditingSession,
        subject="user",
        fields=("last_seen_at", "is_editing"),
        purpose=_("So that two people do not write the same text at once."),
        legal_basis=BASIS,
        erasure=Erasure.DELETE,
        retention=timedelta(days=2),
        retention_from="last_seen_at",
    ),
)
