"""Leaving a list by one click, without signing in (RFC 8058), and what a recipient chooses herself."""

import base64
from collections.abc import Callable, Sequence
from uuid import UUID

from django.core import signing
from django.db import transaction

from portal.areas import areas
from portal.notifications.models import Preference, Recipient, Rhythm

SIGNER = signing.Signer(salt="portal.notifications.stop", sep="~")
"""No token expires: a mail may be read after months, and a list be left then."""

type Stopper = Callable[[Recipient, str], bool]

_stoppers: dict[str, Stopper] = {}


def stopper(prefix: str, stop: Stopper) -> None:
    """Let an app say what becomes of its lists: those that are called ``<prefix>:…``. It tells whether there is one."""
    _stoppers[prefix] = stop


def token_for(recipient: Recipient, lists: Sequence[str]) -> str:
    """Return what names a recipient and lists in an address; short, so that no program folds the line."""
    who = base64.urlsafe_b64encode(recipient.key.bytes).decode().rstrip("=")
    return SIGNER.sign(f"{who}.{'.'.join(lists)}")


def read_token(token: str) -> tuple[Recipient, list[str]] | None:
    """Return the recipient and the lists; None for what we have not made, or whose recipient is gone."""
    try:
        who, *lists = SIGNER.unsign(token).split(".")
        key = UUID(bytes=base64.urlsafe_b64decode(f"{who}=="))
    except (signing.BadSignature, ValueError):
        return None
    recipient = Recipient.objects.filter(key=key).select_related("person").first()
    return None if recipient is None else (recipient, lists)


@transaction.atomic
def stop(recipient: Recipient, lists: Sequence[str]) -> None:
    """Leave lists; a second time changes nothing. What is mandatory stays (C-15)."""
    for name in lists:
        prefix, _colon, rest = name.partition(":")
        if prefix == "kind":
            kind = areas.notification_kind(rest)
            if kind is not None and not kind.is_mandatory:
                choose(recipient, rest, Rhythm.PORTAL)
        elif prefix in _stoppers:
            _stoppers[prefix](recipient, rest)


def choose(recipient: Recipient, kind: str, rhythm: str) -> None:
    """Keep how often a recipient is told of a kind; an empty rhythm leaves it to the kind."""
    if not rhythm:
        Preference.objects.filter(recipient=recipient, kind=kind).delete()
        return
    Preference.objects.update_or_create(recipient=recipient, kind=kind, defaults={"rhythm": rhythm})
