"""Measures the jobs that must not grow with the portal: mails of a week, changes against saved searches, indicators.

Each is measured with a tenth and with all of what it works on; statements and memory say whether it grows.
"""

# ruff: noqa: S311, PLR2004 - chance that can be repeated, nothing secret; shares of a sample

import random
import resource
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from benchmarks.words import SUBJECTS
from funding.models import Programme
from funding.services.where import totals_of, where_it_fits
from funding.vocabularies import Applicant, Area, Field, Kind
from portal.accounts.models import User
from portal.areas import areas
from portal.directory.models import Municipality
from portal.evaluation.models import Measurement
from portal.evaluation.services.measuring import measure_all
from portal.following.models import Change, Condition, Follow, Seen
from portal.following.services.noticing import look_at_changes, remember_all
from portal.following.services.subscribing import fingerprint
from portal.notifications.models import Digest, Notification, Recipient, Rhythm
from portal.notifications.services.building import build_mails
from projects.models import Plan, PlanState
from projects.services.matching import find

FUNDING = "funding-programmes"
CHANGES = 100
TENTH = 10


def measure_jobs(*, searches: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure every job with a tenth and with all; the database holds programmes and people already."""
    found: list[dict[str, Any]] = []
    people = list(User.objects.order_by("pk").values_list("pk", flat=True))
    Recipient.objects.bulk_create((Recipient(person_id=key) for key in people), ignore_conflicts=True, batch_size=5_000)
    recipients = list(Recipient.objects.filter(person__isnull=False).order_by("pk").values_list("pk", flat=True))
    for number in (len(recipients) // TENTH, len(recipients)):
        say(f"Making the mails of a week for {number:,} people")
        _tell(recipients[:number])
        found.append(_measured("weekly-mails", "mails of a week", number, build_mails))
        Digest.objects.all().delete()
        Notification.objects.all().delete()
    say("Remembering how the programmes stand")
    remember_all(areas.resource_of(Programme))
    changed = list(Programme.objects.filter(live=True).order_by("pk")[:CHANGES])
    for number in (searches // TENTH, searches):
        say(f"Matching {len(changed)} changed programmes with {number:,} saved searches")
        _save_searches(recipients, number)
        _change(changed)
        found.append(_measured("matching", f"{len(changed)} changes, saved searches", number, look_at_changes))
        found[-1]["told"] = Notification.objects.count()
        Notification.objects.all().delete()
    found += _matches(say)
    Measurement.objects.all().delete()
    indicators = len(list(areas.each("indicators")))
    say("Measuring the indicators")
    found.append(_measured("indicators", "indicators", indicators, measure_all))
    return found


def _matches(say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Match one programme with all municipalities: counted, and by Land and size with the map's dots."""
    places = Municipality.objects.current().municipalities().count()
    programme = (
        Programme.objects.alias(number=Count("conditions")).filter(number__gte=3).order_by("-number", "pk").first()
        or Programme.objects.order_by("pk")[0]
    )
    say("Matching one programme with all municipalities")
    plan = Plan.objects.filter(state=PlanState.ANNOUNCED).order_by("pk")[0]
    plans = Plan.objects.filter(state=PlanState.ANNOUNCED).count()
    return [
        _measured("plan-matched", "one new plan, all plans", plans, lambda: find(plan)),
        _measured("match-counted", "one programme, all municipalities", places, lambda: totals_of(programme)),
        _measured("match-shown", "the same with map and tables", places, lambda: where_it_fits(programme)),
    ]


def _measured(slug: str, label: str, number: int, job: Callable[[], Any]) -> dict[str, Any]:
    """Run a job once: seconds, statements, and by how much the memory of the process grew."""
    statements = 0

    def counting(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    with connection.execute_wrapper(counting):
        job()
    seconds = time.monotonic() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "slug": slug,
        "label": label,
        "number": number,
        "seconds": round(seconds, 2),
        "statements": statements,
        "memory_grown_mb": round(grown, 1),
    }


def _tell(recipients: Sequence[int]) -> None:
    """Give each recipient two things to be told in the mail of the week."""
    told_at = timezone.now() - timedelta(days=8)
    rows = (
        Notification(
            recipient_id=key,
            kind="following",
            thread=f"t{number}",
            dedupe_key=f"k{number}",
            rhythm=Rhythm.WEEKLY,
            created_at=told_at,
            due_at=told_at,
        )
        for key in recipients
        for number in range(2)
    )
    Notification.objects.bulk_create(rows, batch_size=5_000)


def _save_searches(recipients: Sequence[int], number: int) -> None:
    """Save searches like those of people: a word, a place, one to three facets."""
    Follow.objects.all().delete()
    Condition.objects.all().delete()
    chance = random.Random(17)
    now = timezone.now()
    wanted = [_parameters(chance) for _ in range(number)]
    follows = Follow.objects.bulk_create(
        (
            Follow(
                recipient_id=recipients[n % len(recipients)],
                resource=FUNDING,
                parameters=one,
                fingerprint=f"{n:064}"[-64:] if n else fingerprint(one),
                parameter_count=len(one),
                title=f"Suche {n}",
                rhythm=Rhythm.WEEKLY,
                confirmed_at=now,
            )
            for n, one in enumerate(wanted)
        ),
        batch_size=2_000,
    )
    pairs = {(name, value) for one in wanted for name, values in one.items() for value in values}
    conditions = Condition.objects.bulk_create(
        Condition(resource=FUNDING, name=name, value=value) for name, value in sorted(pairs)
    )
    keys = {(one.name, one.value): one.pk for one in conditions}
    through: Any = Condition.follows.through
    links = (
        through(condition_id=keys[name, value], follow_id=follow.pk)
        for follow, one in zip(follows, wanted, strict=True)
        for name, values in one.items()
        for value in values
    )
    through.objects.bulk_create(links, batch_size=5_000)


_PLACES: list[str] = []


def _parameters(chance: random.Random) -> dict[str, list[str]]:
    if not _PLACES:
        _PLACES.extend(Municipality.objects.current().order_by("ags").values_list("pk", flat=True)[:400])
    found: dict[str, list[str]] = {}
    if chance.random() < 0.4:
        found["q"] = [chance.choice(list(SUBJECTS))]
    if chance.random() < 0.5:
        found["municipality"] = [chance.choice(_PLACES)]
    for name, values in (("field", Field), ("kind", Kind), ("applicant", Applicant), ("area", Area)):
        if chance.random() < 0.35:
            found[name] = sorted(chance.sample(list(values.values), chance.randint(1, 2)))
    return found or {"applicant": [Applicant.MUNICIPALITY.value]}


def _change(programmes: Sequence[Programme]) -> None:
    """Let programmes have changed since they were looked at."""
    keys = [str(one.pk) for one in programmes]
    Seen.objects.filter(resource=FUNDING, key__in=keys).update(standing={"deadline": "", "details": {}})
    Change.objects.all().delete()
    Change.objects.bulk_create(Change(resource=FUNDING, key=key) for key in keys)
