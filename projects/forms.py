"""Forms of the project area: what municipalities and editors write, and what they answer."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseModelForm, ModelForm
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import ClusterForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel

from funding.models import Programme
from portal.content.models import Document, Image
from portal.content.services.uploads import check_document, without_metadata
from portal.directory.models import Association, District, Municipality, Organisation
from portal.directory.places import find_places
from projects.models import (
    Collection,
    Cooperation,
    CooperationStep,
    Evidence,
    Financing,
    Plan,
    Project,
    ProjectPlace,
    Reuse,
)
from projects.vocabularies import Criterion, Grade, ReuseStage, Visibility


def days(form: BaseModelForm[Any], *names: str) -> None:
    """Let days be written as people write them here."""
    for name in names:
        field: Any = form.fields[name]
        field.localize = True
        field.widget = forms.DateInput(attrs={"placeholder": "TT.MM.JJJJ", "autocomplete": "off", "maxlength": 10})
        field.widget.is_localized = True


class PlaceForm(ModelForm[ProjectPlace]):
    """One place, by its name or its official key."""

    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=120,
        help_text=_("Name or official key of a municipality, or the key of an association (9 digits) or district (5)."),
    )

    class Meta:
        """None of the model's fields: the text says which of them is meant."""

        model = ProjectPlace
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the place that is there."""
        super().__init__(*args, **kwargs)
        if self.instance.place is not None:
            self.initial["place"] = self._written(self.instance)

    @staticmethod
    def _written(place: ProjectPlace) -> str:
        return f"{place.label()} [{place.municipality_id or place.association_id or place.district_id}]"

    def clean_place(self) -> Any:
        """Find the place that is meant.

        Raises:
            ValidationError: there is none, or several.
        """
        text = str(self.cleaned_data["place"]).replace("\x00", "").strip()
        if not text:
            return None
        key = text.rpartition("[")[2].rstrip("]").strip() if text.endswith("]") else text
        if key.isascii() and key.isdigit():
            return place_of(key)
        found = find_places(text, limit=5)
        exact = [one for one in found if one.name.casefold() == text.casefold() or one.label() == text]
        fitting = exact or found
        if not fitting:
            raise ValidationError(gettext("There is no municipality with this name."))
        if len(fitting) > 1:
            named = "; ".join(f"{one.label()} [{one.pk}]" for one in fitting)
            raise ValidationError(
                gettext("Several places have this name. Please copy one of: %(names)s") % {"names": named}
            )
        return fitting[0]

    def _post_clean(self) -> None:
        place = self.cleaned_data.get("place")
        self.instance.municipality = place if isinstance(place, Municipality) else None
        self.instance.association = place if isinstance(place, Association) else None
        self.instance.district = place if isinstance(place, District) else None
        if place is not None:
            super()._post_clean()  # type: ignore[misc] # the stubs lack it

    def has_changed(self) -> bool:
        """Tell whether another place was written; an empty line is none."""
        return bool(super().has_changed())


LENGTHS = {5: District, 8: Municipality, 9: Association}


def place_of(key: str) -> Municipality | Association | District:
    """Return the place that has an official key.

    Raises:
        ValidationError: none has it.
    """
    model = LENGTHS.get(len(key))
    found = model.objects.current().filter(pk=key).first() if model is not None else None  # type: ignore[attr-defined] # all have it
    if found is None:
        raise ValidationError(gettext("There is no place with this key."))
    return cast("Municipality | Association | District", found)


class FinancingForm(ModelForm[Financing]):
    """Where money came from; a programme is named by its address or its title."""

    programme_title = forms.CharField(
        label=_("Funding programme"),
        required=False,
        max_length=500,
        help_text=_("Its title, or the last part of its address here."),
    )

    class Meta:
        """The programme is found by its title."""

        model = Financing
        fields: ClassVar[list[str]] = ["text", "share_percent"]

    field_order = ["programme_title", "text", "share_percent"]  # noqa: RUF012 - Django declares it so

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the programme that is there."""
        super().__init__(*args, **kwargs)
        if self.instance.programme is not None:
            self.initial["programme_title"] = self.instance.programme.title

    def clean_programme_title(self) -> Programme | None:
        """Find the programme.

        Raises:
            ValidationError: there is none, or several.
        """
        text = str(self.cleaned_data["programme_title"]).replace("\x00", "").strip()
        if not text:
            return None
        shown = Programme.objects.filter(live=True).for_lists()
        exact = shown.filter(slug=text).first() or shown.filter(title__iexact=text).order_by("pk").first()
        if exact is not None:
            return exact
        found = list(shown.filter(title__icontains=text).order_by("title", "pk")[:4])
        if len(found) != 1:
            named = "; ".join(one.title for one in found)
            raise ValidationError(
                gettext("Several programmes have these words: %(names)s") % {"names": named}
                if found
                else gettext("No funding programme here has this title. Please use the field for other sources.")
            )
        return found[0]

    def _post_clean(self) -> None:
        self.instance.programme = self.cleaned_data.get("programme_title")
        super()._post_clean()  # type: ignore[misc] # the stubs lack it


