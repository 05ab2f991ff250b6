"""Who may do what with organisations, memberships, claims, delegations and profiles.

Each predicate asks the database anew: a right that has ended ends at once, also within a session.
"""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.addresses import confirmed_addresses
from portal.accounts.models import User
from portal.permissions import Decision, Denied
from portal.visibility import Viewer

if TYPE_CHECKING:
    from portal.directory.models import Delegation, Invitation, Membership, Organisation, OrganisationClaim

ADMINISTRATORS, MODERATORS, EDITORS = "administrators", "moderators", "editors"
"""Names of the groups of the centre that the rules below ask for."""

SIGN_IN = Denied(_("Please sign in first."))
NOT_A_REPRESENTATIVE = Denied(_("Only those who represent the organisation can do this."))


def by_itself(_user: Viewer, _obj: object) -> Decision:
    """What the portal does by itself, in time, and nobody by hand."""
    return Denied(_("This happens by itself."))


def _is_one_of(user: Viewer, *groups: str) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.groups.filter(name__in=groups).exists()


def looks_after_actors(user: Viewer) -> bool:
    """Tell whether somebody of the centre decides about claims and ends memberships: then she sees who is a member."""
    return _is_one_of(user, ADMINISTRATORS, MODERATORS)


def _has_role(user: Viewer, organisation: "Organisation", *roles: str) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    held = organisation.memberships.filter(person=user, state="active")
    return held.filter(role__in=roles).exists() if roles else held.exists()


# --- organisations --------------------------------------------------------------------------------------------------


def can_create_organisation(user: Viewer, _organisation: object = None) -> Decision:
    """The centre adds those that no register knows."""
    if _is_one_of(user, EDITORS, ADMINISTRATORS):
        return True
    return Denied(_("Only editors and administrators of the competence centre add organisations."))


def can_set_official_data(user: Viewer, _organisation: object = None) -> Decision:
    """The centre says which domain is official: whoever reads mail there represents the organisation."""
    if _is_one_of(user, EDITORS, ADMINISTRATORS):
        return True
    return Denied(_("Only editors and administrators of the competence centre set official domains."))


def can_edit_organisation(user: Viewer, organisation: "Organisation") -> Decision:
    """Contributors and representatives edit the profile."""
    if _has_role(user, organisation, "contributor", "representative"):
        return True
    return Denied(_("Only contributors and representatives of the organisation edit its profile."))


def can_see_organisation_inside(user: Viewer, organisation: "Organisation") -> Decision:
    """Members see what is for members, and so do those who look after the actors."""
    return (
        True
        if _has_role(user, organisation) or looks_after_actors(user)
        else Denied(_("Only members of the organisation see this."))
    )


def can_act_for(user: Viewer, organisation: "Organisation", task: str | None = None) -> Decision:
    """Tell whether somebody may do a task (assess, apply, register) for an organisation.

    Contributors and representatives of the organisation itself may; so may those of its association or district, if
    both sides have agreed to it and the register still says that they belong together.
    """
    if _has_role(user, organisation, "contributor", "representative"):
        return True
    if isinstance(user, User) and user.is_active and task is not None:
        holding: Any = organisation.delegations_given
        acting = (
            holding.all()
            .holding()
            .filter(
                tasks__contains=[task],
                delegate__memberships__person=user,
                delegate__memberships__state="active",
                delegate__memberships__role__in=["contributor", "representative"],
            )
        )
        if acting.exists():
            return True
    return Denied(_("You do not act for this organisation."))


# --- joining --------------------------------------------------------------------------------------------------------


def can_join(user: Viewer, organisation: "Organisation") -> Decision:
    """Whoever is signed in may ask, once at a time."""
    if not isinstance(user, User) or not user.is_active:
        return SIGN_IN
    if organisation.ceased_on is not None:
        return Denied(_("This organisation does not exist any more."))
    if organisation.memberships.filter(person=user, state="active").exists():
        return Denied(_("You are a member of this organisation already."))
    if organisation.memberships.filter(person=user, state="requested").exists():
        return Denied(_("You have asked for this membership already; it waits for an answer."))
    if organisation.claims.filter(person=user, state="open").exists():
        return Denied(_("You have claimed this organisation already; your claim waits for a decision."))
    return True


def can_withdraw_claim(user: Viewer, claim: "OrganisationClaim") -> Decision:
    """One's own."""
    if user.is_authenticated and claim.person_id == user.pk:
        return True
    return Denied(_("Only whoever has made a claim can withdraw it."))


def can_decide_claim(user: Viewer, claim: "OrganisationClaim | None" = None) -> Decision:
    """The centre decides; nobody decides about her own claim."""
    if not looks_after_actors(user):
        return Denied(_("Only moderators and administrators of the competence centre decide about claims."))
    if claim is not None and claim.person_id == user.pk:
        return Denied(_("Nobody decides about her or his own claim."))
    return True


def can_invite(user: Viewer, organisation: "Organisation") -> Decision:
    """Representatives invite colleagues."""
    if organisation.ceased_on is not None:
        return Denied(_("This organisation does not exist any more."))
    return can_manage_members(user, organisation)


def can_answer_invitation(user: Viewer, invitation: "Invitation") -> Decision:
    """Whoever can show that the invited address is hers."""
    if not isinstance(user, User) or not user.is_active:
        return SIGN_IN
    if invitation.email in confirmed_addresses(user):
        return True
    return Denied(_("This invitation went to another e-mail address than that of your account."))


def can_withdraw_invitation(user: Viewer, invitation: "Invitation") -> Decision:
    """Representatives withdraw what one of them has sent."""
    return can_manage_members(user, invitation.organisation)


# --- members --------------------------------------------------------------------------------------------------------


def can_manage_members(user: Viewer, organisation: "Organisation") -> Decision:
    """Representatives decide about members and delegations."""
    return True if _has_role(user, organisation, "representative") else NOT_A_REPRESENTATIVE


def can_answer_request(user: Viewer, membership: "Membership") -> Decision:
    """Representatives confirm and reject."""
    return can_manage_members(user, membership.organisation)


def can_withdraw_request(user: Viewer, membership: "Membership") -> Decision:
    """One's own."""
    if user.is_authenticated and membership.person_id == user.pk:
        return True
    return Denied(_("Only whoever has asked for a membership can withdraw it."))


def can_change_membership(user: Viewer, membership: "Membership") -> Decision:
    """Representatives change function and role."""
    return can_manage_members(user, membership.organisation)


def can_end_membership(user: Viewer, membership: "Membership") -> Decision:
    """Everybody may leave; representatives end the membership of others, moderators and administrators too."""
    if not isinstance(user, User) or not user.is_active:
        return SIGN_IN
    if membership.person_id == user.pk or looks_after_actors(user):
        return True
    return can_manage_members(user, membership.organisation)


# --- delegations ----------------------------------------------------------------------------------------------------


def can_answer_delegation(user: Viewer, delegation: "Delegation") -> Decision:
    """Representatives of the side that was asked."""
    asked = delegation.principal if delegation.asked_by_delegate else delegation.delegate
    return can_manage_members(user, asked)


def can_revoke_delegation(user: Viewer, delegation: "Delegation") -> Decision:
    """Representatives of both sides, at any time; what is only offered, those who have offered it."""
    if delegation.state == "offered":
        offering = delegation.delegate if delegation.asked_by_delegate else delegation.principal
        return can_manage_members(user, offering)
    for side in (delegation.principal, delegation.delegate):
        if _has_role(user, side, "representative"):
            return True
    return NOT_A_REPRESENTATIVE
