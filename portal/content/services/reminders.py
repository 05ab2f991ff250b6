"""Reminding people of what they are responsible for and have not checked in time: one mail a week, if at all."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder

from portal.accounts.models import User
from portal.content.models import Reminder
from portal.content.services.checking import Overdue, overdue, with_things

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=28)
"""How long it is kept that somebody was reminded; a week would do."""


MOST_NAMED = 30
"""Things named in one mail; the editors' dashboard lists all."""


class NotAllReminded(Exception):  # noqa: N818 - what happened, not a fault of the program
    """Some mails could not be handed over; sending again reaches only those who got none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the mail."""

    title: str
    kind: str
    due_on: date
    url: str


def remind_responsible() -> int:
    """Send everybody who is responsible for overdue content one mail; nobody gets a second one in the same week.

    Returns:
        How many mails were sent.

    Raises:
        NotAllReminded: a mail could not be handed over.
    """
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    Reminder.objects.filter(week__lt=monday - REMEMBERED).delete()
    by_person: dict[int, list[Overdue]] = defaultdict(list)
    for row in overdue():
        if row.responsible_id is not None:
            by_person[row.responsible_id].append(row)
    sent = failed = 0
    for person in User.objects.filter(pk__in=by_person, is_active=True):
        try:
            with transaction.atomic():  # a mail that was not sent is not remembered as sent
                _reminder, is_new = Reminder.objects.get_or_create(person=person, week=monday)
                if is_new:
                    _send(person, by_person[person.pk])
                    sent += 1
        except (SMTPException, OSError):
            logger.exception("A reminder could not be sent")
            failed += 1
    if failed:
        raise NotAllReminded(f"{failed} of {failed + sent} reminders could not be sent.")
    return sent


def _send(person: User, rows: list[Overdue]) -> None:
    """Write to one person, in the portal's language, naming what is overdue longest."""
    with translation.override(settings.LANGUAGE_CODE):
        finder = AdminURLFinder(person)
        lines = [
            Line(
                title=str(row.thing),
                kind=str(row.model._meta.verbose_name),
                due_on=row.due_on,
                url=urljoin(settings.SITE_URL, finder.get_edit_url(row.thing) or row.thing.get_absolute_url()),
            )
            for row in with_things(rows[:MOST_NAMED])
        ]
        count = len(rows)
        subject = ngettext(
            "%(count)s text of yours has to be checked", "%(count)s texts of yours have to be checked", count
        ) % {"count": count}
        context = {"person": person, "lines": lines, "count": count, "more": count - len(lines)}
        body = render_to_string("content/mail/overdue.txt", {**context, "site": settings.SITE_URL})
        send_mail(subject, body, None, [person.email])
