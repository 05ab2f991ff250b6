"""The form of the editors' admin."""

from typing import Any, ClassVar

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel


class ProjectAdminForm(WagtailAdminModelForm):
    """The form in the admin: what is to be approved or published is complete, a draft need not be."""

    def is_valid(self) -> bool:
        """Name what is missing beside its field, instead of letting the database refuse it.

        What waits for an approval is published without another look at the form, so its drafts are complete, too.
        """
        if not super().is_valid():
            return False
        if self.is_deferred_validation and not self.instance.workflow_in_progress:
            return True
        places: Any = self.formsets["places"]
        lacking = self.instance.missing(has_places=any(_stays(form) for form in places.forms))
        for name in lacking:
            said = gettext("This is needed before it can be published.")
            if name in self.fields:
                self.add_error(name, said)
            else:
                self.add_error(None, gettext("A place is needed before it can be published."))
        return not lacking


def _stays(form: Any) -> bool:
    """Whether a row will be there once the form is saved."""
    return not form.cleaned_data.get("DELETE") and (form.has_changed() or form.instance.pk is not None)


class ProjectPanels:
    """What the editors' form consists of, in the order of a project's page."""

    content: ClassVar[list[Panel]] = [
        TitleFieldPanel("title", targets=["slug"]),
        FieldPanel("slug", heading=_("Last part of the address")),
        FieldPanel("organisation"),
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
            panels=[FieldPanel(name) for name in ("municipality", "association", "district")],
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("country", "place_abroad", "what_would_change")], heading=_("Abroad")
        ),
        InlinePanel(
            "evidence",
            heading=pgettext_lazy("project", "Evidence"),
            label=pgettext_lazy("project", "Evidence"),
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
                FieldPanel("programme"),
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
