"""Forms of the funding area.

In the editors' admin what a source says of a programme is shown, but not changed. The calculator's form is sent by GET,
so that its address holds all of it and can be shared.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel

from funding.models import CORRECTABLE, DECIDED, SAID_BY_THE_SOURCE, Application, Programme
from funding.models.terms import TERM_LABELS, euros_in_words, percent_in_words, read_number
from funding.services.calculating import MOST_EUROS, MOST_YEARS, Year
from funding.services.correcting import read_value
from funding.services.where import totals_in_words

PARTS = ("contacts", "links")


class ProgrammeForm(WagtailAdminModelForm):
    """Lacks the fields that nobody may change, so that a forged request cannot reach them either.

    Of an imported programme these are all that its source says; of one that was published once it is its address.
    """

    instance: Programme
    formsets: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take away what is not to be changed."""
        super().__init__(*args, **kwargs)
        taken = SAID_BY_THE_SOURCE if self.instance.is_imported() else ()
        if self.instance.is_imported() or self.instance.first_published_at:
            taken = (*taken, "slug")
        for name in taken:
            self.fields.pop(name, None)
        if self.instance.is_imported():
            self.formsets = {name: formset for name, formset in self.formsets.items() if name not in PARTS}
        else:
            # Of a draft as well, because an approval publishes it without asking again.
            self.fields["areas"].required = True

    def clean(self) -> dict[str, Any]:
        """Refuse to publish an imported programme of which the source does not say where it applies."""
        cleaned: dict[str, Any] = super().clean()
        if self.instance.is_imported() and not self.instance.areas and not self.is_deferred_validation:
            self.add_error(
                None, _("The source does not say where the programme applies, so it cannot be published here.")
            )
        return cleaned


