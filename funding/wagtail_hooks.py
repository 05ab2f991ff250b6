"""Funding programmes in the editors' admin."""

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from funding.forms import ProgrammeForm, ProgrammePanels
from funding.models import Programme, Undertaking
from funding.services.duplicates import APART, MERGED
from funding.services.importing import LOGGED_AS
from funding.services.reviewing import REVIEWED
from funding.vocabularies import Area
from portal.editing_admin import EditorialFilterSet, EditorialViewSet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from wagtail.log_actions import LogActionRegistry


class ProgrammePolicy(ModelPermissionPolicy):
    """Nobody deletes what a source says: the next import would bring it back, and withdrawing hides it as well."""

    def user_has_permission_for_instance(self, user: "AbstractBaseUser", action: str, instance: Programme) -> bool:
        """Tell whether somebody may do this with this programme."""
        if action == "delete" and instance.is_imported():
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


class ProgrammeAdminFilterSet(EditorialFilterSet):
    """Filters of the list in the admin."""

    source = django_filters.ChoiceFilter(
        choices=Programme.Source.choices, label=_("Source"), empty_label=_("All"), widget=forms.RadioSelect
    )
    area = django_filters.ChoiceFilter(
        choices=Area.choices, method="in_area", label=_("Where it applies"), empty_label=_("All")
    )

    class Meta:
        """No fields but those above."""

        model = Programme
        fields: ClassVar[list[str]] = []

    def in_area(self, queryset: QuerySet[Programme], _name: str, area: str) -> QuerySet[Programme]:
        """Keep what names an area."""
        return queryset.filter(areas__contains=[area])


class ProgrammeViewSet(EditorialViewSet):
    """List, form, history and all the rest."""

    model = Programme
    icon = "form"
    menu_order = 300
    content_panels = ProgrammePanels.content
    base_form_class = ProgrammeForm
    filterset_class = ProgrammeAdminFilterSet
    search_fields: ClassVar[list[str]] = ["title", "source_key"]
    copy_view_enabled = False  # a copy of an imported programme would be a changed one, which its licence forbids
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("get_source_display", label=_("Source"), sort_key="source"),
        *EditorialViewSet.list_display[1:],
    ]
    list_export: ClassVar[list[str]] = ["title", "get_source_display", "areas", *EditorialViewSet.list_export[1:]]
    export_headings = EditorialViewSet.export_headings | {"get_source_display": _("Source")}

    def get_queryset(self, request: Any) -> QuerySet[Programme]:  # noqa: ARG002 - editors see all
        """Leave the long texts in the database."""
        return Programme.objects.for_lists().select_related("responsible")


class UndertakingViewSet(SnippetViewSet):
    """Typical undertakings, and by which words the search finds what helps."""

    model = Undertaking
    icon = "list-ul"
    menu_label = _("Typical undertakings")
    menu_order = 310
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["title", Column("is_active", label=_("in use"))]
    list_filter: ClassVar[list[str]] = ["is_active"]
    search_fields: ClassVar[list[str]] = ["title"]
    panels: ClassVar[list[Any]] = [
        FieldPanel(name) for name in ("title", "slug", "summary", "words", "fields_of_action", "is_active")
    ]


register_permission_policy(Programme, ProgrammePolicy(Programme))
register_snippet(ProgrammeViewSet)
register_snippet(UndertakingViewSet)


@hooks.register("register_log_actions")
def name_what_is_not_edited(actions: "LogActionRegistry") -> None:
    """Say in words what the history calls an import, a decision about one, and a merger."""
    actions.register_action(LOGGED_AS, _("Import"), _("Taken over from the source"))
    actions.register_action(REVIEWED, _("Decision"), _("Taken over from the source, field by field"))
    actions.register_action(MERGED, _("Merger"), _("Two programmes were made one"))
    actions.register_action(APART, _("Separation"), _("Taken apart again"))
