"""The pages that the law wants (landscape, chapter 3): each once in every language, at a fixed address."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.search import index

from portal.content.blocks import PlainBodyBlock, StatementBodyBlock
from portal.content.models.base import ContentPage
from portal.operator import operator

WARNED_FOR = timedelta(days=30)
"""So long before its assessment is too old the editors are warned about the declaration on accessibility."""


class FixedPage(ContentPage):
    """A page that the footer of every page leads to; its address must therefore not change."""

    fixed_slug: ClassVar[str]

    parent_page_types: ClassVar = ["content.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        """Only behaviour."""

        abstract = True

    def address_to_keep(self) -> str:
        """Return the last part of the address that the footer leads to."""
        return self.fixed_slug

    def clean(self) -> None:
        """Keep the address of the German page.

        Raises:
            ValidationError: the address was changed.
        """
        super().clean()
        if self.locale_id and self.locale.language_code == "de" and self.slug != self.address_to_keep():
            message = _("The footer of every page leads here: the address must stay “%(slug)s”.")
            raise ValidationError({"slug": message % {"slug": self.address_to_keep()}})


class LegalPage(FixedPage):
    """Imprint, privacy, contact: text of the editors and what the portal fills in by itself."""

    class Kind(models.TextChoices):
        """Which one; the value is its address."""

        IMPRINT = "impressum", _("Imprint")
        PRIVACY = "datenschutz", _("Privacy")
        CONTACT = "kontakt", _("Contact")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    body = StreamField(StatementBodyBlock(), verbose_name=_("text"))

    template = "content/legal.html"
    content_panels: ClassVar = [*ContentPage.content_panels, FieldPanel("kind"), FieldPanel("body")]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")

    def address_to_keep(self) -> str:
        """Return the address of its kind."""
        return self.kind


def twelve_months_after(day: date) -> date:
    """Return the same day a year later; 28 February for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


class ExceptionBlock(StructBlock):
    """Something that is not accessible (BITV 2.0 § 7)."""

    what = TextBlock(label=_("What is not accessible"), max_length=500)
    why = TextBlock(label=_("Why"), max_length=500)
    instead = TextBlock(label=_("What can be used instead"), max_length=500, required=False)

    class Meta:
        """How it looks to editors."""

        icon = "warning"
        label = _("Exception")


class AccessibilityStatementPage(FixedPage):
    """The declaration on accessibility (BGG § 12b, BITV 2.0 § 7, Implementing Decision (EU) 2018/1523)."""

    class Status(models.TextChoices):
        """How far the portal conforms."""

        FULL = "full", _("fully conformant")
        PARTIAL = "partial", _("partially conformant")
        NONE = "none", _("not conformant")

    status = models.CharField(_("conformity"), max_length=7, choices=Status, default=Status.PARTIAL)
    created_on = models.DateField(_("made on"))
    assessed_on = models.DateField(_("last assessed on"))
    assessed_by = models.CharField(_("assessed by"), max_length=200)
    method = models.TextField(_("method of the assessment"), max_length=2_000)
    exceptions = StreamField([("exception", ExceptionBlock())], verbose_name=_("what is not accessible"), blank=True)
    planned = StreamField(
        [("measure", CharBlock(label=_("Measure"), max_length=400))], verbose_name=_("planned measures"), blank=True
    )
    body = StreamField(PlainBodyBlock(required=False), verbose_name=_("further text"), blank=True)

    fixed_slug = "barrierefreiheit"
    template = "content/accessibility_statement.html"
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldPanel("created_on"),
                FieldPanel("assessed_on"),
                FieldPanel("assessed_by"),
                FieldPanel("method"),
            ],
            heading=_("Assessment"),
        ),
        FieldPanel("exceptions"),
        FieldPanel("planned"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("declaration on accessibility")
        verbose_name_plural = _("declarations on accessibility")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(assessed_on__gte=models.F("created_on")),
                name="content_statement_assessed_after_made",
                violation_error_message=_("The last assessment cannot lie before the making of the declaration."),
            ),
        ]

    @property
    def assessment_due_on(self) -> date:
        """The last day on which the assessment is no older than twelve months (BITV 2.0 § 7 Abs. 6)."""
        return twelve_months_after(self.assessed_on)

    def is_assessment_overdue(self, today: date | None = None) -> bool:
        """Tell whether the assessment is older than twelve months."""
        return (today or timezone.localdate()) > self.assessment_due_on

    def is_assessment_due_soon(self, today: date | None = None) -> bool:
        """Tell whether the editors have to be warned: from 30 days before the twelve months are over."""
        return (today or timezone.localdate()) >= self.assessment_due_on - WARNED_FOR

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the template the operator, and what is missing by itself: the film in sign language."""
        context = super().get_context(request, *args, **kwargs)
        films = SignLanguagePage.objects.filter(live=True, film__isnull=False)
        checked = PlainLanguagePage.objects.filter(live=True).exclude(checked_by_readers="")
        return {
            **context,
            "operator": operator(),
            "overdue": self.is_assessment_overdue(),
            "film_is_missing": not films.exists(),
            "plain_language_is_unchecked": not checked.exists(),
        }


class PlainLanguagePage(FixedPage):
    """The portal in plain language (“Leichte Sprache”; BITV 2.0 § 4, Anlage 2)."""

    body = StreamField(PlainBodyBlock(), verbose_name=_("text"))
    checked_by_readers = models.CharField(
        _("checked by"),
        max_length=200,
        blank=True,
        help_text=_("The group of people with learning difficulties who read and checked it; empty: not checked yet."),
    )

    fixed_slug = "leichte-sprache"
    template = "content/plain_language.html"
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        FieldPanel("body"),
        FieldPanel("checked_by_readers"),
    ]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("page in plain language")
        verbose_name_plural = _("pages in plain language")


class SignLanguagePage(FixedPage):
    """The portal in German Sign Language. Without a film it says honestly that there is none yet."""

    film = models.ForeignKey(
        "content.Document",
        models.PROTECT,
        verbose_name=_("film (MP4)"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("At least 320 × 240 pixels and 25 pictures a second; a plain ground, neither black nor white."),
    )
    film_minutes = models.DecimalField(_("length in minutes"), max_digits=5, decimal_places=1, null=True, blank=True)
    poster = models.ForeignKey(
        "content.Image", models.PROTECT, verbose_name=_("first picture"), null=True, blank=True, related_name="+"
    )
    body = StreamField(PlainBodyBlock(required=False), verbose_name=_("text"), blank=True)

    fixed_slug = "gebaerdensprache"
    template = "content/sign_language.html"
    content_panels: ClassVar = [
        *ContentPage.content_panels,
        MultiFieldPanel([FieldPanel("film"), FieldPanel("film_minutes"), FieldPanel("poster")], heading=_("Film")),
        FieldPanel("body"),
    ]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("page in sign language")
        verbose_name_plural = _("pages in sign language")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(film__isnull=True) | models.Q(film_minutes__isnull=False),
                name="content_signlanguage_film_has_length",
                violation_error_message=_("The length of the film is missing."),
            ),
        ]
