"""Projects and templates for agreements in the editors' admin."""

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.editing_admin import EditorialFilterSet, EditorialViewSet
from projects.forms import ProjectAdminForm, ProjectPanels
from projects.models import AgreementTemplate, Project, Stage
from projects.vocabularies import Phase

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class ProjectPolicy(ModelPermissionPolicy):
    """What an organisation is still writing nobody publishes for it, and nobody deletes what belongs to one."""

    def user_has_permission_for_instance(self, user: "AbstractBaseUser", action: str, instance: Project) -> bool:
        """Tell whether somebody may do this with this project."""
        if instance.organisation_id is not None:
            if action == "delete":
                return False
            if action == "publish" and instance.stage in {Stage.WRITING, Stage.RETURNED}:
                return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


class ProjectAdminFilterSet(EditorialFilterSet):
    """Filters of the list in the admin."""

    stage = django_filters.ChoiceFilter(
        choices=Stage.choices, label=_("Stage"), empty_label=_("All"), widget=forms.RadioSelect
    )
    phase = django_filters.ChoiceFilter(choices=Phase.choices, label=_("Phase"), empty_label=_("All"))

    class Meta:
        """No fields but those above."""

        model = Project
        fields: ClassVar[list[str]] = []


class ProjectViewSet(EditorialViewSet):
    """List, form, history and all the rest."""

    model = Project
    icon = "site"
    menu_order = 290
    content_panels = ProjectPanels.content
    base_form_class = ProjectAdminForm
    filterset_class = ProjectAdminFilterSet
    search_fields: ClassVar[list[str]] = ["title", "slug"]
    list_display: ClassVar[list[Any]] = [
        "title",
        Column("organisation", label=_("Written by"), sort_key="organisation__name"),
        Column("get_stage_display", label=_("Stage"), sort_key="stage"),
        *EditorialViewSet.list_display[1:],
    ]
    list_export: ClassVar[list[str]] = ["title", "organisation", "get_stage_display", *EditorialViewSet.list_export[1:]]
    export_headings = EditorialViewSet.export_headings | {"get_stage_display": _("Stage")}

    def get_queryset(self, request: Any) -> QuerySet[Project]:  # noqa: ARG002 - editors see all
        """Leave the long texts in the database."""
        return Project.objects.for_lists().select_related("responsible")


class AgreementTemplateViewSet(SnippetViewSet):
    """Templates for agreements between municipalities."""

    model = AgreementTemplate
    icon = "doc-full"
    menu_label = _("Templates for agreements")
    menu_order = 295
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["title", Column("is_active", label=_("in use"))]
    list_filter: ClassVar[list[str]] = ["is_active"]
    search_fields: ClassVar[list[str]] = ["title"]
    panels: ClassVar[list[Any]] = [FieldPanel(name) for name in ("title", "summary", "document", "is_active")]


register_permission_policy(Project, ProjectPolicy(Project))
register_snippet(ProjectViewSet)
register_snippet(AgreementTemplateViewSet)
