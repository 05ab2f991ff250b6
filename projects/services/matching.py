"""Finding plans that are alike.

Two plans are compared only where each may learn of the other by its visibility. They need a field of action in common;
what else they share gives points, 100 at most, and each point has its reason in words. The reasons are coarse on
purpose: a reader must not guess from them who the other is before both have agreed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest, Left
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.directory.vocabularies import FieldOfAction
from projects.models import Answer, Match, Plan
from projects.vocabularies import Visibility

FIELDS, WORDS, NEAR, TIME, SIZE = 30, 25, 20, 15, 10
"""Points at most for fields of action in common, words in common, nearness, time, and comparable size."""

ENOUGH = 45
"""Points from which on two plans are proposed to each other."""

MOST_PROPOSED = 10
"""Proposals for one new plan; the best ones."""

BANDS_KM = ((25, 1.0), (50, 0.7), (100, 0.4))
"""Up to how many kilometres two places are how near."""

BEGINNING = 500
"""Characters of a description that are compared, of both plans alike: which of them asks must not matter."""

ALIKE_WORDS = 0.25
"""From this likeness of trigrams on two texts are said to have words in common."""

COMPARABLE = 2.0
"""Up to this factor two numbers of inhabitants are comparable."""

GAP = timedelta(days=365)
"""Periods that lie at most so far apart could be made one."""

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Found:
    """A plan that is alike, with points and reasons."""

    plan: Plan
    points: int
    reasons: list[dict[str, Any]]


def candidates(plan: Plan) -> QuerySet[Plan]:
    """Return the announced plans of others that serve a field of this one, and where each may learn of the other."""
    covered = (
        Q(visibility__in=[Visibility.PUBLIC, Visibility.MUNICIPALITIES])
        | Q(visibility=Visibility.LAND, land_key=plan.land_key)
        | _alike(Visibility.DISTRICT, "district_key", plan.district_key)
        | _alike(Visibility.ASSOCIATION, "association_key", plan.association_key)
    )
    others = Plan.objects.filter(state=Plan.State.ANNOUNCED, fields_of_action__overlap=plan.fields_of_action)
    others = others.exclude(organisation_id=plan.organisation_id).filter(covered)
    match plan.visibility:
        case Visibility.LAND:
            others = others.filter(land_key=plan.land_key)
        case Visibility.DISTRICT:
            others = others.filter(district_key=plan.district_key).exclude(district_key="")
        case Visibility.ASSOCIATION:
            others = others.filter(association_key=plan.association_key).exclude(association_key="")
    beginning = TrigramSimilarity(Left("description", BEGINNING), plan.description[:BEGINNING])
    return others.annotate(words=Greatest(TrigramSimilarity("title", plan.title), beginning))


def _alike(visibility: str, name: str, key: str) -> Q:
    return Q(visibility=visibility, **{name: key}) if key else Q(pk__in=[])


def find(plan: Plan) -> list[Found]:
    """Return the plans most like one, the best first, in one statement."""
    return alike(plan)[:MOST_PROPOSED]


def alike(plan: Plan) -> list[Found]:
    """Return all plans that are enough like one, the best first, in one statement."""
    found = [compare(plan, other, float(other.words)) for other in candidates(plan).defer("description")]  # type: ignore[attr-defined] # annotated
    enough = [one for one in found if one.points >= ENOUGH]
    return sorted(enough, key=lambda one: (-one.points, str(one.plan.pk)))


def compare(plan: Plan, other: Plan, words: float) -> Found:
    """Count what two plans share. ``words`` is the likeness of their texts, from 0 to 1."""
    common = [key for key in FieldOfAction.values if key in plan.fields_of_action and key in other.fields_of_action]
    every = {*plan.fields_of_action, *other.fields_of_action}
    points = FIELDS * len(common) / len(every)
    reasons: list[dict[str, Any]] = [{"code": "fields", "values": common}]
    if words >= ALIKE_WORDS:
        points += WORDS * min(1.0, words * 1.5)
        reasons.append({"code": "words"})
    band = _band(plan, other)
    if band is not None:
        points += NEAR * band[1]
        reasons.append({"code": "near", "km": band[0]})
    apart = _gap(plan, other)
    if apart <= timedelta(0):
        points += TIME
        reasons.append({"code": "time"})
    elif apart <= GAP:
        points += TIME / 2
        reasons.append({"code": "soon"})
    if _comparable(plan.population, other.population):
        points += SIZE
        reasons.append({"code": "size"})
    return Found(other, round(points), reasons)


def _band(plan: Plan, other: Plan) -> tuple[int, float] | None:
    if None in {plan.longitude, plan.latitude, other.longitude, other.latitude}:
        return None
    distance = kilometres(plan.longitude, plan.latitude, other.longitude, other.latitude)  # type: ignore[arg-type] # known
    return next(((most, share) for most, share in BANDS_KM if distance <= most), None)


def kilometres(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Return the distance of two places given in degrees, as the crow flies (haversine)."""
    one, two = math.radians(latitude), math.radians(other_latitude)
    height = math.sin((two - one) / 2) ** 2
    width = math.cos(one) * math.cos(two) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(height + width))


