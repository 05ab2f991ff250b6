"""Reminding those who keep an organisation's applications of what is due."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.models import Application, Programme
from funding.permissions import can_keep_application
from funding.services.applying import due_by
from portal.accounts.models import User
from portal.areas import Message
from portal.directory.models import Membership
from portal.notifications.services.notifying import notify, recipients_of
from portal.visibility import Viewer

DUE = "application-due"
"""Slug of the kind of notification."""

AHEAD_DAYS = (14, 3)
"""So many days before, somebody is reminded."""


def remind_of_applications(today: date | None = None) -> int:
    """Remind of steps and proofs of use that come due, 14 and 3 days before; return how many are told.

    Told are the members who hold the function that looks after it; without one, all who may change it.
    """
    today = today or timezone.localdate()
    told = 0
    for application in due_by(today + timedelta(days=AHEAD_DAYS[0])):
        due = application.nearest_due
        assert due is not None  # noqa: S101 - else it would not be due
        if due < today:
            continue
        days = min(ahead for ahead in AHEAD_DAYS if due <= today + timedelta(days=ahead))
        told += notify(
            kind=DUE,
            to=recipients_of(keepers(application)),
            about=application,
            dedupe_key=f"{DUE}:{application.pk}:{due}:{days}",
        )
    return told


def keepers(application: Application) -> list[User]:
    """Return who is reminded of an application."""
    active = Membership.objects.active().filter(
        organisation=application.organisation, role__in=["contributor", "representative"], person__is_active=True
    )
    held = active.filter(function=application.owner) if application.owner else active.none()
    chosen = held if held.exists() else active
    return [membership.person for membership in chosen.select_related("person").order_by("pk")]


def sees_application(user: Viewer, application: Application) -> bool:
    """Whether somebody may be told about it when the mail goes out."""
    return bool(can_keep_application(user, application))


def application_due(_notification: Any, application: Application) -> Message | None:
    """Say what is due; nothing once it is done."""
    due = application.nearest_due
    if due is None or application.state in {"proven", "refused", "withdrawn"}:
        return None
    is_proof = due == application.proof_due_on and application.state in {"approved", "paid"}
    what = _("Proof of use") if is_proof else application.next_step or _("Next step")
    return Message(
        subject=_("Due on %(date)s: %(title)s") % {"date": date_format(due, "DATE_FORMAT"), "title": application.title},
        text=_("%(what)s – programme “%(programme)s”.") % {"what": what, "programme": application.programme},
        reason=_("You are told because you keep the funding applications of your organisation."),
        path=reverse("funding:application", args=[application.pk]),
        link=_("To the application"),
    )


def samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    example = Application(
        programme=Programme(title=_("Digital town halls")),
        title=_("Electronic files for the building office"),
        next_step=_("Have the council decide"),
        next_due_on=timezone.localdate() + timedelta(days=14),
    )
    message = application_due(None, example)
    assert message is not None  # noqa: S101 - it is due
    yield message
