"""The API's documentation for people: drawn on the server from the very schema that machines read.

The ready-made pages for OpenAPI weigh over a megabyte, need scripts and cannot be read with all assistive technology;
ours is a page like every other one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator

from portal.areas import areas

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

type Schema = Mapping[str, Any]

TYPES = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("number"),
    "boolean": gettext_lazy("true or false"),
    "object": gettext_lazy("object"),
    "null": gettext_lazy("nothing"),
    "date": gettext_lazy("date"),
    "date-time": gettext_lazy("date and time"),
    "uri": gettext_lazy("address"),
    "email": gettext_lazy("e-mail address"),
}
FURTHER = (("indicators", gettext_lazy("Indicators")), ("vocabularies", gettext_lazy("Closed lists of codes")))
"""What the API gives besides the resources: tag and name."""

REFERENCE = "#/components/schemas/"


def public_addresses(endpoints: list[tuple[Any, ...]], **_kwargs: Any) -> list[tuple[Any, ...]]:
    """Leave out of the schema what is not this API: libraries bring interfaces for the editors' admin."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A parameter or a field: its name, what kind of value it has, what it means, and its closed list if it has one."""

    name: str
    kind: str
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What can be asked at one address."""

    path: str
    one: bool
    summary: str
    parameters: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A resource with its addresses, or a part that several answers contain, with its fields."""

    slug: str
    label: "StrOrPromise"
    fields: tuple[Line, ...]
    addresses: list[Address] = field(default_factory=list)


class Reader:
    """Reads one OpenAPI document."""

    def __init__(self, document: Schema) -> None:
        """Take the document; it is not changed."""
        self.document = document
        self.schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self.own_answers: set[str] = set()

    def groups(self) -> list[Group]:
        """Return the resources in the order of the registry."""
        found = []
        for slug, label in [*((one.slug, one.label) for one in areas.each("resources")), *FURTHER]:
            operations = {path: item["get"] for path, item in self.document["paths"].items() if "get" in item}
            own = {path: operation for path, operation in operations.items() if slug in operation["tags"]}
            addresses = [
                Address(
                    path=path,
                    one="{" in path,
                    summary=operation.get("summary", ""),
                    parameters=tuple(self._parameters(operation)),
                )
                for path, operation in own.items()
            ]
            answer = self._answer(own[next((one.path for one in addresses if one.one), addresses[0].path)])
            self.own_answers.add(answer)
            found.append(
                Group(
                    slug=slug,
                    label=label,
                    fields=tuple(self._fields(self.schemas[answer])),
                    addresses=addresses,
                )
            )
        return found

    def parts(self) -> list[Group]:
        """Return the objects that stand inside of others or that further addresses answer with, by name."""
        if not self.own_answers:
            self.groups()
        return [
            Group(slug=name.lower(), label=name, fields=tuple(self._fields(schema)))
            for name, schema in sorted(self.schemas.items())
            if name not in self.own_answers and not name.startswith("Paginated") and schema.get("type") == "object"
        ]

    @staticmethod
    def _answer(operation: Schema) -> str:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        if schema.get("type") == "array":  # not in pieces: all at once
            schema = schema["items"]
        return str(schema["$ref"]).removeprefix(REFERENCE)

    def _parameters(self, operation: Schema) -> Iterator[Line]:
        for parameter in operation.get("parameters", ()):
            yield self._line(parameter["name"], parameter["schema"], parameter.get("description", ""))

    def _fields(self, schema: Schema) -> Iterator[Line]:
        for name, value in schema.get("properties", {}).items():
            yield self._line(name, value, value.get("description") or capfirst(value.get("title", "")))

    def _line(self, name: str, schema: Schema, meaning: str) -> Line:
        return Line(
            name=name,
            kind=self._kind(schema),
            meaning=str(meaning).partition("\n* `")[0].strip(),
            values=tuple(self._values(schema)),
        )

    def _kind(self, schema: Schema) -> str:
        """Say in words what a value is; the name of a part stands for itself."""
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix(REFERENCE)
            target = self.schemas[name]
            return name if target.get("type") == "object" else self._kind(target)
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self._either([self._kind(option) for option in schema[choice]])
        if schema.get("type") == "array":
            return _("list of: %(kind)s") % {"kind": self._kind(schema["items"])}
        kinds = schema.get("type", "string")
        named = [schema.get("format", kind) if kind != "null" else kind for kind in _listed(kinds)]
        return self._either(
            [str(TYPES.get(name, TYPES.get(kind, name))) for name, kind in zip(named, _listed(kinds), strict=True)]
        )

    @staticmethod
    def _either(kinds: list[str]) -> str:
        return _(" or ").join(dict.fromkeys(kinds))

    def _values(self, schema: Schema) -> Iterator[str]:
        if "$ref" in schema:
            target = self.schemas[str(schema["$ref"]).removeprefix(REFERENCE)]
            yield from self._values(target) if target.get("type") != "object" else ()
        for choice in ("oneOf", "anyOf", "allOf"):
            for option in schema.get(choice, ()):
                yield from self._values(option)
        yield from self._values(schema["items"]) if schema.get("type") == "array" else ()
        yield from (str(value) for value in schema.get("enum", ()) if value is not None)


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@cache
def _document() -> Schema:
    """Make the schema; it only changes with the code."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call] # the package has no types here
    document: Schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # as above
    return document


class DocumentationView(TemplateView):
    """The page about the API."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the template resources and parts."""
        reader = Reader(_document())
        return super().get_context_data(groups=reader.groups(), parts=reader.parts(), **kwargs)
