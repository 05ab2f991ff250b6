"""The API of the projects."""

from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import VisibleViewSet, unknown_parameters
from portal.directory.choice import choosable
from portal.directory.vocabularies import FieldOfAction
from portal.filters import MAX_TEXT, MAX_VALUES
from projects.api.serializers import FeaturesSerializer, MatchedSerializer, ProjectSerializer, ReuseSerializer
from projects.filtersets import ProjectFilterSet
from projects.models import Project, ProjectQuerySet, Reuse, fetch_parts, furthest_first
from projects.services.overview import geojson
from projects.services.showing import count_reuse, fetch_pictures

MOST_MATCHED = 20


class ProjectViewSet(VisibleViewSet[Project]):
    """Projects, with the same filters as the page."""

    model = Project
    filterset_class = ProjectFilterSet
    serializer_class = ProjectSerializer
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> QuerySet[Project]:
        """Fetch the places with the projects."""
        return cast("ProjectQuerySet", super().get_queryset()).for_lists().defer(None)

    def with_parts(self, things: Sequence[Project]) -> Sequence[Project]:
        """Fetch all that belongs to projects in one statement each: parts, pictures as readers see them, reuse."""
        projects = fetch_parts(things)
        fetch_pictures(projects)
        count_reuse(projects)
        return projects

    @extend_schema(
        summary=gettext_lazy(
            "The projects that the filters find as GeoJSON (RFC 7946), a point for each place, in pieces. A project "
            "without a point, abroad say, is a feature without geometry (null)."
        ),
        responses=FeaturesSerializer,
    )
    @action(detail=False, methods=["get"])
    def geojson(self, request: Request) -> Response:
        """The projects that the filters find, a point for each place, null without one; ``next`` leads on."""
        found = cast("ProjectQuerySet", self.filter_queryset(super().get_queryset()))
        pages: Any = self.paginator
        page = pages.paginate_queryset(found.for_lists(), request, view=self)  # without what the map does not need
        whole: Any = self.get_paginated_response([])
        collection = geojson(page or [], settings.SITE_URL)
        return Response({**collection, "next": whole.data["next"], "previous": whole.data["previous"]})

    @extend_schema(
        summary=gettext_lazy("The projects that have most to say to a municipality, each with the reasons."),
        parameters=[
            OpenApiParameter(
                "municipality", str, required=True, description=_("Official key (AGS) of the municipality.")
            ),
            OpenApiParameter("action", str, many=True, enum=FieldOfAction.values, description=_("Fields of action.")),
        ],
        responses=MatchedSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def match(self, request: Request) -> Response:
        """The projects that have most to say to a municipality, each with the reasons; 20 at most."""
        wrong = unknown_parameters(request, "municipality", "action")
        keys, fields = request.query_params.getlist("municipality"), request.query_params.getlist("action")
        if not wrong and (len(keys) != 1 or not keys[0]):
            wrong["municipality"] = [_("Please name one municipality by its official key (AGS).")]
        if len(fields) > MAX_VALUES or (set(fields) - set(FieldOfAction.values)):
            wrong["action"] = [_("There is no such field of action.")]
        if wrong:
            raise exceptions.ValidationError(wrong)
        place = choosable(keys[0][:MAX_TEXT])
        if place is None:
            raise exceptions.ValidationError({"municipality": [_("There is no municipality with this key.")]})
        rows = cast("ProjectQuerySet", super().get_queryset()).about(place, fields)[:MOST_MATCHED]
        found = list(rows)
        for one in found:
            one.reasons = one.reasons_for(place, fields)
        return Response(MatchedSerializer(found, many=True, context={"request": request}).data)

    @extend_schema(
        summary=gettext_lazy("Who uses the project again, or wants to."),
        responses=ReuseSerializer(many=True),
        filters=False,
    )
    @action(detail=True, methods=["get"], serializer_class=ReuseSerializer, pagination_class=None)
    def reuses(self, request: Request, slug: str = "") -> Response:
        """Who uses the project again, or wants to; those who use it first."""
        if request.query_params:
            raise exceptions.ValidationError(
                {name: [_("This address takes no parameters.")] for name in request.query_params}
            )
        project = get_object_or_404(super().get_queryset(), slug=slug)
        rows = Reuse.objects.filter(project=project).select_related("organisation").prefetch_related("outcomes")
        rows = rows.order_by(furthest_first(), "-since_on", "pk")
        return Response(ReuseSerializer(rows, many=True).data)
