"""What an organisation writes: a project with all that belongs to it, its pictures and files."""

import secrets
from pathlib import PurePosixPath
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.db.models.functions import Length
from django.forms import ModelForm
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import ClusterForm

from funding.models import Programme
from portal.content.models import Document, Image
from portal.content.services.uploads import check_document, without_metadata
from portal.directory.models import Association, District, Municipality
from portal.directory.places import find_places
from projects.forms.days import days
from projects.models import (
    Evidence,
    Financing,
    Project,
    ProjectPlace,
)
from projects.vocabularies import Grade


class PlaceForm(ModelForm[ProjectPlace]):
    """One place, by its name or its official key."""

    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=120,
        help_text=_("Name or official key of a municipality (8 digits), an association (9) or a district (5)."),
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
        return place_meant(self.cleaned_data["place"])

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


def place_meant(written: str) -> Municipality | Association | District | None:
    """Return the place that somebody means by a name or an official key; None when nothing was written.

    Raises:
        ValidationError: there is none, or several.
    """
    text = written.replace("\x00", "").strip()
    if not text:
        return None
    key = text.rpartition("[")[2].rstrip("]").strip() if text.endswith("]") else text
    if key.isascii() and key.isdigit():
        return place_of(key)
    fitting = places_named(text)
    if not fitting:
        raise ValidationError(gettext("There is no municipality, district or association with this name."))
    if len(fitting) > 1:
        named = "; ".join(f"{one.label()}, {one.get_kind_display()} [{one.pk}]" for one in fitting)
        raise ValidationError(
            gettext("Several places have this name. Please copy one of: %(names)s") % {"names": named}
        )
    return fitting[0]


MOST_NAMED = 5
"""Places of each kind that are offered where several have a name."""


def places_named(text: str) -> list[Municipality | Association | District]:
    """Find municipalities, districts and associations by name; those that are called just so, else similar ones.

    A city that is a district of its own is found as a municipality alone. The kind may stand before the name, as in
    „Landkreis Ludwigsburg“: in the register it does not.
    """
    found: list[tuple[Municipality | Association | District, bool]] = [
        (one, text.casefold() in {one.name.casefold(), one.label().casefold()})
        for one in find_places(text, limit=MOST_NAMED)
        if one.valid_to is None
    ]
    for model, above in ((District, "land"), (Association, "district__land")):
        bare = _without_kind(text, model)
        rows: Any = model.objects.current().select_related(above)
        if model is District:
            rows = rows.exclude(kind__in=[District.Kind.CITY, District.Kind.CITY_BW])
        name = bare.partition(" (")[0]
        similar = rows.filter(Q(name__icontains=name) | Q(name__iexact=text)) if name else rows.none()
        wanted = {text.casefold(), bare.casefold()}
        found += [
            (one, bool({one.name.casefold(), one.label().casefold()} & wanted))
            for one in similar.order_by(Length("name"), "name", "pk")[:MOST_NAMED]
        ]
    exact = [one for one, is_exact in found if is_exact]
    return exact or [one for one, _is_exact in found]


def _without_kind(text: str, model: type[Association | District]) -> str:
    """Take the kind away that stands before a name; the longest that fits."""
    for kind in sorted((str(label) for label in model.Kind.labels), key=len, reverse=True):
        if text.casefold().startswith(f"{kind.casefold()} "):
            return text[len(kind) :].strip()
    return text


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
        """Look into the file: it has to be what its name says.

        Its address holds its name, and files are handed out to whoever knows that; nobody shall guess the one of a
        draft.
        """
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_document(file)
            name = PurePosixPath(str(file.name))
            file.name = f"{name.stem[:80]}-{secrets.token_hex(8)}{name.suffix}"
        return file
