"""The lists of guides, studies and news. Single pages are served by ``serving``."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from portal.content.filtersets import GuideFilterSet, NewsFilterSet, StudyFilterSet
from portal.content.models import ContentPage, ContentPageQuerySet, GuidePage, NewsPage, SectionPage, StudyPage
from portal.content.models.base import HOME_DEPTH
from portal.views import FilteredListView


class PageListView[P: ContentPage](FilteredListView[P]):
    """A list of pages of one kind. Its introduction is the text of the section at this address."""

    template_name = "content/list.html"
    slug: ClassVar[str]
    """The last part of the section's address."""
    hit: ClassVar[str]
    """The template of one entry."""
    words: ClassVar[dict[str, Any]]
    """``title`` and ``introduction`` where there is no section; ``search_label``; ``nothing_found``."""

    def get_queryset(self) -> QuerySet[P]:
        """Leave translations out, and the texts in the database."""
        return cast("ContentPageQuerySet", super().get_queryset()).for_lists()

    @cached_property
    def section(self) -> SectionPage | None:
        """The section whose address the list stands at; None as long as nobody has made it."""
        sections = SectionPage.objects.all().visible_to(self.request.user).german()
        found: SectionPage | None = sections.filter(slug=self.slug, depth=HOME_DEPTH + 1).first()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words around the list."""
        section = self.section
        words = {"section": section, "hit": self.hit, **self.words}
        if section is not None:
            words |= {"title": section.title, "introduction": section.summary}
        return super().get_context_data(**words, **kwargs)


class GuideListView(PageListView[GuidePage]):
    """Find guides."""

    model = GuidePage
    filterset_class = GuideFilterSet
    slug = "leitfaeden"
    hit = "content/hits/guide.html"
    words: ClassVar = {
        "title": gettext_lazy("Guides"),
        "introduction": gettext_lazy(
            "How to do something, step by step: for whom, with which effort, with which risks."
        ),
        "search_label": gettext_lazy("Search guides"),
        "nothing_found": gettext_lazy("No guide was found"),
    }


class StudyListView(PageListView[StudyPage]):
    """Find studies."""

    model = StudyPage
    filterset_class = StudyFilterSet
    slug = "studien"
    hit = "content/hits/study.html"
    words: ClassVar = {
        "title": gettext_lazy("Studies"),
        "introduction": gettext_lazy("What has been found out, and what it means for municipalities."),
        "search_label": gettext_lazy("Search studies"),
        "nothing_found": gettext_lazy("No study was found"),
    }


class NewsListView(PageListView[NewsPage]):
    """Find news."""

    model = NewsPage
    filterset_class = NewsFilterSet
    slug = "aktuelles"
    hit = "content/hits/news.html"
    words: ClassVar = {
        "title": gettext_lazy("News"),
        "introduction": gettext_lazy("What is new in the digitalisation of towns and regions."),
        "search_label": gettext_lazy("Search news"),
        "nothing_found": gettext_lazy("No news was found"),
    }
