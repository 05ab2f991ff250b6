"""“Mark as checked”: the address that notes it, and the buttons that lead there."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.action_menu import ActionMenuItem

from portal.accounts.models import User
from portal.content.services.checking import checked_models, mark_as_checked
from portal.editing import Checked


def may_check(user: Any, thing: Checked) -> bool:
    """Tell whether somebody may say that this was checked: whoever may write it."""
    if isinstance(thing, Page):
        return bool(thing.permissions_for_user(user).can_edit())
    meta = thing._meta
    return bool(user.has_perm(f"{meta.app_label}.{get_permission_codename('change', meta)}"))


def address(thing: Checked) -> str:
    """Return the address that takes the note."""
    return reverse("content_mark_checked", args=[thing._meta.label_lower, thing.pk])


@require_POST
def mark_checked_view(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Note that the editor who asks has compared this with reality today.

    Raises:
        Http404: there is no such thing.
        PermissionDenied: this editor may not write it.
    """
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if model not in checked_models():
        raise Http404
    thing = get_object_or_404(model, pk=pk)
    if not may_check(request.user, thing):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101 - the gate of the admin lets nobody else in
    mark_as_checked(thing=thing, by=request.user)
    until = date_format(thing.check_due_on, "DATE_FORMAT") if thing.check_due_on else ""
    text = _("“%(title)s” is noted as checked today; the next check is due on %(day)s.")
    messages.success(request, text % {"title": thing, "day": until})
    finder = AdminURLFinder(request.user)
    after = get_valid_next_url_from_request(request) or finder.get_edit_url(thing) or reverse("wagtailadmin_home")
    return HttpResponseRedirect(after)


def button(thing: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer the button where it makes sense; Wagtail's script sends it as a POST."""
    if isinstance(thing, Checked) and thing.pk and may_check(user, thing):
        yield Button(_("Mark as checked"), attrs=_attributes(thing, next_url), icon_name="check", priority=65)


def page_button(page: Page, user: Any, next_url: str | None = None, **_further: Any) -> Iterator[Button]:
    """Offer the button for a page, which Wagtail may know only by its title and place."""
    yield from button(page.specific, user, next_url)


def _attributes(thing: Checked, next_url: str | None) -> dict[str, str]:
    attributes = {
        "data-controller": "w-action",
        "data-action": "w-action#post",
        "data-w-action-url-value": address(thing),
    }
    return attributes | ({"data-w-action-next-value": next_url} if next_url else {})


class MarkCheckedMenuItem(ActionMenuItem):
    """The same beside “Save” below the form of a thing of an area."""

    name = "action-mark-checked"
    icon_name = "check"
    order = 80
    template_name = "content/admin/mark_checked_menu_item.html"

    @property
    def label(self) -> str:
        """What the button says."""
        return _("Mark as checked")

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        """Offer it for things that are there and have to be checked."""
        thing = context.get("instance")
        return context["view"] == "edit" and isinstance(thing, Checked) and may_check(context["request"].user, thing)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Add the address."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return {**context, "address": address(parent_context["instance"])}
