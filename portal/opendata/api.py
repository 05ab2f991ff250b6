"""The closed lists over the API."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import unknown_parameters
from portal.areas import Resource, areas, fields_of
from portal.filters import SortFilter


class ValueSerializer(serializers.Serializer[Any]):
    """One value of a closed list."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer, not of the field


class VocabularySerializer(serializers.Serializer[Any]):
    """A closed list: the values that a field or a filter of this name can have."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # as above
    values = ValueSerializer(many=True)


class ResourceVocabulariesSerializer(serializers.Serializer[Any]):
    """The closed lists of one resource."""

    resource = serializers.CharField()
    fields = VocabularySerializer(many=True)  # type: ignore[assignment] # DRF takes it out of the class
    filters = VocabularySerializer(many=True)


class VocabulariesSerializer(serializers.Serializer[Any]):
    """The closed lists of everything."""

    resources = ResourceVocabulariesSerializer(many=True)


class VocabulariesView(APIView):
    """The closed lists that codes come from, each code with what people call it, for fields and filters."""

    @extend_schema(responses=VocabulariesSerializer, tags=["vocabularies"])
    def get(self, request: Request) -> Response:
        """Give all of them.

        Raises:
            ValidationError: there is a parameter; this address takes none.
        """
        if problems := unknown_parameters(request):
            raise exceptions.ValidationError(problems)
        found = [
            {"resource": one.slug, "fields": list(_of_fields(one)), "filters": list(_of_filters(one))}
            for one in areas.each("resources")
        ]
        return Response(VocabulariesSerializer({"resources": found}).data)


def _of_fields(resource: Resource) -> Iterator[dict[str, Any]]:
    told = set(fields_of(resource))
    for candidate in resource.model._meta.get_fields():
        if not isinstance(candidate, models.Field) or candidate.name not in told:
            continue
        # Of a list, the values are those of its parts; of what the database works out, those of what it gives.
        given = getattr(candidate, "output_field", None) or candidate
        choices = given.choices or getattr(getattr(given, "base_field", None), "choices", None)
        if choices:
            yield {"name": candidate.name, "label": str(candidate.verbose_name), "values": _values(choices)}


def _of_filters(resource: Resource) -> Iterator[dict[str, Any]]:
    for name, candidate in resource.filterset.base_filters.items():
        choices = candidate.extra.get("choices")
        if choices and not isinstance(candidate, SortFilter):
            yield {"name": name, "label": str(candidate.label), "values": _values(choices)}


def _values(choices: Any) -> list[dict[str, str]]:
    return [{"code": str(code), "label": str(label)} for code, label in choices if code not in {"", None}]