class ShownUnchanged(FieldPanel.BoundPanel):
    """A field; where the form lacks it, its value as readers see it, and nothing where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        """Become a display where there is no field."""
        super().__init__(**kwargs)
        if self.form is not None and self.bound_field is None:
            self.read_only = True
            self.heading = self.panel.heading or capfirst(self.panel.db_field.verbose_name)
            self.help_text = ""

    def is_shown(self) -> bool:
        """Leave out what is empty and cannot be filled in."""
        return bool(super().is_shown() and not (self.read_only and not self.value_from_instance))

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Show texts of a source with their paragraphs and lists."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        if self.read_only:
            shown = {"programme": self.instance, "name": self.field_name, "value": context["display_value"]}
            context["rendered_field"] = render_to_string("funding/admin/unchanged.html", {**context, **shown})
        return context


class ContentFieldPanel(FieldPanel):
    """A field of the content."""

    BoundPanel = ShownUnchanged

    def format_value_for_display(self, value: Any) -> Any:
        """Show a list as people write one."""
        shown = super().format_value_for_display(value)
        return "; ".join(shown) if isinstance(shown, list) else shown


class ContentTitlePanel(TitleFieldPanel):
    """The title; a new programme gets its address from it."""

    class BoundPanel(ShownUnchanged, TitleFieldPanel.BoundPanel):
        """Editable, or left out: the title stands above the form."""

        def is_shown(self) -> bool:
            """Leave it out where it cannot be changed."""
            return super().is_shown() and not self.read_only

        def get_attrs(self) -> dict[str, str]:
            """Write nothing into a field for the address that is not there."""
            return super().get_attrs() if "slug" in self.form.fields else {}


class PartsPanel(InlinePanel):
    """Contacts or links; where the form lacks them, a list of them."""

    def get_bound_panel(
        self, instance: Any = None, request: Any = None, form: Any = None, prefix: str = "panel"
    ) -> Any:
        """Choose between form and list."""
        panel: Panel = self
        if form is not None and self.relation_name not in form.formsets:
            listed = HelpPanel(template=f"funding/admin/{self.relation_name}.html", heading=self.heading)
            panel = listed.bind_to_model(self.model)
        return panel.BoundPanel(panel=panel, instance=instance, request=request, form=form, prefix=prefix)


class ReasonPanel(HelpPanel):
    """Says why most of an imported programme cannot be changed, and what can be."""

    class BoundPanel(HelpPanel.BoundPanel):
        """Shown for imported programmes alone."""

        def is_shown(self) -> bool:
            """Tell whether the programme was imported."""
            return self.instance is not None and self.instance.is_imported()


class FittingPanel(HelpPanel):
    """Says how many municipalities a programme fits by its conditions as they were last saved."""

    class BoundPanel(HelpPanel.BoundPanel):
        """Shown once there is something saved."""

        def is_shown(self) -> bool:
            """Tell whether it was saved."""
            return self.instance is not None and self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Count."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"programme": self.instance, "totals": totals_in_words(self.instance)}


class ProgrammePanels:
    """What the form consists of, in the order of a programme's page."""

    content: ClassVar[list[Panel]] = [
        ReasonPanel(template="funding/admin/reason.html"),
        ContentTitlePanel("title", required_on_save=True),
        ContentFieldPanel("slug", heading=_("Last part of the address")),
        ContentFieldPanel("summary"),
        MultiFieldPanel(
            [ContentFieldPanel(name) for name in ("areas", "applicants", "kinds", "fields", "levels", "funders")],
            heading=_("What decides whether to read on"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    *("deadline_model", "opens_on", "closes_on", "cut_off_dates", "full_application_on"),
                    *("next_expected_on", "withdrawn_on", "decision_weeks"),
                )
            ],
            heading=_("Time for applications"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    *("rate_min", "rate_max", "amount_min", "amount_max", "own_share_min", "own_share_reduced"),
                    *("cumulation", "cumulation_limit", "cumulation_note", "state_aid"),
                )
            ],
            heading=_("Money"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    *("early_start", "granting_authority", "longest_months", "binding_years"),
                    *("proof_months", "proof_of_use"),
                )
            ],
            heading=_("What an application binds to"),
        ),
        FittingPanel(template="funding/admin/fitting.html", heading=_("Which municipalities it fits")),
        FieldPanel("conditions_read_on"),
        InlinePanel(
            "conditions",
            heading=_("Conditions of the guideline"),
            label=_("Condition"),
            panels=[
                FieldPanel(name)
                for name in (
                    *("kind", "places", "applicants", "minimum", "maximum", "demanded", "urbanisation"),
                    *("question", "source"),
                )
            ],
        ),
        MultiFieldPanel([FieldPanel("part_of"), FieldPanel("variant_of")], heading=_("Belongs to")),
        MultiFieldPanel(
            [
                ContentFieldPanel(name)
                for name in (
                    *("description", "requirements", "procedure", "deadlines", "required_documents"),
                    *("processing_time", "application_language", "legal_basis", "legal_citation", "status_note"),
                )
            ],
            heading=_("Texts"),
        ),
        PartsPanel(
            "contacts",
            heading=_("Contacts"),
            label=_("Contact"),
            panels=[
                FieldPanel(name)
                for name in (
                    *("institution", "building", "street", "post_box", "postcode", "city", "country"),
                    *("phone", "mobile", "fax", "email", "website"),
                )
            ],
        ),
        PartsPanel(
            "links",
            heading=_("Links"),
            label=_("Link"),
            panels=[FieldPanel("kind"), FieldPanel("title"), FieldPanel("url")],
        ),
        MultiFieldPanel(
            [ContentFieldPanel(name) for name in ("source_url", "issued_on", "keywords")], heading=_("Source")
        ),
    ]


