"""Profiles: what people tell of themselves, and who gets to read which of it."""

from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.directory.models import DETAILS, Audience, Membership, Organisation, PersonProfile
from portal.visibility import Viewer

_REACH = (Audience.PUBLIC, Audience.REGISTERED, Audience.ORGANISATION, Audience.ME)


def audiences_of(viewer: Viewer, person: User) -> frozenset[Audience]:
    """Return the audiences that a reader belongs to, as seen from a person."""
    if not viewer.is_authenticated:
        return frozenset(_REACH[:1])
    if viewer.pk == person.pk:
        return frozenset(_REACH)
    theirs = Membership.objects.of(person).active().values("organisation")
    if Membership.objects.of(viewer).active().filter(organisation__in=theirs).exists():
        return frozenset(_REACH[:3])
    return frozenset(_REACH[:2])


def profile_of(person: User) -> PersonProfile:
    """Return the profile; of somebody who has none, an empty one that is not stored."""
    return PersonProfile.objects.filter(person=person).select_related("person").first() or PersonProfile(person=person)


def visible_details(profile: PersonProfile, audiences: frozenset[Audience]) -> frozenset[str]:
    """Name the details that readers of these audiences may see; none where the page itself is not for them."""
    if not profile.person.is_active or profile.audience("page") not in audiences:
        return frozenset()
    return frozenset(detail for detail in DETAILS if profile.audience(detail) in audiences)


@transaction.atomic
def edit_profile(*, person: User, **values: Any) -> PersonProfile:
    """Write one's own profile.

    Raises:
        ValidationError: a value does not fit.
    """
    User.objects.select_for_update().get(pk=person.pk)
    profile = profile_of(person)
    for name, value in values.items():
        setattr(profile, name, value)
    profile.full_clean()
    profile.save()
    return profile


def members_shown(organisation: Organisation, viewer: Viewer) -> list[tuple[Membership, str]] | None:
    """Return the members that a reader may see, each with the address of the profile (or nothing); None: not at all.

    The organisation decides whether members are shown; each person decides whether her name and her organisations are.
    """
    inside = (
        viewer.is_authenticated and Membership.objects.of(viewer).active().filter(organisation=organisation).exists()
    )
    audience = Audience(organisation.members_audience)
    allowed = inside or audience == Audience.PUBLIC or (audience == Audience.REGISTERED and viewer.is_authenticated)
    if not allowed:
        return None
    reach = frozenset(_REACH[:3] if inside else _REACH[:2] if viewer.is_authenticated else _REACH[:1])
    members = (
        Membership.objects.active()
        .filter(organisation=organisation, person__is_active=True)
        .select_related("person", "person__profile")
        .order_by("person__display_name", "pk")
    )
    shown = []
    for membership in members:
        person = membership.person
        profile = getattr(person, "profile", None) or PersonProfile(person=person)
        own = viewer.is_authenticated and person.pk == viewer.pk
        visible = visible_details(profile, frozenset(_REACH) if own else reach)
        # Whoever works for the organisation knows who else does: rights are never held in secret.
        if inside or {"page", "memberships"} <= visible:
            shown.append((membership, profile.get_absolute_url() if "page" in visible else ""))
    return shown
