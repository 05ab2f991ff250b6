"""What a reader has answered about her municipality: kept for the visit in a cookie, or with her organisation.

The cookie is set only by an answer, goes when the browser closes, and holds the place it speaks of: for another place
it says nothing. Whoever acts for the place's organisation answers for all of it, and finds the answers again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from funding.models import Answer, Condition, Facts, facts_of
from portal.directory.acting import acting_organisation
from portal.directory.models import Association, District, Municipality, Organisation

COOKIE = "foerderfakten"
MOST_ANSWERS = 60
"""Answers to single conditions that a visit remembers; the oldest are forgotten first."""

MOST_PARTNERS = 999
_WRITTEN = re.compile(r"(?P<place>[0-9]{5,9})(?P<rest>(?:\.(?:p[0-9]{1,3}|k[01]|[0-9]{1,9}[jn]))*)")
_REMEMBERED = "_funding_answers"

type Place = Municipality | Association | District


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered about one place; None: not answered."""

    partners: int | None = None
    in_consolidation: bool | None = None
    conditions: dict[int, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything was answered."""
        return self != Answers()


def facts_about(place: Place, request: HttpRequest | None = None) -> Facts:
    """Return what is known of a place: the register, and what the reader has answered about it."""
    given = answers_about(place, request) if request is not None else Answers()
    return facts_of(
        place,
        partners=given.partners,
        in_consolidation=given.in_consolidation,
        answers=given.conditions,
        inhabitants=None if isinstance(place, Municipality) else inhabitants_of(place),
    )


def inhabitants_of(place: Association | District) -> int | None:
    """Add up the inhabitants of the members; None without any."""
    members = Municipality.objects.current()
    own = members.filter(association=place) if isinstance(place, Association) else members.filter(district=place)
    total: int | None = own.aggregate(total=Sum("population"))["total"]
    return total


def answers_about(place: Place, request: HttpRequest) -> Answers:
    """Return what the reader has answered about a place, at most two statements a request.

    What the organisation she acts for has said, if it is that place; else what this visit remembers.
    """
    known: dict[str, Answers] = request.__dict__.setdefault(_REMEMBERED, {})
    if place.pk not in known:
        organisation = _organisation_of(place, request)
        known[place.pk] = _kept_for(organisation) if organisation else _read(request.COOKIES.get(COOKIE, ""), place)
    return known[place.pk]


def remember(
    request: HttpRequest, response: HttpResponse, place: Place, given: Answers, *, forgotten: Iterable[int] = ()
) -> bool:
    """Keep answers about a place beside those that are there; tell whether the organisation keeps them.

    Args:
        request: who answers.
        response: gets the cookie where no organisation keeps them.
        place: what they speak of.
        given: the new answers.
        forgotten: conditions whose answers are taken back.
    """
    before = answers_about(place, request)
    conditions = {key: said for key, said in before.conditions.items() if key not in {*forgotten, *given.conditions}}
    after = replace(
        before,
        partners=before.partners if given.partners is None else given.partners,
        in_consolidation=before.in_consolidation if given.in_consolidation is None else given.in_consolidation,
        conditions={**conditions, **given.conditions},
    )
    organisation = _organisation_of(place, request)
    request.__dict__[_REMEMBERED] = {place.pk: after}
    if organisation is not None:
        _keep_for(organisation, after)
        return True
    response.set_cookie(
        COOKIE, _write(place, after), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return False


def forget(request: HttpRequest, response: HttpResponse, place: Place) -> None:
    """Take back everything that was answered about a place."""
    if (organisation := _organisation_of(place, request)) is not None:
        Answer.objects.filter(organisation=organisation).delete()
    response.delete_cookie(COOKIE, samesite="Lax")
    request.__dict__.pop(_REMEMBERED, None)


def depends_on_the_visit(response: HttpResponse) -> None:
    """Tell caches that a page shows what a visit has answered."""
    patch_vary_headers(response, ["Cookie"])


def _organisation_of(place: Place, request: HttpRequest) -> Organisation | None:
    organisation = acting_organisation(request)
    own = organisation.place if organisation else None
    return organisation if own is not None and own == place else None


def _kept_for(organisation: Organisation) -> Answers:
    partners, in_consolidation, conditions = None, None, {}
    for topic, condition, value in Answer.objects.filter(organisation=organisation).values_list(
        "topic", "condition", "value"
    ):
        if topic == Answer.Topic.PARTNERS:
            partners = value
        elif topic == Answer.Topic.CONSOLIDATION:
            in_consolidation = bool(value)
        else:
            conditions[condition] = bool(value)
    return Answers(partners, in_consolidation, conditions)


@transaction.atomic
def _keep_for(organisation: Organisation, given: Answers) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    Answer.objects.filter(organisation=organisation).delete()
    topics = {Answer.Topic.PARTNERS: given.partners, Answer.Topic.CONSOLIDATION: given.in_consolidation}
    there = set(Condition.objects.filter(pk__in=given.conditions).values_list("pk", flat=True))
    Answer.objects.bulk_create(
        [
            *(Answer(organisation=organisation, topic=t, value=int(v)) for t, v in topics.items() if v is not None),
            *(
                Answer(organisation=organisation, condition_id=key, value=int(said))
                for key, said in given.conditions.items()
                if key in there
            ),
        ]
    )


def _write(place: Place, given: Answers) -> str:
    parts = [str(place.pk)]
    if given.partners is not None:
        parts.append(f"p{given.partners}")
    if given.in_consolidation is not None:
        parts.append(f"k{int(given.in_consolidation)}")
    newest = list(given.conditions.items())[-MOST_ANSWERS:]
    return ".".join([*parts, *(f"{key}{'j' if said else 'n'}" for key, said in newest)])


def _read(written: str, place: Place) -> Answers:
    """Read a cookie; what is none of ours, or speaks of another place, says nothing."""
    match = _WRITTEN.fullmatch(written)
    if match is None or match["place"] != place.pk:
        return Answers()
    partners, in_consolidation, conditions = None, None, {}
    for part in match["rest"].split(".")[1 : MOST_ANSWERS + 3]:
        if part.startswith("p"):
            partners = int(part[1:])
        elif part.startswith("k"):
            in_consolidation = part == "k1"
        else:
            conditions[int(part[:-1])] = part.endswith("j")
    return Answers(partners, in_consolidation, conditions)
