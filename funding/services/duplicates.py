"""Programmes that stand here twice: found by their titles, made one by an editor, and taken apart again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from funding.models import (
    TERM_FIELDS,
    Application,
    Condition,
    Correction,
    LikelyPair,
    Programme,
)
from funding.permissions import can_edit
from funding.services.importing import NO_VERSION, stop_publication
from portal.accounts.models import User
from portal.following.services.subscribing import follow_instead
from portal.permissions import enforce

ALIKE = 0.75
"""So much alike (pg_trgm, 0 to 1) two titles have to be for their programmes to be shown as a pair."""

MERGED, APART = "funding.merge", "funding.apart"
"""What the history calls it when two become one, and when they are taken apart again."""

RESOURCE = "funding-programmes"

FIND = """
    INSERT INTO funding_likelypair (first_id, second_id, likeness, found_at)
    SELECT one.id, other.id, round(100 * similarity(one.title, other.title)), %s
    FROM funding_programme one
    JOIN funding_programme other ON one.title %% other.title AND one.id < other.id AND one.areas && other.areas
    WHERE one.live AND other.live
        AND one.variant_of_id IS DISTINCT FROM other.id AND other.variant_of_id IS DISTINCT FROM one.id
        AND one.part_of_id IS DISTINCT FROM other.id AND other.part_of_id IS DISTINCT FROM one.id
    ON CONFLICT (first_id, second_id) DO UPDATE SET likeness = excluded.likeness
