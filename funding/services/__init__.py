"""Writing funding programmes: importing them from a source, changing their state, noting that they were checked."""

from django.utils import timezone

from funding.models import LIFE, Programme
from funding.permissions import can_edit
from funding.services.importing import IMPORT_LOCK, import_programmes
from funding.services.records import (
    ContactRecord,
    Finding,
    ImportRunningError,
    LinkRecord,
    ProgrammeRecord,
    Report,
)
from portal.accounts.models import User
from portal.permissions import enforce

__all__ = [
    "IMPORT_LOCK",
    "ContactRecord",
    "Finding",
    "ImportRunningError",
    "LinkRecord",
    "ProgrammeRecord",
    "Report",
    "change_state",
    "import_programmes",
    "mark_checked",
]


def change_state(*, programme: Programme, verb: str, by: User) -> Programme:
    """Take one of the transitions of ``LIFE``.

    Raises:
        KeyError: there is no such transition.
        PermissionDenied: ``by`` may not do this.
        ValidationError: the programme is in another state by now, or lacks something.
    """
    return LIFE.apply(programme, verb, by=by)


def mark_checked(*, programme: Programme, by: User) -> None:
    """Note that somebody of the editors compared the programme with its source today.

    Raises:
        PermissionDenied: ``by`` may not do this.
    """
    enforce(can_edit(by, programme))
    programme.checked_on = timezone.localdate()
    programme.save(update_fields=["checked_on", "updated_at"])
