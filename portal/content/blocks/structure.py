"""Blocks that give a text its form: steps, questions, terms, links."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.content.addresses import address
from portal.content.blocks.text import PLAIN_FEATURES, anchor_of


class StepBlock(blocks.StructBlock):
    """One step of a guide."""

    title = blocks.CharBlock(label=_("What to do"), max_length=120)
    text = blocks.RichTextBlock(label=_("How"), features=PLAIN_FEATURES)
    effort = blocks.CharBlock(label=_("Effort"), max_length=80, required=False, help_text=_("For example: 2 hours"))
    result = blocks.CharBlock(label=_("Result"), max_length=200, required=False)

    class Meta:
        """How it looks to editors and readers."""

        icon = "order"
        label = _("Step")
        template = "content/blocks/step.html"
        preview_in = "li"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "title": "Zuständigkeit klären",
            "text": "<p>Eine Person ist verantwortlich und hat Zeit dafür.</p>",
            "effort": "1 Gespräch",
            "result": "Name und Stundenzahl stehen fest.",
        }


class QuestionValue(blocks.StructValue):
    """A question and its answer."""

    @property
    def anchor(self) -> str:
        """The name by which the answer is linked; a browser that goes there opens it."""
        return anchor_of(self["question"])


class QuestionBlock(blocks.StructBlock):
    """A question and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=PLAIN_FEATURES)

    class Meta:
        """How it looks to editors and readers."""

        icon = "help"
        label = _("Question")
        value_class = QuestionValue
        template = "content/blocks/question.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "question": "Wer darf das Portal benutzen?",
            "answer": "<p>Alle. Für das Lesen braucht niemand ein Konto.</p>",
        }


class TermValue(blocks.StructValue):
    """A term and what it means."""

    @property
    def anchor(self) -> str:
        """The name by which it is linked."""
        return anchor_of(self["term"])


class TermBlock(blocks.StructBlock):
    """A term and what it means."""

    term = blocks.CharBlock(label=_("Term"), max_length=80)
    abbreviation = blocks.CharBlock(label=_("Abbreviation"), max_length=20, required=False)
    meaning = blocks.RichTextBlock(label=_("Meaning"), features=["bold", "link"])

    class Meta:
        """How it looks to editors and readers."""

        icon = "openquote"
        label = _("Term")
        value_class = TermValue
        template = "content/blocks/term.html"
        preview_in = "dl"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "term": "Onlinezugangsgesetz",
            "abbreviation": "OZG",
            "meaning": "<p>Verpflichtet Bund, Länder und Kommunen, ihre Leistungen auch online anzubieten.</p>",
        }


class HelpOfferValue(blocks.StructValue):
    """Somebody who helps."""

    @property
    def url(self) -> str:
        """Where to turn to: a published page, or an address of the portal; empty when there is neither."""
        page = self["page"]
        if page is not None and page.live:
            return address(page.url_path, page.locale.language_code)
        return str(self["address"] or "")


class HelpOfferBlock(blocks.StructBlock):
    """Somebody who helps, or a place to turn to."""

    label = blocks.CharBlock(label=_("Who helps"), max_length=80)
    text = blocks.TextBlock(label=_("With what"), max_length=240)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(
        label=_("or address in this portal"),
        max_length=200,
        required=False,
        help_text=_("Begins with /"),
        validators=[RegexValidator(r"^/(?!/)", _("An address in this portal begins with one /."))],
    )

    class Meta:
        """How it looks to editors and readers."""

        icon = "group"
        label = _("Help")
        value_class = HelpOfferValue
        template = "content/blocks/help_offer.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "label": "Das Kompetenzzentrum",
            "text": "Beantwortet Fragen zu Förderung und Standards.",
            "page": None,
            "address": "/kontakt/",
        }


class AccordionBlock(blocks.StructBlock):
    """Further text that opens on demand."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=PLAIN_FEATURES)

    class Meta:
        """How it looks to editors and readers."""

        icon = "list-ul"
        label = _("Text that opens")
        template = "content/blocks/accordion.html"
        preview_value = {"title": "Für Fachleute", "text": "<p>Rechtsgrundlage und Einzelheiten.</p>"}  # noqa: RUF012
        description = _("For what only some readers need.")
