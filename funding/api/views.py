"""The API of the funding programmes."""

from typing import cast

from django.db.models import QuerySet

from funding.api.serializers import ProgrammeSerializer
from funding.filtersets import ProgrammeFilterSet
from funding.models import Programme, ProgrammeQuerySet
from portal.api import VisibleViewSet


class ProgrammeViewSet(VisibleViewSet[Programme]):
    """Funding programmes, with the same filters as the page.

    Of a nation-wide programme and what a Land makes of it the list has one; the address of each answers.
    """

    model = Programme
    filterset_class = ProgrammeFilterSet
    serializer_class = ProgrammeSerializer
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch contacts, links and conditions with the programmes."""
        found = cast("ProgrammeQuerySet", super().get_queryset()).whole()
        return found.select_related("part_of", "variant_of").prefetch_related("conditions")
