"""Hearing of what the search has read again: exactly that has changed."""

from collections.abc import Sequence
from typing import Any

from allauth.account.signals import email_confirmed

from portal.areas import Searchable, areas
from portal.following.models import Change
from portal.following.services.subscribing import adopt
from portal.search.indexing import indexed


def listen() -> None:
    """Note what changes, and hear of addresses that become those of accounts."""
    indexed.connect(_note, dispatch_uid="portal.following.change")
    email_confirmed.connect(_adopt, dispatch_uid="portal.following.adopt")


def _note(sender: Searchable, keys: Sequence[str], **_kwargs: Any) -> None:
    if sender.slug in {resource.slug for resource in areas.each("resources")}:
        # In one order, and by an update that waits: a change that comes while the one before is being looked at is
        # written down anew once that is done, and so is never lost with it.
        rows = [Change(resource=sender.slug, key=key) for key in sorted(set(keys))]
        Change.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["resource", "key"], update_fields=["key"]
        )


def _adopt(email_address: Any, **_kwargs: Any) -> None:
    adopt(email_address.user, email_address.email)
