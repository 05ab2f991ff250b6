"""Reported barriers: taken in, confirmed, answered within a month, and forgotten a year later."""

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.services import has_confirmed_address
from portal.content.models import BarrierReport

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User

KEPT_FOR = timedelta(days=365)
"""So long after its answer a report is kept (landscape 3.4, point 24)."""

SENDING = "portal.content.tasks.send_barrier_mails"
"""Name of the job that sends what is outstanding."""


def one_month_after(day: date) -> date:
    """Return the same day of the next month, or its last one: BGG § 12b Abs. 4 gives a month for the answer."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004 - December
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def report_barrier(*, description: str, page: str = "", name: str = "", email: str = "") -> BarrierReport:
    """Take in a report; the operator is told, and the sender gets a copy, once it is stored."""
    report = BarrierReport.objects.create(
        page=page,
        description=description,
        name=name,
        email=email,
        due_on=one_month_after(timezone.localdate()),
    )
    _send_soon()
    return report


@transaction.atomic
def answer_report(*, report: BarrierReport, answer: str, by: "User") -> BarrierReport:
    """Answer a report; whoever sent it with an e-mail address gets the answer by mail.

    Raises:
        ValidationError: the answer is empty, or the report has been answered already.
    """
    report = BarrierReport.objects.select_for_update().get(pk=report.pk)
    if not answer.strip():
        raise ValidationError(_("The answer is empty."))
    if report.answered_at is not None:
        raise ValidationError(_("This report has been answered already."))
    report.answer = answer.strip()
    report.answered_by = by
    report.answered_at = timezone.now()
    report.save(update_fields=["answer", "answered_by", "answered_at"])
    _send_soon()
    return report


def send_outstanding_mails() -> int:
    """Send every mail about reports that was not sent yet and return how many; each is sent once.

    Raises:
        OSError: the mail server does not take them. What was sent stays marked as sent.
    """
    reports = BarrierReport.objects
    sent = _send_each(reports.all().to_confirm(), "receipt_sent_at", receipt)
    sent += _send_each(reports.all().to_answer(), "answer_sent_at", answer_mail)
    if settings.OPERATOR_EMAIL:
        sent += _send_each(reports.all().to_notify(), "notice_sent_at", notice)
    return sent


def receipt(report: BarrierReport) -> EmailMultiAlternatives:
    """Write the copy for the sender."""
    return _mail(report, "barrier_receipt", _("We have received your report no. %(number)s"), report.email)


def answer_mail(report: BarrierReport) -> EmailMultiAlternatives:
    """Write the answer for the sender."""
    return _mail(report, "barrier_answer", _("Answer to your report no. %(number)s"), report.email)


def notice(report: BarrierReport) -> EmailMultiAlternatives:
    """Write the notice for the operator."""
    return _mail(report, "barrier_notice", _("New reported barrier no. %(number)s"), settings.OPERATOR_EMAIL)


def reports_of(person: "User") -> "QuerySet[BarrierReport]":
    """Return the reports that were sent with a person's address, once it is known to be hers."""
    if not has_confirmed_address(person):
        return BarrierReport.objects.none()
    return BarrierReport.objects.filter(email__iexact=person.email)


def purge_barrier_reports() -> int:
    """Delete the reports that were answered a year ago and return how many. Runs every night."""
    deleted, _by_model = BarrierReport.objects.filter(answered_at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted


def _send_soon() -> None:
    """Start the job that sends mails once this is stored; if that fails, the timetable starts it a little later."""
    transaction.on_commit(lambda: current_app.send_task(SENDING), robust=True)


def _send_each(
    reports: "QuerySet[BarrierReport]", mark: str, write: Callable[[BarrierReport], EmailMultiAlternatives]
) -> int:
    """Send one mail for each report, marking it under a lock: two workers never send the same."""
    sent = 0
    for key in reports.values_list("pk", flat=True):
        with transaction.atomic():
            report = reports.filter(pk=key).select_for_update(skip_locked=True).first()
            if report is None:
                continue
            setattr(report, mark, timezone.now())
            report.save(update_fields=[mark])
            write(report).send()
            sent += 1
    return sent


def _mail(report: BarrierReport, template: str, subject: str, to: str) -> EmailMultiAlternatives:
    """Write a mail with the same content as text and as HTML. What readers wrote never becomes part of a header."""
    with override(settings.LANGUAGE_CODE):
        context = {
            "report": report,
            "site_url": settings.SITE_URL,
            "admin_url": f"{settings.SITE_URL}{reverse('wagtailadmin_home')}",
            "operator_name": settings.OPERATOR_NAME,
            "operator_email": settings.OPERATOR_EMAIL,
            "subject": subject % {"number": report.pk},
        }
        text = render_to_string(f"content/mail/{template}.txt", context)
        html = render_to_string(f"content/mail/{template}.html", context)
    mail = EmailMultiAlternatives(context["subject"], text, to=[to], headers={"Auto-Submitted": "auto-generated"})
    mail.attach_alternative(html, "text/html")
    return mail
