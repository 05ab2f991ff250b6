"""The pages of the portal's content: home, sections, guides, studies, news."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import RichTextBlock, StreamValue
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail.search import index

from portal.content import offers
from portal.content.blocks import BodyBlock, RelatedBlock, StepBlock
from portal.content.blocks.media import DownloadBlock
from portal.content.blocks.text import PLAIN_FEATURES
from portal.content.feeds import SectionFeed
from portal.content.models.base import AboutFields, ContentPage, ContentPageQuerySet, in_words
from portal.directory.models import SizeClass
from portal.directory.vocabularies import FieldOfAction, Role
from portal.fields import ChoicesField

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from portal.directory.models import Municipality

UNDER_SECTIONS = ["content.SectionPage"]
EARLIEST_YEAR, LATEST_YEAR = 2000, 2049
"""Of studies. What is older says nothing of today's towns; the list of years of the filter is as long."""


def known(name: str, choices: type[models.TextChoices], constraint: str) -> models.CheckConstraint:
    """Let the database refuse what is not in a closed list."""
    return models.CheckConstraint(condition=Q(**{f"{name}__contained_by": list(choices.values)}), name=constraint)


def contents(body: StreamValue) -> list[tuple[str, str]]:
    """List the section headings of a text with their anchors."""
    headings = [block.value for block in body if block.block_type == "heading"]
    return [(heading.anchor, heading["text"]) for heading in headings if heading["level"] == "2"]


class SectionPage(RoutablePageMixin, ContentPage):
    """A section with pages below it, and a feed of them."""

    body = StreamField(BodyBlock(required=False), verbose_name=_("text"), blank=True)

    template = "content/section.html"
    parent_page_types: ClassVar = ["content.HomePage", "content.SectionPage"]
    content_panels: ClassVar = [*ContentPage.content_panels, FieldPanel("body")]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def entries(self) -> Any:
        """Return the published pages below, the newest first."""
        pages = self.get_children().live().order_by(F("first_published_at").desc(nulls_last=True), "pk")
        return pages.select_related("locale").specific()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the template the pages below."""
        return {**super().get_context(request, *args, **kwargs), "entries": self.entries()}

    def feed_address(self) -> str:
        """Where the feed stands."""
        return f"{self.get_absolute_url()}{self.reverse_subpage('feed')}"

    @path("feed/", name="feed")
    def feed(self, request: HttpRequest) -> "HttpResponse":
        """Answer with the newest pages as Atom."""
        return SectionFeed()(request, section=self)


class GuidePageQuerySet(ContentPageQuerySet):  # type: ignore[override] # as_manager() returns another type
    """Reading guides."""

    def suiting(self, municipality: "Municipality") -> Self:
        """Guides written for municipalities of this size; for one of unknown size all."""
        return self.filter(sizes__contains=[municipality.size_class]) if municipality.size_class else self.all()

    def about(self, municipality: "Municipality | None" = None, fields: "Collection[str]" = ()) -> Self:
        """Guides for these fields of action and for municipalities of this size, those most to the point first."""
        found = super().about(municipality, fields) if fields else self.for_lists().filter(live=True)
        if municipality is not None:
            found = found.suiting(municipality)
        first = "-hits" if fields else Coalesce(Func(F("sizes"), function="CARDINALITY"), 0)
        return found.order_by(first, F("first_published_at").desc(nulls_last=True), "pk")


class GuidePage(AboutFields, ContentPage):
    """A guide: how to do something, step by step, for whom, with which effort and risks."""

    class Effort(models.TextChoices):
        """How much work it is for a small administration."""

        SMALL = "small", _("little effort: some hours")
        MEDIUM = "medium", _("medium effort: some days")
        LARGE = "large", _("great effort: some weeks or more")

    sizes = ChoicesField(
        models.CharField(max_length=16, choices=SizeClass),
        verbose_name=_("for municipalities with"),
        default=list,
        blank=True,
        help_text=_("None chosen: for all."),
    )
    roles = ChoicesField(
        models.CharField(max_length=20, choices=Role),
        verbose_name=_("for"),
        default=list,
        blank=True,
        help_text=_("None chosen: for all."),
    )
    effort = models.CharField(_("effort"), max_length=6, choices=Effort, default=Effort.SMALL)
    effort_note = models.CharField(_("effort in words"), max_length=200, blank=True)
    steps = StreamField([("step", StepBlock())], verbose_name=_("steps"), blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("text"), blank=True)
    interactions = StreamField(
        [("text", RichTextBlock(features=PLAIN_FEATURES))],
        verbose_name=_("interactions and risks"),
        blank=True,
        help_text=_("What this changes in other fields of action, and what can go wrong."),
    )
    data_protection = StreamField(
        [("text", RichTextBlock(features=PLAIN_FEATURES))], verbose_name=_("notes on data protection"), blank=True
    )
    downloads = StreamField([("file", DownloadBlock())], verbose_name=_("downloads"), blank=True)
    related = StreamField(
        [("thing", RelatedBlock())],
        verbose_name=_("belongs to it"),
        blank=True,
        help_text=_("Standards, projects, programmes and whatever else the areas present."),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(GuidePageQuerySet)()

    template = "content/guide.html"
    parent_page_types: ClassVar = UNDER_SECTIONS
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("sizes"), FieldPanel("roles"), FieldPanel("effort"), FieldPanel("effort_note")],
            heading=_("For whom, and how much work"),
        ),
        FieldPanel("fields"),
        FieldPanel("steps"),
        FieldPanel("body"),
        FieldPanel("interactions"),
        FieldPanel("data_protection"),
        FieldPanel("downloads"),
        FieldPanel("related"),
    ]
    search_fields: ClassVar = [
        *ContentPage.search_fields,
        *(index.SearchField(name) for name in ("steps", "body", "interactions", "data_protection")),
    ]

    class Meta:
        """Values come from the closed lists."""

        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        constraints: ClassVar = [
            known("sizes", SizeClass, "content_guide_sizes_known"),
            known("roles", Role, "content_guide_roles_known"),
            known("fields", FieldOfAction, "content_guide_fields_known"),
        ]

    def clean(self) -> None:
        """Take no choice of sizes or roles as all of them, so that each of them finds the guide."""
        super().clean()
        self.sizes = self.sizes or list(SizeClass.values)
        self.roles = self.roles or list(Role.values)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the areas offer, and what editors have linked."""
        return {
            **super().get_context(request, *args, **kwargs),
            "contents": self.contents(),
            "related": offers.things(block.value for block in self.related),
            "offered": self.offered(request),
        }

    def offered(self, request: HttpRequest) -> dict[str, Any] | None:
        """Ask the areas about the guide's fields, unless its text does so at a place that editors chose."""
        asked_in_text = any(block.block_type == "offers" for block in self.body)
        return offers.about(request, fields=self.fields, but=self) if self.fields and not asked_in_text else None

    def contents(self) -> list[tuple[str, str]]:
        """List the parts of the page with their anchors."""
        return [
            *([("steps", gettext("Step by step"))] if self.steps else []),
            *contents(self.body),
            *([("interactions", gettext("Interactions and risks"))] if self.interactions else []),
            *([("data-protection", gettext("Data protection"))] if self.data_protection else []),
            *([("downloads", gettext("Downloads"))] if self.downloads else []),
        ]

    @property
    def for_whom(self) -> str:
        """The roles in words."""
        return in_words(self.roles, Role) or gettext("everybody in the administration")

    @property
    def for_sizes(self) -> str:
        """The sizes in words."""
        return in_words(self.sizes, SizeClass) or gettext("municipalities of every size")

    @property
    def effort_label(self) -> str:
        """The effort in words."""
        return self.effort_note or str(self.get_effort_display())


