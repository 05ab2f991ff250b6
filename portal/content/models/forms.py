"""Pages with a form that editors put together."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.forms.models import AbstractFormField, FormMixin
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.fields import StreamField
from wagtail.search import index

from portal.content.blocks import BodyBlock
from portal.content.models.base import ContentPage

LONGEST_KEPT = 730
"""Days after which the answers to a form are deleted at the latest."""

LEAVE_EMPTY = "bitte_leer_lassen"
"""Name of a field that people do not see; what fills it is a program, and what it sends is thrown away."""

SENT = "gesendet"
"""Parameter of the address that thanks for an answer, so that loading the page anew sends nothing twice."""


class FormPage(FormMixin, ContentPage):  # type: ignore[django-manager-missing]
    """A form. What people enter is deleted after the days that the editors say (Art. 5(1)(e) GDPR)."""

    body = StreamField(BodyBlock(required=False), verbose_name=_("text"), blank=True)
    thanks = models.TextField(_("text after sending"), max_length=1_000)
    kept_days = models.PositiveSmallIntegerField(
        _("answers are deleted after … days"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT)],
    )

    template = "content/form.html"
    landing_page_template = "content/form_thanks.html"
    parent_page_types: ClassVar = ["content.HomePage", "content.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [
        FormSubmissionsPanel(),
        *ContentPage.content_panels,
        FieldPanel("body"),
        InlinePanel("form_fields", heading=_("Fields"), label=_("Field")),
        FieldPanel("thanks"),
        FieldPanel("kept_days"),
    ]

    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("body")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def get_form_class(self) -> Any:
        """Add the field that stays empty."""
        trap = forms.CharField(label=_("Please leave this field empty"), required=False)
        return type("ReadersForm", (super().get_form_class(),), {LEAVE_EMPTY: trap})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tell the template which field people do not see."""
        return {**super().get_context(request, *args, **kwargs), "leave_empty": LEAVE_EMPTY}

    def process_form_submission(self, form: Any) -> Any:
        """Keep what was entered; what a program sent is thrown away without a word."""
        return None if form.cleaned_data.pop(LEAVE_EMPTY) else super().process_form_submission(form)

    def render_landing_page(self, request: HttpRequest, form_submission: Any = None, *args: Any, **kwargs: Any) -> Any:
        """After sending lead to the address that says thanks; in the editors' preview show it at once."""
        if request.method == "POST" and not getattr(request, "is_preview", False):
            return HttpResponseRedirect(f"{self.get_absolute_url()}?{SENT}=1")
        return super().render_landing_page(request, form_submission, *args, **kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form, take what was entered, or say thanks."""
        if request.method == "GET" and SENT in request.GET:
            return self.render_landing_page(request)
        return super().serve(request, *args, **kwargs)


class FormField(AbstractFormField):
    """A field of a form."""

    page = ParentalKey(FormPage, related_name="form_fields")

    class Meta(AbstractFormField.Meta):
        """In the order that the editors chose."""

        verbose_name = _("field of a form")
        verbose_name_plural = _("fields of a form")

    def __str__(self) -> str:
        """What it asks for."""
        return str(self.label)