class EvidenceForm(ModelForm[Evidence]):
    """What shows an effect, as the project itself says it: its grade follows from whether a source is named.

    Whoever changes what somebody has checked loses the check.
    """

    class Meta:
        """No grade: nobody grades herself."""

        model = Evidence
        fields: ClassVar[list[str]] = [
            *("criterion", "claim", "measured", "before", "after", "unit", "method", "source", "source_url"),
        ]

    def _post_clean(self) -> None:
        if self.has_changed() or not self.instance.grade:
            cleaned = self.cleaned_data
            shown = cleaned.get("source") or cleaned.get("source_url")
            self.instance.grade = Grade.DOCUMENTED if shown else Grade.CLAIMED
            self.instance.checked_by, self.instance.checked_on = "", None
        super()._post_clean()  # type: ignore[misc] # the stubs lack it


def _parts(*fields: str, extra: int, form: Any = ModelForm) -> dict[str, Any]:
    return {"form": form, "fields": list(fields) or None, "extra": extra, "can_order": False, "max_num": 30}


class ProjectForm(ClusterForm):
    """A project with all that belongs to it, as an organisation writes it.

    A draft may lack what a published project needs; only its title has to be there.
    """

    formsets: dict[str, Any]

    class Meta:
        """What people write; where it stands and what is counted is nobody's to write."""

        model = Project
        fields: ClassVar[list[str]] = [
            *("title", "summary", "description", "phase", "started_on", "ended_on", "fields_of_action"),
            *("spatial_effect", "country", "place_abroad", "what_would_change"),
            *("cost_band", "cost_note", "effort_days", "technologies", "licence", "repository", "reuse_conditions"),
            *("data_basis", "personal_data", "dpia", "transferable_sizes", "transfer_conditions"),
            *("lessons_learnt", "done_differently", "contact_function", "contact_email"),
        ]
        formsets: ClassVar[dict[str, Any]] = {
            "places": {**_parts(extra=2, form=PlaceForm), "fields": []},
            "evidence": _parts(extra=3, form=EvidenceForm),
            "interactions": _parts("effect", "field", "sentence", extra=2),
            "risks": _parts("kind", "description", "countermeasure", extra=2),
            "partners": _parts("kind", "name", "role", extra=2),
            "suppliers": _parts("name", "product", "licence", "alternatives", extra=1),
            "financing": _parts("text", "share_percent", extra=2, form=FinancingForm),
            "links": _parts("kind", "title", "url", extra=2),
        }

    SECTIONS: ClassVar[tuple[tuple[str, Any, tuple[str, ...], tuple[str, ...]], ...]] = (
        (
            "what",
            _("What it is about"),
            ("title", "summary", "fields_of_action", "phase", "started_on", "ended_on", "description"),
            (),
        ),
        (
            "where",
            _("Where, and who"),
            ("spatial_effect", "country", "place_abroad", "what_would_change"),
            ("places", "partners"),
        ),
        ("effect", _("What it achieves, and what shows that"), (), ("evidence",)),
        ("money", _("Cost, effort and money"), ("cost_band", "cost_note", "effort_days"), ("financing",)),
        (
            "technology",
            _("Technology and suppliers"),
            ("technologies", "licence", "repository", "reuse_conditions"),
            ("suppliers",),
        ),
        ("data", _("Data and data protection"), ("data_basis", "personal_data", "dpia"), ()),
        ("effects", _("Interactions, risks and side effects"), (), ("interactions", "risks")),
        (
            "learnt",
            _("What others can learn"),
            ("lessons_learnt", "done_differently", "transferable_sizes", "transfer_conditions"),
            (),
        ),
        ("contact", _("Contact and links"), ("contact_function", "contact_email"), ("links",)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let days be written as people write them."""
        super().__init__(*args, **kwargs)
        days(self, "started_on", "ended_on")
        for name in ("description", "lessons_learnt", "done_differently", "what_would_change"):
            self.fields[name].widget.attrs["rows"] = 5
        for name in ("reuse_conditions", "data_basis", "transfer_conditions"):
            self.fields[name].widget.attrs["rows"] = 3

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """The form in parts: key, heading, fields, sets of further rows; and whether something in it is filled in."""
        shown = []
        for key, heading, names, sets in self.SECTIONS:
            fields = [self[name] for name in names]
            parts = [(name, self.formsets[name]) for name in sets]
            wrong = any(field.errors for field in fields) or any(not _is_right(formset) for _name, formset in parts)
            filled = any(self.instance_has(name) for name in names) or any(
                formset.initial_form_count() for _name, formset in parts
            )
            shown.append({"key": key, "heading": heading, "fields": fields, "sets": parts, "open": wrong or filled})
        return shown

    def instance_has(self, name: str) -> bool:
        """Tell whether a field of the project says something."""
        return bool(getattr(self.instance, name)) and name not in {"country", "phase"}

    def problems(self) -> list[tuple[str, str, list[str]]]:
        """What is wrong in the rows of parts, for the summary: key, label, messages."""
        found: list[tuple[str, str, list[str]]] = []
        if not self.is_bound:
            return found
        for formset in self.formsets.values():
            label = str(formset.model._meta.verbose_name)
            for number, form in enumerate(formset.forms, 1):
                for name, messages in form.errors.items():
                    field = form.fields.get(name)
                    what = f"{label} {number}" + (f", {field.label}" if field is not None and field.label else "")
                    found.append((f"{form.prefix}-{name}", what, [str(message) for message in messages]))
        return found


def _is_right(formset: Any) -> bool:
    return not formset.is_bound or bool(formset.is_valid())


class ReasonForm(forms.Form):
    """Why a step is taken."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is missing or not yet clear. Those who have written it read this."),
    )


