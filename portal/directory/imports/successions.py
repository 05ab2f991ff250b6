"""From the lines of the lists of territorial changes to the successors of what no longer exists."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Min, Q

from portal.directory.imports.report import Unresolved
from portal.directory.models import Municipality, Succession, TerritorialChange

ENDINGS = (Succession.Kind.MERGER, Succession.Kind.KEY_CHANGE)
"""Kinds of change by which a municipality, or its key, ends."""


def derive_successions() -> int:
    """Add the successions that the lists imply and the last day of what they ended; return how many were added.

    The register alone decides whether a municipality still exists. A list names its successors and the day; where the
    successor itself is in no imported register because it ended before the next one, its own successors stand in.
    """
    Succession.objects.filter(predecessor__valid_to=None).delete()  # what returned has no successor
    changes: dict[str, list[TerritorialChange]] = {}
    for change in TerritorialChange.objects.exclude(kind=Succession.Kind.RENAMING).order_by("effective_on", "pk"):
        if change.old_ags != change.new_ags:
            changes.setdefault(change.old_ags, []).append(change)
    ended = dict(Municipality.objects.exclude(valid_to=None).values_list("ags", "valid_to"))
    existing = set(Municipality.objects.values_list("ags", flat=True))
    known = set(Succession.objects.values_list("predecessor_id", "successor_id"))
    added = []
    for ags, valid_to in ended.items():
        endings = _endings(changes.get(ags, []))
        if not endings:
            continue
        last_day = endings[-1].effective_on - dt.timedelta(days=1)
        if last_day != valid_to:
            possible = Q(valid_from=None) | Q(valid_from__lte=last_day)
            Municipality.objects.filter(possible, pk=ags).update(valid_to=last_day)
        for change in endings:
            for successor in _existing_successors(change.new_ags, changes, existing, {ags}):
                if (ags, successor) not in known:
                    known.add((ags, successor))
                    added.append(
                        Succession(
                            predecessor_id=ags,
                            successor_id=successor,
                            kind=change.kind,
                            effective_on=change.effective_on,
                            edition_id=change.edition_id,
                        )
                    )
    Succession.objects.bulk_create(added)
    return len(added)


def _endings(changes: list[TerritorialChange]) -> list[TerritorialChange]:
    """Return the changes that ended a municipality; where only parts of it were given away, these."""
    return [change for change in changes if change.kind in ENDINGS] or changes


def _existing_successors(
    ags: str, changes: dict[str, list[TerritorialChange]], existing: set[str], seen: set[str]
) -> set[str]:
    """Return ``ags`` if the register knows it, else what it became; a circle of changes leads nowhere."""
    if ags in seen:
        return set()
    if ags in existing:
        return {ags}
    return {
        successor
        for change in _endings(changes.get(ags, []))
        for successor in _existing_successors(change.new_ags, changes, existing, seen | {ags})
    }


def date_new_municipalities(keys: Collection[str]) -> None:
    """Set since when municipalities exist that a register shows and the one before it did not, if a list says so."""
    firsts = (
        TerritorialChange.objects.filter(new_ags__in=keys, kind__in=ENDINGS)
        .exclude(old_ags__in=keys)
        .values_list("new_ags")
        .annotate(first=Min("effective_on"))
    )
    for ags, first in firsts:
        Municipality.objects.filter(pk=ags, valid_from=None).update(valid_from=first)


def unresolved() -> list[Unresolved]:
    """Return the municipalities that no longer exist and have no successor."""
    rows = Municipality.objects.exclude(valid_to=None).filter(successors=None).order_by("ags")
    return [
        Unresolved(ags, name, valid_to)
        for ags, name, valid_to in rows.values_list("ags", "name", "valid_to")
        if valid_to is not None
    ]
