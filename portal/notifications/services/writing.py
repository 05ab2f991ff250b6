"""Writing a mail out of its notifications, as the recipient may know of them at that moment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.areas import Message, NotificationKind, areas
from portal.notifications.letters import Group, Letter
from portal.notifications.models import Digest, Notification, Recipient, Rhythm
from portal.notifications.services.stopping import token_for
from portal.visibility import says_who_may_see, visible_rows

MOST_NAMED = 25
"""Notifications that a mail names; it says how many more there are, and where (C-13)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notification with what it says now."""

    notification: Notification
    kind: NotificationKind
    message: Message


def told(recipient: Recipient, notifications: Iterable[Notification]) -> list[Told]:
    """Return what may be said to a recipient at this moment: what she may not see, or is gone, is left out (C-02)."""
    rows = [row for row in notifications if row.withdrawn_at is None]
    things = _things(recipient, rows)
    found = []
    for row in rows:
        kind = areas.notification_kind(row.kind)
        if kind is None:
            continue
        thing = things.get((row.about_type_id, row.about_key)) if row.about_type_id else None
        if row.about_type_id and thing is None:
            continue
        message = kind.message(row, thing)
        if message is not None:
            found.append(Told(row, kind, message))
    return found


def _things(recipient: Recipient, rows: Sequence[Notification]) -> dict[tuple[int | None, str], Model]:
    """Fetch what notifications are about, as far as the recipient may see it; one statement for each kind of thing."""
    keys: dict[int, set[str]] = defaultdict(set)
    deciding: dict[int, NotificationKind] = {}
    for row in rows:
        if row.about_type_id:
            keys[row.about_type_id].add(row.about_key)
            kind = areas.notification_kind(row.kind)
            if kind is not None and kind.sees is not None:
                deciding[row.about_type_id] = kind
    found: dict[tuple[int | None, str], Model] = {}
    for type_id, wanted in keys.items():
        model: Any = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:
            continue
        sees = deciding[type_id].sees if type_id in deciding else None
        if sees is None and not says_who_may_see(model):
            continue
        base = model._base_manager.all() if sees else visible_rows(model, recipient.viewer)
        for thing in base.filter(pk__in=wanted):
            if sees is None or sees(recipient.viewer, thing):
                found[(type_id, str(thing.pk))] = thing
    return found


def grouped(rows: Sequence[Told]) -> list[Group]:
    """Put what belongs to one subject together, in the order of the first of each."""
    by_thread: dict[str, list[Message]] = {}
    for row in rows:
        by_thread.setdefault(row.notification.thread, []).append(row.message)
    return [Group(title=messages[0].subject, messages=messages) for messages in by_thread.values()]


def letter_of(digest: Digest, rows: Sequence[Told]) -> Letter:
    """Write the mail of a digest; the recipient's language must be active, and there must be something to say."""
    recipient = digest.recipient
    named = rows[:MOST_NAMED]
    mandatory = [str(row.kind.why_mandatory) for row in rows if row.kind.is_mandatory]
    optional = not mandatory
    return Letter(
        subject=_subject(digest, rows),
        language=recipient.language,
        groups=grouped(named),
        more=len(rows) - len(named),
        more_url=_whole(_more_path(recipient)) if len(rows) > len(named) else "",
        web_url=_whole(reverse("notifications:web_copy", args=[digest.delivery.key])) if recipient.person_id else "",
        choices_url=_whole(choices_path(recipient)) if optional else "",
        stop_url=stop_url(recipient, lists_of(rows)) if optional else "",
        why_mandatory=list(dict.fromkeys(mandatory)),
    )


def lists_of(rows: Sequence[Told]) -> list[str]:
    """Return the lists that a mail belongs to, as an address names them: what is left by one click."""
    lists: list[str] = []
    for row in rows:
        own = row.notification.facts.get("lists")
        lists.extend(own if isinstance(own, list) and own else [f"kind:{row.kind.slug}"])
    found = list(dict.fromkeys(lists))
    kinds = list(dict.fromkeys(f"kind:{row.kind.slug}" for row in rows))
    return found if len(found) <= MOST_LISTS else kinds


MOST_LISTS = 3
"""An address that names more lists would be too long for a line; then it names their kinds."""


def stop_url(recipient: Recipient, lists: Sequence[str]) -> str:
    """Return the address that leaves lists by one click (RFC 8058)."""
    return _whole(reverse("notifications:stop", args=[token_for(recipient, lists)]))


def choices_path(recipient: Recipient) -> str:
    """Return the page where a recipient chooses what she is told."""
    if recipient.person_id:
        return reverse("notifications:preferences")
    return reverse("following:subscriber", args=[token_for(recipient, ["own"])])


def _more_path(recipient: Recipient) -> str:
    return reverse("notifications:inbox") if recipient.person_id else choices_path(recipient)


def _subject(digest: Digest, rows: Sequence[Told]) -> str:
    if len(rows) == 1:
        return rows[0].message.subject
    count = {"count": len(rows)}
    if digest.rhythm == Rhythm.DAILY:
        return ngettext("Your day: %(count)s notification", "Your day: %(count)s notifications", len(rows)) % count
    if digest.rhythm == Rhythm.WEEKLY:
        return ngettext("Your week: %(count)s notification", "Your week: %(count)s notifications", len(rows)) % count
    more = len(rows) - 1
    return _("%(subject)s, and %(count)s more") % {"subject": rows[0].message.subject, "count": more}


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
