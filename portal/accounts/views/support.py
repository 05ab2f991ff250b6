"""Looking at the portal as another person, and what that person learns of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import ListView

from portal.accounts import support as present
from portal.accounts.forms import SupportViewForm
from portal.accounts.models import SupportView, User
from portal.accounts.models.support import KEPT_FOR
from portal.accounts.permissions import can_administer, can_view_as
from portal.accounts.services import support
from portal.accounts.views.people import _user
from portal.permissions import enforce


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def view_as(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the reason, then go to the home page as that person sees it."""
    enforce(can_administer(request.user))
    someone = get_object_or_404(User, uuid=key)
    enforce(can_view_as(request.user, someone))
    form = SupportViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            view = support.start(person=someone, by=_user(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error("reason", error)
        else:
            present.begin(request, view)
            return redirect("home")
    context = {"person": someone, "form": form, "minutes": settings.SUPPORT_VIEW_MINUTES}
    return render(request, "accounts/view_as.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end_support_view(request: HttpRequest) -> HttpResponse:
    """Be oneself again; without a view there is nothing to end."""
    key = request.session.get(present.SESSION_KEY)
    view = (
        SupportView.objects.select_related("person").filter(uuid=key, viewer=request.user.pk).first() if key else None
    )
    if view is None:
        return redirect("accounts:people")
    support.end(view=view, by=_user(request))
    present.leave(request)
    messages.success(request, _("You see the portal as yourself again."))
    return redirect("accounts:person", key=view.person.uuid)


class SupportViewsView(LoginRequiredMixin, ListView[SupportView]):
    """When the support has looked at the portal as this person, who it was, and why."""

    template_name = "accounts/support_views.html"
    paginate_by = 20
    extra_context = {"heading": gettext_lazy("Accesses of the support"), "days": KEPT_FOR.days}  # noqa: RUF012 - as Django has it

    def get_queryset(self) -> Any:
        """The own lines alone."""
        return SupportView.objects.visible_to(_user(self.request)).select_related("viewer")
