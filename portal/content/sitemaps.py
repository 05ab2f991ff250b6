"""What search engines may find: every page of the editors, and every thing of the areas that everybody may see."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap, views
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.areas import Resource, areas
from portal.content.addresses import address
from portal.content.models import ContentPage, ContentPageQuerySet
from portal.visibility import visible_rows


class _Section(Sitemap[Any]):
    """A part of the list. The format allows 50,000 entries a file; fewer are made in a moment."""

    limit = 5_000
    protocol = "https" if settings.SECURE_TLS else "http"


class ListsSitemap(_Section):
    """The lists, and the form for barriers."""

    def items(self) -> list[str]:
        """Name their addresses."""
        lists = [resource.list_url_name for resource in areas.each("resources") if resource.list_url_name]
        return [*lists, "content:report_barrier"]

    def location(self, item: str) -> str:
        """Return the address."""
        return reverse(item)


class PagesSitemap(_Section):
    """The pages of the editors, in all languages; not those that a resource presents."""

    def items(self) -> QuerySet[Any]:
        """Return the published ones."""
        listed = {resource.model for resource in areas.each("resources")}
        kinds = [kind for kind in ContentPage.kinds() if kind not in listed]
        pages = ContentPageQuerySet(Page).visible_to(AnonymousUser()).exact_type(*kinds)
        in_order: QuerySet[Any] = pages.select_related("locale").order_by("path")
        return in_order

    def location(self, item: Page) -> str:
        """Return the address."""
        return address(item.url_path, item.locale.language_code)

    def lastmod(self, item: Page) -> Any:
        """When it was published last."""
        return item.last_published_at


class ResourceSitemap(_Section):
    """The things of one resource."""

    resource: Resource

    def items(self) -> QuerySet[Any]:
        """Return those that everybody may see."""
        rows = visible_rows(self.resource.model, AnonymousUser()).order_by("pk")
        return rows.select_related("locale") if issubclass(self.resource.model, Page) else rows

    def location(self, item: Any) -> str:
        """Return the address of its page."""
        url: str = item.get_absolute_url()
        return url


def sitemaps() -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    """Return all parts by name."""
    parts: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {"lists": ListsSitemap, "pages": PagesSitemap}
    for resource in areas.each("resources"):
        parts[resource.slug] = type("OneResourceSitemap", (ResourceSitemap,), {"resource": resource})
    return parts


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap."""
    answer: HttpResponse = views.index(request, sitemaps(), sitemap_url_name="sitemap_part").render()
    return answer


@require_safe
def part(request: HttpRequest, section: str) -> HttpResponse:
    """Give one file of the sitemap.

    Raises:
        Http404: there is no such part, or it has no such page.
    """
    answer: HttpResponse = views.sitemap(request, sitemaps(), section=section).render()
    return answer


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Tell search engines where the sitemap lies, and what is no page to be found."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        f"Disallow: {reverse('search:results')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
