"""What readers say is wrong with a programme, and what editors made of it. Nothing says who the reader was."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from funding.models.programmes import Programme
from funding.models.terms import TERM_FIELDS

CORRECTABLE = tuple(name for name in TERM_FIELDS if name != "cut_off_dates")
"""Facts that an accepted correction changes by itself; everything else is a hint to editors."""


class Correction(models.Model):
    """A correction that somebody proposed.

    Attributes:
        field: the fact that is wrong; empty where it is something else.
        value: what it should be, as it was typed.
        reason: how the reader knows.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="corrections", verbose_name=_("funding programme")
    )
    field = models.CharField(_("what is wrong"), max_length=30, blank=True)
    value = models.CharField(_("what would be right"), max_length=500)
    reason = models.TextField(_("how you know"), max_length=1_000)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        """The oldest first; what is decided says when."""

        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["proposed_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(field__in=["", *CORRECTABLE]), name="funding_correction_field"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | Q(state__in=["accepted", "declined"], decided_at__isnull=False),
                name="funding_correction_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(value__regex=r"\S") & Q(reason__regex=r"\S"), name="funding_correction_says_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["proposed_at"], condition=Q(state="open"), name="funding_correction_open"),
        ]

    def __str__(self) -> str:
        """What would be right."""
        return self.value

    @property
    def field_label(self) -> str:
        """What is wrong, in words."""
        label = Programme._meta.get_field(self.field).verbose_name if self.field else _("something else")  # type: ignore[union-attr] # a field of its own
        return str(label)

    @property
    def current(self) -> str:
        """What the programme says now."""
        if not self.field:
            return ""
        shown = getattr(self.programme, f"get_{self.field}_display", None)
        value = shown() if shown else getattr(self.programme, self.field)
        return "" if value is None else str(localize(value))
