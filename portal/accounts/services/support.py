"""Looking at the portal as another person: begun with a reason, told to that person, ended in time (ADR 0017)."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import SupportView, User
from portal.accounts.models.support import SHORTEST_REASON
from portal.accounts.permissions import can_view_as
from portal.accounts.services import mails
from portal.audit.models import Verb
from portal.audit.services import record
from portal.permissions import enforce


@transaction.atomic
def start(*, person: User, by: User, reason: str) -> SupportView:
    """Begin to look at the portal as ``person`` sees it, and tell her by mail.

    An earlier view of the same administrator that still runs, in another browser say, ends with it.

    Args:
        person: whose view it is.
        by: the administrator.
        reason: why; the person reads it, and it stands in the audit.

    Raises:
        PermissionDenied: ``by`` may not do this.
        ValidationError: the reason is too short.
    """
    viewer = User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # whoever starts twice at once waits here
    enforce(can_view_as(viewer, person))
    why = " ".join(reason.replace("\x00", "").split())
    if len(why) < SHORTEST_REASON:
        message = _("Please give a reason of at least %(count)s characters: the person will read it.")
        raise ValidationError(message % {"count": SHORTEST_REASON})
    for earlier in SupportView.objects.open().filter(viewer=viewer):
        end(view=earlier, by=viewer)
    now = timezone.now()
    view = SupportView.objects.create(
        viewer=viewer,
        person=person,
        reason=why,
        started_at=now,
        expires_at=now + timedelta(minutes=settings.SUPPORT_VIEW_MINUTES),
    )
    record(Verb.SUPPORT_STARTED, person, by=viewer, reason=why)
    transaction.on_commit(lambda: mails.tell_of_support_view(view), robust=True)
    return view


@transaction.atomic
def end(*, view: SupportView, by: User | None) -> bool:
    """End a view and tell whether it had not ended yet; of two who end it at once one does.

    Args:
        view: the view.
        by: who ends it; None: its time is up, or a rule no longer allows it.
    """
    locked = (
        SupportView.objects.open().select_for_update(of=("self",)).select_related("person").filter(pk=view.pk).first()
    )
    if locked is None:
        return False
    locked.ended_at = min(timezone.now(), locked.expires_at)
    locked.save(update_fields=["ended_at"])
    record(Verb.SUPPORT_ENDED, locked.person, by=by)
    return True


def running(*, key: UUID | str, viewer: User) -> SupportView | None:
    """Return an administrator's view that may go on; one that may not is ended.

    Args:
        key: the key of the view, from the administrator's session.
        viewer: the administrator, as the present request knows her.
    """
    view = SupportView.objects.open().select_related("person").filter(uuid=key, viewer=viewer).first()
    if view is None:
        return None
    if view.has_run_out or not can_view_as(viewer, view.person):
        end(view=view, by=None)
        return None
    view.viewer = viewer
    return view


def end_run_out() -> int:
    """End the views whose time was up before anybody noticed, and return how many. Runs every few minutes."""
    over = SupportView.objects.open().filter(expires_at__lte=timezone.now())
    return sum(end(view=view, by=None) for view in over)
