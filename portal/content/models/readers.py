"""What readers tell the editors: whether a page helped, and what keeps them from using one."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Feedback(models.Model):
    """One anonymous answer to “Was this page helpful?” (DIN SPEC 66336, 5.12.1). Nothing says who gave it."""

    path = models.CharField(_("page"), max_length=500)
    helpful = models.BooleanField(_("helpful"))
    text = models.TextField(_("comment"), max_length=2_000, blank=True)
    given_on = models.DateField(_("given on"), default=timezone.localdate)

    class Meta:
        """The newest first."""

        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering: ClassVar = ["-given_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["path", "given_on"], name="content_feedback_page")]

    def __str__(self) -> str:
        """The page and the answer."""
        return f"{self.path}: {'+' if self.helpful else '-'}"


class BarrierReportQuerySet(models.QuerySet["BarrierReport"]):
    """Reading reports."""

    def open(self) -> Self:
        """Return what is not answered yet, the most urgent first."""
        return self.filter(answered_at__isnull=True).order_by("due_on", "pk")

    def overdue(self) -> Self:
        """Return what should have been answered by now."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def to_notify(self) -> Self:
        """Return what the operator was not told yet."""
        return self.filter(notice_sent_at__isnull=True).order_by("pk")

    def to_confirm(self) -> Self:
        """Return what was sent with an e-mail address that has not got its copy yet."""
        return self.filter(receipt_sent_at__isnull=True).exclude(email="").order_by("pk")

    def to_answer(self) -> Self:
        """Return what is answered, with an e-mail address that has not got the answer yet."""
        return self.filter(answered_at__isnull=False, answer_sent_at__isnull=True).exclude(email="").order_by("pk")


class BarrierReport(models.Model):
    """A barrier that somebody reports; it has to be answered within a month (BGG § 12b Abs. 4)."""

    page = models.CharField(_("page"), max_length=500, blank=True)
    description = models.TextField(_("what does not work"), max_length=5_000)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    created_at = models.DateTimeField(_("reported at"), auto_now_add=True)
    due_on = models.DateField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        related_name="+",
    )
    answer = models.TextField(_("answer"), max_length=5_000, blank=True)
    notice_sent_at = models.DateTimeField(_("operator notified at"), null=True, blank=True, editable=False)
    receipt_sent_at = models.DateTimeField(_("copy sent at"), null=True, blank=True, editable=False)
    answer_sent_at = models.DateTimeField(_("answer sent at"), null=True, blank=True, editable=False)

    objects = BarrierReportQuerySet.as_manager()

    class Meta:
        """The most urgent first; an answer says something."""

        verbose_name = _("reported barrier")
        verbose_name_plural = _("reported barriers")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="content_barrierreport_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        """Its number; the description may name a person."""
        return f"#{self.pk}"