class ReuseForm(ModelForm[Reuse]):
    """How far an organisation is with a project."""

    class Meta:
        """What can be said at once."""

        model = Reuse
        fields: ClassVar[list[str]] = ["stage", "since_on", "experience"]
        widgets: ClassVar[dict[str, Any]] = {
            "stage": forms.RadioSelect,
            "experience": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the stages without an empty one."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["stage"]).choices = ReuseStage.choices
        days(self, "since_on")


class ReportForm(ModelForm[Reuse]):
    """What came of it after a year: cost, effort, and whether the effects that the project claims came."""

    class Meta:
        """Cost, effort and experience."""

        model = Reuse
        fields: ClassVar[list[str]] = ["cost_band", "effort_days", "experience"]
        widgets: ClassVar[dict[str, Any]] = {"experience": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for each criterion that the project has evidence for."""
        super().__init__(*args, **kwargs)
        said = {one.criterion: one for one in self.instance.outcomes.all()}
        claims: dict[str, list[str]] = {}
        for one in self.instance.project.evidence.all():
            claims.setdefault(one.criterion, []).append(one.claim)
        outcomes = self.instance.outcomes.model.Outcome
        for criterion in Criterion:
            if criterion not in claims:
                continue
            there = said.get(criterion.value)
            self.fields[f"outcome_{criterion.value}"] = forms.ChoiceField(
                label=f"{criterion.label}: {'; '.join(claims[criterion])}",
                choices=[("", _("We cannot say")), *outcomes.choices],
                required=False,
                widget=forms.RadioSelect,
                initial=there.outcome if there else "",
            )
            self.fields[f"text_{criterion.value}"] = forms.CharField(
                label=_("What have you seen?"), required=False, max_length=300, initial=there.text if there else ""
            )

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Return outcome and text by criterion."""
        asked = [criterion.value for criterion in Criterion if f"outcome_{criterion.value}" in self.fields]
        return {key: (self.cleaned_data[f"outcome_{key}"], self.cleaned_data[f"text_{key}"]) for key in asked}


class CollectionForm(ModelForm[Collection]):
    """A collection, and for whom it is."""

    whose = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)

    class Meta:
        """Title and introduction."""

        model = Collection
        fields: ClassVar[list[str]] = ["title", "introduction"]
        widgets: ClassVar[dict[str, Any]] = {"introduction": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, organisation: Organisation | None, is_editor: bool, **kwargs: Any) -> None:
        """Offer what the person may make; of one that is there, whose it is stays."""
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["whose"]
            return
        choices = [("me", gettext("Only for me"))]
        if organisation is not None:
            choices.append(("organisation", gettext("For %(name)s") % {"name": organisation.name}))
        if is_editor:
            choices.append(("all", gettext("For everybody, from the competence centre")))
        cast("forms.ChoiceField", self.fields["whose"]).choices = choices
        self.fields["whose"].initial = "me"


class PlanForm(ModelForm[Plan]):
    """What an organisation plans."""

    class Meta:
        """All that people say."""

        model = Plan
        fields: ClassVar[list[str]] = [
            *("title", "description", "fields_of_action", "begins_on", "ends_on", "budget_band", "open_for"),
            *("visibility", "is_named"),
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let days be written as people write them."""
        super().__init__(*args, **kwargs)
        days(self, "begins_on", "ends_on")
        cast("forms.ChoiceField", self.fields["visibility"]).choices = Visibility.choices


class CooperationForm(ModelForm[Cooperation]):
    """What partners agree on."""

    class Meta:
        """All but the partners."""

        model = Cooperation
        fields: ClassVar[list[str]] = ["title", "state", "goal", "division", "saving", "saving_note"]
        widgets: ClassVar[dict[str, Any]] = {
            "goal": forms.Textarea(attrs={"rows": 4}),
            "division": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let amounts be written as people write them."""
        super().__init__(*args, **kwargs)
        self.fields["saving"].localize = True
        self.fields["saving"].widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 20})


