"""Asking every half year whether a project's entry is still right; one click from the mail says so."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.areas import Message
from portal.editing import mark_checked
from portal.permissions import enforce
from portal.visibility import Viewer
from projects import permissions
from projects.models import Project
from projects.services.telling import tell, writers_of

ASKS = "project-confirm"
"""Slug of the kind of notification."""

AHEAD_DAYS = (14, 0)
"""So many days before it is due somebody is asked; the last time on the day itself."""

SALT = "projects.confirm"
VALID = timedelta(days=60)


def ask(today: date | None = None) -> int:
    """Ask those who write for an organisation about what is due within two weeks; return how many are asked.

    What the centre writes itself is in the editors' own list of checks.
    """
    today = today or timezone.localdate()
    due = ExpressionWrapper(
        Coalesce(F("checked_on"), TruncDate("first_published_at")) + F("check_interval_days"), output_field=DateField()
    )
    rows: Any = Project.objects.filter(live=True, organisation__isnull=False, organisation__ceased_on=None)
    asked = 0
    for project in (
        rows.alias(due=due).filter(due__lte=today + timedelta(days=AHEAD_DAYS[0])).select_related("organisation")
    ):
        day = project.check_due_on
        ahead = min((days for days in AHEAD_DAYS if day <= today + timedelta(days=days)), default=AHEAD_DAYS[0])
        asked += tell(ASKS, writers_of([project.organisation]), project, f"{project.pk}:{day}:{ahead}")
    return asked


def token_for(project: Project, person: User) -> str:
    """Make the token of the link in a mail: for one project and one person."""
    return signing.dumps({"project": project.pk, "person": person.pk}, salt=SALT)


def read_token(token: str) -> tuple[Project, User] | None:
    """Return project and person of a link; None where it is no longer valid, or the person no longer may."""
    try:
        content = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    project = Project.objects.filter(pk=content["project"], live=True).select_related("organisation").first()
    person = User.objects.filter(pk=content["person"], is_active=True).first()
    if project is None or person is None or not permissions.can_confirm(person, project):
        return None
    return project, person


def confirm(*, project: Project, by: User) -> None:
    """Note that the entry is still right, today.

    Raises:
        PermissionDenied: ``by`` does not write for the organisation.
    """
    enforce(permissions.can_confirm(by, project))
    mark_checked(project)


def writes(user: Viewer, project: Project) -> bool:
    """Whether somebody may still be asked when the mail goes out."""
    return bool(permissions.can_write(user, project))


def is_due(notification: Any, project: Project) -> Message | None:
    """Ask; nothing once somebody has answered."""
    due = project.check_due_on
    if due is None or due > timezone.localdate() + timedelta(days=AHEAD_DAYS[0]) or not project.live:
        return None
    person = notification.recipient.person
    token = token_for(project, person) if person is not None else "…"
    said = {"title": project.title, "date": date_format(due, "DATE_FORMAT")}
    return Message(
        subject=_("Is this still right? %(title)s") % said,
        text=_("Please look at the entry by %(date)s. If all is still right, one click is enough.") % said,
        reason=_("You are asked twice a year because you write for the organisation."),
        path=reverse("projects:confirm", args=[token]),
        link=_("Look and confirm"),
    )


def samples() -> Iterator[Message]:
    """Give an example for the style guide."""
    from types import SimpleNamespace  # noqa: PLC0415 - for the example alone

    example = Project(
        slug="muster", title=_("Ride-share bench with a button"), live=True, checked_on=timezone.localdate()
    )
    example.check_interval_days = 10
    found = is_due(SimpleNamespace(recipient=SimpleNamespace(person=None)), example)
    assert found is not None  # noqa: S101 - it is due
    yield found
