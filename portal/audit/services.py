"""The one entrance to the audit: ``record``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from portal.audit.models import AuditEvent, Verb, key_of
from portal.requests import current_request
from portal.visibility import Viewer

if TYPE_CHECKING:
    from uuid import UUID


def record(  # noqa: PLR0913 - each of them is a column
    verb: Verb,
    about: models.Model | type[models.Model],
    *,
    by: Viewer | None,
    key: str = "",
    reason: str = "",
    changed: Iterable[str] = (),
    on_behalf_of: models.Model | None = None,
) -> AuditEvent:
    """Write one line, in the transaction of what it tells of: both are there, or neither.

    Args:
        verb: what was done.
        about: the thing it was done to; it must have been saved. A class where it was done to many at once, or where
            only the key is known.
        by: who did it; None: the portal by itself.
        key: with a class alone: which of its things, or which run of many.
        reason: why, where somebody was asked for it. No personal values: a reason outlives an erasure.
        changed: names of the fields that changed, never their values.
        on_behalf_of: the organisation that ``by`` acted for.
    """
    actor: UUID | None = getattr(by, "uuid", None)
    return AuditEvent.objects.create(
        verb=verb,
        actor=actor,
        on_behalf_of=str(on_behalf_of.pk) if on_behalf_of else "",
        object_type=about._meta.label_lower,
        object_key=key_of(about) if isinstance(about, models.Model) else key,
        reason=reason.replace("\x00", ""),
        changed=sorted(changed),
        request=current_request(),
    )