class CooperationStepForm(ModelForm[CooperationStep]):
    """Something to do."""

    class Meta:
        """What, who, until when."""

        model = CooperationStep
        fields: ClassVar[list[str]] = ["title", "who", "due_on"]

    def __init__(self, *args: Any, cooperation: Cooperation, **kwargs: Any) -> None:
        """Offer the partners alone."""
        super().__init__(*args, **kwargs)
        who = cast("forms.ModelChoiceField[Organisation]", self.fields["who"])
        who.queryset = cooperation.partners.order_by("name")
        who.empty_label = gettext("All together")
        days(self, "due_on")


class PictureForm(ModelForm[Image]):
    """A picture for a project, with what people hear who do not see it."""

    caption = forms.CharField(label=_("Caption"), required=False, max_length=200)

    class Meta:
        """File and description; the title is the file's name."""

        model = Image
        fields: ClassVar[list[str]] = ["file", "description", "credit"]

    def clean_file(self) -> Any:
        """Take out what the camera wrote."""
        file = self.cleaned_data["file"]
        return without_metadata(file) if isinstance(file, UploadedFile) else file


class DocumentForm(ModelForm[Document]):
    """A file for a project, such as a paper of the council."""

    class Meta:
        """File and title; readers see the title as the text of the link."""

        model = Document
        fields: ClassVar[list[str]] = ["title", "file", "is_accessible"]

    def clean_file(self) -> Any:
        """Look into the file: it has to be what its name says."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_document(file)
        return file


class ImportForm(forms.Form):
    """A table with projects, or a publiccode.yml."""

    file = forms.FileField(
        label=_("File"), help_text=_("A table (XLSX or CSV) by our template, or a publiccode.yml; at most 5 MB.")
    )


# --- the editors' admin ---


class ProjectPanels:
    """What the editors' form consists of, in the order of a project's page."""

    content: ClassVar[list[Panel]] = [
        TitleFieldPanel("title", targets=["slug"]),
        FieldPanel("slug", heading=_("Last part of the address")),
        FieldPanel("organisation", widget=forms.TextInput),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("phase", "started_on", "ended_on", "fields_of_action", "spatial_effect", "description")
            ],
            heading=_("What it is about"),
        ),
        InlinePanel(
            "places",
            heading=_("Places"),
            label=_("Place"),
            panels=[FieldPanel(name, widget=forms.TextInput) for name in ("municipality", "association", "district")],
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("country", "place_abroad", "what_would_change")], heading=_("Abroad")
        ),
        InlinePanel(
            "evidence",
            heading=_("Evidence"),
            label=_("Evidence"),
            panels=[
                FieldPanel(name)
                for name in (
                    *("criterion", "claim", "measured", "before", "after", "unit", "method", "source", "source_url"),
                    *("grade", "checked_by", "checked_on"),
                )
            ],
        ),
        InlinePanel(
            "interactions",
            heading=_("Interactions"),
            label=_("Interaction"),
            panels=[FieldPanel(name) for name in ("effect", "field", "sentence")],
        ),
        InlinePanel(
            "risks",
            heading=_("Risks and side effects"),
            label=_("Risk"),
            panels=[FieldPanel(name) for name in ("kind", "description", "countermeasure")],
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("cost_band", "cost_note", "effort_days")], heading=_("Cost and effort")
        ),
        InlinePanel(
            "financing",
            heading=_("Financing"),
            label=_("Source of money"),
            panels=[
                FieldPanel("programme", widget=forms.TextInput),
                FieldPanel("text"),
                FieldPanel("share_percent"),
            ],
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("technologies", "licence", "repository", "reuse_conditions")],
            heading=_("Technology"),
        ),
        InlinePanel(
            "suppliers",
            heading=_("Suppliers"),
            label=_("Supplier"),
            panels=[FieldPanel(name) for name in ("name", "product", "licence", "alternatives")],
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("data_basis", "personal_data", "dpia")], heading=_("Data protection")
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("lessons_learnt", "done_differently", "transferable_sizes", "transfer_conditions")
            ],
            heading=_("What others can learn"),
        ),
        InlinePanel(
            "partners",
            heading=_("Partners"),
            label=_("Partner"),
            panels=[FieldPanel(name) for name in ("kind", "name", "role")],
        ),
        MultiFieldPanel([FieldPanel("contact_function"), FieldPanel("contact_email")], heading=_("Contact")),
        InlinePanel(
            "links",
            heading=_("Links"),
            label=_("Link"),
            panels=[FieldPanel(name) for name in ("kind", "title", "url")],
        ),
        InlinePanel(
            "pictures", heading=_("Pictures"), label=_("Picture"), panels=[FieldPanel("image"), FieldPanel("caption")]
        ),
        InlinePanel("files", heading=_("Files"), label=_("File"), panels=[FieldPanel("document")]),
    ]
