"""What the API says of a project."""

from typing import Any

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from wagtail.images.models import SourceImageIOError

from portal.api import CODE_SCHEMA, CodeField, PageField
from portal.directory.models import Function, Organisation, SizeClass
from portal.directory.vocabularies import FieldOfAction
from projects.models import (
    Evidence,
    Experience,
    Financing,
    Interaction,
    Partner,
    Picture,
    Project,
    ProjectFile,
    ProjectLink,
    ProjectPlace,
    Reuse,
    Risk,
    Supplier,
)
from projects.services.showing import PICTURE
from projects.vocabularies import (
    CostBand,
    Country,
    Criterion,
    Dpia,
    Effect,
    EffortBand,
    Grade,
    Known,
    Licence,
    LinkKind,
    Phase,
    ReuseStage,
    RiskKind,
    SpatialEffect,
    Technology,
)


@extend_schema_field(CODE_SCHEMA)
class CodesField(serializers.Field[Any, Any, Any, Any]):
    """Codes of a closed list, each with what people call it."""

    def __init__(self, choices: type[TextChoices]) -> None:
        """Take the closed list."""
        super().__init__(read_only=True)
        self.choices = choices

    def to_representation(self, value: list[str]) -> list[dict[str, str]]:
        """Pair each code with its label."""
        return [{"code": code, "label": str(label)} for code, label in self.choices.choices if code in value]


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["municipality", "association", "district"]},
            "key": {"type": "string"},
            "name": {"type": "string"},
        },
    }
)
class PlaceField(serializers.Field[Any, Any, Any, Any]):
    """A place with its official key."""

    def to_representation(self, value: ProjectPlace) -> dict[str, str]:
        """Say of which kind it is."""
        kind = next(kind for kind in ("municipality", "association", "district") if getattr(value, f"{kind}_id"))
        return {"kind": kind, "key": getattr(value, f"{kind}_id"), "name": value.label()}


class PartnerSerializer(serializers.ModelSerializer[Partner]):
    """Who took part."""

    kind = CodeField(Organisation.Kind)

    class Meta:
        """Everything but the row's number."""

        model = Partner
        fields = ("kind", "name", "role")


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    """Who supplied something: a fact, never a recommendation."""

    class Meta:
        """Everything but the row's number."""

        model = Supplier
        fields = ("name", "product", "licence", "alternatives")


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """What shows an effect."""

    criterion = CodeField(Criterion)
    grade = CodeField(Grade)

    class Meta:
        """Everything but the row's number."""

        model = Evidence
        fields = (
            *("criterion", "claim", "measured", "before", "after", "unit", "method", "source", "source_url"),
            *("grade", "checked_by", "checked_on"),
        )


class InteractionSerializer(serializers.ModelSerializer[Interaction]):
    """How a project touches another field of action."""

    effect = CodeField(Effect)
    field = CodeField(FieldOfAction)

    class Meta:
        """Everything but the row's number."""

        model = Interaction
        fields = ("effect", "field", "sentence")


class RiskSerializer(serializers.ModelSerializer[Risk]):
    """A risk, and what is done against it."""

    kind = CodeField(RiskKind)

    class Meta:
        """Everything but the row's number."""

        model = Risk
        fields = ("kind", "description", "countermeasure")


class FinancingSerializer(serializers.ModelSerializer[Financing]):
    """Where money came from."""

    programme = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        """Everything but the row's number."""

        model = Financing
        fields = ("programme", "text", "share_percent")


class ProjectLinkSerializer(serializers.ModelSerializer[ProjectLink]):
    """An address outside."""

    kind = CodeField(LinkKind)

    class Meta:
        """Everything but the row's number."""

        model = ProjectLink
        fields = ("kind", "title", "url")


class PictureSerializer(serializers.ModelSerializer[Picture]):
    """A picture; its credit says who made it and under which licence."""

    url = serializers.SerializerMethodField(help_text="Null where the file is gone.")
    alt = serializers.CharField(source="image.description", help_text="What people hear who do not see it.")
    credit = serializers.CharField(source="image.credit")

    class Meta:
        """Everything but the row's number."""

        model = Picture
        fields = ("url", "alt", "caption", "credit")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, one: Picture) -> str | None:
        """Return the address of the picture in its largest size; the original may say where it was taken."""
        try:
            rendition = one.image.get_rendition(PICTURE)
        except SourceImageIOError:
            return None
        return str(self.context["request"].build_absolute_uri(rendition.url))


class ProjectFileSerializer(serializers.ModelSerializer[ProjectFile]):
    """A file to take along."""

    url = serializers.SerializerMethodField()
    title = serializers.CharField(source="document.title")

    class Meta:
        """Everything but the row's number."""

        model = ProjectFile
        fields = ("url", "title")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, one: ProjectFile) -> str:
        """Return the address of the file."""
        return str(self.context["request"].build_absolute_uri(one.document.url))


class StageCountSerializer(serializers.Serializer[Any]):
    """How many organisations are so far."""

    stage = CodeField(ReuseStage)
    number = serializers.IntegerField()


class OutcomeCountSerializer(serializers.Serializer[Any]):
    """How many organisations have seen an effect so."""

    criterion = CodeField(Criterion)
    outcome = CodeField(Experience.Outcome)
    number = serializers.IntegerField()


