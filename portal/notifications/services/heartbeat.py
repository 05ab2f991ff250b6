"""Whether the timetable runs: it leaves a sign every five minutes, and its silence is told once."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import Role, User
from portal.notifications.letters import Letter, compose
from portal.notifications.models import Heartbeat

logger = logging.getLogger(__name__)

SCHEDULER = "scheduler"
SILENT_AFTER = timedelta(hours=2)


def beat() -> None:
    """Leave a sign of life; an alarm is over with it. Runs every five minutes."""
    Heartbeat.objects.update_or_create(name=SCHEDULER, defaults={"at": timezone.now(), "alarmed_at": None})


def silence() -> timedelta | None:
    """Return how long the timetable has been silent, when that is too long; None while it lives.

    One that has never left a sign counts from the first time that somebody asked.
    """
    mark, _made = Heartbeat.objects.get_or_create(name=SCHEDULER, defaults={"at": timezone.now()})
    gone = timezone.now() - mark.at
    return gone if gone > SILENT_AFTER else None


def alarm_once(gone: timedelta) -> bool:
    """Tell the administrators that the timetable is silent; once for each silence, however many ask at once.

    The mail does not take the way of all others: that needs the very timetable.
    """
    now = timezone.now()
    first = Heartbeat.objects.filter(name=SCHEDULER, alarmed_at=None, at__lt=now - SILENT_AFTER)
    if not first.update(alarmed_at=now):
        return False
    people = User.objects.filter(is_active=True, role_grants__role=Role.ADMINISTRATOR, role_grants__ended_at=None)
    addresses = set(people.values_list("email", flat=True)) or {settings.OPERATOR_EMAIL} - {""}
    with override(settings.LANGUAGE_CODE):
        letter = Letter(
            subject=_("The portal's timetable stands still"),
            paragraphs=[
                _("For %(hours)s hours no job has run: no mails go out, nothing is measured, nothing is imported.")
                % {"hours": int(gone.total_seconds() // 3600)},
                _("Please start the scheduler and the worker again (docs/operations.md). What was due is made up for."),
            ],
            language=settings.LANGUAGE_CODE,
        )
        for address in sorted(addresses):
            try:
                compose(letter, address).send()
            except OSError:
                logger.exception("The alarm about the silent timetable could not be sent.")
    return True
