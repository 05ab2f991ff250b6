"""Atom feeds of sections."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.feedgenerator import Atom1Feed

if TYPE_CHECKING:
    from portal.content.models import ContentPage, SectionPage

LENGTH = 30
"""A feed holds so many of the newest pages."""


class SectionFeed(Feed[Any, Any]):
    """The newest pages of a section, with whole addresses."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *, section: "SectionPage") -> "SectionPage":  # noqa: ARG002 - Django's signature
        """Take the section that its page gives."""
        self.language = section.language
        return section

    def title(self, section: "SectionPage") -> str:
        """What the feed is called."""
        return f"{section.title} – {settings.WAGTAIL_SITE_NAME}"

    def subtitle(self, section: "SectionPage") -> str:
        """What it is about."""
        return section.summary

    def link(self, section: "SectionPage") -> str:
        """The section's page."""
        return section.get_absolute_url()

    def feed_url(self, section: "SectionPage") -> str:
        """Where the feed itself stands."""
        return section.feed_address()

    def author_name(self) -> str:
        """Who speaks."""
        name: str = settings.WAGTAIL_SITE_NAME
        return name

    def items(self, section: "SectionPage") -> "list[ContentPage]":
        """Return the newest pages."""
        return list(section.entries()[:LENGTH])

    def item_title(self, item: "ContentPage") -> str:
        """The page's title."""
        title: str = item.title
        return title

    def item_description(self, item: "ContentPage") -> str:
        """The page's summary."""
        return item.summary

    def item_pubdate(self, item: "ContentPage") -> datetime | None:
        """When it was published first."""
        moment: datetime | None = item.first_published_at
        return moment

    def item_updateddate(self, item: "ContentPage") -> datetime | None:
        """When it was published last."""
        moment: datetime | None = item.last_published_at
        return moment
