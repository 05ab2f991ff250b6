"""What the API says of a funding programme."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from funding.models import TERM_FIELDS, Condition, Contact, Link, Programme
from funding.vocabularies import Availability, Cumulation, DeadlineModel, EarlyStart, StateAid, Verdict, YesNo
from portal.api import CODE_SCHEMA, CodeField, PageField
from portal.directory.vocabularies import FieldOfAction


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


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """A condition of the guideline that an applicant has to meet."""

    demanded = CodeField(YesNo)

    class Meta:
        """Everything but the row's number."""

        model = Condition
        fields = (
            *("kind", "places", "applicants", "minimum", "maximum", "demanded", "urbanisation", "question"),
            "source",
        )


class OriginSerializer(serializers.Serializer[Any]):
    """Who changed a field last, and when."""

    by = serializers.ChoiceField(choices=[(by, by) for by in ("source", "reader", "editors")])
    on = serializers.DateField()


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
    conditions = ConditionSerializer(many=True, read_only=True)
    fields_of_action = serializers.ListField(child=serializers.ChoiceField(FieldOfAction.choices), read_only=True)
    availability = serializers.ChoiceField(choices=Availability.choices, read_only=True)
    next_deadline = serializers.DateField(read_only=True, allow_null=True)
    deadline_model = CodeField(DeadlineModel)
    cumulation = CodeField(Cumulation)
    early_start = CodeField(EarlyStart)
    state_aid = CodeField(StateAid)
    part_of = serializers.SlugRelatedField[Programme](slug_field="slug", read_only=True, allow_null=True)
    variant_of = serializers.SlugRelatedField[Programme](slug_field="slug", read_only=True, allow_null=True)
    origins = serializers.DictField(
        child=OriginSerializer(), read_only=True, help_text="Who changed a field last; others are as they came."
    )
    state = serializers.ChoiceField(choices=Programme.State.choices, read_only=True)
    checked_recently = serializers.BooleanField(source="is_checked_recently", read_only=True)

    class Meta:
        """Everything; the import's fingerprint are our own business."""

        model = Programme
        fields = (
            *("slug", "url", "state", "title", "text_format", "summary", "description", "requirements", "procedure"),
            *("deadlines", "availability", "next_deadline", *TERM_FIELDS),
            *("required_documents", "processing_time", "application_language", "legal_basis"),
            *("legal_citation", "status_note", "keywords", "kinds", "fields", "areas", "applicants"),
            *("levels", "fields_of_action", "funders", "contacts", "links", "part_of", "variant_of"),
            *("conditions", "conditions_read_on", "issued_on", "source", "source_key", "source_url"),
            *("licence", "licence_url", "attribution", "imported_at", "imported_from", "absent_since"),
            *("checked_on", "checked_recently", "origins"),
        )


class DeadlineSerializer(serializers.Serializer[Any]):
    """One day on which something ends."""

    kind = serializers.ChoiceField(choices=[("application", "application"), ("full", "full application")])
    day = serializers.DateField()


class DeadlinesSerializer(serializers.ModelSerializer[Programme]):
    """The coming deadlines of one programme; each ends at midnight in Berlin."""

    url = PageField()
    deadlines = serializers.SerializerMethodField()

    class Meta:
        """What a calendar needs."""

        model = Programme
        fields = ("slug", "title", "url", "availability", "deadlines")

    availability = serializers.ChoiceField(choices=Availability.choices, read_only=True)

    @extend_schema_field(DeadlineSerializer(many=True))
    def get_deadlines(self, programme: Programme) -> list[dict[str, Any]]:
        """List them, the soonest first."""
        today = timezone.localdate()
        days = [{"kind": "application", "day": day} for day in programme.deadlines_from(today)]
        if programme.full_application_on and programme.full_application_on >= today:
            days.append({"kind": "full", "day": programme.full_application_on})
        return [dict(one) for one in DeadlineSerializer(sorted(days, key=lambda one: one["day"]), many=True).data]


class JudgedSerializer(serializers.Serializer[Any]):
    """One condition, judged."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    sentence = serializers.CharField(help_text="Why, in words.")
    source = serializers.CharField(allow_blank=True, help_text="Where the guideline says so.")  # type: ignore[assignment] # taken out of the class


class MatchSerializer(serializers.Serializer[Any]):
    """Whether a programme fits a municipality, with the reason of each condition; those not met first."""

    municipality = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    conditions = JudgedSerializer(many=True)
