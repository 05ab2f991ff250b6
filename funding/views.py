"""Pages of the funding programmes."""

from typing import Any, cast

from django.db.models import QuerySet
from wagtail.admin.admin_url_finder import AdminURLFinder

from funding.filtersets import ProgrammeFilterSet
from funding.models import Programme, ProgrammeQuerySet
from funding.permissions import can_edit
from portal.directory.services import my_municipality
from portal.views import FilteredListView, VisibleDetailView


class ProgrammeListView(FilteredListView[Programme]):
    """Find funding programmes."""

    model = Programme
    filterset_class = ProgrammeFilterSet
    template_name = "funding/programme_list.html"

    def presets(self) -> dict[str, str]:
        """Start with the reader's own municipality."""
        municipality = my_municipality(self.request)
        return {"municipality": municipality.pk} if municipality else {}

    def get_queryset(self) -> QuerySet[Programme]:
        """Leave out the long texts."""
        return cast("ProgrammeQuerySet", super().get_queryset()).for_lists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the municipality that reasons speak of, and what to loosen where nothing was found."""
        context = super().get_context_data(**kwargs)
        filters = cast("ProgrammeFilterSet", self.filterset)
        nothing = not context["count"] and not filters.problems
        context["municipality"] = filters.values.get("municipality")
        context["loosenings"] = filters.loosenings() if nothing else []
        return context


class ProgrammeDetailView(VisibleDetailView[Programme]):
    """One funding programme."""

    model = Programme
    template_name = "funding/programme_detail.html"

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch all of it."""
        return cast("ProgrammeQuerySet", super().get_queryset()).whole()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back, and for editors the way to the form."""
        user, editing = self.request.user, bool(can_edit(self.request.user, self.object))
        return super().get_context_data(
            trail=self.object.trail(),
            can_edit=editing,
            edit_url=AdminURLFinder(user).get_edit_url(self.object) if editing else None,
            **kwargs,
        )
