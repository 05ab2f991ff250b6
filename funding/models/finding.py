"""Reading funding programmes: who sees which, what applies where, what serves what."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, CharField, DateField, Exists, Expression, F, Func, OuterRef, Q, Value, When
from django.utils import timezone

from funding.vocabularies import Applicant, Area, Availability, DeadlineModel, Verdict, serving
from portal.accounts.models import User
from portal.directory.vocabularies import FieldOfAction
from portal.editing import CheckedQuerySet
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from funding.models.programmes import Programme  # noqa: F401 - named in a string
    from portal.directory.models import Municipality

NOT_TO_BE_HAD = (Availability.CLOSED, Availability.EXHAUSTED, Availability.WITHDRAWN)
"""What nobody is recommended."""

CLOSING_DAYS = 30
"""So many days before its deadline a programme is said to be closing."""

LONG_TEXTS = (
    "description",
    "requirements",
    "procedure",
    "deadlines",
    "required_documents",
    "processing_time",
    "application_language",
    "legal_basis",
    "legal_citation",
)
"""The texts of a programme's page, in its order."""


class ProgrammeQuerySet(CheckedQuerySet["Programme"], VisibleQuerySet["Programme"]):  # type: ignore[override] # one manager of two
    """Reading programmes."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees what is published; editors see drafts and withdrawn ones too."""
        if isinstance(user, User) and user.is_editor:
            return self.all()
        return self.filter(live=True)

    def applying_in(self, land_key: str) -> Self:
        """Programmes that apply in a Land: nation-wide ones and its own."""
        return self.filter(areas__overlap=[Area.NATIONWIDE.value, land_key])

    def without_doubles(self, land_key: str | None = None) -> Self:
        """Leave out either a nation-wide programme or what a Land makes of it, so that no list shows both.

        Args:
            land_key: the Land that is asked for: there its own variant stands for the programme; None: the nation-wide
                programme stands for all its variants. A variant whose programme is not published stands for itself.
        """
        every = self.model._default_manager.order_by()
        hidden = Q(variant_of__isnull=False) & Exists(every.filter(pk=OuterRef("variant_of"), live=True))
        if land_key is not None:
            own = every.filter(variant_of=OuterRef("pk"), live=True, absent_since=None, areas__contains=[land_key])
            hidden = (hidden & ~Q(areas__contains=[land_key])) | Exists(own)
        return self.exclude(hidden)

    def for_lists(self) -> Self:
        """Leave the long texts in the database; a list shows the summary whole or nothing."""
        return self.defer(*LONG_TEXTS)

    def whole(self) -> Self:
        """Fetch contacts and links of each programme as well."""
        return self.prefetch_related("contacts", "links")

    def about(self, municipality: "Municipality | None" = None, fields: Collection[str] = ()) -> Self:
        """Published programmes that municipalities may apply for, the best first; none that has vanished or is over.

        Args:
            municipality: what does not fit it is left out; what fits comes first, then what its own Land gives.
            fields: fields of action; what serves none of them is left out, what serves most comes first.
        """
        from funding.models.matching import facts_of, verdict_for  # noqa: PLC0415 - it knows the programmes itself

        today = timezone.localdate()
        found = self.filter(live=True, applicants__contains=[Applicant.MUNICIPALITY.value], absent_since=None)
        found = found.alias(coming_deadline=next_deadline_on(today)).alias(availability=availability_on(today))
        found = found.exclude(availability__in=NOT_TO_BE_HAD)
        found = found.without_doubles(municipality.land_id if municipality else None)
        order: list[Any] = []
        if fields:
            found = found.filter(fields__overlap=serving(fields))
            order.append(number_served(fields).desc())
        if municipality is not None:
            found = found.applying_in(municipality.land_id).alias(fits=verdict_for(facts_of(municipality)))
            found = found.exclude(fits=Verdict.MISFIT)
            order += [Case(When(fits=Verdict.FITS, then=0), default=1), own_land_first(municipality.land_id)]
        return found.order_by(*order, "title", "pk").for_lists()

    def overdue(self, today: date | None = None) -> Self:
        """Return what was not checked in time; of imported programmes only those that we ever checked.

        Nobody promised to check the thousands of a source: readers are told that we have not.
        """
        return super().overdue(today).exclude(source=self.model.Source.FDB, checked_on=None)


