"""The API of the funding programmes."""

from typing import cast

from django.db.models import QuerySet

from funding.api.serializers import ProgrammeSerializer
from funding.filtersets import ProgrammeFilterSet
from funding.models import Programme, ProgrammeQuerySet
from portal.api import VisibleViewSet


class ProgrammeViewSet(VisibleViewSet[Programme]):
    """Funding programmes, with the same filters as the page."""

    model = Programme
    filterset_class = ProgrammeFilterSet
    serializer_class = ProgrammeSerializer
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Programme]:
        """Fetch contacts and links with the programmes."""
        return cast("ProgrammeQuerySet", super().get_queryset()).whole()
