"""The home page."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncDate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.content import home
from portal.content.addresses import address
from portal.content.blocks import HelpOfferBlock
from portal.content.models.base import ContentPage
from portal.content.models.pages import GuidePage, NewsPage, StudyPage

HEADLINES = 3
"""So many guides, news and examples stand on the home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A page that the home page points to. ``updated`` is the day of its latest publication, of news their date."""

    title: str
    url: str
    summary: str
    updated: date
    effort_label: str


def _newest(shelf: str, pages: QuerySet[Any], on: Combinable, effort: Combinable | None = None) -> QuerySet[Any]:
    """Pick what a headline needs, the newest first; the same columns of every kind of page."""
    named = {"shelf": Value(shelf, CharField()), "on": Cast(on, models.DateField())}
    of_pages = pages.annotate(**named, work=Cast(effort or Value(""), CharField()))
    newest: QuerySet[Any] = of_pages.order_by("-on", "-pk")
    return newest.values("shelf", "on", "title", "url_path", "summary", "work")


class HomePage(ContentPage):
    """The page that everything begins with, one for each language."""

    help_offers = StreamField(
        [("offer", HelpOfferBlock())],
        verbose_name=_("who helps"),
        blank=True,
        help_text=_("Answers the question “Who helps me?”"),
    )
    examples_section = models.ForeignKey(
        Page,
        models.SET_NULL,
        verbose_name=_("practical examples"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The section whose newest pages answer “What do others do?”"),
    )

    template = "home.html"
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    content_panels: ClassVar = [*ContentPage.content_panels, FieldPanel("help_offers"), FieldPanel("examples_section")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Compose the page from what the areas declare and what is new."""
        return {**super().get_context(request, *args, **kwargs), **home.context(self, request), **self.headlines()}

    @property
    def lead(self) -> str:
        """What stands below the title."""
        return self.summary

    def headlines(self) -> dict[str, list["Headline"]]:
        """Name the newest guides, news and practical examples in this language, all in one statement."""
        shelves = [
            _newest("latest_guides", GuidePage.objects.all(), TruncDate("last_published_at"), F("effort")),
            _newest("latest_news", NewsPage.objects.all(), F("date")),
        ]
        if self.examples_section_id is not None:
            section = Page.objects.filter(pk=self.examples_section_id)
            inside = Q(path__startswith=section.values("path")[:1], depth=section.values(below=F("depth") + 1)[:1])
            shelves += [
                _newest("examples", model.objects.filter(inside), TruncDate("last_published_at"))
                for model in (GuidePage, StudyPage, NewsPage)
            ]
        here = [shelf.filter(locale=self.locale_id, live=True)[:HEADLINES] for shelf in shelves]
        rows = sorted(here[0].union(*here[1:], all=True), key=lambda row: (row["on"], row["url_path"]), reverse=True)
        found: dict[str, list[Headline]] = {}
        for row in rows:
            found.setdefault(row["shelf"], []).append(
                Headline(
                    title=row["title"],
                    url=address(row["url_path"], self.language),
                    summary=row["summary"],
                    updated=row["on"],
                    effort_label=str(GuidePage.Effort(row["work"]).label) if row["work"] else "",
                )
            )
        return {shelf: pages[:HEADLINES] for shelf, pages in found.items()}
