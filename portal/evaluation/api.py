"""Technologies and indicators over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import PageField, VisibleViewSet
from portal.evaluation.filtersets import TechnologyFilterSet
from portal.evaluation.models import RingChange, Technology
from portal.evaluation.presenting import open_data


class RingChangeSerializer(serializers.ModelSerializer[RingChange]):
    """When a technology came to a recommendation, and why."""

    class Meta:
        """All of it."""

        model = RingChange
        fields = ("before", "after", "reason", "changed_on")


class TechnologySerializer(serializers.ModelSerializer[Technology]):
    """A technology on the radar."""

    url = PageField()
    changes = RingChangeSerializer(many=True, read_only=True)

    class Meta:
        """What everybody reads; who is responsible stays inside."""

        model = Technology
        fields = (
            *("slug", "url", "name", "summary", "description", "ring", "maturity", "fields", "risks", "evidence"),
            *("sources", "review_due_on", "is_demonstration", "changes"),
        )


class TechnologyViewSet(VisibleViewSet[Technology]):
    """Technologies, with the same filters as the page."""

    model = Technology
    filterset_class = TechnologyFilterSet
    serializer_class = TechnologySerializer
    lookup_field = "slug"
    ordering = ("slug",)

    def get_queryset(self) -> Any:
        """Fetch the history with the technologies."""
        return super().get_queryset().prefetch_related("changes")


class MeasuredSerializer(serializers.Serializer[Any]):
    """What an indicator said on a day."""

    day = serializers.DateField()
    value = serializers.FloatField(allow_null=True)


class IndicatorSerializer(serializers.Serializer[Any]):
    """An indicator with its history."""

    indicator = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer, not of the field
    question = serializers.CharField()
    area = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    target = serializers.FloatField(allow_null=True)
    better = serializers.ChoiceField(choices=["higher", "lower"])
    measurements = MeasuredSerializer(many=True)


class IndicatorsSerializer(serializers.Serializer[Any]):
    """All public indicators."""

    licence = serializers.CharField()
    indicators = IndicatorSerializer(many=True)


class IndicatorsView(APIView):
    """The public indicators of the portal, with what was measured within a year."""

    @extend_schema(responses=IndicatorsSerializer, tags=["indicators"])
    def get(self, _request: Request) -> Response:
        """Give all of them."""
        return Response(IndicatorsSerializer(open_data()).data)
