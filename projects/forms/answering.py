"""What people say besides: reasons, uses, collections, plans, co-operations, files to read in."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import ModelForm
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.directory.models import Organisation
from projects.forms.days import days
from projects.forms.writing import place_meant
from projects.models import (
    Collection,
    Cooperation,
    CooperationStep,
    Plan,
    Reuse,
    levels_of,
    usual_level,
)
from projects.vocabularies import Criterion, ReuseStage


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
        fields: ClassVar[list[str]] = ["stage", "since_on", "why_ended", "experience"]
        widgets: ClassVar[dict[str, Any]] = {
            "stage": forms.RadioSelect,
            "experience": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the stages without an empty one."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["stage"]).choices = ReuseStage.choices
        days(self, "since_on")

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of an end beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("stage") == ReuseStage.ENDED and not cleaned.get("why_ended", "").strip():
            self.add_error("why_ended", gettext("Please say in one sentence why you do not use it (any more)."))
        return cleaned


class HideForm(forms.Form):
    """Why editors keep a text from readers; empty shows it again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example: it names a person. Those who wrote it read this and can change their words."),
    )


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
        """Let days be written as people write them; offer the levels alone that reach somebody."""
        super().__init__(*args, **kwargs)
        days(self, "begins_on", "ends_on")
        levels = levels_of(self.instance.organisation)
        visibility = cast("forms.ChoiceField", self.fields["visibility"])
        visibility.choices = [(level.value, level.label) for level in levels]
        visibility.error_messages["invalid_choice"] = gettext(
            "Nobody else belongs there, so nobody would learn of it. Please choose a wider circle."
        )
        if self.instance._state.adding:
            self.initial["visibility"] = usual_level(self.instance.organisation).value


class CooperationForm(ModelForm[Cooperation]):
    """What partners agree on, and which version of it was shown to whoever writes."""

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

    def in_words(self, name: str) -> str:
        """Say what is stored in a field as people read it."""
        stored = getattr(self.instance, name)
        shown = getattr(self.instance, f"get_{name}_display", None)
        if shown is not None:
            return str(shown())
        return "" if stored is None else localize(stored)


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
        # Who has left stays with what was agreed with her until somebody else does it.
        offered = Q(pk__in=cooperation.partners.values("pk")) | Q(pk=self.instance.who_id)
        who.queryset = Organisation.objects.filter(offered).order_by("name")
        who.empty_label = gettext("All together")
        days(self, "due_on")


class JoiningForm(forms.Form):
    """Who is to take part as well: one of those whose plans match, or another one by its name."""

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Their plan matches yours"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    place = forms.CharField(
        label=_("Another municipality, association or district"),
        required=False,
        max_length=120,
        help_text=_("Name or official key of a municipality (8 digits), an association (9) or a district (5)."),
    )

    def __init__(self, *args: Any, suggested: list[Organisation], **kwargs: Any) -> None:
        """Offer those whose plans match; without any, the name alone is asked for."""
        super().__init__(*args, **kwargs)
        offered = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        offered.queryset = Organisation.objects.filter(pk__in=[one.pk for one in suggested]).order_by("name", "pk")
        if not suggested:
            del self.fields["organisation"]
            self.fields["place"].required = True

    def clean_place(self) -> Organisation | None:
        """Find the organisation of the place that is meant.

        Raises:
            ValidationError: there is none, or several.
        """
        place = place_meant(self.cleaned_data["place"])
        if place is None:
            return None
        found = Organisation.objects.existing().filter(**{place._meta.model_name or "": place}).first()
        if found is None:
            raise ValidationError(gettext("There is no organisation of this place."))
        return found

    def clean(self) -> dict[str, Any]:
        """Demand exactly one."""
        cleaned = super().clean() or {}
        named = [one for one in (cleaned.get("organisation"), cleaned.get("place")) if one is not None]
        if not self.errors and len(named) != 1:
            self.add_error("place", gettext("Please name exactly one organisation."))
        cleaned["chosen"] = named[0] if named else None
        return cleaned


class ImportForm(forms.Form):
    """A table with projects, or a publiccode.yml."""

    file = forms.FileField(
        label=_("File"), help_text=_("A table (XLSX or CSV) by our template, or a publiccode.yml; at most 5 MB.")
    )
