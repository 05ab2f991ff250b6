"""Noticing what is new: each changed thing is compared with how it stood before (domains 0.3; C-09)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import batched
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import FETCH_PEERS, Model
from django.utils import timezone

from portal.areas import Resource, Standing, areas
from portal.following.models import Change, Seen
from portal.following.services.matching import matches
from portal.following.services.telling import Event, tell
from portal.visibility import visible_rows

BATCH = 500
CLOSING = (30, 7)
"""Days before a deadline when it is told that it comes."""


def look_at_changes(limit: int | None = None) -> int:
    """Look at what has changed and write down who is to be told; return how many things were looked at.

    Several may work at once: each takes changes of its own. A change stays until those to be told are written down.
    """
    done = 0
    resources = {resource.slug: resource for resource in areas.each("resources")}
    while limit is None or done < limit:
        with transaction.atomic():
            taken = list(Change.objects.select_for_update(skip_locked=True).order_by("resource", "pk")[:BATCH])
            if not taken:
                break
            for slug in dict.fromkeys(one.resource for one in taken):
                if slug in resources:
                    _look_at(resources[slug], [one.key for one in taken if one.resource == slug])
            Change.objects.filter(pk__in=[one.pk for one in taken]).delete()
        done += len(taken)
    return done


def _look_at(resource: Resource, keys: Sequence[str]) -> None:
    """Compare things with how they stood, remember how they stand, and tell what is news."""
    if not Seen.objects.filter(resource=resource.slug).exists():
        remember_all(resource)
        return
    things = {str(row.pk): row for row in _rows(resource).filter(pk__in=keys)}
    before = {row.key: row for row in Seen.objects.filter(resource=resource.slug, key__in=keys)}
    public = _public(resource, list(things))
    news: list[tuple[Model, Event]] = []
    for key, thing in things.items():
        if key not in public:
            continue  # a draft, or withdrawn: nobody is told of it (C-09)
        standing = standing_of(resource, thing)
        events = events_between(before[key].standing if key in before else None, standing)
        if key not in before or before[key].standing != as_stored(standing):
            _remember(resource, key, standing, is_news=bool(events))
        news += [(thing, event) for event in events]
    _tell(resource, news)


def tell_of_deadlines(today: date | None = None) -> int:
    """Tell that deadlines come near, 30 and 7 days before; return of how many things. Runs every morning."""
    today = today or timezone.localdate()
    number = 0
    for resource in areas.each("resources"):
        if resource.standing is None:
            continue
        near = Seen.objects.filter(resource=resource.slug, deadline__range=(today, today + timedelta(days=CLOSING[0])))
        deadlines = dict(near.values_list("key", "deadline"))
        public = _public(resource, list(deadlines))
        for some in batched(sorted(public), BATCH):
            news = []
            for thing in _rows(resource).filter(pk__in=some):
                deadline = deadlines[str(thing.pk)]
                assert deadline is not None  # noqa: S101 - the range leaves out those without
                days = min(days for days in CLOSING if deadline <= today + timedelta(days=days))
                event = Event("closing", f"closing:{days}:{deadline}", {"deadline": deadline.isoformat()})
                news.append((thing, event))
            with transaction.atomic():
                _tell(resource, news)
            number += len(news)
    return number


def events_between(before: dict[str, Any] | None, standing: Standing) -> list[Event]:
    """Say what is news about a thing, given how it stood before; None: it was not there."""
    if before is None:
        return [Event("new", "new")]
    after = as_stored(standing)
    found = []
    old, new = before.get("deadline") or "", after["deadline"]
    if old != new and new:
        was_over = bool(old) and old < timezone.localdate().isoformat() <= new
        name = "reopened" if was_over else "deadline"
        found.append(Event(name, f"{name}:{new}", {"old": old, "deadline": new}))
    details: dict[str, str] = before.get("details", {})
    changed = sorted(
        name for name in {*details, *after["details"]} if details.get(name, "") != after["details"].get(name, "")
    )
    if changed:
        print_ = hashlib.sha256(json.dumps(after["details"], sort_keys=True).encode()).hexdigest()[:16]
        found.append(Event("changed", f"changed:{print_}", {"names": changed}))
    return found


def standing_of(resource: Resource, thing: Any) -> Standing:
    """Return how a thing stands now."""
    return resource.standing(thing) if resource.standing else Standing()


def as_stored(standing: Standing) -> dict[str, Any]:
    """Write a standing as it is remembered."""
    return {
        "deadline": standing.deadline.isoformat() if standing.deadline else "",
        "details": dict(standing.details),
    }


def remember_all(resource: Resource) -> int:
    """Remember how everything stands that everybody sees, and tell nobody; return how many things that were."""
    number = 0
    keys = [
        str(key) for key in visible_rows(resource.model, AnonymousUser()).order_by("pk").values_list("pk", flat=True)
    ]
    now = timezone.now()
    for some in batched(keys, BATCH):
        rows = []
        for thing in _rows(resource).filter(pk__in=some):
            standing = standing_of(resource, thing)
            rows.append(
                Seen(
                    resource=resource.slug,
                    key=str(thing.pk),
                    standing=as_stored(standing),
                    deadline=standing.deadline,
                    changed_at=now,
                )
            )
        Seen.objects.bulk_create(rows, ignore_conflicts=True)
        number += len(rows)
    return number


def _remember(resource: Resource, key: str, standing: Standing, *, is_news: bool) -> None:
    """Remember how a thing stands, also where nobody is told of it: a deadline that was taken away, say."""
    values = {"standing": as_stored(standing), "deadline": standing.deadline}
    now = {"changed_at": timezone.now()}
    Seen.objects.update_or_create(
        resource=resource.slug,
        key=key,
        defaults={**values, **(now if is_news else {})},
        create_defaults={**values, **now},
    )


def _tell(resource: Resource, news: Sequence[tuple[Model, Event]]) -> None:
    if not news:
        return
    followers = matches(resource, sorted({thing.pk for thing, _event in news}))
    for thing, event in news:
        tell(resource, thing, event, followers.get(str(thing.pk), ()))


def _rows(resource: Resource) -> Any:
    return resource.model._base_manager.all().prefetch_related(*resource.prefetch).fetch_mode(FETCH_PEERS)


def _public(resource: Resource, keys: Sequence[str]) -> set[str]:
    """Return which of some things everybody may see; one statement."""
    found = visible_rows(resource.model, AnonymousUser()).filter(pk__in=keys)
    return {str(key) for key in found.values_list("pk", flat=True)}
