"""Links, and whether they still lead somewhere."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

GONE = (404, 410)
"""HTTP statuses by which a server says itself that nothing is there."""

FAILURES_OF_A_BROKEN_LINK = 2
"""After so many failures in a row a link counts as broken; one bad night of another server is none."""

ASKED_AGAIN_AFTER = timedelta(days=6, hours=12)
"""A link that worked is asked again in the night a week later: others' servers are not ours to burden."""

FAILED_ASKED_AGAIN_AFTER = timedelta(hours=12)
"""A link that failed is asked again in the next night, never twice in one."""


class CheckedLinkQuerySet(models.QuerySet["CheckedLink"]):
    """Reading links."""

    def broken(self) -> Self:
        """Return what is gone, or has failed in two nights running."""
        return self.filter(Q(status__in=GONE) | Q(failures__gte=FAILURES_OF_A_BROKEN_LINK))

    def due(self, now: datetime | None = None) -> Self:
        """Return what has to be asked again, what was never asked or longest ago first."""
        now = now or timezone.now()
        worked = Q(failures=0, checked_at__lt=now - ASKED_AGAIN_AFTER)
        failed = Q(failures__gt=0, checked_at__lt=now - FAILED_ASKED_AGAIN_AFTER)
        return self.filter(Q(checked_at=None) | worked | failed).order_by(F("checked_at").asc(nulls_first=True), "pk")

    def own(self) -> Self:
        """Return the portal's own addresses."""
        return self.filter(url__startswith="/")

    def outside(self) -> Self:
        """Return the addresses of others."""
        return self.exclude(url__startswith="/")


class CheckedLink(models.Model):
    """One address, checked at night. An address of the portal itself is kept as its path."""

    class Problem(models.TextChoices):
        """Why nothing could be read at an address."""

        STATUS = "status", _("The server answers with an error")
        UNKNOWN_HOST = "host", _("There is no server of this name")
        UNREACHABLE = "silent", _("The server does not answer")
        SLOW = "slow", _("The server takes too long to answer")
        CERTIFICATE = "tls", _("The server’s certificate is not valid")
        REDIRECTS = "loop", _("The address leads from redirect to redirect")
        REFUSED = "refused", _("The address does not lead to a public web server")
        DENIED = "denied", _("The server does not answer programs; only a person can check this")

    url = models.CharField(_("address"), max_length=1_000, unique=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=7, choices=Problem, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        """By address."""

        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar = ["url"]

    def __str__(self) -> str:
        """The address."""
        return self.url

    @property
    def is_broken(self) -> bool:
        """Whether it leads nowhere; the same as ``broken()`` says."""
        return self.status in GONE or self.failures >= FAILURES_OF_A_BROKEN_LINK

    def explanation(self) -> str:
        """Say in words what is wrong; empty when nothing is."""
        if self.status in GONE:
            return gettext("There is nothing at this address any more (HTTP %(status)s)") % {"status": self.status}
        if self.problem == self.Problem.STATUS:
            return gettext("The server answers with an error (HTTP %(status)s)") % {"status": self.status}
        return str(self.get_problem_display())


class LinkUse(models.Model):
    """Where a link stands."""

    link = models.ForeignKey(CheckedLink, models.CASCADE, related_name="uses", verbose_name=_("link"))
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    content_object = GenericForeignKey("content_type", "object_id")

    class Meta:
        """Once for each piece."""

        verbose_name = _("use of a link")
        verbose_name_plural = _("uses of links")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "content_type", "object_id"], name="content_linkuse_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["content_type", "object_id"], name="content_linkuse_object")]

    def __str__(self) -> str:
        """The link's number and the piece."""
        return f"{self.link_id} in {self.content_type_id}/{self.object_id}"
