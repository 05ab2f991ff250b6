"""The API's base: read-only views of what the reader may see, strict about parameters, errors as problem+json."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from portal.filters import ChoicesFilter, FilterSet, SortFilter
from portal.visibility import visible_rows

PROBLEM = "application/problem+json"
MAX_LIMIT = 200


def problem(status: HTTPStatus, detail: str, *, errors: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """Describe an error by RFC 9457; ``errors`` names the parameters or fields and what is wrong with each."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"name": name, "messages": list(messages)} for name, messages in errors.items()]
    return body


def problem_response(status: HTTPStatus, detail: str) -> JsonResponse:
    """Answer outside of the API's own views, for instance an address that does not exist."""
    return JsonResponse(problem(status, detail), status=status, content_type=PROBLEM)


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:  # noqa: ARG001 - DRF's signature
    """Turn what a view raised into a problem; None lets the server's own error handling speak."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing at this address."))
    elif isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    status = HTTPStatus(error.status_code)
    errors = None
    detail: Any = error.detail
    if isinstance(detail, dict):
        errors = {str(name): [str(m) for m in (ms if isinstance(ms, list) else [ms])] for name, ms in detail.items()}
        detail = _("At least one parameter cannot be understood.")
    elif isinstance(detail, list):
        detail = " ".join(str(part) for part in detail)
    headers = {}
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    if (how := getattr(error, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = how
    return Response(problem(status, str(detail), errors=errors), status=status, content_type=PROBLEM, headers=headers)


def unknown_parameters(request: Request, *known: str) -> dict[str, list[str]]:
    """Name the parameters that an address does not take, each with what is wrong; an endless name is cut."""
    return {
        name.replace("\x00", ""): [_("This parameter is unknown.")]
        for name in request.query_params
        if name not in known
    }


class Cursor(CursorPagination):
    """Pages by cursor: stable while rows come and go, and page one million costs what page one costs."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = MAX_LIMIT
    cursor_query_description = gettext_lazy(  # type: ignore[assignment] # lazy text is text
        "Where to go on: take it from “next” or “previous” of an answer."
    )
    page_size_query_description = gettext_lazy(  # type: ignore[assignment] # lazy text is text
        "Results in one answer, 1 to 200."
    )
    invalid_cursor_message = gettext_lazy(  # type: ignore[assignment] # lazy text is text
        "This cursor is not valid. Take it from “next” or “previous” of an answer."
    )

    def get_page_size(self, request: Request) -> int | None:
        """Read ``limit``.

        Raises:
            ValidationError: it is no whole number from 1 to 200.
        """
        given = request.query_params.getlist("limit")
        if not given:
            return self.page_size
        text = given[0]
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT))
        if len(given) > 1 or not is_number or not 1 <= int(text) <= MAX_LIMIT:
            raise exceptions.ValidationError(
                {"limit": [_("A whole number from 1 to %(most)s is possible here.") % {"most": MAX_LIMIT}]}
            )
        return int(text)

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:  # noqa: ARG002 - DRF's signature
        """Take the order from the view."""
        ordering: tuple[str, ...] = view.ordering
        return ordering

    def decode_cursor(self, request: Request) -> Any:
        """Read ``cursor``.

        Raises:
            ValidationError: it is not one of ours.
        """
        given = request.query_params.getlist("cursor")
        if len(given) > 1:
            raise exceptions.ValidationError({"cursor": [_("Only one value is possible here.")]})
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise exceptions.ValidationError({"cursor": [str(self.invalid_cursor_message)]}) from error
        if cursor is not None and cursor.position is not None and "\x00" in str(cursor.position):
            raise exceptions.ValidationError({"cursor": [str(self.invalid_cursor_message)]})
        return cursor


@extend_schema_field({"type": "string", "format": "uri"})
class PageField(serializers.Field[Any, Any, str, Any]):
    """The whole address of a thing's page for people."""

    def __init__(self) -> None:
        """Take the whole object; nothing is written."""
        super().__init__(source="*", read_only=True, help_text=gettext_lazy("The page for people."))

    def to_representation(self, value: Any) -> str:
        """Return the address with scheme and host."""
        return str(self.context["request"].build_absolute_uri(value.get_absolute_url()))


