"""Writing down who is to be told of an event: each once, with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from portal.areas import Resource
from portal.following.models import Follow
from portal.following.services.subscribing import NEWS
from portal.notifications.models import Recipient, Rhythm
from portal.notifications.services.notifying import notify

URGENCY = [Rhythm.NOW.value, Rhythm.DAILY.value, Rhythm.WEEKLY.value, Rhythm.PORTAL.value]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is news about a thing.

    Attributes:
        key: tells it from every other event of the same thing; the same is told once.
        facts: what the message needs.
    """

    name: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


def tell(resource: Resource, thing: Model, event: Event, follows: Sequence[Follow]) -> int:
    """Write down that followers of a thing, or of searches that find it, are to be told of an event.

    Whoever has several searches that find it is told once, as often as the most urgent of them asks for; the message
    names them all.
    """
    by_recipient: dict[int, list[Follow]] = defaultdict(list)
    recipients: dict[int, Recipient] = {}
    for follow in follows:
        by_recipient[follow.recipient_id].append(follow)
        recipients[follow.recipient_id] = follow.recipient
    if not recipients:
        return 0
    own_facts = {
        key: {
            "event": event.name,
            **event.facts,
            "follows": [{"title": one.title, "search": one.is_search} for one in own],
            "lists": [f"follow:{one.key.hex}" for one in own],
        }
        for key, own in by_recipient.items()
    }
    rhythms = {key: min((one.rhythm for one in own), key=URGENCY.index) for key, own in by_recipient.items()}
    return notify(
        kind=NEWS,
        to=list(recipients.values()),
        about=thing,
        dedupe_key=f"{resource.slug}:{thing.pk}:{event.key}",
        own_facts=own_facts,
        rhythms=rhythms,
    )
