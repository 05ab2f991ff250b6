"""Reading projects: who sees which, and which are like a municipality.

How much a project has to say to a municipality is counted in points, in SQL (``points_for``) and in words
(``Project.reasons_for``) by the same rules. What serves a field of action that the municipality names in its profile
weighs most, and as much as a place of the same size, since money and people follow the inhabitants; then how well its
effect is shown. What a municipality plans is not asked: its plans are not for everybody to see, but this order is.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When

from portal.accounts.models import User
from portal.directory.models import Membership, SizeClass
from portal.editing import CheckedQuerySet
from portal.visibility import Viewer, VisibleQuerySet
from projects.vocabularies import GRADES, RUNNING, TRIED_OUT, Grade, Phase

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from portal.directory.models import Municipality
    from projects.models.projects import Project  # noqa: F401 - named in a string

OWN_FIELD, SAME_SIZE, NEXT_SIZE, TRANSFERABLE, SAME_LAND, SAME_DENSITY, REUSED = 4, 4, 2, 2, 1, 1, 1
"""Points for a field of action that the municipality itself names in its profile, for a place of the same size class,
of the next one, for sizes it says it suits, for the same Land, for the same degree of urbanisation, and for being used
again."""

RUNS, TRIED = 2, 1
"""Points for what works day by day, and for what was tried."""

LONG_TEXTS = (
    *("description", "data_basis", "transfer_conditions", "lessons_learnt", "done_differently", "what_would_change"),
    "reuse_conditions",
)
"""The texts of a project's page that lists do not need."""

NOT_OFFERED = (Phase.IDEA.value, Phase.FAILED.value)
"""Phases of what nobody is recommended; they are found by looking for them."""


class ProjectQuerySet(CheckedQuerySet["Project"], VisibleQuerySet["Project"]):  # type: ignore[override] # one manager of two
    """Reading projects."""

    def visible_to(self, user: Viewer) -> Self:
        """Everybody sees what is published; editors everything; members what their organisation writes."""
        if not isinstance(user, User):
            return self.filter(live=True)
        if user.is_editor:
            return self.all()
        own = Membership.objects.of(user).active().values("organisation")
        return self.filter(Q(live=True) | Q(organisation__in=own))

    def for_lists(self) -> Self:
        """Leave the long texts in the database, and fetch the places and who writes it."""
        return self.defer(*LONG_TEXTS).select_related("organisation").prefetch_related(with_places())

    def about(self, municipality: "Municipality | None" = None, fields: Collection[str] = ()) -> Self:
        """Published projects that were at least begun, the best first.

        Args:
            municipality: what comes from places like it comes first; nothing is left out for that.
            fields: fields of action; what serves none of them is left out, what serves most comes first.
        """
        found = self.filter(live=True).exclude(phase__in=NOT_OFFERED)
        order: list[Any] = []
        if fields:
            found = found.filter(fields_of_action__overlap=list(fields))
            order.append(number_served(fields).desc())
        found = found.annotate(points=points_for(municipality))
        return found.order_by(*order, "-points", "title", "pk").select_related("organisation").defer(*LONG_TEXTS)


def with_places(**further: "Combinable") -> "Prefetch[Any]":
    """Fetch the places of projects with all that their names need, and what else is asked for, in one statement."""
    from projects.models.parts import ProjectPlace  # noqa: PLC0415 - the parts know the projects

    joined = ("municipality__district", "municipality__land", "district", "association")
    return Prefetch("places", ProjectPlace.objects.select_related(*joined).annotate(**further))


def points_for(municipality: "Municipality | None") -> "Combinable":
    """SQL for how much a project has to say: how well it is shown, whether it runs, and how like its place is."""
    points: Combinable = _when(
        *(When(evidence_grade=grade, then=Value(number)) for number, grade in enumerate(GRADES, 1)),
    )
    points = points + _when(When(phase__in=RUNNING, then=Value(RUNS)), When(phase__in=TRIED_OUT, then=Value(TRIED)))
    points = points + _when(When(reuse_count__gt=0, then=Value(REUSED)))
    if municipality is None:
        return points
    size = municipality.size_class
    points = points + _when(
        When(size_classes__contains=[size], then=Value(SAME_SIZE)),
        When(size_classes__overlap=next_sizes(size), then=Value(NEXT_SIZE)),
        When(transferable_sizes__contains=[size], then=Value(TRANSFERABLE)),
    )
    if fields := municipality.fields_of_action:
        points = points + _when(When(fields_of_action__overlap=fields, then=Value(OWN_FIELD)))
    points = points + _when(When(laender__contains=[municipality.land_id], then=Value(SAME_LAND)))
    if municipality.urbanisation is not None:
        points = points + _when(When(urbanisations__contains=[municipality.urbanisation], then=Value(SAME_DENSITY)))
    return points


def _when(*whens: When) -> Case:
    return Case(*whens, default=Value(0), output_field=IntegerField())


def next_sizes(size: str) -> list[str]:
    """Return the size classes next to one."""
    classes = list(SizeClass.values)
    number = classes.index(size)
    return [classes[other] for other in (number - 1, number + 1) if 0 <= other < len(classes)]


def number_served(fields: Collection[str]) -> Any:
    """SQL to count how many of these fields of action a project serves."""
    served = (_when(When(fields_of_action__contains=[key], then=Value(1))) for key in sorted(set(fields)))
    return sum(served, start=Value(0))


def best_shown_first() -> Any:
    """SQL to sort by how well the effect is shown, the best first."""
    whens = [When(evidence_grade=grade, then=Value(number)) for number, grade in enumerate(reversed(Grade.values))]
    return Case(*whens, default=Value(len(whens)), output_field=IntegerField())


NEWEST_FIRST = F("last_published_at").desc(nulls_last=True)
