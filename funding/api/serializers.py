"""What the API says of a funding programme."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from funding.models import Contact, Link, Programme
from portal.api import PageField

CODE_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
        "required": ["code", "label"],
    },
}


@extend_schema_field(CODE_SCHEMA)
class CodesField(serializers.Field[Any, Any, Any, Any]):
    """Codes of a closed list, each with what people call it."""

    def __init__(self, **kwargs: Any) -> None:
        """Read only."""
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: list[str]) -> list[dict[str, str]]:
        """Pair each code with its label."""
        field: Any = Programme._meta.get_field(str(self.source))
        return [{"code": code, "label": str(label)} for code, label in field.base_field.choices if code in value]


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """Where to ask."""

    class Meta:
        """Everything but the row's number."""

        model = Contact
        fields = (
            *("institution", "building", "street", "post_box", "postcode", "city", "country"),
            *("phone", "mobile", "fax", "email", "website"),
        )


class LinkSerializer(serializers.ModelSerializer[Link]):
    """An address outside."""

    class Meta:
        """Everything but the row's number."""

        model = Link
        fields = ("kind", "title", "url", "target")


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A funding programme. Texts are those of the source, byte for byte; ``text_format`` says how they are written."""

    url = PageField()
    kinds = CodesField()
    fields = CodesField()  # type: ignore[assignment] # DRF takes it out of the class: its own property stays
    areas = CodesField()
    applicants = CodesField()
    levels = CodesField()
    contacts = ContactSerializer(many=True, read_only=True)
    links = LinkSerializer(many=True, read_only=True)
    state = serializers.ChoiceField(choices=Programme.State.choices, read_only=True)
    checked_recently = serializers.BooleanField(source="is_checked_recently", read_only=True)

    class Meta:
        """Everything; the import's fingerprint are our own business."""

        model = Programme
        fields = (
            *("slug", "url", "state", "title", "text_format", "summary", "description", "requirements", "procedure"),
            *(
                "deadlines",
                "opens_on",
                "closes_on",
                "required_documents",
                "processing_time",
                "application_language",
                "legal_basis",
            ),
            *("legal_citation", "status_note", "keywords", "kinds", "fields", "areas", "applicants"),
            *("levels", "funders", "contacts", "links", "issued_on", "source", "source_key", "source_url"),
            *("licence", "licence_url", "attribution", "imported_at", "imported_from", "absent_since"),
            *("checked_on", "checked_recently"),
        )
