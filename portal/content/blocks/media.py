"""Pictures, films, files, tables and charts."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from portal.content.drawing import draw_chart


class PictureBlock(blocks.StructBlock):
    """A picture with its caption; what it shows must be described, or it must be declared as decoration."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)

    class Meta:
        """How it looks to editors and readers."""

        icon = "image"
        label = _("Picture")
        template = "content/blocks/picture.html"
        preview_value = {"image": None, "caption": "Hier steht Ihr Bild mit seiner Unterschrift."}  # noqa: RUF012
        description = _("A real picture. The description says what people need to know who do not see it.")


class DownloadBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(label=_("What it is for"), max_length=200, required=False)

    class Meta:
        """How it looks to editors and readers."""

        icon = "download"
        label = _("Download")
        template = "content/blocks/download.html"
        preview_value = {"document": None, "text": "Muster für eine Dienstanweisung"}  # noqa: RUF012
        description = _("A template or a form, with kind and size of the file.")


class FilmBlock(blocks.StructBlock):
    """A film from our own server, with captions and the text of what is said (WCAG 1.2)."""

    film = DocumentChooserBlock(label=_("Film (MP4)"))
    captions = DocumentChooserBlock(label=_("Captions (WebVTT)"))
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    minutes = blocks.DecimalBlock(label=_("Length in minutes"), min_value=0, max_digits=5, decimal_places=1)
    transcript = blocks.RichTextBlock(label=_("Text of the film"), features=["bold", "ul"])

    class Meta:
        """How it looks to editors and readers."""

        icon = "media"
        label = _("Film")
        template = "content/blocks/film.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "film": None,
            "captions": None,
            "title": "Ein Antrag in drei Minuten",
            "minutes": 3,
            "transcript": "<p>Guten Tag. In diesem Film sehen Sie, wie ein Antrag entsteht.</p>",
        }
        description = _("A film that lies on our own server. Captions and text are demanded.")


class TableBlock(blocks.StructBlock):
    """A table with a caption and headings."""

    caption = blocks.CharBlock(label=_("Caption"), max_length=160)
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(label=_("Text"), required=False)),
            ("number", blocks.FloatBlock(label=_("Number"), required=False)),
        ],
        label=_("Table"),
    )

    class Meta:
        """How it looks to editors and readers."""

        icon = "table"
        label = _("Table")
        template = "content/blocks/table.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "caption": "Was die Einführung gekostet hat",
            "table": {
                "columns": [{"type": "text", "heading": "Posten"}, {"type": "number", "heading": "Euro"}],
                "rows": [{"values": ["Einrichtung", 4_800.0]}, {"values": ["Betrieb im Jahr", 1_200.0]}],
            },
        }
        description = _("Figures or words in rows and columns, with a caption.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write the cells as the table component takes them."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        table = value["table"]
        numeric = [column["block"].name == "number" for column in table.columns]
        columns = [
            {"label": column["heading"], "numeric": is_number}
            for column, is_number in zip(table.columns, numeric, strict=True)
        ]
        rows = [
            [
                {"text": _cell(cell, is_number=is_number), "numeric": is_number}
                for cell, is_number in zip(row["values"], numeric, strict=True)
            ]
            for row in table.row_data
        ]
        return {**context, "columns": columns, "rows": rows}


def _cell(value: Any, *, is_number: bool) -> str:
    """Write one value for people."""
    if value is None or value == "":
        return ""
    return number_format(value, use_l10n=True, force_grouping=True) if is_number else str(value)


class ChartRowBlock(blocks.StructBlock):
    """One value of a chart."""

    label = blocks.CharBlock(label=_("Name"), max_length=60)
    value = blocks.FloatBlock(label=_("Value"))

    class Meta:
        """How it looks to editors."""

        label = _("Value")


class ChartBlock(blocks.StructBlock):
    """A chart, drawn on the server; its table comes by itself."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, help_text=_("What it shows, in words."))
    description = blocks.TextBlock(
        label=_("What one should see"),
        max_length=400,
        help_text=_("The statement of the chart in one or two sentences."),
    )
    kind = blocks.ChoiceBlock(
        label=_("Kind"), choices=[("bars", _("Bars")), ("line", _("Line over time"))], default="bars"
    )
    unit = blocks.CharBlock(label=_("Unit"), max_length=30, required=False)
    rows = blocks.ListBlock(ChartRowBlock(), label=_("Values"), min_num=2, max_num=30)
    source = blocks.CharBlock(label=_("Source"), max_length=300)

    class Meta:
        """How it looks to editors and readers."""

        icon = "history"
        label = _("Chart")
        template = "content/blocks/chart.html"
        preview_value = {  # noqa: RUF012 - Wagtail's own Meta
            "title": "Online gestellte Anträge",
            "description": "Der Anteil hat sich in zwei Jahren verdoppelt.",
            "kind": "bars",
            "unit": "Prozent",
            "rows": [{"label": "2024", "value": 21.0}, {"label": "2026", "value": 43.0}],
            "source": "Musterdorf (Demonstration)",
        }
        description = _("Figures as a picture, with title, statement, source and table.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Draw the chart."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "chart": draw_chart(value)}
