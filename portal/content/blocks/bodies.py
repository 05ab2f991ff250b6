"""Which blocks a page may hold."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError

from portal.content.blocks.generated import (
    ContactBlock,
    CookiesBlock,
    OperatorBlock,
    OutsideHostsBlock,
    PrivacyContactsBlock,
    ProcessingBlock,
)
from portal.content.blocks.media import ChartBlock, DownloadBlock, FilmBlock, PictureBlock, TableBlock
from portal.content.blocks.offers import OffersBlock
from portal.content.blocks.structure import AccordionBlock
from portal.content.blocks.text import PLAIN_FEATURES, HeadingBlock, NoticeBlock, QuoteBlock


class ParagraphBlock(blocks.RichTextBlock):
    """Running text."""

    class Meta:
        """How it looks to editors and readers."""

        icon = "pilcrow"
        label = _("Text")
        template = "content/blocks/paragraph.html"
        preview_value = "<p>Kurze Sätze. <b>Das Wichtigste</b> zuerst.</p>"
        description = _("Paragraphs, lists and links.")


class PlainBodyBlock(blocks.StreamBlock):
    """Texts, headings, pictures and films: for legal pages and plain language."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock(features=PLAIN_FEATURES)
    notice = NoticeBlock()
    picture = PictureBlock()
    film = FilmBlock()
    download = DownloadBlock()

    def clean(self, value: Any, **kwargs: Any) -> Any:
        """Refuse headings that readers of a screen reader would lose their way by.

        Raises:
            StreamBlockValidationError: a subsection stands outside of a section, or two headings are alike.
        """
        cleaned = super().clean(value, **kwargs)
        if errors := misleading_headings(cleaned):
            raise StreamBlockValidationError(block_errors=errors)
        return cleaned


def misleading_headings(value: blocks.StreamValue) -> dict[int, ValidationError]:
    """Say of each heading what is wrong with it, by its place in the text."""
    errors: dict[int, ValidationError] = {}
    anchors: set[str] = set()
    in_section = False
    for place, block in enumerate(value):
        if block.block_type != "heading":
            continue
        in_section = in_section or block.value["level"] == "2"
        if not in_section:
            errors[place] = ValidationError(_("A subsection needs a section above it."))
        elif block.value.anchor in anchors:
            errors[place] = ValidationError(_("There is a heading with the same words already."))
        anchors.add(block.value.anchor)
    return errors


class StatementBodyBlock(PlainBodyBlock):
    """Legal pages, with what the portal fills in by itself."""

    operator = OperatorBlock()
    contact = ContactBlock()
    privacy_contacts = PrivacyContactsBlock()
    processing = ProcessingBlock()
    cookies = CookiesBlock()
    outside_hosts = OutsideHostsBlock()


class BodyBlock(PlainBodyBlock):
    """Everything that guides, studies and news may hold."""

    quote = QuoteBlock()
    accordion = AccordionBlock()
    table = TableBlock()
    chart = ChartBlock()
    offers = OffersBlock()
