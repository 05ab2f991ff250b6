"""Reading funding programmes: who sees which, what applies where, what serves what."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from funding.vocabularies import Applicant, Area, serving
from portal.accounts.models import User
from portal.editing import CheckedQuerySet
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from funding.models.programmes import Programme  # noqa: F401 - named in a string
    from portal.directory.models import Municipality

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

    def for_lists(self) -> Self:
        """Leave the long texts in the database; a list shows the summary whole or nothing."""
        return self.defer(*LONG_TEXTS)

    def whole(self) -> Self:
        """Fetch contacts and links of each programme as well."""
        return self.prefetch_related("contacts", "links")

    def about(self, municipality: "Municipality | None" = None, fields: Collection[str] = ()) -> Self:
        """Published programmes that municipalities may apply for, the best first; none that has vanished.

        Args:
            municipality: what does not apply there is left out; what its own Land gives comes first.
            fields: fields of action; what serves none of them is left out, what serves most comes first.
        """
        found = self.filter(live=True, applicants__contains=[Applicant.MUNICIPALITY.value], absent_since=None)
        order: list[Any] = []
        if fields:
            found = found.filter(fields__overlap=serving(fields))
            order.append(number_served(fields).desc())
        if municipality is not None:
            found = found.applying_in(municipality.land_id)
            order.append(own_land_first(municipality.land_id))
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
