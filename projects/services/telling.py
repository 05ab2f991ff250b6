"""Who writes for an organisation, and telling them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from portal.accounts.models import APPROVERS, EDITORS, User
from portal.directory.models import Membership, Organisation
from portal.notifications.services.notifying import notify, recipients_of
from projects.permissions import WRITERS


def writers_of(organisations: Iterable[Organisation]) -> list[User]:
    """Return the contributors and representatives of organisations."""
    held = Membership.objects.active().filter(organisation__in=list(organisations), role__in=WRITERS)
    return [one.person for one in held.filter(person__is_active=True).select_related("person").order_by("pk")]


def editors() -> list[User]:
    """Return the editors of the centre."""
    return list(User.objects.filter(is_active=True, groups__name__in=[EDITORS, APPROVERS]).distinct().order_by("pk"))


def tell(  # noqa: PLR0913 - each says something else
    kind: str,
    people: Iterable[User],
    about: Model,
    key: str,
    *,
    but: User | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Tell people once; whoever did it herself is not told."""
    told = [person for person in people if but is None or person.pk != but.pk]
    return notify(kind=kind, to=recipients_of(told), about=about, dedupe_key=f"{kind}:{key}", facts=facts)
