"""What the areas offer about fields of action, and single things of the areas, asked of the registry.

A thing is named by its key: ``"<slug of the resource>:<primary key>"``.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override
from wagtail.models import Page

from portal.areas import Resource, areas
from portal.content.addresses import address
from portal.directory.services import my_municipality
from portal.filters import ChoicesFilter
from portal.views import VisibleDetailView
from portal.visibility import Viewer, visible_rows

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from portal.directory.models import Municipality

LIMIT = 3
"""At most so many of each kind, where nobody says another number."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of an area: what it is called, where it stands, of which kind it is, why it is named."""

    title: str
    url: str
    kind: "StrOrPromise"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind, and where to find all of them."""

    label: "StrOrPromise"
    things: list[Thing]
    url: str


def about(
    request: HttpRequest | None, *, fields: Collection[str], limit: int = LIMIT, but: Model | None = None
) -> dict[str, Any]:
    """Ask every resource that offers for its best things about these fields, one statement each.

    Without a request (in a preview, for the API) the reader is anybody, and no municipality is chosen. ``but`` is left
    out: a page does not recommend itself.
    """
    viewer: Viewer = getattr(request, "user", None) or AnonymousUser()
    municipality = my_municipality(request) if request is not None else None
    groups = []
    for resource in areas.each("resources"):
        if not resource.offers or resource.reason is None:
            continue
        rows: Any = visible_rows(resource.model, viewer)
        found = rows.about(municipality, fields)
        if isinstance(but, resource.model):
            found = found.exclude(pk=but.pk)
        things = [_thing(resource, obj, resource.reason(obj, municipality, fields)) for obj in found[:limit]]
        if things:
            groups.append(Group(resource.label, things, _all_of(resource, municipality, fields)))
    return {"groups": groups, "municipality": municipality}


def _thing(resource: Resource, obj: Any, reason: str = "") -> Thing:
    return Thing(str(obj), obj.get_absolute_url(), resource.label, reason)


def _all_of(resource: Resource, municipality: "Municipality | None", fields: Collection[str]) -> str:
    """Return the address of the list with the same question, as far as its filters know it."""
    if resource.list_url_name is None:
        return ""
    filters = resource.filterset.base_filters
    query: list[tuple[str, str]] = []
    if municipality is not None and "municipality" in filters:
        query.append(("municipality", municipality.pk))
    query += [(name, field) for name in _filters_of(resource, fields)[:1] for field in fields]
    url = reverse(resource.list_url_name)
    return f"{url}?{urlencode(query)}" if query else url


def _filters_of(resource: Resource, fields: Collection[str]) -> list[str]:
    """Name the filters of a list that know these fields of action; each area calls its own as people there do."""
    return [
        name
        for name, one in resource.filterset.base_filters.items()
        if isinstance(one, ChoicesFilter) and set(fields) <= {value for value, _label in one.extra["choices"]}
    ]


def things(keys: Iterable[str]) -> list[Thing]:
    """Return the things of these keys that everybody may see, in this order; one statement for each kind."""
    wanted = [_split(key) for key in keys]
    found: dict[tuple[str, str], Thing] = {}
    for slug in dict.fromkeys(slug for slug, _pk in wanted):
        resource = _resource(slug)
        if resource is not None:
            rows = _visible(resource, [pk for other, pk in wanted if other == slug])
            found |= {(slug, str(obj.pk)): _thing(resource, obj) for obj in rows}
    return [found[key] for key in wanted if key in found]


def address_of(key: str) -> str:
    """Return the address of a thing named by its key; the key itself when there is no such thing."""
    found = things([key])
    return found[0].url if found else key


def exists(key: str) -> bool:
    """Tell whether a key names a thing that everybody may see."""
    return bool(things([key]))


def any_key() -> str:
    """Return the key of something that everybody may see, for a preview; empty as long as there is nothing."""
    for resource in areas.each("resources"):
        if resource.offers and (first := visible_rows(resource.model, AnonymousUser()).order_by("pk").first()):
            return f"{resource.slug}:{first.pk}"
    return ""


def key_of(address_given: str) -> str:
    """Return the key of what stands at an address of the portal; empty when nothing does, or not for everybody."""
    path = urlsplit(address_given.strip()).path
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with override(language):
            match = resolve(path if path.endswith("/") else f"{path}/")
    except Resolver404:
        return ""
    view = getattr(match.func, "view_class", None)
    if match.url_name == "wagtail_serve":
        obj = _page_at(str(match.args[0]), language)
    elif isinstance(view, type) and issubclass(view, VisibleDetailView):
        obj = _shown_by(view, match.args, match.kwargs)
    else:
        obj = None
    if obj is None:
        return ""
    try:
        resource = areas.resource_of(type(obj))
    except LookupError:
        return ""
    return f"{resource.slug}:{obj.pk}"


def _page_at(path: str, language: str) -> Model | None:
    """Find a published page by its address."""
    pages = Page.objects.live().filter(url_path__endswith=f"/{path}", locale__language_code=language)
    same = (page for page in pages if address(page.url_path, language) == _with_prefix(path, language))
    page = next(same, None)
    return page and page.specific


def _with_prefix(path: str, language: str) -> str:
    return address(f"/home/{path}", language)


def _shown_by(view_class: type[VisibleDetailView[Any]], args: Any, kwargs: Any) -> Model | None:
    """Ask a view for what it would show to anybody."""
    request = HttpRequest()
    request.user = AnonymousUser()
    view = view_class()
    view.setup(request, *args, **kwargs)
    try:
        shown: Model = view.get_object()
    except Http404:
        return None
    return shown


def _split(key: str) -> tuple[str, str]:
    slug, _colon, pk = key.partition(":")
    return slug, pk


def _resource(slug: str) -> Resource | None:
    return next((resource for resource in areas.each("resources") if resource.slug == slug), None)


def _visible(resource: Resource, keys: list[str]) -> QuerySet[Any]:
    """The rows of these keys that everybody may see; a key that cannot be one is left out."""
    field = resource.model._meta.pk
    possible = []
    for key in keys:
        try:
            possible.append(field.to_python(key))
        except ValidationError:
            continue
    rows = visible_rows(resource.model, AnonymousUser())
    return rows.filter(pk__in=possible)
