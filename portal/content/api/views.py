"""The API of guides, studies and news: lists without the texts, single ones whole."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from rest_framework.serializers import BaseSerializer

from portal.api import VisibleViewSet
from portal.content.api.serializers import (
    GuideSerializer,
    NewsSerializer,
    StudySerializer,
    WholeGuideSerializer,
    WholeNewsSerializer,
    WholeStudySerializer,
)
from portal.content.filtersets import GuideFilterSet, NewsFilterSet, StudyFilterSet
from portal.content.models import ContentPage, ContentPageQuerySet, GuidePage, NewsPage, StudyPage


class PageViewSet[P: ContentPage](VisibleViewSet[P]):
    """Pages of one kind. Their key stays when they are moved or renamed."""

    whole_serializer_class: ClassVar[type[BaseSerializer[Any]]]
    lookup_field = "translation_key"
    ordering = ("url_path",)

    def get_queryset(self) -> QuerySet[P]:
        """Leave translations out, and of lists the texts."""
        pages = cast("ContentPageQuerySet", super().get_queryset())
        return pages.german() if self.detail else pages.for_lists()

    def get_serializer_class(self) -> type[BaseSerializer[P]]:
        """Give a single one whole."""
        return self.whole_serializer_class if self.detail else super().get_serializer_class()


class GuideViewSet(PageViewSet[GuidePage]):
    """Guides, with the same filters as the page."""

    model = GuidePage
    filterset_class = GuideFilterSet
    serializer_class = GuideSerializer
    whole_serializer_class = WholeGuideSerializer


class StudyViewSet(PageViewSet[StudyPage]):
    """Studies, with the same filters as the page."""

    model = StudyPage
    filterset_class = StudyFilterSet
    serializer_class = StudySerializer
    whole_serializer_class = WholeStudySerializer


class NewsViewSet(PageViewSet[NewsPage]):
    """News, with the same filters as the page."""

    model = NewsPage
    filterset_class = NewsFilterSet
    serializer_class = NewsSerializer
    whole_serializer_class = WholeNewsSerializer
