"""Corrections: proposed by anybody, accepted by an editor in one step."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DecimalField
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import Correction, Programme
from funding.models.terms import read_number
from funding.permissions import can_edit
from funding.services.differences import origin
from portal.accounts.models import User
from portal.permissions import enforce


def propose(*, programme: Programme, field: str, value: str, reason: str) -> Correction:
    """Keep what a reader says is wrong."""
    return Correction.objects.create(programme=programme, field=field, value=value, reason=reason)


def read_value(field: str, typed: str) -> Any:
    """Read what was typed for a fact, as its form field in the editors' admin would.

    Raises:
        ValidationError: it is no such value.
    """
    model_field: Any = Programme._meta.get_field(field)
    if model_field.choices:
        by_label = {str(label).lower(): code for code, label in model_field.choices}
        wanted = by_label.get(typed.strip().lower(), typed.strip())
        return model_field.clean(wanted, None)
    if isinstance(model_field, DecimalField):
        number = read_number(typed)
        if number is None:
            raise ValidationError(_("Please enter a number, for example 12.500 or 62,5."))
        return model_field.clean(number, None)
    return model_field.clean(model_field.formfield(localize=True).clean(typed.strip()), None)


@transaction.atomic
def accept(*, correction: Correction, by: User) -> Programme:
    """Take over a correction: the fact is changed, published, and kept as a version.

    Raises:
        PermissionDenied: ``by`` is no editor.
        ValidationError: somebody has decided already; the value cannot be read; there is a newer draft, which would be
            published with it; or the programme would contradict itself.
    """
    enforce(can_edit(by, correction.programme))
    locked = _open(correction)
    programme: Programme = Programme.objects.select_for_update(of=("self",)).get(pk=locked.programme_id)
    if locked.field:
        if programme.has_unpublished_changes:
            raise ValidationError(_("There is a newer draft of this programme. Please change the value there."))
        setattr(programme, locked.field, read_value(locked.field, locked.value))
        with origin("reader"):
            programme.validate_constraints()
            revision = programme.save_revision(user=by)
            if programme.live:
                # Four eyes have seen it: the reader's, who proposed it, and the editor's.
                revision.publish(user=by, skip_permission_checks=True)
    _decide(locked, Correction.State.ACCEPTED, by)
    return programme


@transaction.atomic
def decline(*, correction: Correction, by: User) -> None:
    """Leave the programme as it is.

    Raises:
        PermissionDenied: ``by`` is no editor.
        ValidationError: somebody has decided already.
    """
    enforce(can_edit(by, correction.programme))
    _decide(_open(correction), Correction.State.DECLINED, by)


def _open(correction: Correction) -> Correction:
    locked: Correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if locked.state != Correction.State.OPEN:
        raise ValidationError(_("Somebody has decided this already."))
    return locked


def _decide(correction: Correction, state: str, by: User) -> None:
    correction.state, correction.decided_at, correction.decided_by = state, timezone.now(), by
    correction.save(update_fields=["state", "decided_at", "decided_by"])
