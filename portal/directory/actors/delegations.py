"""Delegations: an association or a district acts for a municipality that agreed. Both sides see and revoke them."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.models import Verb
from portal.audit.services import record
from portal.directory.actors.locking import lock
from portal.directory.actors.mails import AGREED, DECLINED, OFFERED, REVOKED, send_soon
from portal.directory.models import DELEGATION, DelegatedTask, Delegation, Organisation
from portal.directory.permissions import can_manage_members
from portal.permissions import enforce


def possible_delegates(principal: Organisation) -> "QuerySet[Organisation]":
    """Return who may act for a municipality: its association and its district."""
    place = principal.municipality
    if place is None:
        return Organisation.objects.none()
    return Organisation.objects.existing().filter(
        Q(association=place.association_id, association__isnull=False)
        | Q(district=place.district_id, district__isnull=False)
    )


def possible_principals(delegate: Organisation) -> "QuerySet[Organisation]":
    """Return for whom an association or a district may act: its municipalities."""
    if delegate.association_id is not None:
        return Organisation.objects.existing().filter(municipality__association=delegate.association_id)
    if delegate.district_id is not None:
        return Organisation.objects.existing().filter(municipality__district=delegate.district_id)
    return Organisation.objects.none()


@transaction.atomic
def offer(*, own: Organisation, other: Organisation, tasks: Iterable[str], by: User) -> Delegation:
    """Offer a delegation (a municipality), or ask for one (an association or a district); the other side decides.

    Raises:
        PermissionDenied: ``by`` does not represent ``own``.
        ValidationError: the two do not belong together, no task is named, or there is one between them already.
    """
    first, second = sorted([own, other], key=lambda organisation: organisation.pk)
    lock(first)
    lock(second)
    enforce(can_manage_members(by, own))
    chosen = [task for task in DelegatedTask.values if task in set(tasks)]
    if not chosen:
        raise ValidationError({"tasks": _("Please choose at least one task.")})
    asked_by_delegate = own.municipality_id is None
    principal, delegate = (other, own) if asked_by_delegate else (own, other)
    if not possible_delegates(principal).filter(pk=delegate.pk).exists() or principal.ceased_on is not None:
        raise ValidationError({"other": _("Only the association and the district of a municipality can act for it.")})
    if Delegation.objects.live().filter(principal=principal, delegate=delegate).exists():
        raise ValidationError({"other": _("There is a delegation between the two already.")})
    delegation = Delegation.objects.create(
        principal=principal,
        delegate=delegate,
        tasks=chosen,
        asked_by_delegate=asked_by_delegate,
        offered_by=by,
        mail_due=OFFERED,
    )
    record(Verb.DELEGATION_OFFERED, delegation, by=by, on_behalf_of=own)
    send_soon()
    return delegation


@transaction.atomic
def answer(*, delegation: Delegation, agree: bool, by: User) -> Delegation:
    """Agree to a delegation, or decline it.

    Raises:
        PermissionDenied: ``by`` does not represent the side that was asked.
        ValidationError: it was answered or withdrawn already, or the two do not belong together any more.
    """
    if agree and not possible_delegates(delegation.principal).filter(pk=delegation.delegate_id).exists():
        raise ValidationError(_("Only the association and the district of a municipality can act for it."))
    Delegation.objects.filter(pk=delegation.pk, state="offered").update(answered_by=by)
    delegation = DELEGATION.apply(delegation, "agree" if agree else "decline", by=by)
    _tell(delegation, AGREED if agree else DECLINED)
    asked = delegation.principal if delegation.asked_by_delegate else delegation.delegate
    verb = Verb.DELEGATION_AGREED if agree else Verb.DELEGATION_DECLINED
    record(verb, delegation, by=by, on_behalf_of=asked)
    return delegation


@transaction.atomic
def revoke(*, delegation: Delegation, by: User) -> Delegation:
    """End a delegation, from either side; it ends at once.

    Raises:
        PermissionDenied: ``by`` represents neither side.
        ValidationError: it has ended already.
    """
    Delegation.objects.filter(pk=delegation.pk, state__in=["offered", "agreed"]).update(revoked_by=by)
    delegation = DELEGATION.apply(delegation, "revoke", by=by)
    _tell(delegation, REVOKED)
    side = delegation.principal if can_manage_members(by, delegation.principal) else delegation.delegate
    record(Verb.DELEGATION_REVOKED, delegation, by=by, on_behalf_of=side)
    return delegation


def _tell(delegation: Delegation, mail: str) -> None:
    Delegation.objects.filter(pk=delegation.pk).update(mail_due=mail)
    send_soon()
