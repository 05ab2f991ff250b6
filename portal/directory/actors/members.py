"""Members of an organisation: invite, confirm, change, hand over, leave."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.addresses import confirmed_addresses
from portal.accounts.models import User
from portal.audit.models import Verb
from portal.audit.services import record
from portal.directory.actors.locking import lock
from portal.directory.actors.mails import ANSWERED, INVITED, send_soon
from portal.directory.models import (
    ANSWERED_KEPT,
    INVITATION,
    INVITATION_VALID,
    MEMBERSHIP,
    REQUEST_VALID,
    Function,
    Invitation,
    Membership,
    Organisation,
    Role,
)
from portal.directory.permissions import can_change_membership, can_end_membership, can_invite
from portal.permissions import enforce

# --- invitations ----------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(  # noqa: PLR0913 - what an invitation says
    *, organisation: Organisation, email: str, role: str, function: str = Function.OTHER, message: str = "", by: User
) -> Invitation:
    """Invite somebody by an address, whether or not it has an account; the answer to ``by`` is the same.

    An open invitation of the same address is replaced, so that a lost mail can be sent again.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: the address is a member's.
    """
    organisation = lock(organisation)
    enforce(can_invite(by, organisation))
    email = email.strip().lower()
    members = User.objects.filter(memberships__organisation=organisation, memberships__state="active")
    if any(email in confirmed_addresses(member) for member in members):
        raise ValidationError({"email": _("Whoever has this address is a member already.")})
    organisation.invitations.filter(email=email, state="open").update(state="withdrawn", mail_due="")
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        function=function,
        message=message.strip(),
        invited_by=by,
        expires_at=timezone.now() + INVITATION_VALID,
        mail_due=INVITED,
    )
    record(Verb.MEMBERSHIP_INVITED, invitation, by=by, on_behalf_of=organisation)
    send_soon()
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Become a member.

    Raises:
        PermissionDenied: the invitation went to another address.
        ValidationError: it was answered or withdrawn, has expired, or ``by`` is a member already.
    """
    organisation = lock(invitation.organisation)
    represented = Membership.objects.representatives().filter(organisation=organisation).exists()
    if Membership.objects.of(by).active().filter(organisation=organisation).exists():
        raise ValidationError(_("You are a member of this organisation already."))
    if organisation.ceased_on is not None:
        raise ValidationError(_("This organisation does not exist any more."))
    if invitation.role != Role.REPRESENTATIVE and not represented:
        raise ValidationError(
            _("Nobody represents this organisation any more, so this invitation cannot be accepted. Please join it.")
        )
    invitation = INVITATION.apply(invitation, "accept", by=by)
    # Whoever has asked and is invited as well becomes a member once.
    membership = organisation.memberships.filter(person=by, state="requested").first()
    is_new = membership is None
    membership = membership or Membership(organisation=organisation, person=by)
    membership.state = Membership.State.ACTIVE
    membership.role = invitation.role
    membership.function = invitation.function
    membership.started_on = timezone.localdate()
    membership.confirmed_by = invitation.invited_by
    membership.mail_due = ""
    membership.save(force_insert=is_new)
    record(Verb.MEMBERSHIP_CONFIRMED, membership, by=by, on_behalf_of=organisation)
    return membership


@transaction.atomic
def decline_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Say no; the invitation cannot be used any more.

    Raises:
        PermissionDenied: the invitation went to another address.
        ValidationError: it was answered or withdrawn already.
    """
    return INVITATION.apply(invitation, "decline", by=by)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Make an invitation useless.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: it was answered already.
    """
    return INVITATION.apply(invitation, "withdraw", by=by)


# --- requests -------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_request(*, membership: Membership, role: str, by: User) -> Membership:
    """Confirm that somebody belongs to the organisation.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: the request was answered or withdrawn already.
    """
    organisation = lock(membership.organisation)
    membership = MEMBERSHIP.apply(membership, "confirm", by=by)
    membership.role = Role(role)
    membership.confirmed_by = by
    membership.mail_due = ANSWERED
    membership.save(update_fields=["role", "confirmed_by", "mail_due"])
    record(Verb.MEMBERSHIP_CONFIRMED, membership, by=by, on_behalf_of=organisation)
    send_soon()
    return membership


@transaction.atomic
def reject_request(*, membership: Membership, by: User) -> Membership:
    """Say that somebody does not belong to the organisation.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: the request was answered or withdrawn already.
    """
    organisation = lock(membership.organisation)
    membership = MEMBERSHIP.apply(membership, "reject", by=by)
    membership.mail_due = ANSWERED
    membership.save(update_fields=["mail_due"])
    record(Verb.MEMBERSHIP_ENDED, membership, by=by, on_behalf_of=organisation)
    send_soon()
    return membership


@transaction.atomic
def withdraw_request(*, membership: Membership, by: User) -> Membership:
    """Take one's own request back.

    Raises:
        PermissionDenied: it is somebody else's.
        ValidationError: it was answered already.
    """
    lock(membership.organisation)
    membership = MEMBERSHIP.apply(membership, "withdraw", by=by)
    Membership.objects.filter(pk=membership.pk).update(mail_due="")
    record(Verb.MEMBERSHIP_ENDED, membership, by=by)
    return membership


# --- members --------------------------------------------------------------------------------------------------------


class Alone(StrEnum):
    """In what way somebody is the only one who represents an organisation."""

    AMONG_MEMBERS = "among members"
    ALTOGETHER = "altogether"


