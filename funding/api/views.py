"""The API of the funding programmes."""

from http import HTTPStatus
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api.serializers import DeadlinesSerializer, MatchSerializer, ProgrammeSerializer
from funding.filtersets import ProgrammeFilterSet
from funding.models import Programme, ProgrammeQuerySet, facts_of, judge, verdict_of
from portal.api import VisibleViewSet, unknown_parameters
from portal.directory.choice import choosable
from portal.filters import MAX_TEXT
from portal.visibility import visible_rows


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

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give one programme; the address of what was merged into another leads there."""
        moved = Programme.objects.filter(slug=kwargs["slug"], merged_into__live=True)
        for slug in moved.values_list("merged_into__slug", flat=True):
            address = reverse("api:funding-programmes-detail", args=[slug])
            return Response(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": address})
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary=gettext_lazy("Coming deadlines, filtered as the list, in pieces."),
        responses=DeadlinesSerializer(many=True),
    )
    @action(detail=False, methods=["get"], serializer_class=DeadlinesSerializer)
    def deadlines(self, request: Request) -> Response:  # noqa: ARG002 - the filters read it
        """The coming deadlines of the programmes that the filters find; those without any are left out."""
        today = timezone.localdate()
        found = cast("ProgrammeQuerySet", self.filter_queryset(visible_rows(Programme, self.request.user)))
        page = self.paginate_queryset(
            found.for_lists().filter(Q(coming_deadline__gte=today) | Q(full_application_on__gte=today))
        )
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary=gettext_lazy("Whether the programme fits a municipality, condition by condition."),
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
        unknown = unknown_parameters(request, "municipality")
        keys = request.query_params.getlist("municipality")
        if not unknown and (len(keys) != 1 or not keys[0]):
            unknown = {"municipality": [_("Please name one municipality by its official key (AGS).")]}
        if unknown:
            raise exceptions.ValidationError(unknown)
        return keys[0][:MAX_TEXT]