def _gap(plan: Plan, other: Plan) -> timedelta:
    """How far two periods lie apart; not above zero where they overlap."""
    later: date = max(plan.begins_on, other.begins_on)
    earlier: date = min(plan.last_day, other.last_day)
    return later - earlier


def _comparable(one: int | None, other: int | None) -> bool:
    if not one or not other:
        return False
    return max(one, other) <= COMPARABLE * min(one, other)


class Proposed(NamedTuple):
    """What came of matching a plan anew: proposals that are new or hold again, and those to be answered again."""

    made: list[Match]
    asked_anew: list[Match]


@transaction.atomic
def propose(plan: Plan) -> Proposed:
    """Match a plan anew: propose what is like it to both sides, and bring what was proposed before up to date.

    - Both have agreed, or one has declined: it stays as it is.
    - It holds still: it gets the new reasons. They are all that a side knew of the other plan when it agreed. Where
      they have become others, the other plan has changed in what matters, and the other side's agreement counts no
      more: it is asked anew. Whoever changed the plan knows what she has changed; her own agreement stays.
    - It does not hold any more: it is withdrawn for both, with their answers. Should it hold again one day, both are
      asked as if for the first time.

    What was proposed with a plan that does not hold at present is looked at once that one is announced again.
    """
    found = alike(plan)
    holding = {one.plan.pk: one for one in found}
    best = {one.plan.pk for one in found[:MOST_PROPOSED]}
    rows = Match.objects.filter(Q(first=plan) | Q(second=plan)).with_plans()
    there = {_other(match, plan).pk: match for match in rows}
    made, asked_anew = [], []
    for key, match in there.items():
        if match.is_agreed or match.is_declined or _other(match, plan).state != Plan.State.ANNOUNCED:
            continue
        one = holding.get(key)
        if one is None:
            _withdraw(match)
        elif not match.is_withdrawn:
            if _renew(match, one, plan):
                asked_anew.append(match)
        elif key in best:
            match.withdrawn_at = None
            _renew(match, one, plan)
            made.append(match)
    for one in found[:MOST_PROPOSED]:
        if one.plan.pk not in there:
            first, second = sorted((plan, one.plan), key=lambda side: side.pk)
            made.append(Match.objects.create(first=first, second=second, points=one.points, reasons=one.reasons))
    return Proposed(made, asked_anew)


def _other(match: Match, plan: Plan) -> Plan:
    return match.second if match.first_id == plan.pk else match.first


def _withdraw(match: Match) -> None:
    if not match.is_withdrawn:
        match.first_answer = match.second_answer = Answer.OPEN
        match.withdrawn_at = timezone.now()
        match.save()


def _renew(match: Match, found: Found, plan: Plan) -> bool:
    """Store points and reasons; tell whether the other side had agreed and has to be asked anew."""
    is_other = match.reasons != found.reasons
    name = "second_answer" if match.first_id == plan.pk else "first_answer"
    asks = is_other and getattr(match, name) == Answer.YES
    if asks:
        setattr(match, name, Answer.OPEN)
    match.points, match.reasons = found.points, found.reasons
    match.version += is_other
    match.save()
    return asks


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say in words why two plans are alike."""
    said = []
    for reason in reasons:
        match reason["code"]:
            case "fields":
                names = [str(FieldOfAction(key).label) for key in reason["values"]]
                sentence = ngettext("Same field of action: %(names)s", "Same fields of action: %(names)s", len(names))
                said.append(sentence % {"names": get_text_list(names, _("and"))})
            case "words":
                said.append(_("Similar words in the description"))
            case "near":
                said.append(_("At most %(km)s kilometres away") % {"km": reason["km"]})
            case "time":
                said.append(_("At the same time"))
            case "soon":
                said.append(_("Within a year of each other"))
            case "size":
                said.append(_("Comparable number of inhabitants"))
    return said
