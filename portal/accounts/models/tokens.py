"""Tokens by which programs read the API as a person."""

from datetime import timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.visibility import Viewer, VisibleQuerySet

LONGEST = timedelta(days=366)
"""No token is valid longer: what nobody renews ends by itself."""

KEPT_AFTER = timedelta(days=90)
"""So long a token that has expired or was revoked stays in its person's list."""


class Scope(models.TextChoices):
    """What a token may be used for; every operation of the API asks for one of them."""

    READ = "read", _("Read what you may read")


class ApiTokenQuerySet(VisibleQuerySet["ApiToken"]):
    """Reading tokens."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees the own ones alone."""
        return self.filter(person_id=user.pk) if user.is_authenticated else self.none()

    def valid(self) -> Self:
        """Those that open the API now."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), person__is_active=True)


class ApiToken(models.Model):
    """A token. The secret itself is nowhere: it is shown once, and its digest is kept.

    Attributes:
        digest: SHA-256 of the secret, in hexadecimal. A secret of 256 random bits cannot be guessed, so it needs no
            slow hash, which every request would have to wait for.
        hint: how the secret begins, so that people recognise which one it is.
        scopes: what it may be used for; none: for nothing.
        last_used_on: the day of the last request; not the moment, which would be written with every request.
        warned_at: when its person was told that it is about to expire.
    """

    uuid = models.UUIDField(_("key"), default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("What it is for, for instance “Data platform”."))
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("may be used to")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    last_used_on = models.DateField(_("last used on"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warned at"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        """The newest first; every token ends."""

        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + LONGEST),
                name="accounts_token_ends",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_token_named"),
            models.CheckConstraint(condition=Q(scopes__contained_by=Scope.values), name="accounts_token_known_scopes"),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @property
    def is_valid(self) -> bool:
        """Whether it opens the API now, as far as the token itself is concerned."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]
