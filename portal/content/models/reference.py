"""Pages to look something up in."""

import unicodedata
from itertools import groupby
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from portal.content.blocks import QuestionBlock, TermBlock
from portal.content.blocks.text import HeadingBlock
from portal.content.models.base import ContentPage
from portal.content.models.pages import contents


class FaqPage(ContentPage):
    """Frequent questions and their answers, in groups."""

    questions = StreamField(
        [("heading", HeadingBlock()), ("question", QuestionBlock())], verbose_name=_("questions"), blank=True
    )

    template = "content/faq.html"
    parent_page_types: ClassVar = ["content.HomePage", "content.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [*ContentPage.content_panels, FieldPanel("questions")]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("questions")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("frequent questions")
        verbose_name_plural = _("frequent questions")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the groups of questions."""
        return {**super().get_context(request, *args, **kwargs), "contents": contents(self.questions)}


class GlossaryPage(ContentPage):
    """Terms and what they mean, from A to Z."""

    terms = StreamField([("term", TermBlock())], verbose_name=_("terms"), blank=True)

    template = "content/glossary.html"
    parent_page_types: ClassVar = ["content.HomePage", "content.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar = [*ContentPage.content_panels, FieldPanel("terms")]
    search_fields: ClassVar = [*ContentPage.search_fields, index.SearchField("terms")]

    class Meta:
        """Named as editors call it."""

        verbose_name = _("glossary")
        verbose_name_plural = _("glossaries")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Sort the terms as German dictionaries do."""
        return {**super().get_context(request, *args, **kwargs), "letters": self.letters()}

    def letters(self) -> list[dict[str, Any]]:
        """Group the terms by their first letter; what begins with none stands under “0–9”."""
        terms = sorted(self.terms, key=lambda block: sort_key(block.value["term"]))
        groups = groupby(terms, key=lambda block: initial(block.value["term"]))
        return [{"letter": letter, "terms": list(blocks)} for letter, blocks in groups]


def sort_key(term: str) -> tuple[str, str]:
    """Sort as DIN 5007-1 does: Ä like A, ß like ss, small like capital."""
    plain = unicodedata.normalize("NFKD", term.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)), term


def initial(term: str) -> str:
    """The letter under which a term is looked up."""
    first = sort_key(term)[0][:1]
    return first.upper() if first.isalpha() else "0–9"
