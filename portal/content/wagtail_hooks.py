"""What the portal adds to Wagtail's admin, and what it takes away from it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import DateField, ForeignKey, QuerySet
from django.forms import DateInput
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import home
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet

from portal.accounts.models import APPROVERS, EDITORS, User
from portal.content.admin import checking, panels, reports
from portal.content.admin.barriers import AnswerView
from portal.content.admin.viewsets import NoticesAndDates, WordsOfTheSearch
from portal.content.models import ServiceNotice
from portal.content.services.checking import CHECKED
from portal.content.services.notices import notices_changed

register_snippet(NoticesAndDates)
register_snippet(WordsOfTheSearch)


def editors() -> QuerySet[User]:
    """Return the people who can be made responsible for a text."""
    groups = Group.objects.filter(name__in=[EDITORS, APPROVERS])
    return User.objects.filter(is_active=True, groups__in=groups).distinct()


register_form_field_override(ForeignKey, to=User, override=lambda _field: {"queryset": editors()})
# The browser's own calendar: Wagtail's stays open over the fields that follow for whoever goes on by Tab.
register_form_field_override(
    DateField, override=lambda _field: {"widget": DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
)

# --- addresses, menu ---

REPORTS = [
    (reports.OverdueReport, "overdue", "time", 10),
    (reports.LinksReport, "links", "link", 20),
    (reports.FeedbackReport, "feedback", "comment", 30),
    (reports.CommentsReport, "comments", "comment-add", 40),
    (reports.BarriersReport, "barriers", "warning", 50),
]


@hooks.register("register_admin_urls")
def own_addresses() -> list[URLPattern]:
    """Give the reports, the answer and the note of a check their addresses."""
    found = [
        path("checked/<str:label>/<int:pk>/", checking.mark_checked_view, name="content_mark_checked"),
        path("reports/barriers/<int:pk>/", AnswerView.as_view(), name="content_answer_barrier"),
    ]
    for report, slug, _icon, _order in REPORTS:
        found += [
            path(f"reports/{slug}/", report.as_view(), name=f"content_{slug}_report"),
            path(f"reports/{slug}/results/", report.as_view(results_only=True), name=f"content_{slug}_report_results"),
        ]
    return found


class PermittedMenuItem(MenuItem):
    """An entry for those who have a permission."""

    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to them."""
        return not self.permission or request.user.has_perm(self.permission)


def _report_item(report: type[reports.Report], slug: str, icon: str, order: int) -> PermittedMenuItem:
    item = PermittedMenuItem(
        report.page_title, reverse_lazy(f"content_{slug}_report"), name=slug, icon_name=icon, order=order
    )
    if report.model is not None:
        item.permission = f"content.view_{report.model._meta.model_name}"
    return item


for _entry in REPORTS:
    hooks.register("register_reports_menu_item", lambda entry=_entry: _report_item(*entry))

NOT_SHOWN_IN_REPORTS = {"aging-pages"}
"""Wagtail's report of pages not published for long; ours of what is overdue takes its place."""


@hooks.register("construct_reports_menu")
def reduce_reports(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what one of our reports says better."""
    items[:] = [item for item in items if item.name not in NOT_SHOWN_IN_REPORTS]


@hooks.register("construct_settings_menu")
def reduce_settings(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out accounts and groups, which are not administered here."""
    items[:] = [item for item in items if item.name not in {"users", "groups"}]


@hooks.register("construct_help_menu")
def reduce_help(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what leads to the servers of others."""
    items[:] = [item for item in items if not item.url or item.url.startswith("/")]


# --- dashboard ---

REPLACED = (home.UserObjectsInWorkflowModerationPanel, home.RecentEditsPanel, home.WhatsNewInWagtailVersionPanel)


@hooks.register("construct_homepage_panels")
def dashboard(request: HttpRequest, shown: list[Any]) -> None:
    """Put our panels beside Wagtail's own of what waits for approval and of what is locked."""
    shown[:] = [panel for panel in shown if not isinstance(panel, REPLACED)]
    shown.extend(panels.own_panels(request))


@hooks.register("insert_global_admin_css")
def own_styles() -> str:
    """Load the few rules that our parts need."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/editing.css"))


# --- checking ---


@hooks.register("register_log_actions")
def own_log_actions(actions: Any) -> None:
    """Name what our services write into the history."""
    actions.register_action(CHECKED, _("Check"), _("Compared with reality and marked as checked"))


hooks.register("register_page_header_buttons", checking.page_button)
hooks.register("register_page_listing_more_buttons", checking.page_button)
hooks.register("register_snippet_listing_buttons", checking.button)


@hooks.register("register_snippet_action_menu_item")
def mark_checked_item(_model: type[Any]) -> ActionMenuItem:
    """Offer “Mark as checked” below the form of a thing as well."""
    return checking.MarkCheckedMenuItem()


# --- notices ---


def _show_at_once(_request: HttpRequest, saved: Any) -> None:
    """Have every page show a notice as soon as it is saved or deleted."""
    things: Sequence[Any] = saved if isinstance(saved, Sequence) else [saved]
    if any(isinstance(thing, ServiceNotice) for thing in things):
        notices_changed()


for _moment in ("after_create_snippet", "after_edit_snippet", "after_delete_snippet"):
    hooks.register(_moment, _show_at_once)
