"""Filters of technologies."""

from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.directory.vocabularies import FieldOfAction
from portal.evaluation.models import Maturity, Ring, Technology
from portal.filters import ChoicesFilter, Facet, FilterSet, SortFilter, TextFilter
from portal.search.within import SearchWithin

RINGS = tuple((value, capfirst(str(label))) for value, label in Ring.choices)
MATURITIES = tuple((value, capfirst(str(label))) for value, label in Maturity.choices)


class TechnologyFilterSet(SearchWithin, FilterSet):
    """Filters of the radar."""

    search_kind = "technologies"
    facets: ClassVar = (
        Facet(name="ring", field="ring", label=_("Recommendation"), choices=RINGS, show_empty=True),
        Facet(name="field", field="fields", label=_("Field of action"), choices=FieldOfAction.choices),
        Facet(name="maturity", field="maturity", label=_("Maturity"), choices=MATURITIES),
    )

    q = TextFilter(method="search", label=_("Search text"))
    ring = ChoicesFilter(choices=RINGS, label=_("Recommendation"))
    field = ChoicesFilter(field_name="fields", choices=FieldOfAction.choices, label=_("Field of action"))
    maturity = ChoicesFilter(choices=MATURITIES, label=_("Maturity"))
    sort = SortFilter(
        orders={"name": ("name", "pk"), "-changed": (F("updated_at").desc(), "pk")},
        labels={"name": _("Name"), "-changed": _("Changed most recently")},
    )

    def filtered(self, *, without: str | None = None) -> "QuerySet[Any]":
        """Sort by name unless another order is asked for."""
        found = super().filtered(without=without)
        return found if self.form.cleaned_data.get("sort") or without is not None else found.order_by("name", "pk")

    class Meta:
        """Of the technologies."""

        model = Technology
        fields: ClassVar[list[str]] = []
