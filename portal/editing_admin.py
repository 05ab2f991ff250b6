"""Things of the areas in the editors' admin: one view set that an area derives from in its ``wagtail_hooks.py``.

It gives list, filters, export, form, history, comparison, approval, schedule, locks and preview. It stands apart from
``portal.editing`` because models import that one, and views cannot be imported before the models are there.
"""

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel, PublishingPanel, TabbedInterface
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.snippets.views.snippets import DeleteView, IndexView, SnippetViewSet

from portal.choosers import SnippetFoundByText
from portal.editing import Editorial, PublicationState, is_in_state

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheet programs run a text that begins so (ASVS 5.0, 1.2.10)."""

OVERDUE, IN_TIME, NEVER = "overdue", "in-time", "never"


def checked_in_words(obj: Editorial) -> str:
    """Say when it was checked; a dash where it never was."""
    return format_date(obj.checked_on, "DATE_FORMAT") if obj.checked_on else "–"


def check_in_words(obj: Editorial) -> str:
    """Say when the next check is due, or since when it is late; a dash where none is due."""
    due = obj.check_due_on
    if due is None:
        return "–"
    day = format_date(due, "DATE_FORMAT")
    return (_("overdue since %(date)s") if obj.is_check_overdue else _("due until %(date)s")) % {"date": day}


class EditorialFilterSet(WagtailFilterSet):
    """Filters of the list: where a thing stands, and whether it was checked. An area adds its own."""

    state = django_filters.ChoiceFilter(
        choices=PublicationState.choices,
        method="in_state",
        label=gettext_lazy("State"),
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )
    check = django_filters.ChoiceFilter(
        choices=[
            (OVERDUE, gettext_lazy("overdue")),
            (IN_TIME, gettext_lazy("checked in time")),
            (NEVER, gettext_lazy("never checked")),
        ],
        method="by_check",
        label=gettext_lazy("Check"),
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        """Keep what is in a state."""
        return queryset.filter(is_in_state(state))

    def by_check(self, queryset: Any, _name: str, check: str) -> QuerySet[Any]:
        """Keep what is overdue, what was checked in time, or what nobody ever checked."""
        found: QuerySet[Any]
        match check:
            case "overdue":
                found = queryset.overdue()
            case "in-time":
                found = queryset.exclude(checked_on=None).exclude(pk__in=queryset.overdue().values("pk"))
            case _:
                found = queryset.filter(checked_on=None)
        return found


class EditorialIndexView(IndexView):
    """The list; its export cannot make a spreadsheet program calculate."""

    def get_delete_url(self, instance: Model) -> str | None:
        """Offer deleting only where it would be allowed."""
        if self.delete_url_name and self.user_has_permission_for_instance("delete", instance):
            return reverse(self.delete_url_name, args=(quote(instance.pk),))
        return None

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Put an apostrophe before a text that would be taken for a formula."""
        written = super().preprocess_field_value(field, value, export_format)
        return f"'{written}" if isinstance(written, str) and written.startswith(FORMULA_STARTS) else written


class EditorialDeleteView(DeleteView):
    """Deleting; asks about the very object, as bulk actions do, and not about its model alone."""

    def user_has_permission(self, permission: str) -> bool:
        """Tell whether this object may be deleted."""
        return bool(self.user_has_permission_for_instance(permission, self.object))


class EditorialViewSet(SnippetViewSet):
    """The admin of one ``Editorial`` model.

    A subclass names ``model`` and ``content_panels``; it may add to ``filterset_class``, ``list_display`` and
    ``list_export``, and name a ``base_form_class``.
    """

    content_panels: ClassVar[list[Panel]] = []
    base_form_class: type[WagtailAdminModelForm] = WagtailAdminModelForm

    index_view_class = EditorialIndexView
    delete_view_class = EditorialDeleteView
    filterset_class = EditorialFilterSet
    chooser_viewset_class = SnippetFoundByText
    search_backend_name = None
    add_to_admin_menu = True
    list_per_page = 50

    list_display: ClassVar[list[Any]] = [
        "__str__",
        StatusTagColumn(
            "state_in_words", label=gettext_lazy("State"), sort_key="live", primary=lambda thing: thing.live
        ),
        Column("checked_on", label=gettext_lazy("Checked on"), accessor=checked_in_words, sort_key="checked_on"),
        Column("check_due_on", label=gettext_lazy("Check"), accessor=check_in_words),
    ]
    list_export: ClassVar[list[str]] = [
        *("__str__", "state.label", "checked_on", "check_due_on", "is_check_overdue", "responsible"),
        "get_absolute_url",
    ]
    export_headings: ClassVar[dict[str, "StrOrPromise"]] = {
        "__str__": gettext_lazy("Title"),
        "state.label": gettext_lazy("State"),
        "check_due_on": gettext_lazy("Check due on"),
        "is_check_overdue": gettext_lazy("Check overdue"),
        "get_absolute_url": gettext_lazy("Address"),
    }

    @cached_property
    def edit_handler(self) -> Panel:
        """The form: the content first, then who checks it how often, and from when to when readers see it."""
        checking = [
            FieldPanel("responsible"),
            FieldPanel("check_interval_days"),
            FieldPanel("checked_on", read_only=True),
        ]
        tabs = [
            ObjectList(self.content_panels, heading=gettext_lazy("Content")),
            ObjectList(
                [
                    MultiFieldPanel(checking, heading=gettext_lazy("Checking again and again")),
                    PublishingPanel(),
                ],
                heading=gettext_lazy("Checking"),
            ),
        ]
        return TabbedInterface(tabs, base_form_class=self.base_form_class)