CODE_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
        "required": ["code", "label"],
    },
}

ONE_CODE_SCHEMA: dict[str, Any] = {**CODE_SCHEMA["items"], "type": ["object", "null"]}


@extend_schema_field(ONE_CODE_SCHEMA)
class CodeField(serializers.Field[Any, Any, Any, Any]):
    """A code of a closed list with what people call it; null where it is not known."""

    def __init__(self, choices: type[TextChoices]) -> None:
        """Take the closed list."""
        super().__init__(read_only=True)
        self.choices = choices

    def to_representation(self, value: str) -> dict[str, str] | None:
        """Pair the code with its label."""
        return {"code": value, "label": str(self.choices(value).label)} if value else None


class VisibleViewSet[M: Model](mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[M]):
    """List and single reading of one resource, with the same filters as its page."""

    model: type[M]
    filterset_class: ClassVar[type[FilterSet]]
    pagination_class = Cursor
    ordering: ClassVar[tuple[str, ...]] = ("pk",)
    """One unique text field (the register's keys are): the cursor holds its value, and any text is a possible one."""
    http_method_names = ["get", "head", "options"]  # noqa: RUF012 - Django declares it as a plain attribute
    reserved: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})
    lookup_value_regex = r"[-\w]+"

    def get_queryset(self) -> QuerySet[M]:
        """Return what the reader may know of; a single one is refused any parameter."""
        return visible_rows(self.model, self.request.user)

    def with_parts(self, things: Sequence[M]) -> Sequence[M]:
        """Fetch what the serializer reads besides for things that are read together: a page, a piece of a file."""
        return things

    def paginate_queryset(self, queryset: Any) -> Any:
        """Fetch what belongs to the things of a page at once."""
        page = super().paginate_queryset(queryset)
        return self.with_parts(page) if page is not None else None

    def get_object(self) -> M:
        """Fetch what belongs to it."""
        return self.with_parts([super().get_object()])[0]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply the filters.

        Raises:
            ValidationError: a parameter is unknown or its value is; named in the answer.
        """
        if self.detail:
            if self.request.query_params:
                raise exceptions.ValidationError(
                    {name: [_("This address takes no parameters.")] for name in self.request.query_params}
                )
            return queryset
        filters = self.filterset_class(
            self.request.query_params,
            queryset,
            request=self.request._request,
            reserved=self.reserved,
            sortable=False,
        )
        if filters.problems:
            raise exceptions.ValidationError(filters.problems)
        return filters.qs.order_by(*self.ordering)


PROBLEMS = ("400", "401", "404", "429")
"""What each operation can answer besides: a parameter or a token that is not good, nothing there, asked too often."""


class Schema(AutoSchema):
    """Describes the filters' parameters and the problems that every operation can answer with."""

    def get_filter_backends(self) -> list[Any]:
        """The views filter by their FilterSet themselves; ``get_override_parameters`` describes it."""
        return []

    def get_override_parameters(self) -> list[Any]:
        """Describe the parameters of the FilterSet."""
        filterset = getattr(self.view, "filterset_class", None)
        if filterset is None or getattr(self.view, "detail", True):
            return []
        return list(describe_parameters(filterset))

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in PROBLEMS if getattr(self.view, "filterset_class", None) else ("401", "429"):
            bodies[status] = {
                "description": HTTPStatus(int(status)).phrase,
                "content": {PROBLEM: {"schema": PROBLEM_SCHEMA}},
            }
        return bodies


def describe_parameters(filterset: type[FilterSet]) -> Iterator[OpenApiParameter]:
    """Describe each filter: its closed list where it has one, else text."""
    for name, candidate in filterset.base_filters.items():
        if isinstance(candidate, SortFilter):
            continue
        choices = [str(value) for value, _label in candidate.extra.get("choices", ())]
        several = isinstance(candidate, ChoicesFilter)
        yield OpenApiParameter(
            name,
            type=OpenApiTypes.STR,
            many=several,
            enum=choices or None,
            description=str(candidate.label or ""),
            explode=True if several else None,
            pattern=getattr(candidate, "pattern", None),
        )


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "messages": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["name", "messages"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