def own_land_first(land_key: str) -> models.Case:
    """SQL to sort the programmes of one Land before nation-wide ones."""
    return models.Case(models.When(areas__contains=[land_key], then=0), default=1)


def number_served(fields: Collection[str]) -> Any:
    """SQL to count how many of these fields of action a programme serves."""
    served = (models.Case(models.When(fields__overlap=serving([key]), then=1), default=0) for key in set(fields))
    return sum(served, start=models.Value(0))


def municipalities_first() -> models.Case:
    """SQL to sort programmes that municipalities may apply for before those that others apply for."""
    return models.Case(models.When(applicants__contains=[Applicant.MUNICIPALITY.value], then=0), default=1)


class _NextOf(Func):
    """SQL for the first day in an array that is not before a day."""

    output_field = DateField()

    def as_sql(self, compiler: Any, _connection: Any, **_extra: Any) -> Any:  # type: ignore[override] # no template
        """Write the sub-select; PostgreSQL has no function for it."""
        array, day = (compiler.compile(one) for one in self.get_source_expressions())
        sql = f"(SELECT min(listed) FROM unnest({array[0]}) AS listed WHERE listed >= {day[0]})"  # noqa: S608 - from the ORM
        return sql, (*array[1], *day[1])


def next_deadline_on(day: date) -> Expression:
    """SQL for a programme's nearest deadline that is not over on a day; see ``Terms.next_deadline``."""
    listed = Case(When(~Q(cut_off_dates=[]), then=_NextOf(F("cut_off_dates"), Value(day))), output_field=DateField())
    last = Case(When(closes_on__gte=day, then=F("closes_on")), output_field=DateField())
    return models.functions.Least(listed, last)  # PostgreSQL's LEAST leaves out what is null


def availability_on(day: date | None = None) -> Case:
    """SQL for whether an application is possible; the rule of ``Terms.availability``, which a test compares it with.

    Needs the annotation ``coming_deadline`` (``next_deadline_on`` of the same day).
    """
    day = day or timezone.localdate()

    def when(condition: Q, then: Availability) -> When:
        return When(condition, then=Value(then.value))

    return Case(
        when(Q(withdrawn_on__lte=day), Availability.WITHDRAWN),
        when(Q(deadline_model=DeadlineModel.EXHAUSTED), Availability.EXHAUSTED),
        when(Q(opens_on__gt=day), Availability.ANNOUNCED),
        when(Q(coming_deadline__lte=day + timedelta(days=CLOSING_DAYS)), Availability.CLOSING),
        when(Q(coming_deadline__isnull=False), Availability.OPEN),
        when(Q(deadline_model=DeadlineModel.RECURRING) | Q(next_expected_on__gte=day), Availability.RECURRING),
        when(Q(closes_on__isnull=False) | ~Q(cut_off_dates=[]), Availability.CLOSED),
        when(Q(deadline_model=DeadlineModel.ONGOING) | Q(opens_on__isnull=False), Availability.OPEN),
        default=Value(Availability.UNKNOWN.value),
        output_field=CharField(),
    )


def actions_of(field: str) -> Func:
    """SQL for the fields of action that a programme's Förderbereiche serve, in the order of the closed list."""
    branches = (
        f"CASE WHEN %(expressions)s && '{{{','.join(serving([key]))}}}'::varchar[] THEN '{{{key}}}'::varchar[]"
        f" ELSE '{{}}'::varchar[] END"
        for key in FieldOfAction.values
    )
    return Func(F(field), template=f"({' || '.join(branches)})")