class EurosField(forms.CharField):
    """An amount as people write it in German: ``12.500``, ``12500,50``; with or without the sign of the euro."""

    def __init__(self, **kwargs: Any) -> None:
        """Draw it as a text with digits."""
        super().__init__(required=False, max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Decimal:
        """Read the amount; nothing is zero.

        Raises:
            ValidationError: it is no amount, or larger than any municipality plans.
        """
        text = super().clean(value)
        if not text.strip(" €"):
            return Decimal(0)
        amount = read_number(text)
        if amount is None:
            raise forms.ValidationError(gettext("Please enter an amount in euros, for example 12.500 or 12.500,50."))
        if amount > MOST_EUROS:
            raise forms.ValidationError(gettext("This amount is too large to be planned with."))
        return amount


class PercentField(EurosField):
    """A share in percent; nothing: not given."""

    def clean(self, value: Any) -> Decimal | None:  # type: ignore[override] # nothing stays nothing
        """Read the share.

        Raises:
            ValidationError: it is no share.
        """
        text = str(value or "").replace("%", "").strip()
        if not text:
            return None
        try:
            share = super().clean(text)
        except forms.ValidationError as error:
            raise forms.ValidationError(gettext("Please enter a share between 0 and 100 percent.")) from error
        if share > 100:  # noqa: PLR2004 - percent
            raise forms.ValidationError(gettext("Please enter a share between 0 and 100 percent."))
        return share


def lowest_rate(programme: Programme) -> str:
    """Return the rate that is calculated with where no other is given."""
    known = [rate for rate in (programme.rate_min, programme.rate_max) if rate is not None]
    return percent_in_words(min(known)) if known else gettext("not known")


class CalculatorForm(forms.Form):
    """What an undertaking costs, year by year. Names of fields stand in addresses, so they are German."""

    sicherung = forms.BooleanField(required=False, label=_("We have to consolidate our budget (Haushaltssicherung)"))
    spaeter = forms.BooleanField(required=False, label=_("The grants arrive only a year after the costs"))

    def __init__(self, data: Any, *, programmes: Any, first_year: int | None = None) -> None:
        """Take the programmes that are calculated with; each may be given another rate."""
        super().__init__(data)
        self.first_year = first_year or timezone.localdate().year
        for number in range(MOST_YEARS):
            year = self.first_year + number
            self.fields[f"kosten-{number + 1}"] = EurosField(
                label=gettext("Eligible costs in %(year)s") % {"year": year}
            )
            self.fields[f"sonst-{number + 1}"] = EurosField(label=gettext("Other costs in %(year)s") % {"year": year})
        for programme in programmes:
            self.fields[f"satz-{programme.slug}"] = PercentField(
                label=gettext("Funding rate in percent"),
                help_text=gettext("Empty: the lowest, %(rate)s.") % {"rate": lowest_rate(programme)},
            )

    def years(self) -> list[Year]:
        """Return the costs up to the last year that has any; the first year at least."""
        values = self.cleaned_data
        found = [
            Year(eligible=values[f"kosten-{number}"], other=values[f"sonst-{number}"])
            for number in range(1, MOST_YEARS + 1)
        ]
        while len(found) > 1 and not (found[-1].eligible or found[-1].other):
            found.pop()
        return found

    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each year, for the page."""
        return [
            {"year": str(self.first_year + n), "fields": [self[f"kosten-{n + 1}"], self[f"sonst-{n + 1}"]]}
            for n in range(MOST_YEARS)
        ]

    def rate_of(self, slug: str) -> Decimal | None:
        """Return the rate that was typed for a programme."""
        rate: Decimal | None = self.cleaned_data.get(f"satz-{slug}")
        return rate


class ApplicationForm(forms.ModelForm[Application]):
    """What an organisation notes about its application."""

    requested = EurosField(label=_("requested, in euros"))
    granted = EurosField(label=_("granted, in euros"))
    paid = EurosField(label=_("paid out, in euros"))

    class Meta:
        """Everything but the state, which changes by steps alone."""

        model = Application
        fields = (
            *("title", "owner", "next_step", "next_due_on", "requested", "granted", "paid", "file_number", "contact"),
            *("applied_on", "decided_on", "paid_on", "proof_due_on", "proven_on", "notes", "sharing", "shared_text"),
        )
        localized_fields = ("next_due_on", "applied_on", "decided_on", "paid_on", "proof_due_on", "proven_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Write amounts as people do; an amount that is not known is an empty field."""
        super().__init__(*args, **kwargs)
        for name in AMOUNTS:
            value = getattr(self.instance, name)
            self.initial[name] = "" if value is None else euros_in_words(value).removesuffix(" €")
        for name in self.Meta.localized_fields:
            self.fields[name].help_text = gettext("DD.MM.YYYY")

    def clean(self) -> dict[str, Any]:
        """Tell nothing from zero, and refuse to share what is not decided."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in AMOUNTS:
            if not str(self.data.get(name, "")).strip():
                cleaned[name] = None
        if cleaned.get("sharing") != Application.Sharing.NONE:
            if self.instance.state not in DECIDED:
                self.add_error("sharing", gettext("An application can be reused once it is decided."))
            elif not str(cleaned.get("shared_text", "")).strip():
                self.add_error("shared_text", gettext("Please write what others may reuse."))
        return cleaned


AMOUNTS = ("requested", "granted", "paid")


class CorrectionForm(forms.Form):
    """What a reader says is wrong."""

    field = forms.ChoiceField(required=False, label=_("What is wrong?"))
    value = forms.CharField(max_length=500, label=_("What would be right?"))
    reason = forms.CharField(
        max_length=1_000,
        label=_("How do you know?"),
        help_text=_("For example the address of the guideline, or who told you. Please name no persons."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the facts that can be corrected, in the order of the page."""
        super().__init__(*args, **kwargs)
        facts = [(name, capfirst(str(TERM_LABELS[name]))) for name in CORRECTABLE]
        self.fields["field"].choices = [("", gettext("something else")), *facts]  # type: ignore[attr-defined] # it has them

    def clean(self) -> dict[str, Any]:
        """Check at once what can be checked, so that no editor has to ask."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("field") and cleaned.get("value"):
            try:
                read_value(cleaned["field"], cleaned["value"])
            except forms.ValidationError as error:
                self.add_error("value", error)
        return cleaned


class ImportForm(forms.Form):
    """What is to be imported, and how."""

    file = forms.FileField(
        required=False,
        label=_("File"),
        help_text=_(
            "CSV dump or document of the XML export, up to 100 MB. Without a file: the source of the settings."
        ),
    )
    is_trial = forms.BooleanField(required=False, label=_("Trial run: only show what would happen"))
    takes_over = forms.BooleanField(
        required=False, label=_("Take over changes at once, without deciding about each of them")
    )

    def clean_file(self) -> Any:
        """Refuse what cannot be such a file before anybody waits for it."""
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_IMPORT:
            raise forms.ValidationError(_("The file is larger than 100 MB."))
        if file and not str(file.name).lower().endswith((".csv", ".xml")):
            raise forms.ValidationError(_("Please choose a file that ends with .csv or .xml."))
        return file


LARGEST_IMPORT = 100 * 1024 * 1024


class ProgrammeField(forms.CharField):
    """A programme that readers see, named by its key or by the address of its page."""

    def clean(self, value: Any) -> Programme:
        """Find it.

        Raises:
            ValidationError: there is none.
        """
        key = super().clean(value).strip().rstrip("/").rpartition("/")[2]
        found = Programme.objects.filter(slug=key, live=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no published programme with this address."))
        return found


class MergeForm(forms.Form):
    """Two programmes that are to become one."""

    bleibt = ProgrammeField(max_length=500, label=_("Programme that stays: address of its page"))
    geht = ProgrammeField(max_length=500, label=_("Programme that goes: address of its page"))

    def clean(self) -> dict[str, Any]:
        """Refuse one and the same programme twice."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("bleibt") and cleaned.get("bleibt") == cleaned.get("geht"):
            self.add_error("geht", _("Please name two different programmes."))
        return cleaned
