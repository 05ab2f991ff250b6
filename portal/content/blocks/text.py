"""Blocks of text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.slugs import german_slug

PLAIN_FEATURES = ["bold", "link", "document-link", "ol", "ul"]
"""What rich text may hold besides paragraphs; headings are blocks of their own, so that their order can be checked."""


def anchor_of(text: str) -> str:
    """Return the name by which a place in a text is linked: ``#h-was-kostet-das``; nothing else is named so."""
    return f"h-{german_slug(text)}"


class HeadingValue(blocks.StructValue):
    """A heading."""

    @property
    def anchor(self) -> str:
        """The name by which it is linked."""
        return anchor_of(self["text"])


class HeadingBlock(blocks.StructBlock):
    """A heading inside the text; the page's title is the only one of level 1."""

    text = blocks.CharBlock(label=_("Heading"), max_length=120)
    level = blocks.ChoiceBlock(label=_("Level"), choices=[("2", _("Section")), ("3", _("Subsection"))], default="2")

    class Meta:
        """How it looks to editors and readers."""

        icon = "title"
        label = _("Heading")
        value_class = HeadingValue
        template = "content/blocks/heading.html"
        preview_value = {"text": "Was kostet das?", "level": "2"}  # noqa: RUF012 - Wagtail's own Meta
        description = _("Divides a long text; readers jump from heading to heading.")


class NoticeBlock(blocks.StructBlock):
    """A box that stands out."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("info", _("Hint")), ("success", _("Good to know")), ("warning", _("Attention"))],
        default="info",
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "link"], required=False)

    class Meta:
        """How it looks to editors and readers."""

        icon = "info-circle"
        label = _("Notice")
        template = "content/blocks/notice.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "kind": "warning",
            "title": "Erst beantragen, dann beauftragen",
            "text": "<p>Die meisten Programme fördern nichts, was schon begonnen wurde.</p>",
        }
        description = _("Something nobody should miss. At most two on a page.")


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    text = blocks.TextBlock(label=_("Quotation"), max_length=600)
    person = blocks.CharBlock(label=_("Who said it"), max_length=120)
    role = blocks.CharBlock(label=_("Function"), max_length=160, required=False)

    class Meta:
        """How it looks to editors and readers."""

        icon = "openquote"
        label = _("Quotation")
        template = "content/blocks/quote.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "text": "Wir haben klein angefangen: mit einem Formular.",
            "person": "Rieke Rathaus",
            "role": "Digitalbeauftragte, Musterdorf (Demonstration)",
        }
        description = _("A sentence in somebody's own words, with name and function.")
