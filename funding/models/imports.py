"""Imports: each run with its report, and where a source says something else than stands here."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding.models.programmes import SAID_BY_THE_SOURCE, Programme
from portal.accounts.models.subject_rights import private_storage

REVIEWED_FIELDS = (*(name for name in SAID_BY_THE_SOURCE if name != "source_url"), "contacts", "links")
"""What an editor decides about one by one when the source changes it. ``text_format`` stands for all texts at once."""


class ImportRun(models.Model):
    """One import of funding programmes, from its order to its report.

    Attributes:
        file: what somebody sent; empty where the source of the settings was asked. Deleted when the run is over.
        name: of the file, or the source's address.
        by_review: differences wait for an editor; otherwise they are taken over at once.
        counts: what was done, by the names of ``Report``.
        findings: what has to be said about single records, in words, the rejected ones first.
        message: why it stopped.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        ASKS = "asks", _("asks whether to go on")
        FAILED = "failed", _("stopped")

    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    file = models.FileField(_("file"), storage=private_storage, upload_to="funding-imports", blank=True)
    name = models.CharField(_("source"), max_length=500)
    is_trial = models.BooleanField(_("trial run: change nothing"), default=False)
    by_review = models.BooleanField(_("differences wait for a review"), default=True)
    accepts_loss = models.BooleanField(_("goes on although the source has lost many programmes"), default=False)
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(_("counts"), default=dict, blank=True)
    findings: models.JSONField[list[str], list[str]] = models.JSONField(_("findings"), default=list, blank=True)
    message = models.TextField(_("message"), blank=True)
    ordered_at = models.DateTimeField(_("ordered at"), auto_now_add=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ordered by"),
    )
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        """The newest first; one that is over says when."""

        verbose_name = _("import of funding programmes")
        verbose_name_plural = _("imports of funding programmes")
        ordering: ClassVar = ["-ordered_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(state__in=["done", "asks", "failed"], finished_at__isnull=False),
                name="funding_importrun_over_says_when",
            ),
        ]

    def __str__(self) -> str:
        """What was imported."""
        return self.name

    def get_absolute_url(self) -> str:
        """Its report, for editors alone."""
        return reverse("funding:import_run", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state not in {self.State.WAITING, self.State.RUNNING}


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Reading differences."""

    def open(self) -> Self:
        """Return those that nobody has decided about."""
        return self.filter(decided_at=None)


class Difference(models.Model):
    """A field of which a source says something else than stands here, until an editor has decided, or has kept ours.

    Attributes:
        field: one of ``REVIEWED_FIELDS``.
        value: what the source says; of ``text_format`` the format with all texts.
        decided_at: since when ours is kept against this very value; the next other value is asked about again.
    """

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="differences", verbose_name=_("funding programme")
    )
    field = models.CharField(_("field"), max_length=30)
    value: models.JSONField[Any, Any] = models.JSONField(_("what the source says"))
    seen_at = models.DateTimeField(_("seen at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        """One for each field of a programme."""

        verbose_name = _("difference from the source")
        verbose_name_plural = _("differences from the source")
        ordering: ClassVar = ["programme", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "field"], name="funding_difference_once"),
            models.CheckConstraint(condition=Q(field__in=REVIEWED_FIELDS), name="funding_difference_field"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme"], condition=Q(decided_at=None), name="funding_difference_open"),
        ]

    def __str__(self) -> str:
        """The field, in words."""
        return field_label(self.field)


def field_label(name: str) -> str:
    """Say in words what a reviewed field is."""
    if name == "text_format":
        return str(_("all texts, in another format"))
    label: Any = getattr(Programme._meta.get_field(name), "verbose_name", None)
    return str(label or {"contacts": _("contacts"), "links": _("links")}[name])
