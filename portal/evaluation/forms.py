"""Forms of the evaluation."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role, User
from portal.evaluation.models import Measure, Proposal, Technology


def _people() -> Any:
    """Return the people of the centre, who can be responsible for something."""
    granted = User.objects.filter(is_active=True, role_grants__role__in=Role.values, role_grants__ended_at=None)
    return granted.distinct().order_by("display_name", "pk")


class FindingsForm(forms.Form):
    """What an evaluator concludes."""

    findings = forms.CharField(
        label=_("Findings"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("What do the figures say, what has changed, what is to be done? A blank line begins a paragraph."),
    )


class MeasureForm(forms.ModelForm[Measure]):
    """Something that is to be done."""

    class Meta:
        """What is decided at the beginning."""

        model = Measure
        fields = ("text", "function", "owner", "due_on")
        widgets = {"due_on": forms.DateInput(format="%d.%m.%Y")}  # noqa: RUF012 - Django reads it once
        help_texts = {  # noqa: RUF012 - as above
            "owner": _("Gets a reminder a week before. The report names the function alone."),
            "due_on": _("DD.MM.YYYY"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer people of the centre."""
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = _people()

    def clean_due_on(self) -> Any:
        """Refuse days that are over."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return day


class OutcomeForm(forms.Form):
    """What became of a measure."""

    state = forms.ChoiceField(label=_("State"), choices=Measure.State.choices)
    result = forms.CharField(label=_("What became of it"), max_length=500, required=False)


class TechnologyForm(forms.ModelForm[Technology]):
    """A technology, and why it is recommended as it is."""

    reason = forms.CharField(
        label=_("Reason for the recommendation"),
        max_length=500,
        required=False,
        help_text=_("Needed when the recommendation is new or changes; everybody reads it in the history."),
    )

    class Meta:
        """All but what the portal keeps itself."""

        model = Technology
        fields = (
            *("name", "slug", "summary", "description", "ring", "maturity", "fields", "risks", "evidence"),
            *("sources", "owner", "review_due_on", "is_published"),
        )
        widgets = {  # noqa: RUF012 - Django reads it once
            "review_due_on": forms.DateInput(format="%d.%m.%Y"),
            "description": forms.Textarea(attrs={"rows": 6}),
            "evidence": forms.Textarea(attrs={"rows": 4}),
            "risks": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"review_due_on": _("DD.MM.YYYY")}  # noqa: RUF012 - as above

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer people of the centre; an address that is known outside stays."""
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = _people()
        self.order_fields(["name", "slug", "summary", "description", "ring", "reason"])
        if self.instance.pk:
            del self.fields["slug"]


class ProposalForm(forms.ModelForm[Proposal]):
    """What somebody proposes."""

    class Meta:
        """What the person says."""

        model = Proposal
        fields = ("name", "reason", "source")
        widgets = {"reason": forms.Textarea(attrs={"rows": 5})}  # noqa: RUF012 - Django reads it once


class AnswerForm(forms.Form):
    """What becomes of a proposal."""

    accepted = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Take it up")), ("no", _("Do not take it up"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Answer"), max_length=500, help_text=_("Whoever proposed it gets this as a notification.")
    )