def alone(membership: Membership) -> Alone | None:
    """Tell whether somebody alone represents the organisation, and whether others are members of it."""
    if not membership.is_active or membership.role != Role.REPRESENTATIVE:
        return None
    roles = set(
        Membership.objects.active()
        .filter(organisation=membership.organisation_id)
        .exclude(pk=membership.pk)
        .values_list("role", flat=True)
    )
    if Role.REPRESENTATIVE in roles:
        return None
    return Alone.AMONG_MEMBERS if roles else Alone.ALTOGETHER


def _hold(membership: Membership) -> Membership:
    """Lock the organisation and return the membership as it is now; it must be active.

    Raises:
        ValidationError: it has ended already.
    """
    lock(membership.organisation)
    now = Membership.objects.select_related("organisation", "person").get(pk=membership.pk)
    if not now.is_active:
        raise ValidationError(_("This membership has ended already."))
    return now


def _keep_a_representative(membership: Membership) -> None:
    how = alone(membership)
    if how is None:
        return
    message = {
        Alone.AMONG_MEMBERS: _("%(organisation)s has other members and no other representative. Hand over first."),
        Alone.ALTOGETHER: _(
            "Nobody else is a member of %(organisation)s. Invite somebody and hand over, or give the organisation"
            " back to the competence centre."
        ),
    }[how]
    raise ValidationError(message % {"organisation": membership.organisation}, code="last-representative")


@transaction.atomic
def change_membership(*, membership: Membership, role: str, function: str, by: User) -> Membership:
    """Change what somebody may do and is.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: the membership has ended, or the organisation would have no representative.
    """
    membership = _hold(membership)
    enforce(can_change_membership(by, membership))
    changed = [name for name, value in (("role", role), ("function", function)) if getattr(membership, name) != value]
    if "role" in changed:
        _keep_a_representative(membership)
    membership.role, membership.function = Role(role), Function(function)
    if changed:
        membership.save(update_fields=changed)
        record(Verb.MEMBERSHIP_CHANGED, membership, by=by, changed=changed, on_behalf_of=membership.organisation)
    return membership


@transaction.atomic
def hand_over(*, membership: Membership, to: Membership, leave: bool, by: User) -> Membership:
    """Make another member representative; then leave, or stay as a contributor.

    Raises:
        PermissionDenied: ``by`` does not represent the organisation.
        ValidationError: one of the two memberships has ended, or they are of different organisations.
    """
    membership, to = _hold(membership), _hold(to)
    if to.organisation_id != membership.organisation_id or to.pk == membership.pk:
        raise ValidationError(_("Please choose another member of the same organisation."))
    if membership.person_id != by.pk:
        raise ValidationError(_("Everybody hands over her or his own representation."))
    change_membership(membership=to, role=Role.REPRESENTATIVE, function=to.function, by=by)
    if leave:
        return end_membership(membership=membership, by=by)
    return change_membership(membership=membership, role=Role.CONTRIBUTOR, function=membership.function, by=by)


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> Membership:
    """Leave, or end the membership of another. Memberships of other organisations are not touched (C-26).

    The last one to represent it hands over, or gives it back (``give_back``).

    Raises:
        PermissionDenied: it is somebody else's, and ``by`` does not represent the organisation.
        ValidationError: it has ended already, or the last representative would leave others behind (C-01).
    """
    membership = _hold(membership)
    enforce(can_end_membership(by, membership))
    _keep_a_representative(membership)
    return _end(membership, by=by)


@transaction.atomic
def give_back(*, membership: Membership, by: User) -> Membership:
    """Leave as the very last member: nobody represents the organisation then, and it can be claimed again.

    Raises:
        PermissionDenied: it is somebody else's, and ``by`` does not represent the organisation.
        ValidationError: it has ended already, or there are other members.
    """
    membership = _hold(membership)
    enforce(can_end_membership(by, membership))
    if alone(membership) is not Alone.ALTOGETHER:
        raise ValidationError(_("There are other members: they go on with it."))
    _allow_giving_back([membership.organisation_id])
    return _end(membership, by=by, reason=_("Given back to the competence centre"))


def give_back_all(person: User) -> None:
    """Let an erasure give back what the person alone is a member of; she is asked for nothing but the erasure."""
    held = Membership.objects.of(person).representatives().select_related("organisation")
    _allow_giving_back([one.organisation_id for one in held if alone(one) is Alone.ALTOGETHER])


def _allow_giving_back(organisations: Iterable[UUID]) -> None:
    """Tell the database, for this transaction, which organisations may stay without a representative."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.given_back', %s, true)", [",".join(map(str, organisations))])


def _end(membership: Membership, *, by: User, reason: str = "") -> Membership:
    membership = MEMBERSHIP.apply(membership, "end", by=by)
    own = membership.person_id == by.pk
    record(
        Verb.MEMBERSHIP_ENDED, membership, by=by, reason=reason, on_behalf_of=None if own else membership.organisation
    )
    return membership


def to_hand_over(person: User) -> list[Organisation]:
    """Return the organisations that somebody must hand over before she can go (C-22)."""
    held = Membership.objects.of(person).representatives().select_related("organisation")
    return [membership.organisation for membership in held if alone(membership) is Alone.AMONG_MEMBERS]


# --- in time --------------------------------------------------------------------------------------------------------


@transaction.atomic
def expire(*, now: datetime | None = None) -> int:
    """End what nobody has answered, and forget invitations that are long over; return how many. Runs every night."""
    now = now or timezone.now()
    ended = Invitation.objects.filter(state="open", expires_at__lte=now).update(state="expired", mail_due="")
    ended += Membership.objects.filter(state="requested", created_at__lte=now - REQUEST_VALID).update(
        state="expired", mail_due=""
    )
    Invitation.objects.exclude(state="open").filter(expires_at__lte=now - ANSWERED_KEPT).delete()
    return ended