class CostCountSerializer(serializers.Serializer[Any]):
    """How many organisations name a cost."""

    cost_band = CodeField(CostBand)
    number = serializers.IntegerField()


class ReuseSummarySerializer(serializers.Serializer[Any]):
    """What others say who use it again, counted."""

    stages = StageCountSerializer(many=True)
    outcomes = OutcomeCountSerializer(many=True)
    costs = CostCountSerializer(many=True)
    effort_days = serializers.ListField(child=serializers.IntegerField(), help_text="Each answer, the least first.")


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project with all that belongs to it."""

    url = PageField()
    state = serializers.ChoiceField(choices=Project.State.choices, read_only=True)
    written_by = serializers.SlugRelatedField[Any](
        source="organisation", slug_field="slug", read_only=True, allow_null=True, help_text="Null: the centre."
    )
    of_a_supplier = serializers.BooleanField(source="is_of_a_supplier", read_only=True)
    phase = CodeField(Phase)
    fields_of_action = CodesField(FieldOfAction)
    spatial_effect = CodeField(SpatialEffect)
    country = CodeField(Country)
    cost_band = CodeField(CostBand)
    effort_band = CodeField(EffortBand)
    technologies = CodesField(Technology)
    licence = CodeField(Licence)
    open_source = CodeField(Known)
    personal_data = CodeField(Known)
    dpia = CodeField(Dpia)
    transferable_sizes = CodesField(SizeClass)
    size_classes = CodesField(SizeClass)
    contact_function = CodeField(Function)
    evidence_grade = CodeField(Grade)
    places = serializers.ListField(child=PlaceField(), source="places.all", read_only=True)
    partners = PartnerSerializer(many=True, read_only=True)
    suppliers = SupplierSerializer(many=True, read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)
    interactions = InteractionSerializer(many=True, read_only=True)
    risks = RiskSerializer(many=True, read_only=True)
    financing = FinancingSerializer(many=True, read_only=True)
    links = ProjectLinkSerializer(many=True, read_only=True)
    pictures = PictureSerializer(many=True, read_only=True)
    files = ProjectFileSerializer(many=True, read_only=True)
    criteria = CodesField(Criterion)
    laender = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Keys of the Länder of its places."
    )
    reuse_summary = ReuseSummarySerializer(read_only=True, help_text="What those say who use it again, counted.")
    check_overdue = serializers.BooleanField(source="is_check_overdue", read_only=True)

    class Meta:
        """Everything that everybody may read; the mailbox is for those who are signed in, on the page."""

        model = Project
        fields = (
            *("slug", "url", "state", "demonstration", "written_by", "of_a_supplier", "title", "summary"),
            *("description", "phase", "started_on", "ended_on", "fields_of_action", "spatial_effect", "country"),
            *("place_abroad", "what_would_change", "places", "laender", "size_classes", "partners", "cost_band"),
            *("cost_note", "effort_days", "effort_band", "financing", "technologies", "licence", "open_source"),
            "repository",
            *("reuse_conditions", "suppliers", "data_basis", "personal_data", "dpia", "transferable_sizes"),
            *(
                "transfer_conditions",
                "evidence_grade",
                "criteria",
                "evidence",
                "interactions",
                "risks",
                "lessons_learnt",
            ),
            *("done_differently", "contact_function", "reuse_count", "reuse_summary", "links"),
            *("pictures", "files", "checked_on", "check_overdue"),
        )


class ExperienceSerializer(serializers.ModelSerializer[Experience]):
    """Whether an effect came as the project claims."""

    criterion = CodeField(Criterion)
    outcome = CodeField(Experience.Outcome)

    class Meta:
        """Everything but the row's number."""

        model = Experience
        fields = ("criterion", "outcome", "text")


class ReuseSerializer(serializers.ModelSerializer[Reuse]):
    """An organisation that uses a project again, or wants to."""

    organisation = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    name = serializers.CharField(source="organisation.name", read_only=True)
    stage = CodeField(ReuseStage)
    outcomes = ExperienceSerializer(many=True, read_only=True)

    def to_representation(self, instance: Reuse) -> dict[str, Any]:
        """Leave out the words that editors keep from readers."""
        said: dict[str, Any] = super().to_representation(instance)
        if instance.hidden_on is not None:
            said |= {"experience": "", "why_ended": ""}
            said["outcomes"] = [one | {"text": ""} for one in said["outcomes"]]
        return said

    class Meta:
        """What everybody may read."""

        model = Reuse
        fields = (
            *("organisation", "name", "stage", "since_on", "why_ended", "experience", "cost_band", "effort_days"),
            *("answered_on", "outcomes"),
        )


class FeaturesSerializer(serializers.Serializer[Any]):
    """A collection of features (RFC 7946); ``next`` leads to the next piece."""

    type = serializers.CharField()
    features = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class MatchedSerializer(serializers.Serializer[Any]):
    """A project with why it may help a municipality."""

    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    url = PageField()
    points = serializers.IntegerField(help_text="More points: more to say to this municipality.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why, in words.")
    of_a_supplier = serializers.BooleanField(source="is_of_a_supplier", help_text="A company writes of what it sells.")
    check_overdue = serializers.BooleanField(source="is_check_overdue", help_text="Nobody has confirmed it in time.")
