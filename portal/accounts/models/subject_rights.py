"""What people may ask for by law: a copy of their data (Art. 15, 20 GDPR), and to be forgotten (Art. 17 GDPR)."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User

VALID_FOR = timedelta(days=7)
"""So long an export can be fetched."""


def private_storage() -> Storage:
    """Return the storage of files that no address leads to: a view decides about each request."""
    return storages["private"]


class DataExport(models.Model):
    """A copy of what the portal holds of a person, as one file. A job makes it, and it is deleted after a week.

    Attributes:
        uuid: names it in its address; the address says nothing about the person.
        expires_at: from then on it cannot be fetched; the next night deletes it.
        fetched_at: when it was fetched first.
    """

    class State(models.TextChoices):
        """How far it is."""

        REQUESTED = "requested", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    uuid = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"))
    fetched_at = models.DateTimeField(_("fetched at"), null=True, blank=True)
    file = models.FileField(_("file"), storage=private_storage, upload_to="exports", blank=True)

    class Meta:
        """One at a time for each person."""

        verbose_name = _("export of personal data")
        verbose_name_plural = _("exports of personal data")
        ordering: ClassVar = ["-requested_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="requested"), name="accounts_export_one_in_the_making"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", ready_at__isnull=False) & ~Q(file="")
                | ~Q(state="ready") & Q(ready_at__isnull=True, file=""),
                name="accounts_export_ready_with_its_file",
            ),
        ]

    def __str__(self) -> str:
        """When it was asked for."""
        return f"{self._meta.verbose_name} ({self.requested_at:%Y-%m-%d %H:%M})"

    def get_absolute_url(self) -> str:
        """Where the person fetches it."""
        return reverse("accounts:fetch_export", args=[self.uuid])

    @property
    def can_be_fetched(self) -> bool:
        """Tell whether the file is there and has not run out."""
        return self.state == self.State.READY and timezone.now() < self.expires_at


class ErasureTombstone(models.Model):
    """Says that an account was erased, so that a restored backup does not bring it back; and nothing else.

    Attributes:
        uuid: the account's random key, which leads nowhere any more.
    """

    uuid = models.UUIDField(_("random key"), unique=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        """The newest first."""

        verbose_name = _("note of an erasure")
        verbose_name_plural = _("notes of erasures")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        """When it was."""
        return f"{self._meta.verbose_name} ({self.at:%Y-%m-%d %H:%M})"