"""
"""What applies in different places is no pair, nor are a programme and its part or its variant in a Land."""


@transaction.atomic
def find() -> int:
    """Find the pairs anew and return how many are open; those that do not look alike any more are forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
        cursor.execute(FIND, [timezone.now()])
        gone = Q(first__live=False) | Q(second__live=False)
        LikelyPair.objects.open().filter(gone).delete()
        cursor.execute(
            "DELETE FROM funding_likelypair pair USING funding_programme one, funding_programme other"
            " WHERE pair.distinct_since IS NULL AND one.id = pair.first_id AND other.id = pair.second_id"
            " AND (similarity(one.title, other.title) < %s OR NOT one.areas && other.areas)",
            [ALIKE],
        )
    return LikelyPair.objects.open().count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair with what speaks for it, in words."""

    pair: LikelyPair
    reasons: Sequence[str]


def open_pairs(most: int) -> list[Pair]:
    """Return the likeliest open pairs, each with its reasons."""
    found = LikelyPair.objects.open().select_related("first", "second")[:most]
    return [Pair(pair=one, reasons=_reasons(one)) for one in found]


def _reasons(pair: LikelyPair) -> list[str]:
    one, other = pair.first, pair.second
    reasons = [_("The titles are alike by %(percent)s %%.") % {"percent": pair.likeness}]
    if one.legal_citation and one.legal_citation == other.legal_citation:
        reasons.append(_("Both name the same legal basis."))
    if {name.casefold() for name in one.funders} & {name.casefold() for name in other.funders}:
        reasons.append(_("Both name the same funding body."))
    if one.source != other.source:
        reasons.append(_("They come from different sources."))
    if set(one.areas) == set(other.areas):
        reasons.append(_("Both apply in the same places."))
    return reasons


def say_distinct(*, pair: LikelyPair, by: User) -> None:
    """Say that these are two; they are not asked about again.

    Raises:
        PermissionDenied: ``by`` is no editor.
    """
    enforce(can_edit(by, None))
    LikelyPair.objects.open().filter(pk=pair.pk).update(distinct_since=timezone.now(), decided_by=by)


@transaction.atomic
def merge(*, kept: Programme, away: Programme, by: User) -> Programme:
    """Make one of two: what hangs on the one that goes moves to the one that stays, and its address leads there.

    Of what the centre itself has found out (terms, conditions), the one that stays gets what it lacks. The texts of
    neither are changed.

    Raises:
        PermissionDenied: ``by`` is no editor.
        ValidationError: one of them is not shown any more, or both together would contradict themselves.
    """
    enforce(can_edit(by, kept))
    both = Programme.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, away.pk]).order_by("pk")
    locked = {one.pk: one for one in both if one.live}
    if len(locked) != 2:  # noqa: PLR2004 - two
        raise ValidationError(_("Only two programmes that readers see can be made one."))
    kept, away = locked[kept.pk], locked[away.pk]
    _complete(kept, away)
    stop_publication(away)
    now = timezone.now()
    Programme.objects.filter(pk=away.pk).update(live=False, merged_into=kept, updated_at=now, **NO_VERSION)
    Programme.objects.filter(merged_into=away).update(merged_into=kept)
    for relation in ("part_of", "variant_of"):
        Programme.objects.filter(**{relation: away}).exclude(pk=kept.pk).update(**{relation: kept})
        Programme.objects.filter(pk=kept.pk, **{relation: away}).update(**{relation: None})
    _move_applications(kept, away)
    Correction.objects.filter(programme=away, state=Correction.State.OPEN).update(programme=kept)
    follow_instead(RESOURCE, str(away.pk), str(kept.pk))
    LikelyPair.objects.filter(Q(first=away) | Q(second=away)).delete()
    log(instance=away, action=MERGED, user=by, data={"into": kept.pk, "title": kept.title})
    log(instance=kept, action=MERGED, user=by, data={"from": away.pk, "title": away.title}, content_changed=True)
    return kept


def _complete(kept: Programme, away: Programme) -> None:
    """Give the one that stays what the centre knows of the other alone."""
    lacks = [name for name in TERM_FIELDS if _is_empty(getattr(kept, name)) and not _is_empty(getattr(away, name))]
    for name in lacks:
        setattr(kept, name, getattr(away, name))
    if kept.conditions_read_on is None and away.conditions_read_on is not None:
        Condition.objects.filter(programme=kept).delete()
        Condition.objects.filter(programme=away).update(programme=kept)
        kept.conditions_read_on = away.conditions_read_on
        lacks.append("conditions_read_on")
    if lacks:
        kept.validate_constraints()
        written = {name: getattr(kept, name) for name in lacks}
        Programme.objects.filter(pk=kept.pk).update(updated_at=timezone.now(), **written, **NO_VERSION)


def _is_empty(value: object) -> bool:
    return value in (None, "", [], False)


def _move_applications(kept: Programme, away: Programme) -> None:
    """Move what organisations apply for; a second one of the same name says of which programme it was."""
    for one in Application.objects.filter(programme=away).select_for_update():
        same = Application.objects.filter(organisation=one.organisation_id, programme=kept, title=one.title)
        title = f"{one.title[:180]} ({str(one.pk)[:8]})" if same.exists() else one.title
        Application.objects.filter(pk=one.pk).update(programme=kept, title=title)


@transaction.atomic
def take_apart(*, away: Programme, by: User) -> Programme:
    """Show again what was merged. What has moved to the other stays there: who follows, applications, corrections.

    Raises:
        PermissionDenied: ``by`` is no editor.
        ValidationError: it was not merged, or somebody has taken it apart already.
    """
    enforce(can_edit(by, away))
    locked = Programme.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=away.pk)
    if locked.merged_into is None:
        raise ValidationError(_("These are two programmes already."))
    kept, now = locked.merged_into, timezone.now()
    Programme.objects.filter(pk=locked.pk).update(
        merged_into=None, live=True, last_published_at=now, updated_at=now, **NO_VERSION
    )
    first, second = sorted((kept, locked), key=lambda one: one.pk)
    LikelyPair.objects.update_or_create(
        first=first, second=second, defaults={"likeness": 100, "distinct_since": now, "decided_by": by}
    )
    log(instance=locked, action=APART, user=by, data={"from": kept.pk, "title": kept.title})
    return locked
