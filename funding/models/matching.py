"""Whether a programme fits an applicant: three ways to ask, one rule.

``judge`` says it of one programme in words; ``verdict_for`` says it in SQL of many programmes for one applicant, and
``places_fitting`` of one programme for all municipalities. A condition is met, not met, or it is unknown because a
fact is missing; a programme fits when all are met, and does not when one is not. Facts only ever answer what was
unknown: no further fact turns “does not fit” into “unknown”.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.models.conditions import Condition
from funding.models.programmes import Programme
from funding.vocabularies import Applicant, Area, ConditionKind, PublicApplicant, Verdict, YesNo
from portal.directory.models import Association, District, Municipality, MunicipalityQuerySet

COULD_NEVER_BE: Q = Q(pk__in=[])
"""Matches no row."""

EVERYWHERE: Q = ~COULD_NEVER_BE
"""Matches every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an applicant; None: not known.

    Attributes:
        kind: municipality, association or district.
        keys: official keys of the applicant and of every place it lies in.
        urbanisation: Eurostat's degree; None also for what is no municipality.
        is_member: whether a municipality belongs to an association.
        partners: other municipalities that apply together with it.
        in_consolidation: whether it has to consolidate its budget (Haushaltssicherung).
        answers: what was answered to single conditions, by their primary keys.
    """

    kind: PublicApplicant
    name: str
    land_id: str
    land_name: str
    keys: tuple[str, ...]
    inhabitants: int | None = None
    urbanisation: int | None = None
    is_member: bool | None = None
    partners: int | None = None
    in_consolidation: bool | None = None
    answers: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition, judged.

    Attributes:
        sentence: why, in words.
        source: where the guideline says so; empty for what the programme's own fields say.
        asks: name of the fact that would answer what is unknown; empty where nothing can be answered here.
        condition: the condition, where it is one of the declared.
    """

    verdict: Verdict
    sentence: str
    source: str = ""
    asks: str = ""
    condition: Condition | None = None


def facts_of(
    place: Municipality | Association | District,
    *,
    partners: int | None = None,
    in_consolidation: bool | None = None,
    answers: Mapping[int, bool] | None = None,
    inhabitants: int | None = None,
) -> Facts:
    """Gather what the register says of a place, beside what was answered.

    Args:
        place: joined with its Land (``with_places()``).
        partners: other municipalities that apply together with it; None: not answered.
        in_consolidation: whether it consolidates its budget; None: not answered.
        answers: answers to single conditions.
        inhabitants: of an association or a district, the sum of its members; a municipality has its own.
    """
    given = {"partners": partners, "in_consolidation": in_consolidation, "answers": answers or {}}
    if isinstance(place, Municipality):
        above = (place.land_id, place.district_id, place.association_id)
        return Facts(
            kind=PublicApplicant.MUNICIPALITY,
            name=place.name,
            land_id=place.land_id,
            land_name=place.land.name,
            keys=(*(key for key in above if key), place.pk),
            inhabitants=place.population,
            urbanisation=place.urbanisation,
            is_member=place.association_id is not None,
            **given,  # type: ignore[arg-type] # the values are of the right types
        )
    district = place.district if isinstance(place, Association) else place
    kind = PublicApplicant.ASSOCIATION if isinstance(place, Association) else PublicApplicant.DISTRICT
    return Facts(
        kind=kind,
        name=place.name,
        land_id=district.land_id,
        land_name=district.land.name,
        keys=tuple(dict.fromkeys((district.land_id, district.pk, place.pk))),
        inhabitants=inhabitants,
        **given,  # type: ignore[arg-type] # as above
    )


# --- one programme, in words ---


def judge(programme: Programme, facts: Facts) -> list[Judged]:
    """Judge every condition of a programme, each with its reason; those not met first, then what is unknown."""
    found = [*_by_its_own_fields(programme, facts)]
    found += [_judge(condition, facts) for condition in programme.conditions.all()]
    order = [Verdict.MISFIT, Verdict.UNKNOWN, Verdict.FITS]
    return sorted(found, key=lambda one: order.index(one.verdict))


