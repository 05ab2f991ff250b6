"""For which organisation somebody acts: chosen once, kept in the session, gone with the membership."""

from django.http import HttpRequest

from portal.accounts.models import User
from portal.directory.models import Membership, Organisation

KEY = "acting_for"
_REMEMBERED = "_acting_membership"


def acting_membership(request: HttpRequest) -> Membership | None:
    """Return the membership by which the person acts, asked of the database once a request; None for nobody.

    The one chosen; without a choice the only one. A membership that has ended falls away at once, since it is looked
    up among those that hold.
    """
    if not hasattr(request, _REMEMBERED):
        setattr(request, _REMEMBERED, _find(request))
    found: Membership | None = getattr(request, _REMEMBERED)
    return found


def _find(request: HttpRequest) -> Membership | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    held = list(
        Membership.objects.of(user)
        .active()
        .select_related("organisation__municipality__district", "organisation__municipality__land")
        .order_by("created_at", "pk")
    )
    chosen = request.session.get(KEY)
    return next((one for one in held if str(one.organisation_id) == chosen), held[0] if len(held) == 1 else None)


def acting_organisation(request: HttpRequest) -> Organisation | None:
    """Return the organisation that the person acts for; None when she acts for herself alone."""
    membership = acting_membership(request)
    return membership.organisation if membership else None


def act_for(request: HttpRequest, organisation: Organisation | None) -> None:
    """Keep the choice in the session; None forgets it."""
    if organisation is None:
        request.session.pop(KEY, None)
    else:
        request.session[KEY] = str(organisation.pk)
    if hasattr(request, _REMEMBERED):
        delattr(request, _REMEMBERED)
