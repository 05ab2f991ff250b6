"""A saved search as a feed (Atom) and as a calendar: what everybody may see, behind an address nobody can guess."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import Model, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from portal.areas import areas
from portal.calendars import Entry, write_calendar
from portal.following.models import Follow, Seen
from portal.following.services.subscribing import filters_of, resource_named
from portal.visibility import visible_rows

LENGTH = 50
"""A feed holds so many of what was new last."""


def found_by(follow: Follow) -> QuerySet[Any]:
    """Return what a saved search finds, or the one thing that is followed, as everybody may see it; unsorted."""
    resource = resource_named(follow.resource)
    if resource is None:
        return Follow.objects.none()
    rows: QuerySet[Any] = visible_rows(resource.model, AnonymousUser())
    if follow.object_key:
        return rows.filter(pk=follow.object_key)
    filters = filters_of(resource, follow.parameters, queryset=rows, sortable=False)
    return filters.qs.order_by()


class FollowFeed(Feed[Any, Any]):
    """What was new or has changed last among what a saved search finds."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *, follow: Follow) -> Follow:  # noqa: ARG002 - Django's signature
        """Take the saved search that its page gives."""
        return follow

    def title(self, follow: Follow) -> str:
        """What its owner calls it."""
        return f"{follow.title} – {settings.WAGTAIL_SITE_NAME}"

    def link(self, follow: Follow) -> str:
        """Where everything that it finds is listed."""
        return address_of(follow)

    def feed_url(self, follow: Follow) -> str:
        """Where the feed itself stands."""
        return reverse("following:feed", args=[follow.key])

    def author_name(self) -> str:
        """Who speaks."""
        name: str = settings.WAGTAIL_SITE_NAME
        return name

    def items(self, follow: Follow) -> list[Any]:
        """Return what was new last."""
        seen = Seen.objects.filter(resource=follow.resource, key=OuterRef("key_as_text")).values("changed_at")[:1]
        rows = found_by(follow).annotate(key_as_text=Cast("pk", TextField())).annotate(news_at=Subquery(seen))
        return list(rows.exclude(news_at=None).order_by("-news_at", "pk")[:LENGTH])

    def item_title(self, item: Model) -> str:
        """What it is called."""
        return str(item)

    def item_description(self, item: Any) -> str:
        """A sentence about it, where its licence allows to quote."""
        return "" if getattr(item, "licence", "") else str(getattr(item, "summary", ""))

    def item_link(self, item: Any) -> str:
        """Its page."""
        address: str = item.get_absolute_url()
        return address

    def item_updateddate(self, item: Any) -> datetime:
        """When something about it was new."""
        moment: datetime = item.news_at
        return moment


def address_of(follow: Follow) -> str:
    """Return the page of what is followed: the list with its filters, or the thing's own."""
    resource = resource_named(follow.resource)
    if resource is None or resource.list_url_name is None:
        return reverse("home")
    if follow.object_key:
        thing: Any = visible_rows(resource.model, AnonymousUser()).filter(pk=follow.object_key).first()
        return str(thing.get_absolute_url()) if thing is not None else reverse(resource.list_url_name)
    return reverse(resource.list_url_name, query=follow.parameters or None)


def has_dates(slug: str) -> bool:
    """Whether things of a list have deadlines, so that a calendar makes sense."""
    return any(resource.slug == slug and resource.standing is not None for resource in areas.each("resources"))


def calendar_of(follow: Follow) -> bytes:
    """Write the deadlines of what a saved search finds as a calendar (RFC 5545): whole days, with a reminder."""
    return write_calendar(follow.title, _entries(follow))


def _entries(follow: Follow) -> Iterator[Entry]:
    seen = Seen.objects.filter(resource=follow.resource, key=OuterRef("key_as_text")).exclude(deadline=None)
    rows = found_by(follow).annotate(key_as_text=Cast("pk", TextField()))
    rows = rows.annotate(ends_on=Subquery(seen.values("deadline")[:1]), news_at=Subquery(seen.values("changed_at")[:1]))
    for thing in rows.filter(ends_on__gte=timezone.localdate() - timedelta(days=31)).order_by("ends_on", "pk"):
        yield Entry(
            key=f"{follow.resource}-{thing.pk}",
            summary=_deadline_of(thing),
            on=thing.ends_on,
            changed_at=thing.news_at,
            path=thing.get_absolute_url(),
        )


def _deadline_of(thing: Model) -> str:
    return _("Deadline: %(title)s") % {"title": str(thing)}
