"""Deciding about what a source says otherwise: take it over, keep ours, or protect the field from imports."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from funding.models import REVIEWED_FIELDS, Difference, Programme
from funding.permissions import can_edit
from funding.services.differences import take_over
from funding.services.importing import NO_VERSION
from portal.accounts.models import User
from portal.permissions import enforce

type Choice = Literal["accept", "keep", "protect"]
CHOICES: tuple[Choice, ...] = ("accept", "keep", "protect")

REVIEWED = "funding.review"
"""What the history calls it when an editor takes over what a source says."""


def fingerprint_of(value: Any) -> str:
    """Return a short hash of what a source says: who decides, decides about what she has seen."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def waiting_programmes() -> int:
    """Return of how many programmes a difference waits for an editor."""
    return Difference.objects.open().values("programme").distinct().count()


@transaction.atomic
def decide(*, programme: Programme, choices: Mapping[str, tuple[Choice, str]], by: User) -> int:
    """Decide about differences of one programme and return how many fields were taken over.

    Args:
        programme: which one.
        choices: by field, what is to be done, and the fingerprint of the value that was shown.
        by: who decides.

    Raises:
        PermissionDenied: ``by`` is no editor.
        ValidationError: the source has changed a value in the meantime, or somebody has decided already.
    """
    enforce(can_edit(by, programme))
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    found = Difference.objects.open().filter(programme=locked, field__in=choices).select_for_update()
    waiting = {one.field: one for one in found}
    if any(name not in waiting or fingerprint_of(waiting[name].value) != seen for name, (_c, seen) in choices.items()):
        raise ValidationError(_("In the meantime this has changed. Please look at it once more."))
    chosen = {name: [field for field, (choice, _seen) in choices.items() if choice == name] for name in CHOICES}
    accepted = {field: waiting[field].value for field in chosen["accept"]}
    if accepted:
        now = timezone.now()
        besides: dict[str, Any] = {"imported_at": now, "updated_at": now, **NO_VERSION}
        take_over(locked, accepted, **besides, **({"last_published_at": now} if locked.live else {}))
        log(instance=locked, action=REVIEWED, user=by, data={"fields": sorted(accepted)}, content_changed=True)
    if chosen["protect"]:
        locked.protected_fields = sorted({*locked.protected_fields, *chosen["protect"]})
        Programme.objects.filter(pk=locked.pk).update(protected_fields=locked.protected_fields)
    gone = [waiting[field].pk for field in (*chosen["accept"], *chosen["protect"])]
    Difference.objects.filter(pk__in=gone).delete()
    kept = [waiting[field].pk for field in chosen["keep"]]
    Difference.objects.filter(pk__in=kept).update(decided_at=timezone.now(), decided_by=by)
    return len(accepted)


@transaction.atomic
def ask_again(*, programme: Programme, field: str, by: User) -> None:
    """Take back that a field is protected, or that ours is kept: the next import asks about it again.

    Raises:
        PermissionDenied: ``by`` is no editor.
        KeyError: there is no such field.
    """
    enforce(can_edit(by, programme))
    if field not in REVIEWED_FIELDS:
        raise KeyError(field)
    locked = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    left = [name for name in locked.protected_fields if name != field]
    # Without its fingerprint, the record counts as changed when it is read next.
    Programme.objects.filter(pk=locked.pk).update(protected_fields=left, content_hash="")
    Difference.objects.filter(programme=locked, field=field).update(decided_at=None, decided_by=None)
