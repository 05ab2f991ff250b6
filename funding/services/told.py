"""Telling the editors what an import found."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.models import ImportRun
from funding.permissions import can_edit
from portal.accounts.models import APPROVERS, EDITORS, User
from portal.areas import Message
from portal.notifications.services.notifying import notify, recipients_of
from portal.visibility import Viewer

IMPORTED = "funding-import"
"""Slug of the kind of notification."""


def tell_editors(run: ImportRun) -> int:
    """Tell whoever ordered an import, else all editors, that it needs them; return how many are told."""
    if run.ordered_by is not None:
        people = [run.ordered_by]
    else:
        people = list(User.objects.filter(is_active=True, groups__name__in=[EDITORS, APPROVERS]).distinct())
    key = f"{IMPORTED}:{run.pk}:{run.state}:{run.accepts_loss}"
    return notify(kind=IMPORTED, to=recipients_of(people), about=run, dedupe_key=key)


def is_an_editor(viewer: Viewer) -> bool:
    """Whether somebody ever gets this kind."""
    return bool(can_edit(viewer, None))


def sees_run(viewer: Viewer, _run: ImportRun) -> bool:
    """Whether somebody may still be told of an import when the mail goes out."""
    return is_an_editor(viewer)


def import_needs_you(_notification: Any, run: ImportRun) -> Message | None:
    """Say what came of an import."""
    held, rejected = run.counts.get("held", 0), run.counts.get("rejected", 0)
    said = [run.message] if run.message else []
    if held:
        wait = ngettext("%(n)s field waits for your decision.", "%(n)s fields wait for your decision.", held)
        said.append(wait % {"n": held})
    if rejected:
        left = ngettext("%(n)s record was rejected.", "%(n)s records were rejected.", rejected)
        said.append(left % {"n": rejected})
    return Message(
        subject=_("Import of funding programmes: %(state)s") % {"state": run.get_state_display()},
        text=" ".join(said) or _("Please look at the report."),
        reason=_("You are told because you keep the funding programmes."),
        path=reverse("funding:import_run", args=[run.pk or 0]),
        link=_("To the report"),
    )


def samples() -> Iterator[Message]:
    """Give examples for the style guide."""
    now = timezone.now()
    lost = _("The source no longer has %(missing)s of %(total)s programmes. Nothing was imported.")
    asks = lost % {"missing": 700, "total": 2400}
    for state, message, counts in (("done", "", {"held": 12, "rejected": 1}), ("asks", asks, {})):
        run = ImportRun(name="foerderdatenbank.csv", state=state, message=message, counts=counts, finished_at=now)
        found = import_needs_you(None, run)
        assert found is not None  # noqa: S101 - it always says something
        yield found
