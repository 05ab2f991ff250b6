"""Giving and ending roles of the centre. The groups, which carry the permissions of the editors' admin, follow."""

from collections.abc import Iterator, Mapping

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import PeopleQuerySet, Role, RoleGrant, User
from portal.accounts.permissions import can_end_role, can_grant_role
from portal.audit.models import Verb
from portal.audit.services import record
from portal.permissions import enforce
from portal.privacy import HandOver

LAST_ADMINISTRATOR = gettext_lazy("This is the last administrator. Make somebody else an administrator first.")


@transaction.atomic
def grant_role(*, person: User, role: Role, by: User | None, reason: str) -> RoleGrant:
    """Give somebody a role.

    Args:
        person: who gets it.
        role: what the person will do.
        by: None: the operator, by a command.
        reason: why; it stands in the history of the roles, not in the audit.

    Raises:
        PermissionDenied: ``by`` may not do this.
        ValidationError: there is no reason, or the person has the role already.
    """
    if by is not None:
        enforce(can_grant_role(by, person))
    reason = _reason(reason)
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(person=person, role=role, granted_by=by, reason=reason)
    except IntegrityError as error:
        raise ValidationError(_("This person has this role already.")) from error
    person.groups.add(Group.objects.get_or_create(name=role.group)[0])
    _forget(person)
    record(Verb.ROLE_GRANTED, grant, by=by)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None, reason: str) -> RoleGrant:
    """End a role.

    Raises:
        PermissionDenied: ``by`` may not do this.
        ValidationError: there is no reason, it has ended already, or it is the last administrator's.
    """
    locked = RoleGrant.objects.select_for_update(of=("self",)).select_related("person").get(pk=grant.pk)
    if by is not None:
        enforce(can_end_role(by, locked))
    if locked.ended_at is not None:
        raise ValidationError(_("This role has ended already."))
    locked.ended_at, locked.ended_by, locked.end_reason = timezone.now(), by, _reason(reason)
    try:
        with transaction.atomic():
            locked.save(update_fields=["ended_at", "ended_by", "end_reason"])
    except IntegrityError as error:
        raise ValidationError(LAST_ADMINISTRATOR) from error
    locked.person.groups.remove(*Group.objects.filter(name=Role(locked.role).group))
    _forget(grant.person)
    record(Verb.ROLE_ENDED, locked, by=by)
    return locked


def is_last_administrator(person: User) -> bool:
    """Tell whether nobody else is an administrator whose account is in use."""
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, person__is_active=True)
    return held.filter(person=person).exists() and not held.exclude(person=person).exists()


def hand_overs(person: User) -> Iterator[HandOver]:
    """Name what somebody with a role has to hand over before the account can go (C-22)."""
    if is_last_administrator(person):
        yield HandOver(reason=LAST_ADMINISTRATOR, url=reverse("accounts:people"), label=_("People and roles"))


def differences() -> Mapping[str, list[str]]:
    """Compare groups with roles: for each group the random keys of those who are in the one and not in the other."""
    found: dict[str, list[str]] = {}
    for role in Role:
        granted = set(PeopleQuerySet(User).with_role(role).values_list("uuid", flat=True))
        members = set(User.objects.filter(groups__name=role.group).values_list("uuid", flat=True))
        if differing := granted ^ members:
            found[role.group] = sorted(str(key) for key in differing)
    return found


def _reason(text: str) -> str:
    cleaned = text.replace("\x00", "").strip()
    if not cleaned:
        raise ValidationError(_("Please say why."))
    return cleaned


def _forget(person: User) -> None:
    """Let the object ask again which roles it has."""
    for name in ("roles", "is_editor", "needs_second_factor"):
        person.__dict__.pop(name, None)
