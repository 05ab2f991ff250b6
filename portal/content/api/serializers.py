"""What the API says of guides, studies and news."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api import PageField
from portal.content.models import GuidePage, NewsPage, StudyPage

CODES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
        "required": ["code", "label"],
    },
}

COMMON = ("translation_key", "url", "language", "title", "summary", "fields", "updated", "checked_on", "check_due_on")


@extend_schema_field(CODES)
class CodesField(serializers.Field[Any, Any, Any, Any]):
    """Codes of a closed list, each with what people call it."""

    def __init__(self, **kwargs: Any) -> None:
        """Read only."""
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: list[str]) -> list[dict[str, str]]:
        """Pair each code with its label."""
        serializer: Any = self.parent
        choices = serializer.Meta.model._meta.get_field(str(self.source)).base_field.choices
        return [{"code": code, "label": str(label)} for code, label in choices if code in value]


@extend_schema_field({"type": "string"})
class HtmlField(serializers.Field[Any, Any, str, Any]):
    """A text of building blocks, as HTML; empty where nobody wrote one."""

    def __init__(self, **kwargs: Any) -> None:
        """Read only."""
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Draw the blocks as the page does, for a reader of whom nothing is known."""
        return str(value.render_as_block())


class PageSerializer[P: Any](serializers.ModelSerializer[P]):
    """What all pages have in common."""

    url = PageField()
    language = serializers.CharField(read_only=True, help_text="ISO 639-1")
    fields = CodesField()  # type: ignore[assignment] # DRF takes it out of the class: its own property stays
    updated = serializers.DateTimeField(read_only=True, allow_null=True)
    check_due_on = serializers.DateField(read_only=True, allow_null=True)


class GuideSerializer(PageSerializer[GuidePage]):
    """A guide in a list."""

    sizes = CodesField()
    roles = CodesField()

    class Meta:
        """Without the texts."""

        model = GuidePage
        fields: tuple[str, ...] = (*COMMON, "sizes", "roles", "effort", "effort_note")


class WholeGuideSerializer(GuideSerializer):
    """A guide with its texts."""

    steps = HtmlField()
    body = HtmlField()
    interactions = HtmlField()
    data_protection = HtmlField()

    class Meta(GuideSerializer.Meta):
        """With the texts."""

        fields = (*GuideSerializer.Meta.fields, "steps", "body", "interactions", "data_protection")


class StudySerializer(PageSerializer[StudyPage]):
    """A study in a list."""

    class Meta:
        """Without the text."""

        model = StudyPage
        fields: tuple[str, ...] = (*COMMON, "publisher", "authors", "published_in", "source_url")


class WholeStudySerializer(StudySerializer):
    """A study with its text."""

    body = HtmlField()

    class Meta(StudySerializer.Meta):
        """With the text."""

        fields = (*StudySerializer.Meta.fields, "body")


class NewsSerializer(PageSerializer[NewsPage]):
    """A piece of news in a list."""

    class Meta:
        """Without the text."""

        model = NewsPage
        fields: tuple[str, ...] = (*COMMON, "date")


class WholeNewsSerializer(NewsSerializer):
    """A piece of news with its text."""

    body = HtmlField()

    class Meta(NewsSerializer.Meta):
        """With the text."""

        fields = (*NewsSerializer.Meta.fields, "body")
