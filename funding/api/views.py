"""The API of the funding programmes."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api.serializers import MatchSerializer, ProgrammeSerializer
from funding.filtersets import ProgrammeFilterSet
from funding.models import Programme, ProgrammeQuerySet, facts_of, judge, verdict_of
from portal.api import VisibleViewSet
from portal.directory.choice import choosable
from portal.filters import MAX_TEXT


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

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "municipality", str, required=True, description=_("Official key (AGS) of the municipality.")
            )
        ],
        responses=MatchSerializer,
    )
    @action(detail=True, methods=["get"])
    def match(self, request: Request, slug: str = "") -> Response:
        """Whether the programme fits a municipality, condition by condition, by what the official register knows."""
        key = self._municipality_key(request)
        place = choosable(key)
        if place is None:
            raise exceptions.ValidationError({"municipality": [_("There is no municipality with this key.")]})
        programme = get_object_or_404(self.get_queryset(), slug=slug)
        judged = judge(programme, facts_of(place))
        body: dict[str, Any] = {"municipality": place.pk, "verdict": verdict_of(judged).value, "conditions": judged}
        return Response(MatchSerializer(body).data)

    @staticmethod
    def _municipality_key(request: Request) -> str:
        """Read the one parameter there is.

        Raises:
            ValidationError: there are others, or it is missing.
        """
        unknown = {name: [_("This parameter is unknown.")] for name in request.query_params if name != "municipality"}
        keys = request.query_params.getlist("municipality")
        if not unknown and (len(keys) != 1 or not keys[0]):
            unknown = {"municipality": [_("Please name one municipality by its official key (AGS).")]}
        if unknown:
            raise exceptions.ValidationError({name.replace("\x00", ""): said for name, said in unknown.items()})
        return keys[0][:MAX_TEXT]