def verdict_of(judged: Iterable[Judged]) -> Verdict:
    """Say how a programme fits as a whole."""
    verdicts = {one.verdict for one in judged}
    for verdict in (Verdict.MISFIT, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.FITS


def judge_area(programme: Programme, facts: Facts) -> Judged:
    """Judge by the area alone."""
    names = {"land": facts.land_name, "municipality": facts.name}
    if facts.land_id in programme.areas:
        return Judged(Verdict.FITS, _("Applies in %(land)s, where %(municipality)s lies.") % names)
    if Area.NATIONWIDE in programme.areas:
        return Judged(Verdict.FITS, _("Applies nation-wide, so in %(municipality)s as well.") % names)
    return Judged(Verdict.MISFIT, _("Does not apply in %(land)s, where %(municipality)s lies.") % names)


def _by_its_own_fields(programme: Programme, facts: Facts) -> Iterator[Judged]:
    """Judge by area and applicants, and by whether anybody has read the conditions."""
    yield judge_area(programme, facts)
    if not programme.applicants:
        yield Judged(Verdict.UNKNOWN, _("The programme does not say who may apply."))
    elif Applicant.MUNICIPALITY not in programme.applicants:
        yield Judged(Verdict.MISFIT, _("Municipalities are not named among those who may apply."))
    else:
        yield Judged(Verdict.FITS, _("Municipalities are named among those who may apply."))
        named = any(one.kind == ConditionKind.APPLICANT for one in programme.conditions.all())
        if facts.kind != PublicApplicant.MUNICIPALITY and not named:
            yield Judged(
                Verdict.UNKNOWN,
                _("We do not know whether this kind of applicant may apply as well: %(kind)s.")
                % {"kind": facts.kind.label},
            )
    if programme.conditions_read_on is None:
        yield Judged(
            Verdict.UNKNOWN,
            _("We have not yet taken over the conditions of the guideline one by one. Please read them below."),
        )


def _judge(condition: Condition, facts: Facts) -> Judged:
    verdict, sentence, asks = SENTENCES[ConditionKind(condition.kind)](condition, facts)
    return Judged(verdict, sentence, condition.source, asks if verdict == Verdict.UNKNOWN else "", condition)


def _met(value: bool | None) -> Verdict:  # noqa: FBT001 - the answer is what is turned into a verdict
    if value is None:
        return Verdict.UNKNOWN
    return Verdict.FITS if value else Verdict.MISFIT


def _place(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    verdict = _met(not set(condition.places).isdisjoint(facts.keys))
    number = len(condition.places)
    text = (
        ngettext(
            "Applies in one place of the register alone, and %(name)s lies in it.",
            "Applies in %(number)s places of the register alone, and %(name)s lies in one of them.",
            number,
        )
        if verdict == Verdict.FITS
        else ngettext(
            "Applies in one place of the register alone, and %(name)s does not lie in it.",
            "Applies in %(number)s places of the register alone, and %(name)s lies in none of them.",
            number,
        )
    )
    return verdict, text % {"number": number, "name": facts.name}, ""


def _applicant(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    verdict = _met(facts.kind.value in condition.applicants)
    named = ", ".join(str(PublicApplicant(code).label) for code in condition.applicants)
    text = _("May apply: %(named)s. You ask for: %(kind)s.") % {"named": named, "kind": facts.kind.label}
    return verdict, text, ""


def _inhabitants(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    demanded = _range(condition.minimum, condition.maximum)
    if facts.inhabitants is None:
        text = _("Demanded: %(demanded)s. We do not know the number of inhabitants.") % {"demanded": demanded}
        return Verdict.UNKNOWN, text, ""
    above = condition.minimum is None or facts.inhabitants >= condition.minimum
    below = condition.maximum is None or facts.inhabitants <= condition.maximum
    text = _("Demanded: %(demanded)s. %(name)s has %(number)s.") % {
        "demanded": demanded,
        "name": facts.name,
        "number": _number(facts.inhabitants),
    }
    return _met(above and below), text, ""


def _range(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        return _("at most %(maximum)s inhabitants") % {"maximum": _number(maximum or 0)}
    if maximum is None:
        return _("at least %(minimum)s inhabitants") % {"minimum": _number(minimum)}
    return _("%(minimum)s to %(maximum)s inhabitants") % {"minimum": _number(minimum), "maximum": _number(maximum)}


def _membership(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    if facts.kind != PublicApplicant.MUNICIPALITY:
        return Verdict.FITS, _("The demand on the membership in an association concerns municipalities alone."), ""
    wants = condition.demanded == YesNo.YES
    demand = (
        _("Only municipalities that belong to an association may apply.")
        if wants
        else _("Only municipalities that belong to no association may apply.")
    )
    if facts.is_member is None:
        return Verdict.UNKNOWN, demand, ""
    state = _("%(name)s belongs to one.") if facts.is_member else _("%(name)s belongs to none.")
    return _met(facts.is_member == wants), f"{demand} {state % {'name': facts.name}}", ""


def _urbanisation(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    named = ", ".join(str(Municipality.Urbanisation(code).label) for code in condition.urbanisation)
    if facts.urbanisation is None:
        text = _("Demanded: %(named)s. The register does not say how densely populated %(name)s is.")
        return Verdict.UNKNOWN, text % {"named": named, "name": facts.name}, ""
    text = _("Demanded: %(named)s. %(name)s is %(degree)s.") % {
        "named": named,
        "name": facts.name,
        "degree": Municipality.Urbanisation(facts.urbanisation).label,
    }
    return _met(facts.urbanisation in condition.urbanisation), text, ""


def _previous(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    wants = condition.demanded == YesNo.YES
    answer = facts.answers.get(condition.pk)
    demand = (
        _("Only those may apply who were funded by the programme before.")
        if wants
        else _("Only those may apply who were not funded by the programme before.")
    )
    if answer is None:
        return Verdict.UNKNOWN, demand, "answer"
    said = _("You said: we were.") if answer else _("You said: we were not.")
    return _met(answer == wants), f"{demand} {said}", "answer"


def _partners(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    wanted = condition.minimum or 0
    demand = ngettext(
        "At least one other municipality has to apply with you.",
        "At least %(number)s other municipalities have to apply with you.",
        wanted,
    ) % {"number": wanted}
    if facts.partners is None:
        return Verdict.UNKNOWN, demand, "partners"
    said = _("You said: %(number)s.") % {"number": facts.partners}
    return _met(facts.partners >= wanted), f"{demand} {said}", "partners"


def _project(condition: Condition, facts: Facts) -> tuple[Verdict, str, str]:
    answer = facts.answers.get(condition.pk)
    if answer is None:
        return Verdict.UNKNOWN, condition.question, "answer"
    said = _("You said: yes.") if answer else _("You said: no.")
    return _met(answer), f"{condition.question} {said}", "answer"


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


SENTENCES: dict[ConditionKind, Callable[[Condition, Facts], tuple[Verdict, str, str]]] = {
    ConditionKind.PLACE: _place,
    ConditionKind.APPLICANT: _applicant,
    ConditionKind.INHABITANTS: _inhabitants,
    ConditionKind.MEMBERSHIP: _membership,
    ConditionKind.URBANISATION: _urbanisation,
    ConditionKind.PREVIOUS: _previous,
    ConditionKind.PARTNERS: _partners,
    ConditionKind.PROJECT: _project,
}
"""For each kind of condition: verdict, reason in words, and the fact that would answer it."""


# --- many programmes, for one applicant ---


def verdict_for(facts: Facts) -> Case:
    """SQL that says of each programme how it fits the applicant: values of ``Verdict``."""
    conditions = Condition.objects.order_by().filter(programme=OuterRef("pk"))
    misfit = (
        ~Q(areas__overlap=[Area.NATIONWIDE.value, facts.land_id])
        | (~Q(applicants=[]) & ~Q(applicants__contains=[Applicant.MUNICIPALITY.value]))
        | Exists(conditions.filter(_unmet(facts)))
    )
    unknown = Q(conditions_read_on__isnull=True) | Q(applicants=[]) | Q(Exists(conditions.filter(_open(facts))))
    if facts.kind != PublicApplicant.MUNICIPALITY:
        unknown |= Q(~Exists(conditions.filter(kind=ConditionKind.APPLICANT)))
    return Case(
        When(misfit, then=Value(Verdict.MISFIT.value)),
        When(unknown, then=Value(Verdict.UNKNOWN.value)),
        default=Value(Verdict.FITS.value),
        output_field=CharField(),
    )


def _unmet(facts: Facts) -> Q:
    """Return which conditions the applicant does not meet."""
    found = Q(kind=ConditionKind.PLACE) & ~Q(places__overlap=list(facts.keys))
    found |= Q(kind=ConditionKind.APPLICANT) & ~Q(applicants__contains=[facts.kind.value])
    if facts.inhabitants is not None:
        outside = Q(minimum__gt=facts.inhabitants) | Q(maximum__lt=facts.inhabitants)
        found |= Q(kind=ConditionKind.INHABITANTS) & outside
    if facts.kind == PublicApplicant.MUNICIPALITY and facts.is_member is not None:
        found |= Q(kind=ConditionKind.MEMBERSHIP, demanded=YesNo.NO if facts.is_member else YesNo.YES)
    if facts.urbanisation is not None:
        found |= Q(kind=ConditionKind.URBANISATION) & ~Q(urbanisation__contains=[facts.urbanisation])
    if facts.partners is not None:
        found |= Q(kind=ConditionKind.PARTNERS, minimum__gt=facts.partners)
    said_yes = [key for key, answer in facts.answers.items() if answer]
    said_no = [key for key, answer in facts.answers.items() if not answer]
    if said_no:
        found |= Q(kind=ConditionKind.PROJECT, pk__in=said_no)
        found |= Q(kind=ConditionKind.PREVIOUS, demanded=YesNo.YES, pk__in=said_no)
    if said_yes:
        found |= Q(kind=ConditionKind.PREVIOUS, demanded=YesNo.NO, pk__in=said_yes)
    return found


def _open(facts: Facts) -> Q:
    """Return which conditions cannot be judged, because a fact is missing."""
    found = Q(kind__in=[ConditionKind.PREVIOUS, ConditionKind.PROJECT])
    if facts.answers:
        found &= ~Q(pk__in=list(facts.answers))
    missing = [
        kind
        for kind, is_missing in (
            (ConditionKind.INHABITANTS, facts.inhabitants is None),
            (ConditionKind.MEMBERSHIP, facts.is_member is None and facts.kind == PublicApplicant.MUNICIPALITY),
            (ConditionKind.URBANISATION, facts.urbanisation is None),
            (ConditionKind.PARTNERS, facts.partners is None),
        )
        if is_missing
    ]
    return found | Q(kind__in=missing) if missing else found


# --- one programme, for all municipalities ---


def places_fitting(programme: Programme, places: MunicipalityQuerySet) -> MunicipalityQuerySet:
    """Say of each municipality, as ``fit``, how the programme fits it by what the register alone knows.

    Conditions that only an applicant can answer leave it unknown everywhere.
    """
    conditions = list(programme.conditions.all())
    misfit, unknown = COULD_NEVER_BE, COULD_NEVER_BE
    if Area.NATIONWIDE not in programme.areas:
        misfit |= ~Q(land_id__in=programme.areas)
    if programme.applicants and Applicant.MUNICIPALITY not in programme.applicants:
        misfit |= EVERYWHERE
    if not programme.applicants or programme.conditions_read_on is None:
        unknown |= EVERYWHERE
    for condition in conditions:
        unmet, open_ones = _places_of(condition)
        misfit, unknown = misfit | unmet, unknown | open_ones
    return places.annotate(
        fit=Case(
            When(misfit, then=Value(Verdict.MISFIT.value)),
            When(unknown, then=Value(Verdict.UNKNOWN.value)),
            default=Value(Verdict.FITS.value),
            output_field=CharField(),
        )
    )


def _places_of(condition: Condition) -> tuple[Q, Q]:
    """Return which municipalities do not meet a condition, and of which it is unknown."""
    everywhere, nowhere = EVERYWHERE, COULD_NEVER_BE
    match condition.kind:
        case ConditionKind.PLACE:
            return ~_lies_in(condition.places), nowhere
        case ConditionKind.APPLICANT:
            return nowhere if PublicApplicant.MUNICIPALITY in condition.applicants else everywhere, nowhere
        case ConditionKind.INHABITANTS:
            below, above = condition.minimum, condition.maximum
            too_small = nowhere if below is None else Q(population__lt=below)
            too_large = nowhere if above is None else Q(population__gt=above)
            return too_small | too_large, nowhere
        case ConditionKind.MEMBERSHIP:
            return Q(association__isnull=condition.demanded == YesNo.YES), nowhere
        case ConditionKind.URBANISATION:
            known = Q(urbanisation__isnull=False)
            return known & ~Q(urbanisation__in=condition.urbanisation), ~known
        case _:
            return nowhere, everywhere


def _lies_in(keys: Sequence[str]) -> Q:
    by_length: dict[int, list[str]] = {}
    for key in keys:
        by_length.setdefault(len(key), []).append(key)
    found = COULD_NEVER_BE
    for length, name in {2: "land_id", 5: "district_id", 9: "association_id", 8: "ags"}.items():
        if length in by_length:
            found |= Q(**{f"{name}__in": by_length[length]})
    return found
