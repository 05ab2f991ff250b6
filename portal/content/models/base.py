"""What all pages have in common."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.models import Page, PageManager, get_page_models
from wagtail.query import PageQuerySet
from wagtail.search import index

from portal.content.addresses import address
from portal.directory.vocabularies import FieldOfAction
from portal.editing import Checked, CheckedQuerySet
from portal.fields import ChoicesField
from portal.visibility import Viewer, VisibleQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.directory.models import Municipality


def in_words(values: "Collection[str]", choices: type[models.TextChoices]) -> str:
    """Say which values of a closed list are meant; nothing where it is all of them."""
    if set(values) >= set(choices.values):
        return ""
    return ", ".join(str(choice.label) for choice in choices if choice in values)


class AboutFields(models.Model):
    """Something that is sorted by fields of action."""

    fields = ChoicesField(
        models.CharField(max_length=20, choices=FieldOfAction),
        verbose_name=_("fields of action"),
        default=list,
        blank=True,
        help_text=_("By these the page is found, and recommended beside what the areas offer."),
    )

    class Meta:
        """Only a field."""

        abstract = True

    @property
    def fields_in_words(self) -> str:
        """The fields of action as people call them."""
        return ", ".join(str(field.label) for field in FieldOfAction if field in self.fields)


class ContentPageQuerySet(PageQuerySet, CheckedQuerySet[Any], VisibleQuerySet[Any]):  # type: ignore[override] # as_manager() of three
    """Reading pages."""

    def visible_to(self, user: Viewer) -> Self:  # noqa: ARG002 - drafts are looked at in the editors' admin
        """Everybody sees what is published; nobody, not even its author, meets a draft outside the admin."""
        return self.filter(live=True).select_related("locale")

    def german(self) -> Self:
        """Leave out translations: lists show each page once, in the language that all have."""
        return self.filter(locale__language_code="de").select_related("locale")

    def for_lists(self) -> Self:
        """Leave translations out, and the long texts in the database."""
        return self.german().defer(*self.model.get_streamfield_names())

    def about(self, municipality: "Municipality | None" = None, fields: "Collection[str]" = ()) -> Self:  # noqa: ARG002 - see GuidePageQuerySet
        """Pages for these fields of action, those about most of them first; without fields nothing stands out."""
        found = self.for_lists().filter(live=True)
        if not fields:
            return found.none()
        hits = sum(
            (Case(When(fields__contains=[key], then=1), default=0) for key in fields),
            start=Value(0, output_field=IntegerField()),
        )
        return found.filter(fields__overlap=list(fields)).annotate(hits=hits).order_by("-hits", "title", "pk")


class ContentPage(Checked, Page):
    """Base of all pages: a summary, and when it was checked."""

    summary = models.TextField(
        _("summary"),
        max_length=400,
        blank=True,
        help_text=_("What readers find here, in one or two plain sentences; shown in lists and by search engines."),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(ContentPageQuerySet)()

    trail_known: "list[Page] | None" = None
    """The pages above this one, where whoever fetched it knows them already."""

    translations_known: "list[Page] | None" = None
    """This page in all its languages, likewise."""

    search_fields: ClassVar = [*Page.search_fields, index.SearchField("summary", boost=2)]
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("summary")]
    settings_panels: ClassVar = [
        PublishingPanel(),
        CommentPanel(),
        MultiFieldPanel(
            [FieldPanel("responsible"), FieldPanel("check_interval_days")], heading=_("Checking again and again")
        ),
    ]
    promote_panels: ClassVar = [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")]

    class Meta:
        """Only fields and behaviour."""

        abstract = True

    @classmethod
    def kinds(cls) -> "list[type[ContentPage]]":
        """List every kind of page that there is."""
        return [model for model in get_page_models() if issubclass(model, cls)]

    @property
    def updated(self) -> Any:
        """The moment of the latest publication: “Stand”."""
        return self.last_published_at

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the template the way here and the translations, if there are any."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "trail": self.trail(), "translations": self.translations_shown()}

    def trail(self) -> list[tuple[str, str]]:
        """List title and address of the published pages above this one, the home page left out."""
        above = self.trail_known
        if above is None:
            above = list(self.get_ancestors().filter(depth__gt=HOME_DEPTH, live=True))
        return [(page.title, address(page.url_path, self.language)) for page in above]

    def translations_shown(self) -> list[dict[str, Any]]:
        """List the languages in which this page is published; empty when there is only this one."""
        pages = self.translations_known
        if pages is None:
            pages = list(self.get_translations(inclusive=True).filter(live=True).select_related("locale"))
        found = [
            {
                "code": page.locale.language_code,
                "name": LANGUAGE_NAMES[page.locale.language_code],
                "url": address(page.url_path, page.locale.language_code),
                "current": page.pk == self.pk,
            }
            for page in sorted(pages, key=lambda page: page.locale.language_code)
        ]
        return found if len(found) > 1 else []

    @property
    def language(self) -> str:
        """The code of the language that this page is written in."""
        code: str = self.locale.language_code
        return code

    def get_absolute_url(self) -> str:
        """Its page."""
        return address(self.url_path, self.language)


HOME_DEPTH = 2
"""How deep the home pages lie in the tree: right below its root."""

LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
"""Each language as its readers call it."""