class StudyPage(AboutFields, ContentPage):
    """A study or report, ours or of others, with what it means for municipalities."""

    publisher = models.CharField(_("published by"), max_length=200)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    published_in = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(EARLIEST_YEAR), MaxValueValidator(LATEST_YEAR)]
    )
    source_url = models.URLField(_("address of the study"), max_length=500, blank=True)
    body = StreamField(BodyBlock(required=False), verbose_name=_("text"), blank=True)

    template = "content/study.html"
    parent_page_types: ClassVar = UNDER_SECTIONS
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("publisher"),
                FieldPanel("authors"),
                FieldPanel("published_in"),
                FieldPanel("source_url"),
            ],
            heading=_("The study"),
        ),
        FieldPanel("fields"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [
        *ContentPage.search_fields,
        index.SearchField("publisher"),
        index.SearchField("authors"),
        index.SearchField("body"),
    ]

    class Meta:
        """Values come from the closed lists."""

        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints: ClassVar = [
            known("fields", FieldOfAction, "content_study_fields_known"),
            models.CheckConstraint(
                condition=Q(published_in__range=(EARLIEST_YEAR, LATEST_YEAR)), name="content_study_year_known"
            ),
        ]


class NewsPage(AboutFields, ContentPage):
    """A piece of news."""

    date = models.DateField(_("date"), default=timezone.localdate)
    body = StreamField(BodyBlock(required=False), verbose_name=_("text"), blank=True)

    template = "content/news.html"
    parent_page_types: ClassVar = UNDER_SECTIONS
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        FieldPanel("date"),
        FieldPanel("fields"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Values come from the closed lists."""

        verbose_name = _("news")
        verbose_name_plural = _("news")
        constraints: ClassVar = [known("fields", FieldOfAction, "content_news_fields_known")]
